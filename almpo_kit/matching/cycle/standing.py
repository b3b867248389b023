"""Where the market stands: its phases on a line of time, with what was published and what seasons do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.matching.cycle import timeline
from almpo_kit.matching.cycle.market import TIGHTNESS, Market
from almpo_kit.matching.cycle.outlook import FIRST
from almpo_kit.matching.cycle.phases import SHORTEST, SWING, SWING_POINTS, called_right, phases
from almpo_kit.matching.cycle.rates import UNEMPLOYMENT, VACANCIES

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """Phases of one market.

    Parameters
    ----------
    basis : str
        ``tightness``, or ``unemployment_rate`` where vacancies are too short.
    smallest : float
        Smallest swing that counts: in logarithms of tightness, or in points.
    history : DataFrame
        ``geo, period, unemployment_rate, job_vacancy_rate, vacancies_adjusted, tightness, tightness_adjusted, phase, turn,
        pandemic``; one row a period.
    called : (int, int)
        Directions called right in real time, and tried.
    """

    basis: str
    smallest: float
    history: pd.DataFrame
    called: tuple[int, int]

    @property
    def dated(self) -> pd.DataFrame:
        """Periods with a phase."""
        return self.history[self.history["phase"] != ""]

    @property
    def phase(self) -> str:
        """The latest phase."""
        return str(self.dated["phase"].iloc[-1])

    @property
    def since(self) -> str:
        """First period of the latest phase."""
        words = self.dated["phase"].to_numpy(dtype=object)
        changed = np.flatnonzero(words[1:] != words[:-1])
        return str(self.dated["period"].iloc[int(changed[-1]) + 1 if len(changed) else 0])

    @property
    def opening(self) -> bool:
        """True where the latest phase is the first one seen, so that its start is not known."""
        return self.since == self.dated["period"].iloc[0]


def standing(of: Market) -> Standing:
    """Date the phases of a market."""
    f, pair = of.frequency, of.common()
    if pair is None:
        own = of.rates[UNEMPLOYMENT]
        first, z, basis, smallest = own.first, -own.values, UNEMPLOYMENT, SWING_POINTS[f]
        seen = None
    else:
        first, basis = pair[0], TIGHTNESS
        z = _cut(of, VACANCIES, pair) - _cut(of, UNEMPLOYMENT, pair)
        # What is published to one decimal moves by as much as rounding does.
        smallest = max(SWING, 2 * _rounding(of.rates[VACANCIES].values))

        def seen(t: int) -> Array:
            until = (pair[0], pair[0] + t)
            return _cut(of, VACANCIES, until, known=until[1]) - _cut(of, UNEMPLOYMENT, until, known=until[1])

    words, turns = phases(z, SHORTEST[f], smallest, f)
    history = _history(of)
    at = np.arange(len(z)) + first - int(history["at"].iloc[0])
    history.loc[at, "phase"] = words
    for t, kind in turns:
        history.loc[at[t], "turn"] = "peak" if kind > 0 else "trough"
    called = called_right(z, SHORTEST[f], smallest, f, FIRST[f], seen=seen)
    return Standing(basis, smallest, history.drop(columns="at"), called)


def _cut(of: Market, indicator: str, pair: tuple[int, int], known: int | None = None) -> Array:
    own = of.rates[indicator]
    return of.adjusted(indicator, known)[pair[0] - own.first : pair[1] - own.first + 1]


def _rounding(values: Array) -> float:
    """Largest relative error of rounding a typical value to one decimal; 0 where more decimals are given."""
    return 0.05 / float(np.median(values)) if np.allclose(values, np.round(values, 1)) else 0.0


def _history(of: Market) -> pd.DataFrame:
    f, rates = of.frequency, of.rates
    first, last = min(r.first for r in rates.values()), max(r.last for r in rates.values())
    line = pd.RangeIndex(first, last + 1)

    def on_line(values: Array, start: int) -> Array:
        on = pd.Series(values, index=range(start, start + len(values))).reindex(line)
        return np.asarray(on, dtype=np.float64)

    none = np.full(len(line), np.nan)
    u = on_line(rates[UNEMPLOYMENT].values, rates[UNEMPLOYMENT].first)
    v = va = tight = tight_adjusted = none
    if VACANCIES in rates:
        own = rates[VACANCIES]
        v, va = (
            on_line(own.values, own.first),
            on_line(of.natural(VACANCIES)(of.adjusted(VACANCIES)), own.first),
        )
    pair = of.common()
    if pair:
        raw = of.between(VACANCIES, *pair) - of.between(UNEMPLOYMENT, *pair)
        tight = on_line(np.exp(raw), pair[0])
        tight_adjusted = on_line(np.exp(_cut(of, VACANCIES, pair) - _cut(of, UNEMPLOYMENT, pair)), pair[0])
    return pd.DataFrame(
        {
            "at": line,
            "geo": of.place,
            "period": pd.Series([timeline.name(int(p), f) for p in line], dtype="str"),
            "unemployment_rate": u,
            "job_vacancy_rate": v,
            "vacancies_adjusted": va,
            "tightness": tight,
            "tightness_adjusted": tight_adjusted,
            "phase": pd.Series([""] * len(line), dtype="str"),
            "turn": pd.Series([""] * len(line), dtype="str"),
            "pandemic": [timeline.in_pandemic(int(p), f) for p in line],
        }
    )
