"""OpenAlex: works of the open catalogue of research, CC0.

Since 2026 a free key is needed to page beyond the first 10,000 answers (``ALMPO_OPENALEX_KEY``); without one pages are asked
by their number, which the service allows up to there, in small quantities a day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from almpo_kit.sources.documents.catalogues.catalogue import Answers, Reference, asked, contact
from almpo_kit.sources.documents.catalogues.markup import from_index, inner, listed, plain
from almpo_kit.sources.intake.reference_entries import doi_in

_PAGE: Final = 100
#: Pages by number, of which the service gives the first 10,000 answers.
_PAGES: Final = 100
_SELECT: Final = (
    "id,doi,display_name,publication_year,language,type,authorships,primary_location,abstract_inverted_index"
)


@dataclass(frozen=True)
class OpenAlex:
    """The catalogue; see :class:`~almpo_kit.sources.documents.catalogues.catalogue.Catalogue`."""

    answers: Answers = field(
        default_factory=lambda: Answers("OpenAlex", "ALMPO_SERVICE_OPENALEX", "https://api.openalex.org")
    )
    name: str = "openalex"
    title: str = "OpenAlex"
    licence: str = "CC0 1.0"

    def search(
        self, query: str, *, since: str | date | None = None, limit: int = 1_000
    ) -> Iterator[Reference]:
        """Works that answer a query, the most fitting first.

        Parameters
        ----------
        query : str
            Words; AND, OR, NOT and quotation marks work.
        since : str or date, optional
            Published from this day on. What is indexed late is found by asking with an overlap; what is held already
            costs nothing.
        limit : int

        Yields
        ------
        Mapping
            ``DOCUMENT_COLUMNS`` but the identifier.

        Raises
        ------
        ParameterError, ServiceError
        """
        words, day, most = asked(query, since, limit)
        return self._found(words, day, most)

    def _found(self, words: str, day: str, most: int) -> Iterator[Reference]:
        key = os.environ.get("ALMPO_OPENALEX_KEY", "").strip()
        parameters = {"search": words, "per_page": str(min(_PAGE, most)), "select": _SELECT}
        if day:
            parameters["filter"] = f"from_publication_date:{day}"
        if mail := contact():
            parameters["mailto"] = mail
        given, number, cursor = 0, 1, "*"
        while given < most:
            place = {"cursor": cursor} if key else {"page": str(number)}
            page = self.answers.page("/works", {**parameters, **place}, {"api_key": key} if key else None)
            works = page.get("results")
            if not isinstance(works, list):
                raise self.answers.odd("no list of results")
            for work in works[: most - given]:
                given += 1
                if (found := reference(work)) is not None:
                    yield found
            cursor, number = inner(page, "meta", "next_cursor"), number + 1
            total = inner(page, "meta", "count")
            seen = isinstance(total, int) and given >= total
            if not works or seen or (not cursor if key else number > _PAGES):
                return


def reference(work: Any) -> Reference | None:
    """One work as a reference; None where it has no title."""
    title = plain(inner(work, "display_name") or inner(work, "title"))
    if not title:
        return None
    names = listed(work, "authorships")
    authors = [
        plain(inner(a, "author", "display_name") or inner(a, "raw_author_name"))
        for a in names
        if isinstance(a, dict)
    ]
    year = inner(work, "publication_year")
    return {
        "title": title,
        "abstract": from_index(inner(work, "abstract_inverted_index")),
        "authors": "; ".join(a for a in authors if a),
        "year": year if isinstance(year, int) else None,
        "doi": doi_in(str(inner(work, "doi") or "")),
        "url": str(inner(work, "primary_location", "landing_page_url") or inner(work, "id") or ""),
        "language": str(inner(work, "language") or ""),
        "kind": "reference",
        "pages": 0,
        "source": "OpenAlex",
    }
