"""The answer to which sequence of programmes to offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from almpo_kit.vocabulary.finding import Finding


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Pathways(Finding):
    """Sequences of programmes ranked by the months in work that they add.

    Parameters
    ----------
    paths : DataFrame
        One row a sequence and month from the start (0): ``pathway, months, chance, without, effect, low, high`` (per
        cent and percentage points)``, added_up, added_up_low, added_up_high`` (months in work).
    stages : DataFrame
        One row a sequence and step: ``pathway, step, programme, programme_type, label, start, end`` (months)``, share`` (per
        cent of those who start)``, assumed`` (what about the step was not measured; "" for nothing).
    left_out : DataFrame
        ``pathway, reason``: sequences and programmes that were refused, are outside the limits or are dominated.
    best : str
        The sequence with the highest expected gain; "" where none is left.
    like_best : tuple of str
        Others that cannot be told from it.
    simplest : str
        Of all these, the one with the fewest steps.
    horizon : int
        Months that are followed.
    comparison : str
        What everything is told against.
    rule : {"points", "rates"}
    interaction : (float, float)
    level : float
    person : bool
        True where the gains of one person were put in.
    """

    paths: pd.DataFrame
    stages: pd.DataFrame
    left_out: pd.DataFrame
    best: str
    like_best: tuple[str, ...]
    simplest: str
    horizon: int
    comparison: str
    rule: str
    interaction: tuple[float, float]
    level: float
    person: bool = False

    def metrics(self) -> Mapping[str, float]:
        """Gain, interval, cost and break-even month of the best sequence; none for one person."""
        if self.person or not len(self.table):
            return {}
        row = self.table.iloc[0]
        named = ("gain", "low", "high", "cost_eur", "break_even_month", "chance_best")
        return {n: float(row[n]) for n in named} | {"sequences": float(len(self.table))}
