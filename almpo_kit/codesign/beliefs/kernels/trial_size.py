"""How many people a trial takes to tell two views of an effect apart."""

from __future__ import annotations

import math
from typing import Final

#: Standard normal values of a two-sided test at 5% and of 80% power.
_TEST, _POWER = 1.959963984540054, 0.8416212335729143
#: Largest standard deviation of a yes or no.
COIN: Final = 0.5


def people_an_arm(difference: float, sd: float) -> float:
    """People in each of two equal arms, drawn one by one: twice the squared ratio of spread and difference, times 7.85."""
    if difference == 0:
        return math.inf
    return math.ceil(2 * ((_TEST + _POWER) * sd / difference) ** 2)
