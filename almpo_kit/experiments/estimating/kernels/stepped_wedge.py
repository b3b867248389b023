"""Groups that begin one after another: means of groups and periods by generalised least squares.

Hussey & Hughes (2007), Contemp. Clin. Trials 28, 182–191: periods are held constant, a group's level is random. Its level may
also move from period to period: nested exchangeable (Hooper et al. 2016, Stat. Med. 35, 4718–4728) or decaying correlation
(Kasza et al. 2019, Stat. Methods Med. Res. 28, 703–716). Variances by REML; errors CR2 with Satterthwaite's degrees of freedom
(Pustejovsky & Tipton 2018), so that few groups and a wrong correlation do little harm.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class WedgeFit(NamedTuple):
    """The effect, its CR2 and model-based variances, degrees of freedom, and the variances of a group's level.

    ``between`` is the variance of a group's level; ``moving`` of its moves from period to period (nested exchangeable), or the
    correlation from one period to the next (decay).
    """

    effect: float
    variance: float
    model_variance: float
    df: float
    between: float
    moving: float


class _Cells(NamedTuple):
    y: Array
    x: Array
    group: Array
    period: Array
    noise: Array


def stepped_wedge(
    y: Array, treated: Array, group: Array, period: Array, correlation: str = "exchangeable"
) -> WedgeFit:
    """The effect of having begun.

    Parameters
    ----------
    y : array, shape (n,)
    treated : array of int, shape (n,)
        1 from the group's first treated period on.
    group, period : array of int, shape (n,)
        Codes 0, 1, …
    correlation : {"exchangeable", "decay"}
    """
    cells = _cells(y, treated, group, period)
    between, moving = _reml(cells, correlation)
    blocks = _blocks(cells, between, moving, correlation)
    return _fit(cells, blocks, between, moving)


def _cells(y: Array, treated: Array, group: Array, period: Array) -> _Cells:
    n_periods = int(period.max()) + 1
    cell = group * n_periods + period
    n = np.bincount(cell).astype(float)
    some = n > 0
    means = np.bincount(cell, y) / np.maximum(n, 1)
    within = np.sum((y - means[cell]) ** 2) / max(float(np.sum(n[some] - 1)), 1.0)
    on = (np.bincount(cell, treated) / np.maximum(n, 1))[some]
    where = np.flatnonzero(some)
    of, at = where // n_periods, where % n_periods
    seen = np.unique(at)
    x = np.column_stack([at[:, None] == seen, on]).astype(float)
    # One person a cell: nothing is known of the noise, and it becomes part of the moves.
    return _Cells(means[some], x, of, at, within / n[some])


def _reml(cells: _Cells, correlation: str) -> tuple[float, float]:
    from scipy.optimize import minimize

    scale = max(float(np.var(cells.y)), 1e-300)
    upper = 1 - 1e-6 if correlation == "decay" else None

    def loss(theta: Array) -> float:
        second = theta[1] if correlation == "decay" else theta[1] * scale
        return _minus_likelihood(cells, theta[0] * scale, second, correlation)

    start = (0.3, 0.1) if correlation == "exchangeable" else (0.3, 0.8)
    options = {"ftol": 1e-10, "gtol": 1e-7}
    best = minimize(loss, start, method="L-BFGS-B", bounds=[(0, None), (0, upper)], options=options).x
    return float(best[0] * scale), float(best[1] if correlation == "decay" else best[1] * scale)


def _minus_likelihood(cells: _Cells, between: float, moving: float, correlation: str) -> float:
    joined = np.column_stack([cells.x, cells.y])
    if correlation == "exchangeable":
        inner, log_size = _woodbury(joined, cells, between, moving)
    else:
        inner, log_size = _dense(joined, cells, between, moving)
    k = cells.x.shape[1]
    gram = inner[:k, :k]
    sign, log_gram = np.linalg.slogdet(gram)
    if sign <= 0:
        return 1e300
    left = inner[k, k] - inner[k, :k] @ np.linalg.solve(gram, inner[:k, k])
    return float(0.5 * (log_size + log_gram + left))


def _woodbury(joined: Array, cells: _Cells, between: float, moving: float) -> tuple[Array, float]:
    spread = np.maximum(cells.noise + moving, 1e-12 * max(between, 1e-300) + 1e-300)
    weighted = joined / spread[:, None]
    n_groups = int(cells.group.max()) + 1
    sums = np.zeros((n_groups, joined.shape[1]))
    np.add.at(sums, cells.group, weighted)
    more = 1 + between * np.bincount(cells.group, 1 / spread, minlength=n_groups)
    inner = joined.T @ weighted - sums.T @ (sums * (between / more)[:, None])
    return inner, float(np.sum(np.log(spread)) + np.sum(np.log(more)))


def _dense(joined: Array, cells: _Cells, between: float, moving: float) -> tuple[Array, float]:
    inner, log_size = np.zeros((joined.shape[1],) * 2), 0.0
    for rows, block in _blocks(cells, between, moving, "decay"):
        inner += joined[rows].T @ np.linalg.solve(block, joined[rows])
        log_size += float(np.linalg.slogdet(block)[1])
    return inner, log_size


def _blocks(cells: _Cells, between: float, moving: float, correlation: str) -> list[tuple[Array, Array]]:
    found = []
    floor = 1e-10 * max(float(np.var(cells.y)), 1e-300)
    for g in np.unique(cells.group):
        rows = np.flatnonzero(cells.group == g)
        if correlation == "decay":
            level = between * moving ** np.abs(np.subtract.outer(cells.period[rows], cells.period[rows]))
            extra = np.zeros(len(rows))
        else:
            level, extra = np.full((len(rows),) * 2, between), np.full(len(rows), moving)
        found.append((rows, level + np.diag(cells.noise[rows] + extra + floor)))
    return found


def _fit(cells: _Cells, blocks: list[tuple[Array, Array]], between: float, moving: float) -> WedgeFit:
    k = cells.x.shape[1]
    gram, right = np.zeros((k, k)), np.zeros(k)
    for rows, block in blocks:
        turned = np.linalg.solve(block, cells.x[rows])
        gram += cells.x[rows].T @ turned
        right += turned.T @ cells.y[rows]
    model = np.linalg.inv(gram)
    beta = model @ right
    added, own, seen = [], [], []
    for rows, block in blocks:
        x = cells.x[rows]
        # clubSandwich's adjustment for a working model that is not independence: A = D' B^(-1/2) D with D'D the block.
        root = np.linalg.cholesky(block).T
        values, vectors = np.linalg.eigh(root @ (block - x @ model @ x.T) @ root.T)
        inverse = np.where(values > 1e-10 * values.max(), 1 / np.sqrt(np.maximum(values, 1e-300)), 0.0)
        adjust = root.T @ (vectors * inverse) @ vectors.T @ root
        weights = adjust.T @ np.linalg.solve(block, x) @ model[:, -1]
        added.append(weights @ (cells.y[rows] - x @ beta))
        own.append(weights @ block @ weights)
        seen.append(x.T @ weights)
    form = np.diag(own) - np.array(seen) @ model @ np.array(seen).T
    return WedgeFit(
        float(beta[-1]),
        float(np.sum(np.square(added))),
        float(model[-1, -1]),
        float(np.trace(form) ** 2 / np.sum(form**2)),
        between,
        moving,
    )
