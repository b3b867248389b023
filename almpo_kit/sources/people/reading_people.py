"""Registered jobseekers or vacancies from a file or from bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.people.cell_values import Said, occupation_of, period_of, region_of
from almpo_kit.sources.people.column_choice import Choice, choose
from almpo_kit.sources.people.given_tables import GivenTable, given_table
from almpo_kit.sources.people.headings_known import SYNONYMS, known_headings
from almpo_kit.sources.people.people_intake import PeopleIntake, fatal_rows, refuse_whole, taken_in
from almpo_kit.sources.people.read_cells import Problems, note_formulas, read_column, read_numbers
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["seekers", "vacancies"]
_NUMBERS = ("count", "lon", "lat", "max_km", "wage", "capacity")


def read_people(
    path_or_bytes: str | Path | bytes,
    kind: Kind = "seekers",
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
) -> PeopleIntake:
    """Read jobseekers or vacancies, check every cell, and set aside (never drop) what cannot be used.

    Columns are known by their names in several languages; of several candidates the one is read whose cells can
    be. Titles in words that stand where a code could are kept as text. Columns that name people (name, e-mail,
    telephone, birth, numbers of identity) are left out, and e-mail addresses and telephone numbers in texts
    are masked. Bytes never touch a disk.

    Parameters
    ----------
    path_or_bytes : str, Path or bytes
        CSV text (comma, semicolon or tab; UTF-8, UTF-16 with its mark, or Windows-1252; decimal commas), Excel
        (.xlsx), Stata or Parquet; up to 200 MB and 500,000 rows (Excel 100,000).
    kind : {"seekers", "vacancies"}
    name : str
        What the file is called in messages.
    mapping : mapping of str to str, optional
        Heading in the file -> column of ours, e.g. ``{"my column": "occupation"}``.

    Returns
    -------
    PeopleIntake
        ``frame`` (checked), ``rejected`` (rows with the reason), ``problems``, ``dropped``.

    Raises
    ------
    DataError
        No such file, or one that cannot be read as a table.
    IntakeError
        A :class:`FrameError`: no row can be used, or the file's headings are at fault; all problems are in it.
    ParameterError
        ``kind`` or ``mapping`` names something that does not exist.
    """
    if kind not in ("seekers", "vacancies"):
        raise ParameterError(
            f"kind is 'seekers' or 'vacancies', not {kind!r}; stocks are read by read_stocks()."
        )
    known = known_headings()
    table = given_table(path_or_bytes, name, known, mapping or {}, kind)
    choice = choose(table.columns, known, mapping or {}, frozenset(SYNONYMS))
    problems = Problems(table)
    if not {"geo", "occupation", "text", "skills", "id"} & set(choice.columns):
        problems.found.append(_nothing_known(table))
    columns = _columns(table, choice, kind, problems)
    found = problems.all()
    bad = fatal_rows(found)
    keep = [i for i, row in enumerate(table.numbers) if row not in bad]
    refuse_whole(table, found, len(keep))
    frame = _frame(columns, keep, table, choice, kind)
    used = {ours: " + ".join(headings) for ours, headings in choice.columns.items()}
    return taken_in(table, frame, kind, found, used, [])


def _nothing_known(table: GivenTable) -> Problem:
    headings = ", ".join(repr(h) for h in table.columns)[:300] or "none that may be kept"
    said = f"no column is known: the file has {headings}"
    return Problem(
        None,
        "",
        "",
        "fatal",
        said,
        "Name one geo, occupation or text, or pass mapping={'your heading': 'occupation'}.",
    )


def _columns(table: GivenTable, choice: Choice, kind: Kind, problems: Problems) -> dict[str, list[Any]]:
    chosen, size = choice.columns, len(table.numbers)
    note_formulas(table, problems)
    out: dict[str, list[Any]] = read_numbers(table, chosen, _NUMBERS, problems)
    if "count" in out:
        _no_empty_counts(table, chosen["count"][0], problems)
    for column, rule in (("geo", region_of), ("period", period_of), ("occupation", occupation_of)):
        if column in chosen:
            out[column] = read_column(table, chosen[column][0], rule, problems)
    out["text"] = _texts(table, chosen.get("text", []), size)
    if "occupation" in out:
        _titles_to_text(table, chosen["occupation"][0], out)
    out["skills"] = [
        _skills(" | ".join(filter(None, cells))) for cells in _rows(table, chosen.get("skills", []), size)
    ]
    for column in ("source", "eligible_for"):
        if column in chosen:
            out[column] = [c or None for c in table.columns[chosen[column][0]]]
    out["id"] = _ids(table, chosen.get("id", []), kind, problems)
    return out


def _rows(table: GivenTable, headings: list[str], size: int) -> list[tuple[str, ...]]:
    if not headings:
        return [()] * size
    return list(zip(*(table.columns[h] for h in headings), strict=True))


def _texts(table: GivenTable, headings: list[str], size: int) -> list[str | None]:
    joined = ("\n".join(dict.fromkeys(filter(None, cells))) for cells in _rows(table, headings, size))
    return [text or None for text in joined]


def _titles_to_text(table: GivenTable, heading: str, out: dict[str, list[Any]]) -> None:
    """A title in words where a code could stand is no code: it becomes the text's first line."""
    for i, cell in enumerate(table.columns[heading]):
        if cell and occupation_of(cell).note == "title":
            out["occupation"][i] = None
            out["text"][i] = "\n".join(filter(None, (cell, out["text"][i])))


def _no_empty_counts(table: GivenTable, heading: str, problems: Problems) -> None:
    said = Said(
        fault="no number stands in the column of counts", remedy="Write how many persons or posts the row is."
    )
    for cell, row in zip(table.columns[heading], table.numbers, strict=True):
        if (
            not cell or cell.strip() in ("-", "–", "?", "NA", "na", "n/a", ".", "nan")
        ) and row not in table.shifted:
            problems.fault(row, heading, cell, said)


def _skills(cell: str) -> str | None:
    mark = next((m for m in ("|", ";", "\n", ",") if m in cell), "|")
    return " | ".join(dict.fromkeys(filter(None, (s.strip() for s in cell.split(mark))))) or None


def _ids(table: GivenTable, headings: list[str], kind: Kind, problems: Problems) -> list[str]:
    word = kind.removesuffix("s").removesuffix("ie") + ("y" if kind == "vacancies" else "")
    made = [f"{word} {row}" for row in table.numbers]
    if not headings:
        return made
    heading = headings[0]
    given = [c or m for c, m in zip(table.columns[heading], made, strict=True)]
    first: dict[str, int] = {}
    times = Counter(given)
    for value, row in zip(given, table.numbers, strict=True):
        if times[value] > 1 and value in first and row not in table.shifted:
            said = Said(
                fault=f"the id stands in row {first[value]} already",
                remedy="Give each its own id, or delete the repeat.",
            )
            problems.fault(row, heading, value, said)
        first.setdefault(value, row)
    return given


def _frame(
    columns: dict[str, list[Any]], keep: list[int], table: GivenTable, choice: Choice, kind: Kind
) -> pd.DataFrame:
    import pandas as pd

    from almpo_kit.vocabulary.frames import check

    order = ("id", "geo", "occupation", "skills", "text", "count")
    # The file's other columns keep their names, unless these are ours and mean something else here.
    own = {
        (h if h not in SYNONYMS else f"{h} (as given)"): [c or None for c in table.columns[h]]
        for h in choice.others
    }
    size = len(table.numbers)
    ours: dict[str, list[Any]] = {name: columns.get(name, [None] * size) for name in order}
    ours |= {name: cells for name, cells in columns.items() if name not in ours}
    if "count" not in columns:
        ours["count"] = [1.0] * size
    ours["source"] = [s or table.name for s in columns.get("source", [None] * size)]
    frame = pd.DataFrame({n: pd.Series(c, dtype=object) for n, c in (ours | own).items()}).iloc[keep]
    kinds = {n: "float64" if n in _NUMBERS else "str" for n in frame.columns}
    return check(frame.astype(kinds).reset_index(drop=True), kind)
