"""A person's own case studies: a sheet to fill in, and its reading, all problems at once by row and column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources.cache import write_atomically
from almpo_kit.sources.intake.headings import nearest, plain
from almpo_kit.sources.intake.problems import Problem, refusal
from almpo_kit.sources.people.given_tables import GivenTable, given_table
from almpo_kit.vocabulary.case_checks import case_problems, check_cases
from almpo_kit.vocabulary.case_studies import (
    CASE_COLUMNS,
    GROUNDS,
    MECHANISM_BASES,
    MECHANISMS,
    RESULTS,
    SEPARATOR,
    UNEMPLOYMENT,
    parts,
)
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.places import NUTS_VERSIONS, normalise
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.provenance import DataVersion, stamp
from almpo_kit.vocabulary.sectors import sector_code

if TYPE_CHECKING:
    import pandas as pd

_ALLOWED: Mapping[str, Collection[str]] = {
    "programme_type": PROGRAMME_TYPES,
    "target_group": TARGET_GROUPS,
    "unemployment": UNEMPLOYMENT,
    "mechanism": MECHANISMS,
    "mechanism_basis": MECHANISM_BASES,
    "result": RESULTS,
    "grounds": GROUNDS,
    "nuts_version": NUTS_VERSIONS,
}
_WAY_OUT = "Mend the cells below and read the file again; `sources.case_codebook()` explains every column."


def case_codebook() -> pd.DataFrame:
    """What each column of a table of case studies means.

    Returns
    -------
    DataFrame
        ``column, meaning, required, allowed, example``.
    """
    import pandas as pd

    return pd.DataFrame(
        [
            (c.name, c.meaning, "yes" if c.required else "no", "; ".join(_ALLOWED.get(c.name, ())), c.example)
            for c in CASE_COLUMNS.values()
        ],
        columns=["column", "meaning", "required", "allowed", "example"],
    )


def write_case_template(path: str | Path) -> Path:
    """Write an empty sheet for case studies: a CSV file with the headings. It never replaces a file.

    Raises
    ------
    ParameterError
        Another ending, a file that is there already, or no such folder.
    DataError
        The folder cannot be written.
    """
    file = Path(path)
    if file.suffix.lower() != ".csv":
        raise ParameterError(f"a sheet for case studies ends in .csv, not {file.suffix or 'nothing'!r}.")
    if file.exists():
        raise ParameterError(f"{file.name} is there already and may be filled in; choose another name.")
    if not file.parent.is_dir():
        raise ParameterError(f"there is no folder for {file.name}; make it first.")
    try:
        # With its mark, so that Excel reads accents right when the filled sheet is opened there.
        write_atomically(file, ",".join(CASE_COLUMNS).encode("utf-8-sig") + b"\r\n")
    except OSError as error:
        raise DataError(f"{file.name} cannot be written ({error.strerror}). Nothing was written.") from None
    return file


def read_case_studies(
    path_or_bytes: str | Path | bytes, name: str = "", *, mapping: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Read a person's own case studies (CSV, Excel, Parquet, Stata), or none of them.

    Parameters
    ----------
    path_or_bytes : str, Path or bytes
        One case a row, with the columns that :func:`case_codebook` explains; those that need not be filled may be
        missing. Invented cases have a ``source`` that begins with SYNTHETIC.
    name : str
        What the file is called in messages.
    mapping : mapping of str to str, optional
        Your heading -> ours.

    Returns
    -------
    DataFrame
        Case studies, checked and stamped with the file's name and checksum.

    Raises
    ------
    DataError
        No file, no table, too large, damaged.
    IntakeError
        Cells break their rule; all problems, by row and column of the spreadsheet.
    ParameterError
        The mapping names a column that is not there.
    """
    import pandas as pd

    chosen = {plain(theirs): ours for theirs, ours in (mapping or {}).items()}
    known = {*CASE_COLUMNS, *chosen}
    table = given_table(path_or_bytes, name, known, mapping or {}, "case_studies", spared=known)
    columns = _columns(table, chosen)
    rows = [i for i in range(len(table.numbers)) if any(cells[i] for cells in columns.values())]
    frame = pd.DataFrame({c: [cells[i] for i in rows] for c, cells in columns.items()}, dtype="str")
    problems = [p for p in table.problems if p.severity == "fatal"]
    problems += [
        Problem(table.numbers[rows[p.row]], p.column, p.value, "fatal", p.problem, p.remedy)
        for p in case_problems(frame)
    ]
    if problems:
        raise refusal(table.name, problems, _WAY_OUT)
    return stamp(
        check_cases(frame),
        DataVersion(f"case studies in {table.name}", table.digest[:12], "file", sha256=table.digest),
    )


def _columns(table: GivenTable, chosen: Mapping[str, str]) -> dict[str, list[str]]:
    """Our columns as text, normalised; those of a person's own behind them."""
    theirs = {chosen.get(plain(h), plain(h)): cells for h, cells in table.columns.items()}
    if lost := sorted(set(chosen) - {plain(h) for h in table.columns}):
        near = nearest(lost[0], [plain(h) for h in table.columns])
        raise ParameterError(
            f"mapping: {table.name} has no column {lost[0]!r}{f'; did you mean {near!r}?' if near else '.'}"
        )
    missing = [c.name for c in CASE_COLUMNS.values() if c.required and c.name not in theirs]
    if missing:
        problems = [
            Problem(
                None,
                c,
                "",
                "fatal",
                f"there is no column {c}",
                f"Add it, or pass mapping={{'your heading': {c!r}}}.",
            )
            for c in missing
        ]
        raise refusal(table.name, problems, _WAY_OUT)
    empty = [""] * len(table.numbers)
    found = {c: [_normal(c, cell.strip()) for cell in theirs.get(c, empty)] for c in CASE_COLUMNS}
    return found | {h: cells for h, cells in theirs.items() if h not in found}


def _normal(column: str, cell: str) -> str:
    """Codes as we spell them; what is no code stays as it is, for the check to name."""
    if column in ("country", "nuts"):
        return SEPARATOR.join(normalise(p) for p in parts(cell))
    if column == "sector":
        return SEPARATOR.join(_sector(p) for p in parts(cell))
    if column in _ALLOWED:
        return SEPARATOR.join(p.lower().replace(" ", "_") for p in parts(cell))
    return cell.removesuffix(".0") if column in ("start_year", "end_year") else cell


def _sector(code: str) -> str:
    try:
        return sector_code(code)
    except ParameterError:
        return code
