"""Weights of each participant from her own answers, whatever the kind of item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.weighing.answers import Answers
from almpo_kit.codesign.weighing.from_best_worst import best_worst_shares
from almpo_kit.codesign.weighing.from_pairs import pair_shares
from almpo_kit.codesign.weighing.kernels.direct import points_shares, swing_shares

Array = np.ndarray[Any, np.dtype[Any]]
CONSISTENCY_COLUMNS: Final = ("participant", "ratio", "limit", "acceptable", "missing", "look_at")


@dataclass(frozen=True)
class Individual:
    """Weights of participants.

    Parameters
    ----------
    shares : array, shape (n_participants, n_criteria)
        Rows sum to 1; NaN where an answer gives no weights.
    reasons : list of str, length n_participants
        Why it gives none; "" where it does.
    consistency : DataFrame
        ``CONSISTENCY_COLUMNS``; no rows where answers cannot contradict themselves.
    """

    shares: Array
    reasons: list[str]
    consistency: pd.DataFrame


def individual_weights(held: Answers, method: str, acceptable: float | None) -> Individual:
    """Weights of each participant.

    Parameters
    ----------
    held : Answers
    method : {"eigenvector", "geometric_mean", "linear", "nonlinear"}
        Of comparisons in pairs (the first two) or of best-worst ones (the others).
    acceptable : float, optional
        Largest consistency ratio that is taken as fine.
    """
    kind = held.item.kind
    if kind in ("points", "swing"):
        return _direct(held, points_shares if kind == "points" else swing_shares)
    shares, reasons, rows = (
        pair_shares(held, method, acceptable)
        if kind == "pairwise"
        else best_worst_shares(held, method, acceptable)
    )
    return Individual(shares, reasons, pd.DataFrame(rows, columns=list(CONSISTENCY_COLUMNS)))


def _direct(held: Answers, shares_of: Callable[[Array], tuple[Array, list[str]]]) -> Individual:
    shares, reasons = shares_of(held.values)
    return Individual(shares, reasons, pd.DataFrame(columns=list(CONSISTENCY_COLUMNS)))
