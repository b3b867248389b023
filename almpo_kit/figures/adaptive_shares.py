"""What share of the next batch goes to each arm, and how likely each is the best."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.named_bars import NamedBar, named_bars
from almpo_kit.figures.theme import ACCENT, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Strata and arms drawn; the table has all.
_STRATA, _ARMS = 4, 12
_EVERYBODY = "all"


def adaptive_shares(finding: Finding, width: int) -> Any:
    """Draw Shares: a bar for each arm, by stratum; the one that is likeliest best in the accent."""
    table = finding.table
    if not len(table) or not column(table, "share").notna().any():
        return empty(
            finding,
            width,
            title="What share of people goes to each arm?",
            why="No arm has a share.",
            way_out="Ask next_shares() again with the arms of the trial.",
        )
    sheet, end = Canvas(width), 0.0
    strata = list(dict.fromkeys(words(table, "stratum")))
    for stratum in strata[:_STRATA]:
        rows = table[[s == stratum for s in words(table, "stratum")]]
        end = named_bars(sheet, _bars(rows.iloc[:_ARMS]), end, _heading(stratum)) + 10
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle="Share of people drawn into each arm · chance of being the best arm, as believed now",
        height=end,
        notes=_notes(finding, len(strata)),
        plot=(0, 0, width, end),
    )


def _heading(stratum: str) -> str:
    return "Everybody" if stratum == _EVERYBODY else stratum


def _title(finding: Finding) -> str:
    batch = getattr(finding, "batch", math.nan)
    named = f"batch {number(batch, 0)}" if math.isfinite(batch) else "the next batch"
    if getattr(finding, "stop", False) is True:
        return f"The rule ends the trial before {named}"
    return f"Who goes where in {named}"


def _bars(rows: pd.DataFrame) -> list[NamedBar]:
    chances = [c if math.isfinite(c) else -1.0 for c in column(rows, "chance_best")]
    best = max(chances)
    held = zip(words(rows, "arm"), column(rows, "share"), chances, _open(rows), strict=True)
    return [_bar(arm, share, chance, is_open, chance == best) for arm, share, chance, is_open in held]


def _open(rows: pd.DataFrame) -> list[bool]:
    return [bool(v) if v == v else True for v in rows["open"]] if "open" in rows else [True] * len(rows)


def _bar(arm: str, share: float, chance: float, is_open: bool, best: bool) -> NamedBar:
    if not is_open:
        return NamedBar(arm, 0.0, "closed for harm", MUTED)
    said = f"{_percent(share)}" + (f" · best: {_percent(chance)}" if chance >= 0 else "")
    return NamedBar(arm, share, said if math.isfinite(share) else "no share", ACCENT if best else MUTED)


def _percent(share: float) -> str:
    if not math.isfinite(share):
        return "–"
    if 0 < share < 0.001:
        return "below 0.1%"
    if 0.999 < share < 1:
        return "above 99.9%"
    return f"{number(100 * share, 1 if share < 0.095 or 0.905 < share < 1 else 0)}%"


def _notes(finding: Finding, strata: int) -> list[str]:
    notes = []
    drift = text(getattr(finding, "drift", ""))
    if drift in ("levels", "effects"):
        told = "outcomes of everybody have changed" if drift == "levels" else "what arms do has changed"
        notes.append(f"Drift guard: {told} between batches.")
    comparison = text(getattr(finding, "comparison", ""))
    if comparison:
        notes.append(f"Comparison: {comparison}.")
    if strata > _STRATA:
        notes.append(f"{strata - _STRATA} further strata stand in the table.")
    return notes
