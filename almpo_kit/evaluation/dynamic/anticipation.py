"""Whether people acted between being told of a programme and its start."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.dynamic.month_numbers import NEVER
from almpo_kit.evaluation.dynamic.paths import Paths
from almpo_kit.evaluation.dynamic.stratified import rate_ratio
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Below this many expected jobs nothing can be said about fewer or more of them.
FEWEST_EXPECTED = 5.0
#: Months of notice, on average, from which silence of the table about people who did not start is a failure.
LONG_NOTICE = 2.0


def anticipation(held: Paths, risk: Array, moment: str) -> Check:
    """Jobs found by people who had been told and had not started, beside those of others after the same time.

    A table of entries that holds only people who did start cannot show this: whoever found a job first is not in it.

    Parameters
    ----------
    risk : Array of bool, shape (n, longest)
        Of :func:`at_risk`.
    moment : {"start", "announced"}
        From where outcomes are counted.
    """
    told = (held.announced != NEVER) & (held.arm != 0)
    if not told.any():
        return Check(
            "anticipation",
            "informational",
            "The data do not say when people were told of a programme, so it cannot be seen whether they acted before it "
            "began.",
        )
    if moment == "announced":
        return Check(
            "anticipation",
            "passed",
            "Everything is counted from the month in which people were told, so acting before the start is part of the effect.",
        )
    early = told & (held.announced < held.entered)
    if not early.any():
        return Check("anticipation", "passed", "Nobody was told in a month before the start.")
    lead = float((held.entered - held.announced)[early].mean())
    head = (
        f"{number(100 * early.sum() / told.sum(), 0)}% of those who entered had been told before, on average "
        f"{number(lead, 1)} months."
    )
    observed, expected, z = jobs_of_the_told(held, risk)
    if observed == 0 or expected < FEWEST_EXPECTED:
        return _untold(head, lead, observed, expected)
    way = "fewer" if observed < expected else "more"
    if abs(z) < 1.96 or min(observed, expected) < SMALLEST:
        return Check(
            "anticipation",
            "passed",
            f"{head} Until the start they found jobs about as often as others who had waited as long.",
        )
    return Check(
        "anticipation",
        "failed",
        f"{head} Until the start they found {way} jobs than others who had waited as long ({number(observed, 0)}, where "
        f"{number(expected, 0)} were expected): they acted on the announcement, or were chosen for it. Count from the "
        'announcement with moment="announced".',
    )


def _untold(head: str, lead: float, observed: float, expected: float) -> Check:
    if observed == 0 and expected >= FEWEST_EXPECTED:
        why = (
            "None of them found a job in between, because the table of entries holds only people who did start: whoever was "
            "told and found a job first is counted among those waiting"
        )
    else:
        why = "Too few months lie in between to see whether they acted on it"
    # A month of notice is the grain of monthly data; longer, whoever found a job first is missing from the arms.
    status = (
        "failed" if lead >= LONG_NOTICE and observed == 0 and expected >= FEWEST_EXPECTED else "informational"
    )
    return Check(
        "anticipation",
        status,  # type: ignore[arg-type]
        f"{head} {why}. Whether people slackened their search cannot be tested; count from the announcement with "
        'moment="announced" and compare.',
    )


def jobs_of_the_told(held: Paths, risk: Array) -> tuple[float, float, float]:
    """Observed and expected jobs in months between announcement and start, and the log-rank statistic.

    Months are compared inside elapsed unemployment; the start ends a person's months.
    """
    longest = risk.shape[1]
    month = held.began[:, None] + np.arange(longest)
    before_start = risk & (month < held.entered[:, None])
    who, when = np.nonzero(before_start)
    now = held.began[who] + when
    found = held.at(held.employed, who, now) == 1
    marked = (held.announced[who] <= now) & (held.arm[who] != 0)
    return rate_ratio(found, marked, when)
