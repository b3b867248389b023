"""How often a trial finds an effect, the larger it is and the more people or groups take part."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.line_panel import LinePanel
from almpo_kit.figures.scales import digits, ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MUTED, WARNING
from almpo_kit.figures.wording import column, text
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Dashes of sizes that were not asked about; never colour alone.
_OTHERS: tuple[tuple[str, list[int]], ...] = (
    (MUTED, [2, 3]),
    (INK, [7, 3]),
    (WARNING, [9, 3, 2, 3]),
    (MUTED, [5, 5]),
)
_ASKS = "How often would the trial find the effect?"


def power_curve(finding: Finding, width: int) -> Any:
    """Draw a Power: a line a size, the size asked about in front, the target and the effect that matters."""
    table = finding.table.assign(
        at=[_shown(finding, e) for e in column(finding.table, "effect")],
        found=100 * column(finding.table, "power"),
        of=column(finding.table, "size"),
    )
    table = table[table["at"].notna() & table["found"].notna() & table["of"].notna()]
    if not len(table) or table["at"].abs().max() == 0:
        return empty(
            finding,
            width,
            title=_ASKS,
            why="No size of trial could be computed.",
            way_out="Ask power() with people or groups, and an effect.",
        )
    sheet = Canvas(width)
    box = (40.0, 40.0, width - 14.0, 262.0)
    falls = bool(table["at"].min() < 0)
    table = table.assign(at=table["at"].abs())
    panel = LinePanel(sheet, box, (0.0, float(table["at"].max())), [0.0, 100 / 1.06])
    marks = ticks(0.0, float(table["at"].max()), 4 if sheet.phone else 7)
    end = panel.axes(
        "trials of 100 that find it",
        _under(finding, falls),
        marks,
        lambda v: number(v, digits(marks)),
    )
    _target(panel, finding)
    sizes = _sizes(table)
    for size, rows in sizes:
        _line(panel, rows, _style(sizes, size))
    _effect(panel, finding)
    end = _key(sheet, sizes, text(getattr(finding, "unit_drawn", "")) or "units", end + 12)
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(finding),
        plot=box,
    )


def _shown(finding: Finding, effect: float) -> float:
    """An effect as the axis has it: points, per cent faster, or the outcome's unit."""
    kind = text(getattr(finding, "kind", ""))
    return 100 * effect if kind == "binary" else 100 * (effect - 1) if kind == "duration" else effect


def _under(finding: Finding, falls: bool) -> str:
    kind = text(getattr(finding, "kind", ""))
    if kind == "duration":
        return f"effect: % {'slower' if falls else 'faster'}"
    unit = text(getattr(finding, "outcome_unit", ""))
    named = "points" if kind == "binary" else UNITS[unit][0] if unit in UNITS else "in the outcome’s unit"
    return f"effect{', a fall' if falls else ''}: {named}"


def _sizes(table: pd.DataFrame) -> list[tuple[float, pd.DataFrame]]:
    """Sizes with their rows, from small to large; four and the one asked about at most."""
    sizes = sorted(set(table["of"].tolist()))
    found = [(s, table[table["of"] == s].sort_values("at", kind="stable")) for s in sizes]
    asked = [f for f in found if _asked(f[1])]
    others = [f for f in found if not _asked(f[1])][: len(_OTHERS)]
    return sorted(asked[:1] + others, key=lambda f: f[0])


def _asked(rows: pd.DataFrame) -> bool:
    return "asked" in rows and bool(rows["asked"].iloc[0])


def _style(sizes: list[tuple[float, pd.DataFrame]], size: float) -> tuple[str, list[int], float]:
    others = [s for s, rows in sizes if not _asked(rows)]
    if size not in others:
        return ACCENT, [], 2.8
    colour, dash = _OTHERS[others.index(size)]
    return colour, dash, 1.8


def _line(panel: LinePanel, rows: pd.DataFrame, style: tuple[str, list[int], float]) -> None:
    colour, dash, thick = style
    points = [{"x": panel.x(a), "y": panel.y(f)} for a, f in zip(rows["at"], rows["found"], strict=True)]
    options: dict[str, Any] = {"strokeDash": dash} if dash else {}
    panel.sheet.path(points, color=colour, width=thick, **options)


def _target(panel: LinePanel, finding: Finding) -> None:
    target = float(getattr(finding, "target", math.nan))
    if not math.isfinite(target):
        return
    left, _, right, _ = panel.box
    panel.sheet.line(x=left, x2=right, y=panel.y(100 * target), color=MUTED, width=1, strokeDash=[3, 3])


def _effect(panel: LinePanel, finding: Finding) -> None:
    """The effect that matters, and how often the size asked about finds it."""
    effect, power = (float(getattr(finding, n, math.nan)) for n in ("effect", "power"))
    at = abs(_shown(finding, effect))
    if not math.isfinite(at) or at > panel.across[1]:
        return
    x, label = panel.x(at), "the effect that matters"
    panel.sheet.line(x=x, y=panel.box[1], y2=panel.box[3], color=HIGHLIGHT, width=1.6)
    half = text_width(label, 11) / 2
    middle = min(max(x, panel.box[0] + half), panel.box[2] - half)
    panel.sheet.text(label, x=middle, y=12, size=11, color=HIGHLIGHT, align="center")
    if math.isfinite(power):
        panel.sheet.dot(
            [{"x": x, "y": panel.y(100 * power), "hover": f"{number(100 * power, 0)} of 100"}],
            color=HIGHLIGHT,
            size=70,
        )


def _key(sheet: Canvas, sizes: list[tuple[float, pd.DataFrame]], unit: str, top: float) -> float:
    """One line a size: how it is drawn, units and people."""
    for rank, (size, rows) in enumerate(sizes):
        colour, dash, thick = _style(sizes, size)
        y = top + 19 * rank
        options: dict[str, Any] = {"strokeDash": dash} if dash else {}
        sheet.line(x=0, x2=30, y=y, color=colour, width=thick, **options)
        sheet.text(
            fit(_said(size, rows, unit), 12, sheet.width - 38, bold=True), x=38, y=y, bold=_asked(rows)
        )
    return top + 19 * len(sizes)


def _said(size: float, rows: pd.DataFrame, unit: str) -> str:
    people = float(column(rows, "people").iloc[0])
    of = f", {number(people, 0)} people" if unit != "people" and math.isfinite(people) else ""
    return f"{number(size, 0)} {unit}{of}{' (asked about)' if _asked(rows) else ''}"


def _title(finding: Finding) -> str:
    power, target = (float(getattr(finding, n, math.nan)) for n in ("power", "target"))
    if not math.isfinite(power):
        return _ASKS
    said = "more than 99" if power > 0.995 else "fewer than 1" if power < 0.005 else number(100 * power, 0)
    enough = math.isfinite(target) and power >= target
    return f"{said} of 100 such trials would find the effect{'' if enough else ': too few'}"


def _subtitle(finding: Finding) -> str:
    name = text(getattr(finding, "outcome_name", ""))
    target = float(getattr(finding, "target", math.nan))
    parts = [f"Outcome: {name}"] if name else []
    if math.isfinite(target):
        parts.append(f"dashed across: {number(100 * target, 0)} of 100")
    return " · ".join(parts) or "By size of effect and of trial"


def _notes(finding: Finding) -> list[str]:
    whose = "taking part" if getattr(finding, "of_taking_part", False) is True else "the offer"
    return [f"Effects are those of {whose}. Finding it: a two-sided test rejects that there is none."]
