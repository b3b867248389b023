"""Where demand exceeds supply by region and occupation, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.balance.balance_table import UNSURE, named, shown_table
from almpo_kit.matching.balance.balance_words import balance_checks, balance_sentence
from almpo_kit.matching.balance.nested_codes import refuse_nested
from almpo_kit.matching.balance.ratio_intervals import (
    against_the_rest_p,
    discoveries,
    equality_p,
    ratio_interval,
)
from almpo_kit.matching.balance.small_cells import (
    MINIMUM,
    hidden_cells,
    hidden_totals,
    refuse_few,
    whole_minimum,
)
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding, Headline
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import SYNTHETIC, provenance, stamp

SCARCER, PLENTIFUL, BALANCED = "scarcer", "more plentiful", "balanced"
MORE, FEWER = "more vacancies than people", "fewer vacancies than people"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Balance(Finding):
    """Tightness by region and occupation.

    Parameters
    ----------
    full : DataFrame
        ``table`` without suppression, for computing only; it must not be shown.
    overall, overall_low, overall_high : float
        Vacancies per unemployed person of all cells.
    unemployed, vacancies : float
        All cells together.
    period : str
        Empty where the stocks have none.
    band : float
        A cell within this factor of the overall tightness is balanced.
    counts : dict of str to int
        Cells by verdict.
    n_cells, n_hidden, n_more : int
        Cells; those kept back; those with more vacancies than people for sure.
    n_places, n_occupations : int
    uncontrolled, by_chance : float
        Cells that single tests at the same level would flag, and how many of so many chance would.
    """

    full: pd.DataFrame
    overall: float
    overall_low: float
    overall_high: float
    unemployed: float
    vacancies: float
    period: str
    band: float
    counts: dict[str, int]
    n_cells: int
    n_hidden: int
    n_more: int
    n_places: int
    n_occupations: int
    uncontrolled: int
    by_chance: float

    def by_region(self) -> pd.DataFrame:
        """Whole regions, for a map: ``geo, unemployed, vacancies, vacancies_per_100, source``.

        From the full counts; a region with fewer unemployed people than are shown is left out, and so is one whose
        total would give away a cell or another region that is kept back.
        """
        minimum = self.provenance.options["minimum"]
        whole = self.full.groupby("geo", as_index=False)[["unemployed", "vacancies"]].sum()
        codes, _ = pd.factorize(self.full["geo"], sort=True)
        people = self.full["unemployed"].to_numpy(dtype=float)
        away = hidden_totals(people, hidden_cells(self.full, minimum), codes, minimum)
        whole = whole[~away & (whole["unemployed"] >= minimum)].reset_index(drop=True)
        whole["vacancies_per_100"] = 100 * whole["vacancies"] / whole["unemployed"]
        whole["source"] = SYNTHETIC if self.provenance.synthetic else self.rests_on.rpartition("; ")[2]
        return stamp(whole, *self.provenance.data)

    def metrics(self) -> Mapping[str, float]:
        """The overall tightness and the number of cells by verdict."""
        return {"tightness": self.overall, "more_vacancies_than_people": self.n_more} | {
            k.replace(" ", "_"): v for k, v in self.counts.items()
        }


def balance(
    stocks: pd.DataFrame,
    *,
    places: pd.DataFrame | None = None,
    occupations: pd.DataFrame | None = None,
    period: str | None = None,
    level: float = 0.95,
    false_discoveries: float = 0.05,
    band: float = 1.5,
    coverage: float = 1.0,
    minimum: int = MINIMUM,
) -> Balance:
    """Compare vacancies with unemployed people in every region and occupation.

    Two yardsticks, because they answer two questions. *Relative*: ``verdict`` compares a cell with all other
    cells together ("where is labour scarcer than elsewhere here?"). *Absolute*: ``exceeds`` compares its vacancies
    with its unemployed people ("does demand exceed supply?"); in most markets with unemployment this is rare.
    A cell is decided where Fisher's exact test (absolute: the exact binomial test) finds a difference while at most
    `false_discoveries` of all such findings are wrong on average (Benjamini–Hochberg over all cells).

    Parameters
    ----------
    stocks : DataFrame
        A ``stocks`` frame with full counts (see :func:`stocks`).
    places, occupations : DataFrame, optional
        ``taxonomy`` frames, for names.
    period : str, optional
        The latest, where the stocks have several.
    level : float
        Of the exact interval of each ratio (one cell at a time).
    false_discoveries : float
        See above.
    band : float
        ``"balanced"`` is said where the interval lies within this factor of the overall tightness, up or down.
    coverage : float
        Share of all vacancies that the stocks hold; vacancies are divided by it. The relative verdict changes
        only if coverage differs between occupations.
    minimum : int
        Counts of people below it are not shown, and what would give them away neither; they count in everything.

    Returns
    -------
    Balance
        ``table``: ``geo, name, occupation, label, unemployed, vacancies, tightness, low, high, verdict, exceeds,
        suppressed``, the most surely tight cells first.

    Raises
    ------
    DesignError
        Nothing to compare, fewer people than `minimum` in all, or codes that contain each other (people would count
        twice).
    ParameterError
        Options out of range.

    References
    ----------
    Przyborowski and Wilenski (1940) Biometrika 31, 313-323; Benjamini and Hochberg (1995) J. R. Stat. Soc. B 57,
    289-300.
    """
    minimum = whole_minimum(minimum)
    for name, value, low, high in (
        ("level", level, 0.5, 1), ("false_discoveries", false_discoveries, 0, 0.5), ("coverage", coverage, 0, 1.000001),
        ("band", band, 1, 10),
    ):  # fmt: skip
        if not low < value < high:
            raise ParameterError(
                f"{name}={value!r} is out of range; choose one between {low:g} and {high:g}."
            )
    held, chosen = _of_period(check(stocks, "stocks"), period)
    refuse_nested(held)
    known = held[held["unemployed"].notna() & held["vacancies"].notna()]
    if not known[["unemployed", "vacancies"]].to_numpy().sum():
        raise DesignError("no cell holds anybody or any vacancy; there is nothing to compare.")
    refuse_few(float(known["unemployed"].sum()), minimum)
    full, flagged = _judged(known, level, false_discoveries, band, coverage)
    full = named(full, places, occupations)
    hidden = hidden_cells(full, minimum)
    table = shown_table(full.assign(suppressed=hidden), held, places, occupations)
    u, v = float(known["unemployed"].sum()), float(known["vacancies"].sum()) / coverage
    low, high = (float(x[0]) / coverage for x in ratio_interval(*_one(v * coverage, u), level))
    counts = {k: int((full["verdict"] == k).sum()) for k in (SCARCER, PLENTIFUL, BALANCED, UNSURE)}
    fields: dict[str, Any] = {
        "overall": v / u if u else float("inf"),
        "overall_low": low,
        "overall_high": high,
        "unemployed": u,
        "vacancies": v,
        "band": band,
        "counts": counts,
        "n_cells": len(full),
        "n_hidden": int(hidden.sum()),
        "n_more": int((full["exceeds"] == MORE).sum()),
        "n_places": int(known["geo"].nunique()),
        "n_occupations": int(known["occupation"].nunique()),
        "uncontrolled": flagged,
        "by_chance": (1 - level) * len(full),
    }
    options = {"period": chosen or None, "level": level, "false_discoveries": false_discoveries, "band": band}
    options |= {"coverage": coverage, "minimum": minimum}
    half = _judged(
        known.assign(**{c: known[c] / 2 for c in ("unemployed", "vacancies")}),
        level,
        false_discoveries,
        band,
        coverage,
    )[0]
    return Balance(
        question="Where do vacancies exceed unemployed people?" + (f" · {chosen}" if chosen else ""),
        sentence=balance_sentence(full.assign(suppressed=hidden), fields, false_discoveries),
        table=table,
        checks=balance_checks(
            full, half, fields, stocks.attrs.get("left_out", {}), len(held) - len(known), options
        ),
        provenance=provenance(
            held, stocks.iloc[:0], places, occupations, method="matching.balance", options=options
        ),
        figure="balance",
        certainty=None if len(full) > counts[UNSURE] else "too little to say",
        headline=_headline(fields, level),
        rests_on=_rests_on(known, fields),
        full=full,
        period=chosen,
        **fields,
    )


def _one(above: float, below: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([above]), np.array([below])


def _of_period(held: pd.DataFrame, period: str | None) -> tuple[pd.DataFrame, str]:
    if "period" not in held:
        if period is not None:
            raise DesignError(f"the stocks have no periods; leave period={period!r} out.")
        return held, ""
    there = sorted(held["period"].unique())
    chosen = there[-1] if period is None else period
    if chosen not in there:
        raise DesignError(f"the stocks hold no period {period!r}; they hold {there[0]} to {there[-1]}.")
    return held[held["period"] == chosen], chosen


def _judged(
    known: pd.DataFrame, level: float, rate: float, band: float, coverage: float
) -> tuple[pd.DataFrame, int]:
    """Ratios, intervals and verdicts of all cells; how many single tests would flag."""
    u, v = (known[c].to_numpy(dtype=float) for c in ("unemployed", "vacancies"))
    overall = v.sum() / u.sum() if u.sum() else np.inf
    low, high = ratio_interval(v, u, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(u > 0, v / u, np.where(v > 0, np.inf, np.nan))
    p = against_the_rest_p(np.rint(v), np.rint(u))
    found = discoveries(p, rate)
    within = (low >= overall / band) & (high <= overall * band)
    verdict = np.select(
        [within, found & (ratio > overall), found & (ratio < overall)], [BALANCED, SCARCER, PLENTIFUL], UNSURE
    )
    absolute = discoveries(equality_p(np.rint(v), np.rint(u), coverage), rate)
    exceeds = np.select([absolute & (ratio > coverage), absolute & (ratio < coverage)], [MORE, FEWER], UNSURE)
    full = known.assign(
        vacancies=v / coverage,
        tightness=ratio / coverage,
        low=low / coverage,
        high=high / coverage,
        verdict=verdict,
        exceeds=exceeds,
        p_relative=p,
    )
    order = np.lexsort((known["occupation"], known["geo"], -(low / coverage)))
    return full.iloc[order].reset_index(drop=True), int((p <= 1 - level).sum())


def _headline(fields: Mapping[str, Any], level: float) -> Headline | None:
    value, low, high = (float(fields[k]) for k in ("overall", "overall_low", "overall_high"))
    if not np.isfinite([value, low, high]).all():
        return None
    per_hundred = (100 * value, 100 * low, 100 * high)
    return Headline(*per_hundred, "vacancies for every 100 unemployed people", (0.0, 100.0), level)


def _rests_on(known: pd.DataFrame, fields: Mapping[str, Any]) -> str:
    names = "; ".join(sorted(known["source"].astype(str).unique())[:3])
    return (
        f"{fields['unemployed']:,.0f} unemployed people and {fields['vacancies']:,.0f} vacancies in {fields['n_cells']} "
        f"cells ({fields['n_places']} regions, {fields['n_occupations']} occupations); {names}"
    )
