"""Title, subtitle and notes of a forest plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.scales import finite
from almpo_kit.figures.wording import plural, text
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import interval, number

if TYPE_CHECKING:
    from almpo_kit.figures.forest_rows import Estimate
    from almpo_kit.vocabulary.finding import Finding


def question(finding: Finding) -> str:
    """The Finding's question."""
    return text(finding.question) or "What do the studies find?"


def title(finding: Finding, pooled: Any, digits: int) -> str:
    """The average where there is one; the question itself stands above the picture already."""
    if pooled is None:
        return "Each estimate by itself; no average is warranted"
    unit = text(getattr(pooled, "unit", "")) or text(getattr(finding, "unit", ""))
    sign = UNITS[unit][0] if unit in UNITS else unit
    level = getattr(pooled, "level", 0.95)
    return f"On average {interval(pooled.mean, pooled.low, pooled.high, sign, level, digits)}"


def subtitle(finding: Finding, rows: list[Estimate], unit: str) -> str:
    """Outcome, unit, horizon and how much there is."""
    key = text(getattr(finding, "outcome", ""))
    outcome = OUTCOMES[key].label if key in OUTCOMES else key
    said = UNITS[unit][1] if unit in UNITS else unit
    table = finding.table
    lands = table["country"].nunique() if "country" in table else 0
    samples = table["sample_id"].nunique() if "sample_id" in table else 0
    held = [
        plural(len(rows), "estimate"),
        plural(samples, "independent sample") if samples else "",
        plural(lands, "country", "countries") if lands else "",
    ]
    bands = {e.band for e in rows}
    band = BAND_LABELS.get(bands.pop(), "") if len(bands) == 1 else ""
    head = f"Effect on {outcome}" if outcome else "Effect"
    return " · ".join(
        p for p in (f"{head}, {said}" if said else head, band, ", ".join(filter(None, held))) if p
    )


def notes(rows: list[Estimate], domain: tuple[float, float], pooled: Any, digits: int) -> list[str]:
    """How to read the marks, and what keeps estimates out of an average."""
    cut = any(not domain[0] <= v <= domain[1] for e in rows for v in finite([e.effect, e.low, e.high]))
    thick = "; thick line: the middle half of it." if any(e.used and e.has_se for e in rows) else "."
    out = [f"Thin line: 95% interval{thick}"] if any(e.has_se for e in rows) else []
    ends = finite([getattr(pooled, "prediction_low", None), getattr(pooled, "prediction_high", None)])
    if len(ends) == 2:
        span = f"{number(ends[0], digits)} to {number(ends[1], digits)}"
        out.append(
            f"Diamond: the average. Dashed: where the effect of a new programme would lie (95%: {span})."
        )
    if cut:
        out.append("Arrows at the edge: runs off the scale; the numbers beside it are exact.")
    why = reasons(rows)
    return [*out, f"What keeps estimates out of an average: {why}."] if why else out


def reasons(rows: list[Estimate]) -> str:
    """``11 × no standard error; 3 × another estimand (ATT)``: of all that are in no average."""
    counts: dict[str, int] = {}
    for e in rows:
        if not e.used and e.why_not:
            counts[e.why_not] = counts.get(e.why_not, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return "; ".join(f"{n} × {why.replace('; ', ' and ')}" for why, n in ordered)
