"""What is said about agreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from almpo_kit.vocabulary.documents import ESTIMATE, RELEVANT
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import interval

_SILENT = "too little to say"
#: Fields whose names say little.
_SAID = {RELEVANT: "whether a document belongs", "horizon_months": "months after entry"}


def field_words(field: str) -> str:
    """A field in words: ``programme type``."""
    return _SAID.get(field) or field.replace("_", " ")


def sentence(table: pd.DataFrame, confidence: float) -> str:
    """Which fields are coded reliably."""
    told = table[table["says"] != _SILENT]
    if not len(told):
        row = table.iloc[int(table["units_twice"].to_numpy().argmax())]
        return f"There is too little to say how far the experts agree: {row['reason']}."
    if len(told) == 1:
        row = told.iloc[0]
        held = interval(row["alpha"], row["low"], row["high"], "", confidence, 2)
        return f"Agreement on {field_words(row['field'])} is {row['says']}: Krippendorff’s alpha {held}."
    parts = [
        f"{says}: {', '.join(_named(r) for r in rows.itertuples(index=False))}"
        for says in ("not shown to be reliable", "tentative", "reliable")
        if len(rows := told[told["says"] == says])
    ]
    text = "; ".join(parts)
    silent = len(table) - len(told)
    more = f" Too little to say of {silent} more field{'' if silent == 1 else 's'}." if silent else ""
    return f"{text[:1].upper()}{text[1:]} (Krippendorff’s alpha).{more}"


def _named(row: Any) -> str:
    return f"{field_words(row.field)} {row.alpha:.2f} ({row.low:.2f} to {row.high:.2f})".replace("-", "−")


def checks(table: pd.DataFrame, pairs: Sequence[dict[str, Any]]) -> tuple[Check, ...]:
    """What speaks against relying on the codes."""
    out = []
    rows: list[Any] = list(table.itertuples(index=False))
    for row in rows:
        name = field_words(row.field)
        if row.says == _SILENT:
            out.append(Check(f"agreement on {name}", "failed", f"Too little to say of {name}: {row.reason}."))
        elif row.says == "not shown to be reliable":
            told = f"Agreement on {name} is not shown to be reliable: {row.reason}. Sharpen its instructions before learning from it."
            out.append(Check(f"agreement on {name}", "failed", told))
    skewed = [p for p in pairs if p["prevalence"] > 0.8 and p["agreement"] > 0.9]
    if skewed:
        p = skewed[0]
        told = (
            f"Almost all answers on {field_words(p['field'])} are the same, and {100 * p['agreement']:.0f}% agree; kappa and "
            f"alpha fall there although experts hardly differ (PABAK {p['pabak']:.2f})."
        )
        out.append(Check("one answer prevails", "informational", told))
    if (table["field"] == ESTIMATE).any():
        told = "Estimates count as agreed only where all their numbers and codes are the same."
        out.append(Check("estimates", "informational", told))
    told = (
        "Documents that one expert alone coded are left out. Intervals take documents as independent and are the wider of a "
        "bootstrap and the exact interval of disagreement."
    )
    return (*out, Check("how it is compared", "informational", told))
