"""What a cell of a register says: a region, an occupation, a number, a period; or what is wrong with it.

Each function takes one cell as text and returns what it says and, where it cannot be used, why and what to do.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from almpo_kit.sources.intake.numerals import read_number
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.labour_frames import MOST_PEOPLE
from almpo_kit.vocabulary.occupations import isco_code
from almpo_kit.vocabulary.places import NUTS_VERSIONS, PLACE_NAMES, normalise

#: How offices write a number that they keep to themselves.
SUPPRESSED = frozenset({":", ":c", "c", "*", "x", "s", "(c)", "..c", "conf", "confidential", "geheim"})
_BELOW = re.compile(r"[<≤]=?\s*\d{1,3}")
_ESCO = re.compile(r"https?://data\.europa\.eu/esco/(occupation|isco)/\S+", re.IGNORECASE)
_CODE_LIKE = re.compile(r"(?:isco|esco|c|oc)?[-_ :]*(?:08)?[-_ :]*\d[\d. ]*", re.IGNORECASE)
_PERIOD = re.compile(r"(\d{4})(?:[-/ ]?(?:([QqTt][1-4])|[Mm]?(0?[1-9]|1[0-2]))(?:[-/]\d{1,2}(?:[ T].*)?)?)?")
_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
#: The longest code, address or name of a region has about 80 signs; patterns take their time with longer ones.
_LONGEST_CODE = 200
#: Answers that are kept, so that cells which many rows share are read once; not more, since they are a person's.
_KEPT = 20_000


class Said(NamedTuple):
    """What a cell says; ``fault`` and ``remedy`` where it cannot be used; ``note`` what was read into it."""

    value: str | float | None = None
    fault: str = ""
    remedy: str = ""
    note: str = ""


class Regions(NamedTuple):
    """``codes``: code -> latest NUTS edition that has it; ``names``: name of a region of today -> its codes."""

    codes: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]


@cache
def known_regions() -> Regions:
    """Codes of all held NUTS editions with the latest edition that has each; today's names with their codes."""
    from almpo_kit.sources.vintages import nuts

    codes: dict[str, str] = {code: NUTS_VERSIONS[-1] for code in PLACE_NAMES if len(code) == 2}
    names: dict[str, list[tuple[int, str]]] = {}
    for version in NUTS_VERSIONS:
        table = nuts(version, partners=True)
        codes |= dict.fromkeys(table["code"], version)
        if version == NUTS_VERSIONS[-1]:
            for code, label in zip(table["code"], table["label"], strict=True):
                # NUTS 2 before 3, 1 and 0: what most registers mean by a region.
                names.setdefault(str(label).casefold(), []).append(((2, 3, 1, 0).index(len(code) - 2), code))
    for code, label in PLACE_NAMES.items():
        if len(code) == 2:
            names.setdefault(label.casefold(), []).append((3, code))
    best = {n: tuple(c for r, c in found if r == min(found)[0]) for n, found in names.items()}
    return Regions(codes, {n: tuple(dict.fromkeys(c)) for n, c in best.items()})


def _shown(cell: str) -> str:
    """A cell without signs that nobody sees, such as marks of the direction of writing."""
    if cell.isascii():
        return cell.strip()
    return "".join(c for c in cell if unicodedata.category(c) != "Cf").strip()


@lru_cache(maxsize=_KEPT)
def region_of(cell: str) -> Said:
    """A NUTS code of any held edition, or the name of one of today's regions."""
    known, text = known_regions(), _shown(cell)
    if len(text) > _LONGEST_CODE:
        return Said(fault="it is far too long for a region", remedy="Write a NUTS code, e.g. EL30.")
    code = normalise(text)
    if code in known.codes:
        edition = known.codes[code]
        old = "" if edition == NUTS_VERSIONS[-1] else f"a code of NUTS {edition}, not of {NUTS_VERSIONS[-1]}"
        return Said(
            code, note=old or ("GR/GB written as in Eurostat" if code[:2] != text[:2].upper() else "")
        )
    named = known.names.get(text.casefold(), ())
    if len(named) == 1:
        return Said(named[0], note="a region's name read as its code")
    if named:
        return Said(fault="several regions have this name", remedy=f"Write one of {', '.join(named[:5])}.")
    shaped = "in no NUTS edition since 2013" if _NUTS.fullmatch(code) else "no NUTS code and no region's name"
    return Said(fault=f"it is {shaped}", remedy="Write a NUTS code, e.g. EL30, or leave the cell empty.")


@lru_cache(maxsize=_KEPT)
def occupation_of(cell: str) -> Said:
    """An ISCO-08 or ESCO code as it is kept, ESCO's address of an occupation, or (as note "title") a title in words."""
    text = _shown(cell)
    if len(text) > _LONGEST_CODE:
        return Said(text, note="title")
    if _ESCO.fullmatch(text) and "/occupation/" in text:
        return Said(text)
    if not (_ESCO.fullmatch(text) or _CODE_LIKE.fullmatch(text)):
        return Said(text, note="title")
    try:
        digits = isco_code(text.replace(" ", "") if text[:1].isdigit() else text)
    except ParameterError as error:
        why = str(error).partition("no ISCO-08 code")[2].lstrip(". :")
        return Said(fault="it is no code of ISCO-08 or ESCO", remedy=why[:1].upper() + why[1:])
    finer = re.search(r"\d{4}(?:\.\d+)+$", text)
    return Said(finer[0] if finer and not finer[0].endswith(".0") else digits)


def number_of(
    cell: str, mark: str, *, most: float = MOST_PEOPLE, least: float = 0, whole: bool = False
) -> Said:
    """A number within bounds."""
    read = read_number(cell, mark, whole=whole)
    if read.missing:
        return Said(None)
    if read.fault:
        return Said(fault=read.fault, remedy=read.remedy)
    if not math.isfinite(read.value) or not least <= read.value <= most:
        what = "it is negative" if read.value < 0 <= least else f"it lies outside {least:g} to {most:g}"
        return Said(fault=what, remedy="Correct it, or leave the row out.")
    return Said(read.value)


def is_suppressed(cell: str) -> bool:
    """Whether a cell says that its number is kept back: ``:``, ``c``, ``*``, ``<10``."""
    text = cell.strip().lower()
    return text in SUPPRESSED or bool(_BELOW.fullmatch(text))


@lru_cache(maxsize=_KEPT)
def period_of(cell: str) -> Said:
    """A year, quarter or month as 2024, 2024-Q1, 2024-01; of a date its month."""
    found = _PERIOD.fullmatch(_shown(cell)[:_LONGEST_CODE])
    if not found:
        return Said(fault="it is no period", remedy="Write 2024, 2024-Q1 or 2024-01.")
    year, quarter, month = found.groups()
    if quarter:
        return Said(f"{year}-Q{quarter[1]}")
    return Said(f"{year}-{int(month):02d}" if month else year)
