"""Suppression: nothing small is shown, and nothing shown tells what is small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.disclosure.smallest import SMALLEST, group_sizes_fine
from almpo_kit.evaluation.disclosure.suppress import suppress, told
from almpo_kit.vocabulary.errors import ParameterError

NUMBERS = st.lists(st.integers(0, 40), min_size=2, max_size=8)


def one_way(counts: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"arm": [f"a{i}" for i in range(len(counts))], "n": counts})


def test_smallest_is_ten_and_zero_is_about_nobody() -> None:
    assert SMALLEST == 10
    assert group_sizes_fine([0, 10, 11])
    assert not group_sizes_fine([1, 100])
    assert not group_sizes_fine([9])
    assert not group_sizes_fine([float("nan"), 20])


@given(NUMBERS)
def test_no_small_number_and_no_total_gives_one_away(counts: list[int]) -> None:
    shown = suppress(one_way(counts), ["n"], ["arm"])["n"]
    assert not ((shown > 0) & (shown < SMALLEST)).any()
    hidden = np.array(counts)[shown.isna().to_numpy()]
    if len(hidden) and (shown > 0).any():
        # The total less what is shown is what the hidden hold together.
        assert len(hidden) >= 2
        assert hidden.sum() >= SMALLEST


@given(NUMBERS)
def test_large_numbers_stay_as_they_are(counts: list[int]) -> None:
    table = one_way([c + SMALLEST for c in counts])
    pd.testing.assert_frame_equal(suppress(table, ["n"], ["arm"]), table)


def test_nothing_is_known_elsewhere_then_only_small_ones_go() -> None:
    shown = suppress(one_way([4, 30, 12]), ["n"])["n"]
    assert shown.isna().tolist() == [True, False, False]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_crossing_totals_leave_ten_values_open(counts: list[int]) -> None:
    """An outsider with all row and column totals: every hidden small cell keeps room for at least ten values."""
    from scipy.optimize import linprog

    table = pd.DataFrame(
        {"arm": np.repeat(list("abc"), 3), "region": list("xyz") * 3, "n": np.array(counts, dtype=int)}
    )
    shown = suppress(table, ["n"], ["arm", "region"])["n"]
    hidden = shown.isna().to_numpy()
    lines = [
        np.asarray(rows)
        for c in ("arm", "region")
        for rows in table.groupby(c).indices.values()
        if hidden[rows].any()
    ]
    for cell in np.flatnonzero(hidden & (table["n"].to_numpy() < SMALLEST)):
        own = [line for line in lines if cell in line]
        if any(not ((shown.iloc[line] > 0).any()) for line in own):
            continue  # nothing was left to hide; told in the documentation
        a = np.array([[hidden[j] and j in line for j in range(9)] for line in lines], dtype=float)
        b = [table["n"].to_numpy()[[j for j in line if hidden[j]]].sum() for line in lines]
        aim = np.eye(9)[cell]
        low = linprog(aim, A_eq=a, b_eq=b).fun
        high = -linprog(-aim, A_eq=a, b_eq=b).fun
        assert high - low >= SMALLEST - 1e-6


def test_a_bridge_between_two_rings_is_found() -> None:
    """Two hidden cells in every line are not enough: this one lies on no ring, so totals determine it exactly."""
    grid = np.full((5, 5), 50)
    for r, c in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (3, 2), (3, 3), (4, 3), (4, 2)):
        grid[r, c] = 5
    table = pd.DataFrame({"arm": np.repeat(range(5), 5), "region": list(range(5)) * 5, "n": grid.ravel()})
    hidden = suppress(table, ["n"], ["arm", "region"])["n"].isna().to_numpy().reshape(5, 5)
    assert hidden[1, 2]
    assert hidden.sum() > 9


def test_what_was_left_out_is_protected_too() -> None:
    table = pd.DataFrame({"arm": list("abc"), "n": [100, 80, 60], "kept": [97, 60, 60]})
    shown = suppress(table, ["n", "kept"], ["arm"], within={"kept": "n"}, values=["kept"])
    assert shown["n"].tolist() == [100, 80, 60]
    assert np.isnan(shown["kept"][0])  # 100 - 97 would tell three people
    # and the total of those kept would, too, were it the only one hidden
    assert shown["kept"].isna().sum() == 2
    nobody = pd.DataFrame({"arm": list("ab"), "n": [100, 80], "kept": [100, 80]})
    assert suppress(nobody, ["kept"], ["arm"], within={"kept": "n"})["kept"].tolist() == [100, 80]


def test_values_go_with_their_counts() -> None:
    table = one_way([4, 30, 12]).assign(mean=[1.0, 2.0, 3.0])
    shown = suppress(table, ["n"], ["arm"], values=["mean"])
    assert shown["mean"].isna().tolist() == [True, False, True]
    assert table["mean"].notna().all(), "the table that was given is left alone"


def test_unknown_counts_are_hidden_and_protect_nothing() -> None:
    shown = suppress(pd.DataFrame({"g": list("abc"), "n": [np.nan, 4, 50]}), ["n"], ["g"])["n"]
    assert shown.isna().tolist() == [True, True, True]


def test_sentence_and_errors() -> None:
    table = one_way([4, 30, 12])
    check = told(table, suppress(table, ["n"], ["arm"]), ["n"])
    assert check is not None
    assert check.sentence.startswith("2 numbers are not shown")
    assert told(table, table, ["n"]) is None
    with pytest.raises(ParameterError, match="no column 'm'"):
        suppress(table, ["m"])
