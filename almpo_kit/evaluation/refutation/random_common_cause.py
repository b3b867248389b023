"""One more covariate of pure noise: nothing may change."""

from __future__ import annotations

import numpy as np

from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.dowhy_bridge import Attacked, refuter
from almpo_kit.evaluation.refutation.judging import DRAWS, FEWEST_DRAWS, STEADY
from almpo_kit.evaluation.refutation.placebo_treatment import too_few
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import times

KEY = "random_common_cause"


def random_common_cause(attacked: Attacked, target: Target, seed: int) -> Attempt:
    """DoWhy's random common cause against the method that made the estimate."""
    drawn = attacked.run(
        refuter("random_common_cause", "refute_random_common_cause"),
        seed,
        num_simulations=DRAWS,
        random_state=np.random.RandomState(seed % 2**32),
    )
    whole, drawn = drawn, drawn[np.isfinite(drawn)]
    if len(drawn) < FEWEST_DRAWS:
        return too_few(KEY, target, whole, "add a covariate of pure noise")
    mean = float(drawn.mean())
    broken = abs(mean - attacked.value) > STEADY * attacked.se
    sentence = (
        f"a covariate of pure noise was added {times(len(drawn))}; the estimate went from {target.amount(attacked.value)} to "
        f"{target.amount(mean)} on average. "
    )
    sentence += (
        f"A covariate without meaning moves it by more than {STEADY:g} standard errors: the estimate is not stable."
        if broken
        else "It stays as it is, as it must. That says nothing about hidden causes that do matter."
    )
    return target.attempt(
        KEY,
        "broken" if broken else "held",
        "doubts",
        sentence,
        value=mean,
        low=float(drawn.min()),
        high=float(drawn.max()),
        draws=len(drawn),
    )
