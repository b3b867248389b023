"""An estimate in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.finding import Headline
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import interval, number

#: Contrasts that a sentence names; all stand in the table.
_TOLD = 3
#: What the bar of the answer card shows, by unit; the same for every estimate.
SCALES: dict[str, tuple[float, float]] = {
    "percentage_points": (-30.0, 30.0),
    "eur_per_month": (-1_000.0, 1_000.0),
    "eur_per_year": (-10_000.0, 10_000.0),
    "usd_per_year": (-10_000.0, 10_000.0),
    "months": (-12.0, 12.0),
    "days": (-180.0, 180.0),
}


def fitting_digits(*values: float) -> int:
    """Decimals that an interval warrants: two significant figures of its half-width."""
    spread = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    return 0 if spread >= 10 or spread == 0 else 1 if spread >= 0.95 else 2


def told(effect: float, low: float, high: float, unit: str) -> str:
    """``4.2 points (95%: 1.1 to 7.3)``."""
    d = fitting_digits((high - low) / 2)
    return interval(effect, low, high, UNITS[unit][0], digits=d)


def after(months: float) -> str:
    """``24 months after entry``; empty where not known."""
    if not math.isfinite(months):
        return ""
    if months <= 0:
        return f"{number(-months, 0)} months before entry" if months < 0 else "at entry"
    return f"{number(months, 0)} month{'' if months == 1 else 's'} after entry"


def with_article(label: str) -> str:
    """``the chance of being in work``, but ``earnings`` and ``days in work``."""
    bare = ("earnings", "benefits", "days", "weeks", "months", "time")
    return label if label.startswith(bare) else f"the {label}"


#: In front of numbers that were asked for although an earlier step said stop.
AGAINST_THE_CHECKS = "Made against the checks, not to be used as an effect. "


def sentence(table: pd.DataFrame, cumulative: pd.DataFrame) -> str:
    """The last month of the first outcome of each contrast, what came before it, and what all months add up to."""
    parts = [_contrast(rows, cumulative) for _, rows in table.groupby("contrast", sort=False)]
    more = len(parts) - _TOLD
    text = " ".join(parts[:_TOLD])
    if more > 0:
        text += f" {more} more contrast{'s stand' if more > 1 else ' stands'} in the table."
    return text


def _contrast(rows: pd.DataFrame, cumulative: pd.DataFrame) -> str:
    first = rows[rows["outcome"] == rows["outcome"].iloc[0]].reset_index(drop=True)
    row = last_row(first)
    name = str(row["contrast"])
    name = name[:1].upper() + name[1:]
    if not math.isfinite(row["effect"]) or not math.isfinite(row["low"]):
        return f"{name}: too little to say."
    when = after(row["months"])
    label = with_article(OUTCOMES[row["outcome"]].label)
    whom = ESTIMANDS[row["estimand"]].whom
    text = (
        f"{name}, {whom}: {when + ', ' if when else ''}the effect on {label} is "
        f"{told(row['effect'], row['low'], row['high'], row['unit'])}{_undecided(row)}."
    )
    return " ".join(filter(None, (text, locked_in(first), _added(row, cumulative))))


def last_row(rows: pd.DataFrame) -> pd.Series[Any]:
    """The row with the latest month of which something is known (the last one where months are not known).

    Paths of several contrasts need not be equally long: a month that one of them does not reach says nothing of it.
    """
    known = rows[["effect", "low", "high"]].notna().all(axis=1).to_numpy()
    rows = rows[known] if known.any() else rows
    months = rows["months"].to_numpy(dtype=float)
    return rows.iloc[len(rows) - 1 if np.isnan(months).all() else int(np.nanargmax(months))]


def _undecided(row: pd.Series[Any]) -> str:
    if row["low"] <= 0 <= row["high"]:
        return ", which is compatible with no effect"
    return ""


def locked_in(rows: pd.DataFrame) -> str:
    """Whether people first fall behind, by the band that holds for all months at once; empty where they do not."""
    favourable = OUTCOMES[rows["outcome"].iloc[0]].favourable
    side = "band_high" if favourable >= 0 else "band_low"
    early = rows[(rows["months"] > 0) & (rows[side] * (1 if favourable >= 0 else -1) < 0)]
    if favourable == 0 or len(early) == 0 or len(rows) < 3:
        return ""
    worst = early.iloc[int(np.argmin(early["effect"].to_numpy() * favourable))]
    ends = f"from month {early['months'].min():g} to month {early['months'].max():g}"
    span = ends if len(early) > 1 else f"in month {early['months'].iloc[0]:g}"
    return (
        f"They were worse off than without it {span}, most in month {worst['months']:g}: "
        f"{told(worst['effect'], worst['low'], worst['high'], worst['unit'])}."
    )


def _added(row: pd.Series[Any], cumulative: pd.DataFrame) -> str:
    mine = cumulative[(cumulative["contrast"] == row["contrast"]) & (cumulative["outcome"] == row["outcome"])]
    if not len(mine):
        return ""
    end = last_row(mine)
    return (
        f"Over the {number(end['months'], 0)} months that adds up to "
        f"{told(end['effect'], end['low'], end['high'], end['unit'])}."
    )


def question(table: pd.DataFrame) -> str:
    """As a person would ask it."""
    arms = list(dict.fromkeys(table["arm"]))
    label = with_article(OUTCOMES[table["outcome"].iloc[0]].label)
    against = list(dict.fromkeys(table["comparison"]))
    return f"What did {_listed(arms)} do for {label}, compared with {_listed(against)}?"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def headline(table: pd.DataFrame) -> Headline | None:
    """The first contrast and outcome at the last month, where its unit has a scale and its interval is known."""
    rows = table[
        (table["contrast"] == table["contrast"].iloc[0]) & (table["outcome"] == table["outcome"].iloc[0])
    ]
    row = last_row(rows)
    value, low, high = (float(row[c]) for c in ("effect", "low", "high"))
    if row["unit"] not in SCALES or not all(map(math.isfinite, (value, low, high))):
        return None
    return Headline(value, low, high, unit=UNITS[row["unit"]][0], scale=SCALES[row["unit"]])


def rests_on(table: pd.DataFrame, clusters: int, clustered: bool) -> str:
    """``185 in training and 260 in no programme``."""
    sizes: dict[str, float] = {}
    for name, n in (("arm", "n_arm"), ("comparison", "n_comparison")):
        sizes |= dict(zip(table[name], table[n], strict=True))
    parts = [f"{number(n, 0) if n == n else 'fewer than 10'} in {name}" for name, n in sizes.items()]
    return _listed(parts) + (f", in {number(clusters, 0)} clusters" if clustered else "")
