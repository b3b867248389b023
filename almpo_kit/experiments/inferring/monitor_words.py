"""What a look advises, in words, and on what its intervals rest."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.outcome_scale import OutcomeScale
from almpo_kit.experiments.inferring.watched_data import Watched
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

GO_ON: Final = "go on"
BETTER, WORSE, SMALL = (f"may stop: {w}" for w in ("better", "worse", "too small to matter"))
_SAID = 4


def advice(low: float, high: float, matters: float, *, higher_is_better: bool) -> str:
    """What an interval advises."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return GO_ON
    if not higher_is_better:
        low, high = -high, -low
    if low > 0:
        return BETTER
    if high < 0:
        return WORSE
    return SMALL if matters > 0 and high < matters else GO_ON


def monitor_sentence(
    last: pd.DataFrame, comparison: str, told: str, since: float, scale: OutcomeScale, level: float
) -> str:
    """The last look, and what may be done."""
    look = int(last["look"].iloc[0])
    rows: list[Any] = list(last.itertuples(index=False))[:_SAID]
    known = [r for r in rows if math.isfinite(r.low) and math.isfinite(r.high)]
    if not known:
        return f"At look {look} too few outcomes are known to say anything; go on."
    parts = "; ".join(f"{r.arm} {scale.with_ends(r.effect, r.low, r.high, level)}" for r in known)
    text = f"At look {look}, compared with {comparison}: {parts}, whenever one looks."
    if told == GO_ON:
        before = (
            f" Look {int(since)} would have let it stop; what has come since has widened the doubt."
            if math.isfinite(since)
            else ""
        )
        return f"{text} Nothing so far says that the trial should stop; go on.{before}"
    who = ", ".join(f"{r.arm}: {r.advice.removeprefix('may stop: ')}" for r in rows if r.advice != GO_ON)
    earlier = f", as it might since look {int(since)}" if since < look else ""
    return f"{text} It may stop now{earlier} ({who})."


def monitor_checks(
    people: Watched, table: pd.DataFrame, method: str, fewest: int, expected: int
) -> tuple[Check, ...]:
    """Which looks count, how people were drawn, who is not known yet, what stopping does to estimates."""
    return (
        _looks(table, method, fewest),
        _by_lot(people),
        _waiting(people),
        _expected(expected),
        Check(
            "after a stop",
            "informational",
            "The interval holds however the decision to stop is made. The estimate itself, where a trial stops because it looks "
            "good, is on average too large: quote the interval.",
        ),
    )


def _looks(table: pd.DataFrame, method: str, fewest: int) -> Check:
    if method == "exact":
        return Check("looks", "passed", "Intervals hold at every look with any number of people (betting).")
    open_ = table[np.isfinite(table["low"])]
    if open_.empty:
        told = f"No look has {fewest} people in both arms yet, so none has an interval."
        return Check("looks", "failed", told)
    first = int(open_["look"].min())
    people = int(open_[["people", "comparison_people"]].min(axis=1).min())
    told = f"Intervals begin at look {first}, with {people} people in the smaller arm; before, too few are known to trust one."
    return Check("looks", "passed" if people >= 20 else "failed", told)


def _by_lot(people: Watched) -> Check:
    from scipy.stats import chi2

    own = people.arm[:, None] == np.arange(len(people.arms))
    off = (own - people.share).sum(axis=0)
    variance = (people.share * (1 - people.share)).sum(axis=0)
    p = min(1.0, len(people.arms) * float(chi2.sf(float(np.max(off**2 / np.maximum(variance, 1e-12))), 1)))
    if p < 1e-3:
        return Check(
            "drawn by the shares",
            "failed",
            "People with a known outcome are not in the arms by the shares they were drawn by; outcomes of one arm may be found "
            "more often or sooner.",
        )
    return Check(
        "drawn by the shares", "passed", "People with a known outcome are in the arms by their shares."
    )


def _waiting(people: Watched) -> Check:
    waiting = int(people.waiting.sum())
    if not waiting:
        return Check("not known yet", "passed", "Everybody's outcome in the table is known.")
    apart = ", ".join(f"{a} {int(w)}" for a, w in zip(people.arms, people.waiting, strict=True))
    told = f"{number(waiting, 0)} people have no outcome yet ({apart}) and are left out; when one is known must not depend on the arm."
    return Check("not known yet", "informational", told)


def _expected(expected: int) -> Check:
    if expected:
        return Check("planned end", "passed", f"Intervals are made for {number(expected, 0)} people.")
    return Check(
        "planned end",
        "informational",
        "No number of people was planned; intervals are made for twice those known, a number that moves. Fix one: "
        "monitor(..., expected=1000).",
    )
