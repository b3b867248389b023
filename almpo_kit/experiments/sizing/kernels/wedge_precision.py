"""Precision of a stepped wedge: generalised least squares on means of groups in periods."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

Array = np.ndarray[Any, np.dtype[Any]]


def wedge_schedule(steps: int) -> Array:
    """Who has the programme when: row a step, column a period; all without it in the first, with it in the last."""
    return (np.arange(steps + 1)[None, :] > np.arange(steps)[:, None]).astype(float)


def group_sizes(size: float, variation: float, points: int = 9) -> Array:
    """Sizes that stand for a gamma distribution of the given mean and coefficient of variation, each as likely."""
    if variation < 1e-6:
        return np.array([size])
    shape = 1 / variation**2
    middles = (np.arange(points) + 0.5) / points
    drawn = special.gammaincinv(shape, middles)
    return np.asarray(size * drawn / drawn.mean())


def level_covariance(between: float, autocorrelation: float, periods: int) -> Array:
    """Covariance of a group's own level between periods: one part that stays, one drawn anew in each period.

    Hooper, Teerenstra, de Hoop & Eldridge (2016) Stat. Med. 35, 4718–4728; ``autocorrelation`` 1 is Hussey & Hughes.
    """
    return between * (autocorrelation * np.ones((periods, periods)) + (1 - autocorrelation) * np.eye(periods))


def wedge_variance(
    schedule: Array, groups: float, levels: Array, noise: Array, sizes: Array
) -> tuple[float, float]:
    """Variance of the effect with periods held constant, and degrees of freedom of its robust standard error.

    Parameters
    ----------
    schedule : array, shape (n_sequences, n_periods)
        1 where the programme runs.
    groups : float
        In all; each sequence has as many, which need not be whole.
    levels : array, shape (n_periods, n_periods)
        Covariance of a group's own level.
    noise : array, shape (n_sequences, n_periods)
        Variance between people of a group in a period.
    sizes : array, shape (n_sizes,)
        People in a group and period, each size as likely.

    Notes
    -----
    Hussey & Hughes (2007) Contemp. Clin. Trials 28, 182–191, whose formula is the case of ``autocorrelation`` 1 and equal
    noise. Degrees of freedom: Satterthwaite's of CR2 (Pustejovsky & Tipton 2018, J. Bus. Econ. Stat. 36, 672–683) where the
    covariance is the one assumed.
    """
    periods = schedule.shape[1]
    each = groups / (len(schedule) * len(sizes))
    designs = np.repeat([np.column_stack([np.eye(periods), row]) for row in schedule], len(sizes), axis=0)
    cells = np.concatenate([noise_of[None, :] / sizes[:, None] for noise_of in noise])
    blocks = levels + cells[:, :, None] * np.eye(periods)
    turned = np.linalg.solve(blocks, designs)
    inverse = np.linalg.inv(each * np.einsum("gpi,gpj->ij", designs, turned))
    return float(inverse[-1, -1]), _robust_df(schedule, groups, levels, noise / sizes.mean())


def _robust_df(schedule: Array, groups: float, levels: Array, cells: Array) -> float:
    """Trace squared over sum of squares of the quadratic form of which CR2 is made; groups taken as equal."""
    periods, each = schedule.shape[1], groups / len(schedule)
    designs = np.array([np.column_stack([np.eye(periods), row]) for row in schedule])
    blocks = levels + cells[:, :, None] * np.eye(periods)
    turned = np.linalg.solve(blocks, designs)
    inverse = np.linalg.inv(each * np.einsum("gpi,gpj->ij", designs, turned))
    root = np.linalg.cholesky(blocks).transpose(0, 2, 1)
    left = blocks - designs @ inverse @ designs.transpose(0, 2, 1)
    values, vectors = np.linalg.eigh(root @ left @ root.transpose(0, 2, 1))
    top = values.max(axis=1, keepdims=True)
    bent = np.where(values > 1e-9 * top, 1 / np.sqrt(np.maximum(values, 1e-300)), 0.0)
    adjusted = root.transpose(0, 2, 1) @ (vectors * bent[:, None, :]) @ vectors.transpose(0, 2, 1) @ root
    weights = np.einsum("gqp,gq->gp", adjusted, turned @ inverse[:, -1])
    own = np.einsum("gp,gpq,gq->g", weights, blocks, weights)
    seen = np.einsum("gpi,gp->gi", designs, weights)
    joint = seen @ inverse @ seen.T
    shared = np.diag(joint)
    squares = each**2 * np.sum(joint**2) + each * np.sum((own - shared) ** 2 - shared**2)
    return float((each * np.sum(own - shared)) ** 2 / squares)
