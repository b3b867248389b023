"""Covariates as numbers: dummies for categories, an indicator for what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]


def encode(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[Array, tuple[str, ...], dict[str, slice]]:
    """Numeric columns for some covariates.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
    columns : sequence of str

    Returns
    -------
    (Array of shape (n, p), tuple of str, dict of str to slice)
        The matrix without gaps, the names of its columns, and where each covariate stands.
    """
    made: list[Array] = []
    names: list[str] = []
    parts: dict[str, slice] = {}
    for column in columns:
        values, labels = _numeric(frame[column]) if _is_number(frame[column]) else _dummies(frame[column])
        parts[column] = slice(len(names), len(names) + len(labels))
        made.append(values)
        names.extend(labels)
    matrix = np.hstack(made) if made else np.empty((len(frame), 0))
    return matrix, tuple(names), parts


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype))


def _numeric(values: pd.Series) -> tuple[Array, list[str]]:
    x = values.to_numpy(dtype=float, na_value=np.nan)
    missing = np.isnan(x)
    if not missing.any():
        return x[:, None], [str(values.name)]
    filled = np.where(missing, np.nanmean(x) if (~missing).any() else 0.0, x)
    return np.column_stack([filled, missing]), [str(values.name), f"{values.name} missing"]


def _dummies(values: pd.Series) -> tuple[Array, list[str]]:
    # A missing category is a category of its own.
    text = values.astype("object").where(values.notna(), "missing").astype(str)
    order = text.value_counts()
    kept = sorted(order.index[1:])
    codes = pd.Categorical(text, categories=kept).codes
    return (codes[:, None] == np.arange(len(kept))).astype(float), [f"{values.name}: {k}" for k in kept]
