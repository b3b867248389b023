"""What a test of codes says, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import interval

if TYPE_CHECKING:
    import pandas as pd


def coding_sentence(table: pd.DataFrame, promised: float, note: str) -> str:
    """Which fields keep the promise on studies not learned from, as far as can be told."""
    told = table[table["proposed"] > 0]
    if not len(told):
        return f"Nothing is proposed: no field reaches a precision of {promised:.0%} on so few studies."
    n, right = int(told["proposed"].sum()), int(told["right"].sum())
    shown = told.loc[told["keeps_promise"] == "shown", "field"]
    kept = (
        f"shown to reach {promised:.0%}: {_words(list(shown))}"
        if len(shown)
        else f"no field is shown to reach {promised:.0%}, the numbers are too small"
    )
    end = f" {note.rstrip('.')}." if note else ""
    return f"On studies not learned from, {right} of {n} proposed codes were right; {kept}.{end}"


def coding_checks(table: pd.DataFrame, promised: float, note: str) -> tuple[Check, ...]:
    """A check a field, and what to doubt in all of them."""
    checks = [Check("optimistic", "failed", f"{note.rstrip('.')}.")] if note else []
    for row in table.to_dict("records"):
        checks.append(_check({str(k): v for k, v in row.items()}, promised))
    return tuple(checks)


def _check(row: dict[str, object], promised: float) -> Check:
    name = str(row["field"]).replace("_", " ")
    if not row["proposed"]:
        return Check(
            str(row["field"]),
            "informational",
            f"Nothing is proposed on {name}; everything is left to the expert.",
        )
    mid, low, high = (100 * float(str(row[k])) for k in ("precision", "precision_low", "precision_high"))
    said = f"On {name}, {row['right']} of {row['proposed']} proposals were right, {interval(mid, low, high, '%', digits=0)}"
    quiet = f"; nothing is proposed on {100 * float(str(row['abstention'])):.0f}% of documents."
    promise = row["keeps_promise"]
    if promise == "shown":
        return Check(str(row["field"]), "passed", f"{said}, so {promised:.0%} is kept{quiet}")
    if promise == "broken":
        return Check(str(row["field"]), "failed", f"{said}: the promised {promised:.0%} is not kept{quiet}")
    return Check(
        str(row["field"]), "informational", f"{said}: whether {promised:.0%} is kept cannot be told{quiet}"
    )


def _words(names: list[str]) -> str:
    return ", ".join(n.replace("_", " ") for n in names)
