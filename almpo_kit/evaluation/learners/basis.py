"""Columns that let a linear model bend: squares, and whether a value is zero."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: A column with more values than this is bent; below it, dummies of categories and small counts stay as they are.
_MANY_VALUES = 8
#: Share of zeros from which (and up to one minus which) "is it zero" is a question of its own, as with past earnings.
_ZERO_SHARE = 0.02


def scaled(x: Array) -> Array:
    """Standardised columns, shape (n, q); constant ones are left out."""
    chosen = [c for j in range(x.shape[1]) if (c := standardised(x[:, j])) is not None]
    return np.column_stack(chosen) if chosen else np.empty((len(x), 0))


def bent(x: Array) -> Array:
    """Standardised columns, with squares and indicators of zero for those that vary finely.

    Parameters
    ----------
    x : Array, shape (n, p)
        Without gaps.

    Returns
    -------
    Array, shape (n, q), q >= 0
        Constant columns are left out; each column has mean 0 and variance 1. Nothing of arms or outcomes is used, so
        that it may be made once for all folds.
    """
    chosen = [c for j in range(x.shape[1]) for c in _columns(x[:, j])]
    return np.column_stack(chosen) if chosen else np.empty((len(x), 0))


def _columns(values: Array) -> list[Array]:
    plain = standardised(values)
    if plain is None:
        return []
    sketch = values[:: max(len(values) // 5000, 1)]
    if len(np.unique(sketch)) <= _MANY_VALUES:
        return [plain]
    # Far tails (earnings of a millionaire) must not decide the square.
    square = standardised(np.clip(plain, -4, 4) ** 2)
    zero = values == 0
    extra = standardised(zero.astype(float)) if _ZERO_SHARE <= zero.mean() <= 1 - _ZERO_SHARE else None
    return [c for c in (plain, square, extra) if c is not None]


def standardised(values: Array) -> Array | None:
    """One column with mean 0 and variance 1; None where it is constant."""
    centred = values - values.mean()
    spread = float(np.sqrt(np.mean(centred**2)))
    if spread <= 1e-12 * max(1.0, float(np.abs(values).max(initial=0.0))):
        return None
    scaled: Array = centred / spread
    return scaled
