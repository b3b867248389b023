"""Steps that add, for people still out of work, what they add when taken alone. Pure arrays; nothing is validated.

Whoever is out of work when a step starts takes it, whoever is in work does not: with p the chance of being in work
under the steps before, a step that starts in month s adds ``(1 − p(s)) · κ(u) · e(u)`` in its month u, e being its effect
against no programme on people who start it out of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def added_effects(
    without: Array, effects: Sequence[Array], starts: Sequence[int], keeps: Sequence[Array]
) -> tuple[Array, Array]:
    """Chance of being in work along a sequence.

    Parameters
    ----------
    without : Array, shape (h + 1,)
        Chance without a programme in months 0 (start) to h; shares of one.
    effects : sequence of Array, each of shape (d, h + 1)
        Effect of each step alone in its months 0 to h, in d draws.
    starts : sequence of int
        Month in which each step starts, the first 0.
    keeps : sequence of Array, each of shape (d,)
        How much of its gains a step keeps after the ones before it (κ); what it costs people in months of lock-in is
        never made lighter.

    Returns
    -------
    chance : Array, shape (d, h + 1)
    entering : Array, shape (d, steps)
        Share of people who take each step.
    """
    h = len(without) - 1
    chance = np.tile(without, (len(effects[0]), 1))
    entering = np.zeros((len(effects[0]), len(effects)))
    for j, (effect, start, keep) in enumerate(zip(effects, starts, keeps, strict=True)):
        share = 1.0 - chance[:, start]
        # Effects alone are those of people of whom nobody is in work yet: the first step is taken by all.
        share = np.ones_like(share) if j == 0 else share
        entering[:, j] = share
        length = h - start + 1
        chance[:, start:] += share[:, None] * kept(effect, keep)[:, :length]
        np.clip(chance, 0.0, 1.0, out=chance)
    return chance, entering


def kept(effect: Array, keep: Array) -> Array:
    """An effect whose gains, not its losses, are multiplied.

    Parameters
    ----------
    effect : Array, shape (d, m)
    keep : Array, shape (d,)

    Returns
    -------
    Array, shape (d, m)
    """
    # By the mean over draws: judged draw by draw, gains alone would be stretched and the mean biased.
    gains = effect.mean(axis=0) > 0
    return np.where(gains, effect * keep[:, None], effect)
