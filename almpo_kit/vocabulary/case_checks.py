"""Does a table of case studies hold what it should? Every problem at once, by row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from almpo_kit.vocabulary.case_studies import (
    CASE_COLUMNS,
    GROUNDS,
    MECHANISM_BASES,
    MECHANISMS,
    RESULTS,
    UNEMPLOYMENT,
    parts,
)
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.places import NUTS_VERSIONS, PLACE_NAMES, normalise, nuts_level
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.sectors import sector_code

if TYPE_CHECKING:
    import pandas as pd

_WORDS: dict[str, Mapping[str, Any]] = {
    "country": PLACE_NAMES,
    "unemployment": UNEMPLOYMENT,
    "target_group": TARGET_GROUPS,
    "programme_type": PROGRAMME_TYPES,
    "result": RESULTS,
    "grounds": GROUNDS,
}
_YEARS = ("start_year", "end_year")
_SHOWN = 20


class CaseProblem(NamedTuple):
    """What is wrong with one cell: position of the row (from 0), column, value, what, way out."""

    row: int
    column: str
    value: str
    problem: str
    remedy: str


def case_problems(cases: pd.DataFrame) -> list[CaseProblem]:
    """Everything that is wrong with the cells of a table that has the columns of case studies."""
    found: list[CaseProblem] = []
    seen: set[str] = set()
    for i, given in enumerate(cases.to_dict("records")):
        row = {c: _text(given.get(c)) for c in CASE_COLUMNS}
        found += (CaseProblem(i, *p) for p in _row_problems(row))
        if row["case_id"] and row["case_id"] in seen:
            found.append(
                CaseProblem(i, "case_id", row["case_id"], "stands twice", "Give each case a key of its own.")
            )
        seen.add(row["case_id"])
    return found


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _row_problems(row: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for column in CASE_COLUMNS.values():
        if column.required and not row[column.name]:
            yield column.name, "", "is empty", f"Fill it in, e.g. {column.example!r}."
    for name, words in _WORDS.items():
        if row[name] and row[name] not in words:
            yield name, row[name], "is none of its words", f"Use one of {', '.join(list(words)[:12])}."
    yield from _codes(row)
    yield from _mechanisms(row)
    yield from _years(row)


def _codes(row: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for code in parts(row["nuts"]):
        try:
            fits = nuts_level(code) > 0 and normalise(code) == code and code[:2] == row["country"]
        except ParameterError:
            fits = False
        if not fits:
            yield (
                "nuts",
                code,
                "is no region of the country",
                "Give NUTS codes of the row's country, e.g. 'EL43'.",
            )
    if row["nuts"] and row["nuts_version"] not in NUTS_VERSIONS:
        yield (
            "nuts_version",
            row["nuts_version"],
            "does not say of which edition nuts is",
            "Give e.g. '2024'.",
        )
    for code in parts(row["sector"]):
        try:
            fits = sector_code(code) == code
        except ParameterError:
            fits = False
        if not fits:
            yield (
                "sector",
                code,
                "is no code of NACE Rev. 2",
                "Give a section or division, e.g. 'I' or 'I55'.",
            )


def _mechanisms(row: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    keys, bases = parts(row["mechanism"]), parts(row["mechanism_basis"])
    for key in keys:
        if key not in MECHANISMS:
            yield (
                "mechanism",
                key,
                "is no mechanism of the vocabulary",
                f"Use one of {', '.join(MECHANISMS)}.",
            )
    for basis in bases:
        if basis not in MECHANISM_BASES:
            yield (
                "mechanism_basis",
                basis,
                "does not say whose reading it is",
                "Use shown, argued or inferred.",
            )
    if keys and bases and len(keys) != len(bases):
        yield (
            "mechanism_basis",
            row["mechanism_basis"],
            f"has {len(bases)} values for {len(keys)} mechanisms",
            "Give one for each.",
        )
    if len(set(keys)) != len(keys):
        yield "mechanism", row["mechanism"], "names a mechanism twice", "Name each once."
    if row["grounds"] in ("description", "monitoring") and row["result"] not in (
        "",
        "not_evaluated",
        "unclear",
    ):
        yield (
            "result",
            row["result"],
            f"is more than grounds {row['grounds']!r} can say",
            "Put not_evaluated or unclear, or say in grounds what it was compared with.",
        )


def _years(row: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    read: dict[str, float] = {}
    for name in _YEARS:
        if not row[name]:
            continue
        try:
            read[name] = float(row[name])
        except ValueError:
            read[name] = 0.0
        if not (1950 <= read[name] <= 2030 and read[name] == int(read[name])):
            yield name, row[name], "is no year between 1950 and 2030", "Give four digits, e.g. 2019."
    if len(read) == 2 and read["end_year"] < read["start_year"]:
        yield "end_year", row["end_year"], "is before the start", "Swap or correct the years."


def check_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """A table of case studies, checked: text columns as text (empty where nothing stands), years as numbers.

    Parameters
    ----------
    cases : DataFrame, shape (n_cases, ...)
        The columns of :data:`~almpo_kit.vocabulary.case_studies.CASE_COLUMNS`; further ones are kept.

    Raises
    ------
    FrameError
        Columns are missing or cells break their rule; the message lists the first 20 problems.
    """
    import pandas as pd

    if absent := [c for c in CASE_COLUMNS if c not in cases]:
        raise FrameError(
            f"this is no table of case studies: it has no column {', '.join(absent[:5])}; load one with "
            "sources.case_studies() or sources.read_case_studies(file)."
        )
    if problems := case_problems(cases):
        lines = [
            f"  row {p.row + 2}, column {p.column!r}: {p.value!r} {p.problem}. {p.remedy}"
            for p in problems[:_SHOWN]
        ]
        more = f"\n  … and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise FrameError(
            f"these are no case studies; {len(problems)} problem(s):\n" + "\n".join(lines) + more
        )
    out = cases.copy()
    for name in CASE_COLUMNS:
        if name in _YEARS:
            out[name] = pd.to_numeric(out[name].replace("", None)).astype(float)
        else:
            out[name] = out[name].map(_text).astype("str")
    out.attrs = dict(cases.attrs)
    return out
