"""Stocks of unemployed people and vacancies by region and occupation, from a file or from bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.people.cell_values import Said, occupation_of, period_of, region_of
from almpo_kit.sources.people.column_choice import choose
from almpo_kit.sources.people.given_tables import GivenTable, given_table
from almpo_kit.sources.people.headings_known import STOCK_SYNONYMS, known_headings
from almpo_kit.sources.people.people_intake import PeopleIntake, fatal_rows, refuse_whole, taken_in
from almpo_kit.sources.people.read_cells import Problems, kept_back, note_formulas, read_column, read_numbers

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ("unemployed", "vacancies", "hires", "employed")
_NEEDED = ("geo", "occupation", "unemployed", "vacancies")
_OURS = frozenset({"geo", "occupation", "period", "source", *STOCK_SYNONYMS})


def read_stocks(
    path_or_bytes: str | Path | bytes, name: str = "", *, mapping: Mapping[str, str] | None = None
) -> PeopleIntake:
    """Read a table of stocks: one row a region, an occupation and, where there are several times, a period.

    Numbers that an office keeps back (``:``, ``c``, ``*``, ``<10``) are missing with ``suppressed`` True. A cell of
    region, occupation and period that stands twice with different numbers is set aside in all its rows, because
    nobody knows which is right or whether they add up.

    Parameters
    ----------
    path_or_bytes, name, mapping
        As in :func:`read_people`.

    Returns
    -------
    PeopleIntake
        ``frame`` is a checked ``stocks`` frame.

    Raises
    ------
    DataError, IntakeError, ParameterError
        As in :func:`read_people`; also without columns of region, occupation, unemployed and vacancies.
    """
    known = known_headings(stocks=True)
    table = given_table(path_or_bytes, name, known, mapping or {}, "stocks")
    choice = choose(table.columns, known, mapping or {}, _OURS)
    problems = Problems(table)
    chosen = choice.columns
    problems.found += [
        Problem(
            None,
            n,
            "",
            "fatal",
            f"there is no column of {n}",
            f"Add it, or pass mapping={{'your heading': {n!r}}}.",
        )
        for n in _NEEDED
        if n not in chosen
    ]
    refuse_whole(table, problems.found, 1)
    note_formulas(table, problems)
    columns = _columns(table, chosen, problems)
    _repeated(table, columns, problems)
    found = problems.all()
    bad = fatal_rows(found)
    keep = [i for i, row in enumerate(table.numbers) if row not in bad]
    refuse_whole(table, found, len(keep))
    frame = _frame(columns, keep, table, choice.others)
    return taken_in(table, frame, "stocks", found, {o: h[0] for o, h in chosen.items()}, [])


def _columns(table: GivenTable, chosen: dict[str, list[str]], problems: Problems) -> dict[str, list[Any]]:
    back = {n: kept_back(table, chosen[n][0]) for n in ("unemployed", "vacancies")}
    out = read_numbers(table, chosen, _NUMBERS, problems)
    out["suppressed"] = [a or b for a, b in zip(back["unemployed"], back["vacancies"], strict=True)]
    if "suppressed" in chosen:
        marked = [
            c.strip().lower() in ("true", "1", "yes", "x", "ja", "oui")
            for c in table.columns[chosen["suppressed"][0]]
        ]
        out["suppressed"] = [a or b for a, b in zip(out["suppressed"], marked, strict=True)]
    for column, rule in (("geo", region_of), ("occupation", _code), ("period", period_of)):
        if column in chosen:
            out[column] = read_column(table, chosen[column][0], rule, problems)
            _none_empty(table, chosen[column][0], problems)
    for column in ("unemployed", "vacancies"):
        _none_empty(table, chosen[column][0], problems, spared=out["suppressed"])
    if "source" in chosen:
        out["source"] = [c or None for c in table.columns[chosen["source"][0]]]
    return out


def _code(cell: str) -> Said:
    said = occupation_of(cell)
    if said.note == "title":
        return Said(fault="it is no code of ISCO-08 or ESCO", remedy="Write the code, e.g. 25 or 2512.")
    return said


def _none_empty(
    table: GivenTable, heading: str, problems: Problems, spared: list[bool] | None = None
) -> None:
    said = Said(
        fault="nothing stands here", remedy="Give it, or leave the row out; ':' says that it is kept back."
    )
    for i, (cell, row) in enumerate(zip(table.columns[heading], table.numbers, strict=True)):
        empty = not cell or cell.strip() in ("-", "–", "?", "NA", "na", "n/a", ".", "nan")
        if empty and row not in table.shifted and not (spared and spared[i]):
            problems.fault(row, heading, cell, said)


def _repeated(table: GivenTable, columns: dict[str, list[Any]], problems: Problems) -> None:
    places: dict[tuple[Any, ...], list[int]] = {}
    periods = columns.get("period", [None] * len(table.numbers))
    keys = zip(columns["geo"], columns["occupation"], periods, strict=True)
    for i, key in enumerate(keys):
        if key[0] and key[1]:
            places.setdefault(key, []).append(i)
    for (geo, occupation, period), found in places.items():
        if len(found) > 1:
            rows = [table.numbers[i] for i in found]
            when = f" in {period}" if period else ""
            said = Said(
                fault=f"{geo} and {occupation}{when} stand in rows {', '.join(map(str, rows[:5]))}",
                remedy="Add them up, or add the column period.",
            )
            for row in rows:
                problems.fault(row, "", "", said)


def _frame(
    columns: dict[str, list[Any]], keep: list[int], table: GivenTable, others: list[str]
) -> pd.DataFrame:
    import pandas as pd

    from almpo_kit.vocabulary.frames import check

    size = len(table.numbers)
    columns["source"] = [s or table.name for s in columns.get("source", [None] * size)]
    own = {
        (h if h not in _OURS else f"{h} (as given)"): [c or None for c in table.columns[h]] for h in others
    }
    frame = pd.DataFrame({n: pd.Series(c, dtype=object) for n, c in (columns | own).items()}).iloc[keep]
    if not frame["suppressed"].any():
        frame = frame.drop(columns="suppressed")
    kinds = {n: "float64" if n in _NUMBERS else "bool" if n == "suppressed" else "str" for n in frame.columns}
    first = [c for c in ("geo", "occupation", "period", *_NUMBERS) if c in frame]
    frame = frame[[*first, *[c for c in frame if c not in first]]]
    return check(frame.astype(kinds).reset_index(drop=True), "stocks")
