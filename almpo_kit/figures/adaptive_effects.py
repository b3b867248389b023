"""Effects of arms whose shares moved during the trial, beside the plain differences that do not allow for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.effect_words import capital
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.scales import finite
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Arms drawn, the largest effects first; all stand in the table.
_MOST = 16


def adaptive_effects(finding: Finding, width: int) -> Any:
    """Draw an AdaptiveEffects: a row an arm, with the interval that holds for all arms at once."""
    table = finding.table
    arms = table[[s == "all" for s in words(table, "stratum")]] if len(table) else table
    arms = arms[column(arms, "effect").notna().to_numpy()] if len(arms) else arms
    if not len(arms):
        return empty(
            finding,
            width,
            title="Effects of the arms",
            why="No arm can be compared.",
            way_out="Keep every arm's share above a floor, so that enough people come to each.",
        )
    many, factor, unit = len(arms) > 1, _factor(finding), text(getattr(finding, "unit", ""))
    arms = arms.sort_values("effect", ascending=False, kind="stable")
    sheet = Canvas(width)
    end = interval_rows(sheet, _rows(arms.head(_MOST), factor), 0.0, unit=unit)
    level = 100 * (1 - float(finding.provenance.options.get("alpha", 0.05)))
    at_once = " for all arms at once" if many else ""
    against = text(getattr(finding, "comparison", "")) or "the comparison"
    hidden = len(arms) - min(len(arms), _MOST)
    return sheet.finish(
        finding,
        title=_title(arms, factor, unit),
        subtitle=f"Compared with {against}. Full dots: allowing for shares that moved, {level:g}% intervals{at_once}; "
        "hollow dots: plain differences of means, which do not allow for it",
        height=end,
        notes=[f"{hidden} more arms stand in the table."] if hidden else [],
        plot=(0, 0, width, end),
    )


def _factor(finding: Finding) -> float:
    value = getattr(finding, "scale_factor", 1.0)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 1.0


def _digits(arms: pd.DataFrame, factor: float) -> int:
    """Points have one; small differences of means need two to be told from nothing."""
    largest = max((abs(v) for v in finite(column(arms, "effect"))), default=0.0)
    return 1 if factor != 1 or 10 <= largest < 1000 else 0 if largest >= 1000 else 2


def _rows(arms: pd.DataFrame, factor: float) -> list[IntervalRow]:
    d = _digits(arms, factor)
    numbers = (factor * column(arms, c) for c in ("effect", "all_low", "all_high", "naive"))
    found = []
    for name, value, low, high, plain in zip(words(arms, "arm"), *numbers, strict=True):
        ends = f" ({number(low, d)} to {number(high, d)})" if len(finite([low, high])) == 2 else ""
        found.append(IntervalRow(capital(name), value, low, high, f"{number(value, d)}{ends}", also=plain))
    return found


def _title(arms: pd.DataFrame, factor: float, unit: str) -> str:
    """What the largest effect bears by the interval for all arms; a harm that is clear is said where no gain is."""
    names, low, high = words(arms, "arm"), column(arms, "all_low"), column(arms, "all_high")
    best = capital(names[0])
    if low.iloc[0] > 0:
        gain = number(factor * column(arms, "effect").iloc[0], _digits(arms, factor))
        return f"{best}: {gain} {unit}".strip() + " more"
    worse = [n for n, h in zip(names, high, strict=True) if h < 0]
    if worse:
        return f"No arm is clearly better; clearly lower: {', '.join(worse)}"
    if not (low.notna() & high.notna()).any():
        return "Too little to say what the arms do"
    return f"{best}: no clear effect" if len(names) == 1 else "No arm has a clear effect"
