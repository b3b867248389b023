"""Real processes at one real file: no row is lost, no version is given twice, a kill leaves the store whole."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from almpo_kit import records

ROOT = Path(__file__).parents[2]


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.records.writers", *map(str, arguments)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(running: list[subprocess.Popen[str]]) -> None:
    for one in running:
        _, said = one.communicate(timeout=120)
        assert one.returncode == 0, said


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> records.Store:
    """A store that three processes created and filled at the same time."""
    place = tmp_path_factory.mktemp("records") / "new" / "records.db"
    finish([start("all_at_once", place, who, 8) for who in ("a", "b", "c")])
    return records.open_store(place)


def test_writers_that_create_the_store_together_lose_nothing(shared: records.Store) -> None:
    versions = shared.drafts("shared")
    assert list(versions["version"]) == list(range(1, 25))
    kept = [shared.draft("shared", v).content for v in versions["version"]]
    assert sorted((k["who"], k["i"]) for k in kept) == [(w, i) for w in "abc" for i in range(8)]
    # Each writer's own order is kept.
    for who in "abc":
        assert [k["i"] for k in kept if k["who"] == who] == list(range(8))
    assert shared.overrides()["reason"].nunique() == 24
    assert versions["at"].is_monotonic_increasing


def test_nobody_overwrites_what_he_has_not_seen(shared: records.Store) -> None:
    assert shared.draft("counter").content["n"] == 24
    assert shared.draft("counter").version == 25


def test_a_store_survives_a_fork(shared: records.Store) -> None:
    for who in "abc":
        kept = [shared.draft(f"forked {who}", v).content for v in (2, 3)]
        assert {k["child"] for k in kept} == {True, False}


def test_a_killed_writer_leaves_the_store_whole(tmp_path: Path) -> None:
    place, told = tmp_path / "records.db", tmp_path / "told"
    told.touch()
    writer = start("keep_until_killed", place, told)
    until = time.monotonic() + 60
    while len(told.read_text().splitlines()) < 5 and time.monotonic() < until:
        time.sleep(0.01)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    acknowledged = [tuple(map(int, line.split())) for line in told.read_text().splitlines() if " " in line]
    assert len(acknowledged) >= 5
    store = records.open_store(place)
    for version, i in acknowledged:
        assert store.draft("large", version).content["i"] == i
    # At most the one that was being written is there beside those that were acknowledged, and it is whole.
    assert len(store.drafts("large")) - len(acknowledged) in (0, 1)
    assert store.keep_draft("large", {}).version == len(store.drafts("large"))
    with sqlite3.connect(place) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    store = records.open_store(place)
    store.keep_draft("plan", {"n": 1})
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        assert store.draft("plan").content == {"n": 1}
        assert time.monotonic() - began < 5
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.slow
def test_many_kills(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    for turn in range(12):
        told = tmp_path / f"told{turn}"
        told.touch()
        writer = start("keep_until_killed", place, told)
        while len(told.read_text().splitlines()) < 2 + turn:
            time.sleep(0.003)
        writer.kill()
        writer.communicate()
    store = records.open_store(place)
    listed = store.drafts("large")["version"]
    assert list(listed) == list(range(1, len(listed) + 1))
    with sqlite3.connect(place) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
