"""Covariates of a list as numbers: measured ones as they are, words as one column each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.unit_list import Text, as_text
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.rendering import number

Real = np.ndarray[Any, np.dtype[np.float64]]
_MOST_WORDS: Final = 50


def covariate_columns(units: pd.DataFrame, names: Sequence[str]) -> tuple[Real, list[str], list[Text]]:
    """Numbers, their names, and the covariates as text.

    Returns
    -------
    values : array, shape (n, p)
    labels : list of str, length p
        The column, or "column: word".
    text : list of array of str
        One a covariate, as it enters the digest of the list.

    Raises
    ------
    FrameError
        A covariate is not there, has missing values or too many words.
    """
    values: list[Real] = []
    labels: list[str] = []
    texts: list[Text] = []
    for name in names:
        if name not in units:
            raise FrameError(
                f"the list has no covariate {name!r}; its columns are {', '.join(map(str, units.columns[:20]))}."
            )
        column = units[name]
        if missing := int(column.isna().sum()):
            raise FrameError(
                f"covariate {name!r} is not known of {number(missing, 0)} rows; fill it, e.g. with its median, and add a column that says so."
            )
        texts.append(as_text(column, name))
        if pd.api.types.is_numeric_dtype(column.dtype):
            found = column.to_numpy(dtype=float)
            _finite(found, name)
            values.append(found)
            labels.append(name)
            continue
        # The first word is what the others leave over.
        words = sorted(set(texts[-1]))
        if len(words) > _MOST_WORDS:
            raise FrameError(
                f"covariate {name!r} has {number(len(words), 0)} different words; draw within blocks of it, or group them."
            )
        values += [(texts[-1] == w).astype(float) for w in words[1:]]
        labels += [f"{name}: {w}" for w in words[1:]]
    made = np.column_stack(values) if values else np.zeros((len(units), 0))
    return made, labels, texts


def _finite(values: Real, name: str) -> None:
    if not np.isfinite(values).all() or np.abs(values).max(initial=0.0) > 1e12:
        raise FrameError(f"covariate {name!r} has numbers that are infinite or beyond 1e12; mend them.")


def of_units(values: Real, unit: Any, units: int) -> Real:
    """Means of what is drawn: of groups, each counting once.

    Parameters
    ----------
    values : array, shape (n, p)
    unit : array of int, shape (n,)
    units : int

    Returns
    -------
    array, shape (units, p)
    """
    size = np.bincount(unit, minlength=units).astype(float)
    sums = [np.bincount(unit, v, minlength=units) / size for v in values.T]
    return np.stack(sums, axis=1) if sums else np.zeros((units, 0))


def in_order_of(units: pd.DataFrame, id: str, names: Sequence[str]) -> list[int]:
    """Rows of the list in the order of names.

    Raises
    ------
    FrameError
        The list has no such column, or lacks a name.
    """
    if id not in units:
        raise FrameError(f"the list has no column {id!r}; name the one with the units, e.g. id='person'.")
    rows = {n: i for i, n in enumerate(as_text(units[id], id).tolist())}
    if lacking := sum(n not in rows for n in names):
        raise FrameError(
            f"{number(lacking, 0)} units of the draw are not in the list; give the list that was drawn, with its covariates."
        )
    return [rows[n] for n in names]
