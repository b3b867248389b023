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
    decays = correlation == "decay"
    starts = np.flatnonzero(np.r_[True, np.diff(cells.group) != 0])

    def parameters(theta: Array) -> tuple[float, float]:
        # Nothing is bounded: squares of standard deviations, a logistic correlation.
        second = (1 - 1e-6) / (1 + np.exp(-theta[1])) if decays else theta[1] ** 2 * scale
        return float(theta[0] ** 2 * scale), float(second)

    best = minimize(
        lambda theta: _minus_likelihood(cells, starts, *parameters(theta), correlation),
        np.array([0.5, 1.0 if decays else 0.3]),
        method="Nelder-Mead",
        options={"xatol": 1e-5, "fatol": 1e-9, "maxfev": 400},
    ).x
    return parameters(best)


def _minus_likelihood(cells: _Cells, starts: Array, between: float, moving: float, correlation: str) -> float:
    joined = np.column_stack([cells.x, cells.y])
    if correlation == "exchangeable":
        inner, log_size = _woodbury(joined, cells, starts, between, moving)
    else:
        inner, log_size = _dense(joined, cells, between, moving)
    k = cells.x.shape[1]
    gram = inner[:k, :k]
    sign, log_gram = np.linalg.slogdet(gram)
    if sign <= 0:
        return 1e300
    left = inner[k, k] - inner[k, :k] @ np.linalg.solve(gram, inner[:k, k])
    return float(0.5 * (log_size + log_gram + left))


def _woodbury(
    joined: Array, cells: _Cells, starts: Array, between: float, moving: float
) -> tuple[Array, float]:
    spread = np.maximum(cells.noise + moving, 1e-12 * max(between, 1e-300) + 1e-300)
    weighted = joined / spread[:, None]
    sums = np.add.reduceat(weighted, starts, axis=0)
    more = 1 + between * np.add.reduceat(1 / spread, starts)
    inner = joined.T @ weighted - sums.T @ (sums * (between / more)[:, None])
    return inner, float(np.sum(np.log(spread)) + np.sum(np.log(more)))


def _dense(joined: Array, cells: _Cells, between: float, moving: float) -> tuple[Array, float]:
    inner, log_size = np.zeros((joined.shape[1],) * 2), 0.0
    for rows, blocks in _blocks(cells, between, moving, "decay"):
        part = joined[rows]
        inner += np.sum(np.swapaxes(part, 1, 2) @ np.linalg.solve(blocks, part), axis=0)
        log_size += float(np.linalg.slogdet(blocks)[1].sum())
    return inner, log_size


def _blocks(cells: _Cells, between: float, moving: float, correlation: str) -> list[tuple[Array, Array]]:
    """Rows (groups, cells) and covariances (groups, cells, cells), groups with as many cells together."""
    found = []
    floor = 1e-10 * max(float(np.var(cells.y)), 1e-300)
    counts = np.bincount(cells.group)
    for size in np.unique(counts[counts > 0]):
        rows = np.flatnonzero(counts[cells.group] == size).reshape(-1, size)
        if correlation == "decay":
            at = cells.period[rows]
            level, extra = between * moving ** np.abs(at[:, :, None] - at[:, None, :]), 0.0
        else:
            level, extra = np.full((len(rows), size, size), between), moving
        found.append((rows, level + (cells.noise[rows] + extra + floor)[:, :, None] * np.eye(size)))
    return found


def _fit(cells: _Cells, stacks: list[tuple[Array, Array]], between: float, moving: float) -> WedgeFit:
    k = cells.x.shape[1]
    gram, right = np.zeros((k, k)), np.zeros(k)
    for rows, block in stacks:
        turned = np.linalg.solve(block, cells.x[rows])
        gram += np.einsum("gik,gil->kl", cells.x[rows], turned)
        right += np.einsum("gik,gi->k", turned, cells.y[rows])
    model = np.linalg.inv(gram)
    beta = model @ right
    parts = [_by_group(cells, rows, block, model, beta) for rows, block in stacks]
    added, own, seen = (np.concatenate([p[i] for p in parts]) for i in range(3))
    form = np.diag(own) - seen @ model @ seen.T
    df = float(np.trace(form) ** 2 / np.sum(form**2))
    return WedgeFit(float(beta[-1]), float(added @ added), float(model[-1, -1]), df, between, moving)


def _by_group(
    cells: _Cells, rows: Array, block: Array, model: Array, beta: Array
) -> tuple[Array, Array, Array]:
    """What each group adds to the error, its weight in it, and what of that the coefficients take up."""
    x = cells.x[rows]
    turn = np.swapaxes
    # clubSandwich's adjustment for a working model that is not independence: A = D' B^(-1/2) D with D'D the block.
    root = turn(np.linalg.cholesky(block), 1, 2)
    values, vectors = np.linalg.eigh(root @ (block - x @ model @ turn(x, 1, 2)) @ turn(root, 1, 2))
    top = values.max(axis=1, keepdims=True)
    inverse = np.where(values > 1e-10 * top, 1 / np.sqrt(np.maximum(values, 1e-300)), 0.0)
    adjust = turn(root, 1, 2) @ (vectors * inverse[:, None, :]) @ turn(vectors, 1, 2) @ root
    asked = np.linalg.solve(block, x @ model[:, -1][:, None])
    weights = (turn(adjust, 1, 2) @ asked)[:, :, 0]
    added = np.einsum("gi,gi->g", weights, cells.y[rows] - x @ beta)
    own = np.einsum("gi,gij,gj->g", weights, block, weights)
    return added, own, np.einsum("gik,gi->gk", x, weights)
