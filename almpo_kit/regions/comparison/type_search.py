"""How many types there are, if any: sharpness against a world without types, and stability under halving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.regions.comparison.kernels.one_cloud import OneCloud
from almpo_kit.regions.comparison.kernels.partitions import (
    Array,
    Labels,
    best_jaccard,
    distances,
    k_means,
    silhouettes,
    ward,
)

#: Numbers of classes that are tried.
NUMBERS = tuple(range(2, 9))
#: Below this average silhouette "no substantial structure has been found" (Kaufman and Rousseeuw 1990).
SHARP = 0.25
#: Mean Jaccard below which a class is not to be trusted, and from which it is stable (Hennig 2007; fpc).
DOUBTFUL, STABLE = 0.6, 0.75
#: Chance, in a world without types, of being told that there are some.
ALPHA = 0.05


@dataclass(frozen=True, eq=False)
class TypeSearch:
    """What was found for each number of classes, and which was chosen.

    Parameters
    ----------
    choice : DataFrame
        ``classes, silhouette, without_types`` (mean silhouette of the clouds), ``excess`` (in their standard
        deviations), ``p`` (this number alone), ``least_stable`` (mean Jaccard of the least stable class).
    number : int
        Chosen, or asked for.
    p : float
        Chance of so sharp a division in a world without types; over all numbers tried where one was chosen.
    clear : bool
        Sharper than chance, sharp in itself, and every class stable enough.
    """

    choice: pd.DataFrame
    number: int
    p: float
    clear: bool


def search_types(
    z: Array,
    asked: int | None,
    draws: int,
    clouds: int,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> TypeSearch:
    """Try every number of classes by Ward's method.

    The number is the one whose silhouette exceeds most what one cloud without types gives, among those whose
    classes all survive halving; the chance `p` allows for the choice.
    """
    numbers = NUMBERS if asked is None else (asked,)
    sharp = _sharpness(z, numbers)
    stable = {k: float(np.nanmin(s)) for k, s in halving(z, ward(z, numbers), draws, rng).items()}
    cloud = OneCloud(z)
    null = np.empty((clouds, len(numbers)))
    for b in range(clouds):
        null[b] = _sharpness(cloud.draw(len(z), rng), numbers)
        if progress is not None:
            progress(b + 1, clouds)
    middle, spread = null.mean(axis=0), null.std(axis=0, ddof=1)
    excess, excesses = (sharp - middle) / spread, (null - middle) / spread
    least = np.array([stable[k] for k in numbers])
    candidates = np.flatnonzero(least >= DOUBTFUL)
    at = int(candidates[np.argmax(excess[candidates])]) if len(candidates) else int(np.argmax(excess))
    p = chance(excess[at], excesses.max(axis=1))
    clear = bool(p <= ALPHA and sharp[at] >= SHARP and least[at] >= DOUBTFUL)
    choice = pd.DataFrame(
        {
            "classes": numbers,
            "silhouette": sharp,
            "without_types": middle,
            "excess": excess,
            "p": [chance(e, excesses[:, j]) for j, e in enumerate(excess)],
            "least_stable": least,
        }
    )
    return TypeSearch(choice, int(numbers[at]), p, clear)


def chance(value: float, null: NDArray[np.float64]) -> float:
    """Share of the null at least as large, counting the value itself."""
    return float((1 + (null >= value).sum()) / (1 + len(null)))


def _sharpness(z: Array, numbers: Sequence[int]) -> Array:
    distance = distances(z)
    return np.array([silhouettes(distance, labels).mean() for labels in ward(z, numbers).values()])


def halving(
    z: Array,
    labels: dict[int, Labels],
    draws: int,
    rng: np.random.Generator,
    *,
    means_seed: int | None = None,
) -> dict[int, Array]:
    """Mean Jaccard of each class with its nearest class when a random half of the rows is divided again.

    Parameters
    ----------
    labels : dict of int to array
        Number of classes -> classes of all rows.
    means_seed : int, optional
        Divide the halves by k-means with this seed; by Ward's method where left out.
    """
    found: dict[int, list[Array]] = {k: [] for k in labels}
    for b in range(draws):
        half = np.sort(rng.choice(len(z), size=len(z) // 2, replace=False))
        if means_seed is None:
            again = ward(z[half], list(labels))
        else:
            again = {k: k_means(z[half], k, means_seed + b, starts=5) for k in labels}
        for k, whole in labels.items():
            found[k].append(best_jaccard(whole[half], again[k], int(whole.max()) + 1))
    return {k: _mean(np.array(rows)) for k, rows in found.items()}


def _mean(rows: Array) -> Array:
    """Column means of what is there; 0 for a class that no half ever held."""
    there = np.isfinite(rows)
    return np.where(there, rows, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
