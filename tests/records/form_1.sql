CREATE TABLE records_schema (version INTEGER NOT NULL, at VARCHAR(32) NOT NULL, PRIMARY KEY (version));
CREATE TRIGGER records_schema_no_update BEFORE update ON records_schema BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER records_schema_no_delete BEFORE delete ON records_schema BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TABLE drafts (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL, version INTEGER NOT NULL,
  kind VARCHAR(12) NOT NULL, content TEXT NOT NULL, digest VARCHAR(64) NOT NULL, author_role VARCHAR(200) NOT NULL,
  note TEXT NOT NULL, at VARCHAR(32) NOT NULL, CONSTRAINT one_row_a_version UNIQUE (name, version)
);
CREATE TRIGGER drafts_no_update BEFORE update ON drafts BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER drafts_no_delete BEFORE delete ON drafts BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TABLE overrides (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, advice_id VARCHAR(64) NOT NULL, advised VARCHAR(200) NOT NULL,
  chosen VARCHAR(200) NOT NULL, reason TEXT NOT NULL, role VARCHAR(200) NOT NULL, region VARCHAR(8) NOT NULL,
  model_run VARCHAR(64) NOT NULL, model_version VARCHAR(64) NOT NULL, at VARCHAR(32) NOT NULL, withdraws INTEGER,
  CONSTRAINT withdrawn_once UNIQUE (withdraws), FOREIGN KEY(withdraws) REFERENCES overrides (id)
);
CREATE INDEX ix_overrides_advice_id ON overrides (advice_id);
CREATE TRIGGER overrides_no_update BEFORE update ON overrides BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER overrides_no_delete BEFORE delete ON overrides BEGIN SELECT RAISE(ABORT, 'append-only'); END;
INSERT INTO records_schema VALUES (1, '2026-03-01T09:00:00+00:00');
INSERT INTO drafts (name, version, kind, content, digest, author_role, note, at) VALUES
  ('Plan', 1, 'kept', '{"n": 1}', '{digest}', 'policy officer', '', '2026-03-01T09:05:00.000000+00:00');
INSERT INTO overrides (advice_id, advised, chosen, reason, role, region, model_run, model_version, at) VALUES
  ('abcdef0123456789', 'Training', 'Wage subsidy', 'an employer has a place', 'caseworker', 'ITF3', '', '',
   '2026-03-01T09:06:00.000000+00:00');
