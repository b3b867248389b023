"""Vectors are made once, the same whether kept or not, and the file they lie in is never needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from almpo_kit.sources.kept_vectors import KeptEncoder


class Counting:
    """An encoder of two dimensions that says what it was asked."""

    name, version, dimension = "counting", "1", 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = [[len(t) % 7, 1.0] for t in texts]
        found = np.array(rows, dtype=np.float32).reshape(-1, 2)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_only_what_is_new_is_encoded(tmp_path: Path) -> None:
    inner = Counting()
    kept = KeptEncoder(inner, tmp_path / "deep" / "v.db")
    first = kept(["a", "bb", "a", "ccc"])
    assert sorted(inner.asked) == ["a", "bb", "ccc"]
    again = KeptEncoder(inner, tmp_path / "deep" / "v.db")(["ccc", "dddd", "a"])
    assert sorted(inner.asked) == ["a", "bb", "ccc", "dddd"]
    assert (again[[0, 2]] == first[[3, 0]]).all(), "bit by bit"
    assert kept([]).shape == (0, 2)


def test_a_damaged_or_closed_file_costs_time_only(tmp_path: Path) -> None:
    place = tmp_path / "v.db"
    place.write_bytes(b"this is no database, and never was one" * 50)
    right = KeptEncoder(Counting(), tmp_path / "other.db")(["a", "bb"])
    assert (KeptEncoder(Counting(), place)(["a", "bb"]) == right).all()
    assert (KeptEncoder(Counting(), Path("/proc/nowhere/v.db"))(["a", "bb"]) == right).all()


def test_another_version_is_another_vector(tmp_path: Path) -> None:
    inner = Counting()
    KeptEncoder(inner, tmp_path / "v.db")(["a"])
    newer = Counting()
    newer.version = "2"
    KeptEncoder(newer, tmp_path / "v.db")(["a"])
    assert newer.asked == ["a"]


def test_many_texts_in_parts(tmp_path: Path) -> None:
    texts = [f"text {i}" * (1 + i % 5) for i in range(1_300)]
    inner = Counting()
    kept = KeptEncoder(inner, tmp_path / "v.db")
    assert (kept(texts) == kept(texts)).all() and len(inner.asked) == len(set(texts))
