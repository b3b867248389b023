"""Precision of a stepped wedge: generalised least squares on means of groups in periods."""

from __future__ import annotations

from functools import lru_cache
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
    lasting, moving = levels[0, 1], levels[0, 0] - levels[0, 1]
    total = np.zeros((periods + 1, periods + 1))
    for size in sizes:
        # A group's covariance is a diagonal plus a level that lasts; its inverse needs no solving (Woodbury).
        weight = 1 / (noise / size + moving)
        on = weight * schedule
        joint = np.column_stack([weight, on.sum(axis=1)])
        total[:periods, :periods] += np.diag(weight.sum(axis=0))
        total[:periods, -1] += on.sum(axis=0)
        total[-1, :periods] += on.sum(axis=0)
        total[-1, -1] += on.sum()
        total -= (joint * (lasting / (1 + lasting * weight.sum(axis=1)))[:, None]).T @ joint
    variance = np.linalg.inv(each * total)[-1, -1]
    middle = float(noise.mean() / sizes.mean())
    return float(variance), _robust_df(
        len(schedule), float(groups), _rounded(lasting / middle), _rounded(moving / middle)
    )


def _rounded(ratio: float) -> float:
    """To three digits: searches ask for the degrees of freedom again and again, which hardly depend on it."""
    return float(f"{ratio:.3g}")


@lru_cache(maxsize=4096)
def _robust_df(steps: int, groups: float, lasting: float, moving: float) -> float:
    """Trace squared over sum of squares of the quadratic form of which CR2 is made; groups and cells taken as alike.

    Parameters
    ----------
    lasting, moving : float
        Variances of a group's level over that of a group's mean in a period.
    """
    schedule = wedge_schedule(steps)
    periods, each = steps + 1, groups / steps
    designs = np.array([np.column_stack([np.eye(periods), row]) for row in schedule])
    block = lasting * np.ones((periods, periods)) + (1 + moving) * np.eye(periods)
    blocks = np.repeat(block[None], steps, axis=0)
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
