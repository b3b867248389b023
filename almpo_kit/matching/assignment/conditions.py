"""Hard conditions between a person and a vacancy, as sets of bits and levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.assignment.likeness import Mask
from almpo_kit.vocabulary.errors import ParameterError

_MOST = 62


@dataclass(frozen=True)
class Conditions:
    """Bits and levels of one side; see :class:`kernels.arrays.Side`."""

    has: np.ndarray
    needs: np.ndarray
    any_of: np.ndarray
    levels: np.ndarray


def conditions(
    seekers: pd.DataFrame, vacancies: pd.DataFrame, eligibility: Any
) -> tuple[Conditions, Conditions, list[Mask]]:
    """Read ``eligibility`` and the column ``eligible_for``.

    Parameters
    ----------
    eligibility : (str, str), callable, or a list of them, optional
        A pair names a column of seekers and one of vacancies. Truth values: the vacancy's True asks for the
        person's True (a licence). Numbers: the person's must reach the vacancy's (a skill level). A callable takes
        the codes sought and offered and returns which pairs of occupations are allowed.

    Raises
    ------
    ParameterError
        A column that is not there, a pair of different kinds, more than 62 conditions.
    """
    given = [] if eligibility is None else [eligibility] if _single(eligibility) else list(eligibility)
    masks = [rule for rule in given if callable(rule)]
    pairs = [rule for rule in given if not callable(rule)]
    has, needs = np.zeros(len(seekers), np.int64), np.zeros(len(vacancies), np.int64)
    own: list[np.ndarray] = []
    asked: list[np.ndarray] = []
    flags = 0
    for pair in pairs:
        a, b = _columns(seekers, vacancies, pair)
        if _is_truth(a) and _is_truth(b):
            has |= a.fillna(False).to_numpy(dtype=bool).astype(np.int64) << flags
            needs |= b.fillna(False).to_numpy(dtype=bool).astype(np.int64) << flags
            flags += 1
        elif _is_number(a) and _is_number(b):
            own.append(a.to_numpy(dtype=float, na_value=np.nan))
            asked.append(b.to_numpy(dtype=float, na_value=np.nan))
        else:
            raise ParameterError(
                f"eligibility {pair!r}: both columns must hold True and False, or both numbers; they are "
                f"{a.dtype} and {b.dtype}."
            )
    if flags > _MOST:
        raise ParameterError(f"eligibility holds {flags} conditions of True and False; {_MOST} are the most.")
    left, right = _groups(seekers, vacancies)
    return (
        Conditions(has, np.zeros_like(has), left, _stack(own, len(seekers))),
        Conditions(np.zeros_like(needs), needs, right, _stack(asked, len(vacancies))),
        masks,
    )


def _single(rule: Any) -> bool:
    return callable(rule) or (isinstance(rule, tuple) and all(isinstance(r, str) for r in rule))


def _columns(seekers: pd.DataFrame, vacancies: pd.DataFrame, pair: Any) -> tuple[pd.Series, pd.Series]:
    if not (isinstance(pair, tuple | list) and len(pair) == 2):
        raise ParameterError(
            f"eligibility {pair!r}: give a pair of columns, e.g. ('has_licence', 'needs_licence'), or a function of "
            "the codes sought and offered."
        )
    for frame, name, who in ((seekers, pair[0], "seekers"), (vacancies, pair[1], "vacancies")):
        if name not in frame:
            raise ParameterError(f"eligibility {tuple(pair)!r}: {who} has no column {name!r}.")
    return seekers[str(pair[0])], vacancies[str(pair[1])]


def _is_truth(column: pd.Series) -> bool:
    return pd.api.types.is_bool_dtype(column) or set(column.dropna().unique()) <= {True, False} != set()


def _is_number(column: pd.Series) -> bool:
    """Levels of 0 and 1 alone could be truth values too; beside other levels they are numbers."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _stack(columns: list[np.ndarray], n: int) -> np.ndarray:
    return np.column_stack(columns) if columns else np.empty((n, 0))


def _groups(seekers: pd.DataFrame, vacancies: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """``eligible_for`` of both sides as bits: a vacancy open to some groups takes who is in one of them."""
    none = np.zeros(len(seekers), np.int64), np.zeros(len(vacancies), np.int64)
    if "eligible_for" not in vacancies or not vacancies["eligible_for"].notna().any():
        return none
    names: dict[str, int] = {}
    open_to = _bits(vacancies["eligible_for"], names, grow=True)
    if len(names) > _MOST:
        raise ParameterError(
            f"vacancies: eligible_for names {len(names)} groups; {_MOST} are the most. Join groups, or use a pair of "
            "columns in eligibility=."
        )
    if "eligible_for" not in seekers:
        return none[0], open_to
    return _bits(seekers["eligible_for"], names, grow=False), open_to


def _bits(column: pd.Series, names: dict[str, int], *, grow: bool) -> np.ndarray:
    position, unique = pd.factorize(column.astype("object"), use_na_sentinel=True)
    values = []
    for text in unique:
        groups = [g.strip().lower() for g in str(text).split("|") if g.strip()]
        if grow:
            for group in groups:
                names.setdefault(group, len(names))
        values.append(sum({1 << names[g] for g in groups if names.get(g, _MOST) < _MOST}))
    return np.array([*values, 0], dtype=np.int64)[position]
