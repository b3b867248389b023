"""The context that a prediction is asked for, and how unlike each studied estimate it is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.gower import gower, mismatch, scaled
from almpo_kit.evidence.prediction.contexts import BETWEEN, RATE, WITHIN
from almpo_kit.evidence.words import band_words, place_words, programme_words
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise, nuts_level
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.rendering import number

#: What a context can be told by; all five count in the distance, whether they were asked for or not, so
#: that asking for more never brings a context nearer.
CHARACTERISTICS = ("programme_type", "target_group", "band", RATE, "country")
_CATEGORIES = ("programme_type", "target_group", "band")


@dataclass(frozen=True)
class Asked:
    """A context: what was left open is None. ``usual`` is the place's usual unemployment rate where the
    person states it; ``place`` as asked, ``country`` of it."""

    programme_type: str
    target_group: str | None = None
    band: str | None = None
    unemployment_rate: float | None = None
    usual: float | None = None
    place: str | None = None

    @property
    def country(self) -> str | None:
        """Country of the place."""
        return None if self.place is None else self.place[:2]

    @property
    def regional(self) -> bool:
        """Whether the place is a region below its country."""
        return self.place is not None and nuts_level(self.place) > 0

    def category(self, column: str) -> str | None:
        """The level asked for in a column of categories."""
        value: str | None = getattr(self, column)
        return value

    @property
    def categories(self) -> dict[str, str]:
        """Column -> level, of the categories that were asked for."""
        return {c: v for c in _CATEGORIES if (v := self.category(c)) is not None}

    def words(self) -> str:
        """``training for young people 1 to 2 years after entry in Greece at 12% unemployment``."""
        parts = [programme_words(self.programme_type)]
        if self.target_group is not None:
            parts.append(f"for {TARGET_GROUPS[self.target_group]}")
        parts.append(band_words(self.band).strip())
        if self.place is not None and self.country is not None:
            country = place_words(self.country)
            parts.append(f"in {self.place} ({country})" if self.regional else f"in {country}")
        if self.unemployment_rate is not None:
            parts.append(f"at {number(self.unemployment_rate)}% unemployment")
        return " ".join(p for p in parts if p)

    def options(self) -> dict[str, str | float]:
        """For the provenance."""
        fields = {
            **self.categories,
            RATE: self.unemployment_rate,
            "usual_unemployment_rate": self.usual,
            "place": self.place,
        }
        return {k: v for k, v in fields.items() if v is not None}


def asked_context(
    programme_type: str,
    target_group: str | None,
    band: str | None,
    unemployment_rate: float | None,
    usual: float | None,
    place: str | None,
) -> Asked:
    """Check the words and numbers of a context.

    Raises
    ------
    ParameterError
        A word that the vocabulary does not know, or a rate that is none.
    """
    for column, value, known in (
        ("programme_type", programme_type, PROGRAMME_TYPES),
        ("target_group", target_group, TARGET_GROUPS),
        ("band", band, HORIZON_BANDS),
    ):
        if value not in known and not (value is None and column != "programme_type"):
            raise ParameterError(f"unknown {column} {value!r}; choose from {', '.join(known)}")
    for column, rate in ((RATE, unemployment_rate), ("usual_unemployment_rate", usual)):
        if rate is not None and not 0 <= rate <= 100:
            raise ParameterError(f"{column}={rate!r} is no unemployment rate; give per cent, e.g. 8.5")
    if place is not None:
        place = normalise(place)
        nuts_level(place)
        if place[:2] not in PLACE_NAMES:
            raise ParameterError(f"unknown place {place!r}; give a country or NUTS code, e.g. 'EL' or 'EL42'")
    return Asked(programme_type, target_group, band, unemployment_rate, usual, place)


def usual_rate(asked: Asked, rows: pd.DataFrame) -> float | None:
    """The unemployment rate that is usual in the context: as the person states it, or else the country's mean
    over the studied ``rows``, as in the model. None where neither is known: the asked rate may be high
    there or low, and a difference between countries must not stand in for the cycle.
    """
    if asked.usual is not None or asked.country is None or BETWEEN not in rows:
        return asked.usual
    own = rows.loc[_words(rows, "country") == asked.country, BETWEEN].dropna()
    return float(own.iloc[0]) if len(own) else None


def rates(asked: Asked, rows: pd.DataFrame) -> dict[str, float]:
    """The asked rate, as the usual level and the distance from it where that is known; {} where no rate was
    asked for."""
    if asked.unemployment_rate is None:
        return {}
    usual = usual_rate(asked, rows)
    apart = {} if usual is None else {BETWEEN: usual, WITHIN: asked.unemployment_rate - usual}
    return {RATE: asked.unemployment_rate} | apart


def distances(asked: Asked, rows: pd.DataFrame) -> Floats:
    """Gower's distance (0 to 1) of each row from the context, over :data:`CHARACTERISTICS`, shape (k,).

    Each of the five that was asked for counts a fifth where it differs (the unemployment rate by its share
    of the studied range, and a fifth where the row does not state it); what was not asked for counts nothing.
    """
    parts = [mismatch(v, _words(rows, c)) for c, v in asked.categories.items()]
    if asked.country is not None:
        parts.append(mismatch(asked.country, _words(rows, "country")))
    if asked.unemployment_rate is not None:
        known = rows[RATE].to_numpy(dtype=float) if RATE in rows else np.full(len(rows), np.nan)
        parts.append(scaled(asked.unemployment_rate, known))
    return gower(parts, len(CHARACTERISTICS))


def _words(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        return np.full(len(rows), "", dtype=object)
    return np.asarray(rows[column].astype(object).where(rows[column].notna(), ""), dtype=object)


def differs(asked: Asked, row: Mapping[Hashable, Any]) -> str:
    """In what a studied estimate differs from the context: ``other group; other country``."""
    named = {"programme_type": "programme", "target_group": "group", "band": "horizon"}
    parts = [f"other {named[c]}" for c, v in asked.categories.items() if row.get(c) != v]
    if asked.unemployment_rate is not None:
        rate = row.get(RATE)
        if not (isinstance(rate, float) and np.isfinite(rate)):
            parts.append("unemployment not known")
        elif abs(rate - asked.unemployment_rate) >= 0.05:
            parts.append(f"unemployment {number(rate)}%")
    if asked.country is not None and row.get("country") != asked.country:
        parts.append("other country")
    return "; ".join(parts)
