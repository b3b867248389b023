"""Names of types, in words, from what sets them apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from almpo_kit.regions.comparison.measures import Aspect

#: A class mean this many standard deviations from the mean region is high or low; very, from 1.5.
HIGH, VERY = 0.5, 1.5
AVERAGE = "near the average"


def type_names(means: NDArray[np.float64], aspects: Sequence[Aspect]) -> list[str]:
    """``very high unemployment, low GDP per head`` for each class; no two alike.

    Parameters
    ----------
    means : array, shape (n_classes, n_aspects)
        Class means of standardised values.
    """
    plain = [_name(row, aspects) for row in means]
    names = list(plain)
    for i, name in enumerate(plain):
        twins = [j for j, other in enumerate(plain) if other == name and j != i]
        if twins:
            names[i] = f"{name}; {_apart(means, i, twins, aspects)}"
    # Equal even then (equal means): the number of the class tells them apart.
    return [f"{n} ({i + 1})" if names.count(n) > 1 else n for i, n in enumerate(names)]


def _name(row: NDArray[np.float64], aspects: Sequence[Aspect]) -> str:
    parts = []
    for value, aspect in zip(row, aspects, strict=True):
        if abs(value) >= HIGH:
            size = "very " if abs(value) >= VERY else ""
            parts.append(f"{size}{'high' if value > 0 else 'low'} {aspect.label}")
    return ", ".join(parts) or AVERAGE


def _apart(means: NDArray[np.float64], i: int, twins: list[int], aspects: Sequence[Aspect]) -> str:
    """In what class ``i`` differs most from the nearest class of the same name."""
    gaps = means[i] - means[twins].mean(axis=0)
    j = int(np.argmax(np.abs(gaps)))
    other = "the other" if len(twins) == 1 else "the others"
    return f"{'more' if gaps[j] > 0 else 'less'} {aspects[j].label} than {other}"
