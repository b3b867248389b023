"""How many vacancies there are for each unemployed person, and what the rates alone allow to say of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.beveridge import periods
from almpo_kit.regions.beveridge.adjusting import Treatment, adjust, adjustment_check
from almpo_kit.regions.beveridge.pairs import PER_LABOUR_FORCE, Pairs, is_region, pairs
from almpo_kit.regions.beveridge.soundness import soundness
from almpo_kit.regions.beveridge.words import place_name, time_word
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

#: Where many who work live across a border: posts may outnumber the employed, who are counted where they live.
COMMUTED_TO = ("LU",)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Tightness(Finding):
    """Vacancies per unemployed person over time.

    Parameters
    ----------
    country : str
    frequency : int
    exact : bool
        True where both rates are shares of the labour force, so that their ratio is vacancies per unemployed
        person; False where it rests on as many posts as employed people.
    bound : bool
        True where it is an upper bound: posts are no more than the employed who live in the place.
    latest : float
    """

    country: str
    frequency: int
    exact: bool
    bound: bool
    latest: float

    def metrics(self) -> dict[str, float]:
        """The latest tightness."""
        return {"tightness": self.latest}


def tightness(
    indicators: pd.DataFrame, *, country: str, seasonal: Treatment | None = None, frequency: int | None = None
) -> Tightness:
    """Follow labour market tightness.

    A vacancy rate divided by an unemployment rate is not vacancies per unemployed person: the first is a share
    of posts, v = V / (posts occupied + V), the second of the labour force, u = U / (employed + U). So
    V/U = [v / (1 − v)] / [u / (1 − u)] × (posts occupied / employed). Without the number of posts the last factor is
    taken as one. Vacancy statistics leave out the self-employed and usually agriculture, so the factor is below
    one and the figure an upper bound; its movements are of use, its level is not exact. It is no bound where
    people commute to work from elsewhere, in Luxembourg and in regions.

    Parameters
    ----------
    indicators : DataFrame
        As for :func:`beveridge`.
    country : str
    seasonal : {"factors", "yearly_mean", "none"}, optional
        Treatment of vacancies.
    frequency : {4, 12, 1}, optional

    Returns
    -------
    Tightness
        ``table``, one row for each period: ``geo, period, unemployment_rate, job_vacancy_rate,
        vacancies_adjusted, rate_ratio, vacancies_per_unemployed, unemployed_per_vacancy, pandemic``.

    Raises
    ------
    PlaceError, DesignError, ParameterError
        As :func:`beveridge`.
    """
    if frequency not in (None, 1, 4, 12):
        raise ParameterError(f"frequency={frequency!r}: choose 4 (quarters), 12 (months) or 1 (years).")
    data = pairs(indicators, country, frequency)
    adjusted = adjust(data.vacancies, seasonal)
    exact = data.vacancies.unit == PER_LABOUR_FORCE
    table = _table(data, np.exp(adjusted.logs), exact, smooth=adjusted.smooth)
    held = table[table["vacancies_per_unemployed"].notna()]
    return Tightness(
        question=f"How tight is the labour market of {place_name(data.place)}? · {data.names[0]} to {data.names[-1]}",
        sentence=_sentence(data, held, exact=exact),
        table=table,
        checks=(
            _ratio_check(data, exact=exact),
            adjusted.check,
            adjustment_check(data.unemployment),
            *soundness(data),
        ),
        provenance=provenance(
            data.unemployment.rows,
            data.vacancies.rows,
            indicators.iloc[:0],
            method="regions.tightness",
            options={"country": data.place, "seasonal": seasonal or "default", "frequency": data.frequency},
        ),
        figure="tightness",
        rests_on=f"{len(held)} {time_word(data.frequency, len(held))}, {held['period'].iloc[0]} to "
        f"{held['period'].iloc[-1]}; "
        + "; ".join(dict.fromkeys([*_sources(data.unemployment.rows), *_sources(data.vacancies.rows)])),
        country=data.place,
        frequency=data.frequency,
        exact=exact,
        bound=not exact and bounded(data.place),
        latest=float(held["vacancies_per_unemployed"].iloc[-1]),
    )


def _sources(rows: pd.DataFrame) -> list[str]:
    return sorted(rows["source"].dropna().astype(str).unique())


def _table(data: Pairs, vacancies: np.ndarray, exact: bool, *, smooth: bool) -> pd.DataFrame:
    from almpo_kit.regions.beveridge.seasonal import yearly_mean

    rates = data.unemployment.values
    u = np.exp(yearly_mean(np.log(rates), data.frequency)) if smooth else rates
    ratio = vacancies / u
    per = ratio if exact else (vacancies / (100 - vacancies)) / (u / (100 - u))
    return pd.DataFrame(
        {
            "geo": data.place,
            "period": pd.Series(data.names, dtype="str"),
            "unemployment_rate": rates,
            "job_vacancy_rate": data.vacancies.values,
            "vacancies_adjusted": vacancies,
            "rate_ratio": ratio,
            "vacancies_per_unemployed": per,
            "unemployed_per_vacancy": 1 / per,
            "pandemic": [periods.pandemic(p) for p in data.names],
        }
    )


def _sentence(data: Pairs, held: pd.DataFrame, *, exact: bool) -> str:
    last = held.iloc[-1]
    high, low = (held.loc[getattr(held["vacancies_per_unemployed"], f)()] for f in ("idxmax", "idxmin"))
    bound = not exact and bounded(data.place)
    most = "" if exact else "at most about " if bound else "about "
    people = float(last["unemployed_per_vacancy"])
    each = (
        f"{most}{number(1 / people, 2)} vacancies for each unemployed person"
        if people < 1
        else f"{most}{number(1 / people, 2)} vacancies for each unemployed person, so "
        f"{'' if exact else 'about '}{number(people)} unemployed people {'or more ' if bound else ''}for each vacancy"
    )
    return (
        f"In {last['period']} {place_name(data.place)} had {each}. It was tightest in {high['period']} "
        f"({number(high['vacancies_per_unemployed'], 2)}) and slackest in {low['period']} "
        f"({number(low['vacancies_per_unemployed'], 2)})."
    )


def bounded(place: str) -> bool:
    """True where posts are no more than the employed who live there, so that the figure is an upper bound."""
    return not is_region(place) and place not in COMMUTED_TO


def _ratio_check(data: Pairs, *, exact: bool) -> Check:
    if exact:
        text = "Both rates are shares of the labour force, so their ratio is vacancies per unemployed person."
        return Check("conversion", "passed", text)
    text = (
        "The number of posts is not held. Vacancies per unemployed person are computed from the two rates as if there "
        "were as many posts as employed people; posts leave out the self-employed and what the vacancy survey does not "
    )
    text += (
        "cover, so the figure is an upper bound, and levels of countries do not compare."
        if bounded(data.place)
        else "cover, but people commute to posts here from elsewhere and are not counted among its employed, so the "
        "figure may err on either side, and levels do not compare."
    )
    return Check("conversion", "failed", text)
