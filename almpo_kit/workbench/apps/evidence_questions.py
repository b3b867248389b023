"""What a person can ask of the evidence: the choices, the estimates they stand for, and their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.horizons import BAND_LABELS, horizon_band
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ANY = ""
EU_ONLY = "EU27"


@dataclass(frozen=True)
class UnemploymentLevel:
    """A range of unemployment rates in per cent: above ``low``, up to ``high``; ``typical`` stands for it
    where one rate is needed."""

    label: str
    low: float
    high: float
    typical: float


#: How people speak of unemployment; the limits are ours, and on screen.
UNEMPLOYMENT: dict[str, UnemploymentLevel] = {
    "low": UnemploymentLevel("low, up to 6%", -1, 6, 5),
    "medium": UnemploymentLevel("medium, 6 to 10%", 6, 10, 8),
    "high": UnemploymentLevel("high, over 10%", 10, 100, 12),
}


@dataclass(frozen=True)
class Choice:
    """What a person asks: programme type, target group, outcome and unit, horizon band, place, unemployment."""

    programme_type: str = "training"
    target_group: str = ANY
    measure: tuple[str, str] = ("employment_probability", "percentage_points")
    band: str = ANY
    place: str = ANY
    unemployment: str = ANY

    def question(self) -> str:
        """The choice as a question."""
        what = (
            PROGRAMME_TYPES[self.programme_type].label
            if self.programme_type
            else "active labour market policy"
        )
        whom = f" for {TARGET_GROUPS[self.target_group]}" if self.target_group else ""
        when = f", {BAND_LABELS[self.band]}" if self.band else ""
        where = {"": "", EU_ONLY: ", in the EU-27"}.get(
            self.place, f", in {PLACE_NAMES.get(self.place, self.place)}"
        )
        market = (
            f", when unemployment is {UNEMPLOYMENT[self.unemployment].label}" if self.unemployment else ""
        )
        outcome, unit = self.measure
        label, sign = OUTCOMES[outcome].label, UNITS[unit][1]
        return f"What does {what.lower()} do{whom} to the {label} (in {sign}){when}{where}{market}?"


def matching(effects: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The estimates that a choice asks for; an empty frame when there are none.

    An estimate of which nobody knows the unemployment rate belongs to no level of it.
    """
    outcome, unit = choice.measure
    keep = (effects["outcome"] == outcome) & (effects["unit"] == unit)
    if choice.programme_type:
        keep &= effects["programme_type"] == choice.programme_type
    if choice.target_group:
        keep &= effects["target_group"] == choice.target_group
    if choice.band:
        keep &= horizon_band(effects) == choice.band
    if choice.place:
        keep &= (
            effects["country"].isin(EU27) if choice.place == EU_ONLY else effects["country"] == choice.place
        )
    if choice.unemployment:
        level = UNEMPLOYMENT[choice.unemployment]
        keep &= effects["unemployment_rate"].gt(level.low) & effects["unemployment_rate"].le(level.high)
    return effects[keep]


def options(effects: pd.DataFrame) -> Mapping[str, list[tuple[str, Any]]]:
    """What each control offers, with the number of estimates behind every option."""

    def counted(column: str, labels: Mapping[str, str]) -> list[tuple[str, Any]]:
        counts = effects[column].value_counts()
        return [(f"{label} ({counts.get(key, 0)})", key) for key, label in labels.items()]

    measures = Counter(zip(effects["outcome"], effects["unit"], strict=True)).most_common()
    bands = horizon_band(effects).value_counts()
    places = sorted(Counter(effects["country"]).items())
    return {
        "programme_type": [
            ("All programmes", ANY),
            *counted("programme_type", {key: t.label for key, t in PROGRAMME_TYPES.items()}),
        ],
        "target_group": [("Everybody studied", ANY), *counted("target_group", TARGET_GROUPS)],
        "measure": [(_measure(o, u, n), (o, u)) for (o, u), n in measures],
        "band": [
            ("Any time", ANY),
            *((f"{label} ({bands.get(b, 0)})", b) for b, label in BAND_LABELS.items()),
        ],
        "place": [
            ("Anywhere", ANY),
            ("EU-27 only", EU_ONLY),
            *((f"{PLACE_NAMES.get(c, c)} ({n})", c) for c, n in places),
        ],
        "unemployment": [
            ("Any, or not known", ANY),
            *(
                (f"{level.label[:1].upper()}{level.label[1:]} ({_between(effects, level)})", key)
                for key, level in UNEMPLOYMENT.items()
            ),
        ],
    }


def _between(effects: pd.DataFrame, level: UnemploymentLevel) -> int:
    rate = effects["unemployment_rate"]
    within: np.ndarray = (rate.gt(level.low) & rate.le(level.high)).to_numpy()
    return int(within.sum())


def _measure(outcome: str, unit: str, n: int) -> str:
    label, sign = OUTCOMES[outcome].label, UNITS[unit][0]
    return f"{label[:1].upper()}{label[1:]}, {sign} ({n})"
