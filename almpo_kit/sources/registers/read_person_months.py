"""Months of persons: in work, earnings, on the register; one row a person and calendar month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from almpo_kit.sources.registers.reading_registers import Asked, Given, months, read_register
from almpo_kit.sources.registers.register_cells import Cells
from almpo_kit.sources.registers.register_intake import RegisterIntake


def read_person_months(
    path_or_bytes: Given,
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = (),
    where: Mapping[str, Any] | None = None,
    share: float | None = None,
    seed: int = 0,
    secret: str | None = None,
    day_first: bool | None = None,
) -> RegisterIntake:
    """Read months: ``id, period, employed`` (0/1)``, earnings, registered`` (0/1)``, source``.

    What is not in the file is not made up: without a column of ``employed`` there is none, because leaving the
    register is not a job.

    Parameters
    ----------
    path_or_bytes, name, mapping, where, share, seed, secret, day_first
        As in :func:`read_persons`.
    columns : sequence of str, optional
        Other columns that are read; by default none. None reads all.

    Returns
    -------
    RegisterIntake
        ``frame`` is a checked ``person_months`` frame. For registers larger than memory make paths at once:
        :func:`register_paths`.

    Raises
    ------
    DataError, IntakeError, ParameterError
        As in :func:`read_persons`.
    """
    asked = Asked(mapping or {}, columns, where, share, seed, secret, day_first)

    def columns_of(cells: Cells, used: Mapping[str, str]) -> dict[str, Any]:
        out: dict[str, Any] = {"period": months(cells, used, "period", day_first, needed=True)}
        for column, most in (("employed", 1.0), ("earnings", 1e9), ("registered", 1.0)):
            if column in used:
                out[column] = cells.numbers(column, used[column], 0.0, most, words=column != "earnings")
        return out

    return read_register(path_or_bytes, "person_months", name, asked, columns_of)
