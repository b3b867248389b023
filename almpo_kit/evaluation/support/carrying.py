"""How few people carry an estimate once the groups are weighted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.support.balance_table import Weighed
from almpo_kit.evaluation.weighting.balancing import effective_size

Array = np.ndarray[Any, np.dtype[Any]]

COLUMNS = ("contrast", "group", "n", "effective_n", "of_smaller", "half_carried_by")
#: An interval of a weighted mean of fewer than so many people cannot be trusted: nothing is estimated.
FEWEST = 30
#: Below this share of the smaller group's size, imprecision comes from the weights and not from the numbers.
THIN = 0.5
#: With so many clusters in a group, clusters are what is counted; with fewer the design has said so already.
_MANY_CLUSTERS = 100


def carried(sample: Sample, contrasts: Sequence[Weighed]) -> pd.DataFrame:
    """Effective sizes of the weighted groups.

    Returns
    -------
    DataFrame
        ``contrast, group, n, effective_n, of_smaller`` (share of the smaller group's size that ``effective_n`` is),
        ``half_carried_by`` (people who together carry half of the group's weight). Raw numbers, not yet for showing.
    """
    rows = []
    for w in contrasts:
        sizes = [int(((sample.arm == j) & (w.after > 0)).sum()) for j in (w.arm, w.comparison)]
        for j, n in zip((w.arm, w.comparison), sizes, strict=True):
            own = (sample.arm == j) & (w.after > 0)
            held = _held(w.after[own], sample.cluster[own])
            size = effective_size(held)
            rows.append(
                {
                    "contrast": w.name(sample.arms),
                    "group": sample.arms[j],
                    "n": n,
                    "effective_n": size,
                    "of_smaller": size / max(min(min(sizes), len(held)), 1),
                    "half_carried_by": int(
                        np.searchsorted(np.cumsum(np.sort(held)[::-1]), held.sum() / 2) + 1
                    )
                    if len(held)
                    else 0,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _held(weight: Array, cluster: Array) -> Array:
    """Weight of each person, or of each cluster where there are many."""
    _, own = np.unique(cluster, return_inverse=True)
    clusters = int(own.max(initial=-1)) + 1
    if clusters < _MANY_CLUSTERS:
        return weight
    return np.bincount(own, weight)
