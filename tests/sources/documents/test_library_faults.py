"""The library under several processes, killed ones, and a full disk."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit.sources.documents.library import Library, library
from almpo_kit.sources.documents.library_tables import LibraryError

#: The children touch files and SQLite only, and end without Python's own clean-up.
pytestmark = pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")


def in_child(work: Callable[[], None]) -> int:
    """Run something in a forked process; its number. It ends with 0 where nothing was raised."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def files(folder: Path, n: int) -> Path:
    folder.mkdir()
    for i in range(n):
        (folder / f"note{i:03}.txt").write_text(
            f"Note {i} on training\n\nTraining of kind {i} helped. It cost {i} euros."
        )
    entries = "".join(
        f"TY  - JOUR\nTI  - Reference {i} on subsidies\nPY  - 2019\nER  - \n" for i in range(40)
    )
    (folder / "list.ris").write_text(entries)
    return folder


def whole(held: Library) -> None:
    """Every row has its text, its passages and its bytes; the database is sound."""
    db = sqlite3.connect(held.folder / "library.db")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (
        db.execute("SELECT COUNT(*) FROM documents").fetchone()
        == db.execute("SELECT COUNT(*) FROM contents").fetchone()
    )
    db.close()
    table = held.documents()
    assert (table["text"].str.len() > 0).all()
    assert set(held.passages()["document_id"]) == set(table["document_id"])
    for name in table["document_id"]:
        assert held.file(name)


def test_several_processes_take_in_the_same(tmp_path: Path) -> None:
    inbox = files(tmp_path / "inbox", 8)
    place = tmp_path / "library"
    # Opened by each: making it is part of what they do at once.
    children = [in_child(lambda: library(place).take_in(inbox) and None) for _ in range(4)]
    assert [os.waitpid(c, 0)[1] for c in children] == [0] * 4
    held = library(place)
    assert len(held) == 48
    assert (held.provenance()["outcome"] == "new").sum() == 48
    whole(held)


def killed(tmp_path: Path, n: int, times: int, seed: int) -> None:
    inbox, place = files(tmp_path / "inbox", n), tmp_path / "library"
    chance = random.Random(seed)
    begun = time.monotonic()
    library(tmp_path / "once").take_in(inbox)
    length = time.monotonic() - begun
    done = 0
    for _ in range(times):
        child = in_child(lambda: library(place).take_in(inbox) and None)
        time.sleep(chance.random() * length)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if (place / "library.db").exists():
            held = library(place)
            # What was in it once never goes away.
            assert len(held) >= done
            done = len(held)
    held = library(place)
    held.take_in(inbox)
    assert len(held) == 40 + n
    assert (held.provenance()["outcome"] == "new").sum() == 40 + n
    whole(held)


def test_killed_and_taken_in_again(tmp_path: Path) -> None:
    killed(tmp_path, 8, 3, 1)


@pytest.mark.slow
def test_killed_fifty_times(tmp_path: Path) -> None:
    killed(tmp_path, 25, 50, 2)


def _limited(work: Callable[[], object], size: int) -> Callable[[], None]:
    """Work that may write no file larger than ``size``, and must be told so."""

    def run() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            work()
        except LibraryError as error:
            assert "What was taken in before is untouched" in str(error)
            return
        os._exit(3)

    return run


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    held = library(tmp_path / "library")
    held.take_in(("note.txt", b"A note on training\n\nIt helped."))
    large = ("large.txt", b"Training helps people find work. " * 10_000)
    rows = pd.DataFrame({"title": [f"Reference {i} {'long ' * 50}" for i in range(900)]})
    for work in (lambda: held.take_in(large), lambda: held.take_in(rows)):
        child = in_child(_limited(work, 300_000))
        assert os.waitpid(child, 0)[1] == 0
        assert len(library(tmp_path / "library")) == 1
        assert not list((tmp_path / "library").rglob("*.tmp"))
    whole(held)
    assert held.take_in(large).counts["new"] == 1
    assert held.take_in(rows).counts["new"] == 900
