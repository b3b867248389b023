"""Reading PDF files beside pypdf: seconds a page, in one process and with the start of the confined one.

Run: .venv/bin/python benchmarks/documents_reading.py [FOLDER OR FILE …]   (about a minute)

Without files, papers are invented: one column, two columns, tables (SYNTHETIC). pypdf gives text alone; ours gives text in the
order of reading, a place on the page for each sentence, and what cannot be seen left out. Seconds are of the processor, so that
other work on the machine counts less.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from almpo_kit import sources
from almpo_kit.sources.documents.process.pdf_text import records_of

WORDS = (
    *(
        "the",
        "effect",
        "of",
        "training",
        "on",
        "employment",
        "for",
        "unemployed",
        "people",
        "in",
        "a",
        "region",
        "was",
    ),
    *(
        "estimated",
        "by",
        "matching",
        "with",
        "caseworkers",
        "after",
        "twelve",
        "months",
        "and",
        "is",
        "larger",
        "where",
    ),
)


def invented(kind: str, pages: int, seed: int = 0) -> bytes:
    """A SYNTHETIC paper of one kind."""
    from reportlab.pdfgen.canvas import Canvas

    rng = np.random.default_rng(seed)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True)
    for number in range(pages):
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(72, 812, "SYNTHETIC paper of a benchmark")
        for row in range(50):
            y = 780 - 14 * row
            if kind == "table" and row % 5:
                for cell in range(6):
                    canvas.drawString(72 + 80 * cell, y, f"{rng.normal():.3f}")
                continue
            starts, length = ((72, 320), 8) if kind == "columns" else ((72,), 16)
            for x in starts:
                canvas.drawString(x, y, " ".join(rng.choice(WORDS, length)))
        canvas.drawString(295, 30, str(number + 1))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def seconds(act: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    start = clock()
    act()
    return clock() - start


def plain(data: bytes) -> int:
    import pypdf

    return sum(len(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    chosen = parser.parse_args()
    files = [f for p in chosen.places for f in (sorted(p.rglob("*.pdf")) if p.is_dir() else [p])]
    given = {f.name: f.read_bytes() for f in files} or {
        f"SYNTHETIC {kind}": invented(kind, chosen.pages) for kind in ("text", "columns", "table")
    }
    order = {"pages": 10_000, "signs": 10**9}
    print(f"{'file':32s} {'pages':>6s} {'ours ms':>8s} {'pypdf ms':>9s} {'ratio':>6s} {'apart s':>8s}")
    ratios = []
    for name, data in given.items():
        records = list(records_of(data, order))
        pages = sum("page" in r for r in records)
        if not pages:
            continue
        ours, theirs = seconds(lambda d=data: list(records_of(d, order))), seconds(lambda d=data: plain(d))
        whole = seconds(lambda n=name, d=data: sources.read_document((n, d)), time.perf_counter)
        ratios.append(theirs / ours)
        print(
            f"{name[-32:]:32s} {pages:6d} {1_000 * ours / pages:8.1f} {1_000 * theirs / pages:9.1f} {ratios[-1]:6.2f} {whole:8.2f}"
        )
    if ratios:
        print(f"pypdf takes {np.median(ratios):.1f} times as long a page (median of {len(ratios)} files)")


if __name__ == "__main__":
    main()
