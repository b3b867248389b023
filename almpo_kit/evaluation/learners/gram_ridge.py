"""Ridge regressions for many folds and outcomes from one pass over the rows: sums of squares, subtracted by fold."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Rows worked on at a time.
ROWS = 100_000
#: Penalties tried, as shares of the mean diagonal of X'X; the first is as good as none.
PENALTIES = (1e-6, 1e-3, 1e-2, 0.1, 1.0, 10.0)


def fold_sums(
    x: Array, y: Array, weight: Array, fold: Array, rows: Array, columns: Array, count: int
) -> tuple[Array, Array, Array]:
    """Sums of squares and products in each fold, a constant put in front.

    Parameters
    ----------
    x : Array, shape (n, q - 1)
    y : Array, shape (n, ...)
    weight, fold : Array, shape (n,)
    rows : Array of int
        The rows to sum, without gaps in ``columns`` of ``y``.
    columns : Array of int, shape (h,)
    count : int
        Number of folds f.

    Returns
    -------
    (Array of shape (f, q, q), Array of shape (f, q, h), Array of shape (f, h))
        ``X'WX``, ``X'Wy`` and ``y'Wy``.
    """
    q, h = x.shape[1] + 1, len(columns)
    gram, moment, square = np.zeros((count, q, q)), np.zeros((count, q, h)), np.zeros((count, h))
    for start in range(0, len(rows), ROWS):
        run = rows[start : start + ROWS]
        for j in range(count):
            some = run[fold[run] == j]
            part, out = with_constant(x, some), y[np.ix_(some, columns)]
            weighted = part * weight[some, None]
            gram[j] += weighted.T @ part
            moment[j] += weighted.T @ out
            square[j] += weight[some] @ out**2
    return gram, moment, square


def with_constant(x: Array, rows: Array) -> Array:
    """Some rows, a constant put in front."""
    return np.hstack([np.ones((len(rows), 1)), x[rows]])


def leave_fold_out(gram: Array, moment: Array, square: Array) -> Array:
    """Coefficients for each fold from all others, the penalty chosen among those others alone.

    Parameters
    ----------
    gram, moment, square : Array
        From :func:`fold_sums`.

    Returns
    -------
    Array, shape (f, q, h)
    """
    count = len(gram)
    out = np.zeros_like(moment)
    for j in range(count):
        others = [i for i in range(count) if i != j]
        best = _best_penalty(gram[others], moment[others], square[others])
        for penalty in np.unique(best):
            held = best == penalty
            out[j][:, held] = _ridge(gram[others].sum(0), moment[others].sum(0)[:, held], PENALTIES[penalty])
    return out


def _best_penalty(gram: Array, moment: Array, square: Array) -> Array:
    """Position of the penalty with the smallest loss over the inner folds, for each outcome."""
    if len(gram) < 2:
        return np.full(moment.shape[2], 1)
    loss = np.zeros((len(PENALTIES), moment.shape[2]))
    for i in range(len(gram)):
        train, cross = gram.sum(0) - gram[i], moment.sum(0) - moment[i]
        if train[0, 0] <= 0:
            continue
        for k, penalty in enumerate(PENALTIES):
            b = _ridge(train, cross, penalty)
            loss[k] += square[i] - 2 * np.sum(b * moment[i], axis=0) + np.einsum("qh,qr,rh->h", b, gram[i], b)
    chosen: Array = loss.argmin(axis=0)
    return chosen


def _ridge(gram: Array, moment: Array, penalty: float) -> Array:
    """The constant is not penalised."""
    if gram[0, 0] <= 0:
        return np.zeros_like(moment)
    lifted = gram.copy()
    at = np.arange(1, len(gram))
    if len(at):
        lifted[at, at] += penalty * max(float(np.diag(gram)[1:].mean()), 1e-12)
    solved: Array = np.linalg.solve(lifted, moment)
    return solved
