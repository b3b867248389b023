"""A web page as text: what the confined process found, and what the page says of the publication it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from almpo_kit.sources.documents.bibliographic_guesses import guess_abstract, guess_doi, guess_year
from almpo_kit.sources.documents.cleaning import TURNING, clean
from almpo_kit.sources.documents.encodings import decoded_text
from almpo_kit.sources.documents.languages import language_code
from almpo_kit.sources.documents.limits import Limits
from almpo_kit.sources.documents.reading import Reading
from almpo_kit.sources.documents.separate_process import Outcome, read_apart
from almpo_kit.sources.documents.text_reading import passage_rows
from almpo_kit.sources.intake.reference_entries import doi_in, year_in
from almpo_kit.vocabulary.errors import DataError

#: Names under which publishers' pages tell a field, the best first.
_META = {
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title"),
    "authors": ("citation_author", "citation_authors", "dc.creator", "dcterms.creator", "author"),
    "year": (
        "citation_publication_date",
        "citation_date",
        "citation_year",
        "dc.date",
        "dcterms.issued",
        "article:published_time",
    ),
    "doi": ("citation_doi", "dc.identifier", "prism.doi", "bepress_citation_doi"),
    "abstract": ("citation_abstract", "dc.description", "dcterms.abstract", "description", "og:description"),
    "url": ("citation_public_url", "citation_abstract_html_url", "og:url"),
    "language": ("citation_language", "dc.language", "dcterms.language"),
}
_LEAST_ABSTRACT, _LEAST_TEXT = 80, 20


def read_html(name: str, data: bytes, limits: Limits, encoding: str | None = None) -> Reading:
    """Read a web page in a process of its own; scripts, styles, menus and what is hidden are left out.

    Raises
    ------
    DataError
        No text, or too much work.
    """
    page, assumed = decoded_text(data, name, encoding, declares=True)
    outcome = read_apart("html", page.encode("utf-8", "replace"), limits)
    _refuse(name, outcome, limits)
    head, *rest = outcome.records
    blocks = [said for r in rest if (said := clean(r.get("block", "")).strip())]
    text = "\n\n".join(blocks)
    if sum(map(len, blocks)) < _LEAST_TEXT:
        raise DataError(
            f"{name} shows no text: pages that are drawn by a script are empty when saved. Print it to PDF, or copy its "
            "text into a .txt file."
        )
    reading = Reading(text=text, passages=passage_rows(text))
    _fill(reading, head, blocks)
    if assumed:
        reading.noted("letters", assumed)
    _tell(reading, rest, page)
    return reading


def _refuse(name: str, outcome: Outcome, limits: Limits) -> None:
    if outcome.ending == "whole" and "fault" not in outcome.records[0]:
        return
    why = {
        "time": f"took longer than {limits.seconds} seconds and was stopped",
        "memory": f"needed more than {limits.memory:,} MB of memory and was stopped",
        "output": "holds more text than any publication and was stopped",
    }.get(outcome.ending, "is damaged, hostile or no web page")
    raise DataError(
        f"{name} {why}. Nothing was taken in. Print it to PDF, or copy its text into a .txt file."
    )


def _fill(reading: Reading, head: Mapping[str, Any], blocks: Sequence[str]) -> None:
    meta: Mapping[str, Sequence[str]] = head["meta"]
    said = {k: clean(_first(meta, names)).strip() for k, names in _META.items()}
    start = "\n\n".join(blocks)
    reading.title = " ".join((said["title"] or clean(head["title"])).split())
    reading.authors = "; ".join(
        dict.fromkeys(" ".join(clean(a).split()) for a in _all(meta, _META["authors"]))
    )
    reading.doi = doi_in(*(v for n in _META["doi"] for v in meta.get(n, ()))) or guess_doi(start)
    year = year_in(said["year"])
    reading.year = float(year) if year else guess_year(start)
    abstract = " ".join(said["abstract"].split())
    reading.abstract = abstract if len(abstract) >= _LEAST_ABSTRACT else guess_abstract(start)
    reading.url = said["url"] if said["url"].startswith(("http://", "https://")) else ""
    reading.language = language_code(said["language"] or head["lang"])
    told = [k for k in ("title", "authors", "year", "doi", "abstract") if said[k]]
    guessed = [k for k in ("title", "year", "doi", "abstract") if not said[k] and _known(getattr(reading, k))]
    if told:
        reading.noted("told", f"The page itself says: {', '.join(told)}.")
    if guessed:
        reading.noted("guessed", f"Guessed from the page, to be looked at: {', '.join(guessed)}.")


def _known(value: object) -> bool:
    return bool(value) and value == value


def _all(meta: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[str]:
    return next((list(meta[n]) for n in names if any(v.strip() for v in meta.get(n, ()))), [])


def _first(meta: Mapping[str, Sequence[str]], names: Sequence[str]) -> str:
    return next((v for v in _all(meta, names) if v.strip()), "")


def _tell(reading: Reading, rest: Sequence[Mapping[str, Any]], page: str) -> None:
    if any("full" in r for r in rest):
        reading.failed("length", "The text is longer than is kept; its end was left out.")
    counts = next((r for r in rest if "hidden" in r), {"hidden": 0, "deep": 0})
    if counts["deep"]:
        reading.failed(
            "nesting", f"{counts['deep']:,} signs are nested deeper than any page needs and were left out."
        )
    if counts["hidden"]:
        reading.noted("hidden text", f"{counts['hidden']:,} signs that the page does not show were left out.")
    if turning := len(TURNING.findall(page)):
        reading.failed("direction", f"{turning:,} marks that turn the direction of writing were taken out.")
