"""A declared trial run again and again, each time analysed as declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.plain_values import whole_number

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None] | None
LEAST, MOST = 20, 100_000


class Replications(NamedTuple):
    """Results of each run, shape (replications, n_arms − 1); NaN where a run could not be analysed."""

    effect: Array
    se: Array
    low: Array
    high: Array
    p_value: Array
    why_not: str

    @property
    def answered(self) -> Array:
        """Which runs could be analysed."""
        return np.asarray(np.isfinite(self.p_value).all(axis=1))


def replicate(declared: Declaration, replications: int, seed: int, progress: Progress) -> Replications:
    """Run a declared trial.

    Parameters
    ----------
    declared : Declaration
    replications : int
    seed : int
        Run ``i`` has a stream of its own, so that more runs begin with the same ones.
    progress : callable or None
        Told (done, total); whatever it raises ends the work and is passed on.
    """
    whole_number("replications", replications, LEAST, MOST)
    whole_number("seed", seed, 0, 2**63 - 1)
    found = np.full((5, replications, len(declared.effects)), np.nan)
    why = ""
    every = max(replications // 100, 1)
    for i in range(replications):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(i,)))
        try:
            fits = declared.fit(declared.world(rng))
        except DesignError as error:
            # A run that the estimator refuses is a trial without an answer: it counts, and is said.
            why = why or str(error)
        else:
            found[:, i] = np.transpose([(f.effect, f.se, f.low, f.high, f.p_value) for f in fits])
        if progress is not None and ((i + 1) % every == 0 or i + 1 == replications):
            progress(i + 1, replications)
    effect, se, low, high, p_value = found
    return Replications(effect, se, low, high, p_value, why)


def part_of(progress: Progress, at: int, parts: int, replications: int) -> Progress:
    """The progress of one of several parts as that of the whole.

    Parameters
    ----------
    progress : callable or None
    at : int
        Which part, from 0.
    parts, replications : int
    """
    if progress is None:
        return None
    return lambda done, total: progress(at * replications + done, parts * replications)
