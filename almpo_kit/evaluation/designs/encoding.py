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
    name = str(values.name)
    if not missing.any():
        columns, labels = x[:, None], [name]
    else:
        filled = np.where(missing, np.nanmean(x) if (~missing).any() else 0.0, x)
        columns, labels = np.column_stack([filled, missing]), [name, f"{name} missing"]
    # What is the same for everybody holds nothing constant, and would stand in line with the intercept.
    varies = columns.min(axis=0, initial=np.inf) < columns.max(axis=0, initial=-np.inf)
    return columns[:, varies], [label for label, v in zip(labels, varies, strict=True) if v]


def _dummies(values: pd.Series) -> tuple[Array, list[str]]:
    # A missing category is a category of its own. Few different values stand in many rows.
    raw, found = pd.factorize(values, use_na_sentinel=False)
    named, words = pd.factorize(np.array(["missing" if pd.isna(v) else str(v) for v in found], dtype=object))
    codes = named[raw]
    counts = np.bincount(codes, minlength=len(words))
    most = min(range(len(words)), key=lambda i: (-counts[i], words[i])) if len(words) else -1
    kept = sorted(str(w) for i, w in enumerate(words) if i != most)
    place = pd.Index(kept, dtype=object).get_indexer(pd.Index([str(w) for w in words], dtype=object))
    at = place[codes] if len(words) else np.empty(0, dtype=int)
    return (at[:, None] == np.arange(len(kept))).astype(float), [f"{values.name}: {k}" for k in kept]
