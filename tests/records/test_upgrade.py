"""A store that an older version of this package kept: what is missing is added, at once or not at all."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from almpo_kit import records
from almpo_kit.records.schema import SCHEMA_VERSION, metadata
from tests.records.together import run

FORM_1 = Path(__file__).with_name("form_1.sql")


def make_form_1(place: Path, sql: Path = FORM_1) -> None:
    """A store as the first version of this package left it."""
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
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    ours = {"records_schema", "drafts", "overrides"} if form == 1 else set(metadata().tables)
    assert tables == ours and triggers == 2 * len(ours)
    return int(form)


def test_what_was_kept_stays(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    make_form_1(place)
    assert form_of(place) == 1
    store = records.open_store(place)
    assert form_of(place) == SCHEMA_VERSION
    assert store.draft("Plan").content == {"n": 1} and store.draft("Plan").author_role == "policy officer"
    assert list(store.overrides()["chosen"]) == ["Wage subsidy"]
    assert store.label("almp", "d1", "relevant", "yes", coder="coder A") == 1
    assert store.keep_draft("Plan", {"n": 2}).version == 2
    with sqlite3.connect(place) as db:
        assert db.execute("SELECT version FROM records_schema ORDER BY version").fetchall() == [(1,), (2,)]


def test_an_older_store_that_may_not_be_written(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    make_form_1(place)
    place.chmod(0o444)
    store = records.open_store(place)
    assert store.draft("Plan").content == {"n": 1}
    for asked in (store.labels, store.decisions, store.steps, store.leases):
        with pytest.raises(records.RecordsError, match="holds no labels yet and is read-only"):
            asked("almp")
    with pytest.raises(records.RecordsError, match=r"read-only\. Nothing was written"):
        store.label("almp", "d1", "relevant", "yes", coder="coder A")
    assert form_of(place) == 1


def test_upgraded_by_several_at_once_and_killed(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    make_form_1(place)
    said = run(("open_together", place, 8), ("killed_while_opening", tmp_path / "r.db", FORM_1, 4, 1))
    assert form_of(place) == SCHEMA_VERSION
    assert len(said.split()) == 4


@pytest.mark.slow
def test_killed_very_often_while_it_is_upgraded(tmp_path: Path) -> None:
    said = run(("killed_while_opening", tmp_path / "r.db", FORM_1, 150, 2)).split()
    # The kills fell on both sides of the moment at which it counts.
    assert set(said) == {"1", str(SCHEMA_VERSION)}
