"""Laws of the estimators, what they refuse, and whether their intervals keep what they promise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.estimating.fit_contrasts import fit_contrasts
from almpo_kit.experiments.estimating.kernels.blocked import blocked
from almpo_kit.experiments.estimating.kernels.pairs import weighted_differences
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.errors import DesignError, ParameterError

ARMS = ("no programme", "course")


def trial(seed: int = 1, n: int = 120, groups: int = 12, **more: Any) -> TrialData:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, n)
    arm = group % 2
    y = 0.5 * rng.normal(size=groups)[group] + rng.normal(size=n) + 0.3 * arm
    return TrialData(y=y, arm=arm, arms=ARMS, **({"cluster": group, "pair": group // 2} | more))


def one(estimator: str, data: TrialData, **options: Any) -> ContrastFit:
    (fit,) = fit_contrasts(estimator, data, **options)
    return fit


@settings(max_examples=15, deadline=None)
@given(st.floats(-50, 50), st.floats(0.1, 20), st.integers(0, 10_000))
def test_moving_and_stretching_the_outcome(shift: float, stretch: float, seed: int) -> None:
    data = trial(seed)
    for estimator in ("difference", "cluster", "pairs"):
        a = one(estimator, data)
        moved = TrialData(
            y=shift + stretch * data.y, arm=data.arm, arms=ARMS, cluster=data.cluster, pair=data.pair
        )
        b = one(estimator, moved)
        assert b.effect == pytest.approx(stretch * a.effect, abs=1e-8)
        assert b.se == pytest.approx(stretch * a.se)
        assert (b.df, b.p_value) == pytest.approx((a.df, a.p_value))


def test_order_and_names_of_codes_do_not_matter() -> None:
    data = trial()
    shuffled = data.only(np.random.default_rng(3).permutation(len(data.y)))
    odd = TrialData(y=data.y, arm=data.arm, arms=ARMS, cluster=7 * data.cluster - 20, pair=5 - 3 * data.pair)
    for estimator in ("difference", "cluster", "pairs"):
        a = one(estimator, data)
        for other in (one(estimator, shuffled), one(estimator, odd)):
            assert (other.effect, other.se, other.df) == pytest.approx((a.effect, a.se, a.df))


def test_one_block_is_no_block_and_groups_of_one_are_people() -> None:
    data = trial()
    plain = one("difference", data)
    block = one("blocked", TrialData(y=data.y, arm=data.arm, arms=ARMS, block=np.zeros(120, dtype=int)))
    alone = one("cluster", TrialData(y=data.y, arm=data.arm, arms=ARMS, cluster=np.arange(120)))
    assert (block.effect, block.se) == pytest.approx((plain.effect, plain.se))
    assert (alone.effect, alone.se) == pytest.approx((plain.effect, plain.se))


def test_a_covariate_that_says_nothing_changes_nothing() -> None:
    data = trial()
    flat = TrialData(y=data.y, arm=data.arm, arms=ARMS, covariates=np.full((120, 1), 3.0))
    a, b = one("difference", data), one("adjusted", flat)
    assert (b.effect, b.se, b.df) == pytest.approx((a.effect, a.se, a.df))


def test_equal_pairs_weigh_the_same_by_groups_and_by_people() -> None:
    rng = np.random.default_rng(4)
    group = np.repeat(np.arange(16), 5)
    data = TrialData(y=rng.normal(size=80), arm=group % 2, arms=ARMS, cluster=group, pair=group // 2)
    a, b = one("pairs", data), one("pairs", data, weights="people")
    assert (a.effect, a.se, a.df) == pytest.approx((b.effect, b.se, b.df))
    assert a.df == 7


def test_variance_of_weighted_pairs_is_right_on_average() -> None:
    rng = np.random.default_rng(5)
    weights = np.array([1.0, 2, 3, 4, 2, 6])
    sd = np.array([1.0, 0.5, 2, 1, 1.5, 0.7])
    draws = [weighted_differences(rng.normal(1, sd), weights) for _ in range(8000)]
    share = weights / weights.sum()
    assert np.mean([d[1] for d in draws]) == pytest.approx(float(share**2 @ sd**2), rel=0.03)


@pytest.mark.parametrize("lone", [2, 8])
def test_blocks_with_one_person_in_an_arm(lone: int) -> None:
    """Few lone blocks borrow the spread of others, many are judged by their own differences: both right on average."""
    rng = np.random.default_rng(6)
    block = np.r_[np.repeat(np.arange(lone), 3), np.repeat([20, 21], 20)]
    block = np.unique(block, return_inverse=True)[1]
    level = rng.normal(size=block.max() + 1)[block]
    arm = np.r_[np.tile([0, 0, 1], lone), np.tile([0, 1], 20)]
    found = [blocked(level + rng.normal(size=len(arm)), arm, block, 2) for _ in range(4000)]
    true = np.var([f.effects[0] for f in found])
    assert np.mean([f.covariance[0, 0] for f in found]) == pytest.approx(true, rel=0.08)
    (note,) = found[0].notes
    assert note.startswith(f"{lone} blocks have an arm with one person")
    assert ("differ among" in note) == (lone == 8)


def test_only_known_outcomes_count() -> None:
    data = trial()
    y = data.y.copy()
    y[:30] = np.nan
    gappy = TrialData(y=y, arm=data.arm, arms=ARMS)
    a, b = one("difference", gappy), one("difference", data.only(np.arange(30, 120)))
    assert a == b and a.n + a.n_comparison == 90


def test_several_arms_together_are_stricter() -> None:
    rng = np.random.default_rng(2)
    arm = np.tile([0, 1, 2, 3], 40)
    data = TrialData(y=rng.normal(size=160) + 0.2 * arm, arm=arm, arms=("none", "a", "b", "c"))
    by = {
        m: fit_contrasts("difference", data, familywise=m) for m in ("none", "dunnett", "holm", "bonferroni")
    }
    for a in range(3):
        widths = [by[m][a].high - by[m][a].low for m in ("none", "dunnett", "bonferroni")]
        assert widths == sorted(widths) and widths[0] < widths[1] < widths[2]
        assert by["none"][a].p_value < by["dunnett"][a].p_value <= by["bonferroni"][a].p_value
        assert by["holm"][a].p_value <= by["bonferroni"][a].p_value
        assert all(by[m][a].p_alone == by["none"][a].p_value for m in by)


def test_duration_is_said_as_a_ratio() -> None:
    rng = np.random.default_rng(8)
    arm = np.tile([0, 1], 2000)
    time = rng.exponential(10 / np.where(arm == 1, 1.5, 1))
    data = TrialData(y=np.minimum(time, 12), event=time < 12, arm=arm, arms=ARMS, block=np.arange(4000) % 7)
    for estimator in ("difference", "blocked"):
        fit = one(estimator, data)
        effect, low, high = fit.own_scale
        assert fit.scale == "log_hazard_ratio" and low < 1.5 < high and effect == pytest.approx(1.5, abs=0.12)
        assert math.log(effect) == pytest.approx(fit.effect)


def test_saturation_compares_the_offered_with_pure_places() -> None:
    rng = np.random.default_rng(9)
    place = np.repeat(np.arange(20), 30)
    saturation = np.where(place < 10, 0.0, 0.5)
    arm = ((rng.random(600) < saturation) & (saturation > 0)).astype(int)
    y = rng.normal(size=600) + 1.0 * arm - 0.4 * ((saturation > 0) & (arm == 0))
    data = TrialData(
        y=y,
        arm=arm,
        arms=ARMS,
        cluster=place,
        saturation=saturation,
        chance=np.where(arm == 1, saturation, 1),
    )
    fit = one("saturation", data)
    assert fit.effect == pytest.approx(1, abs=0.3) and fit.clusters == 20
    assert "spillovers" in fit.notes[-1]


def refused(match: str, estimator: str, data: TrialData, **options: Any) -> None:
    with pytest.raises((DesignError, ParameterError), match=match):
        fit_contrasts(estimator, data, **options)


def test_what_is_refused_names_the_way_out() -> None:
    data = trial()
    n = len(data.y)
    refused("is none of difference", "magic", data)
    refused("adaptive_effects", "adaptive", data)
    refused("familywise='tukey'", "difference", data, familywise="tukey")
    refused("alpha", "difference", data, alpha=0.0)
    refused("weights", "pairs", data, weights="pairs")
    refused("give covariates, or choose another", "adjusted", data)
    refused("give block", "blocked", data)
    refused("no outcome is known", "difference", TrialData(y=np.full(n, np.nan), arm=data.arm, arms=ARMS))
    refused("nobody of arm 'course'", "difference", TrialData(y=data.y, arm=0 * data.arm, arms=ARMS))
    refused(
        "1 people of arm",
        "difference",
        data.only(np.r_[np.flatnonzero(data.arm == 0), np.flatnonzero(data.arm)[:1]]),
    )
    refused(
        "use 'blocked' with the groups as blocks",
        "cluster",
        TrialData(y=data.y, arm=np.arange(n) % 2, arms=ARMS, cluster=data.cluster // 2),
    )
    two = data.only(data.cluster < 2)
    refused("draw people within groups", "cluster", two)
    refused("name at most 9", "cluster", trial(covariates=np.random.default_rng(0).normal(size=(n, 10))))
    refused(
        "too many for an arm",
        "adjusted",
        TrialData(y=data.y[:6], arm=np.arange(6) % 2, arms=ARMS, covariates=np.eye(6)),
    )
    refused("use 'cluster'", "pairs", two)
    refused("use 'blocked' with blocks of equal chance", "difference", trial(chance=np.linspace(0.2, 0.8, n)))
    apart = TrialData(y=data.y, arm=data.arm, arms=ARMS, block=data.arm)
    refused("no block has both", "blocked", apart)
    lone = TrialData(y=data.y[:4], arm=np.array([0, 1, 0, 1]), arms=ARMS, block=np.array([0, 0, 1, 1]))
    refused("no spread is seen", "blocked", lone)
    wedge = trial(period=np.arange(n) % 3)
    refused(
        "do not tell the programme from the passing",
        "stepped_wedge",
        TrialData(
            y=wedge.y,
            arm=(wedge.period > 0).astype(int),
            arms=ARMS,
            cluster=wedge.cluster,
            period=wedge.period,
        ),
    )
    refused(
        "both arms in one period",
        "stepped_wedge",
        TrialData(
            y=wedge.y, arm=np.arange(n) // 3 % 2, arms=ARMS, cluster=wedge.cluster, period=wedge.period
        ),
    )
    refused(
        "has come to the end",
        "difference",
        TrialData(y=np.ones(n), event=data.arm == 0, arm=data.arm, arms=ARMS),
    )
    refused(
        "cannot be below 0",
        "difference",
        TrialData(y=-np.ones(n), event=np.ones(n, bool), arm=data.arm, arms=ARMS),
    )
    refused("nobody is offered it", "saturation", trial(saturation=np.full(n, 0.5)))


def test_odd_lengths_and_arms_are_refused() -> None:
    with pytest.raises(ParameterError, match="block has 2 entries, y has 3"):
        TrialData(y=np.zeros(3), arm=np.zeros(3, int), arms=ARMS, block=np.zeros(2, int))
    with pytest.raises(ParameterError, match="index from 0 to 1"):
        TrialData(y=np.zeros(3), arm=np.array([0, 1, 2]), arms=ARMS)


def test_no_spread_is_said() -> None:
    fit = one("difference", TrialData(y=np.zeros(20), arm=np.arange(20) % 2, arms=ARMS))
    assert fit.p_value == 1 and fit.effect == 0 and "not known" in fit.notes[-1]


def test_blocks_pay_for_the_slopes_of_their_covariates() -> None:
    """Ten covariates and 60 people in ten blocks: told as if slopes were known, the error would be two thirds of the true one."""
    rng, found = np.random.default_rng(3), []
    block, arm = np.repeat(np.arange(10), 6), np.tile([0, 1], 30)
    for _ in range(400):
        x = rng.normal(size=(60, 10))
        y = rng.normal(size=10)[block] + x @ np.full(10, 0.3) + rng.normal(size=60)
        fit = one("blocked", TrialData(y=y, arm=arm, arms=ARMS, block=block, covariates=x))
        found.append((fit.effect, fit.se, fit.low <= 0 <= fit.high))
    effect, se, held = np.array(found).T
    assert np.sqrt(np.mean(se**2)) / effect.std() == pytest.approx(1, abs=0.12)
    assert held.mean() > 0.92 and fit.df <= 30


def test_a_covariate_that_explains_makes_blocks_more_precise_and_an_empty_one_does_no_harm() -> None:
    rng = np.random.default_rng(4)
    block, arm, x = np.repeat(np.arange(12), 40), np.tile([0, 1], 240), rng.normal(size=480)
    y = rng.normal(size=12)[block] + 2 * x + rng.normal(size=480) + 0.5 * arm
    made = {"y": y, "arm": arm, "arms": ARMS, "block": block}
    plain, helped = (
        one("blocked", TrialData(**made)),
        one("blocked", TrialData(**made, covariates=x[:, None])),
    )
    assert helped.se < 0.6 * plain.se and helped.low < 0.5 < helped.high
    flat = one("blocked", TrialData(**made, covariates=np.ones((480, 1))))
    assert (flat.effect, flat.se) == pytest.approx((plain.effect, plain.se))
