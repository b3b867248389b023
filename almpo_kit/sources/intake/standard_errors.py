"""Standard errors from what studies print instead: intervals, t statistics, exact p values.

Every function answers with the standard error and, in words, how it was found. None ever makes one out of
a bound (``p < 0.05``), out of stars, or out of an effect of zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Route = Literal["derived_ci", "derived_t", "derived_p"]


@dataclass(frozen=True)
class Derived:
    """A standard error, its route, the route in words, and by which factor rounding in the source could move it.

    ``lowest`` and ``highest`` are the standard errors that the printed figures allow, given how many decimals
    they were printed with.
    """

    se: float
    route: Route
    words: str
    lowest: float
    highest: float


def quantile(probability: float, df: float | None = None) -> float:
    """Quantile of the t distribution, or of the normal one where ``df`` is None."""
    from scipy import special

    if df is None:
        return float(special.ndtri(probability))
    return float(special.stdtrit(df, probability))


def _quantile_words(value: float, df: float | None) -> str:
    return f"normal quantile {value:.4f}" if df is None else f"t quantile {value:.4f} with {df:g} df"


def from_interval(
    low: float, high: float, level: float, df: float | None = None, *, log: bool = False, decimals: int = 15
) -> Derived:
    """Standard error from a symmetric confidence interval: its width over twice the quantile.

    Parameters
    ----------
    low, high : float
        The interval, ``low < high``; both positive where ``log``.
    level : float
        In per cent, e.g. 95.
    df : float, optional
        Degrees of freedom, where the interval is known to use the t distribution.
    log : bool
        The interval is of a ratio; the standard error is that of its logarithm.
    decimals : int
        With which the ends were printed.

    References
    ----------
    Higgins, Li & Deeks (2019) Choosing effect measures and computing estimates of effect, Cochrane Handbook,
    chapter 6, sections 6.3.1 and 6.3.2.
    """
    z = quantile(0.5 + level / 200, df)
    half = 0.5 * 10.0**-decimals

    def width(shift: float) -> float:
        a, b = low - shift, high + shift
        return math.log(b) - math.log(max(a, half / 1e6)) if log else b - a

    words = (
        f"{level:g}% interval {low:g} to {high:g}{', in logarithms' if log else ''}, {_quantile_words(z, df)}"
    )
    lowest = max(width(-min(half, (high - low) / 2)), 0.0)
    return Derived(width(0.0) / (2 * z), "derived_ci", words, lowest / (2 * z), width(half) / (2 * z))


def from_t(effect: float, t: float, *, decimals: int = 15) -> Derived | None:
    """Standard error as effect over t; None where either is zero, since 0/0 says nothing."""
    if effect == 0 or t == 0:
        return None
    size, half = abs(t), 0.5 * 10.0**-decimals
    highest = abs(effect) / (size - half) if size > half else math.inf
    return Derived(
        abs(effect) / size, "derived_t", f"effect over t = {t:g}", abs(effect) / (size + half), highest
    )


def from_p(effect: float, p: float, df: float | None = None, *, decimals: int = 15) -> Derived | None:
    """Standard error from an exact two-sided p value: effect over the quantile that belongs to it.

    None where the effect is zero, or p is 0 or 1: no finite statistic belongs to them.
    """
    if effect == 0 or not 0 < p < 1:
        return None
    half = 0.5 * 10.0**-decimals

    def se(at: float) -> float:
        z = 0.0 if at >= 1 else math.inf if at <= 0 else -quantile(at / 2, df)
        return math.inf if z == 0 else abs(effect) / z

    z = -quantile(p / 2, df)
    if z == 0:
        return None
    words = f"effect over the {_quantile_words(z, df)} of two-sided p = {p:g}"
    return Derived(se(p), "derived_p", words, se(p - half), se(p + half))
