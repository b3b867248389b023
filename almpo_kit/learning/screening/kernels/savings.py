"""How much reading an order saves: work saved over sampling, relevant ones found early, time to discovery."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def found_at(relevant: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Documents read when the first, second, … relevant one was found."""
    return np.flatnonzero(relevant) + 1


def work_saved(at: NDArray[np.int64], n: int, recall: float = 0.95) -> float:
    """Work saved over sampling (Cohen, Hersh, Peterson and Yen 2006, J. Am. Med. Inform. Assoc. 13, 206-219).

    Parameters
    ----------
    at : ndarray of int, shape (n_relevant,)
        From :func:`found_at`; all relevant ones.
    n : int
        Documents in all.

    Returns
    -------
    float
        Share of documents not read when ``recall`` is reached, less the share ``1 - recall`` that drawing by lot
        would save for missing as much; 0 on average for an order by lot, at most ``recall``.
    """
    needed = math.ceil(recall * len(at) - 1e-9)
    return float((n - at[needed - 1]) / n - (1 - recall))


def found_after(at: NDArray[np.int64], n: int, share: float = 0.1) -> float:
    """Share of the relevant ones found (RRF) when ``share`` of the documents is read."""
    return float((at <= share * n + 1e-9).mean())


def time_to_discovery(at: NDArray[np.int64], n: int) -> float:
    """Mean share of documents read when a relevant one is found (ATD, Ferdinands et al. 2023); about one half by lot."""
    return float(at.mean() / n)


def curve(at: NDArray[np.int64], n: int, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the relevant ones found at each share read."""
    out: NDArray[np.float64] = np.searchsorted(at, shares * n + 1e-9, side="right") / len(at)
    return out
