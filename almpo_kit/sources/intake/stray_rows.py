"""Rows that are no estimates: remarks below the table, a second line of headings, rows cut apart.

Each gets one fatal problem that says what it seems to be, in the place of one for every cell.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from almpo_kit.sources.intake.coding_rules import COLUMNS
from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.problems import REMARK, Problem, is_empty, remark

#: A remark fills none of the cells without which there is no estimate.
_RESULT = ("effect", "outcome", "unit")
#: So many coded cells, none of which can be read, are no estimate.
_LABELS = 3


def stray(
    number: int, cells: Sequence[Any], names: Sequence[str], refused: Collection[str]
) -> Problem | None:
    """The one problem of a row that is no estimate, or None.

    Parameters
    ----------
    number : int
        Of the row.
    cells, names : sequence
        What stands in it, and what each column is called here.
    refused : collection of str
        Its columns with fatal problems.
    """
    held = {n: c for n, c in zip(names, cells, strict=True) if n and not is_empty(c)}
    if 0 < len(held) <= REMARK and not any(n in held for n in _RESULT):
        ((name, text), *_) = held.items()
        return remark(number, name, str(text))
    coded = [n for n in held if n in COLUMNS and COLUMNS[n].kind != "text"]
    repeats = sum(isinstance(c, str) and plain(c) == n for n, c in held.items())
    if len(coded) >= _LABELS and (all(n in refused for n in coded) or 2 * repeats > len(held)):
        said = "no estimate, but another line of headings or explanations: no coded cell of it can be read"
        return Problem(number, "", "", "fatal", said, "Delete the row; the headings stand in one row.")
    return None
