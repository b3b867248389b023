"""Entries of a BibTeX file, each on its own, so that one broken entry costs no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from almpo_kit.sources.intake.reference_entries import Entry, Piece, doi_in, one_line, year_in

_START = re.compile(r"^[ \t]*@\s*(\w+)\s*[{(]", re.M)
#: An abbreviation that stands for itself. Ones that are joined from others are not taken: eight lines of them can stand for
#: more text than any memory holds.
_STRING = re.compile(
    r"""@\s*string\s*[{(]\s*([^\s={}"#,()]+)\s*=\s*(?:"([^"#]*)"|\{([^#]*)\})\s*[})]?""", re.I
)
_MOST_STRINGS, _LONGEST_STRING, _MOST_JOINED = 5_000, 300, 1_000
#: Entries that may break the parser, which is then built anew; a file with more is no list of references.
_MOST_BROKEN = 1_000


def is_bibtex(text: str) -> bool:
    """Whether any line begins an entry."""
    return _START.search(text) is not None


def bib_pieces(text: str) -> Iterator[Piece]:
    """Entries by balanced braces; one that never closes ends where the next begins."""
    starts = [m.start() for m in _START.finditer(text)]
    position = line = 0
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        if start < position:
            continue  # an @ at the start of a line inside of a closed entry
        line += text.count("\n", 0 if not line else position, start) + (0 if line else 1)
        position = start
        end = _closing(text, start)
        if end is None:
            yield line, text[start:following].strip(), "its braces are never closed"
        else:
            yield line, text[start:end].strip(), ""
            line += text.count("\n", position, end)
            position = end


def _closing(text: str, start: int) -> int | None:
    depth = 0
    for found in re.compile(r"\\.|[{}]|^[ \t]*@\w+\s*\{\s*[^\s,{}=]+\s*,", re.M | re.S).finditer(
        text, start + 1
    ):
        sign = found[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return found.end()
        elif "@" in sign and depth > 0:
            return None  # the next entry has begun inside this one
        elif "@" in sign:
            depth += 1
    return None


def _abbreviations(pieces: Sequence[Piece]) -> dict[str, str]:
    """What ``@string`` defines, the last definition of each name."""
    found: dict[str, str] = {}
    for _, piece, fault in pieces:
        if fault or len(piece) > 2 * _LONGEST_STRING or not piece.lower().lstrip("@ \t").startswith("string"):
            continue
        made = _STRING.fullmatch(piece)
        value = "" if made is None else made[2] or made[3] or ""
        if made is not None and len(value) <= _LONGEST_STRING and len(found) < _MOST_STRINGS:
            found[made[1].lower()] = value
    return found


def _parser(strings: Mapping[str, str]) -> Any:
    from bibtexparser.bparser import BibTexParser

    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False, interpolate_strings=True)
    parser.expect_multiple_parse = True
    parser.bib_database.strings.update(strings)
    return parser


def bib_reader(pieces: Sequence[Piece]) -> Callable[[str], Entry | None]:
    """A reader of single entries that knows the file's abbreviations (``@string``)."""
    from bibtexparser.latexenc import latex_to_unicode

    strings = _abbreviations(pieces)

    def plain(value: Any) -> str:
        # Spaces of TeX first: "2.4\\,points".
        spaced = re.sub(r"(?<!\\)\\[,;:!/ ]|(?<!\\)~", " ", str(value))
        return one_line(re.sub(r"\\([%&_#$])", r"\1", re.sub(r"[{}]", "", latex_to_unicode(spaced))))

    held: list[Any] = []
    built = 0

    def entries(piece: str) -> list[Any]:
        import bibtexparser

        # Building the grammar takes longer than reading an entry: one parser serves all, until an entry breaks it.
        nonlocal built
        built += not held
        if built > _MOST_BROKEN:
            raise ValueError("after so many others")
        if piece.count("#") > _MOST_JOINED:
            raise ValueError("joined from very many parts")
        parser = held.pop() if held else _parser(strings)
        before = len(parser.bib_database.entries)
        found = list(bibtexparser.loads(piece, parser=parser).entries[before:])
        held.append(parser)
        return found

    def read(piece: str) -> Entry | None:
        kind = piece.lstrip("@ \t").partition("{")[0].strip().lower()
        if kind in ("string", "comment", "preamble"):
            return None
        found = entries(piece)
        if len(found) != 1:
            raise ValueError("not one entry")
        entry = {k.lower(): plain(v) for k, v in found[0].items()}
        raw = {k.lower(): str(v) for k, v in found[0].items()}
        return Entry(
            authors=[
                plain(a)
                # On one line first: white space without end would cost its length squared.
                for a in re.split(r" and ", one_line(raw.get("author") or raw.get("editor") or ""))
                if a.strip()
            ],
            title=entry.get("title", ""),
            year=year_in(entry.get("year") or entry.get("date") or ""),
            container=entry.get("journal")
            or entry.get("booktitle")
            or entry.get("institution")
            or entry.get("publisher")
            or "",
            doi=doi_in(raw.get("doi", ""), raw.get("url", "")),
            url=raw.get("url", "").strip("{} "),
            abstract=entry.get("abstract", ""),
            language=entry.get("language") or entry.get("langid") or "",
            keywords=[k.strip() for k in re.split(r"[;,]", entry.get("keywords", "")) if k.strip()],
            notes=[n for key in ("note", "annote", "annotation") if (n := entry.get(key))],
        )

    return read
