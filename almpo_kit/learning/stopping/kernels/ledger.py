"""Bets against every total number of relevant documents, from draws by lot.

If ``T`` documents of the pool are relevant and ``f`` of them were found, a draw by lot from the ``r`` that remain is
relevant with chance ``(T - f) / r``, whatever happened before: also when documents were read in another order in
between, as long as the lot does not know them. So the likelihood ratio of "fewer than T" to ``T`` on the draws by lot is
a nonnegative martingale if ``T`` is true, starting at 1. By Ville's inequality it ever reaches ``1 / alpha`` with chance
``alpha`` at most: every ``T`` against which it did is rejected, at every look and wherever one stops.

The alternative to ``T`` is a mixture over all smaller totals ``T'`` from those found when betting began (``c``),
weighted by ``1 / (T' - c + 1)^2``: mostly "nothing is missing" (the bet of a hypergeometric test without a find, which
is broke after one find), hedged by "one is missing", "two are", ... The exponent was chosen by expected reading over
0 to 16 missing of 30 to 300: 1 costs up to 5 points of the remaining documents more where nothing is missing, 3 up to 4
more where sixteen are; the price of hedging beside the pure bet is 1 to 2 points.

References
----------
Ville (1939) Étude critique de la notion de collectif. Waudby-Smith & Ramdas (2020) Confidence sequences for sampling
without replacement, NeurIPS 33 (their prior-posterior ratio, here one-sided and with a prior set when betting begins).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_EXPONENT = 2.0
#: Capital is moved so often at most; more would cost time and hardly change a bound.
_MOST_BOOKS = 12
#: Rounding of logarithms does not keep a total that is exactly at the limit.
_SLACK = 1e-10


@dataclass
class _Book:
    """One round of bets: its capital against every total (log), and the log-likelihoods when it was opened."""

    capital: Array
    opened: Array
    centre: int


def quiet_after(n_documents: int) -> int:
    """How many read by rank in a row must be irrelevant before draws by lot are bet on."""
    return int(min(20, max(5, n_documents // 50)))


class Ledger:
    """What draws by lot say against every total, kept up to date.

    Draws are bet on only where the ranking has run dry (:func:`quiet_after`): earlier ones tell little about the few
    that are left, and bets on them would only cost. When the ranking brought more since the bets were laid, part of
    the capital is moved to bets around what is found by now. Both depend on the past alone, so the theorem holds.

    Parameters
    ----------
    n_documents : int
        The pool.
    alpha : float
        Chance of ever rejecting the true total.
    """

    def __init__(self, n_documents: int, alpha: float) -> None:
        self.n_documents, self.threshold = n_documents, -np.log(alpha)
        self.totals = np.arange(n_documents + 1)
        self.log_factorials = np.concatenate(
            [np.zeros(1), np.cumsum(np.log(np.arange(1, n_documents + 1, dtype=float)))]
        )
        self.likelihood = np.zeros(n_documents + 1)
        self.rejected = np.zeros(n_documents + 1, dtype=bool)
        self.found, self.remaining, self.dry = 0, n_documents, 0
        self.quiet = quiet_after(n_documents)
        self._ranked_finds = 0
        self._books: list[_Book] = []

    @property
    def missing(self) -> Array:
        """How many are missing, under every total."""
        return np.maximum(self.totals - self.found, 0)

    @property
    def opened(self) -> bool:
        """Whether bets were laid."""
        return bool(self._books)

    @property
    def betting(self) -> bool:
        """Whether the next draw by lot is bet on."""
        return self.dry >= self.quiet

    def read_ranked(self, count: int, found: bool) -> None:
        """``count`` read by rank, the last of them relevant if ``found``."""
        self.remaining -= count
        self.found += found
        self._ranked_finds += found
        self.dry = 0 if found else self.dry + count

    def read_by_lot(self, count: int, found: bool) -> None:
        """``count`` irrelevant ones by lot, then a relevant one if ``found``."""
        if not self.betting:
            self.remaining -= count + found
            self.found += found
            return
        self.open()
        self.likelihood = self.likelihood_after(count)
        self.remaining -= count
        if not found:
            return
        # Wealth only rises while nothing is found, so it is highest right before a find.
        self.settle()
        with np.errstate(divide="ignore"):
            self.likelihood = self.likelihood + np.log(self.missing / self.remaining)
        self.found += 1
        self.remaining -= 1

    def open(self) -> None:
        """Lay bets around what is found now, if that has not been done since the ranking last found one."""
        if self._books and (not self._ranked_finds or len(self._books) >= _MOST_BOOKS):
            return
        held = np.zeros(self.n_documents + 1)
        if self._books:
            # What was reached before part of the capital is moved counts.
            self.settle()
            held = self.wealth(self.likelihood)
            share = 1.0 / (len(self._books) + 1.0)
            for book in self._books:
                book.capital = book.capital + np.log1p(-share)
            held = held + np.log(share)
        self._books.append(_Book(held, self.likelihood, self.found))
        self._ranked_finds = 0

    def likelihood_after(self, count: int) -> Array:
        """Log-likelihoods if ``count`` more by lot are irrelevant."""
        left = self.remaining - self.missing
        lf = self.log_factorials
        under = lf[np.maximum(left, 0)] - lf[np.maximum(left - count, 0)]
        under = np.where(left >= count, under, -np.inf)
        return self.likelihood + under - (lf[self.remaining] - lf[self.remaining - count])

    def wealth(self, likelihood: Array) -> Array:
        """Log of what the bets have become, against every total; 0 before any bet."""
        if not self._books:
            return np.zeros(self.n_documents + 1)
        values = [book.capital + _ratio(likelihood - _finite(book.opened), book) for book in self._books]
        return values[0] if len(values) == 1 else np.logaddexp.reduce(values, axis=0)

    def settle(self) -> None:
        """Reject what the bets and the count of documents speak against by now."""
        self.rejected = self.rejected | self._against(self.likelihood, self.remaining)

    def _against(self, likelihood: Array, remaining: int) -> Array:
        impossible = self.totals > self.found + remaining
        return impossible | ~np.isfinite(likelihood) | (self.wealth(likelihood) >= self.threshold - _SLACK)

    def highest(self, more: int = 0) -> int:
        """Largest total that is not rejected, if ``more`` draws by lot find nothing."""
        likelihood = self.likelihood_after(more) if more else self.likelihood
        against = self.rejected | self._against(likelihood, self.remaining - more)
        against[: self.found + 1] = False
        return int(np.flatnonzero(~against)[-1])

    def enough(self, recall: float, more: int = 0) -> bool:
        """Whether every total that is not rejected leaves at least the recall."""
        return reached(self.found, self.highest(more), recall)

    def more_needed(self, recall: float) -> int:
        """Fewest draws by lot without a find after which reading may stop."""
        if self.enough(recall):
            return 0
        low, high = 0, self.remaining
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.enough(recall, middle) else (middle, high)
        return high


def reached(found: int, total: int, recall: float) -> bool:
    """Whether ``found`` of ``total`` is the recall; nothing of nothing is."""
    return found >= recall * total - 1e-9


def _finite(values: Array) -> Array:
    """Impossible totals stay impossible, without minus infinity less minus infinity."""
    return np.where(np.isfinite(values), values, 0.0)


def _ratio(gained: Array, book: _Book) -> Array:
    """Log of the mean likelihood of smaller totals over that of each; 0 where there is no smaller one."""
    out = np.zeros(len(gained))
    own = gained[book.centre :]
    weights = (np.arange(len(own)) + 1.0) ** -_EXPONENT * np.isfinite(book.opened[book.centre :])
    top = np.max(own)
    if not np.isfinite(top) or len(own) < 2:
        return out
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.log(np.cumsum(weights * np.exp(own - top))[:-1]) - np.log(np.cumsum(weights)[:-1]) + top
        ratio = mean - own[1:]
    # Impossible ones are dealt with apart.
    out[book.centre + 1 :] = np.where(np.isfinite(own[1:]) & ~np.isnan(ratio), ratio, 0.0)
    return out
