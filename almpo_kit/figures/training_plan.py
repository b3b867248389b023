"""Places by training field: bars, what they are worth with its interval, and what one more place would add."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.scales import digits, ticks
from almpo_kit.figures.theme import CONTEXT, INK, MUTED, PROGRAMME_COLOURS, RULE, WARNING
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_BAR = PROGRAMME_COLOURS["training"]
_THIN = "too little to say"


@dataclass(frozen=True)
class _Field:
    label: str
    places: float
    worth: float
    low: float
    high: float
    in_plan: float
    one_more: float
    certainty: str

    @property
    def numbers(self) -> str:
        """``56 (−17 to 146)``."""
        if math.isnan(self.low):
            return f"{number(self.worth, 0)} (no interval)"
        return f"{number(self.worth, 0)} ({number(self.low, 0)} to {number(self.high, 0)})"

    @property
    def stays(self) -> str:
        """In how many draws it is in the best plan."""
        return "" if math.isnan(self.in_plan) else f"{number(100 * self.in_plan, 0)}%"

    @property
    def more(self) -> str:
        """What one more place adds."""
        return "nothing" if not self.one_more > 1e-9 else f"+{number(self.one_more, 2)}"


def training_plan(finding: Finding, width: int) -> Any:
    """Draw a TrainingPlan: places as bars and job-months with their interval; on a phone one block a field."""
    fields = _fields(finding)
    if not fields:
        return empty(
            finding,
            width,
            title="Training places",
            why="There is no plan to show.",
            way_out="List programmes that lead to occupations with vacancies.",
        )
    sheet = Canvas(width)
    bottom = _blocks(sheet, fields, width) if sheet.phone else _panels(sheet, fields, width)
    return sheet.finish(
        finding,
        title=_title(finding, fields),
        subtitle=_subtitle(finding),
        height=bottom,
        notes=_notes(fields),
        plot=(0, 0, width, bottom),
    )


def _fields(finding: Finding) -> list[_Field]:
    table = finding.table
    names = {"places": "places", "worth": "job_months", "low": "low", "high": "high", "in_plan": "in_plan"}
    names["one_more"] = "value_of_one_more"
    numbers = {ours: column(table, c).tolist() for ours, c in names.items()}
    labels, sure = words(table, "label"), words(table, "certainty")
    found = [
        _Field(label=label, certainty=certainty, **{k: float(v[i]) for k, v in numbers.items()})
        for i, (label, certainty) in enumerate(zip(labels, sure, strict=True))
    ]
    return [f for f in found if not math.isnan(f.places)]


def _colour(f: _Field) -> str:
    return WARNING if f.certainty == _THIN else _BAR


def _panels(sheet: Canvas, fields: list[_Field], width: int) -> float:
    left, pitch, top = 0.27 * width, 50.0, 40.0
    bars = (left, 0.50 * width - 44)
    worth = (0.53 * width, width - 148.0)
    bottom = top + pitch * len(fields)
    most = max(max(f.places for f in fields), 1.0)
    at = _worth_axis(sheet, fields, worth, top, bottom)
    heads = (
        (left, "Places", "left"),
        (worth[0], "Job-months, 95% interval", "left"),
        (width - 74.0, "Stays", "right"),
        (float(width), "One more", "right"),
    )
    for x, head, align in heads:
        sheet.text(head, x=x, y=8, size=11, color=MUTED, align=align)
    for k, f in enumerate(fields):
        y = top + pitch * (k + 0.5)
        lines = wrap(f.label, 12, left - 14, lines=2)
        up = y - 7.5 * (len(lines) - 1 + bool(f.certainty))
        for i, line in enumerate(lines):
            sheet.text(line, x=0, y=up + 15 * i, size=12)
        if f.certainty:
            said = f.certainty if f.certainty == _THIN else f"{f.certainty} certainty"
            ink = WARNING if f.certainty == _THIN else MUTED
            sheet.text(said, x=0, y=up + 15 * len(lines), size=11, color=ink)
        end = left + (bars[1] - left) * f.places / most
        hover = f"{f.label}: {number(f.places, 0)} places, {f.numbers} job-months"
        if f.places > 0:
            sheet.box([{"hover": hover}], x=left, x2=end, y=y - 8, y2=y + 8, color=_colour(f))
        sheet.text(number(f.places, 0), x=end + 5, y=y, size=12, bold=True)
        _interval(sheet, f, at, y)
        sheet.text(f.stays, x=width - 74.0, y=y, size=12, align="right")
        sheet.text(f.more, x=float(width), y=y, size=12, align="right")
    return bottom + 4


def _worth_axis(
    sheet: Canvas, fields: list[_Field], room: tuple[float, float], top: float, bottom: float
) -> Any:
    ends = [v for f in fields for v in (f.low, f.high, f.worth) if math.isfinite(v)]
    low, high = min([0.0, *ends]), max([1.0, *ends])

    def at(value: float) -> float:
        return round(room[0] + 6 + (value - low) / (high - low) * (room[1] - room[0] - 12), 2)

    marks = ticks(low, high, 4)
    rows = [{"x": at(t), "label": number(t, digits(marks))} for t in marks]
    sheet.line([{"x": r["x"]} for r in rows], y=top - 4, y2=bottom)
    sheet.line(x=at(0), y=top - 4, y2=bottom, color=MUTED, width=1.2)
    sheet.text(rows, y=top - 14, size=11, color=MUTED, align="center", halo=True)
    return at


def _interval(sheet: Canvas, f: _Field, at: Any, y: float) -> None:
    if not f.places > 0:
        return
    if math.isfinite(f.low):
        sheet.line(x=at(f.low), x2=at(f.high), y=y, color=INK, width=1.6)
    sheet.dot([{"hover": f.numbers}], x=at(f.worth), y=y, color=_colour(f), size=70)


def _blocks(sheet: Canvas, fields: list[_Field], width: int) -> float:
    y, most = 4.0, max(max(f.places for f in fields), 1.0)
    for f in fields:
        y = _block(sheet, f, most, y, width)
    return y


def _block(sheet: Canvas, f: _Field, most: float, y: float, width: int) -> float:
    places = number(f.places, 0)
    sheet.text(fit(f.label, 13, width - 4, bold=True), x=0, y=y + 8, size=13, bold=True)
    room = width - text_width(f"{places} places", 12, bold=True) - 10
    end = room * f.places / most
    sheet.line(x=0, y=y + 18, y2=y + 36, color=CONTEXT)
    if f.places > 0:
        sheet.box(x=0, x2=end, y=y + 19, y2=y + 35, color=_colour(f))
    sheet.text(f"{places} places", x=end + 6, y=y + 27, size=12, bold=True)
    lines = [f"{f.numbers} job-months" if f.places > 0 else ""]
    lines += [
        " · ".join(filter(None, (f.stays and f"stays in {f.stays} of draws", f"one more place: {f.more}")))
    ]
    lines += [] if not f.certainty else [f.certainty if f.certainty == _THIN else f"{f.certainty} certainty"]
    for line in filter(None, lines):
        ink = WARNING if line == _THIN else MUTED
        sheet.text(line, x=0, y=y + 46, size=11.5, color=ink)
        y += 16
    sheet.line(x=0, x2=width, y=y + 46, color=RULE)
    return y + 54


def _title(finding: Finding, fields: list[_Field]) -> str:
    total = sum(f.places for f in fields)
    used = sum(f.places > 0 for f in fields)
    if not total:
        return "No training place is worth buying"
    in_fields = "one field" if used == 1 else f"{used} fields"
    thin = " — and too little is known to say that they help" if finding.certainty == _THIN else ""
    return f"{number(total, 0)} training places in {in_fields}{thin}"


def _subtitle(finding: Finding) -> str:
    spent, months, low, high, horizon = (
        float(getattr(finding, k, math.nan))
        for k in ("spent", "job_months", "job_months_low", "job_months_high", "horizon_months")
    )
    parts = [text(getattr(finding, "period", ""))]
    parts += [f"€{number(spent, 0)}"] if math.isfinite(spent) else []
    if math.isfinite(months):
        between = f" (95%: {number(low, 0)} to {number(high, 0)})" if math.isfinite(low + high) else ""
        over = f" over {number(horizon, 0)} months" if math.isfinite(horizon) else ""
        parts.append(f"{number(months, 0)} job-months{between}{over}, net of time in training")
    return " · ".join(p for p in parts if p)


def _notes(fields: list[_Field]) -> list[str]:
    notes = [
        "Stays: share of draws from the effects’ intervals whose best plan has the field. One more: job-months that one more "
        "place in the field would add, paid from the same budget; nothing where places are not what runs short."
    ]
    if any(f.certainty == _THIN for f in fields):
        notes.append("Brown: too little evidence; these places are a sum with an assumed effect.")
    return notes
