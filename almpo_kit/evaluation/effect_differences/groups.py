"""Groups of people named beforehand: categories as they are, numbers cut into thirds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: A column with more values than this is cut, and one with more categories keeps its largest.
_MOST = 6
#: Not "all others": that is what the smaller categories are called together.
_MOST_COMMON = "the most common one"


def named_groups(sample: Sample, columns: Sequence[str]) -> Iterator[tuple[str, str, Array]]:
    """(column, group, rows) of each group; the groups of a column are apart and together hold everybody.

    Parameters
    ----------
    sample : Sample
    columns : sequence of str
        Of ``sample.groups`` or of its covariates.
    """
    for column in columns:
        values = _values(sample, column)
        if values is None:
            continue
        codes, labels = _cut(values)
        for i, label in enumerate(labels):
            rows = codes == i
            if rows.any():
                yield column, label, rows


def _values(sample: Sample, column: str) -> pd.Series | None:
    if column in sample.groups:
        return sample.groups[column]
    part = sample.parts.get(column)
    if part is None or part.stop - part.start == 0:
        return None
    names = sample.names[part]
    block = sample.covariates[:, part]
    if names[0] == column:
        return pd.Series(block[:, 0], name=column)
    # Dummies: back to words; the most frequent category has none, and its name is not kept.
    words = np.array([_MOST_COMMON, *(n.removeprefix(f"{column}: ") for n in names)], dtype=object)
    return pd.Series(words[np.where(block.any(axis=1), block.argmax(axis=1) + 1, 0)], name=column)


def _cut(values: pd.Series) -> tuple[Array, list[str]]:
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    missing = values.isna().to_numpy()
    if numeric and values.nunique() > _MOST:
        codes, labels = _thirds(values.to_numpy(dtype=float, na_value=np.nan))
    else:
        codes, labels = _categories(values, numeric)
    if missing.any():
        codes = np.where(missing, len(labels), codes)
        labels = [*labels, "not known"]
    return codes, labels


def _thirds(x: Array) -> tuple[Array, list[str]]:
    known = x[~np.isnan(x)]
    whole = bool(np.all(known == np.round(known)))
    edges = np.unique(np.quantile(known, [1 / 3, 2 / 3], method="lower"))
    edges = edges[edges < known.max()]
    codes = np.searchsorted(edges, np.nan_to_num(x, nan=known.min()), side="left")
    if not len(edges):
        return codes, ["all"]
    digits = 0 if whole or np.abs(known).max() >= 100 else 2
    told = [number(float(e), digits) for e in edges]
    middle = [f"over {a} to {b}" for a, b in pairwise(told)]
    return codes, [f"up to {told[0]}", *middle, f"over {told[-1]}"]


def _categories(values: pd.Series, numeric: bool) -> tuple[Array, list[str]]:
    if numeric:
        levels = sorted(values.dropna().unique())
        labels = [f"{v:g}" for v in levels]
        return pd.Categorical(values, categories=levels).codes.astype(int), labels
    text = values.astype("object").where(values.notna(), "").astype(str)
    count = text[values.notna()].value_counts()
    largest = count.index[: _MOST - 1] if len(count) > _MOST else count.index
    labels = sorted(str(c) for c in largest)
    codes = pd.Categorical(text, categories=labels).codes.astype(int)
    if len(count) > _MOST:
        codes, labels = np.where(codes < 0, len(labels), codes), [*labels, "all others"]
    return codes, labels
