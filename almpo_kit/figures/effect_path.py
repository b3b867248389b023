"""How effects unfold month by month, lock-in and all, and what they add up to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.effect_panel import Course, draw_course
from almpo_kit.figures.effect_words import after, capital, outcome_label, said, unit_sign, unit_words, whom
from almpo_kit.figures.lettering import wrap
from almpo_kit.figures.scales import finite
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.outcomes import OUTCOMES

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Contrasts drawn; more stand in the table.
_DRAWN = 4
_DRAWN_COLUMNS = ("months", "effect", "low", "high", "band_low", "band_high")


def effect_path(finding: Finding, width: int) -> Any:
    """Draw an Estimate: for each contrast the path of the first outcome, beside it the sum up to each month."""
    table, drawn = finding.table, []
    if len(table) and column(table, "effect").notna().any():
        first = words(table, "outcome")[0]
        table = table[[o == first for o in words(table, "outcome")]]
        table = table[column(table, "months").notna()]
        drawn = list(dict.fromkeys(words(table, "contrast")))
    if not drawn:
        return empty(
            finding,
            width,
            title=text(finding.question),
            why="No effect is known at a month since entry.",
            way_out='Give the months in measured(), or draw finding.plot("effects").',
        )
    sheet, end = Canvas(width), 0.0
    sums = getattr(finding, "cumulative", None)
    for name in drawn[:_DRAWN]:
        end = _contrast(sheet, name, table, sums, end)
    return sheet.finish(
        finding,
        title=_title(table, drawn),
        subtitle=" · ".join(filter(None, (outcome_label(words(table, "outcome")[0]), whom(table)))),
        height=end,
        notes=_notes(len(drawn), table, len(set(words(finding.table, "outcome"))) - 1),
        plot=(0, 0, width, end),
    )


def _of(table: pd.DataFrame | None, name: str, outcome: str) -> pd.DataFrame:
    if not isinstance(table, pd.DataFrame) or "contrast" not in table or not len(table):
        return pd.DataFrame()
    pairs = zip(words(table, "contrast"), words(table, "outcome"), strict=True)
    return table[[p == (name, outcome) for p in pairs]].sort_values("months", kind="stable")


def _contrast(sheet: Canvas, name: str, table: pd.DataFrame, sums: pd.DataFrame | None, top: float) -> float:
    outcome = words(table, "outcome")[0]
    rows, added = _of(table, name, outcome), _of(sums, name, outcome)
    for line in wrap(capital(name), 12, sheet.width, bold=True):
        sheet.text(line, x=0, y=top + 8, bold=True)
        top += 16
    side_by_side = len(added) > 1 and not sheet.phone
    middle = 0.56 * sheet.width if side_by_side else float(sheet.width)
    path = _course(rows, f"effect, {unit_words(words(rows, 'unit')[0])}", _behind(rows, outcome))
    end = draw_course(sheet, path, 0.0, middle - (18 if side_by_side else 0), top)
    if len(added) > 1:
        course = _course(added, f"added up, {unit_words(words(added, 'unit')[0])}", None)
        left, start = (middle, top) if side_by_side else (0.0, end + 6)
        end = max(end, draw_course(sheet, course, left, float(sheet.width), start))
    return end + 14


def _course(rows: pd.DataFrame, label: str, behind: tuple[float, float] | None) -> Course:
    months, value, low, high, band_low, band_high = (column(rows, c).to_numpy() for c in _DRAWN_COLUMNS)
    return Course(months, value, low, high, band_low, band_high, label, behind)


def _behind(rows: pd.DataFrame, outcome: str) -> tuple[float, float] | None:
    """First and last month in which people were worse off, by the band; None where they never were."""
    sign = OUTCOMES[outcome].favourable if outcome in OUTCOMES else 1
    ends = column(rows, "band_high" if sign >= 0 else "band_low") * (1 if sign >= 0 else -1)
    months = column(rows, "months")
    held = finite(months[(ends < 0) & (months > 0)])
    return (min(held), max(held)) if held and sign else None


def _title(table: pd.DataFrame, drawn: list[str]) -> str:
    rows = _of(table, drawn[0], words(table, "outcome")[0])
    value, low, high = (float(column(rows, c).iloc[-1]) for c in ("effect", "low", "high"))
    if len(drawn) > 2 or not (math.isfinite(value) and math.isfinite(low)):
        return f"How effects on {outcome_label(words(table, 'outcome')[0]).lower()} unfold"
    when = after(float(column(rows, "months").iloc[-1]))
    if low <= 0 <= high:
        return f"{capital(drawn[0])}: no clear effect {when}"
    return f"{capital(drawn[0])}: {said(value, low, high, unit_sign(words(rows, 'unit')[0]))}, {when}"


def _notes(drawn: int, table: pd.DataFrame, other_outcomes: int) -> list[str]:
    early = "Months before entry should lie at zero. " if (column(table, "months") < 0).any() else ""
    outcome, shown = words(table, "outcome")[0], list(dict.fromkeys(words(table, "contrast")))[:_DRAWN]
    lost = any(_behind(_of(table, name, outcome), outcome) for name in shown)
    red = "Red ground: worse off than without the programme by that band (lock-in where it passes)."
    notes = [
        f"Bars: 95% interval of one month. Shaded: 95% band for all months at once. {early}{red if lost else ''}"
    ]
    if drawn > _DRAWN:
        more = drawn - _DRAWN
        notes.append(f"{plural(more, 'more contrast')} {'stands' if more == 1 else 'stand'} in the table.")
    if other_outcomes:
        stands = "stands" if other_outcomes == 1 else "stand"
        notes.append(f"{plural(other_outcomes, 'more outcome')} {stands} in the table.")
    return notes
