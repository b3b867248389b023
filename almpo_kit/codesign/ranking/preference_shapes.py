"""From which difference on one option counts as better than another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from almpo_kit.codesign.ranking.kernels.preference_functions import SHAPES
from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True)
class Preference:
    """How a difference by one criterion counts (PROMETHEE), in the criterion's own unit.

    Parameters
    ----------
    shape : {"usual", "u_shape", "v_shape", "level", "linear", "gaussian"}
        Types I to VI of Brans, Vincke & Mareschal (1986).
    q : float
        Largest difference that does not count ("u_shape", "level", "linear").
    p : float
        Smallest difference that counts fully ("v_shape", "level", "linear"); half counts between q and p of "level".
    s : float
        Turning point of "gaussian".
    """

    shape: str = "usual"
    q: float = 0.0
    p: float = 0.0
    s: float = 0.0

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ParameterError(f"preference {self.shape!r} is none of {', '.join(SHAPES)}.")
        for name in ("q", "p", "s"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
                raise ParameterError(f"preference: {name}={value!r} must be a number of 0 or more.")
        needs = SHAPES[self.shape]
        if "p" in needs and not self.p > (self.q if "q" in needs else 0):
            raise ParameterError(
                f"preference {self.shape!r}: p={self.p:g} must be above {'q' if 'q' in needs else '0'}, e.g. q=1, p=3."
            )
        if "s" in needs and not self.s > 0:
            raise ParameterError("preference 'gaussian': s must be above 0, e.g. s=2.")


def checked_preferences(given: Mapping[str, Any] | None, criteria: tuple[str, ...]) -> dict[str, Preference]:
    """Criterion -> Preference, of those that were given.

    Raises
    ------
    ParameterError
    """
    out = {}
    for name, one in (given or {}).items():
        if name not in criteria:
            raise ParameterError(
                f"preferences: there is no criterion {name!r}; there are {', '.join(criteria)}."
            )
        if isinstance(one, Mapping):
            try:
                one = Preference(**one)
            except TypeError:
                raise ParameterError(f"preferences: {name} takes shape, q, p and s.") from None
        if not isinstance(one, Preference):
            raise ParameterError(
                f"preferences: give {name} a Preference, e.g. Preference('linear', q=0.5, p=3)."
            )
        out[name] = one
    return out
