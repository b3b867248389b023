"""What an estimator gives back, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """Estimated effects of c contrasts on h outcomes or months.

    Parameters
    ----------
    contrasts : tuple of (str, str), length c
        Arm and the arm it is compared with; always named.
    estimate : Array, shape (c, h)
        In the unit of each outcome.
    covariance : Array, shape (c, h, h)
        Cluster-robust, of the estimates of one contrast over outcomes and months (NaN off the diagonal where the
        method gives none; then nothing is summed over months).
    df : Array, shape (c, h)
        Degrees of freedom of each t interval; inf for normal ones.
    comparison_mean : Array, shape (c, h)
        Mean outcome that the treated (or everybody, by estimand) would have had in the comparison arm.
    n_arm, n_comparison : Array of int, shape (c,)
        Persons used.
    n_clusters : Array of int, shape (c,)
    estimand : str
        What was estimated, which a method may change from what was asked (said in ``checks``).
    se_kind : str
        E.g. "CR2 by person", "Abadie–Imbens", "HC2".
    scores : Array, shape (n, k, h) or None
        Out-of-fold doubly robust scores of what each arm would give each kept row: their mean is the mean potential
        outcome. Rows in the order of the kept sample. None where the method has none.
    propensity : Array, shape (n, k) or None
        Out-of-fold chance of each arm.
    intervals : (Array, Array) or None
        Low and high, shape (c, h), where the method has intervals that are not symmetric t ones.
    checks : tuple of Check
    measures : DataFrame or None
        One row a column of ``estimate`` (``column, outcome, unit, months, label``) where they are not the outcomes of
        the sample: months since the start in differences and synthetic controls, which follow one outcome over time.
    places : bool
        True where units are regions or countries, of which small numbers may be told (``n_arm`` counts those).
    details : mapping of str to object
        Further tables of the method (first stage, event times, donor weights, …); aggregated, never persons.
    """

    contrasts: tuple[tuple[str, str], ...]
    estimate: Array
    covariance: Array
    df: Array
    comparison_mean: Array
    n_arm: Array
    n_comparison: Array
    n_clusters: Array
    estimand: str
    se_kind: str
    scores: Array | None = None
    propensity: Array | None = None
    intervals: tuple[Array, Array] | None = None
    checks: tuple[Check, ...] = ()
    measures: pd.DataFrame | None = None
    places: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def se(self) -> Array:
        """Standard errors, shape (c, h)."""
        diagonal: Array = np.sqrt(np.einsum("chh->ch", self.covariance))
        return diagonal
