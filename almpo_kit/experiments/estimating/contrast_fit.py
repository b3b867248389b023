"""What an estimator found about one arm against the comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class ContrastFit:
    """One arm against the comparison.

    Parameters
    ----------
    arm : str
    effect, se : float
        A difference of shares or means; of a duration the **logarithm** of the ratio of hazards.
    df : float
        Degrees of freedom of the t distribution that interval and p-value come from; infinite for a normal one.
    low, high : float
        Interval at 1 − alpha, all arms together where there are several.
    p_value : float
        Two-sided, all arms together where there are several.
    n, n_comparison : int
        People with a known outcome, in the arm and in the comparison.
    clusters : int
        Groups (pairs: groups in complete pairs) that it rests on; 0 where people are compared.
    p_alone : float
        Two-sided, as if the arm were the only one.
    scale : {"difference", "log_hazard_ratio"}
    notes : tuple of str
        What a reader has to know about this estimate, in sentences.
    """

    arm: str
    effect: float
    se: float
    df: float
    low: float
    high: float
    p_value: float
    n: int
    n_comparison: int
    clusters: int = 0
    p_alone: float = math.nan
    scale: str = "difference"
    notes: tuple[str, ...] = ()

    @property
    def own_scale(self) -> tuple[float, float, float]:
        """Effect, low and high as the outcome's effects are said: a difference, or a ratio of hazards."""
        found = (self.effect, self.low, self.high)
        if self.scale == "difference":
            return found
        effect, low, high = (math.exp(min(v, 700.0)) for v in found)
        return effect, low, high
