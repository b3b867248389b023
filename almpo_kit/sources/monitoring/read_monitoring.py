"""Monitoring files of the European Social Fund Plus and the Youth Guarantee, as tables of gross outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.numerals import decimal_mark
from almpo_kit.sources.intake.problems import Problem, counted, refusal
from almpo_kit.sources.monitoring.common_indicators import COMMON, ENTERED, code_in, stage_of
from almpo_kit.sources.monitoring.monitoring_headings import SYNONYMS, monitoring_headings
from almpo_kit.sources.people.cell_values import is_suppressed, number_of, period_of, region_of
from almpo_kit.sources.people.given_tables import GivenTable, given_table
from almpo_kit.sources.people.headings_known import bare
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.gross_outcomes import GROSS
from almpo_kit.vocabulary.provenance import DataVersion, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "geo",
    "period",
    "programme",
    "indicator",
    "label",
    "stage",
    "group",
    "unit",
    "value",
    "suppressed",
    "measure",
    "source",
)
MEASURE = "gross outcome, not an effect"
#: Counts of people below this are kept back.
_SMALLEST = 10
_NOT_PEOPLE = ("%", "per cent", "percent", "share", "rate", "ratio", "eur", "€")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Monitoring(Finding):
    """Gross outcomes. ``table`` has ``geo, period, programme, indicator, label, stage`` (on entry, on leaving, months
    after leaving)``, group, unit, value, suppressed, measure, source``; every ``source`` begins with GROSS OUTCOMES.

    Parameters
    ----------
    problems : tuple of str
        Rows that could not be read, in words.
    """

    problems: tuple[str, ...] = ()


def read_monitoring(
    path_or_bytes: str | Path | bytes, *, name: str = "", mapping: Mapping[str, str] | None = None
) -> Monitoring:
    """Read a monitoring file: what became of participants, which is not what a programme did.

    One row an indicator (columns for place, year, indicator, value), or one row a place and year with a column for
    each common indicator (EECO01 to EECR06, CO01 to CR09). Counts of people below ten are kept back.

    Parameters
    ----------
    path_or_bytes : str, Path or bytes
        CSV, Excel, Stata or Parquet.
    name : str
        What the file is called in messages.
    mapping : mapping of str to str, optional
        Heading in the file -> ``geo, period, programme, indicator, label, group, unit`` or ``value``.

    Returns
    -------
    Monitoring
        No verb of the evidence base takes its table.

    Raises
    ------
    DataError
        No such file, or none that is read.
    IntakeError
        No column of values, or no row that can be read.
    ParameterError
        The mapping names what does not exist.
    """
    import pandas as pd

    known = monitoring_headings()
    table = given_table(path_or_bytes, name, {*known, *map(plain, COMMON)}, mapping or {}, "monitoring")
    rows = _long(table, _used(table, known, mapping or {}))
    frame, problems = _read(rows, table)
    if frame.empty:
        said = Problem(
            None, "", "", "fatal", "no row can be read", "; ".join(problems[:5]) or "The table is empty."
        )
        raise refusal(table.name, [said], "Mend these.")
    frame = frame.assign(measure=MEASURE, source=f"{GROSS} ({table.name})")[list(COLUMNS)]
    kinds = {c: "float64" if c == "value" else "bool" if c == "suppressed" else "str" for c in COLUMNS}
    frame = stamp(
        pd.DataFrame(frame).astype(kinds),
        DataVersion(table.name, table.digest[:12], kind="file", sha256=table.digest),
    )
    return Monitoring(
        question=f"What became of participants, by {table.name}?",
        sentence=_sentence(frame),
        table=frame,
        checks=tuple(_checks(frame, problems, table)),
        provenance=provenance(frame, method="sources.read_monitoring"),
        problems=tuple(problems),
    )


def _used(table: GivenTable, known: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, str]:
    present = {plain(h): h for h in table.columns}
    used: dict[str, str] = {}
    for theirs, mine in mapping.items():
        if plain(theirs) not in present or mine not in SYNONYMS:
            raise ParameterError(
                f"mapping: {theirs!r} -> {mine!r} does not fit; the file has {', '.join(table.columns)[:200]}, ours are "
                f"{', '.join(SYNONYMS)}."
            )
        used[mine] = present[plain(theirs)]
    for heading in table.columns:
        ours = known.get(plain(heading)) or known.get(bare(heading), "")
        # The column that is called exactly as ours goes first, else the first one.
        if ours and (ours not in used or plain(heading) == ours) and ours not in mapping.values():
            used[ours] = heading
    return used


def _long(table: GivenTable, used: Mapping[str, str]) -> pd.DataFrame:
    """One row an indicator, cells as text."""
    import pandas as pd

    frame = pd.DataFrame(table.columns).assign(row=table.numbers)
    base = {ours: heading for ours, heading in used.items() if ours not in ("indicator", "value", "label")}
    wide = {h: code_in(h) for h in table.columns if h not in used.values() and code_in(h)}
    if wide:
        parts = [
            pd.DataFrame(
                {o: frame[h] for o, h in base.items()}
                | {"row": frame["row"], "indicator": code, "label": h, "value": frame[h]}
            )
            for h, code in wide.items()
        ]
        return pd.concat(parts, ignore_index=True)
    if "value" not in used or not {"indicator", "label"} & set(used):
        said = f"no column of values and indicators: the file has {', '.join(table.columns)[:300]}"
        remedy = "Pass mapping={'your heading': 'value', 'another': 'indicator'}."
        raise refusal(table.name, [Problem(None, "", "", "fatal", said, remedy)], "Name the columns.")
    return pd.DataFrame({o: frame[h] for o, h in used.items()} | {"row": frame["row"]})


def _read(rows: pd.DataFrame, table: GivenTable) -> tuple[pd.DataFrame, list[str]]:
    import pandas as pd

    mark = decimal_mark((v for v in rows["value"] if v and not is_suppressed(v)), table.decimal)[0]
    problems, kept = [], []
    for row in rows.fillna("").to_dict("records"):
        if row["row"] in table.shifted:
            continue
        said, why = _row(row, mark)
        if why:
            problems.append(f"row {row['row']}: {why}")
        elif said:
            kept.append(said)
    frame = pd.DataFrame(kept, columns=[c for c in COLUMNS if c not in ("measure", "source")])
    keys = ["geo", "period", "programme", "indicator", "label", "group", "unit"]
    return frame.drop_duplicates([*keys, "value"]).reset_index(drop=True), problems


def _row(row: Mapping[Any, Any], mark: str) -> tuple[dict[str, Any] | None, str]:
    """What a row says; None where its value is empty; and why it cannot be read."""
    cell = str(row["value"]).strip()
    if not cell:
        return None, ""
    text = " ".join(filter(None, (str(row.get("indicator", "")), str(row.get("label", "")))))
    if not text.strip():
        return None, "no indicator stands in it"
    place, when = region_of(str(row.get("geo", ""))), period_of(str(row.get("period", "")))
    for part, heading in ((place, "geo"), (when, "period")):
        if row.get(heading) and part.fault:
            return None, f"{heading} {str(row[heading])[:40]!r}: {part.fault}"
    hidden = is_suppressed(cell)
    value = number_of(cell, mark)
    if value.fault and not hidden:
        return None, f"value {cell[:40]!r}: {value.fault}"
    code, unit = code_in(text), str(row.get("unit", "")) or "persons"
    number = np.nan if hidden or value.value is None else float(value.value)
    people = not any(w in f"{unit} {text}".lower() for w in _NOT_PEOPLE)
    small = people and 0 < number < _SMALLEST
    return {
        "geo": place.value if row.get("geo") else None,
        "period": when.value if row.get("period") else None,
        "programme": str(row.get("programme", "")) or None,
        "indicator": code or str(row.get("indicator", "")) or str(row.get("label", "")),
        "label": COMMON[code].label if code else str(row.get("label", "")) or str(row.get("indicator", "")),
        "stage": COMMON[code].stage if code else stage_of(text),
        "group": str(row.get("group", "")) or None,
        "unit": unit,
        "value": np.nan if small else number,
        "suppressed": bool(hidden or small),
    }, ""


def _sentence(frame: pd.DataFrame) -> str:
    places, years = frame["geo"].nunique(), frame["period"].dropna()
    when = (
        f", {years.min()} to {years.max()}"
        if years.nunique() > 1
        else f", {years.iloc[0]}"
        if len(years)
        else ""
    )
    results = int((frame["stage"] != ENTERED).sum())
    return (
        f"{GROSS}, not effects: {counted(len(frame), 'number')} of {counted(frame['indicator'].nunique(), 'indicator')} in "
        f"{counted(places, 'place')}{when}, {results:,} of them results. They say what became of participants, not what would have "
        "become of them without the programme."
    )


def _checks(frame: pd.DataFrame, problems: list[str], table: GivenTable) -> list[Check]:
    said = (
        "Participants leave unemployment without any programme too, and programmes choose whom they take: a high rate in "
        "employment after leaving is no effect, and rates of two programmes cannot be compared as if it were one."
    )
    checks = [Check("gross outcomes", "failed", said)]
    if problems:
        first = "; ".join(problems[:3])
        checks.append(
            Check("not read", "failed", f"{counted(len(problems), 'row')} could not be read ({first}).")
        )
    if hidden := int(frame["suppressed"].sum()):
        told = f"{counted(hidden, 'number')} kept back by the office, or below {_SMALLEST} people; totals beside them can still give them away."
        checks.append(Check("kept back", "informational", told))
    if unknown := int((frame["stage"] == "not stated").sum()):
        checks.append(
            Check(
                "stage",
                "informational",
                f"Of {counted(unknown, 'number')} it is not said when it was counted.",
            )
        )
    if table.dropped:
        checks.append(
            Check(
                "personal data",
                "informational",
                f"Columns that name people were left out: {', '.join(map(repr, table.dropped))}.",
            )
        )
    checks += [Check("file", "informational", remark) for remark in table.remarks]
    return checks
