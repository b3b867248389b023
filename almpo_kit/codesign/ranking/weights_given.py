"""Weights of criteria as they are given: numbers, a table, or what a panel said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Certainty, Finding
from almpo_kit.vocabulary.provenance import Provenance, data_versions, is_synthetic

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class WeightsGiven:
    """Weights of all criteria of a table.

    Parameters
    ----------
    shares : dict
        Criterion -> share; they add up to 1.
    unweighed : tuple of str
        Criteria of the table that nobody weighed; their share is 0.
    provenance : Provenance
        Where they come from.
    people : DataFrame or None, shape (n_people, k)
        Each participant's shares.
    loads : Array or None, shape (n_people,)
        How much each participant counts; they add up to 1.
    panel : DataFrame or None, shape (n_draws, k)
        The panel's shares as other draws of its people give them.
    certainty : str or None
        How sure the weights are, where a Finding says so.
    """

    shares: dict[str, float]
    unweighed: tuple[str, ...]
    provenance: Provenance
    people: pd.DataFrame | None = None
    loads: Array | None = None
    panel: pd.DataFrame | None = None
    certainty: Certainty | None = None

    def told(self) -> dict[str, Any]:
        """For provenance: the shares, and the consultation that they come from."""
        plan = {
            k: v for k, v in self.provenance.options.items() if k in ("plan", "consultation", "item", "round")
        }
        return {"weights": {c: round(w, 12) for c, w in self.shares.items()}, **plan}


def weights_given(weights: Any, criteria: tuple[str, ...]) -> WeightsGiven:
    """Weights of the criteria of a table, checked, adding up to 1.

    Parameters
    ----------
    weights : mapping, Series, DataFrame or Finding
        Criterion -> weight; a table ``criterion, weight`` (and ``source``); or what ``criteria_weights`` found.

    Raises
    ------
    ParameterError
        They mean nothing.
    DesignError
        A criterion that counts is not in the table.
    """
    if isinstance(weights, Finding) and hasattr(weights, "weights"):
        found, where = dict(weights.weights), weights.provenance
    elif isinstance(weights, pd.DataFrame):
        found, where = _of_table(weights)
    elif isinstance(weights, Mapping | pd.Series):
        found, where = {str(c): w for c, w in weights.items()}, Provenance()
    else:
        raise ParameterError(
            "weights must name criteria, e.g. {'jobs': 60, 'equity': 40}, or be what codesign.criteria_weights() found."
        )
    shares = _shares(found, criteria)
    unweighed = tuple(c for c in criteria if c not in found)
    given = WeightsGiven(shares, unweighed, where)
    if not isinstance(weights, Finding):
        return given
    return _with_people(replace(given, certainty=weights.certainty), weights, criteria)


def _of_table(table: pd.DataFrame) -> tuple[dict[str, Any], Provenance]:
    if not {"criterion", "weight"} <= set(table) or table["criterion"].duplicated().any():
        raise ParameterError(
            "weights: a table needs one row a criterion, with criterion and weight (and source)."
        )
    found = {str(c): w for c, w in zip(table["criterion"], table["weight"], strict=True)}
    return found, Provenance(data=data_versions(table), synthetic=is_synthetic(table))


def _shares(found: Mapping[str, Any], criteria: tuple[str, ...]) -> dict[str, float]:
    for name, w in found.items():
        real = isinstance(w, int | float | np.integer | np.floating) and not isinstance(w, bool | np.bool_)
        if not real or not np.isfinite(w) or w < 0:
            raise ParameterError(f"weights: that of {name} is {w!r}; give a number of 0 or more.")
    total = float(sum(found.values()))
    if not total > 0:
        raise ParameterError("weights: at least one must be above 0.")
    if absent := [c for c, w in found.items() if w > 0 and c not in criteria]:
        raise DesignError(
            f"{absent[0]!r} counts {100 * found[absent[0]] / total:.0f}% but is not in the table; add what the options bring by it, or "
            f"leave its weight out knowingly. The table has {', '.join(criteria)}."
        )
    return {c: float(found.get(c, 0.0)) / total for c in criteria}


def _with_people(given: WeightsGiven, weights: Any, criteria: tuple[str, ...]) -> WeightsGiven:
    people, panel = getattr(weights, "individual", None), getattr(weights, "draws", None)
    if not isinstance(people, pd.DataFrame) or people.empty:
        return given
    people = _rows(people, criteria)
    loads = getattr(weights, "people_weights", None)
    held = pd.Series(1.0, index=people.index) if loads is None else loads.reindex(people.index)
    share = held.fillna(0.0).to_numpy(dtype=float)
    panel = _rows(panel, criteria) if isinstance(panel, pd.DataFrame) and len(panel) else None
    return replace(given, people=people, loads=share / share.sum(), panel=panel)


def _rows(table: pd.DataFrame, criteria: tuple[str, ...]) -> pd.DataFrame:
    """Shares by row, in the order of the criteria; whoever gives all of it to what is not in the table is left out."""
    held = table.reindex(columns=list(criteria)).fillna(0.0)
    total = held.sum(axis=1)
    return held[total > 0].div(total[total > 0], axis=0)


def drawn_weights(table: Any, criteria: tuple[str, ...]) -> pd.DataFrame:
    """Draws of weights that somebody brings, one a row, checked.

    Raises
    ------
    ParameterError
    """
    if set(table.columns) - set(criteria) or set(criteria) - set(table.columns):
        raise ParameterError(
            f"weights: draws need one column a criterion ({', '.join(criteria)}) and no other; they have {', '.join(map(str, table.columns))}."
        )
    held = table[list(criteria)]
    try:
        array = held.to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise ParameterError("weights: a draw holds something that is no number.") from None
    if (
        not len(array)
        or not np.isfinite(array).all()
        or (array < 0).any()
        or not (array.sum(axis=1) > 0).all()
    ):
        raise ParameterError("weights: draws must be numbers of 0 or more, at least one of each row above 0.")
    return pd.DataFrame(array / array.sum(axis=1, keepdims=True), columns=list(criteria))
