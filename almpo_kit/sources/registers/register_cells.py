"""Cells of a register, column by column: each different cell is read once, however many rows share it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.intake.numerals import decimal_mark, read_number
from almpo_kit.sources.people.cell_values import Said
from almpo_kit.sources.people.personal_data import leads_to_people, masked
from almpo_kit.sources.registers.opening_registers import ROW

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]

_YES = frozenset(
    {"yes", "y", "true", "t", "ja", "oui", "si", "sí", "sim", "tak", "ναι", "ano", "wahr", "vrai"}
)
_NO = frozenset({"no", "n", "false", "f", "nein", "non", "não", "nie", "όχι", "ne", "falsch", "faux"})
_LONGEST_EXAMPLE = 60


@dataclass(frozen=True)
class Found:
    """What is wrong in some rows of a column; `row` is the first of them, where the file numbers its rows."""

    column: str
    severity: str
    problem: str
    rows: int
    example: str
    row: int | None
    remedy: str


class Cells:
    """Reads columns of a frame of raw cells; ``bad`` are the rows that cannot be used."""

    def __init__(self, frame: pd.DataFrame, *, typed: bool, decimal: str) -> None:
        self.frame, self.typed, self.decimal = frame, typed, decimal
        self.bad = np.zeros(len(frame), dtype=bool)
        self.reasons: dict[int, list[str]] = {}
        self.found: list[Found] = []

    def note(
        self, mask: Array, column: str, problem: str, remedy: str, *, fatal: bool, example: str = ""
    ) -> None:
        """Some rows have something to look at, or cannot be used; nothing when there are none."""
        if not mask.any():
            return
        first = int(mask.argmax())
        row = int(self.frame[ROW].iloc[first]) if ROW in self.frame else None
        severity = "fatal" if fatal else "look at"
        self.found.append(
            Found(column, severity, problem, int(mask.sum()), example[:_LONGEST_EXAMPLE], row, remedy)
        )
        if fatal:
            self.bad |= mask

    def texts(self, heading: str) -> tuple[Array, list[str]]:
        """Codes of the cells, and the different cells as text; '' where nothing stands."""
        import pandas as pd

        values = self.frame[heading]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        elif pd.api.types.is_bool_dtype(values.dtype):
            values = values.astype(float)
        codes, different = pd.factorize(values, use_na_sentinel=True)
        said = [_text(v) for v in different] + [""]
        return codes, said

    def by_rule(
        self, column: str, heading: str, rule: Callable[[str], Said], *, needed: bool = False
    ) -> Array:
        """A column by a rule; a cell with a fault makes its row useless."""
        codes, different = self.texts(heading)
        return self.ruled(column, heading, codes, different, rule, needed=needed)

    def ruled(
        self,
        column: str,
        heading: str,
        codes: Array,
        different: Sequence[str],
        rule: Callable[[str], Said],
        *,
        needed: bool = False,
    ) -> Array:
        """The same for cells that were told apart already."""
        said = [rule(cell) if cell else Said() for cell in different]
        for problem in dict.fromkeys((s.fault, s.remedy) for s in said if s.fault):
            hit = np.array([(s.fault, s.remedy) == problem for s in said])
            example = "" if column == "id" else different[int(hit.argmax())]
            self.note(hit[codes], heading, *problem, fatal=True, example=example)
        for note in dict.fromkeys(s.note for s in said if s.note):
            hit = np.array([s.note == note for s in said])
            self.note(
                hit[codes],
                heading,
                note,
                "Check that this is meant.",
                fatal=False,
                example=different[int(hit.argmax())],
            )
        values = np.array([s.value if not s.fault else None for s in said], dtype=object)[codes]
        if needed:
            empty = np.array([s.value is None and not s.fault for s in said])[codes]
            self.note(
                empty, heading, f"no {column} stands in the row", "Fill it in, or delete the row.", fatal=True
            )
        return values

    def numbers(self, column: str, heading: str, low: float, high: float, *, words: bool = False) -> Array:
        """A column of numbers; a number outside the bounds makes its row useless.

        Parameters
        ----------
        words : bool
            "yes" and "no", in several languages, are 1 and 0.
        """
        plain = self._plain_numbers(heading)
        if plain is not None:
            values: Any = plain
        else:
            codes, different = self.texts(heading)
            mark = self._mark(different)[0]
            ready = _plainly(different, mark)
            rest = [d if np.isnan(r) else "" for d, r in zip(different, ready, strict=True)]
            read = self.ruled(column, heading, codes, rest, lambda c: _number(c, mark, words=words))
            values = np.where(np.isnan(ready[codes]), read.astype(float), ready[codes])
        with np.errstate(invalid="ignore"):
            outside = (values < low) | (values > high)
        shown = "" if not outside.any() else f"{values[outside.argmax()]:g}"
        said = f"it lies outside {low:g} to {high:g}"
        self.note(outside, heading, said, "Correct it, or leave the cell empty.", fatal=True, example=shown)
        return values

    def _plain_numbers(self, heading: str) -> Array | None:
        import pandas as pd

        values = self.frame[heading]
        if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
            return values.to_numpy(dtype=float, na_value=np.nan)
        return None

    def _mark(self, different: Sequence[str]) -> tuple[str, bool]:
        """The decimal mark of a column, and whether its numbers contradict each other."""
        return decimal_mark((d for d in different if d), self.decimal or ("." if self.typed else ""))

    def covariate(self, heading: str, *, as_text: bool) -> pd.Series | None:
        """A column that keeps its meaning: numbers where all its cells are numbers, else words; None where its cells
        lead to people."""
        import pandas as pd

        numbers = None if as_text else self._plain_numbers(heading)
        if numbers is None:
            codes, different = self.texts(heading)
            filled = [d for d in different if d]
            if leads_to_people(filled):
                return None
            mark, mixed = self._mark(different)
            ready = _plainly(different, mark)
            read = [
                _number(d, mark) if np.isnan(r) else Said(float(r))
                for d, r in zip(different, ready, strict=True)
            ]
            whole = filled and not mixed and not any(s.fault for s in read) and not any(map(_is_code, filled))
            if as_text or not whole:
                words = np.array([masked(d) or None for d in different], dtype=object)
                return pd.Series(words[codes], dtype="str")
            numbers = np.array([np.nan if s.value is None else s.value for s in read], dtype=float)[codes]
        wild: Array = np.isinf(numbers)
        self.note(wild, heading, "it is not finite; it was left out", "Correct it.", fatal=False)
        return pd.Series(np.where(wild, np.nan, numbers))


def _plainly(different: Sequence[str], mark: str) -> Array:
    """The cells that can only be one number, as numbers; NaN for all others, which take longer."""
    import pandas as pd

    cells = pd.Series(list(different), dtype="str")
    fraction = f"(?:[{mark}]\\d{{1,15}})?" if mark else ""
    plain = cells.str.fullmatch(rf"-?\d{{1,15}}{fraction}").fillna(False).astype(bool)
    ready = cells.where(plain).str.replace(mark, ".", regex=False) if mark else cells.where(plain)
    return pd.to_numeric(ready, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _is_code(cell: str) -> bool:
    """A number that begins with a zero, and is none."""
    return len(cell) > 1 and cell[0] == "0" and cell.isdigit()


def _number(cell: str, mark: str, *, words: bool = False) -> Said:
    if not cell:
        return Said()
    if words and cell.lower() in _YES | _NO:
        return Said(float(cell.lower() in _YES))
    read = read_number(cell, mark)
    if read.missing:
        return Said()
    return Said(fault=read.fault, remedy=read.remedy) if read.fault else Said(read.value)
