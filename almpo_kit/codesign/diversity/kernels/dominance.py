"""What nobody would trade: proposals that no other one beats for everybody."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def dominated_by(values: Array) -> Array:
    """Which option is at least as good as which other one from every point of view, and better from one.

    Parameters
    ----------
    values : array, shape (..., n_options, n_views)

    Returns
    -------
    array of bool, shape (..., n_options, n_options)
        Row: the option that is beaten; column: the one that beats it.
    """
    own, other = values[..., :, None, :], values[..., None, :, :]
    result: Array = (other >= own).all(axis=-1) & (other > own).any(axis=-1)
    return result


def best_for_some_weights(values: Array) -> Array:
    """Which options are best for some weights of the points of view.

    An option in the Pareto set may be best for none, where two others lie on both sides of it.

    Parameters
    ----------
    values : array, shape (n_options, n_views)

    Returns
    -------
    array of bool, shape (n_options,)
    """
    from scipy.optimize import linprog

    n, m = values.shape
    out = np.zeros(n, dtype=bool)
    for k in range(n):
        others = np.delete(values, k, axis=0) - values[k]
        if not len(others):
            out[k] = True
            continue
        # Weights w ≥ 0 that add up to 1, so that the largest lead of another option is smallest.
        found = linprog(
            np.append(np.zeros(m), 1.0),
            A_ub=np.column_stack([others, -np.ones(len(others))]),
            b_ub=np.zeros(len(others)),
            A_eq=[np.append(np.ones(m), 0.0)],
            b_eq=[1.0],
            bounds=[(0, None)] * m + [(None, None)],
            method="highs",
        )
        out[k] = found.success and found.fun <= 1e-9
    return out
