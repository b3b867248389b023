"""What a budget buys when everybody has the same share of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from almpo_kit.vocabulary.finding import Finding

PROPOSAL_COLUMNS: Final = (
    *("proposal", "name", "cost", "votes", "share", "funded", "how", "order"),
    *("price", "money_of_supporters", "most_votes_funds"),
)
LEFT_OUT_COLUMNS: Final = (
    *("group", "n", "nothing", "share_nothing", "mean_funded"),
    *("nothing_most_votes", "share_nothing_most_votes"),
)
GUARANTEE_COLUMNS: Final = ("guarantee", "promised", "holds", "people", "proposals")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EqualShares(Finding):
    """Which proposals a budget vote funds by the method of equal shares.

    ``table``, one row a proposal, funded ones first. ``votes, share``: of the people who answered. ``how``: "equal shares",
    "raised shares" (bought when shares were raised to use up the money), "most votes" (added with money left over) or
    empty. ``order``: when it was funded. ``price``: the most that a supporter paid for a unit of use, as a part of her
    share. ``money_of_supporters``: the shares of all who vote for it, in the unit of the budget: what they could pay if
    they funded it alone. ``most_votes_funds``: whether taking what has most votes, as is usual, would fund it.

    Parameters
    ----------
    funded : tuple of str
        In order.
    spent, left_over, budget, share_each : float
        In the unit of the costs; ``share_each`` is the budget divided by the people who answered.
    by_most_votes : tuple of str
        What the usual way would fund.
    left_out : DataFrame
        ``group, n, nothing, share_nothing, mean_funded, nothing_most_votes, share_nothing_most_votes``: people of whose
        votes nothing is funded, here and in the usual way; "everybody" and, where groups were given, each group.
    guarantee : DataFrame
        ``guarantee, promised, holds, people, proposals``, each checked on this outcome over all sets of proposals.
        ``promised``: the method always keeps it. ``holds`` is True, False or missing (not checked); where it is broken,
        how many ``people`` could have bought which ``proposals``.
    ties : tuple of tuple of str
        Equally good proposals between which a rule for ties decided.
    utility : str
    completion : str
    raised : float
        Shares as a multiple of the true ones.
    """

    funded: tuple[str, ...]
    spent: float
    left_over: float
    budget: float
    share_each: float
    by_most_votes: tuple[str, ...]
    left_out: pd.DataFrame
    guarantee: pd.DataFrame
    ties: tuple[tuple[str, ...], ...]
    utility: str
    completion: str
    raised: float

    def metrics(self) -> dict[str, float]:
        """Money spent and the share of people of whose votes nothing is funded."""
        return {
            "funded": float(len(self.funded)),
            "spent": float(self.spent),
            "share_nothing": float(self.left_out["share_nothing"].iloc[0]),
        }
