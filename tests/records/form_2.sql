CREATE TABLE coders (
  "key" VARCHAR(80) NOT NULL, name VARCHAR(80) NOT NULL, at VARCHAR(32) NOT NULL, PRIMARY KEY ("key")
);
INSERT INTO "coders" VALUES('coder a','coder A','2026-05-01T09:00:00.000000+00:00');
CREATE TABLE decisions (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, review VARCHAR(120) NOT NULL, document_id VARCHAR(128) NOT NULL,
  field VARCHAR(60) NOT NULL, item VARCHAR(120) NOT NULL, value TEXT, decided_by VARCHAR(120) NOT NULL,
  reason TEXT NOT NULL, labels TEXT NOT NULL, at VARCHAR(32) NOT NULL, turn INTEGER NOT NULL, replaces INTEGER,
  CONSTRAINT one_decision_a_turn UNIQUE (review, document_id, field, item, turn),
  CONSTRAINT decision_replaced_once UNIQUE (replaces), FOREIGN KEY(replaces) REFERENCES decisions (id)
);
CREATE TABLE drafts (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL, version INTEGER NOT NULL,
  kind VARCHAR(12) NOT NULL, content TEXT NOT NULL, digest VARCHAR(64) NOT NULL, author_role VARCHAR(200) NOT NULL,
  note TEXT NOT NULL, at VARCHAR(32) NOT NULL, CONSTRAINT one_row_a_version UNIQUE (name, version)
);
INSERT INTO "drafts" VALUES(1,'Plan',1,'kept','{"n": 1}','{digest}','policy officer','','2026-05-01T09:00:00.000000+00:00');
CREATE TABLE labels (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, review VARCHAR(120) NOT NULL, document_id VARCHAR(128) NOT NULL,
  field VARCHAR(60) NOT NULL, item VARCHAR(120) NOT NULL, value TEXT, coder VARCHAR(80) NOT NULL, span_start INTEGER,
  span_end INTEGER, model_version VARCHAR(128) NOT NULL, at VARCHAR(32) NOT NULL, turn INTEGER NOT NULL,
  replaces INTEGER, undoes INTEGER,
  CONSTRAINT one_label_a_turn UNIQUE (review, document_id, field, item, coder, turn),
  CONSTRAINT label_replaced_once UNIQUE (replaces), FOREIGN KEY(replaces) REFERENCES labels (id),
  FOREIGN KEY(undoes) REFERENCES labels (id)
);
INSERT INTO "labels" VALUES(1,'almp','d1','relevant','','yes','coder A',NULL,NULL,'','2026-05-01T09:00:00.000000+00:00',1,NULL,NULL);
CREATE TABLE learning_steps (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, review VARCHAR(120) NOT NULL, round_id VARCHAR(64) NOT NULL,
  step VARCHAR(60) NOT NULL, content TEXT NOT NULL, digest VARCHAR(64) NOT NULL, decided_by VARCHAR(120) NOT NULL,
  at VARCHAR(32) NOT NULL, CONSTRAINT one_row_a_step UNIQUE (review, round_id, step)
);
INSERT INTO "learning_steps" VALUES(1,'almp','r1','compared','{"kappa": 0.7}','40569d491ef1bfc4adebcbacca177808b3520243161999ff4b8a8a99f79edac2','evidence officer','2026-05-01T09:00:00.000000+00:00');
CREATE TABLE leases (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, review VARCHAR(120) NOT NULL, field VARCHAR(60) NOT NULL,
  document_id VARCHAR(128) NOT NULL, coder VARCHAR(80) NOT NULL, kind VARCHAR(12) NOT NULL,
  until VARCHAR(32) NOT NULL, at VARCHAR(32) NOT NULL
);
CREATE TABLE overrides (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, advice_id VARCHAR(64) NOT NULL, advised VARCHAR(200) NOT NULL,
  chosen VARCHAR(200) NOT NULL, reason TEXT NOT NULL, role VARCHAR(200) NOT NULL, region VARCHAR(8) NOT NULL,
  model_run VARCHAR(64) NOT NULL, model_version VARCHAR(64) NOT NULL, at VARCHAR(32) NOT NULL, withdraws INTEGER,
  CONSTRAINT withdrawn_once UNIQUE (withdraws), FOREIGN KEY(withdraws) REFERENCES overrides (id)
);
CREATE TABLE records_schema (
  version INTEGER NOT NULL, at VARCHAR(32) NOT NULL, PRIMARY KEY (version)
);
INSERT INTO "records_schema" VALUES(2,'2026-05-01T09:00:00.000000+00:00');
CREATE TABLE requests (
  token VARCHAR(64) NOT NULL, digest VARCHAR(64) NOT NULL, answer TEXT NOT NULL, at VARCHAR(32) NOT NULL,
  PRIMARY KEY (token)
);
CREATE TRIGGER records_schema_no_update BEFORE update ON records_schema BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER records_schema_no_delete BEFORE delete ON records_schema BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER drafts_no_update BEFORE update ON drafts BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER drafts_no_delete BEFORE delete ON drafts BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE INDEX ix_overrides_advice_id ON overrides (advice_id);
CREATE TRIGGER overrides_no_update BEFORE update ON overrides BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER overrides_no_delete BEFORE delete ON overrides BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER coders_no_update BEFORE update ON coders BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER coders_no_delete BEFORE delete ON coders BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE INDEX labels_of_reviews ON labels (review, id);
CREATE TRIGGER labels_no_update BEFORE update ON labels BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER labels_no_delete BEFORE delete ON labels BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER decisions_no_update BEFORE update ON decisions BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE delete ON decisions BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE INDEX leases_of_documents ON leases (review, field, document_id);
CREATE TRIGGER leases_no_update BEFORE update ON leases BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER leases_no_delete BEFORE delete ON leases BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER requests_no_update BEFORE update ON requests BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER requests_no_delete BEFORE delete ON requests BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER learning_steps_no_update BEFORE update ON learning_steps BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER learning_steps_no_delete BEFORE delete ON learning_steps BEGIN SELECT RAISE(ABORT, 'append-only'); END;
