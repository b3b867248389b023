"""Shares as whole numbers, and the turns in which arms follow one another along a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np

#: The longest row of turns: shares are met to a ten-thousandth where whole numbers do not give them exactly.
_LONGEST: Final = 10_000


def whole_shares(shares: Sequence[float]) -> tuple[int, ...]:
    """Smallest whole numbers in proportion to shares: (0.5, 0.25, 0.25) is (2, 1, 1); at most ten thousand together.

    Parameters
    ----------
    shares : sequence of float
        Not negative, adding up to 1.
    """
    exact = [Fraction(s).limit_denominator(_LONGEST) for s in shares]
    together = math.lcm(*(f.denominator for f in exact))
    if sum(exact) == 1 and together <= _LONGEST:
        found = [int(f * together) for f in exact]
    else:
        found = _rounded(shares)
    divisor = math.gcd(*found)
    return tuple(w // divisor for w in found)


def _rounded(shares: Sequence[float]) -> list[int]:
    """Ten-thousandths that add up, by largest remainders."""
    found = [math.floor(s * _LONGEST) for s in shares]
    rest = sorted(range(len(shares)), key=lambda a: (found[a] - shares[a] * _LONGEST, a))
    for a in rest[: _LONGEST - sum(found)]:
        found[a] += 1
    return found


@lru_cache(maxsize=32)
def turns(weights: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """The row of turns, in which arm ``a`` comes ``weights[a]`` times, as evenly spread as can be (Tijdeman 1980).

    With ``e = 1 / (2 arms − 2)``, arm ``a`` is due at place ``t`` (from 1) where ``share_a t − turns it had ≥ e``; of those due,
    the one comes that would be ``1 − e`` behind first: least ``(1 − e − (share_a t − turns it had)) / share_a``, then first in
    order. No beginning of the row is then ``1`` off any share, and no stretch of it, repeated for ever, is ``2`` off; with two
    arms, or equal ones, none is ``1`` off.

    Returns
    -------
    ndarray of int, shape (sum of weights,)

    References
    ----------
    Tijdeman (1980) Discrete Math. 32, 323-330 (the chairman assignment problem).
    """
    each = np.array(weights, dtype=np.int64)
    total, parts = int(each.sum()), 2 * len(each) - 2
    had = np.zeros(len(each), dtype=np.int64)
    row = np.empty(total, dtype=np.intp)
    for t in range(1, total + 1):
        # Whole numbers, so that ties are ties: all is multiplied by the sum of weights and by 2 arms − 2.
        behind = parts * (each * t - had * total)
        due = np.flatnonzero(behind >= total)
        room = (parts - 1) * total - behind[due]
        row[t - 1] = first = min(zip(_ratios(room, each[due]), due.tolist(), strict=True))[1]
        had[first] += 1
    row.flags.writeable = False
    return row


def _ratios(top: np.ndarray[Any, Any], below: np.ndarray[Any, Any]) -> list[Fraction]:
    return [Fraction(a, b) for a, b in zip(top.tolist(), below.tolist(), strict=True)]
