"""What groups of opinion a panel has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from almpo_kit.vocabulary.finding import Finding

STATEMENT_COLUMNS: Final = (
    *("item", "statement", "n", "mean", "agree", "disagree"),
    *("gap", "least_agree", "least_disagree", "said", "high_group", "low_group"),
)
PROFILE_COLUMNS: Final = ("group", "item", "n", "mean", "median", "agree", "disagree")
COMPOSITION_COLUMNS: Final = ("group", "dimension", "value", "n", "share_of_value")
TRIED_COLUMNS: Final = ("n", "smaller_group", "index", "expected", "p_value", "level", "holds")
MAP_COLUMNS: Final = ("x", "y", "group")
#: What can be said of a statement.
SAID: Final = ("unites: all groups agree", "unites: all groups disagree", "parts", "neither")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OpinionGroups(Finding):
    """Groups of people who answer alike, as many as the answers warrant, also one.

    ``table``, one row a statement. ``mean`` is a share of the scale, 0 at its low and 1 at its high end; ``agree,
    disagree`` are shares of people at either end, by the rules of the plan. ``gap`` is the largest difference of means
    between two groups, ``high_group`` and ``low_group`` are these; ``least_agree, least_disagree`` are the shares in the
    group where they are smallest. ``said``: "unites: all groups agree", "unites: all groups disagree", "parts" (a gap of a
    quarter of the scale or more) or "neither". Groups are made from these very answers, so that gaps are larger than
    chance alone would leave them; no test of a gap is given.

    Parameters
    ----------
    n_groups : int
        0 where there is too little to say.
    members : Series
        Participant -> group ("A" is the largest).
    sizes : Series
        Group -> people.
    profile : DataFrame
        ``group, item, n, mean, median, agree, disagree``; ``mean`` and ``median`` as shares of the scale.
    composition : DataFrame
        ``group, dimension, value, n, share_of_value``: roles, places and sectors in each group; values with fewer than
        ``least_group`` people in the panel, and groups' parts below it, stand together or are left out.
    map : DataFrame
        ``x, y, group``: one row a person, in no order: two axes along which answers differ most. ``axes`` says what they are.
    axes : DataFrame
        ``axis, share, item, loading``: part of all differences that an axis shows, and what it is made of.
    tried : DataFrame
        ``n, smaller_group, index, expected, p_value, level, holds``: each division that was tried.
    stability : float
        Share of people who come into the same group again when the panel is drawn again (bootstrap); NaN for one group.
    false_alarm : float
        Most panels of one mind that would be divided.
    round : int
    """

    n_groups: int
    members: pd.Series
    sizes: pd.Series
    profile: pd.DataFrame
    composition: pd.DataFrame
    map: pd.DataFrame
    axes: pd.DataFrame
    tried: pd.DataFrame
    stability: float
    false_alarm: float
    round: int

    def metrics(self) -> dict[str, float]:
        """Number of groups, their smallest size and stability."""
        out = {"groups": float(self.n_groups)}
        if self.n_groups > 1:
            out |= {"smallest_group": float(self.sizes.min()), "stability": float(self.stability)}
        return out
