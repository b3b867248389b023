"""What is wrong with a person's file: every problem at once, by the row and column that her spreadsheet shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.vocabulary.errors import FrameError

if TYPE_CHECKING:
    import pandas as pd

Severity = Literal["fatal", "look at"]
#: A remark fills no more cells than these.
REMARK = 2
_SHOWN, _LONGEST_VALUE = 20, 120


@dataclass(frozen=True)
class Problem:
    """One thing that a person should mend (``fatal``) or judge (``look at``).

    ``row`` is the row number that a spreadsheet shows (the header is row 1 where nothing stands above it);
    None where the problem is the whole file's. ``value`` is what stands in the cell.
    """

    row: int | None
    column: str
    value: str
    severity: Severity
    problem: str
    remedy: str

    def __str__(self) -> str:
        return self.told()

    def told(self, noun: str = "row") -> str:
        """In one line; ``noun`` is what the file's program calls a row."""
        numbered = f"{noun} {self.row}" if self.row else ""
        where = ", ".join(part for part in (numbered, self.column and repr(self.column)) if part)
        value = f" holds {clipped(self.value)}" if self.value else ""
        said = f"{where}{value}: {self.problem}" if where else self.problem
        return f"{said}. {self.remedy}"


COLUMNS = tuple(f.name for f in fields(Problem))


def clipped(value: object, longest: int = _LONGEST_VALUE) -> str:
    """A cell as text that is safe on a terminal: quoted, control signs escaped, cut where it is very long."""
    text = str(value)
    more = f" (and {len(text) - longest:,} more characters)" if len(text) > longest else ""
    return ascii_controls(repr(text[:longest])) + more


def ascii_controls(text: str) -> str:
    """Signs that steer a terminal or turn the direction of writing, as escapes; letters of all scripts stay."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def problem_table(problems: Iterable[Problem], noun: str = "row") -> pd.DataFrame:
    """Problems as a table, the fatal ones of a row first, in the order of rows; ``attrs["noun"]`` is the noun.

    Returns
    -------
    DataFrame, shape (n_problems, 6)
        ``row`` (Int64, missing for the whole file), ``column, value, severity, problem, remedy``.
    """
    import pandas as pd

    ordered = sorted(problems, key=lambda p: (p.row or 0, p.severity != "fatal"))
    table = pd.DataFrame([astuple(p) for p in dict.fromkeys(ordered)], columns=list(COLUMNS))
    kinds = {name: "Int64" if name == "row" else "str" for name in COLUMNS}
    table = table.astype(kinds)
    table.attrs["noun"] = noun
    return table


class IntakeError(FrameError):
    """A file holds rows that cannot be taken in; nothing of it was.

    Attributes
    ----------
    problems : DataFrame
        All problems, not only the first twenty of the message: ``row, column, value, severity, problem,
        remedy``.
    """

    def __init__(self, message: str, problems: pd.DataFrame) -> None:
        super().__init__(message)
        self.problems = problems

    def __reduce__(self) -> tuple[type[IntakeError], tuple[str, pd.DataFrame]]:
        return type(self), (str(self), self.problems)


def refusal(name: str, problems: Sequence[Problem], way_out: str, noun: str = "row") -> IntakeError:
    """The error that refuses a file: the first twenty fatal problems in words, all in ``.problems``."""
    fatal = [p for p in problems if p.severity == "fatal"]
    looks = len(problems) - len(fatal)
    lines = [f"  {p.told(noun)}" for p in fatal[:_SHOWN]]
    if len(fatal) > _SHOWN:
        lines.append(f"  … and {counted(len(fatal) - _SHOWN, 'more')}")
    also = f" ({counted(looks, 'more to look at', 'more to look at')})" if looks else ""
    head = f"{name}: {counted(len(fatal), 'problem')}{also}. Nothing was taken in. {way_out}"
    return IntakeError(head + "\n" + "\n".join(lines), problem_table(problems, noun))


def remark(number: int, column: str, text: str) -> Problem:
    """A row that is a remark above or below the table."""
    said = "a remark, not an estimate: hardly any cell of the row is filled"
    return Problem(number, column, text, "fatal", said, "Delete the row, or move it into a note.")


def counted(number: int, one: str, many: str = "") -> str:
    """``1 row``, ``2,000 rows``."""
    noun = one if number == 1 else many or (one if one == "more" else f"{one}s")
    return f"{number:,} {noun}"


def is_empty(value: Any) -> bool:
    """True for a cell in which nothing stands."""
    return value is None or (isinstance(value, str) and not value.strip()) or value != value
