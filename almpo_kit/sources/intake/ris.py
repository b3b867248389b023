"""Entries of a RIS file, each on its own, so that one broken entry costs no other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from almpo_kit.sources.intake.reference_entries import Entry, Piece, doi_in, one_line, year_in

_START, _END = re.compile(r"^\ufeff?TY\s{1,2}- ?"), re.compile(r"^ER\s{1,2}-")


def is_ris(text: str) -> bool:
    """Whether any line begins an entry."""
    return any(_START.match(line) for line in text.split("\n"))


def ris_pieces(text: str) -> Iterator[Piece]:
    """Entries from TY to ER; what stands outside of them, or is never closed, is broken."""
    start, held, inside = 1, list[str](), False
    for number, line in enumerate(text.split("\n"), start=1):
        if _START.match(line):
            if any(h.strip() for h in held):
                yield (
                    start,
                    "\n".join(held),
                    "the entry is not closed by ER" if inside else "text outside of an entry",
                )
            start, held, inside = number, [line.lstrip("\ufeff")], True
        elif _END.match(line) and inside:
            yield start, "\n".join([*held, "ER  - "]), ""
            start, held, inside = number + 1, [], False
        else:
            start = start if held else number
            held.append(line) if (held or line.strip()) else None
    if any(h.strip() for h in held):
        yield (
            start,
            "\n".join(held),
            "the entry is not closed by ER" if inside else "text outside of an entry",
        )


def read_ris(piece: str) -> Entry:
    """One entry."""
    import rispy

    (found,) = rispy.loads(piece + "\n", skip_unknown_tags=True) or [{}]
    urls = found.get("urls") or [found.get("url", "")]
    return Entry(
        authors=[str(a) for a in found.get("authors") or found.get("first_authors") or []],
        title=one_line(found.get("title") or found.get("primary_title") or ""),
        year=year_in(str(found.get("year") or found.get("publication_year") or found.get("date") or "")),
        container=one_line(
            found.get("journal_name") or found.get("secondary_title") or found.get("publisher") or ""
        ),
        doi=doi_in(str(found.get("doi") or ""), *map(str, urls)),
        url=next((str(u) for u in urls if u), ""),
        # Catalogues disagree on the tag of the abstract: AB, or N2.
        abstract=one_line(found.get("abstract") or found.get("notes_abstract") or ""),
        language=one_line(found.get("language") or ""),
        keywords=[one_line(k) for k in found.get("keywords") or []],
        notes=[one_line(n) for n in (*(found.get("notes") or []), found.get("research_notes") or "") if n],
    )
