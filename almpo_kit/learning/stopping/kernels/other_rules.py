"""Other stopping rules on one ranking that does not learn, to hold beside ours.

Each takes ``relevant`` (bool, in the order of the ranking), ``draws`` and the wished-for ``recall`` and ``alpha``, and
returns how many were read, samples included, and how many relevant ones found.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Rule(Protocol):
    """A stopping rule."""

    def __call__(
        self, relevant: Array, draws: np.random.Generator, *, recall: float, alpha: float
    ) -> tuple[int, int]: ...


def in_a_row(
    relevant: Array, draws: np.random.Generator, *, recall: float, alpha: float, limit: int
) -> tuple[int, int]:
    """Stop after ``limit`` irrelevant ones in a row."""
    ends = np.concatenate([[-1], np.flatnonzero(relevant)])
    gaps = np.diff(np.append(ends, len(relevant))) - 1
    long = np.flatnonzero(gaps >= limit)
    read = int(ends[long[0]] + 1 + limit) if len(long) else len(relevant)
    return read, int(relevant[:read].sum())


def share_read(
    relevant: Array, draws: np.random.Generator, *, recall: float, alpha: float, share: float
) -> tuple[int, int]:
    """Stop after a share of the pool."""
    read = int(np.ceil(share * len(relevant)))
    return read, int(relevant[:read].sum())


def hypergeometric_looks(
    relevant: Array, draws: np.random.Generator, *, recall: float, alpha: float, dry: int
) -> tuple[int, int]:
    """By rank until ``dry`` in a row are irrelevant, then by lot with a hypergeometric test at every draw.

    Callaghan & Müller-Hansen (2020) Syst. Rev. 9, 273. The test is that of one look, made at every draw as they propose;
    nothing proves that it keeps its level so, though it fails about as often as it may in the worlds tried here.
    """
    from scipy.stats import hypergeom

    before, found = in_a_row(relevant, draws, recall=recall, alpha=alpha, limit=dry)
    rest = draws.permutation(relevant[before:])
    drawn = np.arange(1, len(rest) + 1)
    hits = np.cumsum(rest)
    # The fewest that are missing where the recall is not reached with all found so far.
    least = np.floor((found + hits) / recall + 1e-9).astype(int) + 1 - found
    p = hypergeom.cdf(hits, len(rest), np.minimum(least, len(rest)), drawn)
    stop = np.flatnonzero((p < alpha) | (least > len(rest)))
    taken = int(stop[0]) + 1 if len(stop) else len(rest)
    return before + taken, found + int(rest[:taken].sum())


def quantile_bound(
    relevant: Array, draws: np.random.Generator, *, recall: float, alpha: float, positives: int | None = None
) -> tuple[int, int]:
    """A sample by lot until ``positives`` are relevant, then by rank until enough of those were met.

    Lewis, Yang & Frieder (2021) Certifying one-phase technology-assisted reviews, CIKM: the quantile binomial
    confidence bound. By default the smallest sample with which it can be met at all.
    """
    from scipy.stats import binom

    wanted = positives or int(np.ceil(np.log(alpha) / np.log(recall) - 1e-9))
    order = draws.permutation(len(relevant))
    hits = np.flatnonzero(relevant[order])
    if len(hits) < wanted:
        return len(relevant), int(relevant.sum())
    sample = order[: hits[wanted - 1] + 1]
    # The smallest rank j with P(Binomial(wanted, recall) < j) >= 1 - alpha.
    j = next(k for k in range(1, wanted + 1) if binom.cdf(k - 1, wanted, recall) >= 1 - alpha)
    met = np.sort(sample[relevant[sample]])
    last = int(met[j - 1])
    read = np.union1d(sample, np.arange(last + 1))
    return len(read), int(relevant[read].sum())


def target_set(
    relevant: Array, draws: np.random.Generator, *, recall: float, alpha: float, targets: int = 10
) -> tuple[int, int]:
    """By lot until ten are relevant, then by rank until all ten were met.

    Cormack & Grossman (2016) Engineering quality and reliability in technology-assisted review, SIGIR: recall 0.7 with
    95%, whatever was asked for.
    """
    order = draws.permutation(len(relevant))
    hits = np.flatnonzero(relevant[order])
    if len(hits) < targets:
        return len(relevant), int(relevant.sum())
    sample = order[: hits[targets - 1] + 1]
    last = int(sample[relevant[sample]].max())
    read = np.union1d(sample, np.arange(last + 1))
    return len(read), int(relevant[read].sum())


#: By name; ours is in :mod:`plan`.
OTHER_RULES: dict[str, Rule] = {
    "50 irrelevant in a row": partial(in_a_row, limit=50),
    "100 irrelevant in a row": partial(in_a_row, limit=100),
    "200 irrelevant in a row": partial(in_a_row, limit=200),
    "a third of the pool": partial(share_read, share=1 / 3),
    "hypergeometric test at every draw": partial(hypergeometric_looks, dry=50),
    "quantile bound (control sample)": quantile_bound,
    "target set of ten": target_set,
}
