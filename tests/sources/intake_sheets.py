"""Small coded sheets for the intake tests: one row that holds, and files made of changes to it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from almpo_kit import sources
from almpo_kit.sources.intake.coded_estimates import _judge
from almpo_kit.sources.intake.coded_rows import Row, read_rows
from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.intake.raw_table import RawTable

GOOD: dict[str, Any] = {
    "study_id": "smith2019",
    "programme_type": "training",
    "target_group": "youth",
    "comparator": "no_programme",
    "country": "DE",
    "outcome": "employment_probability",
    "unit": "percentage_points",
    "horizon_months": 24,
    "horizon_from": "start",
    "effect": 3.2,
    "se": 1.1,
    "design": "rct",
    "estimand": "itt",
    "start_year": 2014,
    "end_year": 2016,
    "n": 1840,
    "includes_subsidised_job": "excluded",
    "source": "doi:10.1000/182",
}


def rows(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The good row with each of some changes; a different study for each."""
    return [GOOD | {"study_id": f"study{i}", "n": 1000 + i} | c for i, c in enumerate(changes)]


def csv_file(
    folder: Path,
    *changes: dict[str, Any],
    name: str = "mine.csv",
    separator: str = ",",
    encoding: str = "utf-8",
) -> Path:
    held = rows(*changes)
    columns = list(dict.fromkeys(k for r in held for k in r))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=separator, restval="")
    writer.writeheader()
    writer.writerows(held)
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(folder: Path, *changes: dict[str, Any], name: str = "mine.xlsx", title: str = "effects") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    held = rows(*changes)
    columns = list(dict.fromkeys(k for r in held for k in r))
    sheet.append(columns)
    for row in held:
        sheet.append([row.get(c) for c in columns])
    book.save(folder / name)
    return folder / name


def problems_of(path: Path, **options: Any) -> pd.DataFrame:
    """All problems of a file, whether it was taken in or refused."""
    try:
        return sources.read_effects(path, **options).problems
    except sources.IntakeError as error:
        return error.problems


def fatal(table: pd.DataFrame) -> list[tuple[int | None, str]]:
    found = table[table["severity"] == "fatal"]
    return [(None if pd.isna(r) else int(r), c) for r, c in zip(found["row"], found["column"], strict=True)]


def looked_at(table: pd.DataFrame, column: str) -> str:
    """The problems of one column to look at, as one text."""
    found = table[(table["severity"] == "look at") & (table["column"] == column)]
    return " | ".join(found["problem"] + " " + found["remedy"])


def judged(*changes: dict[str, Any]) -> tuple[list[Problem], list[Row]]:
    """Problems and rows of a sheet that is never written: the cells as text, as a CSV holds them.

    What is left out is the file and the frame's own check, which cost most of the time.
    """
    held = rows(*changes)
    columns = tuple(dict.fromkeys(k for r in held for k in r))
    cells = [tuple(str(r.get(c, "")) for c in columns) for r in held]
    coded = read_rows(RawTable(columns, cells, list(range(2, len(cells) + 2)), decimal="."), columns)
    return [*coded.problems, *_judge(coded.rows, separate=False)], coded.rows
