"""Elasticities of hires beside what is published, and efficiency over time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, course, interval_rows
from almpo_kit.figures.theme import ACCENT, INK
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_PUBLISHED = (0.5, 0.7, "published, to the unemployed: 0.5–0.7")
_WORDS = {"unemployed": "Unemployed", "vacancies": "Vacancies", "returns to scale": "Sum of both"}


def matching_function(finding: Finding, width: int) -> Any:
    """Draw a MatchingFunction: coefficients with intervals, then efficiency of each period."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title="How do hires depend on the unemployed and on vacancies?",
            why="Nothing could be estimated.",
            way_out="Bring hires of several regions and occupations in several periods.",
        )
    sheet = Canvas(width)
    end = interval_rows(sheet, rows, 0.0, unit="% more hires with 1% more", band=_PUBLISHED)
    time = getattr(finding, "over_time", None)
    if time is not None and column(time, "efficiency").notna().any():
        sheet.text("Efficiency of matching over time", x=0, y=end + 18, size=12, bold=True)
        mid, low, high = (column(time, c).tolist() for c in ("efficiency", "low", "high"))
        end = course(
            sheet,
            words(time, "period"),
            mid,
            low,
            high,
            end + 28,
            unit="average period = 1",
            zero=False,
            line_at=1.0,
        )
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=[
            "Effects of cells and periods are taken out. The published range is a check of plausibility, not a target."
        ],
        plot=(0, 0, width, end),
    )


def _rows(finding: Finding) -> list[IntervalRow]:
    table = finding.table
    out = []
    for model, term, value, low, high in zip(
        words(table, "model"),
        words(table, "term"),
        *(column(table, c) for c in ("estimate", "low", "high")),
        strict=True,
    ):
        if not math.isfinite(value):
            continue
        name = f"{_WORDS.get(term, term)}, {'constant returns' if model != 'free' else 'free'}"
        ends = (
            f" ({number(low, 2)} to {number(high, 2)})" if math.isfinite(low) and math.isfinite(high) else ""
        )
        out.append(
            IntervalRow(
                name, value, low, high, number(value, 2) + ends, color=INK if model == "free" else ACCENT
            )
        )
    return out


def _title(finding: Finding) -> str:
    value = getattr(finding, "unemployed_elasticity", math.nan)
    if finding.certainty == "too little to say" or not math.isfinite(value):
        return "Too little to say how hires depend on the unemployed and on vacancies"
    return f"1% more unemployed people go with {number(value, 2)}% more hires, 1% more vacancies with {number(1 - value, 2)}%"


def _subtitle(finding: Finding) -> str:
    kind = {"poisson": "Poisson regression"}.get(
        str(getattr(finding, "estimator", "")), "log hires, least squares"
    )
    n, cells, periods = (getattr(finding, k, math.nan) for k in ("n_rows", "n_cells", "n_periods"))
    level = getattr(finding, "confidence", math.nan)
    sure = f" · {number(100 * level, 0)}% intervals" if math.isfinite(level) else ""
    return f"{kind} · {number(n, 0)} rows, {number(cells, 0)} cells, {number(periods, 0)} periods{sure}"
