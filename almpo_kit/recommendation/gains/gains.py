"""Gains of people from programmes, with what they rest on: what advice, policies and places are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Gains:
    """What each arm would give each of m people (or groups of people) over the offer of none.

    Parameters
    ----------
    arms : tuple of str, length k
        The offer of none first; its column is 0 throughout.
    mean, se, low, high : Array, shape (m, k)
        In ``unit``; NaN where nothing can be said at all.
    abstains : Array of bool, shape (m, k)
        True where the number must not be used for advice; ``reasons`` says why.
    reasons : Array of str (object), shape (m, k)
        "" where it does not abstain.
    weight_evidence, weight_local : Array, shape (m, k)
        Share of the number that comes from published evidence, and from local people; the rest comes from the
        prior (no effect). In [0, 1].
    distance : Array, shape (m, k)
        Transport distance: how unlike the person and context are what was studied, 0 (alike) to 1; NaN where not known.
    unit, target_words : str
    level : float
    table : DataFrame
        Optional words of the rows (context cell, group); never about single persons.
    """

    arms: tuple[str, ...]
    mean: Array
    se: Array
    low: Array
    high: Array
    abstains: Array
    reasons: Array
    weight_evidence: Array
    weight_local: Array
    distance: Array
    unit: str
    target_words: str
    level: float = 0.95
    table: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __len__(self) -> int:
        return len(self.mean)

    def __repr__(self) -> str:
        return f"Gains({len(self)} rows, arms {', '.join(self.arms)})"

    def usable(self) -> Array:
        """Means with NaN where the number must not be used, shape (m, k); the offer of none is 0."""
        return np.where(self.abstains, np.nan, self.mean)
