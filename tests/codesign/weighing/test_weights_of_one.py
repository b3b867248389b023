"""Laws and hostile input of ahp, best_worst and repair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import ahp, best_worst, repair
from almpo_kit.codesign.weighing.kernels.completion import completed
from almpo_kit.codesign.weighing.kernels.eigenvector import principal
from almpo_kit.codesign.weighing.kernels.inconsistency import circular_triads
from almpo_kit.codesign.weighing.kernels.nonlinear_best_worst import nonlinear_ranges
from almpo_kit.codesign.weighing.kernels.random_index import SCALE
from almpo_kit.vocabulary.errors import DesignError, ParameterError

QUICK = settings(max_examples=15, deadline=None, derandomize=True)


def matrices(n: int) -> st.SearchStrategy[np.ndarray]:
    def made(values: list[float]) -> np.ndarray:
        out = np.ones((n, n))
        out[np.triu_indices(n, 1)] = values
        return np.triu(out) + np.tril(1 / out.T, -1)

    pairs = n * (n - 1) // 2
    return st.lists(st.sampled_from(SCALE), min_size=pairs, max_size=pairs).map(made)


@QUICK
@given(st.lists(st.floats(1, 9), min_size=2, max_size=8), st.sampled_from(["eigenvector", "geometric_mean"]))
def test_consistent_comparisons_give_their_weights_back(raw: list[float], method: str) -> None:
    w = np.array(raw) / sum(raw)
    found = ahp(w[:, None] / w[None, :], method=method)
    assert list(found.weights.values()) == pytest.approx(w, abs=1e-9)
    assert found.ratio == pytest.approx(0, abs=1e-9)
    assert found.geometric_index == pytest.approx(0, abs=1e-9)
    top, low = int(w.argmax()), int(w.argmin())
    if top != low:
        names = [f"c{k}" for k in range(len(w))]
        best, worst = dict(zip(names, w[top] / w, strict=True)), dict(zip(names, w / w[low], strict=True))
        best[names[top]] = worst[names[low]] = 1.0
        worst[names[top]] = best[names[low]]
        for model in ("linear", "nonlinear"):
            assert list(best_worst(best=best, worst=worst, method=model).weights.values()) == pytest.approx(
                w, abs=1e-6
            )


@QUICK
@given(matrices(5), st.permutations(range(5)))
def test_names_do_not_matter(matrix: np.ndarray, order: list[int]) -> None:
    plain, turned = ahp(matrix), ahp(matrix[np.ix_(order, order)])
    assert [list(plain.weights.values())[k] for k in order] == pytest.approx(
        list(turned.weights.values()), abs=1e-8
    )
    assert plain.ratio == pytest.approx(turned.ratio, abs=1e-8)
    assert plain.largest >= 5 - 1e-9
    assert len(plain.circles) == len(turned.circles)


@QUICK
@given(matrices(5), st.integers(0, 3), st.integers(0, 3))
def test_gaps_are_filled_so_that_nothing_contradicts_less(matrix: np.ndarray, k: int, j: int) -> None:
    open_matrix = matrix.copy()
    for a, b in {((0, 2), (0, 3), (1, 3), (2, 4))[i] for i in (k, j)}:
        open_matrix[a, b] = open_matrix[b, a] = np.nan
    full = completed(open_matrix)
    least = principal(full)[1]
    assert np.allclose(full * full.T, 1)
    assert np.allclose(full[~np.isnan(open_matrix)], matrix[~np.isnan(open_matrix)])
    for a, b in zip(*np.nonzero(np.isnan(np.triu(open_matrix, 1))), strict=True):
        for factor in (0.8, 0.99, 1.01, 1.25):
            moved = full.copy()
            moved[a, b] *= factor
            moved[b, a] /= factor
            assert principal(moved)[1] >= least - 1e-9


def test_a_tree_of_comparisons_is_followed() -> None:
    matrix = np.full((4, 4), np.nan)
    matrix[0, 1], matrix[1, 2], matrix[1, 3] = 2, 3, 4
    for method in ("eigenvector", "geometric_mean"):
        found = ahp(matrix, method=method)
        w = found.weights
        assert [w["c1"] / w["c2"], w["c2"] / w["c3"], w["c2"] / w["c4"]] == pytest.approx([2, 3, 4], rel=1e-6)
        assert found.missing == 3
        assert found.ratio == 0
    assert repair(matrix).table["on_scale"].tolist() == repair(matrix).table["given"].tolist()


@QUICK
@given(matrices(4))
def test_a_repair_helps_or_says_that_none_is_needed(matrix: np.ndarray) -> None:
    found = repair(matrix)
    assert found.needed == (ahp(matrix).ratio > 0.1)
    if found.needed:
        assert found.table["ratio_after"].iloc[0] < found.ratio
        assert ahp(found.moderated).ratio == pytest.approx(0.1, abs=1e-6)
        assert (found.table["ratio_after"].diff().dropna() > -1e-9).all()
    else:
        assert found.kept == 1
        assert found.sentence.startswith("No comparison needs another look")


def test_circles() -> None:
    matrix = np.array([[1, 2, 1 / 2], [1 / 2, 1, 2], [2, 1 / 2, 1]])
    assert circular_triads(matrix) == [(0, 1, 2)]
    found = ahp(matrix)
    assert {c.name for c in found.failed} == {"consistency", "circles"}
    assert "too inconsistent" in found.sentence


@QUICK
@given(st.integers(2, 9), st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=5))
def test_ranges_hold_all_weights_that_fit(top: int, middle: list[tuple[int, int]]) -> None:
    best_to = np.array([1, *(min(a, top) for a, _ in middle), top], float)
    to_worst = np.array([top, *(min(b, top) for _, b in middle), 1], float)
    n = len(best_to)
    low, high, deviation = nonlinear_ranges(0, n - 1, best_to, to_worst)
    assert (low <= high + 1e-12).all()
    assert low.sum() <= 1 + 1e-9 <= high.sum() + 2e-9
    # At each end of a range there is a set of weights with the smallest ξ: the others at their ends, divided by the sum.
    for j in range(1, n - 1):
        ratios = high / high[n - 1]
        ratios[j] = low[j] / (1 - low[j]) * (ratios.sum() - ratios[j])
        if n == 3:
            assert abs(ratios[j] - to_worst[j]) <= deviation + 1e-6
            assert abs(ratios[0] / ratios[j] - best_to[j]) <= deviation + 1e-6


@pytest.mark.parametrize(
    ("matrix", "error", "says"),
    [
        ([[1, 2, 3], [1 / 2, 1, 2]], ParameterError, "square"),
        ([[1, -2], [-1 / 2, 1]], ParameterError, "above 0"),
        ([[1, 2], [2, 1]], ParameterError, "twice"),
        ([[2, 2], [1 / 2, 1]], ParameterError, "diagonal"),
        ([["a", 2], [1, 1]], ParameterError, "numbers"),
        ([[1, np.inf], [0, 1]], ParameterError, "above 0"),
        ([[1, np.nan], [np.nan, 1]], DesignError, "connects"),
        (np.ones((16, 16)), ParameterError, "2 to 15"),
        (
            pd.DataFrame([[1, 2], [0.5, 1]], index=["a", "b"], columns=["b", "a"]),
            ParameterError,
            "same criteria",
        ),
    ],
)
def test_hostile_matrices(matrix: object, error: type[Exception], says: str) -> None:
    for verb in (ahp, repair):
        with pytest.raises(error, match=says):
            verb(matrix)


def test_rounded_halves_and_options() -> None:
    assert ahp([[1, 3], [0.33, 1]]).weights == pytest.approx({"c1": 0.75, "c2": 0.25})
    with pytest.raises(ParameterError, match="ends at 10"):
        ahp(np.ones((11, 11)), random="saaty")
    with pytest.raises(ParameterError, match="method"):
        ahp(np.ones((3, 3)), method="mean")
    with pytest.raises(ParameterError, match="acceptable"):
        repair(np.ones((3, 3)), acceptable=0)


def test_a_synthetic_matrix_stays_synthetic() -> None:
    frame = pd.DataFrame([[1, 3], [1 / 3, 1]], index=["a", "b"], columns=["a", "b"])
    frame.attrs["data_versions"] = [{"dataset": "made", "version": "1", "kind": "synthetic"}]
    assert ahp(frame).sentence.startswith("SYNTHETIC")
    assert repair(frame).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("best", "worst", "says"),
    [
        ({"a": 1, "b": 3}, {"a": 3}, "same criteria"),
        ({"a": 1, "b": 10}, {"a": 10, "b": 1}, "1 .* to 9"),
        ({"a": 2, "b": 3}, {"a": 3, "b": 1}, "best criterion"),
        ({"a": 1, "b": 3}, {"a": 3, "b": 2}, "worst criterion"),
        ({"a": 1, "b": 3}, {"a": 4, "b": 1}, "same"),
        ({"a": 1, "b": float("nan")}, {"a": 4, "b": 1}, "1 .* to 9"),
        ({"a": 1, "b": "x"}, {"a": 4, "b": 1}, "numbers"),
    ],
)
def test_hostile_best_worst(best: dict[str, float], worst: dict[str, float], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        best_worst(best=best, worst=worst)


def test_ties_with_the_best_are_understood() -> None:
    found = best_worst(best={"a": 1, "b": 1, "c": 8}, worst={"a": 9, "b": 8, "c": 1})
    assert (found.best, found.worst) == ("b", "c")
    same = best_worst(best={"a": 1, "b": 1}, worst={"a": 1, "b": 1})
    assert same.weights == pytest.approx({"a": 0.5, "b": 0.5})


def test_an_inconsistent_person_is_told_where_to_look() -> None:
    found = best_worst(best={"a": 1, "b": 2, "c": 8, "d": 4}, worst={"a": 8, "b": 4, "c": 1, "d": 8})
    assert found.failed
    assert "Look again at d" in found.failed[0].sentence
