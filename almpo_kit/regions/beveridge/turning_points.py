"""Dated turning points of unemployment or vacancies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.beveridge import periods
from almpo_kit.regions.beveridge.adjusting import Treatment, adjust, adjustment_check
from almpo_kit.regions.beveridge.dating import RULES, Rule, Turn, phases, turns
from almpo_kit.regions.beveridge.hac import Array
from almpo_kit.regions.beveridge.pairs import UNEMPLOYMENT, VACANCIES, Series, place_code, series
from almpo_kit.regions.beveridge.soundness import (
    edition_checks,
    pandemic_check,
    series_checks,
    spelling_check,
)
from almpo_kit.regions.beveridge.words import place_name, rate, spans, time_word
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.indicators import INDICATORS
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

#: Points below which a swing from one turn to the next may be chance: by survey error, and by one decimal.
SMALL = {UNEMPLOYMENT: 0.5, VACANCIES: 0.2}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TurningPoints(Finding):
    """Peaks and troughs of a series.

    Parameters
    ----------
    country, indicator : str
    frequency : int
        4 for quarters, 12 for months.
    rule : Rule
    turns : DataFrame
        ``period, turn`` ("peak" or "trough")``, value, since_last`` (periods)``, change`` (points since the last).
    """

    country: str
    indicator: str
    frequency: int
    rule: Rule
    turns: pd.DataFrame


def turning_points(
    indicators: pd.DataFrame,
    *,
    country: str,
    indicator: str = UNEMPLOYMENT,
    seasonal: Treatment | None = None,
    rule: Rule | None = None,
    frequency: int | None = None,
) -> TurningPoints:
    """Date the peaks and troughs of a series by the rule of Bry and Boschan, as Harding and Pagan apply it.

    Parameters
    ----------
    indicators : DataFrame
        An ``indicators`` frame with quarterly or monthly rows.
    country : str
        A country, a group of countries or a NUTS-2 code.
    indicator : {"unemployment_rate", "job_vacancy_rate"}
    seasonal : {"factors", "yearly_mean", "none"}, optional
        Treatment of vacancies. Quarterly unemployment here is seasonally adjusted and taken as it is.
    rule : Rule, optional
        :data:`almpo_kit.regions.beveridge.dating.RULES` of the frequency: quarters 2 on either side, phases of 2,
        cycles of 5; months 5, 5 and 15.
    frequency : {4, 12}, optional

    Returns
    -------
    TurningPoints
        ``table``, one row for each period, missing ones included: ``geo, period, value`` (as dated, so
        seasonally treated)``, published, turn, phase`` ("rising", "falling" or empty).

    Raises
    ------
    PlaceError, ParameterError
    DesignError
        No series, or too few periods without a gap to date anything.
    """
    if indicator not in (UNEMPLOYMENT, VACANCIES):
        raise ParameterError(
            f"turning points are dated for {UNEMPLOYMENT!r} and {VACANCIES!r}, not for {indicator!r}; pass one of these."
        )
    place = place_code(country)
    data = _held(indicators, place, indicator, frequency)
    rule = rule or RULES[data.frequency]
    treated = adjust(data, seasonal if indicator == VACANCIES else "none")
    values = np.exp(treated.logs)
    run = _longest(values)
    if len(run) < rule.cycle + 2 * rule.window:
        raise DesignError(
            f"{place} has at most {len(run)} {time_word(data.frequency, len(run))} in a row of {indicator!r}; dating needs "
            f"{rule.cycle + 2 * rule.window}. Choose another place, or pull the whole series with `almpo data pull`."
        )
    # What is published to one decimal must not turn on the fifteenth.
    found = turns(np.round(values[run], 9), rule)
    at = tuple(Turn(int(run[t.at]), t.kind) for t in found)
    table = _table(data, values, at, run)
    dated = _turns(table, at)
    return TurningPoints(
        question=f"When did {_subject(indicator)} in {place_name(place)} turn? · {table['period'].iloc[0]} to "
        f"{table['period'].iloc[-1]}",
        sentence=_sentence(data, table, dated, rule),
        table=table,
        checks=(
            *_checks(data, rule, run),
            *_small_check(data, dated),
            treated.check if indicator == VACANCIES else adjustment_check(data),
            *_data_checks(data),
        ),
        provenance=provenance(
            data.rows,
            indicators.iloc[:0],
            method="regions.turning_points",
            options={
                "country": place,
                "indicator": indicator,
                "seasonal": seasonal or "default",
                "window": rule.window,
                "phase": rule.phase,
                "cycle": rule.cycle,
            },
        ),
        figure="turning_points",
        rests_on=f"{int(np.isfinite(values).sum())} {time_word(data.frequency)}; "
        f"{'; '.join(sorted(data.rows['source'].dropna().astype(str).unique())) or 'source not stated'}",
        country=place,
        indicator=indicator,
        frequency=data.frequency,
        rule=rule,
        turns=dated,
    )


def _subject(indicator: str) -> str:
    return INDICATORS[indicator].subject


def _held(indicators: pd.DataFrame, place: str, indicator: str, frequency: int | None) -> Series:
    for f in (frequency,) if frequency else (4, 12):
        if f not in RULES:
            raise ParameterError(f"frequency={f!r}: choose 4 (quarters) or 12 (months).")
        found = series(indicators, place, indicator, f)
        if found is not None and (frequency or not found.averaged):
            return found
    averaged = series(indicators, place, indicator, 4)
    if averaged is not None:
        return averaged
    raise DesignError(
        f"{place} has no quarterly or monthly {indicator!r} here; choose another place, or pull it with "
        "`almpo data pull`."
    )


def _longest(values: Array) -> np.ndarray:
    """Positions of the longest run without a gap; of equals the latest."""
    best = run = 0
    end = 0
    for t, v in enumerate(values):
        run = run + 1 if np.isfinite(v) else 0
        if run >= best and run:
            best, end = run, t + 1
    return np.arange(end - best, end)


def _table(data: Series, values: Array, at: tuple[Turn, ...], run: np.ndarray) -> pd.DataFrame:
    n = len(values)
    phase, kinds = np.zeros(n), np.zeros(n, dtype=int)
    phase[run] = phases(tuple(Turn(t.at - int(run[0]), t.kind) for t in at), len(run))
    for t in at:
        kinds[t.at] = t.kind
    return pd.DataFrame(
        {
            "geo": data.place,
            "period": pd.Series(data.names, dtype="str"),
            "value": values,
            "published": data.values,
            "turn": pd.Series(kinds).map({1: "peak", -1: "trough", 0: ""}),
            "phase": pd.Series(phase).map({1.0: "rising", -1.0: "falling", 0.0: ""}),
        }
    )


def _turns(table: pd.DataFrame, at: tuple[Turn, ...]) -> pd.DataFrame:
    rows = table.iloc[[t.at for t in at]][["period", "turn", "value"]].reset_index(drop=True)
    since = pd.Series([t.at for t in at], dtype="float").diff()
    return rows.assign(since_last=since, change=rows["value"].diff())


def _sentence(data: Series, table: pd.DataFrame, dated: pd.DataFrame, rule: Rule) -> str:
    what, where = _subject(data.indicator), place_name(data.place)
    word = time_word(data.frequency)
    if dated.empty:
        return (
            f"No turning point of {what} in {where} is dated between {table['period'].iloc[0]} and "
            f"{table['period'].iloc[-1]}: by the rule, which asks for phases of at least {rule.phase} {word}, nothing turned."
        )
    last = dated.iloc[-1]
    peaks, troughs = (list(dated.loc[dated["turn"] == k, "period"]) for k in ("peak", "trough"))
    told = [
        f"peaked in {_some(peaks)}" if peaks else "",
        f"{'had its troughs' if len(troughs) > 1 else 'its trough'} in {_some(troughs)}" if troughs else "",
    ]
    now = table[np.isfinite(table["value"])].iloc[-1]
    tail = (
        f"Since the last, the {last['turn']} of {last['period']} ({rate(last['value'])}), it has not turned again by the rule"
        f"; it stood at {rate(now['value'])} in {now['period']}"
    )
    tail += "."
    verbs = " and ".join(p for p in told if p)
    head = f"{what[:1].upper()}{what[1:]} in {where} {verbs.replace('its trough in', 'had its trough in')}."
    return " ".join(p for p in (head, _doubt(data, dated), tail) if p)


def _small(data: Series, dated: pd.DataFrame) -> list[str]:
    """Turns that end a swing so small that sampling error or rounding may have made it."""
    return list(dated.loc[dated["change"].abs() < SMALL[data.indicator], "period"])


def _doubt(data: Series, dated: pd.DataFrame) -> str:
    """Names those turns beside the others, or says that there are no others."""
    small, least = _small(data, dated), number(SMALL[data.indicator])
    if not small:
        return ""
    if len(small) == len(dated) - 1:
        return (
            f"No swing between these turns reaches {least} points, so sampling error or rounding alone may have made "
            "them."
        )
    ends, made = ("ends a swing", "that turn") if len(small) == 1 else ("end swings", "those turns")
    return f"{listed(small)} {ends} of less than {least} points: sampling error or rounding alone may have made {made}."


def _some(names: list[str]) -> str:
    shown = names[-6:]
    more = f" (and {len(names) - 6} earlier)" if len(names) > 6 else ""
    return f"{', '.join(shown[:-1])}{' and ' if len(shown) > 1 else ''}{shown[-1]}{more}"


def _checks(data: Series, rule: Rule, run: np.ndarray) -> tuple[Check, ...]:
    word, names = time_word(data.frequency), np.array(data.names)
    text = (
        f"A peak is at least as high as the {rule.window} {word} before it and higher than the {rule.window} after it (a "
        f"trough likewise); phases last at least {rule.phase} {word}, cycles {rule.cycle} (Bry and Boschan 1971; Harding "
        f"and Pagan 2002). Nothing is dated in the first and last {rule.window} {word}, and small turns count like "
        "large ones. Single quarters of a survey carry sampling error, which the rule does not know."
    )
    checks = [Check("rule", "informational", text)]
    missing = list(names[~np.isfinite(data.values)])
    if missing:
        text = (
            f"Missing: {spans(missing)}. Only the longest stretch without a gap, {names[run[0]]} to {names[run[-1]]}, "
            "is dated."
        )
        checks.append(Check("complete", "failed", text))
    else:
        checks.append(Check("complete", "passed", f"All {len(names)} {word} are there."))
    return tuple(checks)


def _small_check(data: Series, dated: pd.DataFrame) -> tuple[Check, ...]:
    """Name the swings so small that sampling error or rounding may have made them."""
    doubt = _doubt(data, dated)
    return (Check("small_swings", "failed", doubt),) if doubt else ()


def _data_checks(data: Series) -> tuple[Check, ...]:
    inside = [n for n in data.names if periods.pandemic(n)]
    return (
        *spelling_check(data),
        *edition_checks(data),
        *series_checks(data),
        *(pandemic_check(data.names, data.frequency) if inside else ()),
    )
