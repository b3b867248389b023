"""The legend of a map: each class with its colour, its letters and how many regions it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.map_colours import meaning
from almpo_kit.figures.theme import MISSING, MUTED, letter_on

if TYPE_CHECKING:
    from almpo_kit.figures.atlas import MapSheet
    from almpo_kit.figures.canvas import Canvas

_ROW = 19.0
_RIM = "#8A939E"


def size(data: MapSheet) -> tuple[float, float]:
    """Width and height that the legend takes as a list for one map."""
    longest = max(text_width(meaning(label), 12) for label in [*data.classes, "no data"])
    return 34 + longest + 14 + 30, 20 + _ROW * (len(data.classes) + 1)


def as_list(sheet: Canvas, data: MapSheet, left: float, top: float, room: float) -> float:
    """One class a row, counts of each map in columns; returns where it ends."""
    shown = _columns(data)
    wide = 34.0 if len(shown) == 1 else 44.0
    end = left + min(room, size(data)[0] + wide * (len(shown) - 1))
    heads = ["regions"] if len(shown) == 1 else [f"{p}" for p in shown]
    for j, head in enumerate(reversed(heads)):
        sheet.text(head, x=end - j * wide, y=top + 7, size=11, color=MUTED, align="right")
    if len(shown) > 1:
        sheet.text("Regions in each class", x=left, y=top + 7, size=11, color=MUTED)
    counts = {p: data.counts(p) for p in shown}
    labels = [*data.classes, "no data"]
    inks = [*data.colours, MISSING]
    boxes, letters, words, numbers = [], [], [], []
    for k, (label, ink) in enumerate(zip(labels, inks, strict=True)):
        y = top + 20 + k * _ROW
        boxes.append({"x": left, "x2": left + 26, "y": y, "y2": y + 14, "ink": ink})
        letters.append({"x": left + 13, "y": y + 7.5, "label": data.letter(label), "ink": letter_on(ink)})
        name = fit(meaning(label), 12, end - left - 34 - wide * len(shown))
        words.append({"x": left + 34, "y": y + 7.5, "label": name})
        for j, p in enumerate(reversed(shown)):
            numbers.append({"x": end - j * wide, "y": y + 7.5, "label": str(counts[p][k])})
    sheet.box(boxes, stroke=_RIM, strokeWidth=0.5)
    sheet.text([r for r in letters if r["label"]], size=11, bold=True, align="center")
    sheet.text(words, size=12)
    sheet.text(numbers, size=12, color=MUTED, align="right")
    return top + 20 + _ROW * len(labels)


def as_bar(sheet: Canvas, data: MapSheet, top: float) -> float | None:
    """All classes side by side, or None where their labels are too wide for that."""
    labels = [*data.classes, "no data"]
    w = min(sheet.width / len(labels), 110.0)
    if max(text_width(meaning(label), 11, bold=True) for label in labels) > w - 4:
        return None
    lines = _counted(data, w - 4)
    if lines is None:
        return None
    inks = [*data.colours, MISSING]
    rows: list[dict[str, Any]] = [{"x": k * w, "x2": (k + 1) * w - 2, "ink": c} for k, c in enumerate(inks)]
    sheet.box(rows, y=top, y2=top + 14, stroke=_RIM, strokeWidth=0.5)
    letters = [
        {"x": (k + 0.5) * w - 1, "label": data.letter(label), "ink": letter_on(ink)}
        for k, (label, ink) in enumerate(zip(labels, inks, strict=True))
        if data.letter(label)
    ]
    sheet.text(letters, y=top + 7.5, size=11, bold=True, align="center")
    sheet.text(
        [{"x": k * w, "label": meaning(label)} for k, label in enumerate(labels)],
        y=top + 24,
        size=11,
        bold=True,
    )
    for line, said in enumerate(lines):
        y = top + 38 + 14 * line
        sheet.text([{"x": k * w, "label": s} for k, s in enumerate(said)], y=y, size=11, color=MUTED)
    return top + 32 + 14 * len(lines)


def _counted(data: MapSheet, room: float) -> list[list[str]] | None:
    """Lines of counts under the classes; None where years would have no room beside them."""
    if len(data.periods) == 1:
        counts = data.counts(data.periods[0])
        said = [_regions(n) for n in counts]
        return [said if max(text_width(s, 11) for s in said) <= room else [str(n) for n in counts]]
    lines = [[f"{p}: {n}" for n in data.counts(p)] for p in _columns(data)]
    return lines if max(text_width(s, 11) for line in lines for s in line) <= room else None


def _regions(n: int) -> str:
    return f"{n} region" if n == 1 else f"{n} regions"


def _columns(data: MapSheet) -> list[str]:
    """The maps whose counts are written: the one, or the first and the last."""
    return list(data.periods) if len(data.periods) == 1 else [data.periods[0], data.periods[-1]]
