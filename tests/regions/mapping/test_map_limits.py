"""Class limits: between the values, few enough, sayable, and the groups that mapclassify found."""

from __future__ import annotations

import math
from itertools import pairwise

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.regions.mapping.map_limits import (
    MOST,
    class_labels,
    class_of,
    diverging_limits,
    given_limits,
    nice_step,
    rounded_limits,
)
from almpo_kit.vocabulary.errors import DesignError

METHODS = ("fisher_jenks", "quantiles", "pretty")
NUMBERS = st.lists(st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 2)), min_size=1, max_size=60)


def test_three_clear_groups_are_found_and_rounded() -> None:
    values = np.array([1.1, 1.3, 1.7, 2.2, 8.1, 8.4, 8.9, 9.3, 20.2, 20.7, 21.4])
    limits = rounded_limits(values, "fisher_jenks", 3)
    assert limits == (5.0, 15.0)
    assert np.bincount(np.searchsorted(limits, values, side="right")).tolist() == [4, 4, 3]


def test_rounding_keeps_the_groups_of_mapclassify() -> None:
    rng = np.random.default_rng(7)
    values = np.round(rng.lognormal(1.8, 0.5, 240), 1)
    for method, kind in (("fisher_jenks", mapclassify.FisherJenks), ("quantiles", mapclassify.Quantiles)):
        limits = rounded_limits(values, method, 5)  # type: ignore[arg-type]
        ours = np.searchsorted(limits, values, side="right")
        moved = np.mean(ours != kind(values, k=5).yb)
        assert moved <= 0.05, f"{method}: rounding moved {moved:.0%} of the values"
        assert all(len(f"{v:g}") <= 4 for v in limits), limits


@given(NUMBERS, st.integers(2, MOST), st.sampled_from(METHODS))
@settings(max_examples=120, deadline=None)
def test_limits_lie_between_the_values(values: list[float], k: int, method: str) -> None:
    array = np.array(values)
    limits = rounded_limits(array, method, k)  # type: ignore[arg-type]
    assert len(limits) < k and all(a < b for a, b in pairwise(limits))
    if len(set(values)) == 1:
        assert limits == ()
    for limit in limits:
        assert array.min() < limit <= array.max(), "no class may lie outside the values"
    labels = class_labels(limits)
    assert len(labels) == len(set(labels)) == len(limits) + 1
    assert all(0 <= class_of(limits, v) < len(labels) for v in values)


@given(NUMBERS, st.floats(-100, 100).map(lambda v: round(v, 1)))
@settings(max_examples=100, deadline=None)
def test_diverging_limits_mirror_each_other(values: list[float], zero: float) -> None:
    limits = diverging_limits(np.array(values), zero)
    assert len(limits) in (0, 2, 4)
    for low, high in zip(limits, reversed(limits), strict=True):
        assert math.isclose(low - zero, -(high - zero), rel_tol=1e-6, abs_tol=1e-6)
    if limits:
        assert class_of(limits, zero) == len(limits) // 2, "zero lies in the middle class"


def test_a_value_on_a_limit_belongs_above_it() -> None:
    assert [class_of((3, 5), v) for v in (2.9, 3, 4.99, 5)] == [0, 1, 1, 2]


def test_labels() -> None:
    assert class_labels((3, 5, 15)) == ("under 3", "3–5", "5–15", "15 +")
    assert class_labels((-2, -0.5, 0.5, 2)) == (
        "under −2.0",
        "−2.0 to −0.5",
        "−0.5 to +0.5",
        "+0.5 to +2.0",
        "above +2.0",
    )
    assert class_labels((20_000, 30_000))[1] == "20\u202f000–30\u202f000"
    assert class_labels(()) == ("all",)


@pytest.mark.parametrize(("raw", "step"), [(0.7, 0.5), (1, 1), (4.9, 2), (5, 5), (99, 50), (0.0021, 0.002)])
def test_steps_are_1_2_5(raw: float, step: float) -> None:
    assert nice_step(raw) == pytest.approx(step)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ((5, 3), "rise"),
        ((3, 3), "rise"),
        ((), "rise"),
        ((1, math.inf), "finite"),
        ((math.nan,), "finite"),
        (("a", "b"), "numbers"),
        (tuple(range(7)), "8 classes cannot be told apart"),
    ],
)
def test_limits_that_make_no_classes(limits: tuple[float, ...], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        given_limits(limits)
