"""What has moved under a model: one row a thing that was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.vocabulary.finding import Check, Finding, Status

DRIFT_COLUMNS = ("about", "what", "before", "now", "unit", "change", "p_value", "allowed", "alarm", "said")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Drift(Finding):
    """Whether documents, experts or the model are still what they were.

    ``table``: ``about`` ("documents", "experts", "model"), ``what``, ``before``, ``now`` (in ``unit``), ``change`` (beyond what
    the lot explains), ``p_value`` (missing where a sequential rule decides), ``allowed`` (the largest p, or the evidence, at
    which it raises an alarm), ``alarm``, ``said``.

    Parameters
    ----------
    alarms : tuple of str
        What raised an alarm.
    not_looked_at : tuple of str
        What could not be looked at, and why.
    """

    alarms: tuple[str, ...]
    not_looked_at: tuple[str, ...]

    def metrics(self) -> Mapping[str, float]:
        """Alarms, and the change of each thing looked at."""
        changes = {
            f"{row['about']}_{str(row['what']).replace(' ', '_')}": float(row["change"])
            for row in self.table.to_dict("records")
            if pd.notna(row["change"])
        }
        return {"alarms": float(len(self.alarms))} | changes


def row(about: str, what: str, **cells: Any) -> dict[str, Any]:
    """One row of the table."""
    held = {"about": about, "what": what} | cells
    return {c: held.get(c, float("nan")) for c in DRIFT_COLUMNS}


def checks(rows: Iterable[Mapping[str, Any]], missing: Iterable[str], rule: str) -> tuple[Check, ...]:
    """Alarms as failed checks; what is only told, what could not be looked at and the rule as notes."""

    def one(found: Mapping[str, Any]) -> Check:
        asked = found["allowed"] == found["allowed"]
        status: Status = ("failed" if found["alarm"] else "passed") if asked else "informational"
        return Check(f"drift: {found['what']}", status, str(found["said"]))

    notes = tuple(Check("not looked at", "informational", words) for words in missing)
    return (*map(one, rows), *notes, Check("false alarms", "informational", rule))


def sentence(alarms: tuple[str, ...], n_rows: int) -> str:
    """What moved, in one sentence."""
    if not n_rows:
        return "Nothing could be looked at: too few documents, labels and settled proposals for any alarm."
    if not alarms:
        return f"No alarm: nothing of the {n_rows} things looked at has moved more than the lot explains."
    return (
        f"{len(alarms)} {'alarm' if len(alarms) == 1 else 'alarms'}: {'; '.join(alarms)}. Look before the model's proposals are "
        "used as before."
    )
