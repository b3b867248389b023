"""What is said about weights of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.panels.raking import Raked
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

_CALLED = {"role": "roles", "geo": "places", "sector": "sectors"}


def sentence(n: int, worth: float, weights: np.ndarray[Any, np.dtype[Any]]) -> str:
    """What the weights do to the panel."""
    return (
        f"After weighting, {n} participants are worth {number(worth, 0)} of equal weight; weights run from "
        f"{number(weights.min(), 2)} to {number(weights.max(), 2)}."
    )


def checks(
    table: pd.DataFrame,
    raked: Raked,
    absent: tuple[str, ...],
    n: int,
    worth: float,
    plan: Plan,
    *,
    unused: Sequence[str],
) -> tuple[Check, ...]:
    """What speaks against using the weights."""
    out = []
    if absent:
        told = f"Nobody answered from: {'; '.join(absent)}. Their share went to the others, who do not speak for them."
        out.append(Check("who is missing", "failed", told))
    if unused:
        told = f"Of no participant is known which of the {' and '.join(_CALLED[d] for d in unused)} she belongs to; those shares were not used."
        out.append(Check("not known", "failed", told))
    if worth < plan.rules.least_answers:
        told = f"Weighted, the panel is worth {number(worth, 1)} people, fewer than the {plan.rules.least_answers} of which anything is said."
        out.append(Check("effective number", "failed", told))
    elif worth < n / 2:
        told = f"Weights make {n} people worth {number(worth, 0)}: a few decide for many."
        out.append(Check("effective number", "failed", told))
    if raked.gap > 0.005:
        told = f"Shares are missed by up to {number(100 * raked.gap, 1)} points, because weights were kept within bounds or the shares contradict each other."
        out.append(Check("shares", "failed", told))
    else:
        out.append(Check("shares", "passed", "The weighted panel has the shares that were aimed at."))
    hidden = (
        int(table.loc[table["value"] == "not known", "people"].max())
        if (table["value"] == "not known").any()
        else 0
    )
    if hidden:
        told = f"Of up to {hidden} participants the part is not shown, because their group is small; they keep their share."
        out.append(Check("small groups", "informational", told))
    told = "Weights even out numbers. They make no sample of a panel that was not drawn by lot."
    return (*out, Check("a panel", "informational", told))
