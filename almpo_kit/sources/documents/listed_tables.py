"""Tables of references (CSV) as catalogues and screening tools write them, row by row as entries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.intake.reference_entries import Entry, doi_in, one_line, year_in
from almpo_kit.sources.intake.separated import read_separated
from almpo_kit.vocabulary.documents import NO, YES
from almpo_kit.vocabulary.errors import DataError

#: Field -> headings, as :func:`plain` spells them, the best first: Scopus, Web of Science, OpenAlex, Zotero, ASReview.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (
        "title",
        "primary_title",
        "article_title",
        "document_title",
        "display_name",
        "ti",
        "titel",
        "titre",
    ),
    "abstract": (
        "abstract",
        "abstract_note",
        "abstract_text",
        "notes_abstract",
        "ab",
        "abstract_inverted_index",
        "summary",
    ),
    "authors": (
        *("authors", "author", "author_names", "author_full_names", "authorships_author_display_name"),
        *("first_authors", "af", "au", "autoren"),
    ),
    "year": ("year", "publication_year", "publication_date", "py", "date", "published", "jahr"),
    "doi": ("doi", "di", "ids_doi", "doi_link"),
    "url": ("url", "urls", "link", "primary_location_landing_page_url", "ur", "id"),
    "language": ("language", "language_of_original_document", "la", "sprache"),
    "keywords": (
        "keywords",
        "author_keywords",
        "keywords_display_name",
        "index_keywords",
        "manual_tags",
        "de",
        "kw",
    ),
    "label": (
        "label_included",
        "included",
        "asreview_label",
        "label",
        "final_included",
        "relevant",
        "inclusion",
        "include",
    ),
    "source": ("source",),
    "notes": ("notes", "note", "asreview_note"),
}
_KNOWN = frozenset(h for names in HEADINGS.values() for h in names)
_YES = frozenset(
    [
        "1",
        "1.0",
        "yes",
        "y",
        "true",
        "relevant",
        "included",
        "include",
        "ja",
        "oui",
        "sí",
        "asreview_relevant",
    ]
)
_NO = frozenset(
    [
        "0",
        "0.0",
        "no",
        "n",
        "false",
        "irrelevant",
        "excluded",
        "exclude",
        "nein",
        "non",
        "asreview_irrelevant",
    ]
)
_OPEN = frozenset(
    [
        "",
        "-1",
        "-1.0",
        "na",
        "nan",
        "none",
        "null",
        "maybe",
        "unlabeled",
        "unlabelled",
        "not_seen",
        "asreview_not_seen",
    ]
)


@dataclass
class Listed:
    """One reference of a list; ``label`` is whether somebody found it relevant, ``""`` where nobody said."""

    entry: Entry
    label: str = ""
    source: str = ""


def label_of(said: str) -> str | None:
    """``yes``, ``no`` or ``""`` for what a list says of relevance; None for words that mean neither."""
    word = said.strip().casefold()
    if word in _YES:
        return YES
    if word in _NO:
        return NO
    return "" if word in _OPEN else None


def label_in_notes(notes: Sequence[str]) -> str:
    """The label that ASReview leaves among the notes of a RIS file."""
    for note in notes:
        for word in note.replace(",", " ").replace(";", " ").split():
            if word.casefold().startswith("asreview_"):
                return label_of(word) or ""
    return ""


def listed_rows(data: bytes, name: str, most: int) -> tuple[list[Listed], list[Problem], list[str]]:
    """Rows of a table of references, problems and remarks.

    Parameters
    ----------
    data : bytes
        UTF-8.

    Raises
    ------
    DataError
        No column of titles or abstracts, or too many rows.
    """
    hint = "Export the references with a line of headings: title, abstract, authors, year, doi."
    raw = read_separated(data, name, _KNOWN, "utf-8", most=most, hint=hint)
    columns = _columns(raw.header)
    if "title" not in columns and "abstract" not in columns:
        raise DataError(f"{name} has no column of titles or abstracts ({', '.join(raw.header[:8])}). {hint}")
    broken = {p.row for p in raw.problems if p.severity == "fatal"}
    found, problems = list[Listed](), list(raw.problems)
    for number, row in zip(raw.numbers, raw.rows, strict=True):
        if number in broken:
            continue
        cells = {field: _cell(row, where) for field, where in columns.items()}
        listed, said = _listed(cells, number)
        problems += said
        if listed is not None:
            found.append(listed)
    return found, problems, [*raw.remarks, _read_from(raw.header, columns)]


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Columns of each field, the best heading first."""
    names = [plain(h) for h in header]
    where = {f: [names.index(h) for h in wanted if h in names] for f, wanted in HEADINGS.items()}
    return {f: columns for f, columns in where.items() if columns}


def _cell(row: Sequence[str], where: Sequence[int]) -> str:
    return next((value for i in where if (value := row[i].strip())), "")


def _listed(cells: Mapping[str, str], number: int) -> tuple[Listed | None, list[Problem]]:
    title, abstract = one_line(cells.get("title", "")), _abstract(cells.get("abstract", ""))
    if not title and not abstract:
        said = "the row has neither a title nor an abstract"
        return None, [Problem(number, "title", "", "fatal", said, "Fill it in, or delete the row.")]
    problems = []
    label = label_of(cells.get("label", ""))
    if label is None:
        said = "the word says neither that it is relevant nor that it is not"
        problems.append(
            Problem(number, "label", cells["label"][:200], "look at", said, "Write 1, 0 or nothing.")
        )
    if not title:
        problems.append(
            Problem(number, "title", "", "look at", "the reference has no title", "Fill it in by hand.")
        )
    authors = cells.get("authors", "").replace("|", ";")
    entry = Entry(
        authors=[one_line(a) for a in authors.split(";") if a.strip()],
        title=title,
        year=year_in(cells.get("year", "")),
        doi=doi_in(cells.get("doi", ""), cells.get("url", "")),
        url=url if (url := cells.get("url", "")).startswith(("http://", "https://")) else "",
        line=number,
        abstract=abstract,
        language=cells.get("language", ""),
        keywords=[k.strip() for k in cells.get("keywords", "").replace("|", ";").split(";") if k.strip()],
        notes=[cells["notes"]] if cells.get("notes") else [],
    )
    return Listed(entry, label or "", cells.get("source", "")), problems


def _abstract(cell: str) -> str:
    """An abstract; OpenAlex's own form, the places of each word, is put back into a text."""
    if not cell.startswith('{"'):
        return one_line(cell)
    try:
        places = json.loads(cell)
        words = [(int(at), str(word)) for word, spots in places.items() for at in spots]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return one_line(cell)
    return " ".join(word for _, word in sorted(words)[:20_000])


def _read_from(header: Sequence[str], columns: Mapping[str, Sequence[int]]) -> str:
    said = ", ".join(f"{field} from {header[where[0]]!r}" for field, where in columns.items())
    return f"Read: {said}."
