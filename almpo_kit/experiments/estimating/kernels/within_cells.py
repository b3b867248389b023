"""Outcomes net of covariates, by slopes within cells alone: what differs between cells stays untouched."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def net_of_covariates(y: Array, covariates: Array, cell: Array) -> Array:
    """Outcomes less what covariates, centred over all, explain within cells.

    Parameters
    ----------
    y : array, shape (n,)
    covariates : array, shape (n, p)
    cell : array of int, shape (n,)
        Codes 0, 1, …: people of one arm and one block, group or period.
    """
    inner = within_cells(np.column_stack([covariates, y]), cell)
    slopes = np.linalg.lstsq(inner[:, :-1], inner[:, -1], rcond=1e-10)[0]
    return np.asarray(y - (covariates - covariates.mean(axis=0)) @ slopes)


def within_cells(values: Array, cell: Array) -> Array:
    """Columns about their means within cells, shape (n, p)."""
    n = np.maximum(np.bincount(cell), 1)[:, None]
    sums = np.zeros((len(n), values.shape[1]))
    np.add.at(sums, cell, values)
    return np.asarray(values - (sums / n)[cell])
