"""What a trial found: the primary outcome beside the smallest effect that would matter, then what is exploratory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.effect_words import capital, said, unit_sign, unit_words
from almpo_kit.figures.lettering import wrap
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_RATIO = "log_hazard_ratio"
#: Groups shown apart that are drawn; all stand in the table.
_MOST = 16


def trial_result(finding: Finding, width: int) -> Any:
    """Draw a TrialResult: a panel an outcome, a row an arm; bounds and groups shown apart in grey."""
    table = finding.table
    if not len(table) or not column(table, "effect").notna().any():
        return empty(
            finding,
            width,
            title=text(finding.question),
            why="No effect could be estimated.",
            way_out="The checks say why; more outcomes may still come in.",
        )
    sheet, end = Canvas(width), 0.0
    first = words(table, "outcome")[0]
    whole = table[[not g for g in words(table, "group")]]
    for outcome in dict.fromkeys(words(whole, "outcome")):
        mine = whole[[o == outcome for o in words(whole, "outcome")]]
        bounds = getattr(finding, "bounds", None) if outcome == first else None
        end = _panel(sheet, mine, end, _head(mine), bounds, finding if outcome == first else None)
    apart = table[[bool(g) for g in words(table, "group")]]
    if len(apart):
        head = f"{capital(first.replace('_', ' '))}, groups shown apart (exploratory)"
        end = _panel(sheet, apart.head(_MOST), end, head, None, None)
    hidden = max(len(apart) - _MOST, 0)
    level = 100 * float(getattr(getattr(finding, "headline", None), "level", 0.95) or 0.95)
    return sheet.finish(
        finding,
        title=_title(whole),
        subtitle=f"Effects of the offer, {level:g}% intervals · everybody in the arm that the lot gave",
        height=end,
        notes=[
            "Grey: exploratory, or what the effect could be with the outcomes that are unknown.",
            *([f"{hidden} more groups stand in the table."] if hidden else []),
        ],
        plot=(0, 0, width, end),
    )


def _panel(
    sheet: Canvas, rows: pd.DataFrame, top: float, head: str, bounds: Any, finding: Finding | None
) -> float:
    for line in wrap(head, 12, sheet.width, bold=True):
        sheet.text(line, x=0, y=top + 8, bold=True)
        top += 16
    unit = words(rows, "unit")[0]
    drawn = _rows(rows, unit)
    if bounds is not None and len(bounds):
        drawn += _bounds(bounds, unit)
    nothing = 1.0 if unit == _RATIO else 0.0
    matters = float(getattr(finding, "matters", math.nan)) if finding is not None else math.nan
    mark = (_shown(matters, unit), "smallest effect that would matter") if math.isfinite(matters) else None
    # Bounds and the verdict are drawn whole; of small groups only as much as leaves the others readable.
    reach = None if finding is not None else 6.0
    named = "times as fast" if unit == _RATIO else "" if unit == "own" else unit_words(unit)
    return interval_rows(sheet, drawn, top + 4, unit=named, start=nothing, mark=mark, reach=reach) + 14


def _shown(value: float, unit: str) -> float:
    """A ratio of hazards is told as such, not as its logarithm."""
    return math.exp(min(max(value, -20.0), 20.0)) if unit == _RATIO and math.isfinite(value) else value


def _rows(rows: pd.DataFrame, unit: str) -> list[IntervalRow]:
    out = []
    numbers = [column(rows, c) for c in ("effect", "low", "high")]
    labels = zip(words(rows, "arm"), words(rows, "group"), words(rows, "role"), strict=True)
    for (arm, group, role), *values in zip(labels, *numbers, strict=True):
        value, low, high = (_shown(float(v), unit) for v in values)
        name = f"{arm} · {group}" if group else arm
        out.append(
            IntervalRow(capital(name), value, low, high, said(value, low, high), faint=role != "primary")
        )
    return out


def _bounds(bounds: pd.DataFrame, unit: str) -> list[IntervalRow]:
    names = {"Lee": "bounds (Lee)", "worst case": "bounds, nothing assumed"}
    out = []
    for arm, bound, low, high in zip(
        words(bounds, "arm"),
        words(bounds, "bound"),
        column(bounds, "low"),
        column(bounds, "high"),
        strict=True,
    ):
        a, b = _shown(float(low), unit), _shown(float(high), unit)
        told = f"{number(a)} to {number(b)}"
        out.append(
            IntervalRow(f"{capital(arm)}: {names.get(bound, bound)}", math.nan, a, b, told, color=MUTED)
        )
    return out


def _head(rows: pd.DataFrame) -> str:
    role, months = words(rows, "role")[0], float(column(rows, "months").iloc[0])
    when = f", {number(months, 0)} months after the draw" if math.isfinite(months) else ""
    name = capital(words(rows, "outcome")[0].replace("_", " "))
    return f"{name}{when} ({role}{'' if role == 'primary' else ', exploratory'})"


def _title(rows: pd.DataFrame) -> str:
    row = rows.iloc[0]
    unit = words(rows, "unit")[0]
    value, low, high = (_shown(float(column(rows, c).iloc[0]), unit) for c in ("effect", "low", "high"))
    nothing = 1.0 if unit == _RATIO else 0.0
    arm = capital(text(row.get("arm")))
    if len(set(words(rows, "arm"))) > 1:
        return "What the arms of the trial did"
    if not all(map(math.isfinite, (value, low, high))):
        return f"{arm}: too little to say"
    if low <= nothing <= high:
        return f"{arm}: no clear effect"
    sign = "times as fast" if unit == _RATIO else "" if unit == "own" else unit_sign(unit)
    return f"{arm}: {said(value, low, high, sign)}"
