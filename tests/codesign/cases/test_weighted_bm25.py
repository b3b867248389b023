"""The score of words: against bm25s, against arithmetic by hand, and its laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign.cases.kernels.weighted_bm25 import weighted_bm25

DOCS = (
    "hotel season winter hotel",
    "season work",
    "winter school for hotel staff in the long winter season",
    "job guarantee in a town",
    "staff",
)


def counts_of(docs: tuple[str, ...], query: list[str]) -> np.ndarray:
    split = [d.split() for d in docs]
    return np.array([[[*(d.count(q) for q in query), len(d)] for d in split]], dtype=float)


def test_one_field_is_the_bm25_of_lucene() -> None:
    """bm25s 0.2 with method="lucene", the same k1 and b, double precision."""
    bm25s = pytest.importorskip("bm25s")
    query = ["hotel", "winter", "season", "town", "unknown"]
    oracle = bm25s.BM25(method="lucene", k1=1.2, b=0.75, dtype="float64")
    oracle.index([d.split() for d in DOCS], show_progress=False)
    expected = oracle.get_scores([q for q in query if q != "unknown"])
    ours = weighted_bm25(counts_of(DOCS, query), np.ones(1)).sum(axis=1)
    assert ours == pytest.approx(expected, abs=1e-6)
    assert (ours > 0).sum() == 4


def test_by_hand() -> None:
    """Two documents of equal length, a word once in the first: ln(1 + 1.5/1.5) · 1/(1 + 1.2)."""
    scores = weighted_bm25(np.array([[[1.0, 4.0], [0.0, 4.0]]]), np.ones(1))
    assert scores[:, 0] == pytest.approx([math.log(2) / 2.2, 0.0])


def test_a_weight_of_three_is_the_word_three_times() -> None:
    once = np.array([[[1.0, 6.0], [0.0, 6.0]]])
    thrice = np.array([[[3.0, 6.0], [0.0, 6.0]]])
    assert weighted_bm25(once, np.array([3.0])) == pytest.approx(weighted_bm25(thrice, np.ones(1)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.integers(0, 2))
def test_more_of_a_word_never_scores_less(times: list[int], which: int) -> None:
    counts = np.zeros((2, 3, 2))
    counts[:, :, 0] = np.array(times).reshape(2, 3)
    counts[:, :, 1] = 10.0
    before = weighted_bm25(counts, np.array([2.0, 1.0]))
    assert (before >= 0).all()
    if counts[:, which, 0].sum() == 0:
        return
    counts[0, which, 0] += 1
    assert weighted_bm25(counts, np.array([2.0, 1.0]))[which] > before[which]


def test_empty_fields_are_no_error() -> None:
    with np.errstate(all="raise"):
        assert weighted_bm25(np.zeros((2, 3, 2)), np.ones(2)).sum() == 0
