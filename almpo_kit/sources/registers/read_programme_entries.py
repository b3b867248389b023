"""Entries into programmes: who started which one when, was told when, and left when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from almpo_kit.sources.registers.reading_registers import Asked, Given, months, read_register, words
from almpo_kit.sources.registers.register_cells import Cells
from almpo_kit.sources.registers.register_intake import RegisterIntake


def read_programme_entries(
    path_or_bytes: Given,
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
    where: Mapping[str, Any] | None = None,
    share: float | None = None,
    seed: int = 0,
    secret: str | None = None,
    day_first: bool | None = None,
) -> RegisterIntake:
    """Read entries: ``id, programme, start, end, announced`` (months)``, source``.

    A row that ends before it starts is set aside. An announcement after the start is no announcement: it is left out,
    and said.

    Parameters
    ----------
    path_or_bytes, name, mapping, columns, where, share, seed, secret, day_first
        As in :func:`read_persons`.

    Returns
    -------
    RegisterIntake
        ``frame`` is a checked ``programme_entries`` frame.

    Raises
    ------
    DataError, IntakeError, ParameterError
        As in :func:`read_persons`.
    """
    asked = Asked(mapping or {}, columns, where, share, seed, secret, day_first)

    def columns_of(cells: Cells, used: Mapping[str, str]) -> dict[str, Any]:
        out: dict[str, Any] = {"programme": words(cells, used, "programme", needed=True)}
        out["start"] = months(cells, used, "start", day_first, needed=True)
        for column in ("end", "announced"):
            if column in used:
                out[column] = months(cells, used, column, day_first)
        if "end" in out:
            early = _before(out["end"], out["start"])
            cells.note(early, used["end"], "it ends before it starts", "Correct one of the two.", fatal=True)
        if "announced" in out:
            late = _before(out["start"], out["announced"])
            said = "it was announced after it had started; the announcement was left out"
            cells.note(late, used["announced"], said, "Correct one of the two.", fatal=False)
            out["announced"] = np.where(late, None, out["announced"])
        return out

    return read_register(path_or_bytes, "programme_entries", name, asked, columns_of)


def _before(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Where both months are known and the first is earlier; months as text stand in the order of time."""
    there = np.array(
        [a is not None and b is not None for a, b in zip(first, second, strict=True)], dtype=bool
    )
    out = np.zeros(len(first), dtype=bool)
    out[there] = first[there].astype(str) < second[there].astype(str)
    return out
