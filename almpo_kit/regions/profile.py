"""One region: where it stands, which way it moves, which labour market it is, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from almpo_kit.regions.breaks import breaks_in
from almpo_kit.regions.context import MARGIN, SKILL_MARGIN, context_rules
from almpo_kit.regions.contexts.classified import INDICATOR as UNEMPLOYMENT
from almpo_kit.regions.contexts.classified import Classified, classified
from almpo_kit.regions.contexts.threshold_words import told_threshold
from almpo_kit.regions.frame_checks import distinct
from almpo_kit.regions.panel import VINTAGE, Panel, choose_period, regions, select_every
from almpo_kit.regions.profiles.profile_checks import profile_checks
from almpo_kit.regions.profiles.profile_rows import profile_rows
from almpo_kit.regions.profiles.profile_words import profile_sentence
from almpo_kit.regions.reference_values import EU
from almpo_kit.regions.region_codes import region_code
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance, provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Profile(Finding):
    """One region.

    Parameters
    ----------
    region, name, country : str
    period : str
        The year of the class; each row of the table has its own.
    context_class, unemployment_class, skill_class, sureness, cycle_phase : str
        ``"unknown"`` where they are.
    distance, threshold, margin, skilled_margin : float
        Points from the threshold, the threshold in per cent, the margins in points; NaN where missing.
    threshold_label : str
    path : DataFrame
        The region's rows of :func:`almpo_kit.regions.context.context` for every year.
    breaks : tuple of (str, str)
    """

    region: str
    name: str
    country: str
    period: str
    context_class: str
    unemployment_class: str
    skill_class: str
    sureness: str
    cycle_phase: str
    distance: float
    threshold: float
    threshold_label: str
    margin: float
    skilled_margin: float
    path: pd.DataFrame
    breaks: tuple[tuple[str, str], ...] = ()

    def metrics(self) -> dict[str, float]:
        """The latest value of each indicator that is held, in its own unit."""
        held = self.table.dropna(subset=["value"])
        return dict(zip(held["indicator"].astype(str), held["value"].astype(float).tolist(), strict=True))


def profile(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    region: str,
    national: pd.DataFrame,
    period: str | int | None = None,
    threshold: Literal["eu", "nation", "both"] | float = "eu",
    margin: float = MARGIN,
    skilled_threshold: Literal["eu", "nation", "both"] | float | None = None,
    skilled_margin: float = SKILL_MARGIN,
    hysteresis: bool = True,
    cycle: pd.DataFrame | None = None,
) -> Profile:
    """Describe one region on every indicator that is held.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions, annual.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    region : str
        Code (``"EL42"``, ``"GR42"``) or name (``"Notio Aigaio"``).
    national : DataFrame
        An ``indicators`` frame with country rows and ``EU27_2020``; may be empty.
    period : str or int, optional
        A year for all indicators; where left out, each has its own default year
        (:func:`almpo_kit.regions.panel.choose_period`).
    threshold, margin, skilled_threshold, skilled_margin, hysteresis, cycle
        As in :func:`almpo_kit.regions.context.context`.

    Returns
    -------
    Profile
        ``table``, one row for each indicator (counts of people left out): ``indicator, label, period, value, flag,
        rank_in_country, n_in_country, rank_in_eu, n_in_eu, eu_value, eu_how, gap_to_eu, national_value, national_how,
        gap_to_nation, change, change_from, crosses_break, direction, reading, unit``. Rank 1 is the most favourable. A
        change starts in the first year since the break of 2021; where there is none, it starts before it
        and ``crosses_break`` is true. ``direction`` is ``rose``, ``fell``, ``little change`` (less than chance may
        explain, for surveys) or ``unknown``; ``reading`` says whether that is better or worse.

    Raises
    ------
    PlaceError
        No such region; the message suggests the nearest.
    DesignError
        No indicator is held, or an unknown period, threshold or margin.
    """
    rules = context_rules(threshold, margin, skilled_threshold, skilled_margin, hysteresis=hysteresis)
    panels = select_every(indicators, places)
    if UNEMPLOYMENT not in panels:
        region_code(region, regions(places))
        raise DesignError(
            "a profile needs the unemployment rate of regions, and `indicators` holds none; load it with "
            "sources.indicators(level=2)."
        )
    panel = panels[UNEMPLOYMENT]
    code = region_code(region, panel.regions)
    country, name = str(panel.regions.at[code, "country"]), str(panel.regions.at[code, "name"])
    asked = None if period is None else _year(period, panels)
    year = asked if asked is not None and asked not in panel.values else choose_period(panel, asked)
    found = classified(panels, indicators, national, *rules, country)
    whole = found.table(found.years, cycle)
    path = whole[whole["geo"] == code].reset_index(drop=True)
    now = path[path["period"] == year]
    here = now.iloc[0] if len(now) else None
    table = profile_rows(panels, national, code, country, asked)
    level, label, _ = told_threshold(found, country, [year]) if here is not None else (float("nan"), "", "")
    return Profile(
        question=f"Where does {name} ({code}) stand, and which way does it move? · {year}",
        sentence=profile_sentence(name, code, country, table, here, label, rules[0]),
        table=table,
        checks=profile_checks(found, panels, table, path, country, year),
        provenance=_trace(
            found,
            indicators,
            places,
            national,
            cycle,
            {"region": code, "period": asked or "default"},
            _cited(panels, national, table, country),
        ),
        figure="context_path",
        rests_on=_rests_on(panels, table),
        region=code,
        name=name,
        country=country,
        period=year,
        context_class=_word(here, "context_class"),
        unemployment_class=_word(here, "unemployment_class"),
        skill_class=_word(here, "skill_class"),
        sureness=_word(here, "sureness"),
        cycle_phase=_word(here, "cycle_phase"),
        distance=float("nan") if here is None else float(here["distance"]),
        threshold=level,
        threshold_label=label,
        margin=rules[0].margin,
        skilled_margin=rules[1].margin,
        path=path,
        breaks=breaks_in(panel.indicator, found.years),
    )


def _word(row: pd.Series | None, column: str) -> str:
    return "unknown" if row is None else str(row[column])


def _year(period: str | int, panels: dict[str, Panel]) -> str:
    """The year asked for; it must be one that some indicator has."""
    year = str(int(period)) if isinstance(period, float) and period.is_integer() else str(period)
    known = sorted({str(y) for p in panels.values() for y in p.values.columns})
    if year not in known:
        raise DesignError(f"no indicator has regional values for {period!r}; choose from {', '.join(known)}.")
    return year


def _trace(
    found: Classified,
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    national: pd.DataFrame,
    cycle: pd.DataFrame | None,
    options: dict[str, object],
    cited: list[str],
) -> Provenance:
    """Provenance; only the sources cited can make it synthetic."""
    rule = found.unemployment.axis.rule
    used = pd.DataFrame({"source": pd.Series(cited, dtype="str")})
    used.attrs = indicators.attrs
    options |= {"threshold": rule.against, "margin": rule.margin, "hysteresis": rule.hysteresis}
    return provenance(used, places, _bare(national), cycle, method="regions.profile", options=options)


def _bare(national: pd.DataFrame) -> pd.DataFrame:
    """The data versions of the national frame without its rows: those used are among the sources cited."""
    none = pd.DataFrame()
    none.attrs = national.attrs
    return none


def _cited(panels: dict[str, Panel], national: pd.DataFrame, table: pd.DataFrame, country: str) -> list[str]:
    """Sources of the regional rows, then of the nation's and the EU's, each once."""
    keys = set(table["indicator"])
    regional = {s for key in keys for s in distinct(panels[key].rows["source"])}
    indicator, geo, source = (national[c].to_numpy(dtype=object) for c in ("indicator", "geo", "source"))
    own = {s for k, g, s in zip(indicator, geo, source, strict=True) if k in keys and g in (country, EU)}
    return [*sorted(regional), *sorted(str(s) for s in own - regional if not pd.isna(s))]


def _rests_on(panels: dict[str, Panel], table: pd.DataFrame) -> str:
    there = table[table["value"].notna()]
    sources = sorted({s for key in there["indicator"] for s in distinct(panels[key].rows["source"])})
    years = sorted(set(there["period"]))
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(years)
    what = f"{len(there)} of {len(table)} indicators (NUTS {VINTAGE}), {span}"
    return f"{what}; {listed(sources) if sources else 'no source'}"
