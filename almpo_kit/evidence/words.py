"""How evidence is put into words: numbers with their unit, outcomes, programmes, horizons, counts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.horizons import BAND_LABELS, NOT_COMPARABLE
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.rendering import interval, number

#: unit -> (lowest, highest) value of the bar on an answer card, the same for every card in that unit.
SCALES: dict[str, tuple[float, float]] = {
    "percentage_points": (-20, 20),
    "percent": (-50, 50),
    "eur_per_month": (-300, 300),
    "eur_per_year": (-3_000, 3_000),
    "eur_cumulative": (-10_000, 10_000),
    "eur_unspecified_period": (-3_000, 3_000),
    "dem_per_month": (-600, 600),
    "usd_per_year": (-5_000, 5_000),
    "usd_cumulative": (-20_000, 20_000),
    "cop_unspecified_period": (-100_000, 100_000),
    "etb_per_month": (-500, 500),
    "days": (-100, 100),
    "weeks": (-15, 15),
    "months": (-6, 6),
    "quarters": (-4, 4),
    "log_hazard_ratio": (-1, 1),
    "log_odds_ratio": (-2, 2),
    "log_risk_ratio": (-1, 1),
    "log_points": (-1, 1),
}
_CURRENCIES = ("eur", "dem", "usd", "cop", "etb")


def only(effects: pd.DataFrame, column: str) -> str:
    """The one value of a column, or "" when it is absent, blank or not one."""
    said = effects[column].tolist() if column in effects else []
    known = {x for x in said if x is not None and x is not pd.NA and x == x}
    return str(*known) if len(known) == 1 else ""


def sign_of(unit: str) -> str:
    """What stands after a number in this unit."""
    return UNITS[unit][0] if unit in UNITS else unit


def digits(unit: str) -> int:
    """Decimals that an effect in this unit deserves."""
    if unit.startswith("log_") or unit not in UNITS:
        return 2
    return 0 if money(unit) else 1


def scale_of(unit: str, low: float, high: float) -> tuple[float, float]:
    """Scale of the bar; for a unit that the vocabulary does not know, one that holds the interval."""
    reach = max(abs(low), abs(high)) or 1.0
    return SCALES.get(unit, (-reach, reach))


def money(unit: str) -> bool:
    """Whether the unit is an amount of some currency."""
    return unit.startswith(_CURRENCIES)


def amount(mean: float, low: float, high: float, unit: str, level: float) -> str:
    """``2.4 points (95%: 0.6 to 4.2)``; one more decimal, then words, for what would round to zero."""
    for places in (digits(unit), digits(unit) + 1):
        if float(f"{mean:.{places}f}") != 0:
            return interval(mean, low, high, sign_of(unit), level, places)
    inside = f"{number(low, places)} to {number(high, places)}"
    return f"about zero ({level:.0%}: {inside} {sign_of(unit)}".rstrip() + ")"


def count(n: int, noun: str) -> str:
    """``1 estimate``, ``3 estimates``, ``2 countries``."""
    if n == 1:
        return f"1 {noun}"
    return f"{n} {noun[:-1]}ies" if noun.endswith("y") else f"{n} {noun}s"


def listed(items: Iterable[str]) -> str:
    """``a, b and c``."""
    *head, last = list(items)
    return f"{', '.join(head)} and {last}" if head else last


def programme_words(key: str) -> str:
    """The programme type inside a sentence; ``the programmes`` where there are several."""
    if key not in PROGRAMME_TYPES:
        return "the programmes"
    label = PROGRAMME_TYPES[key].label
    return label[:1].lower() + label[1:]


def outcome_words(key: str) -> str:
    """The outcome inside a sentence, with its article where it needs one."""
    label = OUTCOMES[key].label if key in OUTCOMES else (key.replace("_", " ") or "the outcome")
    return f"the {label}" if label.startswith(("chance", "rate", "share", "local")) else label


def band_words(band: str | None) -> str:
    """`` 1 to 2 years after entry`` with a leading space, or nothing."""
    if band == NOT_COMPARABLE:
        return f" ({BAND_LABELS[band]})"
    return f" {BAND_LABELS[band]}" if band in BAND_LABELS else ""


def effect_words(
    programme: str,
    what: str,
    mean: float,
    low: float,
    high: float,
    unit: str,
    level: float,
    scope: str = "",
) -> str:
    """``training raised the chance of being in work 1 to 2 years after entry by 2.4 points (…)``.

    ``what`` is the outcome with its horizon; ``scope`` follows the number and says what it is compared
    with where that is not the usual. A fall is told as a positive amount, with its interval.
    """
    who = programme_words(programme)
    if low > 0:
        return f"{who} raised {what} by {amount(mean, low, high, unit, level)}{scope}"
    if high < 0:
        return f"{who} lowered {what} by {amount(-mean, -high, -low, unit, level)}{scope}"
    change = f"{who} changed {what} by {amount(mean, low, high, unit, level)} on average{scope}"
    return f"{change}; no effect at all lies inside that interval"


def place_words(code: str) -> str:
    """Name of a country for a sentence."""
    return PLACE_NAMES.get(normalise(code), code)


def years(effects: pd.DataFrame) -> str:
    """``1998–2019``, the years in which the programmes ran; "" when nobody stated them."""
    columns = [effects[c].dropna() for c in ("start_year", "end_year") if c in effects]
    known = np.concatenate([c.to_numpy(dtype=float) for c in columns]) if columns else np.empty(0)
    if known.size == 0:
        return ""
    first, last = int(known.min()), int(known.max())
    return str(first) if first == last else f"{first}–{last}"


def foundation(effects: pd.DataFrame, n_samples: int) -> str:
    """``7 independent samples (9 estimates), 5 countries, 1998–2019``."""
    if effects.empty:
        return "no estimate"
    parts = [f"{count(n_samples, 'independent sample')} ({count(len(effects), 'estimate')})"]
    if "country" in effects:
        parts.append(count(effects["country"].nunique(), "country"))
    return ", ".join([*parts, *filter(None, [years(effects)])])
