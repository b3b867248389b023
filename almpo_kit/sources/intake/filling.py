"""Empty cells: those that must be filled, and those whose emptiness has a meaning of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from almpo_kit.sources.intake.coded_rows import Row
from almpo_kit.sources.intake.coding_rules import COLUMNS
from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.intake.workbook_survey import row_words


def required(row: Row) -> list[Problem]:
    """Empty cells where there must be something; a cell that was refused has its problem already."""
    return [
        row.problem(c.name, "fatal", "it is empty", f"Fill it in: {c.meaning}.")
        for c in COLUMNS.values()
        if c.need == "yes" and row.empty(c.name)
    ]


def filled(rows: list[Row]) -> list[Problem]:
    """Empty cells that have a meaning get it, in place; one problem a column says so."""
    columns: dict[str, list[int]] = {}
    taken = {row.values.get("estimate_id") for row in rows}
    counts: Counter[str] = Counter()
    for row in rows:
        study = str(row.values.get("study_id") or "row")
        for name in ("comparator", "includes_subsidised_job", "estimand"):
            if row.empty(name) and (name in row.values or name != "estimand"):
                row.values[name] = "not_stated"
                columns.setdefault(name, []).append(row.number)
        if row.empty("sample_id"):
            row.values["sample_id"] = study
            columns.setdefault("sample_id", []).append(row.number)
        while row.empty("estimate_id"):
            counts[study] += 1
            key = f"{study}-{counts[study]:02d}"
            if key not in taken:
                row.values["estimate_id"] = key
                columns.setdefault("estimate_id", []).append(row.number)
    return [*_without_origin(rows)] + [
        Problem(
            None,
            name,
            "",
            "look at",
            f"empty in {row_words(numbers, rows[0].noun)}: read as {COLUMNS[name].filled_with}",
            "Fill it in where you know better.",
        )
        for name, numbers in columns.items()
    ]


def _without_origin(rows: list[Row]) -> Iterator[Problem]:
    """Months that nobody knows where to count from: such estimates are listed, and enter no average."""
    numbers = [r.number for r in rows if r.has("horizon_months") and r.empty("horizon_from")]
    if numbers:
        said = f"empty in {row_words(numbers, rows[0].noun)} beside horizon_months: counted from where?"
        remedy = "Without it, a horizon belongs to no band and the estimate enters no average."
        yield Problem(None, "horizon_from", "", "look at", said, remedy)


def repeated_keys(rows: list[Row]) -> list[Problem]:
    """Rows of which another has the same key."""
    times: dict[str, list[int]] = {}
    for row in rows:
        times.setdefault(str(row.values.get("estimate_id")), []).append(row.number)
    return [
        row.problem(
            "estimate_id", "fatal", f"{row_words(numbers, row.noun)} have this key", "Give every row its own."
        )
        for row in rows
        if len(numbers := times[str(row.values.get("estimate_id"))]) > 1
    ]
