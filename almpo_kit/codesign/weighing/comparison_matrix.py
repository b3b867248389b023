"""A matrix of comparisons in pairs, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.weighing.kernels.geometric_mean import connected
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Decimals typed for fractions (0.33 for 1/3) may miss the reciprocal by this much.
_ROUNDED = 0.03
_MOST = 15


def comparison_matrix(matrix: pd.DataFrame | Sequence[Sequence[float]] | Array, what: str) -> pd.DataFrame:
    """A reciprocal matrix with names; missing where nothing was compared.

    One half is enough: the other is filled by reciprocals. Where both are given and one is rounded, the comparison of 1 or
    more holds.

    Raises
    ------
    ParameterError
        It is not square, has entries of 0 or less, or halves that contradict each other.
    DesignError
        The comparisons leave a criterion unconnected.
    """
    frame = matrix if isinstance(matrix, pd.DataFrame) else _named(matrix, what)
    n = len(frame)
    if frame.shape != (n, n) or not 2 <= n <= _MOST:
        raise ParameterError(f"{what}() needs a square matrix of 2 to {_MOST} criteria, not {frame.shape}.")
    if list(frame.index) != list(frame.columns) or not frame.index.is_unique:
        raise ParameterError(f"{what}() needs the same criteria in rows and columns, each once.")
    try:
        values = frame.to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(f"{what}() needs numbers, e.g. 3 or 1/3, not text.") from None
    values = _reciprocal(values, list(map(str, frame.index)), what)
    if not connected(values):
        raise DesignError(
            f"{what}() cannot weigh criteria that no comparison connects; compare at least {n - 1} pairs, so that every criterion "
            "is reached from every other."
        )
    made = pd.DataFrame(values, index=list(map(str, frame.index)), columns=list(map(str, frame.columns)))
    made.attrs = dict(frame.attrs)
    return made


def _named(matrix: Any, what: str) -> pd.DataFrame:
    try:
        values = np.array(matrix, dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(
            f"{what}() needs a square table of numbers, e.g. [[1, 3], [1/3, 1]] or a DataFrame with names."
        ) from None
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise ParameterError(f"{what}() needs a square matrix, e.g. [[1, 3], [1/3, 1]], not {values.shape}.")
    names = [f"c{k + 1}" for k in range(len(values))]
    return pd.DataFrame(values, index=names, columns=names)


def _reciprocal(values: Array, names: list[str], what: str) -> Array:
    if np.isinf(values).any() or (values[np.isfinite(values)] <= 0).any():
        raise ParameterError(
            f"{what}() needs comparisons above 0: 3 counts three times as much, 1/3 a third."
        )
    on = np.diagonal(values)
    if (np.abs(on[np.isfinite(on)] - 1) > 1e-9).any():
        raise ParameterError(f"{what}() needs 1 on the diagonal: a criterion counts as much as itself.")
    other = 1 / values.T
    both = np.isfinite(values) & np.isfinite(other)
    apart = np.where(both, np.abs(np.log(np.where(both, values / other, 1.0))), 0.0)
    if apart.max() > _ROUNDED:
        i, j = np.unravel_index(int(apart.argmax()), apart.shape)
        raise ParameterError(
            f"{what}() got {names[i]} against {names[j]} twice, {values[i, j]:g} and 1/{values[j, i]:g}; the halves of the matrix must be "
            "reciprocals."
        )
    # Of 3 and 0.33 the 3 is what was meant.
    made = np.where(both, np.where(values >= 1, values, other), np.where(np.isfinite(values), values, other))
    half = np.triu(made, 1)
    with np.errstate(divide="ignore"):
        result: Array = half + np.tril(1 / made.T, -1) + np.eye(len(made))
    return result
