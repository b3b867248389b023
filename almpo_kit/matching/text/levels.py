"""From a verdict to a place in the taxonomy: the occupation where it is sure enough, else its group, else nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.text.verdicts import Verdicts, rightness

#: Levels from fine to coarse, with the digits of their ISCO code.
LEVELS = (("occupation", 0), ("unit group", 4), ("sub-major group", 2))


@dataclass(frozen=True)
class Placing:
    """Where a text belongs.

    Parameters
    ----------
    level : {"occupation", "unit group", "sub-major group", "none"}
    code : str
        ``""`` where nothing is sure enough.
    score : float
        Probability of being right at that level; at the level of an occupation where nothing is sure enough.
    """

    level: str
    code: str
    score: float


def placing(verdict: Verdicts, codes: NDArray[Any], isco: NDArray[Any], sure: float) -> Placing:
    """The finest level whose best answer is right with probability ``sure`` or more."""
    own = rightness(verdict.probability[:1], verdict.evidence[:1], "occupation")[0]
    if own >= sure:
        return Placing("occupation", str(codes[verdict.concept[0]]), float(own))
    groups = isco[verdict.concept]
    for level, digits in LEVELS[1:]:
        code, score = _best_group(verdict, groups, level, digits)
        if code and score >= sure:
            return Placing(level, code, score)
    return Placing("none", "", float(own))


def _best_group(verdict: Verdicts, groups: NDArray[Any], level: str, digits: int) -> tuple[str, float]:
    names, where = np.unique([g[:digits] for g in groups], return_inverse=True)
    share = np.bincount(where, verdict.probability)
    best = int(np.argmax(np.where(names == "", -1, share)))
    evidence = verdict.evidence[where == best].max(axis=0, keepdims=True)
    return str(names[best]), float(rightness(share[best : best + 1], evidence, level)[0])
