"""Panels of one mind that answer as an observed one does: what chance alone makes of a single group.

Each statement has a distribution with one peak, the likeliest one, and statements hang together as much as observed.
What makes them hang together is normal, or, further from groups that are none, **flat**: people spread evenly from one end
to the other. Whatever such panels show, a slope, answers piled up at an end, statements that say the same, is no sign of
groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from almpo_kit.codesign.diversity.kernels.unimodal import unimodal

Array = np.ndarray[Any, np.dtype[Any]]
#: People simulated to find how strongly normal scores must hang together, and how often it is corrected.
_SIMULATED, _CORRECTIONS = 2000, 3
_CLOSEST: Final = 0.99


@dataclass(frozen=True)
class OneMind:
    """A panel with one opinion and chance around it.

    Parameters
    ----------
    limits : tuple of array, each of shape (n_steps - 1,)
        Of each statement, the scores between its steps.
    root : array, shape (n_statements, n_statements)
        What turns independent scores, the principal one first, into scores of statements.
    flat : bool
        The principal score is spread evenly.
    missing : array of bool, shape (n_people, n_statements)
        Who did not answer what.
    """

    limits: tuple[Array, ...]
    root: Array
    flat: bool
    missing: Array


def fit_one_mind(ratings: Array, steps: tuple[int, ...], flat: bool, rng: np.random.Generator) -> OneMind:
    """The panel of one mind that is closest to an observed one.

    Parameters
    ----------
    ratings : array, shape (n_people, n_statements)
        Steps counted from 0; NaN where there is no answer.
    steps : tuple of int
        How many steps each statement has.
    flat : bool
    rng : Generator
    """
    shares = []
    for column, n in zip(ratings.T, steps, strict=True):
        given = column[np.isfinite(column)].astype(int)
        shares.append(np.cumsum(unimodal(np.bincount(given, minlength=n)))[:-1])
    wanted = correlation(ratings)
    scores = _scores((_SIMULATED, len(steps)), flat, rng)
    held = wanted
    for k in range(_CORRECTIONS + 1):
        root = _root(held)
        simulated = scores @ root
        limits = tuple(np.quantile(simulated[:, j], np.clip(share, 0, 1)) for j, share in enumerate(shares))
        if k == _CORRECTIONS:
            break
        held = np.clip(held + wanted - correlation(_discrete(simulated, limits)), -_CLOSEST, _CLOSEST)
        np.fill_diagonal(held, 1.0)
    # A step that nobody is expected to choose is never drawn.
    ends = tuple(
        np.where(share >= 1 - 1e-12, np.inf, np.where(share <= 1e-12, -np.inf, limit))
        for share, limit in zip(shares, limits, strict=True)
    )
    return OneMind(ends, root, flat, ~np.isfinite(ratings))


def draw_one_mind(panel: OneMind, times: int, rng: np.random.Generator) -> Array:
    """Panels of one mind, with answers missing where they were missing.

    Returns
    -------
    array, shape (times, n_people, n_statements)
    """
    drawn = _discrete(_scores((times, *panel.missing.shape), panel.flat, rng) @ panel.root, panel.limits)
    drawn[:, panel.missing] = np.nan
    return drawn


def _scores(shape: tuple[int, ...], flat: bool, rng: np.random.Generator) -> Array:
    """Independent scores with mean 0 and variance 1; the first may be spread evenly."""
    scores = rng.standard_normal(shape)
    if flat:
        scores[..., 0] = rng.uniform(-np.sqrt(3), np.sqrt(3), shape[:-1])
    return scores


def correlation(ratings: Array) -> Array:
    """Correlation of every two statements over those who answered both; 0 where it is not defined.

    Parameters
    ----------
    ratings : array, shape (n_people, n_statements)
    """
    given = np.isfinite(ratings).astype(float)
    x = np.nan_to_num(ratings)
    n = given.T @ given
    with np.errstate(divide="ignore", invalid="ignore"):
        # Means and squares of a statement over those who also answered the other one.
        mean = (x.T @ given) / n
        square = (x**2).T @ given / n - mean**2
        held = ((x.T @ x) / n - mean * mean.T) / np.sqrt(square * square.T)
    held = np.clip(np.nan_to_num(held, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0)
    np.fill_diagonal(held, 1.0)
    return np.asarray(held)


def _discrete(scores: Array, limits: tuple[Array, ...]) -> Array:
    return np.stack([np.searchsorted(t, scores[..., k]) for k, t in enumerate(limits)], axis=-1).astype(float)


def _root(held: Array) -> Array:
    """Square root of the closest correlation matrix, the principal axis in the first row."""
    values, vectors = np.linalg.eigh(held)
    half = vectors[:, ::-1] * np.sqrt(np.clip(values[::-1], 0.0, None))
    length = np.sqrt((half**2).sum(axis=1, keepdims=True))
    result: Array = (half / np.maximum(length, 1e-12)).T
    return result
