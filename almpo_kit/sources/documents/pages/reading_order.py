"""The order in which the pieces of a page are read: columns after each other, what spans them in between.

A gutter is a white strip in the middle of the page that few rows cross, between two sides of running text. What
crosses it (titles, wide tables) cuts the page into bands; in each the left side is read before the right one. Cells
of a table are narrow against their columns, so a table is read by row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from almpo_kit.sources.documents.pages.lines import CELL, Line

#: A gutter is at least so wide, in points, and crossed by at most this share of the rows on its height.
_GUTTER, _CROSSED = 7.0, 0.3
#: Rows that make a column, and the share of its width that its rows fill.
_ROWS, _FILLED = 5, 0.5
_STEP, _TURNED = 2.0, 6
#: Pieces of a page beyond which nothing is looked for: they are read from top to bottom.
_MOST = 20_000


def in_order(pieces: Sequence[Line]) -> list[Line]:
    """Lines of one page, in the order of reading; ``column`` tells runs of lines below each other apart.

    Parameters
    ----------
    pieces : sequence of Line
        In the order of the file.
    """
    kept = _upright(pieces)
    lines: list[Line] = []
    for column, part in enumerate(_parts(kept, 0) if len(kept) <= _MOST else [kept]):
        lines += [line._replace(column=column) for line in _rows(part)]
    return lines


def _upright(pieces: Sequence[Line]) -> list[Line]:
    """Without text that runs upwards: single letters above each other, such as a stamp on the margin."""
    kept, run = list[Line](), list[Line]()
    for piece in pieces:
        if len(piece.text) <= 2 and (not run or abs(run[-1].x0 - piece.x0) < 3):
            run.append(piece)
            continue
        kept += [] if len(run) >= _TURNED else run
        run = [piece] if len(piece.text) <= 2 else []
        if len(piece.text) > 2:
            kept.append(piece)
    return kept + ([] if len(run) >= _TURNED else run)


def _parts(pieces: list[Line], depth: int) -> Iterator[list[Line]]:
    gutter = _gutter(pieces) if depth < 2 and len(pieces) >= 2 * _ROWS else None
    if gutter is None:
        if pieces:
            yield pieces
        return
    across = sorted((p for p in pieces if p.x0 < gutter < p.x1), key=lambda p: p.middle)
    rest = [p for p in pieces if not p.x0 < gutter < p.x1]
    while across or rest:
        cut = across[0].middle if across else float("inf")
        band = [p for p in rest if p.middle < cut]
        rest = [p for p in rest if p.middle >= cut]
        yield from _parts([p for p in band if p.x1 <= gutter], depth + 1)
        yield from _parts([p for p in band if p.x0 >= gutter], depth + 1)
        # What spans the columns stays together as long as nothing stands between.
        below = min((p.middle for p in rest), default=float("inf"))
        spanning = [p for p in across if p.middle <= below]
        across = [p for p in across if p.middle > below]
        level, rest = _beside(rest, spanning)
        if spanning or level:
            yield spanning + level


def _beside(rest: list[Line], spanning: list[Line]) -> tuple[list[Line], list[Line]]:
    """Pieces in the rows of what spans the columns, and the others."""
    if not spanning:
        return [], rest
    middles = sorted(s.middle for s in spanning)
    near = 0.3 * max(s.size for s in spanning)
    level, others = list[Line](), list[Line]()
    for piece in rest:
        at = bisect_left(middles, piece.middle)
        beside = any(abs(m - piece.middle) < near for m in middles[max(0, at - 1) : at + 1])
        (level if beside else others).append(piece)
    return level, others


def _gutter(pieces: Sequence[Line]) -> float | None:
    """Where the page falls into two columns, or None."""
    left, right = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    width = right - left
    if not 100 < width < 20_000:
        return None
    steps = int(width / _STEP) + 1
    changes = [0] * (steps + 3)
    for p in pieces:
        changes[int((p.x0 - left) / _STEP)] += 1
        changes[int((p.x1 - left) / _STEP) + 1] -= 1
    crossing = list(accumulate(changes))
    # A page number in the middle of the foot, a line that is a little long: not every row keeps to its column.
    least = min(crossing[steps // 4 : 3 * steps // 4 + 1]) + max(2, len(pieces) // 25)
    best, run = (0, 0.0), 0
    for i in range(steps // 5, 4 * steps // 5 + 1):
        run = run + 1 if crossing[i] <= least else 0
        if run > best[0]:
            best = (run, left + (i - (run - 1) / 2) * _STEP)
    at = best[1]
    return at if best[0] * _STEP >= _GUTTER and _two_sides(pieces, at) else None


def _two_sides(pieces: Sequence[Line], at: float) -> bool:
    sides = [p for p in pieces if p.x1 <= at], [p for p in pieces if p.x0 >= at]
    across = [p for p in pieces if p.x0 < at < p.x1]
    for side in sides:
        if len(side) < _ROWS:
            return False
        width = max(p.x1 for p in side) - min(p.x0 for p in side)
        # By letters: the many small parts of a formula do not make a table.
        long = sum(len(p.text) for p in side if p.x1 - p.x0 >= _FILLED * width)
        if long < _FILLED * sum(len(p.text) for p in side) or width < 60:
            return False
    top, bottom = (max(min(p.y0 for p in s) for s in sides), min(max(p.y1 for p in s) for s in sides))
    between = sum(top <= p.middle <= bottom for p in across)
    beside = min(sum(top <= p.middle <= bottom for p in side) for side in sides)
    return beside >= _ROWS and between <= _CROSSED * (beside + between)


def _rows(pieces: Sequence[Line]) -> Iterator[Line]:
    """Pieces that stand in one row, as one line."""
    row: list[Line] = []
    bottom = top = 0.0
    said = 0
    for piece in sorted(pieces, key=lambda p: (p.middle, p.x0)):
        height = min(piece.y1 - piece.y0, bottom - top) if row else 0.0
        if row and min(bottom, piece.y1) - max(top, piece.y0) <= 0.5 * height:
            yield _joined(row)
            row = []
        # The piece with most to say is the line; a tall sign of a formula must not draw lines together.
        if not row or len(piece.text) > said:
            top, bottom, said = piece.y0, piece.y1, len(piece.text)
        row.append(piece)
    if row:
        yield _joined(row)


def _joined(row: list[Line]) -> Line:
    row.sort(key=lambda p: p.x0)
    size = max(row, key=lambda p: len(p.text)).size
    said = row[0].text
    for before, piece in pairwise(row):
        gap = piece.x0 - before.x1
        said += (CELL if gap > 1.6 * size else " " if gap > 0.1 * size else "") + piece.text
    box = min(p.x0 for p in row), min(p.y0 for p in row), max(p.x1 for p in row), max(p.y1 for p in row)
    return Line(said, *box, size, row[0].page)
