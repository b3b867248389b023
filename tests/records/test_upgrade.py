"""A store that an older version of this package kept: it is brought to the latest form, at once or not at all."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from almpo_kit import records
from almpo_kit.records.migrations.upgrading import _scripts
from almpo_kit.records.schema import SCHEMA_VERSION, metadata
from tests.records.servers import Server
from tests.records.together import run

FORM_1 = Path(__file__).with_name("form_1.sql")
FORM_2 = Path(__file__).with_name("form_2.sql")
FORM_3 = Path(__file__).with_name("form_3.sql")
FORMS = (FORM_1, FORM_2, FORM_3)
_FORM_1 = {"records_schema", "drafts", "overrides"}
_FORM_2 = _FORM_1 | {"coders", "labels", "decisions", "leases", "requests", "learning_steps"}
_TRIALS = {"trial_plans", "trial_states", "trial_draws", "trial_looks", "trial_results"}
_ALL = set(metadata().tables)
TABLES = {1: _FORM_1, 2: _FORM_2, 3: _ALL - _TRIALS, SCHEMA_VERSION: _ALL}


def make_form_1(place: Path, sql: Path = FORM_1) -> None:
    """A store as an earlier version of this package left it."""
    text = sql.read_text(encoding="utf-8").replace("{digest}", hashlib.sha256(b'{"n": 1}').hexdigest())
    with sqlite3.connect(place) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(text)
    db.close()


def form_of(place: Path) -> int:
    """Which form it is of; of one wholly, or the test fails."""
    with sqlite3.connect(place) as db:
        (form,) = db.execute("SELECT max(version) FROM records_schema").fetchone()
        tables = {
            n
            for (n,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        }
        (triggers,) = db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
        stamped = (
            "alembic_version" in tables and db.execute("SELECT version_num FROM alembic_version").fetchall()
        )
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    # Alembic came with form 3; both ways of asking say the same.
    assert stamped == ([(f"{form:04d}",)] if form >= 3 else False)
    assert tables - {"alembic_version"} == TABLES[form] and triggers == 2 * len(TABLES[form])
    return int(form)


@pytest.mark.parametrize("sql", FORMS, ids=lambda p: p.stem)
def test_what_was_kept_stays(tmp_path: Path, sql: Path) -> None:
    place = tmp_path / "records.db"
    make_form_1(place, sql)
    before = form_of(place)
    assert before == int(sql.stem[-1])
    store = records.open_store(place)
    assert form_of(place) == SCHEMA_VERSION
    assert store.draft("Plan").content == {"n": 1} and store.draft("Plan").author_role == "policy officer"
    if before == 1:
        assert list(store.overrides()["chosen"]) == ["Wage subsidy"]
    else:
        assert list(store.labels("almp")["value"]) == ["yes"]
        assert list(store.steps("almp")["content"]) == [{"kappa": 0.7}]
    assert store.label("almp", "d9", "relevant", "yes", coder="coder A") == min(before, 2)
    assert store.keep_draft("Plan", {"n": 2}).version == 2
    assert store.trials().empty
    if before < 3:
        assert store.consultations().empty
    else:
        assert store.consultation("tourism").state == "open"
        assert list(store.judgements("tourism")["value"]) == [7]
    with sqlite3.connect(place) as db:
        kept = [v for (v,) in db.execute("SELECT version FROM records_schema ORDER BY version")]
    # The one of form 3 had been of form 2.
    assert kept == list(range(min(before, 2), SCHEMA_VERSION + 1))


def test_an_older_store_that_may_not_be_written(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    make_form_1(place)
    place.chmod(0o444)
    store = records.open_store(place)
    assert store.draft("Plan").content == {"n": 1}
    for asked in (store.labels, store.decisions, store.steps, store.leases):
        with pytest.raises(records.RecordsError, match="holds no labels yet and is read-only"):
            asked("almp")
    with pytest.raises(records.RecordsError, match="holds no consultations yet and is read-only"):
        store.judgements("tourism")
    with pytest.raises(records.RecordsError, match="holds no trials yet and is read-only"):
        store.trials()
    with pytest.raises(records.RecordsError, match=r"read-only\. Nothing was written"):
        store.label("almp", "d1", "relevant", "yes", coder="coder A")
    assert form_of(place) == 1


def test_steps_make_the_tables_that_are_asked(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = records.open_store(tmp_path / "records.db")
    with store.engine.begin() as db:
        said = compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), metadata())
    assert said == []
    # What Alembic does not compare: constraints are named the same, columns may be empty where they may.
    assert _made_by(store.place) == _made_at_once(tmp_path / "at_once.db")


def _made_at_once(place: Path) -> dict[str, set[str]]:
    from sqlalchemy import create_engine

    metadata().create_all(create_engine(f"sqlite:///{place}"))
    return _made_by(str(place))


def _made_by(place: str) -> dict[str, set[str]]:
    with sqlite3.connect(place) as db:
        asked = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        lines = {
            name: {line.strip(" ,\t") for line in sql.replace('"', "").splitlines()}
            for name, sql in db.execute(asked)
            if name not in ("alembic_version", "sqlite_sequence")
        }
    db.close()
    return lines


def test_the_same_steps_for_a_server() -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    said = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": said}
    )
    with Operations.context(context):
        for step in reversed(list(_scripts().iterate_revisions("head", "base"))):
            step.module.upgrade()
    words = said.getvalue()
    assert words.count("CREATE TABLE") == len(TABLES[SCHEMA_VERSION]) == 23
    assert words.count("OR DELETE OR TRUNCATE") + words.count("BEFORE DELETE OR TRUNCATE") == 23
    assert words.count("BEFORE UPDATE ON") == 3
    assert "RAISE(ABORT" not in words


def test_an_up_to_date_store_needs_no_alembic(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    records.open_store(place)
    code = (
        "import sys; from almpo_kit import records; s = records.open_store(sys.argv[1]); s.keep_draft('x', {}); "
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_step_that_fails_leaves_the_earlier_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "records.db"
    make_form_1(place)
    last = next(iter(_scripts().walk_revisions())).module
    monkeypatch.setattr(last, "_results", lambda: (_ for _ in ()).throw(OSError("no space left on device")))
    with pytest.raises(records.RecordsError, match=r"disk is full.*What was kept is untouched"):
        records.open_store(place)
    assert form_of(place) == 1
    monkeypatch.undo()
    records.open_store(place)
    assert form_of(place) == SCHEMA_VERSION


def test_upgraded_by_several_at_once_and_killed(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    make_form_1(place)
    said = run(("open_together", place, 8), ("killed_while_opening", tmp_path / "r.db", FORM_1, 4, 1))
    assert form_of(place) == SCHEMA_VERSION
    assert len(said.split()) == 4


@pytest.mark.slow
@pytest.mark.parametrize("sql", FORMS, ids=lambda p: p.stem)
def test_killed_very_often_while_it_is_upgraded(tmp_path: Path, sql: Path) -> None:
    said = run(("killed_while_opening", tmp_path / "r.db", sql, 150, 2)).split()
    # The kills fell on both sides of the moment at which it counts.
    assert set(said) == {sql.stem[-1], str(SCHEMA_VERSION)}


@pytest.mark.slow
def test_a_server_with_an_earlier_form(postgresql: Server) -> None:
    """Made as form 2 was made, without Alembic; upgraded by several who open it at once."""
    from sqlalchemy import create_engine, inspect, text

    address = postgresql.new_database()
    engine = create_engine(address)
    with engine.begin() as db:
        metadata().create_all(db, tables=[metadata().tables[t] for t in sorted(_FORM_2)])
        db.execute(text("INSERT INTO records_schema VALUES (2, '2026-05-01T09:00:00+00:00')"))
    stores: list[records.Store] = []
    threads = [threading.Thread(target=lambda: stores.append(records.open_store(address))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 6 and {s.form for s in stores} == {SCHEMA_VERSION}
    with engine.begin() as db:
        assert set(inspect(db).get_table_names()) == TABLES[SCHEMA_VERSION] | {"alembic_version"}
        assert db.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0004"]
        assert db.execute(text("SELECT version FROM records_schema ORDER BY version")).scalars().all() == [
            2,
            3,
            4,
        ]
    assert stores[0].consultations().empty and stores[0].keep_draft("Plan", {}).version == 1
    engine.dispose()
