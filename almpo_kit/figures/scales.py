"""Round numbers for axes and classes."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from almpo_kit.figures.theme import sequential
from almpo_kit.vocabulary.class_limits import LIMITS as OWN_LIMITS
from almpo_kit.vocabulary.rendering import number

#: Class limits in the unit that figures letter: GDP per head in thousands.
LIMITS: dict[str, tuple[float, ...]] = OWN_LIMITS | {
    "gdp_per_head_pps": tuple(v / 1000 for v in OWN_LIMITS["gdp_per_head_pps"])
}


def finite(values: Iterable[object]) -> list[float]:
    """The finite numbers among ``values``, in order."""
    out = []
    for value in values:
        try:
            v = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
        if math.isfinite(v):
            out.append(v)
    return out


def step(span: float, at_most: int) -> float:
    """The smallest of 1, 2, 5 × 10ⁿ that cuts ``span`` into at most ``at_most`` pieces."""
    raw = max(span, 1e-9) / max(at_most, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)


def ticks(low: float, high: float, at_most: int = 6) -> list[float]:
    """Round numbers from ``low`` to ``high``."""
    s = step(high - low, at_most)
    first = math.ceil(round(low / s, 6))
    last = math.floor(round(high / s, 6))
    return [round(k * s, 9) + 0.0 for k in range(first, last + 1)]


def digits(values: Sequence[float]) -> int:
    """Decimals needed to write ``values`` (axis ticks, class limits) exactly, at most three."""
    return next((d for d in range(3) if all(abs(v - round(v, d)) < 1e-9 for v in values)), 3)


@dataclass(frozen=True)
class Classes:
    """Classes of a rate: limits between them, a colour and a label each, from low to high."""

    limits: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    fixed: bool

    def of(self, value: float) -> int:
        """Number of the class that holds ``value``; a value on a limit belongs above it."""
        return bisect_right(self.limits, value)


def classes(indicator: str, values: Iterable[object]) -> Classes:
    """The classes of an indicator: the fixed ones, or five from round numbers near the quintiles."""
    limits = LIMITS.get(indicator)
    fixed = limits is not None
    limits = limits or _round_quintiles(sorted(finite(values)))
    d = digits(limits) if limits else 0
    words = [number(v, d) for v in limits]
    between = [f"{a}–{b}" for a, b in pairwise(words)]
    labels = (f"under {words[0]}", *between, f"{words[-1]} +") if words else ("all",)
    return Classes(limits, sequential(len(labels)), tuple(labels), fixed)


def _round_quintiles(values: list[float]) -> tuple[float, ...]:
    if not values or values[-1] <= values[0]:
        return ()
    inner = values[round(0.9 * (len(values) - 1))] - values[round(0.1 * (len(values) - 1))]
    s = step(inner or values[-1] - values[0], 8)
    cuts = [round(values[round(q * (len(values) - 1))] / s) * s for q in (0.2, 0.4, 0.6, 0.8)]
    return tuple(sorted({round(c, 9) for c in cuts if values[0] < c <= values[-1]}))
