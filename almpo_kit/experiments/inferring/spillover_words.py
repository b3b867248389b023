"""What a saturation design found, in a sentence, and what to doubt about it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.outcome_scale import OutcomeScale
from almpo_kit.experiments.inferring.saturation_data import SaturationData
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Differences between the share offered and the saturation, and between shares not found again, that are named.
_SHARE_OFF, _LOSS_APART = 0.05, 0.05


def spillover_sentence(
    table: pd.DataFrame, displaced: tuple[float, float, float], p: float, scale: OutcomeScale, level: float
) -> str:
    """What an offer brings after what others lose; without pure comparison places, what can be said."""
    found: dict[str, Any] = {
        str(r.estimand): r for r in table[table["saturation"].isna()].itertuples(index=False)
    }
    net, offered, others = (found.get(k) for k in ("net", "offered", "others"))
    if net is None or offered is None:
        return _without_comparison(found, p, scale, level)
    text = (
        f"Those offered it gain {scale.said(offered.effect)}"
        if offered.effect >= 0
        else f"Those offered it lose {scale.said(-offered.effect)}"
    )
    if others is None or not math.isfinite(others.effect):
        return f"{text}; nobody else is left in their places to compare."
    what = "lose" if others.effect < 0 else "gain"
    # An interval on both sides of nothing is no finding that others lose, nor that they gain.
    what = what if others.high < 0 or others.low > 0 else f"seem to {what}"
    text += f", and for each of them others {what} {scale.said(abs(others.effect))}"
    left = scale.with_ends(net.effect, net.low, net.high, level)
    return f"{text}: an offer brings {left} in all.{_of_ten(offered, others, displaced, scale, level)}"


def _of_ten(
    offered: Any, others: Any, displaced: tuple[float, float, float], scale: OutcomeScale, level: float
) -> str:
    """How many of ten gained others lost; where the interval has none of them in it, that this is not known."""
    share, low, high = displaced
    ten = f"10 {scale.counted}" if scale.counted else "10"
    if not offered.low > 0 or not math.isfinite(share):
        return " Which part of the gain others lose cannot be said, since the gain itself is not clear."
    if not math.isfinite(low) or not math.isfinite(high):
        if others.high < 0:
            return " Others lose, but which part of the gain cannot be said with so few places."
        return f" Whether others lose cannot be told: of {ten} gained, between none and all could have been lost."
    said = f"{100 * level:g}%"
    if low > 0:
        ends = f"{said}: {_tenths(low)} to {_tenths(high)}"
        return f" Of {ten} gained by those offered, {_tenths(share)} were lost by others ({ends})."
    if high < 0:
        ends = f"{said}: {_tenths(-high)} to {_tenths(-low)}"
        return f" Others lose nothing of it: with every {ten} gained, they gain {_tenths(-share)} ({ends})."
    most = _tenths(high) if high <= 1 else f"all, and even {_tenths(high)},"
    told = (
        f" Whether others lose cannot be told: of {ten} gained, between none and {most} could have been lost"
    )
    also = f", and others could have gained up to {_tenths(-low)} besides" if low < 0 else ""
    return f"{told}{also} ({said})."


def _tenths(share: float) -> str:
    return number(10 * share, 0 if share >= 1 else 1)


def _without_comparison(found: dict[str, Any], p: float, scale: OutcomeScale, level: float) -> str:
    slope, direct = found.get("slope_not_offered"), found.get("direct")
    said = "There are no places without any offer, so what an offer brings in all cannot be said."
    if direct is not None:
        ends = scale.with_ends(direct.effect, direct.low, direct.high, level)
        said += f" In their own places those offered are {ends} ahead of the others."
    if slope is not None and math.isfinite(slope.effect):
        tenth = 0.1 * slope.effect
        said += (
            f" Where the share offered is 10 points higher, those not offered have {scale.said(abs(tenth))} "
            f"{'less' if tenth < 0 else 'more'} ({100 * level:g}%: "
            f"{number(0.1 * scale.factor * slope.low, scale.digits)} to {number(0.1 * scale.factor * slope.high, scale.digits)})."
        )
    return said


def spillover_checks(data: SaturationData, table: pd.DataFrame, p: float) -> tuple[Check, ...]:
    """Comparison places, number of places, offers as drawn, people not found again, the test."""
    return (
        _pure(data),
        _enough(data, table),
        _as_drawn(data),
        _found_again(data),
        _tested(p),
        Check(
            "within places",
            "informational",
            "Spill-overs beyond a place's border are not seen: comparison places that compete for the same jobs would make "
            "them look smaller.",
        ),
        Check(
            "several questions",
            "informational",
            "Each interval stands alone; the net effect of an offer over all saturations is the main one, the others explain it.",
        ),
    )


def _pure(data: SaturationData) -> Check:
    if data.levels[0] == 0:
        many = int(data.places[0])
        return Check("comparison places", "passed", f"In {many} places nobody was offered it.")
    least = number(100 * data.levels[0], 0)
    return Check(
        "comparison places",
        "failed",
        f"In every place at least {least}% were offered it: what happens without any offer is not known, only what changes "
        "as the share rises.",
    )


def _enough(data: SaturationData, table: pd.DataFrame) -> Check:
    few = [
        f"{number(100 * s, 0)}% ({n} place{'s' if n > 1 else ''})"
        for s, n in zip(data.levels, data.places, strict=True)
        if n < 5
    ]
    if not few:
        return Check("places", "passed", f"Every saturation has at least {int(data.places.min())} places.")
    alone = " A single place has no interval." if data.places.min() < 2 else ""
    return Check(
        "places",
        "failed",
        f"Few places at saturation {', '.join(few)}: intervals rest on them, not on the number of people.{alone}",
    )


def _as_drawn(data: SaturationData) -> Check:
    people = np.bincount(data.place)
    share = np.bincount(data.place, weights=data.offered) / people
    # One person more or less is rounding.
    off = np.abs(share - data.saturation) > _SHARE_OFF + 1 / people
    if not off.any():
        return Check(
            "offers as drawn", "passed", "In every place about the share that was drawn was offered it."
        )
    return Check(
        "offers as drawn",
        "failed",
        f"In {int(off.sum())} of {len(off)} places another share was offered it than was drawn; effects are said by the share drawn.",
    )


def _found_again(data: SaturationData) -> Check:
    lost = np.isnan(data.y)
    cell = 2 * data.level[data.place] + data.offered
    share = np.bincount(cell, weights=lost) / np.maximum(np.bincount(cell), 1)
    share = share[np.bincount(cell) > 0]
    said = f"{number(100 * lost.mean(), 1)}% of people were not found again"
    if share.max() - share.min() > _LOSS_APART:
        apart = (
            f"from {number(100 * share.min(), 0)}% to {number(100 * share.max(), 0)}% by saturation and offer"
        )
        return Check("found again", "failed", f"{said}, {apart}: those left may not be alike.")
    return Check("found again", "passed", f"{said}, alike in all groups.")


def _tested(p: float) -> Check:
    if not math.isfinite(p):
        return Check(
            "drawn again",
            "informational",
            "Whether others' offers do nothing cannot be tested by drawing again: too few people not offered, or too few "
            "saturations below 100%.",
        )
    doubt = "would be rare" if p < 0.05 else "would not be unusual"
    return Check(
        "drawn again",
        "informational",
        f"If others' offers did nothing, a pattern like this among those not offered {doubt} (p = {p:.3f}, saturations drawn "
        "again).",
    )
