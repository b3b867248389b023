"""The watch folder: whole files only, each once, also over restarts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from almpo_kit.sources.documents import watching
from almpo_kit.sources.documents.library import Library, library
from almpo_kit.sources.documents.taken_in import TakenIn
from almpo_kit.vocabulary.errors import ParameterError


def looks(held: Library, folder: Path, rounds: int = 1) -> list[TakenIn]:
    return list(held.watch(folder, seconds=0.01, rounds=rounds))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def test_a_file_is_taken_in_at_the_second_look(tmp_path: Path, inbox: Path) -> None:
    held = library(tmp_path / "library")
    (inbox / "note.txt").write_text("Training helped people.")
    assert looks(held, inbox) == []
    (found,) = looks(held, inbox)
    assert found.counts["new"] == 1
    # Also by another process, later: nothing is read twice.
    assert looks(library(tmp_path / "library"), inbox, 3) == []
    assert held.document(found.table["document_id"][0])["origin"] == str(inbox / "note.txt")
    assert (inbox / "note.txt").exists()


def test_a_growing_file_is_waited_for(tmp_path: Path, inbox: Path) -> None:
    held = library(tmp_path / "library")
    with (inbox / "note.txt").open("w") as file:
        for part in ("Training helped", " some people", " a little."):
            file.write(part)
            file.flush()
            assert looks(held, inbox) == []
    (found,) = looks(held, inbox)
    assert held.document(found.table["document_id"][0])["text"] == "Training helped some people a little."
    assert len(held) == 1


def test_a_file_that_changes_while_it_is_read_waits(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = library(tmp_path / "library")
    place = inbox / "note.txt"
    place.write_text("Training helped some")
    looks(held, inbox)
    real = watching.inbox.held

    def read_slowly(path: Path) -> object:
        found = real(path)
        place.write_text("Training helped some people.")
        return found

    monkeypatch.setattr(watching.inbox, "held", read_slowly)
    assert looks(held, inbox) == [] and len(held) == 0
    monkeypatch.undo()
    (found,) = looks(held, inbox, 2)
    assert held.document(found.table["document_id"][0])["text"] == "Training helped some people."


def test_refused_files_are_told_once_until_they_change(tmp_path: Path, inbox: Path) -> None:
    held = library(tmp_path / "library")
    (inbox / "empty.txt").write_bytes(b"")
    (found,) = looks(held, inbox, 2)
    assert found.counts["refused"] == 1
    assert looks(library(tmp_path / "library"), inbox, 3) == []
    (inbox / "empty.txt").write_text("Now there is text on training.")
    (found,) = looks(held, inbox, 2)
    assert found.counts["new"] == 1


def test_a_changed_file_is_another_document(tmp_path: Path, inbox: Path) -> None:
    held = library(tmp_path / "library")
    place = inbox / "note.txt"
    place.write_text("The first version.")
    looks(held, inbox, 2)
    place.write_text("Another version.")
    os.utime(place, (1, 1))
    looks(held, inbox, 2)
    assert len(held) == 2


def test_what_cannot_be_watched(tmp_path: Path) -> None:
    held = library(tmp_path / "library")
    with pytest.raises(ParameterError, match="no folder"):
        held.watch(tmp_path / "absent")
    with pytest.raises(ParameterError, match="seconds"):
        held.watch(tmp_path, seconds=0)


def test_names_that_are_no_text_stop_nothing(tmp_path: Path, inbox: Path) -> None:
    held = library(tmp_path / "library")
    os.mkfifo(inbox / "pipe.pdf")
    (inbox / "up.txt").symlink_to("/etc/hostname")
    (inbox / "round").symlink_to(inbox)
    for number, name in enumerate((b"caf\xe9.txt", b"a\x1b[2Jb.txt", b"z.txt")):
        (inbox / os.fsdecode(name)).write_text(f"Training helped {number} people.")
    looks(held, inbox)
    (found,) = looks(held, inbox)
    assert found.counts["new"] == 3
    assert looks(library(tmp_path / "library"), inbox, 2) == []
    assert held.take_in(inbox, origin="\ud800").counts["known"] == 3
    kept = held.provenance()
    assert all(str(cell).isprintable() for cell in kept[["name", "origin"]].to_numpy().ravel())
    held.leave_out(kept["document_id"][0], "no study \ud800 at all")
    with pytest.raises(ParameterError, match="no file or folder"):
        held.take_in("a" * 5_000)
    # Names are names, and no places.
    held.take_in([("../../outside.txt", b"Training helped nobody."), ("", b"Training helped all.")])
    assert {p.name for p in tmp_path.iterdir()} == {"inbox", "library"}
