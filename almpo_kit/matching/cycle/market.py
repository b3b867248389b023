"""The two rates of a place at the frequency at which most can be said, and the tracks that are forecast."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.matching.cycle import timeline
from almpo_kit.matching.cycle.rates import (
    LEAST,
    PER_LABOUR_FORCE,
    UNEMPLOYMENT,
    VACANCIES,
    Rate,
    place_rows,
    rate,
)
from almpo_kit.matching.cycle.rolling import Track
from almpo_kit.matching.cycle.seasons import factors
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.places import normalise

Array = NDArray[np.float64]
TIGHTNESS = "tightness"


@dataclass(frozen=True)
class Market:
    """One place.

    Parameters
    ----------
    place : str
    frequency : {1, 4, 12}
    rates : dict of str to Rate
        Unemployment, and vacancies where they are long enough.
    refused : dict of str to str
        Why a series is not forecast.
    """

    place: str
    frequency: int
    rates: dict[str, Rate]
    refused: dict[str, str]

    @property
    def exact(self) -> bool:
        """True where both rates are shares of the labour force, so that their ratio is vacancies per unemployed person."""
        return VACANCIES in self.rates and self.rates[VACANCIES].unit == PER_LABOUR_FORCE

    def logs(self, indicator: str) -> Array:
        """Logarithms of a rate or, where vacancies are shares of posts, of its odds.

        The difference of the two is then the logarithm of vacancies per unemployed person: of V/U as it is, or as if
        there were as many posts as employed people, [v / (1 − v)] / [u / (1 − u)].
        """
        values = self.rates[indicator].values
        return np.log(values) if self.exact else np.log(values / (100 - values))

    def natural(self, series: str) -> Callable[[Array], Array]:
        """Back from logarithms to per cent, or to vacancies per unemployed person."""
        if series == TIGHTNESS:
            return np.exp
        return _capped if self.exact else _from_odds

    def common(self) -> tuple[int, int] | None:
        """First and last position at which both rates are there; None where they are too few."""
        if VACANCIES not in self.rates:
            return None
        u, v = self.rates[UNEMPLOYMENT], self.rates[VACANCIES]
        first, last = max(u.first, v.first), min(u.last, v.last)
        return (first, last) if last - first + 1 >= LEAST[self.frequency] else None

    def between(self, indicator: str, first: int, last: int) -> Array:
        """Logarithms from one position to another."""
        own = self.rates[indicator]
        return self.logs(indicator)[first - own.first : last - own.first + 1]

    def adjusted(self, indicator: str, last: int | None = None) -> Array:
        """Logarithms with seasons taken out, by all the values there are or by those up to a position."""
        own, z = self.rates[indicator], self.logs(indicator)
        z = z if last is None else z[: last - own.first + 1]
        if not own.seasonal:
            return z
        first = own.first % own.frequency
        return z - factors(z, first, own.frequency)[(first + np.arange(len(z))) % own.frequency]


def market(
    indicators: pd.DataFrame, place: str, frequency: int | None, until: str | None, today: datetime.date
) -> Market:
    """Choose the finest frequency at which both rates are long enough; failing that, unemployment alone.

    Raises
    ------
    DesignError
        Unemployment is too short at every frequency; the message says by how much, and names places that are long enough.
    ParameterError
        Another frequency, or ``until`` cannot be read.
    """
    if frequency not in (None, 1, 4, 12):
        raise ParameterError(f"frequency={frequency!r}: choose 12 (months), 4 (quarters) or 1 (years).")
    rows = place_rows(indicators, place)
    tried = {}
    for f in (frequency,) if frequency else (12, 4, 1):
        end = None if until is None else _until(until, f)
        tried[f] = {i: rate(rows, i, f, until=end, today=today) for i in (UNEMPLOYMENT, VACANCIES)}
    for wanted in ((UNEMPLOYMENT, VACANCIES), (UNEMPLOYMENT,)):
        for f, found in tried.items():
            if all(isinstance(found[i], Rate) for i in wanted):
                return _market(place, f, found)
    raise DesignError(_too_short(indicators, place, {f: found[UNEMPLOYMENT] for f, found in tried.items()}))


def tracks(of: Market) -> dict[str, Track]:
    """Unemployment, vacancies and tightness, each with the one it is modelled together with."""
    f, out = of.frequency, {}
    pair = of.common()
    for indicator, other in ((UNEMPLOYMENT, VACANCIES), (VACANCIES, UNEMPLOYMENT)):
        if indicator not in of.rates:
            continue
        own = of.rates[indicator]
        companion = _beside(of, own, other) if pair else None
        seasonal = other in of.rates and of.rates[other].seasonal
        out[indicator] = Track(of.logs(indicator), f, own.first % f, own.seasonal, companion, seasonal)
    if pair:
        u, v = of.between(UNEMPLOYMENT, *pair), of.between(VACANCIES, *pair)
        seasons = [of.rates[i].seasonal for i in (UNEMPLOYMENT, VACANCIES)]
        out[TIGHTNESS] = Track(v - u, f, pair[0] % f, any(seasons), u, seasons[0])
    return out


def _beside(of: Market, own: Rate, other: str) -> Array | None:
    """The other rate on the periods of this one, NaN before it starts; None where it ends earlier."""
    theirs = of.rates[other]
    if theirs.last < own.last:
        return None
    z = of.logs(other)[: own.last - theirs.first + 1]
    return np.concatenate([np.full(max(theirs.first - own.first, 0), np.nan), z])[-len(own.values) :]


def _market(place: str, frequency: int, found: dict[str, Rate | str | None]) -> Market:
    refused = {i: r or "no values at this frequency" for i, r in found.items() if not isinstance(r, Rate)}
    rates = {i: r for i, r in found.items() if isinstance(r, Rate)}
    of = Market(place, frequency, rates, refused)
    if of.common() is None and VACANCIES in rates:
        refused[TIGHTNESS] = f"fewer than {LEAST[frequency]} periods have both rates"
    elif VACANCIES in refused:
        refused[TIGHTNESS] = "it takes vacancies"
    return of


def _until(until: str, frequency: int) -> int:
    """Last whole period of a frequency that ends no later than ``until`` does."""
    text = str(until).strip()
    given = timeline.frequency_of(text)
    if given is None:
        raise ParameterError(f"until={until!r} is no period; write '2019', '2019-Q4' or '2019-12'.")
    return (timeline.position(text) + 1) * frequency // given - 1


def _too_short(indicators: pd.DataFrame, place: str, found: dict[int, Rate | str | None]) -> str:
    words = {1: "years", 4: "quarters", 12: "months"}
    why = "; ".join(f"{words[f]}: {r}" for f, r in found.items() if isinstance(r, str)) or "there is no value"
    enough = _long_enough(indicators)
    choose = f"Places with enough: {', '.join(enough)}." if enough else "No place here has enough."
    return (
        f"unemployment of {place} is too short to forecast ({why}). It takes at least {LEAST[12]} months, {LEAST[4]} quarters "
        f"or {LEAST[1]} years in a row. {choose} `almpo data pull` fetches longer series."
    )


def _long_enough(indicators: pd.DataFrame) -> list[str]:
    """Places with enough values at some frequency; regions are too many to list."""
    own = indicators[(indicators["indicator"] == UNEMPLOYMENT) & indicators["value"].notna()]
    kinds = [timeline.frequency_of(p) for p in own["period"].astype(str)]
    counts = Counter(zip(own["geo"].map(normalise), kinds, strict=True))
    enough = {g for (g, f), n in counts.items() if f is not None and n >= LEAST[f] and len(g) != 4}
    return sorted(enough)[:40]


def _from_odds(z: Array) -> Array:
    return np.asarray(100 / (1 + np.exp(-z)))


def _capped(z: Array) -> Array:
    return np.minimum(np.exp(z), 100.0)
