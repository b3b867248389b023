"""Where on its page each sentence stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from almpo_kit.sources.documents.pages.flow import Placed
from almpo_kit.vocabulary.documents import sentences

Row = tuple[str, int, int, int, int, str, float, float, float, float]


def placed_sentences(document_id: str, text: str, placed: Sequence[Placed]) -> Iterator[Row]:
    """Passages with page and box, in the order of ``PASSAGE_COLUMNS``.

    The box is that of the lines in which the sentence stands, up to where it leaves its column: the part by which a
    reader finds it. A sentence in the middle of a line gets the whole line.
    """
    starts = [p.start for p in placed]
    for number, (start, end) in enumerate(sentences(text)):
        first = max(0, bisect_right(starts, start) - 1)
        lines = [placed[first].line]
        for following in placed[first + 1 :]:
            line = following.line
            if following.start >= end or (line.page, line.column) != (lines[0].page, lines[0].column):
                break
            lines.append(line)
        yield (
            *(document_id, number, lines[0].page, start, end, text[start:end]),
            *(min(r.x0 for r in lines), min(r.y0 for r in lines)),
            *(max(r.x1 for r in lines), max(r.y1 for r in lines)),
        )
