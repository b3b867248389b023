"""Only a part of the persons, drawn at random: the same answer has to come out."""

from __future__ import annotations

import numpy as np

from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.dowhy_bridge import Attacked, refuter
from almpo_kit.evaluation.refutation.judging import DRAWS, FEWEST_DRAWS, OTHER_WAY, PART, STEADY
from almpo_kit.evaluation.refutation.placebo_treatment import too_few
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import times

KEY = "data_subset"


def data_subset(attacked: Attacked, target: Target, seed: int) -> Attempt:
    """DoWhy's data subset against the method that made the estimate."""
    drawn = attacked.run(
        refuter("data_subset_refuter", "refute_data_subset"),
        seed,
        subset_fraction=PART,
        num_simulations=DRAWS,
        random_state=np.random.RandomState(seed % 2**32),
    )
    whole, drawn = drawn, drawn[np.isfinite(drawn)]
    if len(drawn) < FEWEST_DRAWS:
        return too_few(KEY, target, whole, "estimate on parts of the persons")
    mean = float(drawn.mean())
    other = float(np.mean(np.sign(drawn) != np.sign(attacked.value)))
    broken = abs(mean - attacked.value) > STEADY * attacked.se
    broken = broken or (attacked.conclusion != "open" and other > OTHER_WAY)
    sentence = (
        f"on random parts of the persons ({PART:.0%}, drawn {times(len(drawn))}) the estimate lay between "
        f"{target.amount(drawn.min())} and {target.amount(drawn.max())}, {target.amount(mean)} on average; on all of these it is "
        f"{target.amount(attacked.value)}. "
    )
    sentence += (
        "It hangs on a few of the persons: do not rely on its size or direction."
        if broken
        else "It does not hang on a few of the persons. A bias that all share would not show here."
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
