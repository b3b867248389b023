"""What a cycle says in a sentence, how certain it is, and what it rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.matching.cycle import timeline
from almpo_kit.matching.cycle.market import Market
from almpo_kit.matching.cycle.outlook import Outlook
from almpo_kit.matching.cycle.rates import UNEMPLOYMENT
from almpo_kit.matching.cycle.selecting import PROOF
from almpo_kit.matching.cycle.standing import Standing
from almpo_kit.matching.cycle.words import (
    PHASE_MEANING,
    SERIES,
    fan,
    listed,
    place_name,
    time_word,
    valued,
)
from almpo_kit.vocabulary.finding import Certainty

#: Forecasts' worth of outcomes that do not overlap below which certainty is low.
FREE = 20


def sentence(of: Market, stands: Standing, table: pd.DataFrame, ahead: int) -> str:
    """Phase, forecasts at the end of the horizon, and for what they are no better than naive."""
    parts = [_phase(of, stands), _forecasts(table, ahead), _naive(table)]
    if of.refused:
        parts.append(f"No forecast is given for {listed([SERIES[s] for s in of.refused])}.")
    return " ".join(p for p in parts if p)


def _phase(of: Market, stands: Standing) -> str:
    last = stands.dated["period"].iloc[-1]
    where = f"In {last} the labour market of {place_name(of.place)}"
    if stands.phase == "steady":
        return f"{where} had been steady since {stands.since}: no move from there is large enough to count."
    began = f"since before {stands.since}" if stands.opening else f"since {stands.since}"
    article = "an" if stands.phase[0] in "aeiou" else "a"
    by = "" if stands.basis == "tightness" else ", by unemployment alone"
    return f"{where} was, against its own past, in {article} {stands.phase} ({PHASE_MEANING[stands.phase]} {began}{by})."


def _forecasts(table: pd.DataFrame, ahead: int) -> str:
    end = table[table["horizon"] == ahead]
    told = []
    for row in end.to_dict("records"):
        s = str(row["series"])
        told.append(
            f"{SERIES[s]} from {valued(s, row['last'])} to {valued(s, row['forecast'])} in {row['period']} "
            f"{fan(s, row['forecast'], row['low_80'], row['high_80'], 0.8)}"
        )
    return f"If it goes on as in the past: {'; '.join(told)}."


def _naive(table: pd.DataFrame) -> str:
    """Say plainly which of the forecasts are naive, because nothing better is proven."""
    fallen = table[table["model"] != "combination"].groupby("series", sort=False)["horizon"].count()
    every = table.groupby("series")["horizon"].count()
    wholly = [SERIES[s] for s in fallen.index if fallen[s] == every[s]]
    partly = [SERIES[s] for s in fallen.index if fallen[s] < every[s]]
    words = []
    if wholly:
        words.append(
            f"For {listed(wholly)} the models are not shown to be better than naive, so the naive forecast is given."
        )
    if partly:
        words.append(f"At some horizons this is so for {listed(partly)}." if wholly else _some(partly))
    return " ".join(words)


def _some(partly: list[str]) -> str:
    return (
        f"At some horizons the models for {listed(partly)} are not shown to be better than naive; there the naive forecast is "
        "given."
    )


def certainty(own: Outlook) -> Certainty:
    """By outcomes at the farthest horizon that do not overlap; a forecast is never of high certainty."""
    known = int(np.isfinite(own.outcomes[:, -1]).sum())
    if known < PROOF:
        return "too little to say"
    return "moderate" if known / own.outcomes.shape[1] >= FREE else "low"


def rests_on(of: Market) -> str:
    """Series, lengths and sources."""
    word = time_word(of.frequency)
    own = [f"{SERIES[i]}, {len(r.values)} {word}, {r.names[0]} to {r.names[-1]}" for i, r in of.rates.items()]
    sources = dict.fromkeys(s for i in of.rates for s in sources_of(of, i))
    return "; ".join([*own, *sources])


def sources_of(of: Market, indicator: str) -> list[str]:
    """Names of the sources of a rate."""
    return sorted(of.rates[indicator].rows["source"].dropna().astype(str).unique())


def moved(of: Market, stands: Standing) -> str:
    """How the pair of rates moved over the last year on the Beveridge plane; empty where it cannot be told."""
    held = stands.history.dropna(subset=["unemployment_rate", "vacancies_adjusted"])
    if len(held) <= of.frequency or UNEMPLOYMENT not in of.rates:
        return ""
    a, b = held.iloc[-1 - of.frequency], held.iloc[-1]
    du, dv = (float(b[c] - a[c]) for c in ("unemployment_rate", "vacancies_adjusted"))
    names = {
        (True, True): "outward: both rose, which points to people and jobs finding each other less easily",
        (False, False): "inward: both fell, which points to people and jobs finding each other more easily",
        (True, False): "down along the Beveridge curve: unemployment rose and vacancies fell",
        (False, True): "up along the Beveridge curve: unemployment fell and vacancies rose",
    }
    if abs(du) < 0.05 or abs(dv) < 0.05:
        return f"From {a['period']} to {b['period']} at least one of the two rates hardly moved."
    return (
        f"From {a['period']} to {b['period']} the market moved {names[du > 0, dv > 0]} (one year, so noisy)."
    )


def pandemic_periods(of: Market) -> list[int]:
    """Positions of the pandemic inside unemployment."""
    own = of.rates[UNEMPLOYMENT]
    return [p for p in range(own.first, own.last + 1) if timeline.in_pandemic(p, of.frequency)]
