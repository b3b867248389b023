"""A person's coded estimates become an effects frame, or a list of everything that stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.intake.coded_rows import Row, read_rows, spelling_remarks
from almpo_kit.sources.intake.coding_rules import COLUMNS, WRITTEN
from almpo_kit.sources.intake.derivations import derive
from almpo_kit.sources.intake.file_kinds import kind_of, read_whole
from almpo_kit.sources.intake.filling import filled, repeated_keys, required
from almpo_kit.sources.intake.headings import Headings, match, nearest, plain
from almpo_kit.sources.intake.overlaps import overlapping
from almpo_kit.sources.intake.plausibility import implausible
from almpo_kit.sources.intake.problems import Problem, counted, is_empty, problem_table, refusal
from almpo_kit.sources.intake.raw_table import RawTable
from almpo_kit.sources.intake.separated import read_separated
from almpo_kit.sources.intake.workbook_survey import letters, row_words
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding, Status
from almpo_kit.vocabulary.frames import EFFECT_COLUMNS
from almpo_kit.vocabulary.provenance import DataVersion, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

_WAY_OUT = "Mend these, or read the rows that hold with keep='valid'."


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Intake(Finding):
    """What was taken in from a file.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        A checked ``effects`` frame in the order of the file, with the file's other columns; ``se_route``,
        ``converted_from``, ``significance_route`` and ``sample_id_coded`` where something was derived.
    problems : DataFrame, shape (n_problems, 6)
        ``row, column, value, severity, problem, remedy``, as in ``table``.
    left_out : tuple of int
        Numbers of the rows with fatal problems, which ``keep="valid"`` left out.
    """

    effects: pd.DataFrame
    problems: pd.DataFrame
    left_out: tuple[int, ...] = ()

    def metrics(self) -> dict[str, float]:
        """Rows taken in and left out, and problems to look at."""
        looks = int((self.problems["severity"] == "look at").sum())
        return {"rows": len(self.effects), "left_out": len(self.left_out), "to_look_at": looks}


def read_effects(
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    keep: Literal["all", "valid"] = "all",
    encoding: str | None = None,
    separate: bool = False,
) -> Intake:
    """Read coded estimates from CSV, Excel, Stata or Parquet, and check every cell.

    Nothing is dropped or mended in silence: every problem is listed with the row number that a spreadsheet
    shows, what is wrong and what to do. Standard errors are derived from intervals, t and exact p; units are
    converted where that is exact; rows that may share people get one ``sample_id``. ``data/codebook.csv``
    says what each column may hold.

    Parameters
    ----------
    path : str or Path
        CSV text (comma, semicolon or tab; UTF-8, UTF-16 with its mark, or Windows-1252; decimal commas),
        Excel (.xlsx), Stata (.dta) or Parquet.
    mapping : mapping of str to str, optional
        Heading in the file -> column of the codebook, where the names differ; case and spaces never matter.
    sheet : str, optional
        Sheet of a workbook; otherwise the one called ``effects``, or the only visible one.
    keep : {"all", "valid"}
        ``"valid"`` leaves rows with fatal problems out, and says which.
    encoding : str, optional
        Of a CSV in another encoding, e.g. ``"windows-1253"``.
    separate : bool
        Rows that look as if they shared people are different people: keep their ``sample_id``.

    Returns
    -------
    Intake
        ``effects`` (the frame) and ``problems``.

    Raises
    ------
    DataError
        No such file, or one that cannot be read as a table.
    IntakeError
        A :class:`FrameError`: some rows cannot be taken in; all problems are in its ``problems``.
    ParameterError
        ``mapping``, ``sheet``, ``keep`` or ``encoding`` names something that does not exist.
    """
    if keep not in ("all", "valid"):
        raise ParameterError(f"keep is 'all' or 'valid', not {keep!r}.")
    file = Path(path)
    data = read_whole(file)
    raw = _raw_table(data, file, mapping or {}, sheet, encoding)
    columns = [letters(i + 1) for i in range(len(raw.header))]
    headings = match(raw.header, (*COLUMNS, *WRITTEN), mapping or {}, columns)
    blocking = [*headings.problems, *_missing(headings)]
    if any(p.severity == "fatal" for p in blocking):
        way_out = "Name the columns as the codebook does, or pass mapping={'your name': 'our name'}."
        raise refusal(file.name, [*raw.problems, *blocking], way_out, raw.noun)
    coded = read_rows(raw, headings.names)
    problems = [
        *raw.problems,
        *blocking,
        *_unnamed(headings, raw),
        *coded.problems,
        *_judge([row for row in coded.rows if not row.stray], separate),
    ]
    valid, left_out = _kept(file.name, coded.rows, problems, keep)
    version = DataVersion(file.name, sha256(data)[:12], kind="file", sha256=sha256(data))
    frame = _frame(valid, headings.names)
    remarks = [*raw.remarks, *spelling_remarks(coded)]
    return _finding(stamp(frame, version), problems, left_out, remarks, (file.name, raw.noun))


def _raw_table(
    data: bytes, file: Path, mapping: Mapping[str, str], sheet: str | None, encoding: str | None
) -> RawTable:
    kind = "text" if encoding is not None else kind_of(data, file)
    if sheet is not None and kind != "workbook":
        raise ParameterError(f"{file.name} is no workbook, so it has no sheet {sheet!r}; leave sheet out.")
    known = {*COLUMNS, *map(plain, mapping)}
    if kind == "text":
        return read_separated(data, file.name, known, encoding)
    if kind == "workbook":
        from almpo_kit.sources.intake.workbooks import read_workbook

        return read_workbook(data, file.name, sheet, known)
    from almpo_kit.sources.intake import binary_tables

    reader: Callable[[bytes, str], RawTable] = getattr(binary_tables, f"read_{kind}")
    return reader(data, file.name)


def _missing(headings: Headings) -> list[Problem]:
    """Columns without which no row can be read."""
    absent = [c.name for c in COLUMNS.values() if c.need == "yes" and c.name not in headings.names]
    others = [n for n in headings.names if n and n not in COLUMNS]
    problems = []
    for name in absent:
        near = nearest(name, [plain(o) for o in others])
        like = next((o for o in others if plain(o) == near), "")
        hint = f"Is it {like!r}? Then pass mapping={{{like!r}: {name!r}}}." if like else "Add it."
        problems.append(Problem(None, name, "", "fatal", f"the column {name!r} is missing", hint))
    return problems


def _unnamed(headings: Headings, raw: RawTable) -> list[Problem]:
    """Columns with content and no heading; a single such cell may be a remark, but it may be data."""
    problems = []
    for i, name in enumerate(headings.names):
        filled = [
            n for cells, n in zip(raw.rows, raw.numbers, strict=True) if not name and not is_empty(cells[i])
        ]
        if filled:
            said = f"column {letters(i + 1)} has no heading; what stands in {row_words(filled, raw.noun)} is not read"
            problems.append(
                Problem(None, letters(i + 1), "", "look at", said, "Give it a heading, or empty it.")
            )
    return problems


def _judge(rows: list[Row], separate: bool) -> list[Problem]:
    """Derive, fill and compare, in place; the problems that appear."""
    problems: list[Problem] = []
    for row in rows:
        problems += derive(row)
        problems += implausible(row)
        problems += required(row)
    problems += filled(rows)
    problems += repeated_keys(rows)
    problems += overlapping([r for r in rows if r.has("study_id")], separate=separate)
    return problems


def _kept(
    name: str, rows: list[Row], problems: list[Problem], keep: str
) -> tuple[list[Row], tuple[int, ...]]:
    """The rows without a fatal problem; an error where there are others and nobody said to leave them out."""
    fatal = {p.row for p in problems if p.severity == "fatal"}
    valid = [row for row in rows if row.number not in fatal]
    if fatal and (keep == "all" or None in fatal or not valid):
        way_out = _WAY_OUT if valid else "Mend these; no row holds."
        raise refusal(name, problems, way_out, rows[0].noun)
    return valid, tuple(row.number for row in rows if row.number in fatal)


def _frame(rows: Sequence[Row], names: Sequence[str]) -> pd.DataFrame:
    """The rows as a checked effects frame: the file's columns in its order, then what it lacks."""
    import pandas as pd

    from almpo_kit.vocabulary.frames import check

    derived = [d for d in WRITTEN if any(d in row.values for row in rows)]
    ordered = dict.fromkeys([*filter(None, names), *EFFECT_COLUMNS, *derived])
    columns = {name: [row.values.get(name) for row in rows] for name in ordered}
    kinds = {n: "float64" if n in COLUMNS and COLUMNS[n].numeric else "str" for n in ordered}
    frame = pd.DataFrame({n: pd.Series(v, dtype=object) for n, v in columns.items()}).astype(kinds)
    return check(frame, "effects")


def _finding(
    frame: pd.DataFrame,
    problems: list[Problem],
    left_out: tuple[int, ...],
    remarks: list[str],
    file: tuple[str, str],
) -> Intake:
    name, noun = file
    table = problem_table(problems, noun)
    studies, samples = frame["study_id"].nunique(), frame["sample_id"].nunique()
    derived = frame["se_source"].str.startswith("derived").sum()
    with_se = int(frame["se"].notna().sum())
    looks = int((table["severity"] == "look at").sum())
    checks = [Check("file", "informational", remark) for remark in remarks]
    if left_out:
        said = f"{counted(len(left_out), noun)} left out, because they cannot be read: {row_words(list(left_out), noun)}."
        checks.insert(0, Check("left out", "failed", said))
    checks.append(
        Check(
            "standard errors",
            "informational",
            f"{with_se} of {len(frame)} rows have a standard error; {derived} are derived.",
        )
    )
    state: Status = "passed" if not looks else "informational"
    checks.append(Check("to look at", state, f"{counted(looks, 'thing')} to look at; see the table."))
    return Intake(
        question=f"What does {name} hold?",
        sentence=(
            f"{counted(len(frame), 'estimate')} of {counted(studies, 'study', 'studies')} ({counted(samples, 'independent sample')}) "
            f"taken in from {name}; {counted(len(left_out), noun)} left out, {counted(looks, 'thing')} to look at."
        ),
        table=table,
        checks=tuple(checks),
        provenance=provenance(frame, method="sources.read_effects"),
        effects=frame,
        problems=table,
        left_out=left_out,
    )
