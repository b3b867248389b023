"""Lines of a PDF with their boxes, by PDFium. Runs only in the confined process; scripts and attachments are never opened."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Mapping
from typing import Any

from almpo_kit.sources.documents.process.pdf_ink import hidden_objects

#: A page holds a few thousand signs; far more is a trap, and the rest of it is not read.
MOST_ON_PAGE = 100_000
_META = ("Title", "Author", "Subject", "Keywords", "Creator", "CreationDate")
_FAULTS = {1: "unknown", 2: "missing", 3: "damaged", 4: "password", 5: "security", 6: "page"}
_WHITE = frozenset([0x00, 0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x3000, *range(0x2000, 0x200B)])
#: Where old TeX fonts keep joined letters, dashes and quotation marks; PDFium hands their places on.
_OLD_FONTS = {
    0x0B: "ff",
    0x0C: "fi",
    0x0E: "ffi",
    0x0F: "ffl",
    0x1B: "ff",
    0x1C: "fi",
    0x1D: "fl",
    0x1E: "ffi",
    0x1F: "ffl",
    0x10: "“",
    0x11: "”",
    0x15: "–",
    0x16: "—",
}
#: PDFium's own sign for a hyphen at the end of a line.
_HYPHENS = (0x02, 0xFFFE, 0xAD)
_SLANT = 0.2
Box = tuple[float, float, float, float]


def pages_of(data: bytes, order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the file says of itself, then its pages.

    Yields
    ------
    dict
        First ``pages, encrypted, meta`` (or ``fault``); then a page each: ``page, width, height, lines`` as lists
        ``[text, x0, y0, x1, y1, size]`` in the order of the file, ``hidden`` (its text), ``turned, ocr, picture, cut``.
    """
    import pypdfium2.raw as pdfium

    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        yield {"fault": _FAULTS.get(pdfium.FPDF_GetLastError(), "unknown")}
        return
    pages = pdfium.FPDF_GetPageCount(document)
    encrypted = pdfium.FPDF_GetSecurityHandlerRevision(document) != -1
    yield {"pages": pages, "encrypted": encrypted, "meta": _meta(pdfium, document)}
    signs = 0
    for number in range(min(pages, order["pages"])):
        record = _page(pdfium, document, number)
        signs += sum(len(line[0]) for line in record.get("lines", ()))
        yield record
        if signs > order["signs"]:
            yield {"full": number + 1}
            return


def _meta(pdfium: Any, document: Any) -> dict[str, str]:
    found = {}
    for name in _META:
        size = pdfium.FPDF_GetMetaText(document, name.encode(), None, 0)
        if 2 < size < 20_000:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDF_GetMetaText(document, name.encode(), buffer, size)
            found[name] = buffer.raw[: size - 2].decode("utf-16-le", "ignore")
    return found


def _page(pdfium: Any, document: Any, number: int) -> dict[str, Any]:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return {"page": number + 1, "fault": "unreadable", "lines": []}
    text = pdfium.FPDFText_LoadPage(page)
    try:
        if not text:
            return {"page": number + 1, "fault": "unreadable", "lines": []}
        return _read(pdfium, page, text, number + 1)
    finally:
        if text:
            pdfium.FPDFText_ClosePage(text)
        pdfium.FPDF_ClosePage(page)


def _read(pdfium: Any, page: Any, text: Any, number: int) -> dict[str, Any]:
    all_signs = max(0, pdfium.FPDFText_CountChars(text))
    count = min(all_signs, MOST_ON_PAGE)
    codes = _codes(pdfium, text, count)
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    frame = _frame(pdfium, page, width, height)
    turn = pdfium.FPDFPage_GetRotation(page)
    ink = hidden_objects(pdfium, page, width * height)
    words = _words(codes)
    hidden = [ink.objects and _owner(pdfium, text, start) in ink.objects for start, _ in words]
    shown = sum(e - s for (s, e), h in zip(words, hidden, strict=True) if not h)
    unseen = sum(e - s for (s, e), h in zip(words, hidden, strict=True) if h)
    # Invisible signs over the picture of a page are what text recognition lays there.
    ocr = unseen > 9 * shown and ink.picture > 0.5
    boxes = _boxes(pdfium, text, words, frame, turn)
    seen = [box if ocr or not h else None for box, h in zip(boxes, hidden, strict=True)]
    turned = _turned(pdfium, text, words, seen, turn)
    seen = [None if t else box for box, t in zip(seen, turned, strict=True)]
    lines, off = _lines(codes, words, seen, (width, height))
    secret = [] if ocr else [_said(codes, *w) for w, h in zip(words, hidden, strict=True) if h]
    return {
        "page": number,
        "width": round(width, 1),
        "height": round(height, 1),
        "lines": lines,
        "hidden": " ".join([*secret, *off])[:2_000],
        "hidden_signs": sum(map(len, [*secret, *off])),
        "turned": sum(e - s for (s, e), t in zip(words, turned, strict=True) if t),
        "ocr": ocr,
        "picture": round(ink.picture, 2),
        "cut": all_signs - count,
        "unchecked": ink.unchecked,
    }


def _owner(pdfium: Any, text: Any, sign: int) -> int:
    """Address of the object that a sign belongs to, 0 where there is none."""
    owner = pdfium.FPDFText_GetTextObject(text, sign)
    return ctypes.addressof(owner.contents) if owner else 0


def _words(codes: list[int]) -> list[tuple[int, int]]:
    """Runs of signs without white space between; boxes are asked for by word, since each costs a call."""
    found, start = list[tuple[int, int]](), -1
    for i, code in enumerate(codes):
        if code in _WHITE:
            if start >= 0:
                found.append((start, i))
            start = -1
        else:
            start = i if start < 0 else start
            if code in _HYPHENS:
                # What follows the hyphen stands in the next line.
                found.append((start, i + 1))
                start = -1
    return [*found, (start, len(codes))] if start >= 0 else found


def _codes(pdfium: Any, text: Any, count: int) -> list[int]:
    """Code points by sign; one call for all where PDFium's text has a unit for each sign."""
    buffer = (ctypes.c_ushort * (count + 2))()
    if pdfium.FPDFText_GetText(text, 0, count, buffer) == count + 1:
        return list(buffer[:count])
    return [pdfium.FPDFText_GetUnicode(text, i) for i in range(count)]


def _frame(pdfium: Any, page: Any, width: float, height: float) -> Box:
    """Left, bottom, right and top of what is shown of the page, before it is turned."""
    rect = pdfium.FS_RECTF()
    if pdfium.FPDF_GetPageBoundingBox(page, rect):
        return rect.left, rect.bottom, rect.right, rect.top
    return 0.0, 0.0, width, height


def _boxes(pdfium: Any, text: Any, words: list[tuple[int, int]], frame: Box, turn: int) -> list[Box | None]:
    """Boxes of words, from those of their first and last sign."""
    rect = pdfium.FS_RECTF()
    reference = ctypes.byref(rect)
    get, found = pdfium.FPDFText_GetLooseCharBox, list[Box | None]()
    for start, end in words:
        if not get(text, start, reference):
            found.append(None)
            continue
        a, b, c, d = rect.left, rect.bottom, rect.right, rect.top
        if end - start > 1 and get(text, end - 1, reference):
            a, b, c, d = min(a, rect.left), min(b, rect.bottom), max(c, rect.right), max(d, rect.top)
        found.append(_shown(a, b, c, d, frame, turn))
    return found


def _turned(
    pdfium: Any, text: Any, words: list[tuple[int, int]], boxes: list[Box | None], turn: int
) -> list[bool]:
    """Which words do not run from left to right on the page: axes of figures, stamps on margins, tables on their side.

    The direction is asked for where a word begins elsewhere than beside the one before, or stands taller than wide.
    """
    found, last = list[bool](), False
    before: Box | None = None
    for (start, end), box in zip(words, boxes, strict=True):
        if box is None:
            found.append(False)
            continue
        beside = before is not None and abs(box[1] - before[1]) < 2 and box[0] > before[0]
        tall = end - start > 1 and box[3] - box[1] > 1.2 * (box[2] - box[0])
        if not beside or tall:
            angle = pdfium.FPDFText_GetCharAngle(text, start) + turn * math.pi / 2
            last = abs(math.remainder(angle, 2 * math.pi)) > _SLANT
        found.append(last)
        before = box
    return found


def _shown(a: float, b: float, c: float, d: float, frame: Box, turn: int) -> Box:
    """A box of the file as it lies on the page that people see, from its top left."""
    left, bottom, right, top = frame
    if turn == 0:
        return a - left, top - d, c - left, top - b
    if turn == 1:
        return b - bottom, a - left, d - bottom, c - left
    if turn == 2:
        return right - c, b - bottom, right - a, d - bottom
    return top - d, right - c, top - b, right - a


def _said(codes: list[int], start: int, end: int) -> str:
    """Signs as text; units of one letter beyond the first plane are joined."""
    units = [
        "-" if c in _HYPHENS else _OLD_FONTS.get(c) or chr(c) for c in codes[start:end] if 0 < c < 0x110000
    ]
    return "".join(units).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def _lines(
    codes: list[int],
    words: list[tuple[int, int]],
    boxes: list[Box | None],
    size: tuple[float, float],
) -> tuple[list[list[Any]], list[str]]:
    """Words that stand beside each other, as pieces of lines; and what lies off the page."""
    pieces, current, off = list[list[Any]](), list[Any](), list[str]()
    for (start, end), box in zip(words, boxes, strict=True):
        if box is None:
            continue
        said = _said(codes, start, end)
        if box[2] < 0 or box[3] < 0 or box[0] > size[0] or box[1] > size[1]:
            off.append(said)
            continue
        if current and _goes_on(current, box):
            # No white space in the file means that the word goes on, in another font.
            current[0] += said if codes[start - 1] not in _WHITE else f" {said}"
            # Raised and lowered signs are smaller, signs of sums and roots taller than the line.
            if 0.9 < (box[3] - box[1]) / current[5] < 1.3 or (len(said) > 2 and len(said) > len(current[0])):
                current[2], current[4] = min(current[2], box[1]), max(current[4], box[3])
                current[5] = max(current[5], box[3] - box[1])
            current[1], current[3] = min(current[1], box[0]), max(current[3], box[2])
            continue
        _close(pieces, current)
        current = [said, *box, max(0.1, box[3] - box[1])]
    _close(pieces, current)
    return pieces, off


def _goes_on(piece: list[Any], box: Box) -> bool:
    """Whether a word stands in the line of a piece, not far behind it; raised and lowered ones do."""
    _, _, y0, x1, y1, tall = piece
    height = min(y1 - y0, box[3] - box[1])
    same_line = min(y1, box[3]) - max(y0, box[1]) > 0.4 * height
    size = max(tall, box[3] - box[1])
    return same_line and -0.8 * size < box[0] - x1 < 0.95 * size


def _close(pieces: list[list[Any]], piece: list[Any]) -> None:
    if piece and piece[0].strip():
        pieces.append([piece[0].strip(), *(round(v, 1) for v in piece[1:])])
