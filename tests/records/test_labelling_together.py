"""Ten experts' processes at one store; kills, full disks: no label is lost, doubled or silently overwritten."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from almpo_kit import records
from tests.records.labelling import PILE, REVIEW, batch
from tests.records.together import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all of it happened, in one process and its forks: ten experts, a killed one, full disks."""
    here = tmp_path_factory.mktemp("together")
    (here / "told").touch()
    run(
        ("experts", here / "new" / "records.db", here, 10, 15),
        ("killed_again_and_again", here / "killed.db", here / "told", 10, 1),
        ("fill_the_disk", here / "full.db", here / "full", 0),
        ("fill_the_disk", here / "fuller.db", here / "fuller", 40_000),
    )
    return here


@pytest.fixture(scope="module")
def ten(folder: Path) -> tuple[records.Store, list[list[list[Any]]]]:
    """The store that ten processes made and filled at once, and what each was answered."""
    told = [
        [json.loads(line) for line in (folder / f"{k}.jsonl").read_text().splitlines()] for k in range(10)
    ]
    return records.open_store(folder / "new" / "records.db"), told


def test_nothing_is_lost(ten: tuple[records.Store, list[list[list[Any]]]]) -> None:
    store, told = ten
    answered = [one for window in told for one in window if one[0] in ("kept", "undone")]
    history = store.labels(REVIEW, current=False)
    # Exactly what was answered is there: each number once, each answer under its number.
    assert sorted(one[1] for one in answered) == sorted(history["label_id"])
    values = history.set_index("label_id")["value"]
    assert all(values[one[1]] == one[3] for one in answered if one[0] == "kept")
    assert len(answered) + sum(one == ["conflict"] for window in told for one in window) == 150


def test_nothing_is_overwritten_silently(ten: tuple[records.Store, list[list[list[Any]]]]) -> None:
    store, told = ten
    history = store.labels(REVIEW, current=False).set_index("label_id")
    for window in told:
        for one in window:
            if one[0] not in ("kept", "undone"):
                continue
            replaced = history.loc[one[1], "replaces"]
            if one[2] is not None:
                assert replaced == one[2]
            else:
                # She saw nothing there: it was new, or what there was had been taken back.
                assert pd.isna(replaced) or history.loc[replaced, "value"] == ""
    # Two windows of one coder met, or the test has tested nothing.
    assert sum(one == ["conflict"] for window in told for one in window) > 0
    # Each question has one line of rows a coder, and one end of it.
    for _, rows in history.groupby(["document_id", "field", "coder"]):
        before = rows["replaces"].tolist()
        assert before[1:] == rows.index[:-1].tolist() and rows["replaces"].isna().sum() == 1
    now = store.labels(REVIEW)
    assert not now.duplicated(["document_id", "field", "item", "coder"]).any()


def test_no_more_readers_than_wanted(ten: tuple[records.Store, list[list[list[Any]]]]) -> None:
    store, told = ten
    claimed = [sorted({d for one in window if one[0] == "claimed" for d in one[1]}) for window in told]
    assert max(Counter(d for window in claimed for d in window).values()) == 2
    # Ten readers of three each, two to a document: the first fifteen.
    assert {d for window in claimed for d in window} == set(PILE[:15])
    assert all(len(window) == 3 for window in claimed)
    assert len(store.leases(REVIEW)) == 30


def _whole_after_kills(place: Path, told: Path) -> int:
    acknowledged = [list(map(int, line.split())) for line in told.read_text().splitlines()]
    assert [one[0] for one in acknowledged] == list(range(len(acknowledged)))
    store = records.open_store(place)
    history = store.labels(REVIEW, current=False)
    # Three labels a request and one change, each once: nothing lost, nothing doubled.
    assert len(history) == 4 * len(acknowledged)
    by_number = history.set_index("label_id")
    for i, *numbers, changed in acknowledged:
        assert by_number.loc[numbers, "value"].tolist() == [row["value"] for row in batch(i)]
        assert tuple(by_number.loc[changed, ["value", "replaces"]]) == (f"better {i}", numbers[0])
    with sqlite3.connect(place) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM requests").fetchone() == (2 * len(acknowledged),)
    return len(acknowledged)


def test_killed_and_resumed(folder: Path) -> None:
    assert _whole_after_kills(folder / "killed.db", folder / "told") >= 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_killed_very_often_and_resumed(tmp_path: Path, seed: int) -> None:
    place, told = tmp_path / "records.db", tmp_path / "told"
    told.touch()
    run(("killed_again_and_again", place, told, 60, seed))
    assert _whole_after_kills(place, told) > 50


@pytest.mark.parametrize("name", ["full", "fuller"])
def test_full_disk(folder: Path, name: str) -> None:
    place = folder / f"{name}.db"
    found = json.loads((folder / name).read_text())
    assert "disk" in found["said"] and "Nothing was written" in found["said"]
    # What had been answered was there, and the request that failed was carried out once when there was room again.
    assert found["kept"] == 3 * found["failed"]
    store = records.open_store(place)
    assert len(store.labels(REVIEW, current=False)) == 3 * (found["failed"] + 1)
    with sqlite3.connect(place) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_read_only(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    records.open_store(place).label(REVIEW, "d1", "relevant", "yes", coder="coder A")
    place.chmod(0o444)
    store = records.open_store(place)
    assert len(store.labels(REVIEW)) == 1
    for work in (
        lambda: store.label(REVIEW, "d2", "relevant", "no", coder="coder A"),
        lambda: store.undo_label(1, coder="coder A"),
        lambda: store.claim(REVIEW, "coder A", ["d1"]),
        lambda: store.log_step(REVIEW, "r1", "began", {}),
    ):
        with pytest.raises(records.RecordsError, match=r"read-only\. Nothing was written"):
            work()
