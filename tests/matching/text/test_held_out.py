"""The whole taxonomy: held-out labels and sentences, better than each part alone. Minutes; needs the official CSVs."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT.parent / "shared" / "data" / "esco" / "esco_v1.1.1_en_csv.zip").exists(),
        reason="needs the official ESCO CSVs",
    ),
]
#: Least recall in the first five by kind of question.
FLOORS = {
    "occupations": {
        "test: other label": 0.86,
        "test: noisy label": 0.83,
        "test: known": 0.96,
        "dev: own": 0.78,
    },
    "skills": {"test: description": 0.76, "test: one skill": 0.9, "test: occupation": 0.22, "dev: own": 0.62},
}


@pytest.mark.parametrize("kind", FLOORS)
def test_better_than_each_part(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    table, ratio = importlib.import_module("text_to_esco").measured(kind)
    for question, floor in FLOORS[kind].items():
        row = table.loc[question]
        assert row["R@5 ours"] >= floor, question
        if question != "test: known":
            assert row["R@5 ours"] > max(row[f"R@5 {peer}"] for peer in ("TF-IDF", "BM25", "embeddings")), (
                question
            )
    assert ratio > 0.02
