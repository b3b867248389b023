"""What is ranked, by what and how: options that can be compared, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.kernels.promethee import Shape, single_flows
from almpo_kit.codesign.ranking.kernels.scaling import by_best, by_norm, by_range
from almpo_kit.codesign.ranking.kernels.topsis import closeness
from almpo_kit.codesign.ranking.preference_shapes import checked_preferences
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Method -> ways of scaling, the default first.
METHODS: Final = {
    "weighted_sum": ("range", "norm", "best"),
    "topsis": ("norm", "range", "best"),
    "promethee": ("none",),
}


@dataclass(frozen=True, eq=False)
class Problem:
    """Options that can be compared by the criteria that count.

    Parameters
    ----------
    options, criteria : tuple of str
    values, se : Array, shape (n, k)
    sign : Array, shape (k,)
        1 where more is better, -1 where less is.
    method, scaling : str
    ends : (Array, Array), each shape (k,)
        Worst and best of each criterion to which weights refer; NaN: those of the options at hand.
    shapes : tuple
        Preference functions of PROMETHEE; p is NaN where it is the range of the options at hand.
    left_out : DataFrame
        ``option, reason``.
    local, unstated : tuple of str
        Criteria whose ends are those of the options at hand; criteria for which nobody said how differences count.
    """

    options: tuple[str, ...]
    criteria: tuple[str, ...]
    values: Array
    se: Array
    sign: Array
    method: str
    scaling: str
    ends: tuple[Array, Array]
    shapes: tuple[Shape, ...]
    left_out: pd.DataFrame
    local: tuple[str, ...]
    unstated: tuple[str, ...]

    def scaled(self, values: Array | None = None) -> Array:
        """Values made comparable, larger better, shape (..., n, k); single-criterion net flows of PROMETHEE."""
        x = self.values if values is None else values
        if self.method == "promethee":
            return single_flows(x, self.sign, self.stated_shapes())
        if self.scaling == "range":
            return by_range(x, self.sign, self.ends)
        return (by_norm if self.scaling == "norm" else by_best)(x, self.sign)

    def scores(self, weights: Array, values: Array | None = None) -> Array:
        """Scores, larger better, shape (..., n); weights of shape (..., k)."""
        return self.weighed(self.scaled(values), weights)

    def stated_shapes(self) -> tuple[Shape, ...]:
        """Preference functions; where nobody stated one, differences count fully from the worst to the best option."""
        length = np.ptp(self.values, axis=0)
        return tuple(
            (shape, q, (float(x) or 1.0) if np.isnan(p) else p, s)
            for (shape, q, p, s), x in zip(self.shapes, length, strict=True)
        )

    def weighed(self, scaled: Array, weights: Array) -> Array:
        """Scores of what :meth:`scaled` gave, shape (..., n)."""
        if self.method == "topsis":
            return closeness(scaled, weights)
        return (scaled @ weights[..., None])[..., 0]

    def subset(self, keep: Array) -> Problem:
        """Some of the options; stated preference functions and fixed ends stay."""
        return replace(
            self,
            options=tuple(np.array(self.options, dtype=object)[keep]),
            values=self.values[keep],
            se=self.se[keep],
        )

    def without(self, more: pd.DataFrame) -> Problem:
        """The same, with more options said to be left out."""
        return replace(self, left_out=pd.concat([self.left_out, more], ignore_index=True))

    def with_option(self, name: str, row: Array) -> Problem:
        """One more option."""
        return replace(
            self,
            options=(*self.options, name),
            values=np.vstack([self.values, row]),
            se=np.vstack([self.se, np.zeros(len(row))]),
        )

    def fixed(self) -> Problem:
        """The same with the ends of scales held where they are, so that noise does not move what weights refer to."""
        own = _ends_of(self.values, self.sign)
        worst, best = (np.where(np.isnan(e), o, e) for e, o in zip(self.ends, own, strict=True))
        return replace(self, ends=(worst, best))


def criteria_of(table: Any, verb: str) -> tuple[str, ...]:
    """The criteria of a decision table.

    Raises
    ------
    ParameterError
        It is none.
    """
    if not isinstance(table, DecisionTable):
        raise ParameterError(
            f"{verb}() needs a decision table, e.g. codesign.decision_table(values, directions={{'cost': 'less'}})."
        )
    return table.criteria


def problem_of(
    table: DecisionTable,
    shares: Mapping[str, float],
    *,
    verb: str,
    method: str,
    scaling: str | None,
    preferences: Mapping[str, Any] | None,
) -> Problem:
    """Options that can be compared by the criteria that count.

    Raises
    ------
    ParameterError, DesignError
    """
    chosen = _method(verb, method, scaling)
    if preferences and method != "promethee":
        raise ParameterError(
            f"{verb}(): preferences belong to method='promethee'; leave them out with {method!r}."
        )
    stated = checked_preferences(preferences, table.criteria)
    counted = tuple(c for c in table.criteria if shares[c] > 0)
    columns = [table.criteria.index(c) for c in counted]
    kept, left_out = _usable(table, counted, columns, verb)
    values, se = (table.wide(c).to_numpy(dtype=float)[np.ix_(kept, columns)] for c in ("value", "se"))
    sign = np.array([1.0 if table.directions[c] == "more" else -1.0 for c in counted])
    if chosen == "best" and (values <= 0).any():
        raise DesignError(
            f"{verb}(): scaling='best' divides by values, which must be above 0; use scaling='range'."
        )
    ends = _ends(table, counted)
    return Problem(
        options=tuple(table.options[i] for i in kept),
        criteria=counted,
        values=values,
        se=se,
        sign=sign,
        method=method,
        scaling=chosen,
        ends=ends,
        shapes=_shapes(counted, stated, ends),
        left_out=left_out,
        local=tuple(c for c in counted if c not in table.scales),
        unstated=tuple(c for c in counted if c not in stated),
    )


def _method(verb: str, method: str, scaling: str | None) -> str:
    if method not in METHODS:
        raise ParameterError(f"{verb}() got method={method!r}; choose among {', '.join(METHODS)}.")
    known = METHODS[method]
    if scaling is not None and scaling not in known:
        raise ParameterError(f"{verb}() got scaling={scaling!r}; with {method} it can be {', '.join(known)}.")
    return known[0] if scaling is None else scaling


def _usable(
    table: DecisionTable, counted: tuple[str, ...], columns: list[int], verb: str
) -> tuple[list[int], pd.DataFrame]:
    """Positions of options of which all that counts is known, and the others with what they lack."""
    bad = table.wide("abstains").to_numpy(dtype=bool)[:, columns]
    reasons = table.wide("reason").to_numpy()[:, columns]
    why = {
        o: "; ".join(f"{c}: {r}" for c, r, b in zip(counted, reasons[i], bad[i], strict=True) if b)
        for i, o in enumerate(table.options)
        if bad[i].any()
    }
    left_out = pd.DataFrame(list(why.items()), columns=["option", "reason"])
    kept = [i for i, o in enumerate(table.options) if o not in why]
    if len(kept) < 2:
        told = "; ".join(f"{o} ({r})" for o, r in why.items())
        raise DesignError(
            f"{verb}() can compare {len(kept)} of {len(table.options)} options; too little is known of {told}. Find these values, or "
            "leave out the criteria that lack them by weighing them 0."
        )
    return kept, left_out


def _ends_of(values: Array, sign: Array) -> tuple[Array, Array]:
    turned = values * sign
    return turned.min(axis=0) * sign, turned.max(axis=0) * sign


def _ends(table: DecisionTable, counted: tuple[str, ...]) -> tuple[Array, Array]:
    stated = [table.scales.get(c, (np.nan, np.nan)) for c in counted]
    return np.array([e[0] for e in stated]), np.array([e[1] for e in stated])


def _shapes(
    counted: tuple[str, ...], stated: Mapping[str, Any], ends: tuple[Array, Array]
) -> tuple[Shape, ...]:
    """Where nobody said how differences count, they count in proportion, fully from the worst to the best."""
    out: list[Shape] = []
    for j, c in enumerate(counted):
        if c in stated:
            one = stated[c]
            out.append((one.shape, float(one.q), float(one.p), float(one.s)))
        else:
            out.append(("v_shape", 0.0, abs(float(ends[1][j] - ends[0][j])), 0.0))
    return tuple(out)
