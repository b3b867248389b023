"""Shares as whole numbers, and the turns in which arms follow one another along a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
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


def turns(weights: Sequence[int]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """The row of turns: arm ``a`` comes ``weights[a]`` times, its ``j``-th turn standing at ``(j − ½) / weights[a]``.

    Any stretch of the row, repeated for ever, has of each arm what its share says, to less than one of two arms or of equal
    ones, and to less than two of any others.

    Returns
    -------
    ndarray of int, shape (sum of weights,)
    """
    places = sorted(
        (Fraction(2 * j - 1, 2 * weight), arm)
        for arm, weight in enumerate(weights)
        for j in range(1, weight + 1)
    )
    return np.array([arm for _, arm in places], dtype=np.intp)
