"""What the rounds of a consultation came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from almpo_kit.vocabulary.finding import Finding

#: What can be said of a statement after its last round.
VERDICTS: Final = (
    "consensus to agree",
    "consensus to disagree",
    "consensus in between",
    "two camps",
    "no consensus",
    "too few answers",
)
ROUND_COLUMNS: Final = (
    *("item", "round", "n", "n_effective", "median", "q25", "q75", "iqr", "mean", "sd", "cv"),
    *("agree", "disagree", "between", "agree_low", "agree_high"),
    *("agreement_holds", "iqr_holds", "cv_holds", "verdict", "polarisation", "camps_p"),
    *("answered_both", "moved", "moved_low", "moved_high", "moved_up", "moved_down", "kappa", "stable"),
)
VERDICT_COLUMNS: Final = (
    *(
        "item",
        "statement",
        "round",
        "n",
        "verdict",
        "stable",
        "firm",
        "with_leavers",
        "unweighted",
        "passing_by_chance",
    ),
)
GROUP_COLUMNS: Final = ("item", "role", "n", "median", "agree", "disagree")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Delphi(Finding):
    """On which statements the panel agrees, by the rules that were fixed before anybody answered.

    ``table``, one row a statement and round. ``n, n_effective``: answers, and how many they are worth after weighting.
    ``median, q25, q75, iqr, mean, sd``: in steps of the scale; ``cv`` counts steps from 1 at the low end. ``agree,
    disagree, between``: shares; ``agree_low, agree_high``: 95% interval of ``agree``, as if the panel had been drawn from
    a larger circle of such people. ``agreement_holds, iqr_holds, cv_holds``: each rule, whether needed or not.
    ``verdict``: one of ``VERDICTS``. ``polarisation``: 0 (all on one step) to 1 (half at either end), from van der Eijk's A.
    ``camps_p``: how often so empty a middle would be seen were there no two camps. ``answered_both`` counts those who
    answered this round and the one before; ``moved`` is the share of them who went to another third of the scale, with
    its exact 95% interval; ``moved_up, moved_down`` those who went up or down by any step; ``kappa`` is weighted
    linearly; ``stable`` is True, False or missing (first round, or too few in both). Stability counts people, never
    their weights.

    Parameters
    ----------
    verdict : mapping
        Statement -> verdict after its last round.
    verdicts : DataFrame
        ``item, statement, round, n, verdict, stable, firm, with_leavers, unweighted, passing_by_chance``. ``firm``: the
        rule of agreement would still hold at the low end of a one-sided 95% interval. ``with_leavers``: the verdict when
        the last answers of those who left are counted. ``unweighted``: the verdict when everybody counts once.
        ``passing_by_chance``: how often a panel of that size would pass the rule of agreement although only 10 points
        less than its threshold agree in the circle it was drawn from.
    by_role : DataFrame
        ``item, role, n, median, agree, disagree`` in the last round; roles with fewer than ``least_group`` answers stand
        together as "others".
    rules : mapping
    rounds : int
        Last round that was answered.
    weighted : bool
    """

    verdict: Mapping[str, str]
    verdicts: pd.DataFrame
    by_role: pd.DataFrame
    rules: Mapping[str, Any]
    rounds: int
    weighted: bool

    def metrics(self) -> dict[str, float]:
        """Number of statements of each verdict."""
        counted = list(self.verdict.values())
        return {v.replace(" ", "_"): float(counted.count(v)) for v in VERDICTS}
