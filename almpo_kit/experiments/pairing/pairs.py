"""The answer of :func:`match_pairs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Pairs(Finding):
    """Groups in pairs that are as alike as can be.

    ``table``, one row a covariate: ``covariate, apart, apart_at_random`` (mean absolute difference in a pair, in standard
    deviations), ``explained`` (share of the variance between groups that the pairs take out: what
    ``TrialOutcome.explained_between`` may be for an outcome that this covariate foretells).

    Parameters
    ----------
    pairs : DataFrame
        ``id, pair`` in the order of the list that was given; groups left out are not in it. Merge it to the
        list and draw: ``assign(list, design, seed=…, cluster="id", pair="pair")``.
    left_out : tuple of str
        Groups without a partner: one of an odd number, in each stratum.
    total, at_random, greedy : float
        Sum of the distances in pairs: of these pairs, expected of pairs made at random, of pairs made by taking the closest
        two first.
    bound : float
        No pairs at all have a smaller sum.
    """

    pairs: pd.DataFrame
    left_out: tuple[str, ...]
    total: float
    at_random: float
    greedy: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether the prices prove that no other pairs are closer, up to rounding."""
        return self.total - self.bound <= 1e-9 * max(self.at_random, 1e-300)

    def metrics(self) -> Mapping[str, float]:
        """Distances, in units in which independent covariates each count their standard deviation as one."""
        n = max(len(self.pairs) // 2, 1)
        return {
            "pairs": float(len(self.pairs) // 2),
            "distance": self.total / n,
            "distance_at_random": self.at_random / n,
            "distance_greedy": self.greedy / n,
        }
