"""What the next shares say, and why to doubt them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.experiments.adapting.kernels.drift import Drift
from almpo_kit.experiments.adapting.seen_batches import EVERYBODY, SeenBatches
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def sentence_of(rows: pd.DataFrame, rule: AdaptiveRule, batch: int, reason: str, nothing: bool) -> str:
    """The shares in words."""
    if rule.kind == "uniform" or nothing:
        said = f"batch {batch} has equal shares: {_percent(rows['share'].min())} for every arm"
        return f"The rule ends the trial: {reason}." if reason else f"B{said[1:]}."
    parts = []
    for stratum, held in rows.groupby("stratum", sort=False):
        first = held.sort_values("chance_best", ascending=False, kind="stable").iloc[0]
        where = "" if stratum == EVERYBODY else f" ({stratum})"
        parts.append(
            f"{first['arm']}{where} gets {_percent(first['share'])} and is the best with a chance of "
            f"{_percent(first['chance_best'])}"
        )
    said = parts[0] if len(parts) == 1 else "; ".join(parts[:4]) + ("; and so on" if len(parts) > 4 else "")
    if reason:
        return f"The rule ends the trial before batch {batch}: {reason}. Without it, {said}."
    return f"In batch {batch}, {said}."


def _percent(share: float) -> str:
    return f"{number(100 * share, 0 if 0.095 <= share <= 0.905 else 1)}%"


def checks_of(
    rows: pd.DataFrame,
    rule: AdaptiveRule,
    drift: str,
    seen: SeenBatches,
    known: SeenBatches,
    batch: int,
    comparison: str,
    tests: Drift,
) -> tuple[Check, ...]:
    """Floor, drift, delay, gaps, harm, and what may be said afterwards."""
    return (
        *_gaps(known, batch, rule),
        _drift(drift, rule, tests),
        _floor(rows, rule),
        *_unripe(seen, batch, rule),
        *_closed(rows, comparison),
        *_few(rows),
        *_always_half(rows, rule),
        Check(
            "averages",
            "informational",
            "Plain averages of arms are biased once shares follow results; take experiments.adaptive_effects for effects.",
        ),
    )


def _gaps(known: SeenBatches, batch: int, rule: AdaptiveRule) -> tuple[Check, ...]:
    due = range(1, batch - rule.delay + 1)
    empty = [b for b in due if b > len(known.n) or not known.n[b - 1].sum()]
    if not empty:
        return ()
    named = f"batch{'es' if len(empty) > 1 else ''} {', '.join(map(str, empty[:8]))}"
    told = f"Nothing is known of {named}, due by now; shares rest on the others."
    return (Check("missing batches", "failed", told),)


def _drift(drift: str, rule: AdaptiveRule, tests: Drift) -> Check:
    if not rule.guard_drift:
        return Check("drift", "informational", "Batches were not compared: the rule has no drift guard.")
    p = float(min(np.min(tests.p_level), np.min(tests.p_effects)))
    least = f"p = {p:.3f}" if p >= 0.001 else "p below 0.001"
    if drift == "effects":
        told = (
            f"What arms do against each other has changed between batches ({least}): each older batch counts half of the next, "
            "and levels are compared within batches. Ask what has changed before the next batch."
        )
        return Check("drift", "failed", told)
    if drift == "levels":
        told = (
            f"Outcomes of everybody have changed between batches ({least}): arms are compared within batches, so that a better "
            "time is not taken for a better arm."
        )
        return Check("drift", "failed", told)
    return Check("drift", "passed", f"Batches are alike as far as can be seen ({least}).")


def _floor(rows: pd.DataFrame, rule: AdaptiveRule) -> Check:
    least = float(rows.loc[rows["open"], "share"].min())
    if rule.floor == 0:
        told = f"There is no floor, and the smallest share is {_percent(least)}: intervals after the trial may not hold."
        return Check("floor", "failed", told)
    told = f"Every open arm has at least {_percent(rule.floor)} of people; the smallest share is {_percent(least)}."
    return Check("floor", "passed" if least >= rule.floor - 1e-6 else "failed", told)


def _unripe(seen: SeenBatches, batch: int, rule: AdaptiveRule) -> tuple[Check, ...]:
    if seen.last <= batch - rule.delay:
        return ()
    told = (
        f"Outcomes of batches after batch {max(batch - rule.delay, 0)} are left out: the rule waits {rule.delay} "
        f"batch{'es' if rule.delay > 1 else ''}, since those who are known early are not like the others."
    )
    return (Check("delay", "informational", told),)


def _closed(rows: pd.DataFrame, comparison: str) -> tuple[Check, ...]:
    shut = rows[~rows["open"]]
    if shut.empty:
        return ()
    names = [a if s == EVERYBODY else f"{a} ({s})" for a, s in zip(shut["arm"], shut["stratum"], strict=True)]
    told = f"Closed, because too likely worse than {comparison}: {', '.join(names)}. They stay closed."
    return (Check("harm", "informational", told),)


def _always_half(rows: pd.DataFrame, rule: AdaptiveRule) -> tuple[Check, ...]:
    """With two open arms p (1 − p) is the same for both."""
    if rule.kind != "exploration_sampling" or rows[rows["open"]].groupby("stratum").size().max() != 2:
        return ()
    told = (
        "With two open arms exploration sampling gives each half of the people, however sure the better one is; tempered Thompson "
        "would move people towards it."
    )
    return (Check("two arms", "informational", told),)


def _few(rows: pd.DataFrame) -> tuple[Check, ...]:
    few = int(rows["n"].isna().sum())
    if not few or few == len(rows):
        return ()
    told = f"Means of {few} of {len(rows)} arms and strata rest on fewer than 10 people and are not shown."
    return (Check("few people", "informational", told),)
