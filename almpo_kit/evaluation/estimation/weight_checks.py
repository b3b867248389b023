"""Whether few people carry an estimate that weights people by their chances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.scores import SMALLEST_CHANCE
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Fewer equally weighted people than this are too few for a mean of earnings or employment to be normal.
_FEW = 50


def few_carry(
    sample: Sample, chance: Array, contrasts: Sequence[tuple[str, str]], target: str
) -> tuple[Check, ...]:
    """How many equally weighted people the comparison of each contrast is worth (Kish); failed below 50."""
    said, thin = [], False
    for a, b in contrasts:
        i, j = sample.arms.index(a), sample.arms.index(b)
        rows = sample.arm == j
        top = chance[rows, i] if target == "att" else 1.0
        weight = sample.weight[rows] * top / np.maximum(chance[rows, j], SMALLEST_CHANCE)
        worth = float(weight.sum() ** 2 / (weight @ weight)) if weight.any() else 0.0
        thin |= worth < _FEW
        told = number(worth, 0) if worth >= 10 else "fewer than 10"
        said.append(f"{a} against {b}: {told} of {number(int(rows.sum()), 0)}")
    sentence = (
        "After weighting, the comparison is worth so many equally weighted people: " + "; ".join(said) + "."
    )
    if thin:
        sentence += f" Below {_FEW} a few people carry the estimate; compare with a trimmed sample."
    return (Check("few_carry_the_estimate", "failed" if thin else "informational", sentence),)
