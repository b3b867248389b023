"""What is asked of pairs, checked: a list of groups, what makes them alike, and what weighs how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.plain_values import is_number

Array = np.ndarray[Any, np.dtype[Any]]
_MOST, _MOST_COVARIATES = 20_000, 200
DISTANCES: Final = ("mahalanobis", "rank_mahalanobis")


def listed(groups: Any, id: str, columns: Sequence[str]) -> pd.DataFrame:
    """The groups, their names as text in order, each once; so the order of the list decides nothing.

    Raises
    ------
    FrameError
    """
    if not isinstance(groups, pd.DataFrame):
        raise FrameError(
            f"match_pairs() got {type(groups).__name__}; give a table with one row a group, e.g. read from a CSV file."
        )
    if gone := [c for c in dict.fromkeys((id, *columns)) if c not in groups]:
        raise FrameError(
            f"the list has no column {', '.join(map(repr, gone))}; it has {', '.join(map(str, groups.columns))}."
        )
    names = groups[id]
    if names.isna().any() or (names.astype(str).str.strip() == "").any():
        raise FrameError(
            f"{int(names.isna().sum()) or 'some'} groups have no name in column {id!r}; give each one."
        )
    names = names.astype(str)
    if names.duplicated().any():
        twice = names[names.duplicated()].iloc[0]
        raise FrameError(
            f"group {twice!r} is in the list {int((names == twice).sum())} times; keep one row a group."
        )
    if not 2 <= len(groups) <= _MOST:
        raise FrameError(f"pairs are made of 2 to {_MOST} groups; the list has {len(groups)}.")
    return groups.assign(**{id: names}).sort_values(id, kind="stable").reset_index(drop=True)


def names_of(what: str, given: Any, most: int = _MOST_COVARIATES) -> tuple[str, ...]:
    """Names of columns.

    Raises
    ------
    ParameterError
    """
    found = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Sequence) else None
    if found is None or not all(isinstance(c, str) for c in found) or len(set(found)) < len(found):
        raise ParameterError(f"{what}={given!r} must name columns, each once, e.g. {what}=['unemployment'].")
    if len(found) > most:
        raise ParameterError(f"{what} names {len(found)} columns; at most {most} can be used.")
    return found


def numbers(groups: pd.DataFrame, covariates: Sequence[str]) -> Array:
    """Covariates as numbers, shape (n, p).

    Raises
    ------
    FrameError
        Words, or nothing, where a number should be.
    """
    out = np.empty((len(groups), len(covariates)))
    for k, name in enumerate(covariates):
        column = groups[name]
        if not pd.api.types.is_numeric_dtype(column):
            raise FrameError(
                f"covariate {name!r} holds words, not numbers; make columns of 0 and 1 of it, or pair within it: "
                f"within=[{name!r}]."
            )
        out[:, k] = column.to_numpy(dtype=float, na_value=np.nan)
        if bad := int((~np.isfinite(out[:, k])).sum()):
            raise FrameError(
                f"covariate {name!r} is missing for {bad} groups; fill it in (e.g. with the median, and a column of 0 and 1 "
                "that says so), or leave it out."
            )
    return out


def weighed(covariates: Sequence[str], weights: Any) -> Array:
    """Weight of each covariate, shape (p,); 1 where nobody says.

    Raises
    ------
    ParameterError
    """
    if weights is None:
        return np.ones(len(covariates))
    if not isinstance(weights, Mapping):
        raise ParameterError(f"weights={weights!r} must be a mapping, e.g. {{{covariates[0]!r}: 3}}.")
    if odd := [w for w in weights if w not in covariates]:
        raise ParameterError(f"weights: {odd[0]!r} is none of the covariates {', '.join(covariates)}.")
    if not all(is_number(w) and 0 < w <= 1e6 for w in weights.values()):
        raise ParameterError("weights must be numbers above 0; leave out a covariate that should not count.")
    return np.array([float(weights.get(c, 1.0)) for c in covariates])


def varying(values: Array, covariates: Sequence[str]) -> Array:
    """Which covariates differ between groups at all.

    Raises
    ------
    DesignError
        None does.
    """
    found: Array = np.ptp(values, axis=0) > 0
    if not found.any():
        raise DesignError(
            f"all groups are alike in {', '.join(covariates)}, so any pairs are as good; name a covariate that differs."
        )
    return found


def enough(groups: int, rank: int) -> None:
    """With as many directions as groups all pairs are equally far apart.

    Raises
    ------
    DesignError
    """
    if groups > 2 and rank >= groups - 1:
        raise DesignError(
            f"{groups} groups differ in {rank} independent covariates, so all pairs are equally far apart; name fewer than "
            f"{max(groups // 3, 1) + 1}, those that foretell the outcome best."
        )
