"""How many of the relevant documents are found, the more is read: ways of screening beside reading by lot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MUTED, RULE, WARNING
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_HEIGHT = 250.0
#: Colour and dashes of each line; never colour alone.
_LINES: tuple[tuple[str, list[int]], ...] = (
    (ACCENT, []),
    (HIGHLIGHT, [7, 3]),
    (WARNING, [2, 2]),
    (MUTED, [9, 3, 2, 3]),
    (INK, [1, 3]),
)


def screening_curve(finding: Finding, width: int) -> Any:
    """Draw a ScreeningTrial: the median of each method, the band of the first, the diagonal of reading by lot."""
    curves, table = getattr(finding, "curves", None), finding.table
    if curves is None or not len(curves) or not len(table) or not column(curves, "median").notna().any():
        return empty(
            finding,
            width,
            title="How much reading does screening by machine save?",
            why="No screening was simulated.",
            way_out="Ask simulate_screening() of documents whose relevance is known.",
        )
    # By lot is the diagonal; its own simulated line would lie on it.
    shown = [m for m in words(table, "method") if m != "random"][: len(_LINES)]
    sheet = Canvas(width)
    x0, x1, y0, y1 = 44.0, width - 14.0, 24.0, 24.0 + _HEIGHT
    _axes(sheet, x0, x1, y0, y1, _level(finding))
    for rank, method in enumerate(shown):
        rows = curves[[m == method for m in words(curves, "method")]].sort_values("share_read", kind="stable")
        _curve(sheet, rows, rank, (x0, x1, y0, y1), band=rank == 0)
    end = _key(sheet, table, shown, y1 + 44)
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding, table),
        height=end,
        notes=_notes(len(shown), table),
        plot=(x0, y0, x1, y1),
    )


def _level(finding: Finding) -> float:
    recall = float(getattr(finding, "recall", math.nan))
    return recall if math.isfinite(recall) else 0.95


def _axes(sheet: Canvas, x0: float, x1: float, y0: float, y1: float, recall: float) -> None:
    marks = [0.0, 0.25, 0.5, 0.75, 1.0]
    grid = [{"y": y1 - m * (y1 - y0), "x": x0 + m * (x1 - x0), "label": f"{100 * m:.0f}%"} for m in marks]
    sheet.text("relevant documents found", x=0, y=y0 - 16, size=11, color=MUTED)
    sheet.line(grid, x=x0, x2=x1, y="y")
    sheet.text(grid, x=x0 - 6, y="y", size=11, color=MUTED, align="right")
    ends = [g | {"x": min(float(str(g["x"])), x1 - 8)} for g in grid]
    sheet.text(ends, x="x", y=y1 + 13, size=11, color=MUTED, align="center")
    sheet.text("documents read", x=x1, y=y1 + 28, size=11, color=MUTED, align="right")
    level = y1 - recall * (y1 - y0)
    sheet.line(x=x0, x2=x1, y=level, color=MUTED, width=1, strokeDash=[3, 3])
    sheet.text(f"{recall:.0%} found", x=x1, y=level + 9, size=11, color=MUTED, align="right", halo=True)
    sheet.path([{"x": x0, "y": y1}, {"x": x1, "y": y0}], color=RULE, width=2)
    sheet.text("by lot", x=x0 + 0.66 * (x1 - x0), y=y1 - 0.58 * (y1 - y0), size=11, color=MUTED, halo=True)


def _curve(
    sheet: Canvas, rows: pd.DataFrame, rank: int, box: tuple[float, float, float, float], *, band: bool
) -> None:
    x0, x1, y0, y1 = box
    colour, dash = _LINES[rank]
    share, middle, low, high = (column(rows, c).tolist() for c in ("share_read", "median", "low", "high"))

    def points(values: list[float]) -> list[dict[str, Any]]:
        pairs = zip(share, values, strict=True)
        return [
            {"x": x0 + s * (x1 - x0), "y": y1 - v * (y1 - y0)}
            for s, v in pairs
            if math.isfinite(s) and math.isfinite(v)
        ]

    if band:
        outline = points(low) + points(high)[::-1]
        sheet.path(outline, color=colour, fill=True, opacity=0.14)
    options: dict[str, Any] = {"strokeDash": dash} if dash else {}
    sheet.path(points(middle), color=colour, width=2.4 if band else 1.8, **options)


def _key(sheet: Canvas, table: pd.DataFrame, shown: list[str], top: float) -> float:
    """One line a method: how it is drawn, its name, and what it saves."""
    held = dict(zip(words(table, "method"), table.to_dict("records"), strict=True))
    for rank, method in enumerate(shown):
        row, y = held[method], top + 20 * rank
        colour, dash = _LINES[rank]
        options: dict[str, Any] = {"strokeDash": dash} if dash else {}
        sheet.line(x=0, x2=30, y=y, color=colour, width=2.4, **options)
        said = _said(row)
        sheet.text(said, x=sheet.width, y=y, align="right")
        room = sheet.width - 40 - text_width(said, 12) - 12
        sheet.text(fit(str(row["label"]), 12, room), x=38, y=y, bold=rank == 0)
    return top + 20 * len(shown)


def _said(row: dict[Any, Any]) -> str:
    value, low, high = (float(row.get(c, math.nan)) for c in ("wss", "wss_low", "wss_high"))
    if not math.isfinite(value):
        return "–"
    band = f" ({number(100 * low, 0)} to {number(100 * high, 0)})" if math.isfinite(low) else ""
    return f"saves {number(100 * value, 0)}%{band}"


def _title(finding: Finding) -> str:
    row = finding.table.iloc[0]
    value = float(row.get("wss", math.nan))
    if not math.isfinite(value):
        return "How much reading does screening by machine save?"
    name = str(row["label"])
    return f"{name[:1].upper()}{name[1:]} saves {number(100 * value, 0)}% of the reading, {_level(finding):.0%} found"


def _subtitle(finding: Finding, table: pd.DataFrame) -> str:
    n, yes = (float(getattr(finding, c, math.nan)) for c in ("n_documents", "n_relevant"))
    seeds = column(table, "n_seeds").max()
    parts = [
        f"Median of {number(seeds, 0)} simulated screenings"
        if math.isfinite(seeds)
        else "Simulated screenings"
    ]
    if math.isfinite(n) and math.isfinite(yes):
        parts.append(f"{number(n, 0)} documents, {number(yes, 0)} relevant")
    return " · ".join(parts)


def _notes(drawn: int, table: pd.DataFrame) -> list[str]:
    notes = [
        "Saved: documents not read when that share is found, less what reading by lot would save for missing as much. In "
        "brackets and shaded: all but the worst and the best tenth of screenings."
    ]
    more = len([m for m in words(table, "method") if m != "random"]) - drawn
    if more > 0:
        notes.append(f"{more} more {'method stands' if more == 1 else 'methods stand'} in the table.")
    return notes
