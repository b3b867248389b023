"""What the average beside a count of results says: which way, and whether it can say that there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from almpo_kit.evidence.answers import Answer
from almpo_kit.vocabulary.outcomes import OUTCOMES

Direction = Literal["favourable", "no significant effect", "unfavourable"]


@dataclass(frozen=True)
class Reading:
    """``direction``: which way the average points, None where there is none that may be concluded from; an
    effect smaller than what matters counts as none. ``clear``: its interval lies on one side of zero.
    ``conclusive``: it points somewhere, or its whole interval is smaller than what matters; an interval that
    reaches beyond has not shown that there is no effect, only that too little is known.
    """

    direction: Direction | None
    clear: bool = False
    conclusive: bool = False

    @property
    def small(self) -> bool:
        """Whether there is an effect, and one smaller than what matters."""
        return self.clear and self.direction == "no significant effect"


def reading(beside: Answer, matters: float) -> Reading:
    """Read an answer; ``matters`` is the smallest average effect worth having, in its unit."""
    p = beside.pooled
    if p is None or beside.headline is None:
        return Reading(None)
    helps = OUTCOMES[beside.outcome].favourable
    low, high = sorted((helps * p.low, helps * p.high))
    clear = low > 0 or high < 0
    if clear and abs(p.mean) >= matters:
        return Reading("favourable" if low > 0 else "unfavourable", True, True)
    return Reading("no significant effect", clear, -matters < low and high < matters)
