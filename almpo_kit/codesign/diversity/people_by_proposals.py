"""Tables of people by proposals, and of who belongs to which group, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

OTHERS: Final = "others"
MOST_PROPOSALS: Final = 60


def people_by_proposals(table: Any, verb: str, *, low: float | None = None) -> pd.DataFrame:
    """A copy with numbers only; people without any number are left out.

    Parameters
    ----------
    table : DataFrame, shape (n_people, n_proposals)
        By participant.
    verb : str
        Who asks, for the errors.
    low : float, optional
        Least value.

    Raises
    ------
    FrameError
    """
    example = "e.g. codesign.budget_votes(judged, plan, 'fund')"
    if not isinstance(table, pd.DataFrame) or not table.shape[1] or not len(table):
        raise FrameError(
            f"{verb}() needs a table with a row a participant and a column a proposal, {example}."
        )
    if table.shape[1] > MOST_PROPOSALS:
        raise FrameError(f"{verb}() got {table.shape[1]} proposals; at most {MOST_PROPOSALS} are compared.")
    if table.index.has_duplicates or table.columns.has_duplicates:
        raise FrameError(
            f"{verb}() got a participant or a proposal twice; each has one row or column, {example}."
        )
    # Truths are votes; words are neither.
    wrong = [
        c
        for c in table.columns
        if not (pd.api.types.is_numeric_dtype(table[c]) or pd.api.types.is_bool_dtype(table[c]))
    ]
    if wrong:
        raise FrameError(
            f"{verb}(): column {wrong[0]!r} holds no numbers; give one number a participant, {example}."
        )
    held = table.astype(float)
    held.columns = [str(c) for c in held.columns]
    values = held.to_numpy()
    if np.isinf(values).any() or (np.abs(np.nan_to_num(values)) > 1e12).any():
        raise FrameError(f"{verb}() got a number that is not finite; leave missing answers empty.")
    if low is not None and (values < low).any():
        raise FrameError(
            f"{verb}() got {np.nanmin(values):g}; votes are {low:g} or more, e.g. 1 for 'fund it'."
        )
    held = held[held.notna().any(axis=1)]
    if not len(held):
        raise FrameError(f"{verb}() got no number at all, {example}.")
    held.attrs = dict(table.attrs)
    return held


def group_of(people: pd.Index, groups: Any, least: int, verb: str) -> pd.Series:
    """The group of each participant; groups with fewer than ``least`` people stand together as "others".

    Parameters
    ----------
    people : Index
    groups : Series or mapping
        Participant -> group, e.g. ``opinion_groups(…).members`` or ``roles_of(judged)``; people it does not name have
        "not said".
    least : int
    verb : str

    Raises
    ------
    ParameterError
    DesignError
        It names none of the participants.
    """
    if isinstance(least, bool) or not isinstance(least, int) or not 1 <= least <= 1000:
        raise ParameterError(f"{verb}() got least_group={least!r}; give a whole number, e.g. 5.")
    if not isinstance(groups, pd.Series | Mapping):
        raise ParameterError(
            f"{verb}() needs groups as a table participant -> group, e.g. opinion_groups(judged, plan).members."
        )
    held = pd.Series(groups)
    if held.index.has_duplicates:
        raise ParameterError(f"{verb}() got a participant in two groups; each belongs to one.")
    if not people.isin(held.index).any():
        raise DesignError(
            f"{verb}() found none of the participants in groups; both tables must be of the same consultation, by participant."
        )
    own = held.reindex(people).astype("string").fillna("").str.strip().replace("", "not said")
    return _with_others(own.astype("str"), least)


def _with_others(own: pd.Series, least: int) -> pd.Series:
    counts = own.value_counts()
    thin = list(counts[counts < least].index)
    if thin and counts[thin].sum() < least and len(counts) > len(thin):
        # What is left over alone would be told by taking the rest away: the smallest other group goes with it.
        rest = counts.drop(thin)
        thin.append(rest.index[rest == rest.min()].sort_values()[0])
    return own.where(~own.isin(thin), OTHERS).rename("group")
