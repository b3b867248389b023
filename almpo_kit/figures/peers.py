"""A region beside its peers: how near they are, and where all stand on each indicator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.rows import named
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, CONTEXT, HIGHLIGHT, INK, MUTED
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding


def peers(finding: Finding, width: int) -> Any:
    """Draw Peers: distances against the cut-off, then one strip an indicator with every region on it."""
    who = f"{text(getattr(finding, 'name', ''))} ({text(getattr(finding, 'region', ''))})"
    distance = column(finding.table, "distance")
    if not distance.notna().any():
        return empty(
            finding,
            width,
            title=f"Regions comparable with {who}",
            why="No region could be compared.",
            way_out="Choose other indicators or another period.",
        )
    sheet = Canvas(width)
    y = _distances(sheet, finding, width)
    top = y
    for aspect in getattr(finding, "aspects", ()):
        y = _strip(sheet, finding, aspect, y, width)
    return sheet.finish(
        finding,
        title=_title(finding, who),
        subtitle=_subtitle(finding),
        height=y,
        notes=_notes(finding, who),
        plot=(0, 0, width, top),
    )


def _title(finding: Finding, who: str) -> str:
    n, close = len(finding.table), int(getattr(finding, "n_close", 0))
    if not close:
        return f"{who}: no region is truly comparable"
    if close == n:
        return f"{who}: {'the nearest region is' if n == 1 else f'all {n} nearest regions are'} comparable"
    return f"{who}: {close} of the {n} nearest regions {'is' if close == 1 else 'are'} comparable"


def _subtitle(finding: Finding) -> str:
    compared = plural(int(getattr(finding, "n_compared", 0)), "region")
    on = ", ".join(text(a.label) for a in getattr(finding, "aspects", ()))
    return f"Likeness on {on} · {text(getattr(finding, 'period', ''))} · {compared} of the EU compared"


def _notes(finding: Finding, who: str) -> list[str]:
    share = getattr(finding, "cutoff_share", math.nan)
    rule = (
        f" Cut-off: {number(100 * share, 0)}% of regions have their own nearest region within it."
        if share == share
        else ""
    )
    return [
        f"Hollow: beyond the cut-off, so not comparable.{rule}",
        "Stays: how often a region remains among the nearest when sampling error is added once more.",
        f"Strips: each tick is a region of the EU; dots are the nearest regions; the diamond is {who}.",
    ]


def _distances(sheet: Canvas, finding: Finding, width: int) -> float:
    """The nearest regions by distance; returns where the next part begins."""
    table, phone = finding.table, sheet.phone
    there = column(table, "distance").notna()
    table = table[there]
    values = column(table, "distance").tolist()
    stays, close = column(table, "stays").tolist(), [bool(c) for c in table.get("close", values)]
    cutoff = (finite([getattr(finding, "cutoff", None)]) or [math.nan])[0]
    room = width - 60 if phone else 0.40 * width - 14
    names = [named(n, g, room) for n, g in zip(words(table, "name"), words(table, "geo"), strict=True)]
    longest = max(text_width(n, 12) for n in names)
    left, right = (8.0, width - 8.0) if phone else (min(longest + 14, 0.42 * width), width - 62.0)
    reach = 1.06 * max(finite([*values, cutoff]) or [1.0]) or 1.0
    first, pitch = 44.0, 36.0 if phone else 20.0
    bottom = first + pitch * len(values)

    def x(v: float) -> float:
        return left + v / reach * (right - left)

    at = ticks(0, reach, 4 if phone else 6)
    grid = [{"x": x(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x="x", y=first, y2=bottom)
    sheet.text(grid, x="x", y=first - 9, size=11, color=MUTED, align="center", halo=True)
    if cutoff == cutoff:
        label = f"cut-off {number(cutoff, 2)}"
        sheet.line(x=x(cutoff), y=first - 26, y2=bottom, color=INK, width=1.4, strokeDash=[5, 3])
        beside = x(cutoff) + 6 + text_width(label, 11, bold=True) <= width
        sheet.text(
            label,
            x=x(cutoff) + (6 if beside else -6),
            y=first - 24,
            size=11,
            bold=True,
            align="left" if beside else "right",
        )
    rows = []
    for k, (value, name, stay, near) in enumerate(zip(values, names, stays, close, strict=True)):
        y = first + pitch * (k + (0.72 if phone else 0.5))
        kept = f"{number(100 * stay, 0)}%" if stay == stay else ""
        hover = f"{name}: distance {number(value, 2)}" + (f", stays {kept}" if kept else "")
        up = y - (17 if phone else 0)
        rows.append(
            {"x": x(value), "y": y, "up": up, "name": name, "stays": kept, "near": near, "hover": hover}
        )
    sheet.line(rows, x=left, x2="x", y="y", color=CONTEXT, width=2)
    sheet.dot([r for r in rows if r["near"]], color=ACCENT, size=80)
    sheet.dot([r for r in rows if not r["near"]], color=ACCENT, size=70, hollow=True)
    lettered = [{"y": r["up"], "label": r["name"]} for r in rows]
    sheet.text(lettered, x=0 if phone else left - 10, size=12, align="left" if phone else "right", halo=phone)
    sheet.text([{"y": r["up"], "label": r["stays"]} for r in rows], x=width, size=12, align="right")
    sheet.text("stays", x=width, y=first - 9, size=11, color=MUTED, align="right")
    sheet.text("distance", x=0 if not phone else 8, y=first - 24, size=11, color=MUTED)
    return bottom + 22


def _strip(sheet: Canvas, finding: Finding, aspect: Any, top: float, width: int) -> float:
    """One indicator: every region a tick, the nearest regions dots, the region itself a diamond."""
    profile, region = finding.profile, text(getattr(finding, "region", ""))  # type: ignore[attr-defined]
    if aspect.key not in profile:
        return top
    values = column(profile, aspect.key)
    known = profile.assign(at=values, geo=words(profile, "geo"), name=words(profile, "name"))
    known = known[values.notna()]
    if known.empty:
        return top
    near = known[known["geo"].isin(set(words(finding.table, "geo")))]
    own = known[known["geo"] == region]
    top = _heading(sheet, aspect, own["at"].tolist(), near["at"].tolist(), top, width)
    logged = aspect.logged and not getattr(aspect, "change", False) and float(known["at"].min()) > 0
    low, high = float(known["at"].min()), float(known["at"].max())
    left, right, y = 8.0, width - 8.0, top + 29.0

    def x(v: float) -> float:
        at, start, end = (math.log(w) if logged else w for w in (v, low, high))
        return left + (at - start) / (end - start or 1.0) * (right - left)

    def marks(rows: Any) -> list[dict[str, Any]]:
        cells = zip(rows["at"], rows["name"], rows["geo"], strict=True)
        return [{"x": x(v), "y": y, "hover": f"{n} ({g}): {aspect.natural(v)}"} for v, n, g in cells]

    sheet.line([{"x": x(v)} for v in known["at"]], x="x", y=y - 7, y2=y + 7, color=CONTEXT, width=1)
    rim: dict[str, Any] = {"stroke": "white", "strokeWidth": 1}
    sheet.dot(marks(near), color=ACCENT, size=46, **rim)
    sheet.dot(marks(own), color=HIGHLIGHT, size=110, shape="diamond", **rim)
    sheet.text(aspect.natural(low), x=0, y=y + 17, size=11, color=MUTED)
    sheet.text(aspect.natural(high), x=width, y=y + 17, size=11, color=MUTED, align="right")
    return y + 34


def _heading(
    sheet: Canvas, aspect: Any, own: list[float], near: list[float], top: float, width: int
) -> float:
    """What is compared, the region's own value, the range of the nearest; where the strip begins."""
    label = text(aspect.label)
    head = f"{label[:1].upper()}{label[1:]} · {aspect.years}"
    value = "".join(aspect.natural(v) for v in own[:1])
    low, high = (aspect.natural(f(near)) for f in (min, max)) if near else ("", "")
    tail = f"nearest {low}" if low == high else f"nearest {low} to {high}"
    tail = tail if near else ""
    wide = text_width(tail, 12)
    one_line = text_width(head, 12, bold=True) + text_width(value, 12, bold=True) + wide + 40 < width
    sheet.text(
        fit(head, 12, width - text_width(value, 12, bold=True) - 12, bold=True),
        x=0,
        y=top + 8,
        size=12,
        bold=True,
    )
    at = width - wide - 12 if one_line and tail else width
    sheet.text(value, x=at, y=top + 8, size=12, bold=True, color=HIGHLIGHT, align="right")
    below = 0 if one_line else 16
    sheet.text(tail, x=width, y=top + 8 + below, size=12, color=ACCENT, align="right")
    return top + below
