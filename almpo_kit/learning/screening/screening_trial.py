"""The result of simulated screenings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from almpo_kit.vocabulary.finding import Finding

COLUMNS: Final = (
    *("method", "label", "n_seeds", "wss", "wss_low", "wss_median", "wss_high", "rrf10", "atd"),
    *("more_than_peer", "more_low", "more_high"),
)
RUN_COLUMNS: Final = ("method", "seed", "n", "n_relevant", "wss", "rrf10", "atd", "curve")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ScreeningTrial(Finding):
    """How much reading ways of screening save.

    Parameters
    ----------
    table : DataFrame, shape (n_methods, 12)
        ``method, label, n_seeds``; mean ``wss`` (work saved over sampling, a share) with ``wss_low, wss_median, wss_high``
        (10%, 50% and 90% of the seeds); means of ``rrf10`` (share of relevant ones found after a tenth is read) and
        ``atd`` (mean share read when a relevant one is found); ``more_than_peer`` (mean difference in work saved from TF-IDF
        + logistic regression on the same seeds) with its 95% interval ``more_low, more_high``.
    runs : DataFrame
        ``method, seed, n, n_relevant, wss, rrf10, atd, curve``; ``curve`` is the share found after 0%, 1%, …, 100% read.
        Given as ``done`` it lets a trial go on.
    curves : DataFrame
        ``method, label, share_read, median, low, high``: share of relevant ones found; low and high are 10% and 90% of seeds.
    recall : float
        At which work saved is measured.
    n_documents, n_relevant : int
        In one simulated screening.
    """

    runs: pd.DataFrame
    curves: pd.DataFrame
    recall: float
    n_documents: int
    n_relevant: int

    def metrics(self) -> dict[str, float]:
        """Means by method."""
        return {
            f"{measure}: {row['method']}": float(row[measure])
            for row in self.table.to_dict("records")
            for measure in ("wss", "rrf10", "atd")
        }
