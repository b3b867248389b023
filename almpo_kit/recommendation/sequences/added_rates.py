"""Steps that change how fast people find work: a Markov chain of two states. Pure arrays; nothing is validated.

In a month a share f of those out of work find a job and a share s of those in work lose theirs. A path of chances
p gives ``f(t) = (p(t + 1) − (1 − s) p(t)) / (1 − p(t))``; what a programme adds to f in its month u is carried to
those who take it as a later step, so that steps compete for the people still out of work and lock-in of one step meets
the late effect of another. A sequence of one step gives back the path that was put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_ALMOST_ALL = 0.995


def finding_rates(chance: Array, losing: float) -> Array:
    """Shares of those out of work who find a job in each month.

    Parameters
    ----------
    chance : Array, shape (..., h + 1)
        Chance of being in work in months 0 to h; shares of one.
    losing : float
        Share of those in work who lose their job in a month.

    Returns
    -------
    Array, shape (..., h)
        Not cut to 0 and 1, so that errors of estimates cancel in the mean.
    """
    p = np.clip(chance, 0.0, _ALMOST_ALL)
    return np.asarray((p[..., 1:] - (1.0 - losing) * p[..., :-1]) / (1.0 - p[..., :-1]))


def added_rates(
    without: Array, effects: Sequence[Array], starts: Sequence[int], carried: Sequence[Array], losing: float
) -> tuple[Array, Array]:
    """Chance of being in work along a sequence; the other arguments and the results as of :func:`added_effects`.

    Parameters
    ----------
    carried : sequence of Array, each of shape (d,)
        Of each step: how much of what the steps before it gave is left once it is taken (the first is not read): 0
        where it undoes them, 1 where all stays. For gains only, losses stay.
    losing : float
        Share of those in work who lose their job in a month.
    """
    h, d, steps = len(without) - 1, len(effects[0]), len(effects)
    base = finding_rates(without, losing)
    more = [finding_rates(without + effect, losing) - base for effect in effects]
    # Signs by the mean over draws: judged draw by draw, gains alone would be stretched and the mean biased.
    gains = [m.mean(axis=0) > 0 for m in more]
    # Groups by which steps people took: bit j of the group's number.
    out, inside = np.zeros((1 << steps, d)), np.zeros((1 << steps, d))
    out[1], inside[1] = 1.0 - without[0], without[0]
    chance, entering = np.empty((d, h + 1)), np.zeros((d, steps))
    chance[:, 0], entering[:, 0] = without[0], 1.0
    known = [1]
    for t in range(h):
        for j in range(1, steps):
            if starts[j] == t:
                entering[:, j] = out[known].sum(axis=0)
                for g in known:
                    out[g | 1 << j], out[g] = out[g].copy(), 0.0
                known += [g | 1 << j for g in known]
        for g in known:
            added, left = np.zeros(d), np.ones(d)
            for j in reversed([j for j in range(steps) if g >> j & 1]):
                u = t - starts[j]
                added = added + more[j][:, u] * (left if gains[j][u] else 1.0)
                left = left * carried[j]
            found = out[g] * np.clip(base[t] + added, 0.0, 1.0)
            lost = inside[g] * losing
            out[g] += lost - found
            inside[g] += found - lost
        chance[:, t + 1] = inside[known].sum(axis=0)
    return chance, entering
