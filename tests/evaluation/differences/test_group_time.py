"""Effects of a staggered roll-out: agreement with references, laws, hostile input, coverage."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from almpo_kit.evaluation.differences.arm_panel import are_places, arm_panel
from almpo_kit.evaluation.differences.cohort_effects import cohort_effects
from almpo_kit.evaluation.differences.event_study import event_study
from almpo_kit.evaluation.differences.event_time import event_path
from almpo_kit.evaluation.differences.group_time import group_time
from almpo_kit.vocabulary.errors import DesignError

from .worlds import roll_out, sample, step

PAIR = (("training", "none"),)


def fitted(made: Any, method: Any = group_time, contrasts: Any = PAIR, **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return method(step(made), made, estimand="att", contrasts=contrasts, **more)


def test_two_groups_two_periods_is_welch_on_differences() -> None:
    from scipy import stats

    made = roll_out(40, 2, starts=(1,))
    change = made.panel.outcome[:, 1] - made.panel.outcome[:, 0]
    treated = made.panel.treated_from == 1
    peer = stats.ttest_ind(change[treated], change[~treated], equal_var=False)
    fit = fitted(made)
    assert fit.estimate[0, 0] == pytest.approx(change[treated].mean() - change[~treated].mean(), rel=1e-9)
    assert fit.estimate[0, 0] / fit.se[0, 0] == pytest.approx(peer.statistic, rel=1e-9)
    assert fit.df[0, 0] == pytest.approx(peer.df, rel=1e-9)
    assert fit.measures["months"].tolist() == [0.0]


def test_cells_are_differences_of_means() -> None:
    made = roll_out(80, 9)
    panel = arm_panel(made, "training", "none")
    found = cohort_effects(panel)
    assert panel.never_only
    y, start = panel.outcome, panel.start
    for g, t, e in zip(found.cohort, found.period, found.effect, strict=True):
        change = y[:, t] - y[:, g - 1]
        assert e == pytest.approx(change[start == g].mean() - change[start < 0].mean(), abs=1e-10)


def test_the_path_is_that_of_the_library_but_for_the_small_sample_scale() -> None:
    from diff_diff import CallawaySantAnna

    made = roll_out(150, 9, seed=3)
    panel = arm_panel(made, "training", "none")
    peer = (
        CallawaySantAnna(base_period="universal", estimation_method="reg")
        .fit(panel.long(), outcome="y", unit="unit", time="time", first_treat="first")
        .aggregate("event_study")
        .to_dataframe()
        .set_index("event_time")
    )
    path = event_path(panel, cohort_effects(panel))
    assert path.effect == pytest.approx(peer.loc[path.time, "att"].to_numpy(), rel=1e-9)
    ratio = path.se / peer.loc[path.time, "se"].to_numpy()
    # Each cohort's part is scaled by n/(n - 1) of its own; the library has one factor, or none.
    sizes = [np.sum(panel.start == g) for g in np.unique(panel.start)]
    assert ratio.min() >= 1 - 1e-9 and ratio.max() <= np.sqrt(min(sizes) / (min(sizes) - 1)) + 1e-9


def test_the_path_recovers_effects_that_grow_where_two_way_effects_would_not() -> None:
    made = roll_out(4000, 10, seed=1)
    fit = fitted(made)
    assert fit.estimate[0] == pytest.approx(2.0 + np.arange(6), abs=0.35)
    assert fit.measures["months"].tolist() == [0, 3, 6, 9, 12, 15]
    assert (np.abs(fit.estimate[0] - (2.0 + np.arange(6))) < 4 * fit.se[0]).all()
    table = fit.details["event_time"]
    assert table.loc[table["reference"], "months"].tolist() == [-3.0]
    before = table[(table["time"] < -1)]
    assert (before["effect"].abs() < 4 * before["se"]).all()


def test_covariates_that_drive_trends_are_held_constant() -> None:
    made = roll_out(1500, 7, starts=(3,), covariate=True, seed=2)
    plain = replace(made, panel=replace(made.panel, covariates=np.empty((1500, 0))))
    truth = 2.0 + np.arange(4)
    assert fitted(made).estimate[0] == pytest.approx(truth, abs=0.4)
    assert fitted(plain).estimate[0, 3] > truth[3] + 2


def test_a_second_opinion_agrees_where_it_must() -> None:
    made = roll_out(90, 8, seed=5)
    first, second = fitted(made), fitted(made, event_study)
    assert second.estimate == pytest.approx(first.estimate, rel=1e-8)
    assert second.se == pytest.approx(first.se, rel=0.1)
    assert "CR2" in second.se_kind
    assert second.comparison_mean == pytest.approx(first.comparison_mean, rel=1e-8)


def test_without_never_treated_the_later_ones_are_compared_with() -> None:
    made = roll_out(200, 10, never=0.0, seed=4)
    fit = fitted(made)
    assert fit.estimate[0] == pytest.approx([2.0, 3.0], abs=0.8)
    assert any("enter later" in c.sentence for c in fit.checks)
    assert any(c.name == "cells_not_known" for c in fit.checks)


def test_two_programmes_have_paths_of_their_own() -> None:
    made = roll_out(300, 8, starts=(3, 5), effect=lambda g, e: float(g), seed=6)
    arm = np.where(made.panel.treated_from == 3, 1, np.where(made.panel.treated_from == 5, 2, 0))
    two = sample(made.panel.outcome, made.panel.treated_from, arm=arm, arms=("none", "advice", "training"))
    fit = fitted(two, contrasts=(("advice", "none"), ("training", "none")))
    assert fit.estimate[0] == pytest.approx(np.full(5, 3.0), abs=0.8)
    assert fit.estimate[1, :3] == pytest.approx(np.full(3, 5.0), abs=0.8)
    assert np.isnan(fit.estimate[1, 3:]).all()
    alone = fitted(two, contrasts=(("training", "none"),))
    assert alone.estimate[0] == pytest.approx(fit.estimate[1, :3])
    with pytest.raises(DesignError, match="never, or not yet"):
        fitted(two, contrasts=(("training", "advice"),))


def test_gaps_are_told_and_do_not_break() -> None:
    made = roll_out(150, 8)
    y = made.panel.outcome.copy()
    y[np.random.default_rng(0).random(y.shape) < 0.05] = np.nan
    y[3] = np.nan
    fit = fitted(replace(made, panel=replace(made.panel, outcome=y)))
    assert np.isfinite(fit.estimate).all()
    assert any(c.name == "unbalanced" for c in fit.checks)


def test_weights_count_units_several_times() -> None:
    made = roll_out(60, 6, starts=(3,))
    weight = np.where(np.arange(60) % 3 == 0, 2.0, 1.0)
    twice = np.r_[np.arange(60), np.flatnonzero(weight == 2)]
    weighted = fitted(replace(made, panel=replace(made.panel, weight=weight)))
    repeated = fitted(sample(made.panel.outcome[twice], made.panel.treated_from[twice], cluster=twice))
    assert weighted.estimate == pytest.approx(repeated.estimate, rel=1e-8)
    assert weighted.se == pytest.approx(repeated.se, rel=1e-6)


def test_shifts_of_units_and_periods_do_not_matter() -> None:
    made = roll_out(70, 7)
    base = fitted(made)
    moved = made.panel.outcome + 100 * np.arange(70)[:, None] - 7.0 * np.arange(7) ** 2
    fit = fitted(replace(made, panel=replace(made.panel, outcome=moved)))
    assert fit.estimate == pytest.approx(base.estimate, abs=1e-8)
    assert fit.se == pytest.approx(base.se, abs=1e-8)


def test_one_cluster_a_cohort_says_nothing_about_its_error() -> None:
    made = roll_out(120, 8, clusters=12)
    start = made.panel.treated_from.copy()
    lone = made.panel.cluster == made.panel.cluster[start == 6][0]
    start = np.where((start == 6) & ~lone, -1, start)
    fit = fitted(sample(made.panel.outcome, start, cluster=made.panel.cluster))
    assert any(c.name == "single_clusters" and "2011-Q3" in c.sentence for c in fit.checks)
    only = np.where(lone, 4, -1)
    with pytest.raises(DesignError, match="synthetic_control"):
        fitted(sample(made.panel.outcome, only, cluster=made.panel.cluster))


def test_small_cohorts_of_persons_are_not_told_by_themselves() -> None:
    made = roll_out(60, 8)
    start = made.panel.treated_from.copy()
    start[np.flatnonzero(start == 6)[5:]] = -1
    fit = fitted(sample(made.panel.outcome, start))
    assert set(fit.details["cohort_effects"]["cohort"]) == {"2011-Q1"}
    places = sample(made.panel.outcome, start, units=[f"EL{i:02d}" for i in range(60)])
    assert set(fitted(places).details["cohort_effects"]["cohort"]) == {"2011-Q1", "2011-Q3"}
    assert not are_places(np.array(["p0001"])) and not are_places(np.array(["EL30", "person"]))
    assert not are_places(np.array(["XQ11"]))


@pytest.mark.parametrize(
    ("start", "way_out"),
    [
        (np.zeros(30), "earlier periods"),
        (np.full(30, -1), "treated_from"),
        (np.full(30, 3), "not covered"),
    ],
)
def test_nothing_to_compare_is_refused(start: Any, way_out: str) -> None:
    y = np.random.default_rng(0).normal(size=(30, 6))
    with pytest.raises(DesignError, match=way_out):
        fitted(sample(y, start, arm=np.ones(30)))


def test_no_panel_is_refused() -> None:
    with pytest.raises(DesignError, match="period="):
        fitted(replace(roll_out(20, 4), panel=None))


@pytest.mark.slow
@pytest.mark.parametrize("clusters", [None, 12, 40])
def test_intervals_cover(clusters: int | None) -> None:
    """150 units; errors by cluster that wander; 12 clusters are 5 never, 7 treated in two cohorts."""
    from scipy import stats

    hits, gaps = [], []
    for seed in range(300):
        made = roll_out(120, 8, seed=seed, clusters=clusters)
        fit = fitted(made)
        gap = fit.estimate[0] - (2.0 + np.arange(4))
        gaps.append(gap)
        hits.append(np.abs(gap) <= stats.t.ppf(0.975, fit.df[0]) * fit.se[0])
    rate = np.mean(hits, axis=0)
    print(
        clusters,
        "coverage",
        rate,
        "bias",
        np.mean(gaps, axis=0),
        "rmse",
        np.sqrt(np.mean(np.square(gaps), axis=0)),
    )
    assert rate.min() > 0.915 and 0.93 < rate.mean() < 0.985
