"""Taking part shuffled at random: an estimate of it has to be zero."""

from __future__ import annotations

import numpy as np

from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.dowhy_bridge import Attacked
from almpo_kit.evaluation.refutation.judging import CHANCE, DRAWS, FEWEST_DRAWS, MATERIAL
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import times

KEY = "placebo_treatment"


def placebo_treatment(attacked: Attacked, target: Target, seed: int) -> Attempt:
    """DoWhy's placebo treatment (permuted) against the method that made the estimate."""
    from dowhy.causal_refuters.placebo_treatment_refuter import PlaceboType, refute_placebo_treatment

    drawn = attacked.run(
        refute_placebo_treatment,
        seed,
        treatment_names=["taking_part"],
        num_simulations=DRAWS,
        placebo_type=PlaceboType.PERMUTE,
        random_state=np.random.RandomState(seed % 2**32),
    )
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < FEWEST_DRAWS:
        return too_few(KEY, target, len(drawn), "shuffle who took part")
    mean, chance = float(drawn.mean()), float(drawn.std(ddof=1) / np.sqrt(len(drawn)))
    broken = abs(mean) > CHANCE * chance and abs(mean) > MATERIAL * target.se
    sentence = (
        f"who took part was shuffled at random {times(len(drawn))}, so that it cannot matter. The same method then found "
        f"{target.amount(mean)} on average, where nothing is right. "
    )
    sentence += (
        "It finds effects where there are none: do not use the estimate."
        if broken
        else "It does not invent effects. That says nothing about differences between the groups that were not recorded."
    )
    return target.attempt(
        KEY,
        "broken" if broken else "held",
        "breaks",
        sentence,
        value=mean,
        low=float(drawn.min()),
        high=float(drawn.max()),
        draws=len(drawn),
    )


def too_few(key: str, target: Target, done: int, what: str) -> Attempt:
    """An attempt for which time, or the data, did not suffice."""
    sentence = (
        f"the attempt to {what} was not finished ({done} of {DRAWS} draws, at least {FEWEST_DRAWS} are needed): either "
        "the time allowed was used up or most draws left too few persons. It counts as not tried; allow more time with "
        "whole_seconds."
    )
    return target.attempt(key, "not tried", "informs", sentence, draws=done)
