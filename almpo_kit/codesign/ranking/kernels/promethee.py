"""Outranking flows (PROMETHEE I and II, Brans, Vincke & Mareschal 1986)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from almpo_kit.codesign.ranking.kernels.preference_functions import preference

Array = np.ndarray[Any, np.dtype[Any]]
#: Shape, q, p, s of one criterion.
Shape = tuple[str, float, float, float]


def single_flows(values: Array, sign: Array, shapes: Sequence[Shape]) -> Array:
    """Net flow of each option by each criterion alone.

    Parameters
    ----------
    values : Array, shape (..., n, k)
    sign : Array, shape (k,)
    shapes : sequence of k (shape, q, p, s)

    Returns
    -------
    Array, shape (..., n, k)
        From -1 to 1; the net flow is its weighted sum, so weights can change without comparing all pairs again.
    """
    flows = np.empty(values.shape)
    n = values.shape[-2]
    for j, (shape, q, p, s) in enumerate(shapes):
        x = values[..., j] * sign[j]
        found = preference(x[..., :, None] - x[..., None, :], shape, q, p, s)
        flows[..., j] = (found.sum(axis=-1) - found.sum(axis=-2)) / (n - 1)
    return flows


def preference_index(values: Array, sign: Array, shapes: Sequence[Shape], weights: Array) -> Array:
    """How far each option is preferred to each other, all criteria together, shape (n, n), from 0 to 1."""
    out = np.zeros((values.shape[0], values.shape[0]))
    for j, (shape, q, p, s) in enumerate(shapes):
        x = values[:, j] * sign[j]
        out += weights[j] * preference(x[:, None] - x[None, :], shape, q, p, s)
    return out


def outranking_flows(index: Array) -> tuple[Array, Array]:
    """Positive and negative flow of each option from the preference index, each shape (n,), from 0 to 1."""
    n = len(index)
    return index.sum(axis=1) / (n - 1), index.sum(axis=0) / (n - 1)
