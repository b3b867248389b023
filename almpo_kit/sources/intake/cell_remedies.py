"""What to do with a cell that holds no number, by its column: where its parts belong."""

from __future__ import annotations

import re
from typing import Any

from almpo_kit.sources.intake.numerals import LONGEST_NUMBER, read_number

_RANGE = "Code the end nearer zero without a standard error, and put the range into the note."
_INTERVAL = "An interval belongs in ci_low and ci_high, its level in ci_level; leave se empty."
_RANGES = {
    "effect": _RANGE,
    "se": _INTERVAL,
    "ci_low": "Write its ends into ci_low and ci_high.",
    "ci_high": "Write its ends into ci_low and ci_high.",
    "start_year": "Write the first year into start_year and the last into end_year.",
    "end_year": "Write the first year into start_year and the last into end_year.",
    "horizon_months": "Write the one month of the measurement; of a period its last, and the period into the note.",
}
_DATES = {"start_year": "Write the year alone", "end_year": "Write the year alone"}
_NUMBERS_ALONE = {"se", "horizon_months", "n", "ci_low", "ci_high", "df"}
#: Columns in which a percent sign leaves nothing open.
_PERCENT_IS_CLEAR = {"ci_level", "unemployment_rate", "take_up"}
_TWO = re.compile(r"\D*?(\d[\d.,]*+)\D+(\d[\d.,]*+)\D*")
#: A number with words, brackets or stars around it; not a bound, a formula or an error.
_ALONE = re.compile(r"[^\W\d]*+[.\s\[(~≈]*+([-+]?\d[\d.,]*+)[\s\])*†‡.]*+[^\W\d]*+\.?")
_YEAR = re.compile(r"(?<!\d)(19\d\d|20\d\d)(?!\d)")


def fault(column: str, said: str) -> str:
    """What is wrong with a cell, without the doubt that its column does not leave."""
    return said.partition(",")[0] if column in _PERCENT_IS_CLEAR and "percent sign" in said else said


def remedy(column: str, cell: Any, mark: str) -> str:
    """What to write instead, or '' where the column has no advice of its own.

    Parameters
    ----------
    column : str
    cell : object
        As it stood in the file.
    mark : str
        The file's decimal mark.
    """
    text = str(cell).strip()
    if len(text) > LONGEST_NUMBER:
        return ""
    if column in _DATES:
        years = _YEAR.findall(text)
        if len(set(years)) == 1:
            return f"{_DATES[column]}: {years[0]}."
        return _RANGES[column] if years else ""
    if column == "se" and _TWO.fullmatch(text) and text[:1] in "[(":
        return _INTERVAL
    if "%" in text and (advice := _percent(column, text, mark)):
        return advice
    if column in _RANGES and _TWO.fullmatch(text):
        return _RANGES[column]
    alone = _ALONE.fullmatch(text)
    if alone and isinstance(cell, str) and column in _NUMBERS_ALONE:
        return f"Write the number alone: {alone[1].strip('.,')}."
    return ""


def _percent(column: str, text: str, mark: str) -> str:
    number = read_number(text.rstrip("% "), mark).value
    if number != number:
        return ""
    if column in ("ci_level", "unemployment_rate"):
        return f"The column is in per cent; write {number:g}."
    return f"The column is a share from 0 to 1; write {number / 100:g}." if column == "take_up" else ""


def outside(column: str, value: float) -> str:
    """What to do with a number outside its column's limits."""
    if column == "take_up" and 1 < value <= 100:
        return f"It is a share; if {value:g} is per cent, write {value / 100:g}."
    if column == "ci_level" and 0.5 <= value < 1:
        return f"It is in per cent; write {100 * value:g}."
    return "Correct it."


def p_remedy(text: str, mark: str) -> str:
    """What to write instead of a p value that is none."""
    usual = "Write the exact p, or a bound such as <0.05, or stars."
    if len(text) > LONGEST_NUMBER:
        return usual
    starless = text.rstrip("*†‡ ")
    if starless != text and not read_number(starless, mark or ".").fault:
        return f"Write {starless} alone: an exact p says more than its stars."
    if text.endswith("%"):
        number = read_number(text.rstrip("% "), mark or ".").value
        if 0 <= number <= 100:
            return f"Write it as a share: {number / 100:g}; a bound as <{number / 100:g}."
    return usual
