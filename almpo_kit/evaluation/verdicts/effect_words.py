"""The effects under a verdict, one short clause a contrast."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from almpo_kit.evaluation.estimation.words import after, fitting_digits, last_row
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import number

#: Contrasts that are told; all stand in the table of the estimate.
_TOLD = 3


def effects_in_short(estimate: Estimate) -> str:
    """The last month of the first outcome of each contrast, whether people were locked in, and what it adds up to."""
    table, outcome = estimate.table, estimate.table["outcome"].iloc[0]
    mine = table[table["outcome"] == outcome]
    contrasts = list(dict.fromkeys(mine["contrast"]))
    rows = {c: mine[mine["contrast"] == c].reset_index(drop=True) for c in contrasts}
    last = {c: last_row(r) for c, r in rows.items()}
    when = {after(float(r["months"])) for r in last.values()}
    same = when.pop() if len(when) == 1 else ""
    label = OUTCOMES[outcome].label
    head = f"{label[:1].upper()}{label[1:]}{f' {same}' if same else ''} (95% intervals)"
    told = [
        _clause(c, last[c], rows[c], _sum_of(estimate.cumulative, c, outcome), alone=bool(same))
        for c in contrasts[:_TOLD]
    ]
    more = [_more(len(contrasts) - _TOLD, "contrast"), _more(table["outcome"].nunique() - 1, "outcome")]
    rest = " and ".join(m for m in more if m)
    return f"{head}: {'; '.join(told)}{f'; {rest} in the table' if rest else ''}."


def _more(count: int, what: str) -> str:
    return "" if count < 1 else f"{count} more {what}{'' if count == 1 else 's'}"


def _clause(
    contrast: str, last: pd.Series[Any], rows: pd.DataFrame, end: pd.Series[Any] | None, *, alone: bool
) -> str:
    if not all(math.isfinite(last[c]) for c in ("effect", "low", "high")):
        return f"{contrast}, too little to say"
    known = not alone and math.isfinite(last["months"])
    parts = [f"{contrast}{f' in month {last["months"]:g}' if known else ''} {_amount(last)}"]
    span = _locked_in(rows)
    parts += [f"worse off {span}"] if span else []
    parts += [f"in all {_amount(end)}"] if end is not None and math.isfinite(end["effect"]) else []
    return ", ".join(parts)


def _amount(row: pd.Series[Any]) -> str:
    low, high = float(row["low"]), float(row["high"])
    digits = fitting_digits((high - low) / 2)
    unit = UNITS[row["unit"]][0]
    space = "" if unit.startswith("%") else " "
    return f"{number(float(row['effect']), digits)}{space}{unit} ({number(low, digits)} to {number(high, digits)})"


def _locked_in(rows: pd.DataFrame) -> str:
    """Months in which people are surely behind, by the band that holds for all months at once."""
    favourable = OUTCOMES[rows["outcome"].iloc[0]].favourable
    side = "band_high" if favourable >= 0 else "band_low"
    early = rows[(rows["months"] > 0) & (rows[side] * (1 if favourable >= 0 else -1) < 0)]
    if favourable == 0 or not len(early) or len(rows) < 3:
        return ""
    first, last = early["months"].min(), early["months"].max()
    return f"in month {first:g}" if first == last else f"in months {first:g}–{last:g}"


def _sum_of(cumulative: pd.DataFrame, contrast: str, outcome: str) -> pd.Series[Any] | None:
    if not len(cumulative):
        return None
    mine = cumulative[(cumulative["contrast"] == contrast) & (cumulative["outcome"] == outcome)]
    return last_row(mine) if len(mine) else None
