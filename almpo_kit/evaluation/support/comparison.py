"""What a comparison of groups gives back, whichever way people came into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Comparison:
    """Whether groups can be compared; :func:`overlap` makes an ``Overlap`` of it.

    Parameters
    ----------
    table : DataFrame
        What is shown: balance, pre-trends, first stage, … Aggregated, no counts below ten.
    sentence : str
    checks : tuple of Check
    stops : tuple of str
        Names of failed checks because of which nothing may be estimated without an override.
    kept : Array of bool, shape (n,)
        Rows of the design's sample that later steps use.
    propensity : Array, shape (n, k) or None
        Chance of each arm, for all n rows; never shown.
    trimmed : DataFrame
        One row an arm: who is left, and how they differ from all.
    figure : str or None
    details : mapping of str to object
        Further tables, for figures and reports; aggregated.
    """

    table: pd.DataFrame
    sentence: str
    kept: Array
    checks: tuple[Check, ...] = ()
    stops: tuple[str, ...] = ()
    propensity: Array | None = None
    trimmed: pd.DataFrame = field(default_factory=pd.DataFrame)
    figure: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
