"""Title, year, DOI and abstract of a text that does not say which is which. All of it is a guess, and is called so."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Signs at the start of a text in which these are looked for.
FIRST = 12_000
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,200}")
_YEAR = r"(?<![\d/.,-])(19[5-9]\d|20[0-4]\d)(?![\d/-]|[.,]\d)"
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|februar|märz|mai|juin|juni|juli|oktober|dezember|janvier"
    "|février|avril|août|octobre|décembre|enero|febrero|abril|mayo|junio|julio|agosto|diciembre|gennaio|maggio|giugno"
)
_DATED = re.compile(
    rf"(?:\b(?:{_MONTHS})\w*\.?,?\s+(?:\d{{1,2}},?\s+)?|(?:published|online|version|draft|©|\(c\)|vol\.?[^.\n]{{0,30}})[^\n]{{0,40}}?|\()"
    rf"{_YEAR}",
    re.I,
)
_ANY_YEAR = re.compile(_YEAR)
_ABSTRACT = re.compile(
    r"^[ \t]*(?:a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|zusammenfassung|kurzfassung|abstrakt|résumé|resumen|riassunto|sommario|samenvatting"
    r"|streszczenie|resumo|sammanfattning|summary|executive summary|non-technical summary)"
    # Alone in its line, before a colon, or before words with which abstracts begin: "Abstract Syntax" is no heading.
    r"(?:[ \t]*\n|[ \t]*[:.—–-]+\s*|\s+(?=(?:We|This|The|In|Using|I|Our|Active|Labou?r|Wir|Diese[rs]?|Die|Das|Der|Cet|Este|Questo)\b))",
    re.I | re.M,
)
_AFTER = re.compile(
    r"^[ \t]*(?:key\s?words?|schlagwörter|schlüsselwörter|mots[- ]clés|palabras clave|parole chiave|jel\b|1\.?\s+\S|i\.\s+\S"
    r"|introduction|einleitung|einführung|introducción|introduzione|acknowledge?ments?|contents|table of contents|©)",
    re.I | re.M,
)
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft (?:word|powerpoint)|slide \d|\S+\.(?:docx?|pdf|tex|dvi|indd|qxd|rtf|ps)$|title$|titel$|none$|paper$"
    r"|document\d*$|manuscript$|layout \d|pii:|doi:)",
    re.I,
)
_NO_AUTHOR = frozenset(
    [
        "anonymous",
        "administrator",
        "admin",
        "user",
        "author",
        "unknown",
        "root",
        "owner",
        "default",
        "microsoft",
    ]
)


def guess_doi(text: str) -> str:
    """The DOI at the start of a text; ``""`` where there is none, or several (a list of references)."""
    found = {
        m[0].rstrip(".,;:)]}'’”").lower(): m[0].rstrip(".,;:)]}'’”") for m in _DOI.finditer(text[:FIRST])
    }
    return next(iter(found.values())) if len(found) == 1 else ""


def guess_year(text: str) -> float:
    """The year in which something dated itself; NaN where nothing at its start looks like that."""
    start = text[:3_000]
    dated = _DATED.search(start)
    if dated:
        return float(dated[1])
    years = {m[1] for m in _ANY_YEAR.finditer(start[:1_000])}
    return float(years.pop()) if len(years) == 1 else float("nan")


def guess_abstract(text: str) -> str:
    """What stands under the heading "Abstract" (in some languages) at the start of a text, or ``""``."""
    heading = _ABSTRACT.search(text[: 2 * FIRST])
    if not heading:
        return ""
    following = text[heading.end() : heading.end() + 6_000]
    ends = [m.start() for m in _AFTER.finditer(following) if m.start() > 80]
    paragraphs = following[: ends[0]] if ends else following
    if not ends:
        # Without an end in sight the first paragraph is the abstract.
        paragraphs = next((p for p in paragraphs.split("\n\n") if len(p) > 80), "")
    said = " ".join(paragraphs.split())
    return said if 80 <= len(said) <= 5_000 else ""


def guess_title(meta: Mapping[str, str], largest: str, text: str) -> tuple[str, str]:
    """A title, and from where: what the file says of itself, its largest letters, its first line.

    The file's own word counts only where it is no file name and stands on the first pages too.
    """
    own = " ".join(meta.get("Title", "").split())
    start = _letters(text[:FIRST])
    if 8 <= len(own) <= 400 and not _NO_TITLE.match(own) and _letters(own) in start:
        return own, "what the file says of itself"
    if largest:
        return largest, "the largest letters on the first pages"
    first = next(
        (" ".join(p.split()) for p in text[:FIRST].split("\n\n") if sum(map(str.isalpha, p)) >= 8), ""
    )
    return (first, "the first line") if 8 <= len(first) <= 300 else ("", "")


def guess_authors(meta: Mapping[str, str]) -> str:
    """The authors that the file says of itself, where those are no machine and no account."""
    own = " ".join(meta.get("Author", "").split())
    if len(own) < 5 or " " not in own or len(own) > 1_000 or own.casefold() in _NO_AUTHOR:
        return ""
    return "; ".join(p.strip() for p in re.split(r";|\s+and\s+|\s+&\s+", own) if p.strip())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
