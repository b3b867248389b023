"""How often a two-sided t test rejects."""

from __future__ import annotations

import math

from scipy import special

#: Above, the t distribution is the normal one to more digits than are ever shown, and its series take long.
_NORMAL_FROM = 1e6
#: From this noncentrality on the other tail is nothing, and the library's series for it may not converge.
_NO_OTHER_TAIL = 6.0


def critical(alpha: float, df: float) -> float:
    """Value beyond which a two-sided test at ``alpha`` rejects."""
    if df >= _NORMAL_FROM:
        return float(-special.ndtri(alpha / 2))
    return float(-special.stdtrit(df, alpha / 2))


def rejection(shift: float, limit: float, df: float) -> float:
    """Chance that ``|T| > limit`` where T is noncentral t with noncentrality ``shift``, both tails counted."""
    shift = abs(shift)
    if df >= _NORMAL_FROM or shift > 37:
        # Far out the series of the noncentral t loses its digits; there the answer is 1 unless df is tiny.
        scale = 1.0 if df >= _NORMAL_FROM else math.sqrt(1 + limit**2 / (2 * df))
        return float(special.ndtr((shift - limit) / scale) + special.ndtr((-shift - limit) / scale))
    found = 1 - float(special.nctdtr(df, shift, limit))
    if shift < _NO_OTHER_TAIL:
        found += float(special.nctdtr(df, shift, -limit))
    return min(max(found, 0.0), 1.0)
