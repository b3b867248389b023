"""Where a rising function first reaches a level."""

from __future__ import annotations

import math
from collections.abc import Callable


def first_number(reaches: Callable[[float], bool], low: float, high: float) -> float:
    """Smallest number in ``[low, high]`` from which ``reaches`` holds, to eight digits; inf where not even at ``high``."""
    if not reaches(high):
        return math.inf
    if reaches(low):
        return low
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
        if high - low <= 1e-9 * max(abs(high), 1e-300):
            break
    return high


def first_whole(reaches: Callable[[int], bool], least: int, most: int, step: int = 1) -> float:
    """Smallest of ``least, least + step, …`` from which ``reaches`` holds; inf where none up to ``most`` does."""
    if reaches(least):
        return float(least)
    below, jump = 0, 1
    while not reaches(least + jump * step):
        below, jump = jump, jump * 2
        if least + jump * step > most:
            return math.inf
    above = jump
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if reaches(least + middle * step) else (middle, above)
    return float(least + above * step)
