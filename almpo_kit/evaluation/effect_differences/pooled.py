"""Numbers of folds added up within a pass, and of passes averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from almpo_kit.evaluation.effect_differences.sequential import Pass
from almpo_kit.evaluation.effect_differences.targeting import Ranked

Array = np.ndarray[Any, np.dtype[Any]]


class Pooled(NamedTuple):
    """A number, its standard error and degrees of freedom."""

    value: float
    se: float
    df: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Low and high."""
        from scipy.stats import t

        if not (np.isfinite(self.se) and self.df >= 1):
            return float("nan"), float("nan")
        reach = float(t.ppf((1 + level) / 2, self.df)) * self.se
        return self.value - reach, self.value + reach

    @property
    def statistic(self) -> float:
        """Value over standard error."""
        return self.value / self.se if self.se > 0 else 0.0

    def p_value(self, one_sided: bool = False) -> float:
        """Of the hypothesis that the number is zero."""
        from scipy.stats import t

        if not (np.isfinite(self.se) and self.se > 0 and self.df >= 1):
            return 1.0
        tail = self.statistic if one_sided else abs(self.statistic)
        return float(t.sf(tail, self.df)) * (1.0 if one_sided else 2.0)


def over_folds(
    one: Pass, cluster: Array, fold: Array, measure: Callable[[Array], Ranked]
) -> tuple[float, Array, float]:
    """A number of each tested fold, averaged by size.

    Parameters
    ----------
    measure : callable
        From the rows of a fold (positions) to a :class:`Ranked`.

    Returns
    -------
    (float, Array of shape (g,), float)
        The number, what each cluster adds to its error, and degrees of freedom.
    """
    tested = np.flatnonzero(one.tested)
    value, sums = 0.0, np.zeros(int(cluster.max()) + 1)
    folds = np.unique(fold[tested])
    for j in folds:
        rows = tested[fold[tested] == j]
        found = measure(rows)
        value += found.value * len(rows) / len(tested)
        np.add.at(sums, cluster[rows], found.influence / len(tested))
    return value, sums, float(len(np.unique(cluster[tested])) - len(folds))


def over_passes(parts: Sequence[tuple[float, Array, float]]) -> Pooled:
    """The mean over passes.

    Its standard error is taken to be the mean of theirs: the passes share people, so averaging need not make it smaller,
    and cannot make it larger.
    """
    value = float(np.mean([v for v, _, _ in parts]))
    df = min(d for _, _, d in parts)
    se = float(np.mean([_error(s) for _, s, _ in parts]))
    return Pooled(value, se, df)


def _error(sums: Array) -> float:
    present = int(np.count_nonzero(sums))
    small = present / (present - 1.0) if present > 1 else np.nan
    return float(np.sqrt(small * np.sum(sums**2)))
