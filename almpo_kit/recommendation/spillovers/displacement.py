"""What is left of gains once others have lost jobs by them, under a stated assumption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.gains.abstention import reasons_listed
from almpo_kit.recommendation.spillovers.gain_rows import gain_rows
from almpo_kit.recommendation.spillovers.net_of_displacement import break_even_rate, net_of_displacement
from almpo_kit.recommendation.spillovers.published import highest_published, published_displacement
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding, Headline
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import interval, number

#: Rates at which the curve is held.
_STEPS = np.round(np.linspace(0.0, 1.0, 21), 2)
#: Scale of the bar by unit, the same for every Finding of a kind.
_SCALES = {"points": (-20.0, 40.0), "percentage points": (-20.0, 40.0), "months in work": (-6.0, 12.0)}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Displacement(Finding):
    """Gains net of displacement.

    Parameters
    ----------
    table : DataFrame
        One row a programme: ``programme, programme_type, gain, low, high, displacement, net, net_low, net_high`` (at the
        assumed rate)``, worst, best`` (net gain at the two ends of the range of rates)``, unit_cost_eur, break_even,
        break_even_low, break_even_high`` (rate up to which its price is covered; missing where price or worth is unknown,
        below 0 where it is not covered even without displacement, minus infinity where there is no gain)``, says, reason``.
    curve : DataFrame
        ``programme, displacement, net, low, high`` at rates from 0 to 1.
    published : DataFrame
        What studies found.
    rate : float
    span : (float, float)
        Range of rates that is thought possible.
    unit : str
    worth_eur : float
        Euro a unit of gain; NaN where not given.
    """

    curve: pd.DataFrame
    published: pd.DataFrame
    rate: float
    span: tuple[float, float]
    unit: str
    worth_eur: float


def displacement(
    gains: Any,
    *,
    rate: float,
    unit: str,
    span: tuple[float, float] = (0.0, 1.0),
    worth_eur: float | None = None,
    level: float = 0.95,
    of: Provenance | None = None,
    place: str = "",
) -> Displacement:
    """Take off what others lose by participants' gains.

    An evaluation compares participants with people like them. Where participants take jobs that these others would have had,
    the gain to all is smaller than the gain to participants, at the extreme nothing. No evaluation of participants alone
    shows how much: the rate is an assumption, and every figure carries it.

    Parameters
    ----------
    gains : DataFrame, Finding or Gains
        By programme against no programme: ``programme, gain, low, high``; optional ``programme_type, unit_cost_eur,
        abstains, reason``.
    rate : float
        Assumed share of additional jobs that others lose, 0 to 1. There is no default.
    unit : str
        Of the gains, e.g. "months in work".
    span : (float, float)
        Rates that are thought possible; studies found from none to all.
    worth_eur : float, optional
        Euro that a unit of gain is worth, e.g. taxes and saved benefits of a month in work; for the break-even rate.
    level : float
        Of the intervals given.
    of : Provenance, optional
        What ``Gains`` come from.
    place : str
        For the question.

    Returns
    -------
    Displacement

    Raises
    ------
    ParameterError
        Rates outside 0 to 1, a range that does not contain the rate, a worth that is none.
    FrameError, DesignError
        From :func:`gain_rows`.

    References
    ----------
    Crépon, Duflo, Gurgand, Rathelot and Zamora (2013) Quarterly Journal of Economics 128, 531-580. Calmfors (1994) OECD
    Economic Studies 22, 7-47 (deadweight, substitution, displacement).
    """
    _ask(rate, span, worth_eur, unit)
    rows, source = gain_rows(gains, of)
    worth = math.nan if worth_eur is None else float(worth_eur)
    table = _table(rows, rate, span, worth)
    options = {"rate": rate, "span": list(span), "unit": unit, "worth_eur": worth_eur, "level": level}
    usable = table[table["reason"] == ""]
    return Displacement(
        question=f"What is left of the gains if others lose jobs by them{f', {place}' if place else ''}?",
        sentence=_sentence(usable, rate, unit, level, worth),
        table=table,
        checks=tuple(_checks(table, rate, span)),
        provenance=Provenance(
            data=source.data,
            method="recommendation.displacement",
            options=options,
            synthetic=source.synthetic,
        ),
        figure="displacement",
        certainty=None if len(usable) else "too little to say",
        headline=_headline(usable, unit, level),
        rests_on=f"gains of participants, and an assumed displacement of {number(100 * rate, 0)}%",
        curve=_curve(usable),
        published=published_displacement(),
        rate=float(rate),
        span=(float(span[0]), float(span[1])),
        unit=unit,
        worth_eur=worth,
    )


def _ask(rate: Any, span: Sequence[Any], worth: Any, unit: Any) -> None:
    def share(x: Any) -> bool:
        return isinstance(x, int | float | np.number) and not isinstance(x, bool) and bool(0 <= x <= 1)

    if not share(rate):
        raise ParameterError(
            f"rate={rate!r}: displacement is the share of additional jobs that others lose, from 0 to 1, e.g. 0.4 for 40%."
        )
    if len(span) != 2 or not all(share(s) for s in span) or not span[0] <= rate <= span[1]:
        raise ParameterError(
            f"span={span!r} must be two rates from 0 to 1 with {rate} between them, e.g. (0, 1)."
        )
    if worth is not None and not (isinstance(worth, int | float | np.number) and 0 < worth < math.inf):
        raise ParameterError(f"worth_eur={worth!r}: give euro a unit of gain, more than 0, or leave it out.")
    if not isinstance(unit, str) or not unit.strip():
        raise ParameterError("unit is missing; say what gains are counted in, e.g. unit='months in work'.")


def _table(rows: pd.DataFrame, rate: float, span: tuple[float, float], worth: float) -> pd.DataFrame:
    table = rows.drop(columns=["abstains", "cost_source", "reason"]).assign(displacement=float(rate))
    for name, column in (("net", "gain"), ("net_low", "low"), ("net_high", "high")):
        table[name] = net_of_displacement(rows[column], rate)
    table["worst"] = net_of_displacement(rows["gain"], span[1])
    table["best"] = net_of_displacement(rows["gain"], span[0])
    for name, column in (("break_even", "gain"), ("break_even_low", "low"), ("break_even_high", "high")):
        table[name] = break_even_rate(rows[column], rows["unit_cost_eur"], worth)
    table["says"] = [_says(r, rate) for r in table.itertuples()]
    return table.assign(reason=rows["reason"].where(rows["abstains"], ""))


def _says(row: Any, rate: float) -> str:
    if not math.isfinite(row.gain):
        return "too little to say"
    if row.high <= 0:
        return "no gain, with or without displacement"
    if row.low <= 0:
        return "no gain shown"
    if not math.isfinite(row.break_even):
        return "a gain is left" if rate < 1 else "nothing is left"
    if row.break_even < 0:
        return "price not covered, even without displacement"
    if rate > row.break_even:
        return "price not covered at this displacement"
    return (
        "price covered"
        if rate <= row.break_even_low
        else "price covered by the estimate, not throughout its interval"
    )


def _curve(usable: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "programme": row.programme,
                "displacement": _STEPS,
                "net": net_of_displacement(row.gain, _STEPS),
                "low": net_of_displacement(row.low, _STEPS),
                "high": net_of_displacement(row.high, _STEPS),
            }
        )
        for row in usable.itertuples()
    ]
    columns = ["programme", "displacement", "net", "low", "high"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _headline(usable: pd.DataFrame, unit: str, level: float) -> Headline | None:
    if len(usable) != 1 or unit not in _SCALES:
        return None
    row = usable.iloc[0]
    return Headline(row["net"], row["net_low"], row["net_high"], unit, _SCALES[unit], level)


def _sentence(usable: pd.DataFrame, rate: float, unit: str, level: float, worth: float) -> str:
    if usable.empty:
        return "There is too little to say what any programme brings, before or after displacement."
    share = number(100 * rate, 0)
    shown = usable[usable["low"] > 0]
    if shown.empty:
        names = "the programme" if len(usable) == 1 else f"any of {len(usable)} programmes"
        return f"No gain by {names} is shown, before or after displacement: every interval includes zero or less."
    top = shown.sort_values(["net", "programme"], ascending=[False, True]).iloc[0]
    brings = interval(top["net"], top["net_low"], top["net_high"], unit, level)
    others = len(usable) - 1
    first = f", the largest estimate of {len(usable)} programmes" if others else ""
    told = (
        f"If others lose {share}% of the jobs that participants gain, {top['programme']} brings {brings} a participant against no "
        f"programme{first}, instead of {number(top['gain'])} to participants alone."
    )
    return told + _break_even_words(top, worth)


def _break_even_words(row: pd.Series, worth: float) -> str:
    even = row["break_even"]
    if math.isnan(even):
        return ""
    price = f"its price of €{number(row['unit_cost_eur'], 0)}, at €{number(worth, 0)} a unit,"
    if even < 0:
        return f" {price[0].upper()}{price[1:]} is not covered even if nobody else loses."
    low, high = row["break_even_low"], row["break_even_high"]
    if low < 0:
        range_words = (
            f"; within the interval of the gain, at most {number(100 * high, 0)}%, at the least not at all"
        )
    else:
        range_words = f" (with the interval of the gain: {number(100 * low, 0)} to {number(100 * high, 0)}%)"
    return f" {price[0].upper()}{price[1:]} is covered up to a displacement of {number(100 * even, 0)}%{range_words}."


def _checks(table: pd.DataFrame, rate: float, span: tuple[float, float]) -> list[Check]:
    share = f"{number(100 * rate, 0)}%"
    found = []
    if rate == 0:
        words = "No displacement is assumed: these are the gains of participants alone, not of the region."
        found.append(Check("displacement assumed", "failed", words))
    for name, kind, reason in zip(table["programme"], table["programme_type"], table["reason"], strict=True):
        known = highest_published(str(kind))
        if known is None or rate >= known.high or reason:
            continue
        words = f"{name}: {share} is assumed; {known.study} ({known.country}): {known.says}."
        found.append(Check("published displacement", "informational" if known.at_scale else "failed", words))
    low, high = (f"{number(100 * s, 0)}%" for s in span)
    words = f"The rate of {share} is an assumption; studies found from none to all. The table shows the gain from {low} to {high}."
    found.append(Check("assumption", "informational", words))
    words = "Losses of participants are not made smaller by displacement, and gains of others by vacancies left open are not counted."
    found.append(Check("losses", "informational", words))
    out = table[table["reason"] != ""]
    if len(out):
        words = f"Left out, for lack of an estimate: {reasons_listed(list(out['programme']), list(out['reason']))}"
        found.append(Check("left out", "informational", f"{words}."))
    return found
