"""What a randomisation test says, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.published_draw import PublishedDraw
    from almpo_kit.experiments.assigning.tested_by_draws import Tested
    from almpo_kit.vocabulary.trial_designs import TrialDesign

_LEAST = 0.001


def in_digits(value: float) -> str:
    """A number with three digits that mean something."""
    if math.isinf(value):
        return "no upper limit" if value > 0 else "no lower limit"
    size = abs(value)
    return number(value, max(0, 2 - math.floor(math.log10(size))) if 1e-9 < size < 1e9 else 0)


def said_p(p_value: float) -> str:
    """3.2 of 100, fewer than 1 of 1,000."""
    return f"{number(100 * p_value, 1)} of 100" if p_value >= _LEAST else "fewer than 1 of 1\u202f000"


def tested_sentence(
    design: TrialDesign, found: Tested, exact: bool, arm: str, null: float, alpha: float
) -> str:
    """The verdict of a randomisation test."""
    if null == 0:
        had = f"Had {arm} changed nothing for anybody"
    else:
        had = f"Had {arm} changed the outcome by {in_digits(null)} for everybody"
    between = (
        f"{in_digits(found.effect)} ({1 - alpha:.0%}: {in_digits(found.low)} to {in_digits(found.high)})"
    )
    return (
        f"The difference between {arm} and {design.comparison} is {between}. {had}, a difference as far out as this would come up "
        f"in {'' if exact or found.p_value < _LEAST else 'about '}{said_p(found.p_value)} draws."
    )


def tested_checks(
    given: PublishedDraw, found: Tested, exact: bool, missing: int, statistic: str, alpha: float
) -> tuple[Check, ...]:
    """Checks of a randomisation test."""
    made = []
    if math.isinf(found.low) and math.isinf(found.high):
        told = (
            f"So few draws are possible ({number(found.draws, 0)}) that no result whatever would be rare enough for an interval of "
            f"{1 - alpha:.0%}; draw more groups."
        )
        made.append(Check("enough draws are possible", "failed", told))
    if missing:
        told = (
            f"{number(missing, 0)} outcomes are not known. The test holds if the programme does not change whose outcome is known; "
            "look at losses by arm, and at bounds."
        )
        made.append(Check("outcomes known", "informational", told))
    told = "It rests on the lot alone: no curve, no large numbers" + (
        ", and all draws that could have been were gone through." if exact else "."
    )
    made.append(Check("rests on the lot", "passed", told))
    if statistic == "difference":
        told = (
            "It tests that nobody is changed, or all by the same; effects that differ between people but cancel out can be rejected, "
            "too."
        )
    else:
        told = "It tests that nobody is changed; with many units, also that there is no change on average."
    made.append(Check("what it tests", "informational", told))
    if given.criterion is not None:
        told = "Draws were made again under the criterion of balance of the trial."
        made.append(Check("criterion of balance", "passed", told))
    return tuple(made)
