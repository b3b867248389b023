"""The arithmetic between figures: the same conventions as the intake of sheets, and laws that must hold."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.learning.numbers.implied_errors import Figures, cross_check
from almpo_kit.sources.intake import standard_errors

effects = st.floats(0.2, 50).map(lambda x: round(x, 2))
errors = st.floats(0.1, 20).map(lambda x: round(x, 2))


@settings(deadline=None)
@given(effects, errors, st.sampled_from([90.0, 95.0, 99.0]))
def test_intervals_as_the_intake_does(effect: float, se: float, level: float) -> None:
    low, high = round(effect - 1.96 * se, 2), round(effect + 1.96 * se, 2)
    ours = cross_check(Figures(effect, 0.005, low=low, high=high, level=level, ci_half=0.005))
    theirs = standard_errors.from_interval(low, high, level, decimals=2)
    assert ours.se == pytest.approx(theirs.se)
    assert ours.route == theirs.route


@settings(deadline=None)
@given(effects, st.floats(0.05, 9).map(lambda x: round(x, 2)))
def test_t_as_the_intake_does(effect: float, t: float) -> None:
    ours, theirs = (
        cross_check(Figures(effect, t=t, t_half=0.005)),
        standard_errors.from_t(effect, t, decimals=2),
    )
    assert theirs is not None
    assert (ours.se, ours.route) == (pytest.approx(theirs.se), theirs.route)


@settings(deadline=None)
@given(effects, st.floats(0.001, 0.99).map(lambda x: round(x, 3)))
def test_p_as_the_intake_does(effect: float, p: float) -> None:
    ours, theirs = (
        cross_check(Figures(effect, p=p, p_half=0.0005)),
        standard_errors.from_p(effect, p, decimals=3),
    )
    assert theirs is not None
    assert (ours.se, ours.route) == (pytest.approx(theirs.se, rel=1e-6), theirs.route)


def test_ratios_as_the_intake_does() -> None:
    ours = cross_check(Figures(1.31, 0.005, low=1.10, high=1.56, level=95, ci_half=0.005, ratio=True))
    assert ours.se == pytest.approx(standard_errors.from_interval(1.10, 1.56, 95, log=True).se)
    assert not ours.against


def whole(effect: float, se: float) -> Figures:
    """Everything that follows from an effect and its error, rounded as papers round."""
    z = abs(effect) / se
    stars = 3 if z > 2.5759 else 2 if z > 1.96 else 1 if z > 1.645 else 0
    p = math.erfc(z / math.sqrt(2))
    return Figures(
        effect, 0.005, se, 0.005, round(effect - 1.96 * se, 2), round(effect + 1.96 * se, 2), 95.0, 0.005,
        round(effect / se, 2), 0.005, round(p, 3), 0.0005, "=", min(stars, 2) if z < 3.3 else 3,
    )  # fmt: skip


@settings(deadline=None)
@given(effects, errors, st.booleans())
def test_what_follows_from_each_other_never_contradicts(effect: float, se: float, minus: bool) -> None:
    f = whole(-effect if minus else effect, se)
    if f.stars == 2 and abs(effect) / se < 1.97:
        f.stars = 0
    assert not cross_check(f).against


@settings(deadline=None)
@given(effects, errors)
def test_a_sign_changes_nothing(effect: float, se: float) -> None:
    up, down = (
        cross_check(Figures(effect, 0.005, se, 0.005, stars=3)),
        cross_check(Figures(-effect, 0.005, se, 0.005, stars=3)),
    )
    assert bool(up.against) == bool(down.against)
    assert up.se == down.se


@settings(deadline=None)
@given(st.floats(1, 50), st.floats(2.5, 20))
def test_figures_a_factor_apart_contradict(effect: float, factor: float) -> None:
    se = effect / 3
    assert cross_check(Figures(effect, 0.0, se, 0.0, t=3 * factor, t_half=0.0)).against
    assert cross_check(Figures(effect, 0.0, se * factor, 0.0, p=0.0027, p_half=0.0)).against
    assert cross_check(Figures(effect, 0.0, low=2 * effect, high=3 * effect, level=95)).against


def test_nothing_out_of_a_bound_or_stars() -> None:
    for f in (
        Figures(2.4, p=0.05, p_sense="<"),
        Figures(2.4, stars=3),
        Figures(0.0, t=2.0),
        Figures(0.0, p=0.5),
    ):
        assert math.isnan(cross_check(f).se)
        assert cross_check(f).route == "none"
