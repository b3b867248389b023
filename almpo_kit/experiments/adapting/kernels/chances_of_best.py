"""The chance that each arm is the best: an integral over the best arm's value, for many trials at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.adapting.kernels.posterior_grid import Posterior, cells, densities

Array = np.ndarray[Any, np.dtype[Any]]


def chances_of_best(held: Posterior, *, least: int = 64, most: int = 8192) -> Array:
    """Chance that each arm is the best: the integral of its density times the other arms' distribution functions.

    Distribution functions come from the densities by Simpson's rule, from the upper end downwards; the outer integral is a
    trapezoidal sum, exact to rounding for densities that are smooth and vanish at both ends, with Gregory's correction for
    those that do not (Beta densities at 0 and 1). Trials that need as many cells are worked out together.

    Parameters
    ----------
    held : Posterior
        Of arrays of shape (..., n_arms).
    least, most : int
        Limits on the number of cells: more are slower and nearer.

    Returns
    -------
    array, shape (..., n_arms)
        Adds up to 1 over arms.
    """
    shape = held.first.shape
    flat = Posterior(held.first.reshape(-1, shape[-1]), held.second.reshape(-1, shape[-1]), held.beta)
    out = np.empty_like(flat.first, dtype=float)
    needed = cells(flat, least, most)
    for n in np.unique(needed):
        rows = np.flatnonzero(needed == n)
        # Blocks that fit in the processor's cache and keep memory bounded, whatever the number of trials.
        step = max(1, 400_000 // (int(n) * shape[-1]))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            out[part] = _integral(flat.only(part), int(n))
    return out.reshape(shape)


def chances_of_worse(held: Posterior, other: int, *, least: int = 64) -> Array:
    """Chance that each arm is worse than one of them; 0.5 for that one itself. Shape (..., n_arms)."""
    n_arms = held.first.shape[-1]
    out = np.full(held.first.shape, 0.5)
    for k in range(n_arms):
        if k != other:
            out[..., k] = chances_of_best(held.only((..., [k, other])), least=least)[..., 1]
    return out


def _integral(held: Posterior, n_cells: int) -> Array:
    density, width = densities(held, n_cells)
    ends, middles = density[..., ::2], density[..., 1::2]
    mass = (ends[..., :-1] + 4 * middles + ends[..., 1:]) * (width / 6)[:, None, None]
    above = np.zeros_like(ends)
    above[..., :-1] = np.cumsum(mass[..., ::-1], axis=-1)[..., ::-1]
    below = np.clip(1 - above, 0, 1)
    best = _of_others(below) * ends
    chance = best @ _weights(n_cells + 1)
    return np.asarray(chance / chance.sum(axis=-1, keepdims=True))


def _weights(n_points: int) -> Array:
    """Gregory's weights of a sum with equal steps: of fourth order even where the summand ends abruptly."""
    weights = np.ones(n_points)
    weights[:3] = weights[:-4:-1] = (3 / 8, 7 / 6, 23 / 24)
    return weights


def _of_others(below: Array) -> Array:
    """For each arm the product over all others, shape (n, n_arms, n_points); no division, which would meet zeros."""
    n_arms = below.shape[1]
    out = np.ones_like(below)
    before = np.ones_like(below[:, 0])
    after = np.ones_like(below[:, 0])
    for k in range(n_arms):
        out[:, k] *= before
        before = before * below[:, k]
    for k in range(n_arms - 1, -1, -1):
        out[:, k] *= after
        after = after * below[:, k]
    return out
