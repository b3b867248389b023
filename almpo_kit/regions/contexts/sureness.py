"""How sure a class is, from the distance to the threshold and from what the survey's precision allows.

Convention. Council Regulation (EC) No 577/98, Article 3(2), asks of NUTS-2 regions a relative standard error of
at most 8% where 5% of the working-age population are concerned: an effective sample near 2,970 people of
working age, or 2,080 in the labour force (where 70% take part). That gives a standard error near 0.6 points for a usual unemployment rate (about one
point either way is a 90% interval) and near 1 point for a share of a third (about 1.7 points either way, taken as 2). Regions
of fewer than 300,000 people are exempt from it, and values that Eurostat marks as of low reliability (``u``)
or estimated (``e``) are less precise by its own word: for those twice the allowance is asked. Regulation (EU) 2019/1700
replaced the rule in 2021 and states precision in another way; the allowance is a convention all the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from almpo_kit.regions.contexts.trigger import Floats

#: Points that sampling error may explain: about a 90% interval of a regional unemployment rate.
RATE_ALLOWANCE = 1.0
#: The same for the share of skilled jobs, which lies near a third.
SHARE_ALLOWANCE = 2.0
#: Flagged values, and those of small regions, must be this many times as far away.
WEAK = 2.0
#: People below which the precision rule does not bind.
SMALL = 300_000

GRADES = ("unknown", "near the threshold", "fair", "clear")


def sureness(distance: Floats, allowance: float, weak: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Grade a distance from the threshold.

    Parameters
    ----------
    distance : float array, shape (n_regions, n_years)
    allowance : float
        The larger of the margin and of what sampling error may explain.
    weak : bool array, shape (n_regions, n_years)
        Flagged ``u`` or ``e``, or of a small region.

    Returns
    -------
    int8 array, shape (n_regions, n_years)
        Positions in :data:`GRADES`: ``near the threshold`` within the allowance; beyond it ``clear``, or ``fair``
        where the value is weak and within twice the allowance.
    """
    away = np.abs(distance)
    grade = np.where(away <= allowance, np.int8(1), np.int8(3))
    grade = np.where((grade == 3) & weak & (away <= WEAK * allowance), np.int8(2), grade)
    return np.where(np.isnan(distance), np.int8(0), grade).astype(np.int8)


def flagged(flags: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """True where a flag holds ``u`` (low reliability) or ``e`` (estimated)."""
    marks = [isinstance(f, str) and not {"u", "e"}.isdisjoint(f.split()) for f in flags.ravel()]
    return np.array(marks, dtype=bool).reshape(flags.shape)
