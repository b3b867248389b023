"""What an adaptive trial found, in a sentence, and under which conditions its intervals hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.adaptive_data import AdaptiveData
from almpo_kit.experiments.inferring.outcome_scale import OutcomeScale
from almpo_kit.vocabulary.finding import Certainty, Check
from almpo_kit.vocabulary.rendering import number

#: People assured by the floor from which on intervals covered 93.5 to 96.5% in simulation, and below which they may not.
ASSURED_ENOUGH, ASSURED_TOO_FEW = 50, 20
#: The same for those of them who are expected to have the rarer outcome, where it is 0 or 1.
RARE_ENOUGH, RARE_TOO_FEW = 2.5, 1.5
#: A chance draw differs so from its shares once in a thousand trials.
_RARE = 1e-3
_LOSS_APART = 0.05
_SAID = 4
_IN_WORDS = dict(enumerate(("three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=3))


def adaptive_sentence(main: pd.DataFrame, comparison: str, scale: OutcomeScale, level: float) -> str:
    """Each arm against the comparison, the largest effect first."""
    rows = main[main["effect"].notna()].sort_values("effect", ascending=False, kind="stable")
    if rows.empty:
        return "No arm can be compared: too few people came before the others to weigh them."
    first: list[Any] = list(rows.itertuples(index=False))[:_SAID]
    parts = [f"{r.arm} {scale.with_ends(r.effect, r.all_low, r.all_high, level)}" for r in first]
    more = f"; {len(rows) - _SAID} more in the table" if len(rows) > _SAID else ""
    known = np.isfinite(rows[["all_low", "all_high"]].to_numpy(dtype=float)).all(axis=1).any()
    # The interval is widened for every arm that was compared, also for one that could not be estimated.
    held = f" (intervals hold {at_once(len(main))})" if len(main) > 1 and known else ""
    return f"Compared with {comparison}, allowing for shares that moved{held}: {'; '.join(parts)}{more}."


def at_once(arms: int) -> str:
    """``for all three at once``; two are both."""
    return "for both at once" if arms == 2 else f"for all {_IN_WORDS.get(arms, number(arms, 0))} at once"


def certainty(main: pd.DataFrame, *, stopped_early: bool) -> Certainty:
    """By the people whom the floor assures the worst-served contrast, a fixed end kept, and the interval of the headline."""
    assured = float(main["assured"].min())
    if not main["se"].notna().all() or assured < ASSURED_TOO_FEW:
        return "too little to say"
    if stopped_early or assured < ASSURED_ENOUGH:
        return "low"
    best = main.sort_values("effect", kind="stable").iloc[-1]
    # An interval that all but touches nothing is no high certainty: it has to keep a quarter of the effect away from it.
    clear = max(best["all_low"], -best["all_high"]) > abs(best["effect"]) / 4
    return "high" if clear and assured >= 4 * ASSURED_ENOUGH else "moderate"


def adaptive_checks(
    data: AdaptiveData, table: pd.DataFrame, weights: str, *, stopped_early: bool
) -> tuple[Check, ...]:
    """Floor, draws by the shares, end, variance over batches, people not found again, what is compared."""
    found = [
        _floor(data, table),
        _as_drawn(data),
        _end(stopped_early=stopped_early),
        *_closed(data),
        _rests(table),
    ]
    found += [_level(data, weights), _found_again(data)]
    main = table[table["stratum"] == "all"]
    found.append(_named(len(main)))
    first: list[Any] = list(main.itertuples(index=False))[:_SAID]
    apart = ", ".join(f"{r.arm} {number(r.naive, 3)}" for r in first)
    found.append(
        Check(
            "plain means",
            "informational",
            f"Plain differences of means ({apart}, in the outcome's own scale) stand beside; their intervals cover less than they "
            "say, because arms that began unluckily were not given the chance to recover.",
        )
    )
    return tuple(found)


def _named(arms: int) -> Check:
    said = "The interval is for a comparison named before the trial."
    if arms > 1:
        said = (
            f"Intervals hold {at_once(arms)}, so also for the arm that turned out best. The narrower ones in the table "
            "(columns low and high) hold only for one comparison named before the trial."
        )
    return Check("named beforehand", "informational", said)


def _floor(data: AdaptiveData, table: pd.DataFrame) -> Check:
    worst = table.sort_values("assured", kind="stable").iloc[0]
    who = f"{worst.arm}{'' if worst.stratum == 'all' else f' ({worst.stratum})'}"
    said = (
        f"The smallest share was {number(100 * worst.least_share, 1)}%, which assured {who} or its comparison "
        f"{number(worst.assured, 0)} people"
    )
    rare = math.inf
    if np.isin(data.y, (0.0, 1.0)).all():
        rare = float(worst.assured * min(data.y.mean(), 1 - data.y.mean()))
        said += f", about {number(rare, 0)} of them with the rarer outcome"
    if worst.assured >= ASSURED_ENOUGH and rare >= RARE_ENOUGH:
        return Check(
            "floor", "passed", f"{said}; with so many, intervals covered 93.5% to 96.5% in simulations."
        )
    if worst.assured < ASSURED_TOO_FEW or rare < RARE_TOO_FEW:
        return Check(
            "floor",
            "failed",
            f"{said}: too few, 95% intervals covered as little as 90% in simulations.",
        )
    return Check("floor", "informational", f"{said}: few, 95% intervals covered 93% to 97% in simulations.")


def _as_drawn(data: AdaptiveData) -> Check:
    from scipy.stats import chi2

    # Everybody's indicator minus the share: sums over people are independent of what the rule did.
    own = data.arm[:, None] == np.arange(len(data.arms))
    off, variance = (own - data.share).sum(axis=0), (data.share * (1 - data.share)).sum(axis=0)
    worst = float(np.max(off**2 / np.maximum(variance, 1e-12)))
    p = min(1.0, len(data.arms) * float(chi2.sf(worst, 1)))
    if p < _RARE:
        return Check(
            "drawn by the shares",
            "failed",
            "The people in the arms do not fit the shares by which they are said to be drawn; a draw by lot differs so less than "
            "once in a thousand trials.",
        )
    return Check("drawn by the shares", "passed", "The people in the arms fit the shares they were drawn by.")


def _end(*, stopped_early: bool) -> Check:
    if stopped_early:
        return Check(
            "fixed end",
            "failed",
            "The trial ended because of what it showed; these intervals are for an end fixed beforehand. Use monitor(), which "
            "holds at every look.",
        )
    return Check(
        "fixed end",
        "informational",
        "The interval holds where the end of the trial did not depend on results.",
    )


def _closed(data: AdaptiveData) -> list[Check]:
    shut = [a for k, a in enumerate(data.arms) if (data.share[:, k] == 0).any()]
    if not shut:
        return []
    said = f"{', '.join(shut)} had share 0 in some batches; people of those batches tell nothing about it and are left out there."
    return [Check("closed arms", "informational", said)]


def _rests(table: pd.DataFrame) -> Check:
    worst = table[table["stratum"] == "all"].sort_values("effective", kind="stable").iloc[0]
    said = f"The error of {worst.arm} rests on about {number(worst.effective, 0)} people in effect"
    if worst.effective < 6 or not math.isfinite(worst.effective):
        return Check(
            "effective number", "failed", f"{said}: a few people of a rare arm decide, take it as a hint."
        )
    return Check("effective number", "passed", f"{said}; the interval allows for that.")


def _level(data: AdaptiveData, weights: str) -> Check:
    if weights != "two_point":
        said = "Both arms of a comparison are weighed alike, so a level that rises or falls for everybody cancels; effects that change are averaged."
        return Check("steady world", "informational", said)
    return Check(
        "steady world",
        "informational",
        "Each arm has weights of its own: if the general level rose or fell during the trial, differences are distorted. Use "
        "weights='variance_stabilising' then.",
    )


def _found_again(data: AdaptiveData) -> Check:
    share = data.lost / np.maximum(data.drawn, 1)
    said = f"{number(100 * data.lost.sum() / data.drawn.sum(), 1)}% of people have no outcome"
    if share.max() - share.min() > _LOSS_APART:
        apart = f"from {number(100 * share.min(), 0)}% to {number(100 * share.max(), 0)}% by arm"
        return Check("found again", "failed", f"{said}, {apart}: those left may not be alike.")
    return Check("found again", "passed", f"{said}, about alike in all arms.")
