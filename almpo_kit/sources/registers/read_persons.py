"""Persons of a register or trial, from a file, from bytes, or from a folder of Parquet files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from almpo_kit.sources.people.cell_values import Said, region_of
from almpo_kit.sources.registers.reading_registers import Asked, Given, months, read_register, words
from almpo_kit.sources.registers.register_cells import Cells
from almpo_kit.sources.registers.register_intake import RegisterIntake
from almpo_kit.vocabulary.errors import ParameterError

_NO_NAMES = frozenset({"0", "1", "true", "false", "yes", "no", "0.0", "1.0"})


def read_persons(
    path_or_bytes: Given,
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    arms: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
    codes: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    share: float | None = None,
    seed: int = 0,
    secret: str | None = None,
    day_first: bool | None = None,
) -> RegisterIntake:
    """Read persons: one row a person, with covariates and outcomes in columns of their own.

    Columns that name people are left out. Rows that cannot be used are set aside and counted, never mended; a person
    who stands in several rows that differ is set aside with all of them.

    Parameters
    ----------
    path_or_bytes : str, Path or bytes
        CSV text, Excel (.xlsx), Stata, Parquet, or a folder of Parquet files. Parquet, and text above 20 MB, is
        scanned and may be larger than memory.
    name : str
        What the file is called in messages.
    mapping : mapping of str to str, optional
        Heading in the file -> column of ours, e.g. ``{"Kunde": "id"}``.
    arms : mapping of str to str, optional
        What stands in the column of treatment -> name of the arm, e.g. ``{"1": "training", "0": "no programme"}``.
    columns : sequence of str, optional
        Other columns that are read; by default all.
    codes : sequence of str
        Columns that look like numbers and are codes, e.g. of occupations.
    where : mapping, optional
        Column -> a value, a list of values, or a pair (lowest, highest), as the file writes them: ``{"geo":
        ["EL30"], "age": (18, 29), "entry_date": ("2019-01", "2019-12")}``.
    share : float, optional
        Read this share of persons, drawn by id: the same persons in every file of the register.
    seed : int
        Of `share`.
    secret : str, optional
        Ids are replaced by pseudonyms made with it; needed where ids are numbers of identity.
    day_first : bool, optional
        How days and months stand in dates such as 03/04/2024, where the file does not tell.

    Returns
    -------
    RegisterIntake
        ``frame`` is a checked ``persons`` frame.

    Raises
    ------
    DataError
        No such file, one that cannot be read, or ids that lead to people without `secret`.
    IntakeError
        No row can be used, or a column that is needed is missing.
    ParameterError
        An argument names something that does not exist, or arms are called 0 and 1.
    """
    asked = Asked(mapping or {}, columns, where, share, seed, secret, day_first)

    def columns_of(cells: Cells, used: Mapping[str, str]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if "treatment" in used:
            out["treatment"] = _arms(cells, used["treatment"], arms)
        if "cluster" in used:
            out["cluster"] = words(cells, used, "cluster", needed=True)
        if "geo" in used:
            out["geo"] = cells.by_rule("geo", used["geo"], region_of)
        if "entry_date" in used:
            out["entry_date"] = months(cells, used, "entry_date", day_first)
        return out

    return read_register(path_or_bytes, "persons", name, asked, columns_of, codes)


def _arms(cells: Cells, heading: str, arms: Mapping[str, str] | None) -> np.ndarray[Any, Any]:
    codes, different = cells.texts(heading)
    filled = [d for d in different if d]
    if arms is None and filled and all(d.lower() in _NO_NAMES for d in filled):
        raise ParameterError(
            f"{heading!r} says {' and '.join(sorted(set(filled))[:2])}, which names no arm: pass e.g. "
            "arms={'1': 'training', '0': 'no programme'}."
        )

    def rule(cell: str) -> Said:
        if arms is None:
            return Said(cell)
        if cell in arms and str(arms[cell]).strip():
            return Said(str(arms[cell]).strip())
        return Said(
            fault="arms= does not name it", remedy=f"Add it, e.g. arms={{..., {cell[:40]!r}: 'name'}}."
        )

    return cells.ruled("treatment", heading, codes, different, rule, needed=True)
