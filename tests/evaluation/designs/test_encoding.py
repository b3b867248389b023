"""Covariates as numbers: no gap, no column that says nothing, every person where she was."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.evaluation.designs.encoding import encode


def test_dummies_leave_out_the_most_frequent() -> None:
    frame = pd.DataFrame({"region": ["b", "a", "b", None, "c", "b"]})
    matrix, names, parts = encode(frame, ["region"])
    assert names == ("region: a", "region: c", "region: missing")
    assert parts == {"region": slice(0, 3)}
    assert matrix.tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 0]]


def test_missing_numbers_stand_at_the_mean_with_an_indicator() -> None:
    matrix, names, _ = encode(pd.DataFrame({"x": [1.0, np.nan, 3.0]}), ["x"])
    assert names == ("x", "x missing")
    assert matrix.tolist() == [[1, 0], [2, 1], [3, 0]]


def test_what_is_constant_makes_no_column() -> None:
    frame = pd.DataFrame({"one": 1.0, "word": "a", "x": [1, 2, 3]})
    matrix, names, parts = encode(frame, ["one", "word", "x"])
    assert names == ("x",)
    assert matrix.shape == (3, 1)
    assert parts["x"] == slice(0, 1)


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=30))
def test_order_of_rows_does_not_matter(values: list[str | None]) -> None:
    frame = pd.DataFrame({"x": pd.Series(values, dtype=object)})
    order = np.random.default_rng(len(values)).permutation(len(values))
    matrix, names, _ = encode(frame, ["x"])
    other, same, _ = encode(frame.iloc[order], ["x"])
    assert names == same
    assert np.array_equal(matrix[order], other)
    assert np.isfinite(matrix).all()
