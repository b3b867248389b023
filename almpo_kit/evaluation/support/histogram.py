"""How the chances of taking part are spread in each group, in bins that hold ten people or more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST

Array = np.ndarray[Any, np.dtype[Any]]

BINS = 20


def spread_out(chance: Array, weight: Array) -> pd.DataFrame:
    """Shares of a group by chance of taking part.

    Parameters
    ----------
    chance : Array, shape (m,)
        0 to 1.
    weight : Array, shape (m,)

    Returns
    -------
    DataFrame
        ``low, high, share``: bins a twentieth wide or, where fewer than ten people would stand in one, joined with the
        next; shares add up to 1. Empty for fewer than ten people.
    """
    edges = np.linspace(0.0, 1.0, BINS + 1)
    at = np.clip((chance * BINS).astype(int), 0, BINS - 1)
    counts = np.bincount(at, minlength=BINS)
    share = np.bincount(at, weight, minlength=BINS) / max(float(weight.sum()), 1e-300)
    rows = [
        {"low": float(edges[a]), "high": float(edges[b]), "share": float(share[a:b].sum())}
        for a, b in _joined(counts)
    ]
    return pd.DataFrame(rows, columns=["low", "high", "share"])


def _joined(counts: Array) -> list[tuple[int, int]]:
    """Runs of bins that hold ten people or none; what is left over at the end joins the run before."""
    if counts.sum() < SMALLEST:
        return []
    runs: list[tuple[int, int]] = []
    start, held = 0, 0
    for b, n in enumerate(counts):
        if held == 0 and n == 0:
            # Nobody at all is told as nobody, unless people stand on both sides of a bin that had to grow.
            runs.append((b, b + 1))
            start = b + 1
            continue
        held += int(n)
        if held >= SMALLEST:
            runs.append((start, b + 1))
            start, held = b + 1, 0
    if held:
        last = next(
            (i for i in reversed(range(len(runs))) if counts[runs[i][0] : runs[i][1]].sum() > 0), None
        )
        if last is None:
            return []
        runs = [*runs[:last], (runs[last][0], len(counts))]
    return runs
