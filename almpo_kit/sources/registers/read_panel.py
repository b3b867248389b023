"""Units over periods, from a file: one row a region, office or person and a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from almpo_kit.sources.intake.headings import nearest
from almpo_kit.sources.registers.reading_registers import Asked, Given, read_register, words
from almpo_kit.sources.registers.register_cells import Cells
from almpo_kit.sources.registers.register_intake import RegisterIntake
from almpo_kit.vocabulary.errors import ParameterError


def read_panel(
    path_or_bytes: Given,
    *,
    period: str,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    codes: Sequence[str] = (),
) -> RegisterIntake:
    """Read units over periods: one row a unit (``id``) and period, everything else in columns of its own.

    Rows that cannot be used are set aside and counted; a unit with two different rows of one period loses both.

    Parameters
    ----------
    path_or_bytes, name, mapping, codes
        As in :func:`read_persons`; a column of regions or offices is taken for ``id`` where there is none.
    period : str
        Column with the period of a row.

    Returns
    -------
    RegisterIntake
        ``frame`` is a checked ``unit_periods`` frame.

    Raises
    ------
    DataError, IntakeError
        As in :func:`read_persons`.
    ParameterError
        There is no such column of periods.
    """

    def columns_of(cells: Cells, used: Mapping[str, str]) -> dict[str, Any]:
        there = [
            str(h) for h in cells.frame.columns if h not in used.values() and not str(h).startswith("__")
        ]
        if period not in there:
            near = nearest(period, there)
            hint = f"did you mean {near!r}?" if near else f"it has {', '.join(there)[:300]}."
            raise ParameterError(f"period={period!r} is no column of the file; {hint}")
        return {"treatment": words(cells, used, "treatment", needed=True)} if "treatment" in used else {}

    asked = Asked(mapping or {}, None, None, None, 0, None, None)
    return read_register(path_or_bytes, "unit_periods", name, asked, columns_of, codes, keys=("id", period))
