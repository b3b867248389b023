"""Where a labour market stands in its cycle and where it may go: phase, forecasts with fans, backtest."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.matching.cycle import timeline
from almpo_kit.matching.cycle.backtest import backtest, coverage
from almpo_kit.matching.cycle.cycle_checks import checks
from almpo_kit.matching.cycle.cycle_words import certainty, rests_on, sentence
from almpo_kit.matching.cycle.fans import LEVELS
from almpo_kit.matching.cycle.market import TIGHTNESS, Market, market, tracks
from almpo_kit.matching.cycle.outlook import Outlook, outlook
from almpo_kit.matching.cycle.rates import UNEMPLOYMENT, VACANCIES, place_code
from almpo_kit.matching.cycle.standing import standing
from almpo_kit.matching.cycle.words import place_name
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding, Headline
from almpo_kit.vocabulary.provenance import provenance

#: Periods ahead by default, and at most, by periods in a year.
HORIZON = {1: 2, 4: 4, 12: 12}
FARTHEST = {1: 3, 4: 8, 12: 24}
UNITS = {UNEMPLOYMENT: "%", VACANCIES: "%", TIGHTNESS: "vacancies per unemployed person"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LabourCycle(Finding):
    """Phase, forecasts and backtest of one labour market.

    Parameters
    ----------
    country : str
    frequency : {1, 4, 12}
        Periods in a year.
    horizon : int
        Periods ahead.
    phase : {"recovery", "expansion", "slowdown", "contraction", "steady"}
        The latest; provisional, as a turn is known only in hindsight.
    phase_since : str
        First period of the latest phase; the first period held where the phase began before it.
    phase_basis : {"tightness", "unemployment_rate"}
    history : DataFrame
        ``geo, period, unemployment_rate, job_vacancy_rate, vacancies_adjusted, tightness, tightness_adjusted, phase, turn,
        pandemic``, one row a period.
    backtest : DataFrame
        ``series, model, horizon, n, mae, mase, benchmark, relative, relative_low, relative_high, used``.
    coverage : DataFrame
        ``series, level, n_origins, n, covered, low, high, above, below``.
    exact : bool
        True where tightness is vacancies per unemployed person; False where it rests on as many posts as employed people.
    refused : dict of str to str
        Series that are not forecast, and why.
    """

    country: str
    frequency: int
    horizon: int
    phase: str
    phase_since: str
    phase_basis: str
    history: pd.DataFrame
    backtest: pd.DataFrame
    coverage: pd.DataFrame
    exact: bool
    refused: dict[str, str]

    def metrics(self) -> dict[str, float]:
        """The forecast at the end of the horizon and its relative error, by series."""
        end = self.table[self.table["horizon"] == self.horizon]
        out = dict(zip(end["series"], end["forecast"].astype(float), strict=True))
        return out | {f"relative_{s}": float(r) for s, r in zip(end["series"], end["relative"], strict=True)}


def cycle(
    indicators: pd.DataFrame,
    *,
    country: str,
    horizon: int | None = None,
    origins: int | None = None,
    frequency: int | None = None,
    until: str | None = None,
    today: datetime.date | None = None,
    seed: int = 0,
) -> LabourCycle:
    """Say where a labour market stands in its cycle, and forecast unemployment, vacancies and tightness.

    The forecast is the mean of four models (damped trend, theta, an autoregression of changes, and a vector
    autoregression of both rates with a pull to the Beveridge curve) on the logarithm of the odds of each rate. It is given
    where, in the backtest, its mean absolute error lies below that of the best naive forecast over at least eight outcomes;
    elsewhere the naive forecast is. This rule was fixed before any series was seen. Fans come from the errors that the
    forecasts made, not from a model (see :mod:`almpo_kit.matching.cycle.fans`).

    Parameters
    ----------
    indicators : DataFrame
        An ``indicators`` frame with rows of ``unemployment_rate`` and, for vacancies and tightness, of
        ``job_vacancy_rate``, both in per cent.
    country : str
        A country, a group of countries or a NUTS region.
    horizon : int, optional
        Periods ahead; a year by default, two for annual values. At most 24 months, 8 quarters, 3 years.
    origins : int, optional
        Forecasts of the past to score, the latest ones; all that have enough values before them when left out.
    frequency : {12, 4, 1}, optional
        Months, quarters or years; the finest with enough values when left out.
    until : str, optional
        Last period to use, e.g. ``"2023-Q4"``, to see what would have been said then.
    today : date, optional
        Values of periods that had not begun by then are left out; the clock's when left out.
    seed : int
        Of the block bootstrap behind the intervals of the backtest; forecasts and fans draw nothing.

    Returns
    -------
    LabourCycle
        ``table``, one row for each series and horizon: ``geo, series, unit, period, horizon, model, forecast, low_50,
        high_50, low_80, high_80, low_95, high_95, naive, last, relative``; ``model`` is what the rule gave, ``relative`` the
        combination's error over the best naive one's.

    Raises
    ------
    PlaceError
        No such place.
    FrameError
        Columns are missing, values cannot be rates in per cent, or a period has two values.
    DesignError
        Fewer than 48 months, 16 quarters or 10 years in a row; several units or age bands.
    ParameterError
        Horizon, origins, frequency or ``until`` out of range.

    References
    ----------
    Hyndman, R. J. and Athanasopoulos, G. (2021). Forecasting: Principles and Practice, 3rd ed. OTexts.
    Smith, J. and Wallis, K. F. (2009). A simple explanation of the forecast combination puzzle. Oxford Bulletin of
    Economics and Statistics 71, 331-355.
    """
    place, day = place_code(country), today or datetime.date.today()
    of = market(indicators, place, frequency, until, day)
    ahead = _whole("horizon", horizon, HORIZON[of.frequency], FARTHEST[of.frequency])
    scored = None if origins is None else _whole("origins", origins, 1, 100_000)
    own = {s: outlook(t, of.natural(s), ahead, at_most=scored) for s, t in tracks(of).items()}
    seeds = np.random.SeedSequence(seed).spawn(2 * len(own))
    tested = pd.concat(
        [backtest(o, s, q) for (s, o), q in zip(own.items(), seeds, strict=False)], ignore_index=True
    )
    covered = pd.concat(
        [coverage(o, s, q) for (s, o), q in zip(own.items(), seeds[len(own) :], strict=True)],
        ignore_index=True,
    )
    table = pd.concat([_table(of, s, o, tested) for s, o in own.items()], ignore_index=True)
    stands = standing(of)
    options = {
        "country": place,
        "horizon": ahead,
        "origins": origins,
        "frequency": of.frequency,
        # Where the clock left values out, the period that gives the same answer at any time.
        "until": until
        or (_current(of, day) if any("future" in r.dropped for r in of.rates.values()) else ""),
    }
    return LabourCycle(
        question=f"Where does the labour market of {place_name(place)} stand in its cycle, and where may it go? · "
        f"{of.rates[UNEMPLOYMENT].names[-1]}",
        sentence=sentence(of, stands, table, ahead),
        table=table,
        checks=checks(of, stands, table, tested, covered, own),
        provenance=provenance(
            *(r.rows for r in of.rates.values()),
            indicators.iloc[:0],
            method="matching.cycle",
            options=options,
            seed=seed,
        ),
        figure="cycle",
        certainty=certainty(own[UNEMPLOYMENT]),
        headline=_headline(table, ahead),
        rests_on=rests_on(of),
        country=place,
        frequency=of.frequency,
        horizon=ahead,
        phase=stands.phase,
        phase_since=stands.since,
        phase_basis=stands.basis,
        history=stands.history,
        backtest=tested,
        coverage=covered,
        exact=of.exact,
        refused=of.refused,
    )


def _current(of: Market, day: datetime.date) -> str:
    return timeline.name(timeline.current(day, of.frequency), of.frequency)


def _whole(name: str, value: int | None, default: int, most: int) -> int:
    if value is None:
        return default
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or not 1 <= value <= most:
        raise ParameterError(
            f"{name}={value!r}: give a whole number from 1 to {most}, e.g. {name}={default}."
        )
    return int(value)


def _table(of: Market, series: str, own: Outlook, tested: pd.DataFrame) -> pd.DataFrame:
    """The forecast of today."""
    pair = of.common()
    end = pair[1] if series == TIGHTNESS and pair else of.rates[series].last
    steps = range(1, own.outcomes.shape[1] + 1)
    combined = tested[(tested["series"] == series) & (tested["model"] == "combination")]
    out = pd.DataFrame(
        {
            "geo": of.place,
            "series": series,
            "unit": UNITS[series],
            "period": pd.Series([timeline.name(end + h, of.frequency) for h in steps], dtype="str"),
            "horizon": list(steps),
            "model": pd.Series(own.chosen[-1], dtype="str"),
            "forecast": own.models["rule"][-1],
        }
    )
    for k, level in enumerate(LEVELS):
        out[f"low_{level:.0%}".rstrip("%")] = own.low[-1, :, k]
        out[f"high_{level:.0%}".rstrip("%")] = own.high[-1, :, k]
    last, relative = own.values[-1], combined["relative"].to_numpy(float)
    return out.assign(naive=own.models["naive"][-1], last=last, relative=relative)


def _headline(table: pd.DataFrame, ahead: int) -> Headline:
    row = table[(table["series"] == UNEMPLOYMENT) & (table["horizon"] == ahead)].iloc[0]
    value, low, high = (float(row[c]) for c in ("forecast", "low_95", "high_95"))
    return Headline(value, low, high, f"% unemployed in {row['period']}", (0.0, 30.0))
