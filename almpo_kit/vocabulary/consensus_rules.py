"""What counts as consensus and as stability in a consultation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True)
class ConsensusRules:
    """What counts as consensus and as stability, fixed before anybody answers.

    Parameters
    ----------
    agreement : float
        Least share of the panel that rates within ``agree`` (or within ``disagree``).
    against : float
        Largest share that may rate at the other end.
    agree, disagree : (float, float)
        Parts of the scale, as shares of its length from its low end: upper and lower third.
    widest_iqr : float
        Largest interquartile range, as a share of the scale's length (2 of 8 steps on a scale of 1 to 9).
    widest_cv : float
        Largest coefficient of variation of the ratings, counted from the low end of the scale.
    most_change : float
        Stability: largest share of those who answered both rounds and moved to another third of the scale.
    least_answers : int
        Fewest answers of which anything is said.
    needs : tuple of {"agreement", "iqr", "cv"}
        Which of them must hold, all of them.
    """

    agreement: float = 0.75
    against: float = 0.15
    agree: tuple[float, float] = (0.75, 1.0)
    disagree: tuple[float, float] = (0.0, 0.25)
    widest_iqr: float = 0.25
    widest_cv: float = 0.5
    most_change: float = 0.15
    least_answers: int = 8
    needs: tuple[str, ...] = ("agreement", "iqr")

    def __post_init__(self) -> None:
        for name in ("agreement", "against", "widest_iqr", "most_change"):
            _share(name, getattr(self, name))
        for name in ("agree", "disagree"):
            band = tuple(float(x) for x in getattr(self, name))
            if len(band) != 2 or not 0 <= band[0] <= band[1] <= 1:
                raise ParameterError(
                    f"rules: {name}={band} must be two shares of the scale, e.g. (0.75, 1.0)."
                )
            object.__setattr__(self, name, band)
        if self.disagree[1] >= self.agree[0]:
            raise ParameterError(
                "rules: agree and disagree overlap; e.g. agree=(0.75, 1.0), disagree=(0.0, 0.25)."
            )
        if not 0 < self.widest_cv < 10:
            raise ParameterError(f"rules: widest_cv={self.widest_cv!r} must be above 0, e.g. 0.5.")
        if (
            isinstance(self.least_answers, bool)
            or not isinstance(self.least_answers, int)
            or self.least_answers < 3
        ):
            raise ParameterError("rules: least_answers must be a whole number of 3 or more.")
        needs = tuple(self.needs)
        if not needs or set(needs) - {"agreement", "iqr", "cv"}:
            raise ParameterError("rules: needs must name some of 'agreement', 'iqr', 'cv'.")
        object.__setattr__(self, "needs", needs)


def _share(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ParameterError(f"rules: {name}={value!r} must be a share from 0 to 1, e.g. 0.75.")
