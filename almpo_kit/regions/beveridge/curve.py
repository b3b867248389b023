"""The Beveridge curve of a place: its path, its slope, and whether it moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.beveridge import periods
from almpo_kit.regions.beveridge.adjusting import Adjusted, Treatment, adjust, adjustment_check
from almpo_kit.regions.beveridge.curve_words import Told, certainty, checks_on, rests_on, sentence
from almpo_kit.regions.beveridge.estimating import Estimate, Request, estimate
from almpo_kit.regions.beveridge.line import Line
from almpo_kit.regions.beveridge.pairs import Pairs, pairs
from almpo_kit.regions.beveridge.soundness import soundness
from almpo_kit.regions.beveridge.split import Split
from almpo_kit.regions.beveridge.words import place_name
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding, Headline
from almpo_kit.vocabulary.provenance import provenance

#: Years of a long series that the curve is fitted on, unless asked otherwise: one curve does not fit a century.
LONGEST = 15
#: Points of unemployment that the bar of an answer card shows.
SCALE = (-10.0, 10.0)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BeveridgeCurve(Finding):
    """Unemployment and vacancies of one place over time.

    Parameters
    ----------
    country : str
        Code of the place.
    frequency : int
        4 for quarters, 12 for months, 1 for years.
    start, end : str
        The two spans compared (a year or a period each); empty where nothing is compared.
    line : Line or None
        The fitted curve; None where there are too few pairs.
    parts : Split or None
        The split of the change in unemployment; None where it cannot be told.
    seasonal_factors : tuple of float
        What vacancies of each season were divided by.
    sensitivity : DataFrame
        ``variant, slope, slope_low, slope_high, along, shift, shift_low, shift_high``: the answer under other
        choices.
    sample : (str, str)
        First and last period that the curve is fitted on.
    """

    country: str
    frequency: int
    start: str
    end: str
    line: Line | None
    parts: Split | None
    seasonal_factors: tuple[float, ...]
    sensitivity: pd.DataFrame
    sample: tuple[str, str]

    def metrics(self) -> dict[str, float]:
        """Slope and split, where they are told."""
        out = {} if self.line is None else {"slope": self.line.slope, "n_effective": self.line.effective}
        if self.parts is not None:
            out |= {"change": self.parts.change, "along": self.parts.along, "shift": self.parts.shift}
        return out


def beveridge(
    indicators: pd.DataFrame,
    *,
    country: str,
    start: str | int | None = None,
    end: str | int | None = None,
    since: str | int | None = None,
    until: str | int | None = None,
    seasonal: Treatment | None = None,
    jump: str = "auto",
    slope: float | None = None,
    level: float = 0.95,
    frequency: int | None = None,
    seed: int = 0,
) -> BeveridgeCurve:
    """Draw a place's Beveridge curve and split a change in unemployment into along it and a shift of it.

    Parameters
    ----------
    indicators : DataFrame
        An ``indicators`` frame with rows ``unemployment_rate`` and ``job_vacancy_rate`` by quarter, month or year:
        ``sources.indicators(level=0)``, or ``sources.read_us_beveridge(path)``. A NUTS-2 region works where the
        frame has its vacancies.
    country : str
        A country, a group of countries (``EU27_2020``) or a NUTS-2 code.
    start, end : str or int, optional
        Years or periods to compare, inside the sample. By default the last full year before the pandemic (where
        the series ends before it, ten years earlier, or the first full year) and the last full year.
    since, until : str or int, optional
        The sample that the curve is fitted on; everything held, or the last fifteen years of a longer series.
    seasonal : {"factors", "yearly_mean", "none"}, optional
        Treatment of vacancies; see :func:`almpo_kit.regions.beveridge.adjusting.adjust`.
    jump : str
        ``"auto"``: allow one level shift of the curve where it is told from chance at 5%; ``"none"``; or the first
        period after a jump known from elsewhere.
    slope : float, optional
        Assume this slope b of log v = a − b log u instead of estimating it, e.g. 1.
    level : float
        Of the intervals.
    frequency : {4, 12, 1}, optional
        Quarters, months or years; the first of these with enough pairs when left out.
    seed : int
        Of the simulated critical values.

    Returns
    -------
    BeveridgeCurve
        ``table``, one row for each period from the first pair to the last, missing ones included: ``geo, period,
        unemployment_rate, job_vacancy_rate`` (as published), ``unemployment_used, vacancies_adjusted, off_curve`` (per cent by which
        vacancies lie above the fitted curve)``, regime, in_sample, pandemic, unemployment_flag, vacancy_flag``.

    Raises
    ------
    PlaceError
        No such place.
    DesignError
        Fewer than four pairs, a span outside them or with gaps, a slope that is not positive.
    ParameterError
        An unknown treatment, level or frequency.
    """
    _check(level, frequency, slope, seed)
    data = pairs(indicators, country, frequency)
    adjusted = adjust(data.vacancies, seasonal)
    sample = _sample(data, since, until)
    asked = Request(start, end, jump, slope, level, seed)
    log_u = _log_unemployment(data, adjusted)
    found = estimate(data, log_u, adjusted.logs, sample, asked)
    told = Told(data, found, level, sample)
    line, parts = found.line, found.parts
    return BeveridgeCurve(
        question=_question(data, found),
        sentence=sentence(told),
        table=_table(data, log_u, adjusted, found, sample),
        checks=(
            adjusted.check,
            adjustment_check(data.unemployment),
            *checks_on(told),
            *soundness(data.cut(int(sample[0]), int(sample[-1]))),
        ),
        provenance=provenance(
            data.unemployment.rows,
            data.vacancies.rows,
            *_carriers(indicators),
            method="regions.beveridge",
            options={
                "country": data.place,
                "start": found.start,
                "end": found.end,
                "jump": jump,
                "seasonal": seasonal or "default",
                "slope": slope,
                "level": level,
                "frequency": data.frequency,
                "since": data.names[sample[0]],
                "until": data.names[sample[-1]],
            },
            seed=seed,
        ),
        figure="beveridge",
        certainty=certainty(told),
        headline=_headline(line, parts, level),
        rests_on=rests_on(told),
        country=data.place,
        frequency=data.frequency,
        start=found.start,
        end=found.end,
        line=line,
        parts=parts,
        seasonal_factors=adjusted.factors,
        sensitivity=found.sensitivity,
        sample=(data.names[sample[0]], data.names[sample[-1]]),
    )


def _headline(line: Line | None, parts: Split | None, level: float) -> Headline | None:
    """The shift, where it is told from zero and no slope was assumed for it."""
    if parts is None or not parts.told or line is None or line.assumed:
        return None
    return Headline(parts.shift, parts.shift_low, parts.shift_high, "points", SCALE, level)


def _carriers(indicators: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """An empty slice: it carries the data versions of the frame and none of its other rows."""
    return (indicators.iloc[:0],)


def _check(level: float, frequency: int | None, slope: float | None, seed: int) -> None:
    if seed < 0:
        raise ParameterError(f"seed={seed!r} is negative; choose 0 or more.")
    if not 0.5 <= level < 1:
        raise ParameterError(
            f"level={level!r} is no confidence level; choose one from 0.5 to below 1, e.g. 0.95."
        )
    if frequency not in (None, 1, 4, 12):
        raise ParameterError(f"frequency={frequency!r}: choose 4 (quarters), 12 (months) or 1 (years).")
    if slope is not None and not 0 < slope < 100:
        raise DesignError(
            f"slope={slope!r}: the curve log v = a − b log u slopes downwards where b is positive; give e.g. slope=1.0."
        )


def _sample(data: Pairs, since: str | int | None, until: str | int | None) -> np.ndarray:
    f, n = data.frequency, len(data.names)
    first = 0 if since is None else periods.positions(since, data.first, n, f)[0]
    last = n - 1 if until is None else periods.positions(until, data.first, n, f)[-1]
    if since is None:
        first = max(first, last - LONGEST * f + 1) if f > 1 else first
    if last <= first:
        raise DesignError(f"since={since!r} does not come before until={until!r}; exchange them.")
    return np.arange(first, last + 1)


def _log_unemployment(data: Pairs, adjusted: Adjusted) -> np.ndarray:
    """Unemployment is smoothed where vacancies are, so that both speak about the same time."""
    from almpo_kit.regions.beveridge.seasonal import yearly_mean

    logs = np.log(data.unemployment.values)
    return yearly_mean(logs, data.frequency) if adjusted.smooth else logs


def _question(data: Pairs, found: Estimate) -> str:
    span = f"{found.start} to {found.end}" if found.start else f"{data.names[0]} to {data.names[-1]}"
    return f"Has the Beveridge curve of {place_name(data.place)} moved? · {span}"


def _table(
    data: Pairs, log_u: np.ndarray, adjusted: Adjusted, found: Estimate, sample: np.ndarray
) -> pd.DataFrame:
    u, v = data.unemployment, data.vacancies
    at = np.arange(len(data.names))
    return pd.DataFrame(
        {
            "geo": data.place,
            "period": pd.Series(data.names, dtype="str"),
            "unemployment_rate": u.values,
            "job_vacancy_rate": v.values,
            "unemployment_used": np.exp(log_u),
            "vacancies_adjusted": np.exp(adjusted.logs),
            "off_curve": found.off_curve,
            "regime": found.regime,
            "in_sample": np.isin(at, sample),
            "pandemic": [periods.pandemic(p) for p in data.names],
            "unemployment_flag": u.table["flag"].to_numpy(),
            "vacancy_flag": v.table["flag"].to_numpy(),
        }
    )
