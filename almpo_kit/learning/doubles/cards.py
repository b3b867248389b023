"""What of a document is looked at to tell whether it is the same as another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.learning.doubles import authors, identifiers, notices, titles

if TYPE_CHECKING:
    import pandas as pd

#: Characters of an abstract, without spaces, that two versions of it share.
ABSTRACT = 100


@dataclass(slots=True)
class Card:
    """One document, in a plain form."""

    number: int
    words: tuple[str, ...]
    stems: tuple[str, ...]
    squeezed: str
    main: int
    dots: bool
    numbers: tuple[str, ...]
    notice: str
    serial: bool
    surnames: tuple[str, ...]
    body: bool
    year: int | None
    doi: str
    base_doi: str
    draft: bool
    abstract: str


def cards(documents: pd.DataFrame) -> list[Card]:
    """One card a row of ``documents``."""
    columns = [
        documents[c]
        for c in ("title", "abstract", "authors", "year", "doi", "url", "kind", "origin", "source")
    ]
    return [_card(i, *row) for i, row in enumerate(zip(*columns, strict=True))]


def _card(
    number: int, title: str, abstract: str, by: str, year: float, doi: str, url: str, *places: str
) -> Card:
    found = titles.words(title)
    notice = notices.notice(found)
    bare = notices.without_notice(found) if notice and notices.attached(notice) else found
    known = identifiers.doi(doi) or identifiers.doi(url)
    plain, names, body = "".join(bare), authors.surnames(by), authors.organisation(by)
    return Card(
        number=number,
        words=bare,
        stems=tuple(titles.stem(w) for w in bare),
        squeezed=plain,
        main=min(titles.main_length(title), len(bare)),
        dots=title.rstrip().endswith(("…", "...")),
        numbers=titles.numbers(bare),
        notice=notice,
        serial=notices.serial(bare, bool(names) and not body),
        surnames=names,
        body=body,
        year=int(year) if year == year and year is not None else None,
        doi=known,
        base_doi=identifiers.unversioned(known),
        draft=identifiers.draft(known, url, *places),
        abstract="".join(titles.words(abstract[:600]))[:300],
    )
