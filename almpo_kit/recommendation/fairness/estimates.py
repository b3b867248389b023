"""Estimates of one audit, with intervals that hold for all groups and all measures at once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_DRAWS = 10_000
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Interval:
    """A number with its ends; NaN where there is none."""

    value: float = np.nan
    low: float = np.nan
    high: float = np.nan

    @property
    def below(self) -> bool:
        """Whether all of it lies below zero."""
        return bool(self.high < 0)

    @property
    def above(self) -> bool:
        """Whether all of it lies above zero."""
        return bool(self.low > 0)

    def times(self, factor: float) -> Interval:
        """In another unit, e.g. points for shares."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


class Estimates:
    """Collects estimates and what each cluster adds to their error.

    Parameters
    ----------
    cluster : Array of int, shape (n,)
    """

    def __init__(self, cluster: Array) -> None:
        _, self._position = np.unique(cluster, return_inverse=True)
        self._clusters = int(self._position.max()) + 1
        self._found: dict[Hashable, tuple[float, float, float]] = {}
        self._errors: list[Array] = []

    def add(self, key: Hashable, value: float, parts: Array) -> None:
        """Add an estimate.

        Parameters
        ----------
        key : hashable
        value : float
        parts : Array, shape (n,)
            What each person adds to its error; they sum to about 0.
        """
        sums = np.bincount(self._position, parts, self._clusters)
        touched, square = int((sums != 0).sum()), float((sums**2).sum())
        fourth = float((sums**4).sum())
        se = np.sqrt(square * (touched / (touched - 1) if touched > 1 else 1.0))
        # Kish's effective number of clusters: a few that carry all the error are few degrees of freedom.
        df = max(square**2 / fourth - 1, 1.0) if fourth > 0 else np.inf
        self._found[key] = (value, se, df)
        if square > 0:
            self._errors.append((sums / np.sqrt(square)).astype(np.float32))

    def intervals(self, level: float, seed: int) -> dict[Hashable, Interval]:
        """All estimates with simultaneous intervals.

        Returns
        -------
        dict
        """
        from scipy.stats import norm, t

        inside = 2 * norm.cdf(self._largest(level, seed)) - 1
        return {
            key: Interval(value, value - wide * se, value + wide * se)
            for key, (value, se, df) in self._found.items()
            for wide in (float(t.ppf((1 + inside) / 2, df)),)
        }

    def _largest(self, level: float, seed: int) -> float:
        """Quantile of the largest of the normal deviates, between that of one and Bonferroni's.

        Hothorn, Bretz and Westfall (2008) Biometrical Journal 50, 346-363.
        """
        from scipy.stats import norm

        m = len(self._errors)
        single = float(norm.ppf((1 + level) / 2))
        if m <= 1:
            return single
        z = np.asarray(self._errors)
        values, vectors = np.linalg.eigh((z @ z.T).astype(float))
        kept = values > 1e-4
        root = (vectors[:, kept] * np.sqrt(values[kept])).T
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        largest = [
            np.abs(rng.standard_normal((_AT_ONCE, len(root))) @ root).max(axis=1)
            for _ in range(_DRAWS // _AT_ONCE)
        ]
        found = float(np.quantile(np.concatenate(largest), level))
        return float(np.clip(found, single, norm.ppf(1 - (1 - level) / (2 * m))))
