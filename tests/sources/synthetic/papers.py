"""Invented documents as PDF files, for readers; each page says SYNTHETIC."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

from almpo_kit.sources.synthetic.invented_documents import SyntheticDocuments

_LINES, _WIDTH = 52, 92


def write_papers(folder: Path, invented: SyntheticDocuments, n: int = 3) -> list[Path]:
    """The first ``n`` documents as PDF, one file each, named by the start of their ``document_id``.

    Signs that the built-in fonts lack are written with ASCII (a true minus as a hyphen).
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for row in invented.documents.head(n).itertuples():
        path = folder / f"{str(row.document_id)[:12]}.pdf"
        canvas = Canvas(str(path), pagesize=A4, invariant=1)
        canvas.setTitle(f"[SYNTHETIC] {row.title}")
        text = str(row.text).replace("\u2212", "-").replace("\u202f", " ")
        lines = [line for block in text.split("\n") for line in (wrap(block, _WIDTH) or [""])]
        for first in range(0, len(lines), _LINES):
            page = canvas.beginText(60, 780)
            page.setFont("Helvetica", 10)
            page.textLine("SYNTHETIC: invented, stands for no publication")
            for line in lines[first : first + _LINES]:
                page.textLine(line)
            canvas.drawText(page)
            canvas.showPage()
        canvas.save()
        made.append(path)
    return made
