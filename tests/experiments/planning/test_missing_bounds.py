import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.missing_outcomes.kernels.identified_set import clustered_error, imbens_manski
from almpo_kit.evaluation.missing_outcomes.kernels.trimming import trimming
from almpo_kit.experiments.planning.kernels.missing_bounds import (
    error_by_group,
    interval_of_bound,
    trimmed,
    worst_case,
)


def sample(seed: int, n: int = 400, gap: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    treated = rng.random(n) < 0.5
    y = rng.normal(size=n).round(1) + 0.3 * treated
    y[rng.random(n) < 0.1 + gap * ~treated] = np.nan
    return y, treated


@pytest.mark.parametrize("gap", [0.25, -0.08, 0.0])
@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_the_evaluation_wing(seed: int, gap: float) -> None:
    y, treated = sample(seed, gap=gap)
    mine, (other, _) = trimmed(y, treated), trimming(y, treated, np.ones(len(y)))
    assert (mine.low, mine.high) == pytest.approx((other.low, other.high), abs=1e-12)
    group = np.arange(len(y)) // 8
    for a, b in ((mine.pull_low, other.pull_low), (mine.pull_high, other.pull_high)):
        assert error_by_group(a, None) == pytest.approx(clustered_error(b, np.arange(len(y))), rel=1e-9)
        assert error_by_group(a, group) == pytest.approx(clustered_error(b, group), rel=1e-9)
    ends = (0.1, 0.4, 0.05, 0.07, 30.0)
    assert interval_of_bound(*ends, 0.05) == pytest.approx(imbens_manski(*ends), abs=1e-9)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(-0.1, 0.4))
def test_laws(seed: int, gap: float) -> None:
    y, treated = sample(seed, 60, gap)
    b = trimmed(y, treated)
    assert b.low <= b.high + 1e-12
    assert abs(b.pull_low.sum()) < 1e-8 and abs(b.pull_high.sum()) < 1e-8
    turned = trimmed(y, ~treated)
    assert (turned.low, turned.high) == pytest.approx((-b.high, -b.low))
    w = worst_case(y, treated, -5.0, 5.0)
    known = np.nanmean(y[treated]) - np.nanmean(y[~treated])
    assert w.low <= known <= w.high
    share = np.isnan(y[treated]).mean() + np.isnan(y[~treated]).mean()
    assert w.high - w.low == pytest.approx(10 * share)


def test_everybody_known_is_a_point() -> None:
    y, treated = sample(1)
    y = np.nan_to_num(y)
    for b in (trimmed(y, treated), worst_case(y, treated, -9, 9)):
        assert b.low == pytest.approx(b.high) == pytest.approx(y[treated].mean() - y[~treated].mean())
    narrow = interval_of_bound(0.2, 0.2, 0.1, 0.1, np.inf, 0.05)
    assert narrow == pytest.approx((0.2 - 1.959964 * 0.1, 0.2 + 1.959964 * 0.1), abs=1e-5)


def test_the_interval_of_a_wide_bound_is_one_sided_at_each_end() -> None:
    assert interval_of_bound(0.0, 10.0, 0.1, 0.1, np.inf, 0.05) == pytest.approx(
        (-0.1644854, 10.1644854), abs=1e-5
    )
