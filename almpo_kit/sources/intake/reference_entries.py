"""One reference, whatever its file format: its parts, its suggested key and its citation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Line of the file at which an entry begins, its text, and what is wrong with its borders ('' when nothing is).
Piece = tuple[int, str, str]
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)


@dataclass
class Entry:
    """One reference: names of its authors, and its fields as the file has them."""

    authors: list[str] = field(default_factory=list)
    title: str = ""
    year: str = ""
    container: str = ""
    doi: str = ""
    url: str = ""
    line: int = 0
    abstract: str = ""
    language: str = ""
    keywords: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def surnames(self) -> list[str]:
        return [n.partition(",")[0].strip() if "," in n else n.split()[-1] for n in self.authors if n.strip()]


def one_line(text: str) -> str:
    """Text without line breaks and doubled spaces."""
    return " ".join(str(text).split())


def year_in(text: str) -> str:
    """The first year in some text, or ''."""
    found = re.search(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)", text)
    return found[1] if found else ""


def doi_in(*texts: str) -> str:
    """The first DOI in some texts, bare, or ''."""
    found = next((m for t in texts if (m := _DOI.search(t.replace("\\_", "_")))), None)
    return found[0].rstrip(".,;)}") if found else ""


def _key(entry: Entry) -> str:
    """``hohmeyer_wolff2010``: one surname, or two, in plain letters, and the year."""
    names = entry.surnames[:2] if len(entry.authors) == 2 else entry.surnames[:1]
    plain = [_letters(n) for n in names] or [_letters(entry.title.split()[0]) if entry.title else ""]
    return "_".join(p for p in plain if p) + entry.year or "reference"


def _letters(name: str) -> str:
    lower = unicodedata.normalize("NFKD", name.lower().translate(_NOT_DECOMPOSED))
    kept = "".join(c for c in lower if not unicodedata.combining(c) and c.isalnum())
    return kept


def reference_rows(entries: Sequence[Entry]) -> Iterator[tuple[Any, ...]]:
    """Rows of the reference table; suggested keys are unique within the file."""
    used: Counter[str] = Counter()
    taken = set[str]()
    for entry in entries:
        base = key = _key(entry)
        while key in taken:
            used[base] += 1
            key = f"{base}{_suffix(used[base])}"
        taken.add(key)
        year = float(entry.year) if entry.year else None
        yield (
            key,
            _citation(entry),
            entry.title or None,
            year,
            entry.doi or None,
            entry.url or None,
            entry.line,
        )


def _suffix(number: int) -> str:
    return chr(97 + number) if number < 26 else f"_{number}"


def _citation(entry: Entry) -> str:
    names = entry.authors
    who = (
        f"{names[0]} et al."
        if len(names) > 3
        else " & ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
    )
    year = f"({entry.year})" if entry.year else ""
    said = ", ".join(filter(None, (" ".join(filter(None, (who, year))), entry.title, entry.container)))
    return said
