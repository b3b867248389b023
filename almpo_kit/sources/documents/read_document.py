"""Reading one publication from a file: PDF, web page or plain text, by what is in it and not by its name."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from almpo_kit.sources.documents.content_kinds import LISTS, content_kind
from almpo_kit.sources.documents.document import Document, passages_frame
from almpo_kit.sources.documents.html_reading import read_html
from almpo_kit.sources.documents.languages import language_of
from almpo_kit.sources.documents.limits import Limits
from almpo_kit.sources.documents.pdf_reading import read_pdf
from almpo_kit.sources.documents.text_reading import read_text
from almpo_kit.sources.given_files import read_file
from almpo_kit.vocabulary.documents import document_id
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, stamp

Given = str | Path | tuple[str, bytes]
_SAYS_SYNTHETIC = re.compile(rf"^\W{{0,5}}{SYNTHETIC}\b", re.M)


def given_bytes(given: Given, limits: Limits) -> tuple[str, bytes]:
    """Name and bytes of a file on disk or in memory, of bounded size.

    Raises
    ------
    DataError
        Not there, not readable, too large.
    ParameterError
        Neither a path nor ``(name, bytes)``.
    """
    if isinstance(given, tuple):
        if len(given) != 2 or not isinstance(given[0], str) or not isinstance(given[1], (bytes, bytearray)):
            raise ParameterError("a file in memory is (name, bytes), e.g. ('paper.pdf', data).")
        name, data = PurePath(given[0]).name or "the file", bytes(given[1])
    elif isinstance(given, (str, Path)):
        name, data = read_file(given)
    else:
        raise ParameterError(f"give a path or (name, bytes), not {type(given).__name__}.")
    if len(data) > limits.megabytes * 1_000_000:
        raise DataError(
            f"{name} has {len(data) / 1e6:,.0f} MB, more than one publication ({limits.megabytes:,} MB); nothing was read. "
            "Save it without pictures, or give a part of it."
        )
    return name, data


def says_synthetic(*texts: str) -> bool:
    """Whether a line of some text begins with the word SYNTHETIC: an invented paper must not pass for a real one."""
    return any(_SAYS_SYNTHETIC.search(t) is not None for t in texts)


def read_document(
    given: Given, *, origin: str = "", limits: Limits | None = None, encoding: str | None = None
) -> Document:
    """Read one publication.

    Parameters
    ----------
    given : str, Path or tuple of (str, bytes)
        A file, or its name and bytes. What it is, is told by its content: PDF, web page or plain text.
    origin : str
        Where it came from; its name where nothing is said.
    limits : Limits, optional
        What it may cost; by default 500 pages, 100 MB, 60 seconds, 1,024 MB of memory.
    encoding : str, optional
        Of a text or a web page, where you know it.

    Returns
    -------
    Document
        ``.degraded`` where a part of it was not read or is odd; the failed checks say what.

    Raises
    ------
    DataError
        Refused: locked, damaged, a scan without text, hostile, empty, a list of references, or of a kind that is not
        read (Word, Excel, pictures, archives). The message says what it is and the way out.

    Examples
    --------
    >>> found = read_document(("note.txt", b"Training in Austria\\n\\nTraining raised employment by 2.4 points."))
    >>> found.passages["text"].tolist()
    ['Training in Austria', 'Training raised employment by 2.4 points.']
    """
    bounds = limits or Limits()
    name, data = given_bytes(given, bounds)
    kind = content_kind(data, name)
    if kind in LISTS:
        raise DataError(
            f"{name} is a list of references, not one publication; read it with `sources.read_document_list`."
        )
    if kind == "pdf":
        found = read_pdf(name, data, bounds)
    elif kind == "html":
        found = read_html(name, data, bounds, encoding)
    else:
        found = read_text(name, data, bounds, encoding)
    identifier = document_id(data)
    synthetic = says_synthetic(found.text, found.title)
    passages = passages_frame((identifier, *row) for row in found.passages)
    version = DataVersion(name, identifier[:12], kind="synthetic" if synthetic else "file", sha256=identifier)
    return Document(
        document_id=identifier,
        title=found.title,
        abstract=found.abstract,
        text=found.text,
        authors=found.authors,
        year=found.year,
        doi=found.doi,
        url=found.url,
        language=found.language or language_of(f"{found.abstract}\n{found.text[:20_000]}"),
        kind=kind,
        pages=found.pages,
        origin=origin or name,
        source=f"{SYNTHETIC}: {name} says so" if synthetic else name,
        passages=stamp(passages, version),
        checks=tuple(found.checks),
    )
