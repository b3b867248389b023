"""What an offer uses up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Use:
    """Linear limits: what an offer of each arm uses up, and how much there is.

    Parameters
    ----------
    each : Array, shape (r, k)
        Not negative; the first arm uses nothing, so that offering none is always within the limits.
    most : Array, shape (r,)
        For everybody together.
    """

    each: Array
    most: Array
