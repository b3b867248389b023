"""The stated rules by which attempts are judged. Changing one changes verdicts: they stand here and nowhere else."""

from __future__ import annotations

import math

from almpo_kit.evaluation.refutation.target import Conclusion

#: Draws of each attempt that draws, where time allows, and the fewest that are judged.
DRAWS, FEWEST_DRAWS = 20, 5
#: A placebo effect counts only beyond chance (in standard errors of its mean) and beyond this share of the estimate's
#: standard error: a smaller one changes no reading of the interval.
CHANCE, MATERIAL = 3.0, 0.25
#: A change that should not matter may move an estimate by less than this share of its standard error.
STEADY = 0.5
#: Share of draws on a part of the persons that may point the other way where the direction was said to be known.
OTHER_WAY = 0.05
#: Part of the persons that is drawn each time.
PART = 0.8
#: A difference before entry is small where it is below this share of the effect, large where above the other.
SMALL, LARGE = 0.25, 0.5
#: p-value (over all outcomes before entry of a contrast) below which a difference is no chance, and one below which it
#: leaves no comparison where people were not assigned by chance.
DOUBT, BREAK = 0.05, 0.01
#: Standard errors by which two methods on the same persons may differ, and share of the estimate.
METHODS_APART, METHODS_SHARE = 2.0, 0.25
#: Chances of taking part below and above which persons are left out in the stricter comparisons.
STRICTER = (0.05, 0.10)


def turned(before: Conclusion, after: Conclusion, change: float, se: float, allowed: float = STEADY) -> bool:
    """True where another conclusion is drawn, and not only because an interval just touched zero.

    Parameters
    ----------
    change : float
        New estimate minus the old one.
    se : float
        Of the old one.
    allowed : float
        Changes below this many standard errors never count.
    """
    return before != after and math.isfinite(change) and abs(change) > allowed * se
