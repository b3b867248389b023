"""Lists of references (RIS, BibTeX) as a table; an entry that cannot be read is listed, never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.intake.bibtex import bib_pieces, bib_reader, is_bibtex
from almpo_kit.sources.intake.file_kinds import DAMAGE, kind_of, read_whole
from almpo_kit.sources.intake.problems import Problem, counted, problem_table
from almpo_kit.sources.intake.reference_entries import Entry, reference_rows
from almpo_kit.sources.intake.ris import is_ris, read_ris, ris_pieces
from almpo_kit.sources.intake.separated import decoded
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import DataVersion, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("study_id", "citation", "title", "year", "doi", "url", "line")
_MOST_BYTES, _MOST_ENTRIES, _LONGEST_ENTRY = 20_000_000, 20_000, 200_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReferenceList(Finding):
    """References from a file: ``table`` has one row a reference, ``problems`` what could not be read.

    Parameters
    ----------
    problems : DataFrame, shape (n_problems, 6)
        ``row`` is the line of the file at which the entry begins; ``value`` holds its text.
    """

    problems: pd.DataFrame


def read_references(path: str | Path, *, encoding: str | None = None) -> ReferenceList:
    """Read a list of references.

    Parameters
    ----------
    path : str or Path
        RIS (.ris) or BibTeX (.bib), in UTF-8, UTF-16 with its mark, or Windows-1252.
    encoding : str, optional
        Another encoding, e.g. ``"windows-1253"``.

    Returns
    -------
    ReferenceList
        ``table``: ``study_id`` (a suggestion: first two surnames and year, unique in the file)``, citation,
        title, year`` (float, missing where not stated)``, doi, url, line`` (where the entry begins).

    Raises
    ------
    DataError
        No such file, no text, or no reference in it.
    """
    import pandas as pd

    file = Path(path)
    data = read_whole(file)
    if len(data) > _MOST_BYTES:
        raise DataError(f"{file.name} is larger than any list of references; split it.")
    if encoding is None and file.suffix.lower() not in (".ris", ".bib"):
        kind_of(data, file.with_suffix(".txt"))
    text, remarks, guesses = decoded(data, file.name, encoding)
    entries, problems = parsed_references(text, file.name)
    problems = [*guesses, *problems]
    rows = [*reference_rows(entries)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    kinds = {c: "float64" if c == "year" else "int64" if c == "line" else "str" for c in COLUMNS}
    version = DataVersion(file.name, sha256(data)[:12], kind="file", sha256=sha256(data))
    table = stamp(table.astype(kinds), version)
    checks = [Check("file", "informational", r) for r in remarks]
    broken = sum(p.severity == "fatal" for p in problems)
    if broken:
        said = f"{counted(broken, 'entry', 'entries')} could not be read; problems lists where and why."
        checks.insert(0, Check("entries", "failed", said))
    return ReferenceList(
        question=f"Which references does {file.name} hold?",
        sentence=f"{counted(len(table), 'reference')} read from {file.name}; {counted(broken, 'entry', 'entries')} could not be read.",
        table=table,
        checks=tuple(checks),
        provenance=provenance(table, method="sources.read_references"),
        problems=problem_table(problems),
    )


def parsed_references(text: str, name: str, most: int = _MOST_ENTRIES) -> tuple[list[Entry], list[Problem]]:
    """Entries of a RIS or BibTeX text in its order, and what could not be read or is odd.

    Raises
    ------
    DataError
        No reference in it, or more than ``most``.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    ris, bib = is_ris(text), is_bibtex(text)
    if not ris and not bib:
        raise DataError(
            f"{name} holds no reference: neither RIS (lines such as 'TY  - JOUR') nor BibTeX ('@article{{…}}'). "
            "Export it from your reference manager again."
        )
    pieces = list(ris_pieces(text) if ris else bib_pieces(text))
    if len(pieces) > most:
        raise DataError(f"{name} holds more than {most:,} references; split it.")
    read: Callable[[str], Entry | None] = read_ris if ris else bib_reader(pieces)
    entries, problems = [], []
    for line, piece, fault in pieces:
        entry, fault = (None, fault) if fault else _attempt(read, piece)
        if entry is None and fault:
            problems.append(_broken(line, piece, fault))
        elif entry is not None:
            entry.line = line
            entries.append(entry)
            problems += _doubts(entry)
    return entries, [*problems, *_same_doi(entries)]


def _same_doi(entries: list[Entry]) -> Iterator[Problem]:
    """References that name one publication."""
    lines: dict[str, int] = {}
    for entry in entries:
        doi = entry.doi.casefold()
        if doi in lines:
            said = f"the reference in line {lines[doi]} has this DOI too"
            yield Problem(
                entry.line, "doi", entry.doi, "look at", said, "Delete one of them, or correct a DOI."
            )
        elif doi:
            lines[doi] = entry.line


def _attempt(read: Callable[[str], Entry | None], piece: str) -> tuple[Entry | None, str]:
    if len(piece) > _LONGEST_ENTRY:
        return None, "the entry is too long to be one reference"
    # The libraries' own errors derive from many classes.
    try:
        entry = read(piece)
    except DAMAGE as error:
        return None, f"the entry is malformed ({type(error).__name__})"
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {"rispy", "bibtexparser", "pyparsing"}:
            raise
        return None, f"the entry is malformed ({type(error).__name__})"
    if entry is not None and not entry.title and not entry.authors:
        return None, "the entry has neither a title nor authors"
    return entry, ""


def _broken(line: int, piece: str, fault: str) -> Problem:
    return Problem(
        line, "", piece[:2_000], "fatal", fault, "Mend it in your reference manager and export again."
    )


def _doubts(entry: Entry) -> Iterator[Problem]:
    for name, value in (("title", entry.title), ("year", entry.year), ("author", " ".join(entry.authors))):
        if not value:
            yield Problem(
                entry.line, name, "", "look at", f"the reference has no {name}", "Fill it in by hand."
            )
