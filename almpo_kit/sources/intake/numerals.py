"""Numbers as people write them: decimal commas, thousands, minus signs; and what is no number, with the reason.

A thousands separator is accepted only where nothing else can be meant. ``1.234`` in a file whose other
numbers have decimal commas is a thousandfold error waiting to happen, so it is a problem and no number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: Words that people write for "not known"; in a column of numbers they can mean nothing else.
MISSING_WORDS = frozenset(
    {"na", "n/a", "n.a.", "nan", "null", "none", ".", "..", "-", "–", "—", "?", "missing"}
)
#: No number has more signs; longer cells are never matched against any pattern.
LONGEST_NUMBER = 100
_SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
# Possessive repeats: no pattern goes back over what it has read, whatever stands in the cell.
_NUMBER = re.compile(r"([+-]?)(\d*+)((?:[.,]\d++)*+)[.,]?([eE][+-]?\d{1,3})?")
_RANGE = re.compile(
    r"[-+]?\d++(?:[.,]\d++)*+\s*+(?:to|bis|up to|\.\.++|[-–—/;])\s*+[-+]?[\d.,]++\s*+%?", re.I
)
_PERCENT = re.compile(r"[-+]?[\d.,]++\s*+%")
_STARRED = re.compile(r"[-+]?[\d.,]++\s*+(?:[*†‡]++|[a-c])")
_BRACKETED = re.compile(r"[\[(]\s*+[-+]?[\d.,][^\n]*")
_BOUND = re.compile(r"[<>≤≥]=?\s*+[\d.,]++")


@dataclass(frozen=True)
class Reading:
    """What a cell says: a value (nan where none), the decimals it was written with, and what is wrong with it.

    ``missing`` is True where a word for "not known" stood in it.
    """

    value: float = math.nan
    decimals: int = 0
    fault: str = ""
    remedy: str = ""
    missing: bool = False


def _tidied(text: str) -> str:
    text = text.strip().replace("\u2212", "-")
    # A dash is a minus only in front of a digit; between two it makes a range.
    text = re.sub(r"^[–—](?=\s?[\d.,])", "-", text)
    return _SPACES.sub("", text) if _grouped_by_spaces(text) else text


def _grouped_by_spaces(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d{1,3}([ \u00a0\u2009\u202f'’]\d{3})+([.,]\d+)?", text) is not None


def _pieces(text: str) -> tuple[str, list[str], list[str], str] | None:
    """Sign, separators, groups of digits and exponent; None where the text is no number."""
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    marks = re.findall(r"[.,]", found[3])
    return found[1], marks, [found[2], *re.findall(r"\d+", found[3])], found[4] or ""


def _looks_grouped(groups: list[str]) -> bool:
    lead, *rest = groups
    return 1 <= len(lead) <= 3 and not lead.startswith("0") and all(len(g) == 3 for g in rest)


def _mark_of(text: str) -> str:
    """The decimal mark that this number proves, or '' where it proves none."""
    if len(text) > LONGEST_NUMBER:
        return ""
    parts = _pieces(_tidied(text))
    if parts is None or not parts[1]:
        return ""
    _, marks, groups, exponent = parts
    other = {".": ",", ",": "."}
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return other[marks[0]] if _looks_grouped(groups) else ""
    return "" if _looks_grouped(groups) and not exponent else marks[0]


def decimal_mark(texts: Iterable[str], suggested: str = "") -> tuple[str, bool]:
    """The decimal mark of a file's numbers, and whether its numbers contradict each other.

    Returns
    -------
    (mark, mixed) : tuple of str and bool
        ``mark`` is ``"."``, ``","``, or ``""`` where neither is proven nor suggested, or both are.
    """
    seen = {_mark_of(t) for t in texts} - {""}
    if len(seen) == 2:
        return "", True
    return (seen.pop() if seen else suggested), False


def read_number(text: str, mark: str, *, whole: bool = False) -> Reading:
    """One cell as a number.

    Parameters
    ----------
    text : str
    mark : {".", ",", ""}
        The file's decimal mark, from :func:`decimal_mark`.
    whole : bool
        A count or a year: three digits after a separator can then only be thousands.
    """
    if len(text.strip()) > LONGEST_NUMBER:
        return Reading(
            fault=f"it has {len(text):,} characters, more than any number",
            remedy="Write one number; words belong in the note.",
        )
    tidy = _tidied(text)
    if tidy.lower() in MISSING_WORDS:
        return Reading(missing=True)
    parts = _pieces(tidy)
    if parts is None:
        return Reading(fault=_why_no_number(tidy), remedy=_remedy(tidy))
    sign, marks, groups, exponent = parts
    grouped = _looks_grouped(groups)
    if not marks:
        return _valued(sign, groups[0], "", exponent)
    if len(set(marks)) == 2:
        if marks.count(marks[-1]) == 1 and len(set(marks[:-1])) == 1 and _looks_grouped(groups[:-1]):
            return _valued(sign, "".join(groups[:-1]), groups[-1], exponent)
        return Reading(fault="points and commas do not fit together", remedy="Write 1234.5 or 1234,5.")
    if len(marks) > 1 or (whole and grouped):
        if grouped:
            return _valued(sign, "".join(groups), "", exponent)
        return Reading(
            fault="several separators that do not group thousands", remedy="Write 1234.5 or 1234,5."
        )
    if grouped and not exponent and mark != marks[0]:
        return Reading(
            fault=f"it can mean {sign}{groups[0]}{groups[1]} or {sign}{groups[0]}.{groups[1]}",
            remedy="Write it without a thousands separator, in the way of the file's other numbers.",
        )
    return _valued(sign, groups[0], groups[1], exponent)


def _valued(sign: str, whole: str, fraction: str, exponent: str) -> Reading:
    value = float(f"{sign}{whole or '0'}.{fraction or '0'}{exponent}")
    if math.isinf(value):
        return Reading(fault="it is too large to be a number here", remedy="Correct it.")
    return Reading(value, len(fraction) - int(exponent[1:] or 0) if exponent else len(fraction))


def _why_no_number(text: str) -> str:
    if _RANGE.fullmatch(text):
        return "it is a range, not an estimate"
    if _PERCENT.fullmatch(text):
        return "it carries a percent sign, which leaves open whether points or per cent are meant"
    if _STARRED.fullmatch(text):
        return "it carries stars or a letter of significance"
    if text.endswith(("]", ")")) and _BRACKETED.fullmatch(text):
        return "it stands in brackets, which can mean a minus or a standard error"
    if _BOUND.fullmatch(text):
        return "it is a bound, not a number"
    if text.startswith("#"):
        return "it is an error of the spreadsheet"
    if text.lower().lstrip("+-") in {"inf", "infinity", "∞"}:
        return "it is not finite"
    return "it is no number"


def _remedy(text: str) -> str:
    if _RANGE.fullmatch(text):
        return "Code the end nearer zero without a standard error, and put the range into the note."
    if _STARRED.fullmatch(text):
        return "Write the number alone; stars belong in p_value."
    if _PERCENT.fullmatch(text):
        return "Write the number alone; the column unit says percentage_points or percent."
    return "Write one number, or leave the cell empty."


def decimals_of(value: float) -> int:
    """Decimals with which a number is written shortest: 0.05 has two."""
    text = repr(float(value))
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return max(0, len(mantissa.partition(".")[2].rstrip("0")) - int(exponent))
    return len(text.partition(".")[2].rstrip("0"))


def read_cell(cell: Any, mark: str, *, whole: bool = False) -> Reading:
    """A cell of any kind as a number."""
    if isinstance(cell, str):
        return read_number(cell, mark, whole=whole)
    if isinstance(cell, bool):
        return Reading(fault="it is a truth value, not a number", remedy="Write the number.")
    if isinstance(cell, (int, float)):
        if not math.isfinite(cell):
            return Reading(fault="it is not finite", remedy="Write the number, or leave the cell empty.")
        return Reading(float(cell), decimals_of(cell))
    return Reading(
        fault="it is a date: a spreadsheet turns cells such as 3-4 or 1.5 into dates",
        remedy="Format the column as a number and type the value again.",
    )
