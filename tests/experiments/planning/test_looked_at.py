import math

import numpy as np
import pytest

from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.planning.looked_at import always_valid
from almpo_kit.vocabulary.trial_designs import TrialDesign
from tests.experiments.planning.trial_worlds import ARMS, plan

PLAN = plan(design=TrialDesign("individual", ARMS, people=600), looks=5)


def fit(effect: float, se: float, n: int = 300, clusters: int = 0) -> ContrastFit:
    return ContrastFit("course", effect, se, 598.0, math.nan, math.nan, math.nan, n, n, clusters)


@pytest.mark.parametrize("effect", [0.0, 0.05, -0.13, 0.3])
@pytest.mark.parametrize("arms", [1, 3])
def test_the_p_value_is_the_level_at_which_the_interval_begins_to_hold_nothing(
    effect: float, arms: int
) -> None:
    found = always_valid(fit(effect, 0.04), PLAN, 0.05, arms)
    assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0)
    if 1e-4 < found.p_value < 1:
        # Nearly: the mixture that the interval is made with is that of the planned level.
        at = always_valid(fit(effect, 0.04), PLAN, found.p_value, arms)
        assert min(abs(at.low), abs(at.high)) == pytest.approx(0, abs=0.02 * 0.04 + 0.004)


def test_wider_than_once_and_widest_for_many_arms_or_few_groups() -> None:
    def half(*given: object, arms: int = 1) -> float:
        found = always_valid(fit(*given), PLAN, 0.05, arms)  # type: ignore[arg-type]
        return (found.high - found.low) / 2

    once = 1.96 * 0.04
    assert 1.2 * once < half(0.1, 0.04) < 2 * once
    assert half(0.1, 0.04, arms=3) > half(0.1, 0.04)
    assert half(0.1, 0.04, 300, 12) > half(0.1, 0.04), "twelve groups know less of their spread"


@pytest.mark.slow
def test_it_holds_at_every_look() -> None:
    """Null trials of 600 people, six looks: ever wrong in at most 5% (measured: 7 of 1,000; plain intervals 142)."""
    rng = np.random.default_rng(5)
    wrong = plain = 0
    for _ in range(1000):
        y = rng.normal(size=(600, 2))
        ever = ever_plain = False
        for n in (50, 100, 150, 200, 250, 300):
            d = y[:n].mean(0)
            se = math.sqrt(y[:n].var(0, ddof=1).sum() / n)
            found = always_valid(fit(d[1] - d[0], se, n), PLAN, 0.05, 1)
            ever |= found.low > 0 or found.high < 0
            ever_plain |= abs(d[1] - d[0]) > 1.96 * se
        wrong, plain = wrong + ever, plain + ever_plain
    assert wrong / 1000 <= 0.05 < plain / 1000
