"""Text as it is kept: letters composed, line ends alike; and what a reader of the table should know about it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.intake.raw_table import LONGEST_CELL

#: What people write for "nothing" in a column of words.
_NOTHING = frozenset({"na", "n/a", "n.a.", "-", "–", "—"})
_LIKE_A_FORMULA = re.compile(r"[=@]|[+-][A-Za-z(]")
_PRINTED = "\n\r\t\u00a0\u00ad\u202f\u2009"


def as_text(cell: Any) -> str:
    """A cell as text: accents joined to their letters (NFC), a lone carriage return as a new line."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = re.sub(r"\r(?!\n)", "\n", str(cell)).strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_nothing(cell: Any) -> bool:
    """Whether a cell of words says that there is none."""
    return isinstance(cell, str) and cell.strip().lower() in _NOTHING


def folded(name: str) -> str:
    """A name without case, spaces and signs that do not show: what remains is what a reader sees."""
    shown = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in shown if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def text_problems(number: int, name: str, cell: Any, text: str) -> Iterator[Problem]:
    """At most one thing per rule about a cell of text."""

    def problem(severity: Any, said: str, remedy: str) -> Problem:
        return Problem(number, name, text, severity, said, remedy)

    if isinstance(cell, (datetime.date, datetime.time)):
        yield problem("look at", "a spreadsheet turned this cell into a date", "Check it against the source.")
    if len(text) > LONGEST_CELL:
        said = f"it has {len(text):,} characters, more than a spreadsheet cell can hold"
        yield problem(
            "fatal",
            said,
            "Shorten it; a cell this long is usually a quotation mark that is not closed.",
        )
    elif _LIKE_A_FORMULA.match(text):
        yield problem(
            "look at",
            "it begins like a formula; it is kept as text and never computed",
            "Check who wrote it.",
        )
    elif any(not c.isprintable() and c not in _PRINTED for c in text):
        yield problem("look at", "it contains invisible signs; it is kept as it is", "Type it again.")
