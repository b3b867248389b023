"""Numbers that are assumed: a value, or a range within which any is as likely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: A number, or the lowest and highest that are thought possible.
Assumed = float | tuple[float, float]


@dataclass(frozen=True)
class Range:
    """``low`` to ``high``, the same where there is no range."""

    name: str
    low: float
    high: float
    unit: str

    @property
    def middle(self) -> float:
        """Halfway."""
        return 0.5 * (self.low + self.high)

    def draws(self, n: int, rng: np.random.Generator) -> Array:
        """Even draws, shape (n,)."""
        return np.full(n, self.low) if self.low == self.high else rng.uniform(self.low, self.high, n)


def assumed(name: str, given: Any, unit: str, least: float, most: float, example: str) -> Range:
    """Check a number or a range.

    Raises
    ------
    ParameterError
    """
    ends = given if isinstance(given, tuple | list) else (given, given)
    numbers = [
        float(e)
        for e in ends
        if isinstance(e, int | float | np.number) and not isinstance(e, bool) and math.isfinite(e)
    ]
    if len(ends) != 2 or len(numbers) != 2 or not least <= numbers[0] <= numbers[1] <= most:
        bounds = f"from {least:g} to {most:g}" if math.isfinite(most) else f"of {least:g} or more"
        raise ParameterError(
            f"{name}={given!r} must be a number {bounds} ({unit}), or its lowest and highest value, e.g. {name}={example}."
        )
    return Range(name, numbers[0], numbers[1], unit)
