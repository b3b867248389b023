"""What holds for every trial: more people never hurt, larger effects are found more often, groups of one are people."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.experiments.sizing.closed_form import Setting, least_units
from almpo_kit.experiments.sizing.kernels.arm_variances import df_beside_covariate, satterthwaite
from almpo_kit.experiments.sizing.spread import effect_at
from almpo_kit.experiments.sizing.trial_contrasts import trial_contrasts
from almpo_kit.vocabulary.trial_designs import DESIGN_KINDS, TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

SATURATIONS = {0.0: 0.3, 0.4: 0.3, 0.8: 0.4}


@st.composite
def trials(draw: Any) -> Setting:
    kind = draw(st.sampled_from(sorted(DESIGN_KINDS)))
    of = draw(
        st.sampled_from(
            ["binary", "continuous", "duration"] if kind != "stepped_wedge" else ["binary", "continuous"]
        )
    )
    baseline = draw(st.floats(0.05, 0.9)) if of == "binary" else draw(st.floats(2, 20))
    outcome = TrialOutcome(
        "y",
        of,
        baseline,
        sd=draw(st.floats(0.5, 3)) if of == "continuous" else math.nan,
        icc=draw(st.floats(0, 0.5)),
        autocorrelation=draw(st.floats(0.1, 1)),
        explained=draw(st.floats(0, 0.9)),
        explained_between=draw(st.floats(0, 0.9)),
    )
    return Setting(
        _design(draw, kind), outcome, Losses(attrition=draw(st.floats(0, 0.5))), draw(st.floats(0.01, 0.2))
    )


def _design(draw: Any, kind: str) -> TrialDesign:
    if kind in ("individual", "blocked"):
        share = draw(st.floats(0.2, 0.8))
        return TrialDesign(kind, arms={"a": share, "b": 1 - share}, people=draw(st.integers(20, 3000)))
    numbers: dict[str, Any] = {
        "cluster_size": draw(st.floats(2, 80)),
        "size_variation": draw(st.floats(0, 0.8)),
    }
    numbers["clusters"] = 2 * draw(st.integers(7, 60))
    if kind == "stepped_wedge":
        numbers["steps"] = draw(st.integers(2, 6))
    if kind == "saturation":
        numbers["saturations"] = SATURATIONS
    return TrialDesign(kind, **numbers)


def effect(of: Setting, size: float, sign: int = 1) -> float:
    """An effect between none and a large one."""
    scale = {
        "binary": 0.9 * min(of.outcome.baseline, 1 - of.outcome.baseline),
        "continuous": 2.0,
        "duration": 1.0,
    }
    return effect_at(of.outcome, max(size, 1e-6) * scale[of.outcome.kind], sign)


@settings(max_examples=40, deadline=None)
@given(of=trials(), size=st.floats(0.02, 1), more=st.integers(1, 6))
def test_more_units_never_hurt(of: Setting, size: float, more: int) -> None:
    assert of.at(of.units + 2 * more).power(effect(of, size)) >= of.power(effect(of, size)) - 1e-9


@settings(max_examples=40, deadline=None)
@given(of=trials(), size=st.floats(0.0, 0.9), more=st.floats(0.01, 0.1))
def test_larger_effects_are_found_more_often(of: Setting, size: float, more: float) -> None:
    assert of.power(effect(of, size + more)) >= of.power(effect(of, size)) - 1e-9


@settings(max_examples=30, deadline=None)
@given(of=trials(), size=st.floats(0.02, 1), times=st.floats(1.05, 3))
def test_a_laxer_test_finds_more(of: Setting, size: float, times: float) -> None:
    assert replace(of, alpha=of.alpha * times).power(effect(of, size)) > of.power(effect(of, size)) - 1e-12


@settings(max_examples=30, deadline=None)
@given(of=trials())
def test_no_effect_is_found_as_often_as_alpha_says(of: Setting) -> None:
    assert of.power(effect(of, 0)) == pytest.approx(of.alpha, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(of=trials(), target=st.floats(0.3, 0.95))
def test_the_smallest_effect_is_found_with_the_target(of: Setting, target: float) -> None:
    for sign in (1, -1):
        found = of.smallest(target, sign)
        if math.isfinite(found):
            assert of.power(found) == pytest.approx(target, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(of=trials(), size=st.floats(0.1, 0.8))
def test_the_number_needed_is_the_first_that_is_enough(of: Setting, size: float) -> None:
    needed = of.needed(effect(of, size), 0.8)
    least, step = least_units(of.design, 1 - of.losses.attrition)
    assert of.at(int(needed)).power(effect(of, size)) >= 0.8
    if needed > least:
        assert of.at(int(needed) - step).power(effect(of, size)) < 0.8


@settings(max_examples=25, deadline=None)
@given(of=trials(), size=st.floats(0.05, 0.9), lost=st.floats(0.01, 0.4))
def test_losing_people_never_helps(of: Setting, size: float, lost: float) -> None:
    worse = replace(of, losses=Losses(attrition=min(of.losses.attrition + lost, 0.95)))
    assert worse.power(effect(of, size)) <= of.power(effect(of, size)) + 1e-9


@pytest.mark.parametrize("kind", ["binary", "continuous", "duration"])
def test_groups_of_one_are_people(kind: str) -> None:
    outcome = TrialOutcome(
        "y", kind, 0.4 if kind == "binary" else 8.0, sd=2.0 if kind == "continuous" else math.nan
    )
    people = Setting(TrialDesign("individual", people=300), outcome, Losses(), 0.05)
    groups = Setting(TrialDesign("cluster", clusters=300, cluster_size=1), outcome, Losses(), 0.05)
    size = {"binary": 0.1, "continuous": 0.6, "duration": 1.4}[kind]
    (one,), (other,) = (trial_contrasts(s.design, s.outcome, s.losses, size) for s in (people, groups))
    assert (other.shift, other.se) == pytest.approx((one.shift, one.se), rel=1e-12)
    if kind != "duration":  # People's durations are tested by a normal, groups' by a t.
        # Welch counts the arms' own variances in the degrees of freedom, CR2 takes people as alike.
        assert groups.power(size) == pytest.approx(people.power(size), abs=1e-4)


def test_signs_do_not_matter_to_means() -> None:
    of = Setting(
        TrialDesign("individual", people=90), TrialOutcome("y", "continuous", 0.0, sd=1.0), Losses(), 0.05
    )
    assert of.power(0.4) == of.power(-0.4)


@pytest.mark.parametrize("rule", ["none", "bonferroni", "dunnett", "holm"])
def test_rules_for_several_programmes_are_ordered(rule: str) -> None:
    """Bonferroni finds least, Dunnett more, Holm more than Bonferroni, no rule most; two arms need none."""
    arms = {"a": 0.4, "b": 0.3, "c": 0.3}
    outcome = TrialOutcome("y", "continuous", 0.0, sd=1.0)

    def power(with_rule: str) -> float:
        return Setting(
            TrialDesign("individual", arms=arms, people=400, familywise=with_rule), outcome, Losses(), 0.05
        ).power(0.3)

    least, most = power("bonferroni"), power("none")
    assert least <= power(rule) <= most + 2e-3
    if rule in ("dunnett", "holm"):
        assert least + 0.003 < power(rule) < most


def test_holm_against_draws() -> None:
    """Three programmes, a third of a million trials: the same marginal power."""
    from almpo_kit.experiments.sizing.kernels.several_arms import holm_power

    rng, loadings, shifts, df = (
        np.random.default_rng(5),
        np.array([0.6, 0.7, 0.8]),
        np.array([2.0, 2.5, 3.0]),
        30.0,
    )
    draws = 300_000
    z = loadings * rng.standard_normal((draws, 1)) + np.sqrt(1 - loadings**2) * rng.standard_normal(
        (draws, 3)
    )
    t = np.abs((z + shifts) / np.sqrt(rng.chisquare(df, (draws, 1)) / df))
    from scipy import stats

    p = 2 * stats.t.sf(t, df)
    order = np.argsort(p, axis=1)
    passed = np.cumprod(np.take_along_axis(p, order, axis=1) * np.array([3, 2, 1]) <= 0.05, axis=1)
    found = np.zeros_like(passed)
    np.put_along_axis(found, order, passed, axis=1)
    assert holm_power(shifts, loadings, df, 0.05) == pytest.approx(found.mean(axis=0), abs=0.004)


@pytest.mark.parametrize(("groups", "own"), [(6, 3), (12, 6), (24, 12), (24, 6), (50, 25)])
def test_a_covariate_of_groups_costs_as_many_degrees_of_freedom_as_cr2_takes(groups: int, own: int) -> None:
    """CR2's degrees of freedom of a regression on an arm and a normal covariate of groups, made out of matrices, on average."""
    rng, found = np.random.default_rng(1), []
    for _ in range(200):
        x = np.column_stack([np.ones(groups), np.arange(groups) < own, rng.normal(size=groups)])
        inverse = np.linalg.inv(x.T @ x)
        hat = x @ inverse @ x.T
        weight = (x @ inverse[:, 1]) / np.sqrt(1 - np.diag(hat))
        form = (np.eye(groups) - hat) * np.outer(weight, weight)
        found.append(np.trace(form) ** 2 / np.sum(form**2))
    sides = (own, groups - own)
    left = [df_beside_covariate(k - 1, k, groups - k, groups) for k in sides]
    assert satterthwaite([1 / k for k in sides], left) == pytest.approx(np.mean(found), abs=0.5)
