"""What a file is, by what is in it and not by its name; and what to do with one that is not read here."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from almpo_kit.sources.intake.bibtex import is_bibtex
from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.ris import is_ris
from almpo_kit.vocabulary.errors import DataError

Kind = Literal["pdf", "html", "text", "ris", "bibtex", "separated"]
#: Kinds that hold many publications; :func:`almpo_kit.sources.read_document_list` reads them.
LISTS = ("ris", "bibtex", "separated")
_AS_PDF = "Open it and save it as a PDF or as plain text (.txt)"
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"RIFF",
    b"\x00\x00\x00\x0cjP",
    b"BM",
)
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", f"an old Word or Office file. {_AS_PDF}."),
    (b"{\\rtf", f"a rich text file (RTF). {_AS_PDF}."),
    (b"\x1f\x8b", "compressed (gzip). Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive. Unpack it first."),
    (b"Rar!", "a RAR archive. Unpack it first."),
    (b"BZh", "compressed (bzip2). Unpack it first."),
    (b"\xfd7zXZ", "compressed (xz). Unpack it first."),
    (b"%!PS", f"PostScript. {_AS_PDF}."),
    (b"AT&TFORM", f"a DjVu file. {_AS_PDF}."),
    (b"SQLite format 3", "a database. Export its references as RIS."),
    (b"\x7fELF", "a program. It is not read."),
    (b"MZ", "a program. It is not read."),
)
_TAGS = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|title|article|section|div|p|h1|table|script|span)\b", re.I
)
#: Headings of which a table of references has at least two, as :func:`plain` spells them.
_HEADINGS = frozenset(
    (
        *("title", "primary_title", "article_title", "document_title", "display_name", "abstract"),
        *("authors", "author", "author_names", "year", "publication_year", "doi", "keywords"),
        *("included", "label_included", "label", "ti", "ab", "au", "py", "di", "abstract_note"),
        *("publication_title", "abstract_text", "notes_abstract", "titel", "titre"),
    )
)


def content_kind(data: bytes, name: str = "the file") -> Kind:
    """What the bytes are.

    Returns
    -------
    {"pdf", "html", "text", "ris", "bibtex", "separated"}
        Lists of references are ``ris``, ``bibtex``, ``separated``; the others are one publication.

    Raises
    ------
    DataError
        Empty, or of a kind that is not read; the message says what it is and how to save it.
    """
    head = data[:4096]
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise DataError(f"{name} is empty: nothing is in it. Download or export it again.")
    # Some servers put lines before the file; readers of PDF allow for a kilobyte.
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, words in _OTHERS:
        if head.startswith(magic):
            raise DataError(f"{name} is {words}")
    if head.startswith(b"PK\x03\x04"):
        raise DataError(_archive(name, data))
    if head.startswith(_PICTURES):
        raise DataError(f"{name} is a picture. Run text recognition (OCR) and save the result as a PDF.")
    return _text_kind(data, name)


def _archive(name: str, data: bytes) -> str:
    try:
        inside = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        inside = set()
    if "word/document.xml" in inside:
        return f"{name} is a Word document (.docx). {_AS_PDF}."
    if any(i.startswith("xl/") for i in inside):
        return (
            f"{name} is an Excel workbook. Save the list of references as 'CSV UTF-8', or export it as RIS."
        )
    if "mimetype" in inside or any(i.startswith("ppt/") for i in inside):
        return f"{name} is an office document or an e-book. {_AS_PDF}."
    return f"{name} is an archive (zip). Unpack it first, then give the folder."


def _text_kind(data: bytes, name: str) -> Kind:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not wide and data[:65_536].count(b"\x00"):
        raise DataError(
            f"{name} is no text, no web page and no PDF; its kind is not known, or it is damaged. {_AS_PDF}."
        )
    start = data[:65_536]
    sample = start.decode("utf-16", "ignore") if wide else start.decode("latin-1")
    first = sample.lstrip("\ufeffï»¿ \t\r\n")[:2_048]
    if len(_TAGS.findall(first.encode("utf-8"))) >= 2 or first[:15].lower().startswith(
        ("<!doctype html", "<html")
    ):
        return "html"
    if first.startswith("<?xml"):
        raise DataError(f"{name} is XML. {_AS_PDF}, or export the references as RIS.")
    lines = sample.replace("\r", "\n")
    if is_ris(lines):
        return "ris"
    if is_bibtex(lines):
        return "bibtex"
    if first.startswith(("%0 ", "PMID- ", "FN Clarivate", "FN Thomson", "PT J\n")):
        raise DataError(
            f"{name} is a list of references in a form that is not read. Export it again as RIS or BibTeX."
        )
    header = first.split("\n", 1)[0]
    cells = [plain(c.strip('"')) for c in re.split(r"[,;\t]", header)]
    return "separated" if len(_HEADINGS & set(cells)) >= 2 else "text"
