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
    joined = np.column_stack([covariates, y])
    n = np.maximum(np.bincount(cell), 1)[:, None]
    sums = np.zeros((len(n), joined.shape[1]))
    np.add.at(sums, cell, joined)
    inner = joined - (sums / n)[cell]
    slopes = np.linalg.lstsq(inner[:, :-1], inner[:, -1], rcond=1e-10)[0]
    return np.asarray(y - (covariates - covariates.mean(axis=0)) @ slopes)
