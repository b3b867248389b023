"""Whether a panel falls into two groups, further than a panel of one mind would; and how many groups there are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from almpo_kit.codesign.diversity.kernels.homogeneous_panel import draw_one_mind, fit_one_mind
from almpo_kit.codesign.diversity.kernels.two_means import two_means

Array = np.ndarray[Any, np.dtype[Any]]
_MOST_DRAWS: Final = 1999
#: Numbers in one batch of draws: larger ones take more memory than they save time.
_BATCH: Final = 400_000


@dataclass(frozen=True)
class Tried:
    """A division that was tried.

    Parameters
    ----------
    people : array of int
        Who was to be divided.
    labels : array of bool
        The best division of them.
    index, expected : float
        Squares within groups as a part of all, along the line between them: observed, and on average in panels of one
        mind.
    p_value, level : float
        Share of panels of one mind with an index as small, and what it had to stay below.
    """

    people: Array
    labels: Array
    index: float
    expected: float
    p_value: float
    level: float

    @property
    def accepted(self) -> bool:
        """Whether the division holds."""
        return self.p_value <= self.level


def placed(ratings: Array, steps: tuple[int, ...]) -> Array:
    """Answers as points: shares of the scale; who did not answer a statement stands at its mean.

    Parameters
    ----------
    ratings : array, shape (..., n_people, n_statements)
        Steps counted from 0.
    steps : tuple of int
    """
    shares = ratings / (np.asarray(steps, dtype=float) - 1)
    missing = ~np.isfinite(shares)
    if not missing.any():
        return np.asarray(shares)
    count = np.maximum((~missing).sum(axis=-2, keepdims=True), 1)
    return np.where(missing, np.nansum(shares, axis=-2, keepdims=True) / count, shares)


def try_division(
    ratings: Array,
    steps: tuple[int, ...],
    people: Array,
    *,
    least: int,
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> Tried:
    """Divide some people into two groups and compare with panels of one mind.

    Parameters
    ----------
    ratings : array, shape (n_people, n_statements)
    steps : tuple of int
    people : array of int
    least : int
        Members of the smaller group.
    level : float
    draws : int
    rng : Generator
    """
    own = ratings[people]
    labels, index = two_means(placed(own, steps)[None], least, rng)
    times = max(draws, min(math.ceil(2 / level), _MOST_DRAWS))
    size = max(1, _BATCH // max(own.size * 9, 1))
    held = []
    for flat in (False, True):
        panel = fit_one_mind(own, steps, flat, rng)
        chance = np.concatenate(
            [
                two_means(placed(draw_one_mind(panel, min(size, times - k), rng), steps), least, rng)[1]
                for k in range(0, times, size)
            ]
        )
        as_small = int((chance <= index[0] + 1e-12).sum())
        held.append(((1 + as_small) / (1 + times), float(chance.mean())))
    # Both kinds of panels of one mind must be ruled out.
    p, expected = max(held)
    return Tried(people, labels[0], float(index[0]), expected, p, level)


def divide(
    ratings: Array,
    steps: tuple[int, ...],
    *,
    least: int,
    false_alarm: float,
    draws: int,
    most: int,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Array, list[Tried]]:
    """Divide, and divide the parts, as long as each division is further apart than chance.

    The level of a part is that of the whole times its share of the people, so that all divisions together are false
    alarms in at most that share of panels.

    Returns
    -------
    labels : array of int, shape (n_people,)
        Groups counted from 0, largest first.
    tried : list of Tried

    References
    ----------
    Kimes, Liu, Hayes & Marron (2017) Statistical significance for hierarchical clustering. Biometrics 73, 811-821.
    """
    n = len(ratings)
    waiting = [np.arange(n)]
    parts: list[Array] = []
    tried: list[Tried] = []
    while waiting:
        people = waiting.pop(0)
        if len(people) < 2 * least or len(parts) + len(waiting) + 2 > most:
            parts.append(people)
            continue
        level = false_alarm * (len(people) - 1) / (n - 1)
        found = try_division(ratings, steps, people, least=least, level=level, draws=draws, rng=rng)
        tried.append(found)
        if progress:
            progress(len(tried), len(tried) + len(waiting) + 2 * found.accepted)
        if found.accepted:
            waiting += [people[~found.labels], people[found.labels]]
        else:
            parts.append(people)
    return _settled(placed(ratings, steps), parts, least), tried


def _settled(points: Array, parts: list[Array], least: int) -> Array:
    """Everybody in the closest group (k-means from the parts on), where no group becomes too small by it."""
    labels = np.zeros(len(points), dtype=int)
    for k, people in enumerate(parts):
        labels[people] = k
    for _ in range(50 if len(parts) > 2 else 0):
        moved = nearest(points, np.stack([points[labels == k].mean(axis=0) for k in range(len(parts))]))
        if (np.bincount(moved, minlength=len(parts)) < least).any() or (moved == labels).all():
            break
        labels = moved
    size = np.bincount(labels)
    # Largest first; of groups of one size the one of the first person.
    order = sorted(range(len(size)), key=lambda k: (-size[k], int(np.argmax(labels == k))))
    return np.argsort(order)[labels]


def nearest(points: Array, centres: Array) -> Array:
    """Which centre is closest; shape (n_points,)."""
    return np.asarray(((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1))
