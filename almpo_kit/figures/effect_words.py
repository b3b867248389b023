"""How figures of estimated effects word contrasts, outcomes and intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd


def outcome_label(key: str) -> str:
    """``Chance of being in work``."""
    label = OUTCOMES[key].label if key in OUTCOMES else key.replace("_", " ") or "outcome"
    return label[:1].upper() + label[1:]


def unit_sign(key: str) -> str:
    """``points``."""
    return UNITS[key][0] if key in UNITS else key.replace("_", " ")


def unit_words(key: str) -> str:
    """``percentage points``."""
    return UNITS[key][1] if key in UNITS else key.replace("_", " ")


def whom(table: pd.DataFrame) -> str:
    """Whose effect it is; empty where the table does not say."""
    found = [w for w in dict.fromkeys(words(table, "estimand")) if w in ESTIMANDS]
    return ESTIMANDS[found[0]].whom if len(found) == 1 else ""


def capital(name: str) -> str:
    """First letter upper, the rest as it is."""
    return name[:1].upper() + name[1:]


def decimals(low: float, high: float) -> int:
    """Decimals that an interval warrants."""
    half = (high - low) / 2
    return 0 if not math.isfinite(half) or half >= 10 else 1 if half >= 0.95 else 2


def said(value: float, low: float, high: float, unit: str = "") -> str:
    """``4.2 points (1.1 to 7.3)``; says so where there is nothing."""
    if not (math.isfinite(value) and math.isfinite(low) and math.isfinite(high)):
        return "too little to say"
    d = decimals(low, high)
    sign = unit if unit.startswith("%") or not unit else f" {unit}"
    return f"{number(value, d)}{sign} ({number(low, d)} to {number(high, d)})"


def last_rows(table: pd.DataFrame) -> pd.DataFrame:
    """For each contrast and outcome the row of the latest month, in the order of the table."""
    keys = list(zip(words(table, "contrast"), words(table, "outcome"), strict=True))
    months = column(table, "months").to_numpy()
    kept: dict[Any, int] = {}
    for i, key in enumerate(keys):
        if key not in kept or not months[i] < months[kept[key]]:
            kept[key] = i
    return table.iloc[list(kept.values())]


def after(months: float) -> str:
    """``12 months after entry``; empty where not known."""
    if not math.isfinite(months):
        return ""
    return f"{number(months, 0)} month{'' if months == 1 else 's'} after entry"


def runs(*values: Any) -> list[tuple[int, int]]:
    """Stretches in which all of these numbers are known."""
    held = np.all([np.isfinite(np.asarray(v, dtype=float)) for v in values], axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], held.astype(int), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
