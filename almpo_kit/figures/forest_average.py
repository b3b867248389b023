"""Where the average of a forest plot stands, or the empty slot that says why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.forest_rows import Estimate
from almpo_kit.figures.lettering import wrap
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import INK, MUTED
from almpo_kit.figures.wording import plural, text
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_SLOT = 54.0
_OTHER = "another estimand"


def counts(rows: list[Estimate]) -> str:
    """``13 estimates, 2 samples``."""
    samples = len({e.sample for e in rows if e.sample})
    held = plural(len(rows), "estimate")
    return f"{held}, {plural(samples, 'sample')}" if samples else held


def group_refusal(finding: Finding, rows: list[Estimate]) -> str:
    """Why one group among several has no average of its own; "" where nobody asked for a minimum."""
    least = finding.provenance.options.get("minimum_samples")
    if not isinstance(least, int):
        return ""
    by_reason: dict[str, set[str]] = {}
    for e in rows:
        # Estimates of another estimand could be averaged among themselves.
        if not e.why_not or (e.why_not.startswith(_OTHER) and ";" not in e.why_not):
            by_reason.setdefault(e.why_not, set()).add(e.sample)
    usable = max(map(len, by_reason.values()), default=0)
    held = len({e.sample for e in rows})
    if usable >= least:
        return f"No average here: {usable} samples could enter one; ask about this group alone"
    count = "none" if usable == 0 else f"{usable} of {held}" if usable < held else str(usable)
    return f"No average: {count} usable, {least} samples needed"


def average(sheet: Canvas, pooled: Any, rows: list[Estimate], digits: int, y: float) -> float:
    """The diamond with its interval and prediction interval, below a rule at ``y``; returns where it ends."""
    low_end, high_end = sheet.domain("x")
    at = y + (48 if sheet.phone else 24)
    words = f"Average of {_behind(pooled, rows)}"
    sheet.text(words, x=0, y=y + (14 if sheet.phone else 24), size=12, bold=True, halo=True)
    span = f"{number(pooled.low, digits)} to {number(pooled.high, digits)}"
    value = f"{number(pooled.mean, digits)} ({span})"
    there = y + (31 if sheet.phone else 24)
    sheet.text(value, x=sheet.width, y=there, size=12, bold=True, align="right")
    ends = finite([getattr(pooled, "prediction_low", None), getattr(pooled, "prediction_high", None)])
    low, high = (max(ends[0], low_end), min(ends[1], high_end)) if len(ends) == 2 else (0.0, 0.0)
    if low < high:
        row = [{"x": low, "x2": high}]
        sheet.line(row, x="x", x2="x2", y=at, color=INK, width=1.4, strokeDash=[4, 3])
    low, high = (min(max(v, low_end), high_end) for v in (pooled.low, pooled.high))
    mid = min(max(pooled.mean, low), high)
    corners = ((low, at), (mid, at - 8), (high, at), (mid, at + 8), (low, at))
    sheet.path([{"x": a, "y": b} for a, b in corners], fill=True, color=INK)
    return at + 16


def _behind(pooled: Any, rows: list[Estimate]) -> str:
    n = getattr(pooled, "n_estimates", None)
    k = getattr(pooled, "k", None) or getattr(pooled, "n_samples", None) or sum(e.used for e in rows)
    if n:
        return f"{plural(int(n), 'estimate')}, {plural(int(k), 'sample')}"
    return plural(int(k), "study", "studies")


def refusal(sheet: Canvas, finding: Finding, y: float) -> float:
    """An empty slot where the average would stand, and why it is empty."""
    why = text(getattr(finding, "refusal", "")) or "these estimates were not averaged"
    lines = wrap(f"No average: {why}.", 12, sheet.width - 56)
    height = max(_SLOT - 14, 17 * len(lines) + 18)
    edge: dict[str, Any] = {"stroke": MUTED, "strokeDash": [4, 3]}
    sheet.box(x=0.5, x2=sheet.width - 1, y=y + 8, y2=y + 8 + height, color="#FFFFFF", **edge)
    middle = y + 8 + height / 2
    empty_slot(sheet, 22, middle, 190)
    for k, line in enumerate(lines):
        at = middle + 17 * (k - (len(lines) - 1) / 2)
        sheet.text(line, x=44, y=at, size=12, bold=k == 0 and len(lines) == 1)
    return y + 8 + height + 6


def empty_slot(sheet: Canvas, x: float, y: float, size: float) -> None:
    """A dashed, empty diamond."""
    sheet.dot(x=x, y=y, shape="diamond", hollow=True, size=size, color=MUTED, strokeDash=[3, 2])
