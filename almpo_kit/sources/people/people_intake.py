"""What was taken in from a person's file of seekers, vacancies or stocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.sources.intake.problems import Problem, counted, problem_table, refusal
from almpo_kit.sources.people.given_tables import GivenTable
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import DataVersion, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

_WAY_OUT = "Mend these and read the file again."
_REASONS = 3


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PeopleIntake(Finding):
    """What was taken in.

    Parameters
    ----------
    frame : DataFrame
        A checked frame of kind `kind`, in the order of the file, with the file's other columns.
    kind : {"seekers", "vacancies", "stocks"}
    rejected : DataFrame
        Rows that cannot be used: ``row, reason`` and their cells as they stand in the file.
    problems : DataFrame
        ``row, column, value, severity, problem, remedy``, as in ``table``.
    dropped : tuple of str
        Headings of columns that name people; nothing of them was kept.
    used : dict of str to str
        Our column -> heading in the file.
    """

    frame: pd.DataFrame
    kind: str
    rejected: pd.DataFrame
    problems: pd.DataFrame
    dropped: tuple[str, ...]
    used: dict[str, str]

    def metrics(self) -> dict[str, float]:
        """Rows taken in and set aside, and things to look at."""
        looks = int((self.problems["severity"] == "look at").sum())
        return {"rows": len(self.frame), "rejected": len(self.rejected), "to_look_at": looks}


def fatal_rows(problems: Sequence[Problem]) -> dict[int, str]:
    """Row number -> why it cannot be used."""
    reasons: dict[int, list[str]] = {}
    for p in problems:
        if p.severity == "fatal" and p.row:
            reasons.setdefault(p.row, []).append(
                p.told().partition(", ")[2] if p.column else f"{p.problem}. {p.remedy}"
            )
    return {row: " ".join(dict.fromkeys(reasons[row])) for row in sorted(reasons)}


def rejected_rows(table: GivenTable, reasons: dict[int, str]) -> pd.DataFrame:
    """The rows that cannot be used, with the reason and their cells (none where these may have slipped into other
    columns and the file names people)."""
    import pandas as pd

    rows = []
    for i, row in enumerate(table.numbers):
        if row in reasons:
            hide = bool(table.dropped) and row in table.shifted
            cells = {h: None if hide else c[i] for h, c in table.columns.items()}
            rows.append({"row": row, "reason": reasons[row]} | cells)
    return pd.DataFrame(
        rows, columns=["row", "reason", *[h for h in table.columns if h not in ("row", "reason")]]
    )


def refuse_whole(table: GivenTable, problems: Sequence[Problem], usable: int) -> None:
    """Refuse a file of which nothing can be used, or whose problem is the whole file's.

    Raises
    ------
    IntakeError
    """
    if any(p.severity == "fatal" and not p.row for p in problems) or not usable:
        raise refusal(table.name, problems, _WAY_OUT if usable else "Mend these; no row can be used.")


def taken_in(
    table: GivenTable,
    frame: pd.DataFrame,
    kind: str,
    problems: Sequence[Problem],
    used: dict[str, str],
    remarks: Sequence[str],
) -> PeopleIntake:
    """The Finding of a file that was read."""
    stamp(frame, DataVersion(table.name, table.digest[:12], kind="file", sha256=table.digest))
    reasons = fatal_rows(problems)
    listed = problem_table(problems)
    looks = int((listed["severity"] == "look at").sum())
    return PeopleIntake(
        question=f"What does {table.name} hold?",
        sentence=(
            f"{counted(len(frame), 'row')} of {kind} taken in from {table.name}; {counted(len(reasons), 'row')} set aside, "
            f"{counted(looks, 'thing')} to look at."
        ),
        table=listed,
        checks=tuple(_checks(table, frame, reasons, looks, remarks)),
        provenance=provenance(
            frame, method="sources.read_stocks" if kind == "stocks" else "sources.read_people"
        ),
        frame=frame,
        kind=kind,
        rejected=rejected_rows(table, reasons),
        problems=listed,
        dropped=table.dropped,
        used=used,
    )


def _checks(
    table: GivenTable, frame: pd.DataFrame, reasons: dict[int, str], looks: int, remarks: Sequence[str]
) -> list[Check]:
    checks = []
    if reasons:
        first = "; ".join(f"row {r}: {reason}" for r, reason in list(reasons.items())[:_REASONS])
        more = f"; and {len(reasons) - _REASONS:,} more" if len(reasons) > _REASONS else ""
        said = f"{counted(len(reasons), 'row')} cannot be used and is counted nowhere ({first}{more})."
        if len(reasons) > 1:
            said = said.replace(" and is counted", " and are counted")
        checks.append(Check("set aside", "failed", said))
    if table.dropped:
        names = ", ".join(repr(h) for h in table.dropped)
        said = f"Columns that name people were left out and not kept: {names}."
        checks.append(Check("personal data", "informational", said))
    checks += [Check("file", "informational", r) for r in (*table.remarks, *remarks)]
    for column, word in (("geo", "a region"), ("occupation", "an occupation code")):
        if column in frame and (lacking := int(frame[column].isna().sum())):
            said = f"{counted(lacking, 'row')} of {len(frame):,} without {word}."
            checks.append(Check(f"without {column}", "informational", said))
    state = "informational" if looks else "passed"
    checks.append(Check("to look at", state, f"{counted(looks, 'thing')} to look at; see the table."))  # type: ignore[arg-type]
    return checks
