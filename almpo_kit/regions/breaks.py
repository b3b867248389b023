"""The 2021 break in the EU Labour Force Survey.

Regulation (EU) 2019/1700 changed in 2021 who counts as employed and unemployed, and how people are asked.
Eurostat publishes its *main* national series corrected for it; the regional series are not corrected, and
their rows carry no flag. A change over the break therefore mixes what happened with what was redefined.

References
----------
Regulation (EU) 2019/1700; Implementing Regulation (EU) 2019/2240; Eurostat, Statistics Explained,
"EU labour force survey - correction for breaks in time series".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.vocabulary.finding import Check, Status
from almpo_kit.vocabulary.indicators import Indicator

#: First year under the new definitions.
LFS_BREAK = "2021"

LFS_BREAK_SENTENCE = (
    "The EU Labour Force Survey was redesigned in 2021 (Regulation (EU) 2019/1700). The regional series is "
    "not corrected for it, so a change between 2020 and 2021 mixes real change with new definitions."
)


def crosses(first: str, last: str) -> bool:
    """True when the change from ``first`` to ``last`` (years) runs over the break of 2021.

    >>> crosses("2020", "2021"), crosses("2021", "2025")
    (True, False)
    """
    return int(first) < int(LFS_BREAK) <= int(last)


def crossing(first: Any, last: Any) -> npt.NDArray[np.bool_]:
    """:func:`crosses` for arrays of years (numbers or text, of any shape); a missing year crosses nothing.

    >>> crossing(["2019", None, "2021"], "2022").tolist()
    [True, False, False]
    """
    a, b = (_years(x) for x in (first, last))
    # A comparison with NaN is false, which is what a missing year should give.
    return np.asarray((a < int(LFS_BREAK)) & (b >= int(LFS_BREAK)))


def crossed(indicator: Indicator, change: pd.Series, first: Any, last: Any) -> npt.NDArray[np.bool_]:
    """For each row with a change: whether it runs over the break; never where the statistic is no survey's."""
    over = change.notna().to_numpy() & crossing(first, last)
    return over if indicator.survey else np.zeros(len(change), dtype=bool)


def _years(years: Any) -> npt.NDArray[np.float64]:
    if isinstance(years, np.ndarray) and years.dtype.kind in "iuf":
        return years.astype(float)
    return pd.to_numeric(pd.Series(np.atleast_1d(years)), errors="coerce").to_numpy(dtype=float)


def breaks_in(indicator: Indicator, periods: list[str]) -> tuple[tuple[str, str], ...]:
    """The breaks inside a series: (first year under the new definition, sentence)."""
    inside = indicator.survey and bool(periods) and crosses(min(periods), max(periods))
    return ((LFS_BREAK, LFS_BREAK_SENTENCE),) if inside else ()


def break_check(
    indicator: Indicator, changes: dict[str, tuple[str, str]], *, answer: bool = True
) -> tuple[Check, ...]:
    """One check on all changes that a verb reports.

    Parameters
    ----------
    changes : dict of str to (str, str)
        What the change is called in the sentence, and its first and last year.
    answer : bool
        The verb's sentence rests on these changes, so that crossing the break is a failed check; where
        they only stand in the table, it is for information.
    """
    if not indicator.survey or not changes:
        return ()
    crossing = [f"{name} ({a}–{b})" for name, (a, b) in changes.items() if crosses(a, b)]
    if crossing:
        what = f"It affects {' and '.join(crossing)}."
        status: Status = "failed" if answer else "informational"
        return (Check("break_2021", status, f"{LFS_BREAK_SENTENCE} {what}"),)
    return (Check("break_2021", "passed", "No change shown here crosses the 2021 break in the survey."),)
