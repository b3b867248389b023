"""Which groups an outcome of a budget vote serves as its share of the money could: promised, and looked after."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.diversity.equal_shares_result import GUARANTEE_COLUMNS
from almpo_kit.codesign.diversity.kernels.justified_representation import Broken, extended, proportional

Array = np.ndarray[Any, np.dtype[Any]]
#: With more proposals there are too many sets to try each.
MOST_CHECKED: Final = 14
_MOST_PAIRS: Final = 12
EXTENDED_ONE: Final = "extended justified representation up to one proposal"
PROPORTIONAL_ONE: Final = "proportional justified representation up to one proposal"
EXTENDED: Final = "extended justified representation in full"
PROPORTIONAL: Final = "proportional justified representation in full"


def guarantees(
    utility: Array, cost: Array, budget: float, funded: Array, names: list[str], votes: bool
) -> pd.DataFrame:
    """Each guarantee, whether the method promises it, and whether it holds.

    With votes every group is looked at. With utilities that differ, groups that agree on a least value of each proposal
    are, for every value given: a break among them is one, and others may be missed.

    Parameters
    ----------
    utility : array, shape (n_people, n_proposals)
    cost : array, shape (n_proposals,)
    budget : float
    funded : array of bool, shape (n_proposals,)
    names : list of str
    votes : bool
        Whoever wants a proposal wants it as much as everybody else who does.
    """
    rows: list[tuple[Any, ...]] = []
    for one in (True, False):
        extended_name = EXTENDED_ONE if one else EXTENDED
        proportional_name = PROPORTIONAL_ONE if one else PROPORTIONAL
        if len(cost) > MOST_CHECKED:
            rows += [(extended_name, one, None, 0, ""), (proportional_name, one, None, 0, "")]
            continue
        broken = _extended(utility, cost, budget, funded, votes, one)
        rows.append(_row(extended_name, one, broken, names))
        # What gives every group's best served member her due gives the group its due.
        if broken is None and votes:
            rows.append((proportional_name, one, True, 0, ""))
        elif votes and len(cost) <= _MOST_PAIRS:
            again = proportional(utility > 0, utility.max(axis=0), cost, budget, funded, up_to_one=one)
            rows.append(_row(proportional_name, one, again, names))
        else:
            rows.append((proportional_name, one, None, 0, ""))
    return pd.DataFrame(rows, columns=list(GUARANTEE_COLUMNS)).astype({"holds": "boolean"})


def _extended(
    utility: Array, cost: Array, budget: float, funded: Array, votes: bool, one: bool
) -> Broken | None:
    if votes:
        floor = np.where(utility.max(axis=0) > 0, utility.max(axis=0), np.inf)
        return extended(utility, floor, cost, budget, funded, up_to_one=one)
    for level in np.unique(utility[utility > 0]):
        broken = extended(utility, np.full(len(cost), level), cost, budget, funded, up_to_one=one)
        if broken is not None:
            return broken
    return None


def _row(name: str, promised: bool, broken: Broken | None, names: list[str]) -> tuple[Any, ...]:
    if broken is None:
        return name, promised, True, 0, ""
    return name, promised, False, int(broken.voters.sum()), ", ".join(names[c] for c in broken.proposals)
