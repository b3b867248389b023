"""Groups of a panel that are large enough to be shown."""

from __future__ import annotations

from typing import Final

import pandas as pd

#: Groups too small to be shown, and people whose group is not told, together.
OTHERS: Final = "others"


def shown_groups(groups: pd.Series, least: int) -> pd.Series | None:
    """Each person's group as it may be shown; None where there are not two to compare.

    Groups with fewer than ``least`` people are shown together. Where that is still too few, the smallest of the others joins
    them: otherwise what is hidden could be worked out from the total.

    Parameters
    ----------
    groups : Series of str
        "" where it is not told.
    least : int
    """
    sizes = groups[groups != ""].value_counts()
    named = sizes[sizes >= least].sort_index().sort_values(kind="stable")
    hidden = len(groups) - int(named.sum())
    while 0 < hidden < least and len(named):
        hidden += int(named.iloc[0])
        named = named.iloc[1:]
    if len(named) + (hidden > 0) < 2:
        return None
    return groups.where(groups.isin(named.index), OTHERS)
