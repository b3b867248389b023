"""Text that a reader of the page would not see: invisible, transparent, white on white."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: Objects of one page that are looked at; a hostile page has a million.
MOST_OBJECTS = 60_000
_DEEPEST, _WHITE, _FAINT = 6, 244, 12
_INVISIBLE = (3, 7)
Box = tuple[float, float, float, float]


@dataclass
class Ink:
    """Addresses of text objects that are not seen; share of the page that pictures cover; whether it was given up."""

    objects: set[int] = field(default_factory=set)
    picture: float = 0.0
    unchecked: bool = False


def hidden_objects(pdfium: Any, page: Any, area: float) -> Ink:
    """The objects of a page whose text is not seen.

    White text is hidden only where nothing dark, and no picture, lies under it: headings in white on a bar are read.
    """
    ink, white, dark = Ink(), list[tuple[int, Box]](), list[Box]()
    pictures = 0.0
    for number, item in enumerate(_objects(pdfium, page)):
        if number >= MOST_OBJECTS:
            ink.unchecked = True
            break
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            colour = _fill(pdfium, item)
            address = ctypes.addressof(item.contents)
            if pdfium.FPDFTextObj_GetTextRenderMode(item) in _INVISIBLE or (colour and colour[3] < _FAINT):
                ink.objects.add(address)
            elif colour and min(colour[:3]) > _WHITE:
                white.append((address, _bounds(pdfium, item)))
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            box = _bounds(pdfium, item)
            pictures = max(pictures, (box[2] - box[0]) * (box[3] - box[1]))
            dark.append(box)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and len(dark) < 2_000:
            colour = _fill(pdfium, item)
            if colour and min(colour[:3]) <= _WHITE and _filled(pdfium, item):
                dark.append(_bounds(pdfium, item))
    ink.objects |= {address for address, box in white if not any(_in(box, under) for under in dark)}
    ink.picture = min(1.0, pictures / area) if area > 0 else 0.0
    return ink


def _objects(pdfium: Any, page: Any) -> Iterator[Any]:
    count, get = pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject
    for i in range(count):
        yield from _inside(pdfium, get(page, i), 0)


def _inside(pdfium: Any, item: Any, depth: int) -> Iterator[Any]:
    if not item:
        return
    yield item
    if depth < _DEEPEST and pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_FORM:
        for i in range(pdfium.FPDFFormObj_CountObjects(item)):
            yield from _inside(pdfium, pdfium.FPDFFormObj_GetObject(item, i), depth + 1)


def _fill(pdfium: Any, item: Any) -> tuple[int, int, int, int] | None:
    parts = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(item, *parts):
        return None
    red, green, blue, alpha = (p.value for p in parts)
    return red, green, blue, alpha


def _filled(pdfium: Any, item: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(item, mode, stroke)) and mode.value != 0


def _bounds(pdfium: Any, item: Any) -> Box:
    parts = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *parts):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = (p.value for p in parts)
    return left, bottom, right, top


def _in(box: Box, under: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return under[0] <= x <= under[2] and under[1] <= y <= under[3]
