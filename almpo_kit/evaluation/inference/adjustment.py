"""The CR2 adjustment of each cluster, applied to the directions of the contrasts and to nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: A cluster that alone decides a coefficient has leverage one in that direction, and its residual there is zero.
_FULL = 1e-9


def adjusted(b: Array, lean: Array, sizes: Array) -> Array:
    """``(I − B_g B_g')^(−1/2) B_g l`` for each cluster g and each contrast l.

    Parameters
    ----------
    b : Array, shape (m, r)
        Rows sorted by cluster, in coordinates where ``B'B`` over all rows is the identity.
    lean : Array, shape (c, r)
        The contrasts in those coordinates.
    sizes : Array of int, shape (g,)
        Rows of each cluster; may be zero.

    Returns
    -------
    Array, shape (m, c)
    """
    out: Array = b @ lean.T
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    for size in np.unique(sizes[sizes > 0]):
        at = starts[sizes == size][:, None] + np.arange(size)
        if size == 1:
            out[at[:, 0]] *= _inverse_root(np.einsum("mr,mr->m", b[at[:, 0]], b[at[:, 0]]))[:, None]
        elif size <= b.shape[1]:
            _in_rows(out, b, at)
        else:
            _in_columns(out, b, lean, at)
    return out


def _inverse_root(leverage: Array) -> Array:
    """``(1 − leverage)^(−1/2)``, zero where leverage is one (Moore and Penrose)."""
    rest = 1 - leverage
    return np.where(rest > _FULL, 1 / np.sqrt(np.maximum(rest, _FULL)), 0.0)


def _in_rows(out: Array, b: Array, at: Array) -> None:
    """Small clusters of one size at a time, through their row × row matrices."""
    some = max(1, 2_000_000 // (at.shape[1] * b.shape[1]))
    for k in range(0, len(at), some):
        rows = at[k : k + some]
        mine = b[rows]
        values, vectors = np.linalg.eigh(mine @ mine.transpose(0, 2, 1))
        inner = vectors.transpose(0, 2, 1) @ out[rows]
        out[rows] = vectors @ (_inverse_root(values)[:, :, None] * inner)


def _in_columns(out: Array, b: Array, lean: Array, at: Array) -> None:
    """Large clusters one at a time, through their column × column matrices."""
    for rows in at:
        mine = b[rows]
        values, vectors = np.linalg.eigh(mine.T @ mine)
        turned = _inverse_root(values)[:, None] * (vectors.T @ lean.T)
        out[rows] = mine @ (vectors @ turned)
