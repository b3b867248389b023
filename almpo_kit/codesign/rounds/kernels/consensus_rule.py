"""The rules of consensus on a bar chart of answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.codesign.rounds.kernels.rating_moments import mean_and_sd
from almpo_kit.codesign.rounds.kernels.weighted_quantiles import weighted_quantiles
from almpo_kit.vocabulary.consensus_rules import ConsensusRules

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Ruled:
    """What the rules say of one statement in one round; shares are of weights.

    ``cv`` counts the steps from 1 at the low end, so that it does not depend on how the scale is numbered. ``direction``
    is "agree" or "disagree" where all rules that are needed hold, else empty.
    """

    median: float
    q25: float
    q75: float
    mean: float
    sd: float
    cv: float
    agree: float
    disagree: float
    agreement_holds: bool
    iqr_holds: bool
    cv_holds: bool
    direction: str


def band_of(scale: Array, rules: ConsensusRules) -> Array:
    """Of each step: 1 in the band that agrees, −1 in the one that disagrees, 0 between. Shape (n_steps,)."""
    at = (scale - scale[0]) / (scale[-1] - scale[0])
    agree = (at >= rules.agree[0] - 1e-9) & (at <= rules.agree[1] + 1e-9)
    disagree = (at >= rules.disagree[0] - 1e-9) & (at <= rules.disagree[1] + 1e-9)
    return agree.astype(int) - disagree.astype(int)


def apply_rules(values: Array, weights: Array, scale: Array, rules: ConsensusRules) -> Ruled:
    """Apply the rules that were fixed beforehand.

    Parameters
    ----------
    values, weights : array, shape (n,)
        At least one answer.
    scale : array, shape (n_steps,)
    rules : ConsensusRules
    """
    share = weights / weights.sum()
    side = band_of(scale, rules)[np.searchsorted(scale, values)]
    agree, disagree = float(share[side == 1].sum()), float(share[side == -1].sum())
    q25, median, q75 = weighted_quantiles(values, weights, (0.25, 0.5, 0.75))
    mean, sd = mean_and_sd(values, weights)
    cv = sd / (mean - scale[0] + 1)
    more, less = max(agree, disagree), min(agree, disagree)
    holds = {
        "agreement": bool(more >= rules.agreement - 1e-9 and less <= rules.against + 1e-9),
        "iqr": bool(q75 - q25 <= rules.widest_iqr * (scale[-1] - scale[0]) + 1e-9),
        "cv": bool(cv <= rules.widest_cv + 1e-9),
    }
    reached = all(holds[name] for name in rules.needs)
    # Without the rule of agreement the answers may be close together in the middle: that is no yes and no no.
    toward = "agree" if agree > 0.5 else "disagree" if disagree > 0.5 else "between"
    return Ruled(
        median=float(median),
        q25=float(q25),
        q75=float(q75),
        mean=mean,
        sd=sd,
        cv=float(cv),
        agree=agree,
        disagree=disagree,
        agreement_holds=holds["agreement"],
        iqr_holds=holds["iqr"],
        cv_holds=holds["cv"],
        direction=toward if reached else "",
    )
