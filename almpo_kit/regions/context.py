"""The labour market that a programme works in: high or low unemployment × high or low skilled jobs."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from almpo_kit.regions.breaks import breaks_in
from almpo_kit.regions.contexts.axis import Against, Rule
from almpo_kit.regions.contexts.classified import INDICATOR, Classified, classified, context_panels
from almpo_kit.regions.contexts.context_checks import context_checks
from almpo_kit.regions.contexts.context_words import skill_sentence, year_sentence, years_sentence
from almpo_kit.regions.contexts.sureness import RATE_ALLOWANCE, SHARE_ALLOWANCE, USUAL_SHARE
from almpo_kit.regions.contexts.threshold_words import told_threshold
from almpo_kit.regions.panel import VINTAGE, choose_period
from almpo_kit.regions.wording import listed, regions_do
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.places import member_state
from almpo_kit.vocabulary.provenance import Provenance, provenance

#: Points on either side of the threshold within which a region is not called high or low by itself; see
#: :mod:`almpo_kit.regions.contexts.sureness` for why these. They are conventions.
MARGIN, SKILL_MARGIN = RATE_ALLOWANCE, SHARE_ALLOWANCE
CLASSES = ("high", "low", "near the threshold", "mixed", "unknown")
ALL = "all"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Context(Finding):
    """Each region's class of labour market.

    Parameters
    ----------
    country : str
        Empty for the whole EU.
    indicator, unit : str
    period : str
        The year, or the span of years (``"2018–2025"``); ``periods`` lists them.
    threshold : float
        In per cent of the labour force; NaN where it is missing, or where it is not one number for all rows.
    threshold_label : str
        What it is, e.g. ``"the EU value"`` or ``"the median region of the EU"``.
    margin, skilled_margin : float
        Points on either side within which a region is near the threshold.
    hysteresis : bool
    thresholds : DataFrame
        ``axis, against, geo, period, value, how``: every threshold that was looked up, and how it came about.
    breaks : tuple of (str, str)
        First year under a new definition, and the sentence that explains it.
    """

    country: str
    indicator: str
    unit: str
    period: str
    threshold: float
    threshold_label: str
    margin: float
    periods: tuple[str, ...] = ()
    skilled_margin: float = SKILL_MARGIN
    hysteresis: bool = True
    thresholds: pd.DataFrame | None = None
    breaks: tuple[tuple[str, str], ...] = ()


def context(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    national: pd.DataFrame,
    country: str | None = None,
    period: str | int | None = None,
    threshold: Literal["eu", "nation", "both"] | float = "eu",
    margin: float = MARGIN,
    skilled_threshold: Literal["eu", "nation", "both"] | float | None = None,
    skilled_margin: float = SKILL_MARGIN,
    hysteresis: bool = True,
    cycle: pd.DataFrame | None = None,
) -> Context:
    """Class regions by unemployment and by skilled jobs, with the distance from the threshold.

    With hysteresis a region leaves its class only beyond the margin on the other side
    (:mod:`almpo_kit.regions.contexts.trigger` has the rule and its start), so **today's class can depend on the
    years before**; the class of a year never depends on later years.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions, annual. The axis of skilled jobs is classed where it holds
        ``skilled_jobs_share``, and is unknown elsewhere: attainment never stands in for jobs.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    national : DataFrame
        An ``indicators`` frame with country rows and ``EU27_2020``; may be empty.
    country : str, optional
        A member state; every region of the EU where left out.
    period : str or int, optional
        A year, or ``"all"``; see :func:`almpo_kit.regions.panel.choose_period` for the default.
    threshold : {"eu", "nation", "both"} or float
        The EU-27 value of each year (the median region of the EU, so labelled, where that is missing), each
        region's own nation, both, or a rate in per cent. With both, a region is high or low where the two
        agree and ``"mixed"`` where they do not, and ``context_class`` says what it is against each; a nation of one region
        has only the EU to compare with.
    margin : float
        Points; see :data:`MARGIN` for why one point is the default.
    skilled_threshold : {"eu", "nation", "both"} or float, optional
        The same for the share of skilled jobs. Left out: as ``threshold`` where that is a word, else ``"eu"``.
    skilled_margin : float
    hysteresis : bool
        False: each year stands alone, and a region within the margin is near the threshold.
    cycle : DataFrame, optional
        Dated phases (``geo, period, phase``) of countries; :func:`almpo_kit.regions.cycle.cycle` where left out.

    Returns
    -------
    Context
        ``table``, one row for each region and year asked: ``geo, name, period, unemployment_rate, threshold, distance,
        unemployment_class, skill_class, context_class``, then ``distance_in_margins``; ``sureness`` (``clear``, ``fair``, ``near the
        threshold``, ``unknown``); ``changed_from`` (the class before, where it changed); ``kept_from`` (the last
        year beyond the margin, where the class is kept within it); ``crosses_break`` (a change or a kept class that
        reaches back over the break of 2021); ``against_eu, distance_to_eu, against_nation, distance_to_nation``;
        ``skilled_jobs_share, skill_threshold, skill_distance, skill_sureness, skill_changed_from, skill_kept_from``; ``cycle_phase``,
        ``flag``, ``country``. ``distance`` is rate minus threshold in points. A region without a value is
        ``"unknown"``, and so is every region where the threshold is missing.

    Raises
    ------
    PlaceError
        Not a member state.
    DesignError
        Unknown period, threshold or margin.
    FrameError
        A frame lacks a column, or `cycle` holds an unknown phase.
    """
    country = "" if country is None else member_state(country)
    rules = context_rules(threshold, margin, skilled_threshold, skilled_margin, hysteresis=hysteresis)
    found = classified(context_panels(indicators, places), indicators, national, *rules, country)
    panel = found.unemployment.panel
    shown = found.years if period == ALL else [choose_period(panel, period)]
    table = found.table(shown, cycle)
    level, label, told = told_threshold(found, country, shown)
    over = shown[0] if len(shown) == 1 else f"{shown[0]}–{shown[-1]}"
    return Context(
        question=_question(country, table, over),
        sentence=_sentence(table, country, shown, rules[0], told),
        table=table,
        checks=context_checks(found, national, table, country, shown, given=cycle is not None),
        provenance=_trace(found, places, cycle, country, over if len(shown) == 1 else ALL),
        figure=("context" if country else "context_europe") if len(shown) == 1 else "context_years",
        rests_on=_rests_on(found, table, over),
        country=country,
        indicator=INDICATOR,
        unit=panel.indicator.unit,
        period=over,
        threshold=level,
        threshold_label=label,
        margin=rules[0].margin,
        periods=tuple(shown),
        skilled_margin=rules[1].margin,
        hysteresis=hysteresis,
        thresholds=found.thresholds(),
        breaks=breaks_in(panel.indicator, shown),
    )


def classify(distance: pd.Series, margin: float) -> pd.Series:
    """``high``, ``low``, ``near the threshold`` (up to and including the margin) or ``unknown``; no memory."""
    near = distance.abs() <= margin
    classes = pd.Series("unknown", index=distance.index, dtype="object")
    return (
        classes.mask(distance > margin, "high")
        .mask(distance < -margin, "low")
        .mask(near, "near the threshold")
    )


def context_rules(
    threshold: object, margin: object, skilled_threshold: object, skilled_margin: object, *, hysteresis: bool
) -> tuple[Rule, Rule]:
    """The rules of both axes. Numpy's numbers become plain ones, which the provenance can write down."""
    if not isinstance(hysteresis, bool):
        raise DesignError(f"hysteresis={hysteresis!r}: choose True or False.")
    against = _threshold(threshold, "threshold")
    same = against if isinstance(against, str) else "eu"
    other = same if skilled_threshold is None else _threshold(skilled_threshold, "skilled_threshold")
    return (
        Rule(against, _margin(margin, "margin", MARGIN), RATE_ALLOWANCE, hysteresis),
        Rule(
            other,
            _margin(skilled_margin, "skilled_margin", SKILL_MARGIN),
            SHARE_ALLOWANCE,
            hysteresis,
            USUAL_SHARE,
        ),
    )


def _is_rate(x: object) -> bool:
    if not isinstance(x, numbers.Real) or isinstance(x, bool):
        return False
    return math.isfinite(x) and 0 <= float(x) <= 100


def _threshold(threshold: Any, name: str) -> Against:
    if isinstance(threshold, str) and threshold in ("eu", "nation", "both"):
        return threshold  # type: ignore[return-value]
    if not _is_rate(threshold):
        raise DesignError(
            f"{name}={threshold!r}: choose 'eu', 'nation', 'both' or a rate from 0 to 100 (per cent)."
        )
    return float(threshold)


def _margin(margin: Any, name: str, usual: float) -> float:
    if not _is_rate(margin):
        raise DesignError(f"{name}={margin!r}: give a number of points from 0 to 100, e.g. {usual}.")
    return float(margin)


def _question(country: str, table: pd.DataFrame, over: str) -> str:
    n = table["geo"].nunique()
    asked = regions_do(country, n, ("does", "do")) if country else f"do the EU's {n} regions"
    return f"Which labour market {asked} have? · {over}"


def _sentence(table: pd.DataFrame, country: str, shown: list[str], rule: Rule, told: str) -> str:
    if len(shown) == 1:
        both = rule.against == "both"
        head = year_sentence(table, country, shown[0], rule.margin, told, both=both)
    else:
        head = years_sentence(table, country, shown, told)
    return f"{head} {skill_sentence(table, shown[-1])}"


def _trace(
    found: Classified, places: pd.DataFrame, cycle: pd.DataFrame | None, country: str, period: str
) -> Provenance:
    """Provenance; only the rows used can make it synthetic."""
    rule, skill = found.unemployment.axis.rule, found.skill
    frames = [found.unemployment.panel.rows, places, found.unemployment.rows, cycle]
    frames += [skill.panel.rows, skill.rows] if skill else []
    frames += [found.population] if len(found.population) else []
    options = {
        "country": country,
        "period": period,
        "threshold": rule.against,
        "margin": rule.margin,
        "hysteresis": rule.hysteresis,
    }
    if skill:
        options |= {"skilled_threshold": skill.axis.rule.against, "skilled_margin": skill.axis.rule.margin}
    return provenance(*frames, method="regions.context", options=options)


def _rests_on(found: Classified, table: pd.DataFrame, over: str) -> str:
    """``13 of 13 regions (NUTS 2024), 2025; Eurostat lfst_r_lfu3rt``."""
    measured = [found.unemployment.panel.rows, *([found.skill.panel.rows] if found.skill else [])]
    sources = sorted({str(s) for rows in measured for s in rows["source"].dropna().unique()})
    held = table[table["unemployment_rate"].notna()]
    n, total = held["geo"].nunique(), table["geo"].nunique()
    noun = "region" if total == 1 else "regions"
    where = listed(sources) if sources else "source not stated"
    return f"{n} of {total} {noun} (NUTS {VINTAGE}), {over}; {where}"
