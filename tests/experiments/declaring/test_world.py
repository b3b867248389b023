"""The simulated world is the one that was declared."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.experiments.declaring.declare import declare
from almpo_kit.experiments.declaring.kernels.draws_of_arms import group_sizes, shares_to_counts, within
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

PAY = TrialOutcome("pay", "continuous", 1000.0, sd=400.0, icc=0.2, explained=0.3, explained_between=0.5)
JOB = TrialOutcome("employed", "binary", 0.3, icc=0.1, explained=0.25)


def world(design: TrialDesign, outcome: TrialOutcome, effect: Any, seed: int = 1, **more: Any) -> TrialData:
    return declare(design, outcome, effect=effect, **more).world(np.random.default_rng(seed))


def between(y: Any, group: Any) -> float:
    """Share of the variance between groups of one size (analysis of variance)."""
    n = np.bincount(group)
    m = n.mean()
    means = np.bincount(group, y) / n
    inner = np.sum((y - means[group]) ** 2) / (len(y) - len(n))
    outer = m * np.var(means, ddof=1)
    return float((outer - inner) / (outer + (m - 1) * inner))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 500), st.lists(st.floats(0.05, 1), min_size=2, max_size=6), st.integers(0, 99))
def test_counts_add_up_and_stay_within_one_of_their_share(n: int, raw: list[float], seed: int) -> None:
    shares = np.array(raw) / sum(raw)
    counts = shares_to_counts(n, shares, np.random.default_rng(seed))
    assert counts.sum() == n and (np.abs(counts - n * shares) < 1 + 1e-9).all()


def test_remainders_are_drawn_with_their_chances() -> None:
    rng = np.random.default_rng(0)
    shares = np.array([0.5, 0.3, 0.2])
    mean = np.mean([shares_to_counts(7, shares, rng) for _ in range(20_000)], axis=0)
    np.testing.assert_allclose(mean, 7 * shares, atol=0.02)


def test_blocks_are_balanced() -> None:
    block = np.repeat(np.arange(30), 10)
    arm = within(block, np.array([0.5, 0.3, 0.2]), np.random.default_rng(0))
    counts = np.bincount(block * 3 + arm).reshape(30, 3)
    assert (counts == [5, 3, 2]).all()


def test_sizes_have_the_mean_and_variation_asked_for() -> None:
    sizes = group_sizes(50_000, 25.5, 0.6, np.random.default_rng(0))
    assert sizes.mean() == pytest.approx(25.5, rel=0.01)
    assert sizes.std() / sizes.mean() == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize(("outcome", "effect", "icc"), [(PAY, 80.0, 0.2), (JOB, 0.1, 0.1)])
def test_groups_are_as_alike_as_declared(outcome: TrialOutcome, effect: float, icc: float) -> None:
    data = world(TrialDesign("cluster", clusters=3000, cluster_size=20), outcome, effect)
    for arm in (0, 1):
        rows = data.only(data.arm == arm)
        group = np.unique(rows.cluster, return_inverse=True)[1]
        assert between(rows.y, group) == pytest.approx(icc, abs=0.015)
    gap = data.y[data.arm == 1].mean() - data.y[data.arm == 0].mean()
    assert gap == pytest.approx(effect, abs=4 * data.y.std() * math.sqrt(4 * (1 + 19 * icc) / 60_000))
    assert data.y[data.arm == 0].mean() == pytest.approx(outcome.baseline, rel=0.05)


@pytest.mark.parametrize(("outcome", "share"), [(PAY, 0.8 * 0.3 + 0.2 * 0.5), (JOB, 0.9 * 0.25)])
def test_covariates_explain_as_much_as_declared(outcome: TrialOutcome, share: float) -> None:
    data = world(TrialDesign("individual", people=60_000), outcome, 0.0)
    assert data.covariates is not None
    r2 = np.corrcoef(data.y, data.covariates[:, 0])[0, 1] ** 2
    assert r2 == pytest.approx(share, abs=0.012)


def test_group_covariates_and_pairs_take_what_lies_between() -> None:
    data = world(TrialDesign("cluster", clusters=3000, cluster_size=30), PAY, 0.0)
    assert data.covariates is not None
    means = np.bincount(data.cluster, data.y) / 30
    hint = np.bincount(data.cluster, data.covariates[:, 1]) / 30
    level = 0.2 * 400**2
    assert np.cov(means, hint)[0, 1] ** 2 / np.var(hint) == pytest.approx(0.5 * level, rel=0.1)
    pairs = world(TrialDesign("matched_pair", clusters=6000, cluster_size=30), PAY, 0.0)
    means = (np.bincount(pairs.cluster, pairs.y) / 30).reshape(-1, 2)
    assert np.cov(means.T)[0, 1] == pytest.approx(0.5 * level, rel=0.1)
    arms = np.zeros(6000, dtype=int)
    arms[pairs.cluster] = pairs.arm
    assert (arms.reshape(-1, 2).sum(axis=1) == 1).all() and 0.45 < arms[::2].mean() < 0.55


def test_wedge_begins_step_by_step_and_its_levels_move() -> None:
    outcome = TrialOutcome("pay", "continuous", 0.0, sd=1.0, icc=0.3, autocorrelation=0.6)
    data = world(TrialDesign("stepped_wedge", clusters=4000, cluster_size=10, steps=4), outcome, 0.0)
    assert data.period is not None and data.step is not None
    assert (data.arm == (data.period >= data.step)).all()
    assert np.bincount(data.step).tolist() == [0] + 4 * [1000 * 50]
    means = np.bincount(data.cluster * 5 + data.period, data.y).reshape(4000, 5) / 10
    cross = np.cov(means.T)
    off = cross[~np.eye(5, dtype=bool)].mean()
    assert off == pytest.approx(0.3 * 0.6, abs=0.01)
    assert np.diag(cross).mean() == pytest.approx(0.3 + 0.7 / 10, abs=0.01)


def test_durations_have_the_median_and_the_ratio_of_hazards() -> None:
    outcome = TrialOutcome("months", "duration", 8.0, months=12.0)
    data = world(TrialDesign("individual", people=80_000), outcome, 1.5)
    assert data.event is not None
    plain, offered = (data.only(data.arm == a) for a in (0, 1))
    assert np.median(plain.y) == pytest.approx(8, rel=0.03)
    assert data.y.max() == 12 and not data.event[data.y == 12].any()
    rates = [d.event.sum() / d.y.sum() for d in (plain, offered) if d.event is not None]
    assert rates[1] / rates[0] == pytest.approx(1.5, rel=0.03)


def test_places_offer_their_shares_and_others_lose() -> None:
    outcome = TrialOutcome("pay", "continuous", 0.0, sd=1.0)
    design = TrialDesign(
        "saturation", clusters=900, cluster_size=40, saturations={0.0: 1 / 3, 0.5: 1 / 3, 1.0: 1 / 3}
    )
    data = world(design, outcome, 0.5, spillover=-0.4)
    assert data.saturation is not None
    for share in (0.0, 0.5, 1.0):
        assert data.arm[data.saturation == share].mean() == share
    others = data.y[(data.arm == 0) & (data.saturation == 0.5)].mean()
    assert others - data.y[data.saturation == 0].mean() == pytest.approx(-0.2, abs=0.04)
    assert data.y[data.arm == 1].mean() == pytest.approx(0.5, abs=0.04)


def test_losses_are_at_random_and_only_those_moved_gain() -> None:
    outcome = TrialOutcome("pay", "continuous", 0.0, sd=1.0)
    losses = Losses(attrition=0.2, take_up=0.5)
    data = world(TrialDesign("individual", people=100_000), outcome, 2.0, losses=losses)
    assert 1 - data.known.mean() == pytest.approx(0.2, abs=0.01)
    seen = data.only(data.known)
    offered = seen.y[seen.arm == 1]
    assert offered.mean() - seen.y[seen.arm == 0].mean() == pytest.approx(2, abs=0.05)
    # Half of them gain 4 and half nothing.
    assert offered.var() == pytest.approx(1 + 4, rel=0.03)


def test_effect_of_taking_part_reaches_the_offered_by_who_is_moved() -> None:
    design, losses = TrialDesign("individual", people=100), Losses(take_up=0.6, taken_anyway=0.1)
    share = declare(design, JOB, effect=0.1, losses=losses, of_taking_part=True)
    assert share.truth == pytest.approx((0.05,))
    months = TrialOutcome("months", "duration", 8.0)
    ratio = declare(design, months, effect=1.44, losses=losses, of_taking_part=True)
    assert ratio.effects["programme"] == pytest.approx(1.2) and ratio.truth == pytest.approx((math.log(1.2),))


def test_a_whole_population_has_no_luck_in_its_mean_effect() -> None:
    outcome = TrialOutcome("pay", "continuous", 0.0, sd=0.001)
    design = TrialDesign("individual", arms={"none": 0.01, "course": 0.99}, people=200)

    def mean(population: int, seed: int) -> float:
        data = world(design, outcome, 1.0, seed, effect_spread=3.0, population_size=population)
        return float(data.y[data.arm == 1].mean())

    some, whole = (np.std([mean(p, s) for s in range(200)]) for p in (0, 200))
    assert some == pytest.approx(3 / math.sqrt(198), rel=0.15) and whole < 0.15 * some


def test_same_seed_same_world() -> None:
    design = TrialDesign("cluster", clusters=10, cluster_size=8, size_variation=0.5)
    a, b, c = (world(design, JOB, 0.1, s) for s in (3, 3, 4))
    assert a.y.tobytes() == b.y.tobytes() and a.arm.tobytes() == b.arm.tobytes()
    assert a.y.tobytes() != c.y.tobytes()
