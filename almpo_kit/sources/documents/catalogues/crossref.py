"""Crossref: what publishers deposit with their DOIs. The facts are free; abstracts belong to their publishers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from almpo_kit.sources.documents.catalogues.catalogue import Answers, Reference, asked, contact
from almpo_kit.sources.documents.catalogues.markup import first, inner, listed, plain
from almpo_kit.sources.intake.reference_entries import doi_in

_PAGE: Final = 200
_SELECT: Final = "DOI,title,subtitle,abstract,author,issued,URL,type"


@dataclass(frozen=True)
class Crossref:
    """The catalogue; see :class:`~almpo_kit.sources.documents.catalogues.catalogue.Catalogue`."""

    answers: Answers = field(
        default_factory=lambda: Answers("Crossref", "ALMPO_SERVICE_CROSSREF", "https://api.crossref.org")
    )
    name: str = "crossref"
    title: str = "Crossref"
    licence: str = "facts free of rights; abstracts © their publishers"

    def search(
        self, query: str, *, since: str | date | None = None, limit: int = 1_000
    ) -> Iterator[Reference]:
        """Works that answer a query, the most fitting first; parameters as for OpenAlex.

        Yields
        ------
        Mapping
            ``DOCUMENT_COLUMNS`` but the identifier; the language is not stated by this catalogue.

        Raises
        ------
        ParameterError, ServiceError
        """
        words, day, most = asked(query, since, limit)
        return self._found(words, day, most)

    def _found(self, words: str, day: str, most: int) -> Iterator[Reference]:
        parameters = {"query.bibliographic": words, "rows": str(min(_PAGE, most)), "select": _SELECT}
        if day:
            parameters["filter"] = f"from-pub-date:{day}"
        if mail := contact():
            parameters["mailto"] = mail
        given, cursor = 0, "*"
        while given < most:
            page = self.answers.page("/works", {**parameters, "cursor": cursor})
            works = inner(page, "message", "items")
            if not isinstance(works, list):
                raise self.answers.odd("no list of items")
            for work in works[: most - given]:
                given += 1
                if (found := reference(work)) is not None:
                    yield found
            following = inner(page, "message", "next-cursor")
            # The last page repeats the cursor; only an empty or a short one is the end.
            if len(works) < int(parameters["rows"]) or not isinstance(following, str) or not following:
                return
            cursor = following


def reference(work: Any) -> Reference | None:
    """One work as a reference; None where it has no title."""
    title, more = first(inner(work, "title")), first(inner(work, "subtitle"))
    if not title:
        return None
    if more and more.casefold() not in title.casefold():
        title = f"{title}: {more}"
    year = inner(work, "issued", "date-parts", 0, 0)
    return {
        "title": title,
        "abstract": plain(inner(work, "abstract")),
        "authors": "; ".join(filter(None, (_name(a) for a in listed(work, "author") if isinstance(a, dict)))),
        "year": year if isinstance(year, int) else None,
        "doi": doi_in(str(inner(work, "DOI") or "")),
        "url": str(inner(work, "URL") or ""),
        "language": "",
        "kind": "reference",
        "pages": 0,
        "source": "Crossref",
    }


def _name(author: dict[str, Any]) -> str:
    family, given = plain(author.get("family")), plain(author.get("given"))
    return ", ".join(filter(None, (family, given))) or plain(author.get("name"))
