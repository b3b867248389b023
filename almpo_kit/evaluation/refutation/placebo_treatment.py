"""Taking part shuffled at random: an estimate of it has to be zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.dowhy_bridge import Attacked, refuter
from almpo_kit.evaluation.refutation.judging import CHANCE, DRAWS, FEWEST_DRAWS, MATERIAL
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import times

KEY = "placebo_treatment"


def placebo_treatment(attacked: Attacked, target: Target, seed: int) -> Attempt:
    """DoWhy's placebo treatment (permuted) against the method that made the estimate."""
    drawn = attacked.run(
        refuter("placebo_treatment_refuter", "refute_placebo_treatment"),
        seed,
        treatment_names=["taking_part"],
        num_simulations=DRAWS,
        placebo_type=refuter("placebo_treatment_refuter", "PlaceboType").PERMUTE,
        random_state=np.random.RandomState(seed % 2**32),
    )
    whole, drawn = drawn, drawn[np.isfinite(drawn)]
    if len(drawn) < FEWEST_DRAWS:
        return too_few(KEY, target, whole, "shuffle who took part")
    mean, chance = float(drawn.mean()), float(drawn.std(ddof=1) / np.sqrt(len(drawn)))
    broken = abs(mean) > CHANCE * chance and abs(mean) > MATERIAL * attacked.se
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


def too_few(key: str, target: Target, drawn: Any, what: str) -> Attempt:
    """An attempt for which time, or the data, did not suffice.

    Parameters
    ----------
    drawn : Array of float
        What was drawn, NaN where nothing could be estimated.
    what : str
        The attempt in words, after "to".
    """
    good = int(np.isfinite(drawn).sum())
    why = (
        "most draws left too few persons to estimate on"
        if len(drawn) - good > good
        else "the time allowed was used up; allow more with whole_seconds"
    )
    sentence = (
        f"the attempt to {what} gave {good} of {DRAWS} draws, and at least {FEWEST_DRAWS} are needed: {why}. It counts as not "
        "tried."
    )
    return target.attempt(key, "not tried", "informs", sentence, draws=good)
