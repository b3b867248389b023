"""People whom decisions are about, with what each programme would have given them: what policies are learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.vocabulary.errors import DataError, DesignError
from almpo_kit.vocabulary.provenance import Provenance

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Caseload:
    """n people, k arms (the offer of none first), p features. Rows about persons: never shown, never logged.

    Parameters
    ----------
    menu : Menu
        The arms, in the order of the columns of ``scores``.
    scores : Array, shape (n, k)
        Out-of-fold doubly robust scores of what each arm would give each person, in ``unit``, more being better; their
        mean over people is the mean outcome in that arm.
    features : DataFrame, shape (n, p)
        Numbers (categories as 0/1 columns), without gaps, that a rule may look at.
    received : Array of int, shape (n,)
        Arm that each person was in.
    outcome : Array, shape (n,)
        What was measured, in ``unit``; NaN where missing.
    propensity : Array, shape (n, k)
        Out-of-fold chance of each arm; rows sum to 1.
    expected : Array, shape (n, k) or None
        Out-of-fold outcome expected in each arm from a model alone (without the correction that makes scores doubly
        robust); None where it is not known.
    cluster : Array of int, shape (n,)
        What inference clusters on; the person itself where nothing else is said.
    weight : Array, shape (n,)
    groups : DataFrame, shape (n, ...)
        Characteristics to audit by (sex, age band, …), as text; need not be features.
    context : DataFrame, shape (n, ...)
        ``geo``, ``unemployment_class`` and ``skill_class`` ("high", "low" or "unknown") of each person's labour market, as text.
    unit : str
        Short unit of scores, e.g. "points" or "months in work".
    target_words : str
        What is scored, e.g. "chance of being in work 24 months after entry".
    programme_months : float
        Months from entry at which (or up to which) the outcome is measured.
    provenance : Provenance
        Of the evaluation that the scores come from.
    credible : str
        Verdict of that evaluation ("credible", "fragile", "not identified", "" where none was made).
    """

    menu: Menu
    scores: Array
    features: pd.DataFrame
    received: Array
    outcome: Array
    propensity: Array
    cluster: Array
    weight: Array
    groups: pd.DataFrame
    context: pd.DataFrame
    unit: str
    target_words: str
    programme_months: float
    provenance: Provenance
    expected: Array | None = None
    credible: str = ""
    names: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.scores)

    def __repr__(self) -> str:
        # Rows about persons must not appear in a notebook by accident.
        return f"Caseload({len(self)} people, arms {', '.join(self.menu.names)})"

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, the offer of none first."""
        return self.menu.names

    @property
    def synthetic(self) -> bool:
        """True where the people are invented."""
        return self.provenance.synthetic

    def rows(self, kept: Array) -> Caseload:
        """The caseload cut to some people.

        Parameters
        ----------
        kept : Array of bool, shape (n,), or of positions
        """
        arrays = ("scores", "received", "outcome", "propensity", "cluster", "weight")
        cut: dict[str, Any] = {a: getattr(self, a)[kept] for a in arrays}
        cut["expected"] = None if self.expected is None else self.expected[kept]
        at = np.arange(len(self))[kept]
        cut |= {
            f: getattr(self, f).iloc[at].reset_index(drop=True) for f in ("features", "groups", "context")
        }
        return replace(self, **cut)


def caseload(
    menu: Menu,
    scores: Array,
    features: pd.DataFrame,
    *,
    received: Array,
    outcome: Array,
    propensity: Array,
    unit: str,
    target_words: str,
    programme_months: float,
    provenance: Provenance,
    expected: Array | None = None,
    cluster: Array | Sequence[Any] | None = None,
    weight: Array | None = None,
    groups: pd.DataFrame | None = None,
    context: pd.DataFrame | None = None,
    credible: str = "",
) -> Caseload:
    """Check people and scores against each other.

    Parameters
    ----------
    menu, scores, features, received, outcome, propensity, unit, target_words, programme_months, provenance, expected,
    cluster, weight, groups, context, credible
        As in :class:`Caseload`; ``context`` may lack columns (they become "unknown").

    Returns
    -------
    Caseload

    Raises
    ------
    DesignError
        Shapes that do not fit, arms that are none, chances that do not sum to 1.
    DataError
        Gaps or infinite values where there may be none.
    """
    scores = np.asarray(scores, dtype=float)
    n, k = len(features), len(menu)
    _shapes_fit(n, k, scores=scores, propensity=propensity, expected=expected)
    numbers = features.reset_index(drop=True).astype(float)
    if n == 0:
        raise DesignError("there is nobody in this caseload; give at least one person.")
    for name, values in (
        ("scores", scores),
        ("features", numbers.to_numpy()),
        ("propensity", np.asarray(propensity)),
    ):
        if not np.isfinite(values).all():
            raise DataError(f"{name} has gaps or infinite values; fill or leave out these people first.")
    if not np.allclose(np.asarray(propensity).sum(axis=1), 1, atol=1e-6):
        raise DesignError("the chances of the arms do not sum to 1 in every row of propensity.")
    received = np.asarray(received, dtype=np.int64)
    if received.shape != (n,) or received.min() < 0 or received.max() >= k:
        raise DesignError(f"received needs one position from 0 to {k - 1} for each of {n} people.")
    _, own = np.unique(np.arange(n) if cluster is None else np.asarray(cluster), return_inverse=True)
    told = pd.DataFrame(index=range(n)) if context is None else context.reset_index(drop=True)
    for column in ("geo", "unemployment_class", "skill_class"):
        if column not in told:
            told[column] = "unknown"
    return Caseload(
        menu=menu,
        scores=scores,
        features=numbers,
        received=received,
        outcome=np.asarray(outcome, dtype=float),
        propensity=np.asarray(propensity, dtype=float),
        expected=None if expected is None else np.asarray(expected, dtype=float),
        cluster=own,
        weight=np.ones(n) if weight is None else np.asarray(weight, dtype=float),
        groups=pd.DataFrame(index=range(n)) if groups is None else groups.reset_index(drop=True),
        context=told.astype("string").fillna("unknown"),
        unit=unit,
        target_words=target_words,
        programme_months=float(programme_months),
        provenance=provenance,
        credible=credible,
        names=tuple(str(c) for c in numbers.columns),
    )


def _shapes_fit(n: int, k: int, **arrays: Array | None) -> None:
    for name, values in arrays.items():
        if values is not None and np.shape(values) != (n, k):
            raise DesignError(
                f"{name} has shape {np.shape(values)}; it needs one row for each of {n} people and one column for each of "
                f"{k} arms."
            )
