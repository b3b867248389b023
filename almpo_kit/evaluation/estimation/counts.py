"""How many persons and clusters stand behind each contrast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample

Array = np.ndarray[Any, np.dtype[Any]]


class Counts(TypedDict):
    """The fields of a :class:`Fit` that count, each of shape (c,)."""

    n_arm: Array
    n_comparison: Array
    n_clusters: Array


def contrast_counts(sample: Sample, contrasts: Sequence[tuple[str, str]]) -> Counts:
    """Persons in both arms of each contrast, and the clusters they are in."""
    size = np.bincount(sample.arm, minlength=len(sample.arms))
    at = [(sample.arms.index(a), sample.arms.index(b)) for a, b in contrasts]
    groups = int(sample.cluster.max(initial=-1)) + 1
    inside = [np.bincount(sample.cluster[sample.arm == a], minlength=groups) > 0 for a in range(len(size))]
    held = [int((inside[a] | inside[b]).sum()) for a, b in at]
    return {
        "n_arm": np.array([size[a] for a, _ in at]),
        "n_comparison": np.array([size[b] for _, b in at]),
        "n_clusters": np.array(held),
    }
