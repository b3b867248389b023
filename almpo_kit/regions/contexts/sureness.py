"""How sure a class is, from the distance to the threshold and from what the survey's precision allows.

Convention. Council Regulation (EC) No 577/98, Article 3(2), asks of NUTS-2 regions a relative standard error of
at most 8% where 5% of the working-age population are concerned: an effective sample near 2,970 people of
working age, or 2,080 in the labour force (where 70% take part). That gives a standard error near 0.6 points for a usual unemployment rate (about one
point either way is a 90% interval) and near 1 point for a share of a third (about 1.7 points either way, taken as 2). Regions
of fewer than 300,000 people are exempt from it, and values that Eurostat marks as of low reliability (``u``)
or estimated (``e``) are less precise by its own word: for those twice the allowance is asked. Regulation (EU) 2019/1700
replaced the rule in 2021 and states precision in another way; the allowance is a convention all the same.

Level. The standard error of a share p grows with √(p (100 − p)): with the same effective sample 0.6 points at 8% are
about 0.95 at 25% and 0.38 at 3%. So the allowance is scaled by √(p (100 − p) / (8 · 92)), and is never below half a
point (a standard error of 0.3). Limits: the rule is stated for one level only; every region and every rate is taken to
have the same effective sample, where a rate of young people rests on far fewer people (too narrow here) and an
employment rate on more (too wide); and how a survey is drawn matters as much as its size.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from almpo_kit.regions.contexts.trigger import Floats

#: Points that sampling error may explain: about a 90% interval of a regional unemployment rate of the usual level.
RATE_ALLOWANCE, USUAL_RATE = 1.0, 8.0
#: The same for the share of skilled jobs, which lies near a third.
SHARE_ALLOWANCE, USUAL_SHARE = 2.0, 100 / 3
#: Points below which no allowance falls, however low the rate: a standard error of 0.3.
FLOOR = 0.5
#: Flagged values, and those of small regions, must be this many times as far away.
WEAK = 2.0
#: People below which the precision rule does not bind.
SMALL = 300_000

GRADES = ("unknown", "near the threshold", "fair", "clear")


def allowance_at(rates: Floats, allowance: float = RATE_ALLOWANCE, usual: float = USUAL_RATE) -> Floats:
    """What sampling error may explain at each level.

    Parameters
    ----------
    rates : float array, of any shape
        Per cent; what lies outside 0 to 100 counts as the nearer of them.
    allowance : float
        Points, at the level ``usual``.

    Returns
    -------
    float array of the same shape
        Points, never below :data:`FLOOR`; NaN where the rate is missing.

    Examples
    --------
    >>> allowance_at(np.array([0.0, 3.0, 8.0, 25.0])).round(2).tolist()
    [0.5, 0.63, 1.0, 1.6]
    """
    share = np.clip(rates, 0.0, 100.0)
    return np.maximum(FLOOR, allowance * np.sqrt(share * (100 - share) / (usual * (100 - usual))))


def chance(first: float, last: float) -> float:
    """Points by which a rate may change by chance: two independent samples, each within its allowance.

    Panels overlap in part, so this is on the safe side.

    >>> round(chance(8.0, 8.0), 2), round(chance(25.0, 25.0), 2)
    (1.41, 2.26)
    """
    return float(np.hypot(*allowance_at(np.array([first, last]))))


def sureness(distance: Floats, allowance: Floats, weak: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Grade a distance from the threshold.

    Parameters
    ----------
    distance : float array, shape (n_regions, n_years)
    allowance : float array, shape (n_regions, n_years)
        The larger of the margin and of what sampling error may explain (:func:`allowance_at`).
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
