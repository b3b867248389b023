"""What was taken in from a file of a register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.intake.problems import Problem, counted, refusal
from almpo_kit.sources.registers.opening_registers import OpenedRegister
from almpo_kit.sources.registers.register_cells import Cells, Found
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import DataVersion, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

_WORDS = {
    "persons": "persons",
    "unit_periods": "rows, one a unit and period,",
    "person_months": "months of persons",
    "programme_entries": "entries",
}
_VERBS = {
    "persons": "read_persons",
    "unit_periods": "read_panel",
    "person_months": "read_person_months",
    "programme_entries": "read_programme_entries",
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RegisterIntake(Finding):
    """What was taken in. ``table``: one row a problem (``column, severity, problem, rows, example, row, remedy``).

    Parameters
    ----------
    frame : DataFrame
        A checked frame of kind `kind`.
    kind : {"persons", "unit_periods", "person_months", "programme_entries"}
    set_aside : int
        Rows that cannot be used; they are in no number.
    dropped : tuple of str
        Columns that name people; nothing of them was kept.
    used : dict of str to str
        Our column -> heading in the file.
    """

    frame: pd.DataFrame
    kind: str
    set_aside: int
    dropped: tuple[str, ...]
    used: Mapping[str, str]

    @property
    def problems(self) -> pd.DataFrame:
        """The problems, as in ``table``."""
        return self.table

    def metrics(self) -> dict[str, float]:
        """Rows taken in and set aside, and things to look at."""
        looks = int((self.table["severity"] == "look at").sum())
        return {"rows": len(self.frame), "set_aside": self.set_aside, "to_look_at": looks}


def refuse(register: OpenedRegister, found: Sequence[Found], way_out: str) -> None:
    """Refuse a file of which nothing can be used.

    Raises
    ------
    IntakeError
    """
    problems = [
        Problem(f.row, f.column, f.example, "fatal", f"{f.problem} ({counted(f.rows, 'row')})", f.remedy)
        for f in found
        if f.severity == "fatal"
    ]
    raise refusal(register.name, [p for p in register.problems if p.severity == "fatal"] + problems, way_out)


def taken_in(
    register: OpenedRegister,
    cells: Cells,
    frame: pd.DataFrame,
    kind: str,
    used: Mapping[str, str],
    dropped: Sequence[str],
    options: Mapping[str, Any],
) -> RegisterIntake:
    """The Finding of a file that was read."""
    stamp(frame, DataVersion(register.name, register.digest[:12], kind="file", sha256=register.digest))
    shifted = sum(1 for p in register.problems if p.severity == "fatal" and p.row)
    aside = int(cells.bad.sum()) + shifted + register.skipped[0]
    table = _table([*_given_problems(register), *cells.found])
    looks = int((table["severity"] == "look at").sum())
    return RegisterIntake(
        question=f"What does {register.name} hold?",
        sentence=(
            f"{len(frame):,} {_WORDS[kind]} taken in from {register.name}; {counted(aside, 'row')} set aside, "
            f"{counted(looks, 'thing')} to look at."
        ),
        table=table,
        checks=tuple(_checks(register, table, aside, tuple(dropped), looks)),
        provenance=provenance(frame, method=f"sources.{_VERBS[kind]}", options=options),
        frame=frame,
        kind=kind,
        set_aside=aside,
        dropped=tuple(dropped),
        used=dict(used),
    )


def _given_problems(register: OpenedRegister) -> list[Found]:
    listed = [
        Found(p.column, p.severity, p.problem, 1, p.value[:60], p.row, p.remedy) for p in register.problems
    ]
    if register.skipped[0]:
        said, remedy = (
            "rows have more or fewer cells than there are headings",
            "Close quotation marks; export again.",
        )
        listed.append(Found("", "fatal", said, register.skipped[0], "", None, remedy))
    return listed


def _table(found: Sequence[Found]) -> pd.DataFrame:
    import pandas as pd

    names = [f.name for f in fields(Found)]
    table = pd.DataFrame([asdict(f) for f in found], columns=names)
    kinds = {n: "Int64" if n in ("rows", "row") else "str" for n in names}
    return table.astype(kinds)


def _checks(
    register: OpenedRegister, table: pd.DataFrame, aside: int, dropped: tuple[str, ...], looks: int
) -> list[Check]:
    checks = []
    if aside:
        fatal = table[table["severity"] == "fatal"].sort_values("rows", ascending=False)
        first = "; ".join(
            f"{c or 'row'}: {p}" for c, p in zip(fatal["column"][:3], fatal["problem"][:3], strict=True)
        )
        verb = "cannot be used and is" if aside == 1 else "cannot be used and are"
        checks.append(
            Check("set aside", "failed", f"{counted(aside, 'row')} {verb} counted nowhere ({first}).")
        )
    if dropped:
        said = f"Columns that name people were left out and not kept: {', '.join(map(repr, dropped))}."
        checks.append(Check("personal data", "informational", said))
    checks += [Check("file", "informational", remark) for remark in register.remarks]
    state = "informational" if looks else "passed"
    checks.append(Check("to look at", state, f"{counted(looks, 'thing')} to look at; see the table."))  # type: ignore[arg-type]
    return checks
