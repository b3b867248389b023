"""Regions beside weighted means of others: agreement with the library, known truth, placebos, hostile input."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.differences.donor_fit import donor_fit
from almpo_kit.evaluation.differences.donor_weights import donor_gap, simplex
from almpo_kit.evaluation.differences.synthetic_control import synthetic_control, synthetic_differences
from almpo_kit.vocabulary.errors import DesignError

from .worlds import sample, step

PAIR = (("training", "none"),)


def regions(
    donors: int = 24, t: int = 24, start: Any = 16, *, effect: float = 3.0, seed: int = 0, treated: int = 1
) -> Any:
    """Two common factors; the treated lie inside the donors."""
    rng = np.random.default_rng(seed)
    factor = np.cumsum(rng.normal(size=(t, 2)), axis=0)
    load = rng.uniform(0, 1, size=(donors + treated, 2))
    load[:treated] = 0.3 + 0.4 * load[:treated]
    y = 50 + load @ factor.T + 0.3 * rng.normal(size=(donors + treated, t))
    starts = np.full(donors + treated, -1)
    starts[:treated] = start
    for i in range(treated):
        y[i, starts[i] :] += effect
    names = [f"EL{i:02d}" for i in range(donors + treated)]
    return sample(y, starts, units=names, months=12.0)


def fitted(made: Any, method: Any = synthetic_control, contrasts: Any = PAIR, **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return method(step(made, "synthetic_control"), made, estimand="att", contrasts=contrasts, **more)


def long(made: Any, start: int) -> pd.DataFrame:
    y = made.panel.outcome
    u, t = y.shape
    return pd.DataFrame(
        {
            "u": np.repeat(np.arange(u), t),
            "t": np.tile(np.arange(t), u),
            "y": y.ravel(),
            "d": (np.repeat(np.arange(u) == 0, t) & (np.tile(np.arange(t), u) >= start)).astype(int),
            "ever": np.repeat(np.arange(u) == 0, t).astype(int),
        }
    )


def test_weights_are_those_of_the_library() -> None:
    from diff_diff import SyntheticControl

    made = regions()
    peer = SyntheticControl(v_method="custom", custom_v=np.ones(16), standardize="none").fit(
        long(made, 16), outcome="y", treatment="d", unit="u", time="t"
    )
    fit = fitted(made)
    assert fit.estimate[0].mean() == pytest.approx(peer.att, rel=1e-6)
    mine = donor_gap(made.panel.outcome[0], made.panel.outcome[1:], 16, "synthetic_control").donors
    theirs = np.array([peer.donor_weights.get(j, 0.0) for j in range(1, 25)])
    assert mine == pytest.approx(theirs, abs=1e-5)


@pytest.mark.filterwarnings("ignore")  # of the peer
def test_synthetic_differences_are_those_of_the_library() -> None:
    from diff_diff import SyntheticDiD

    made = regions(seed=3)
    peer = SyntheticDiD(n_bootstrap=2, seed=0).fit(
        long(made, 16), outcome="y", treatment="ever", unit="u", time="t", post_periods=list(range(16, 24))
    )
    fit = fitted(made, synthetic_differences)
    # The library's weights come from a descent with a stopping rule, ours from an exact solution.
    assert fit.estimate[0].mean() == pytest.approx(peer.att, abs=1e-3)


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    m=st.integers(1, 12),
    j=st.integers(1, 15),
    size=st.sampled_from([1e-3, 1.0, 1e6]),
)
def test_weights_are_a_best_mean(seed: int, m: int, j: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = size * rng.normal(size=(m, j)), size * rng.normal(size=m)
    w = simplex(x, y, 0.0)
    assert w.min() >= 0 and w.sum() == pytest.approx(1)
    # No move towards a single donor is better (the condition of a minimum on the simplex).
    slope = x.T @ (x @ w - y)
    assert (slope - w @ slope >= -1e-5 * size**2 * max(m, 1)).all()


@pytest.mark.parametrize("method", [synthetic_control, synthetic_differences])
def test_the_effect_is_found_and_unusual(method: Any) -> None:
    fit = fitted(regions(), method)
    assert fit.estimate[0] == pytest.approx(np.full(8, 3.0), abs=1.2)
    low, high = fit.intervals
    assert (low < 3.0).all() and (high > 3.0).all() and low.mean() > 0
    assert fit.measures["months"].tolist() == [12.0 * e for e in range(8)]
    assert fit.details["tests"]["placebo_p"].iloc[0] <= 0.08
    assert fit.comparison_mean[0] + fit.estimate[0] == pytest.approx(regions().panel.outcome[0, 16:])
    assert np.linalg.eigvalsh(fit.covariance[0]).min() > -1e-9


def test_nothing_is_found_where_nothing_happened() -> None:
    fit = fitted(regions(effect=0.0, seed=1))
    low, high = fit.intervals
    assert np.mean((low < 0) & (high > 0)) > 0.8
    assert fit.details["tests"]["placebo_p"].iloc[0] > 0.1


def test_few_donors_cannot_say_much() -> None:
    fit = fitted(regions(donors=8))
    assert any(c.name == "few_placebos" and c.status == "failed" for c in fit.checks)
    assert fit.details["tests"]["placebo_p"].iloc[0] >= 1 / 9
    assert np.isfinite(fit.intervals[0]).all()


def test_several_regions_with_starts_of_their_own() -> None:
    made = regions(donors=14, treated=3, start=[14, 16, 18])
    for method in (synthetic_control, synthetic_differences):
        fit = fitted(made, method, seed=5)
        assert fit.estimate.shape == (1, 6) and fit.n_arm[0] == 3
        assert fit.estimate[0] == pytest.approx(np.full(6, 3.0), abs=1.0)
        assert any(c.name == "common_times" for c in fit.checks)
    assert fit.covariance.tobytes() == fitted(made, method, seed=5).covariance.tobytes()
    assert fit.covariance.tobytes() != fitted(made, method, seed=6).covariance.tobytes()


def test_levels_do_not_matter_for_synthetic_differences() -> None:
    made = regions()
    base = fitted(made, synthetic_differences)
    y = made.panel.outcome + 7.0 * np.arange(25)[:, None]
    moved = sample(y, made.panel.treated_from, units=made.panel.units, months=12.0)
    assert fitted(moved, synthetic_differences).estimate == pytest.approx(base.estimate, abs=1e-4)


def test_a_start_that_is_dated_too_late_is_seen() -> None:
    made = regions(effect=4.0, start=10)
    late = sample(
        made.panel.outcome,
        np.where(made.panel.treated_from >= 0, 15, -1),
        units=made.panel.units,
        months=12.0,
    )
    fit = fitted(late)
    assert any(c.name == "earlier_start" and c.status == "failed" for c in fit.checks)
    fine = fitted(made)
    assert any(c.name == "earlier_start" and c.status == "passed" for c in fine.checks)


def test_fit_before_the_start() -> None:
    found = donor_fit(step(regions(), "synthetic_control").design)
    assert found.stops == () and found.kept.all()
    assert found.table["share"].iloc[0] < 0.5
    outside = regions()
    y = outside.panel.outcome.copy()
    y[0] = 90 + 3 * np.arange(24)
    far = sample(y, outside.panel.treated_from, units=outside.panel.units)
    found = donor_fit(step(far, "synthetic_control").design)
    assert found.stops == ("donor_fit",)
    assert "No weighted mean" in found.sentence


@pytest.mark.parametrize(
    ("made", "way_out"),
    [
        (lambda: regions(donors=4), "Add regions"),
        (lambda: regions(start=2), "periods before|period"),
        (lambda: regions(start=-1), "treated_from"),
    ],
)
def test_too_little_is_refused(made: Any, way_out: str) -> None:
    with pytest.raises(DesignError, match=way_out):
        fitted(made())


def test_persons_are_not_shown_as_regions() -> None:
    made = regions()
    worked = (made.panel.outcome > np.median(made.panel.outcome)).astype(float) * 100
    with pytest.raises(DesignError, match="single persons"):
        fitted(sample(worked, made.panel.treated_from))
    named = sample(made.panel.outcome, made.panel.treated_from, units=[f"Region {i}" for i in range(25)])
    assert fitted(named).places


def test_gaps() -> None:
    made = regions()
    y = made.panel.outcome.copy()
    y[3, 4] = np.nan
    fit = fitted(sample(y, made.panel.treated_from, units=made.panel.units))
    assert fit.n_comparison[0] == 23
    y[0, 4] = np.nan
    with pytest.raises(DesignError, match="EL00"):
        fitted(sample(y, made.panel.treated_from, units=made.panel.units))


@pytest.mark.slow
@pytest.mark.parametrize("method", [synthetic_control, synthetic_differences])
def test_intervals_cover(method: Any) -> None:
    hits, gaps = [], []
    for seed in range(150):
        made = regions(donors=40, effect=1.0, seed=seed)
        fit = fitted(made, method)
        low, high = fit.intervals
        hits.append((low[0] <= 1.0) & (high[0] >= 1.0))
        gaps.append(fit.estimate[0].mean() - 1.0)
    print(method.__name__, "coverage", np.mean(hits), "bias", np.mean(gaps), "rmse", np.std(gaps))
    assert 0.90 < np.mean(hits) < 0.995
