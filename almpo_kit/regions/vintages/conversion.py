"""Statistics of regions, carried from one NUTS vintage to another; what cannot be carried is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from almpo_kit.regions.panel import require
from almpo_kit.regions.vintages import report
from almpo_kit.regions.vintages.carrying import (
    APPROXIMATE,
    INHERITED,
    LOST,
    MEASURED,
    MERGED,
    RELABELLED,
    SUPERSEDED,
    UNCHANGED,
    carry,
)
from almpo_kit.regions.vintages.codes import CODE_VERSION, Sorted, once, sort
from almpo_kit.regions.vintages.crosswalk import Steps, check_versions, links, steps
from almpo_kit.regions.vintages.denominators import RESIDENTS
from almpo_kit.regions.vintages.measures import Measure, measures_of
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import SYNTHETIC, is_synthetic, provenance, stamp

#: Which value stands where a region gets several: the published one, then in this order.
_ORDER = ("", *MEASURED, APPROXIMATE, INHERITED)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Conversion(Finding):
    """Statistics in the codes of another vintage.

    Parameters
    ----------
    frame : DataFrame
        The converted ``indicators`` frame. Besides its columns: ``conversion`` (``""`` where nothing was done,
        ``relabelled``, ``merged``, ``approximate`` or ``inherited``) and ``code_version`` (the vintage of the
        code). ``nuts_version`` is the vintage whose territory was *measured*: it is empty where a value is
        inherited, or approximate by more than a minor shift of boundaries (under 1% of the people, and Eurostat
        kept the code), so that nothing takes a change of it for a measured one.
    to : str
        The vintage asked for.
    journal : DataFrame
        One row for each piece of territory and period.
    """

    frame: pd.DataFrame
    to: str
    journal: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """How many values came over in which way."""
        return {k: float(n) for k, n in report.counts(self.frame, self.journal).items()}


def convert(
    indicators: pd.DataFrame,
    correspondence: pd.DataFrame,
    *,
    to: str = "2024",
    weights: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
    by: str = "residents",
    measures: Mapping[str, Measure] | None = None,
    substitutes: bool = True,
) -> Conversion:
    """Carry statistics of regions to the codes of another NUTS vintage, forwards or backwards.

    A region that only changed its code is relabelled. Merged regions: counts are added, rates weighted by
    their own denominator (``weights``); without it by a stated substitute, and then the value is approximate.
    A region that was split leaves its rate to each part (inherited); its counts are shared out. Redrawn
    regions and shifted boundaries are weighted by the residents of the pieces, and approximate.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame; each row's ``nuts_version`` says in which vintage its code is. Vintages may be
        mixed. Countries and extra-regio codes pass through.
    correspondence : DataFrame
        ``sources.nuts_correspondence()``, or a crosswalk of your own: ``version_from, version_to, code_from,
        code_to`` and a weight column (what lives or lies in the piece that the two regions have in common).
    to : {"2013", "2016", "2021", "2024"}
    weights : DataFrame, optional
        Denominators as an ``indicators`` frame in the vintage of the rows: e.g. ``labour_force`` for
        unemployment rates, ``population`` (with ``age``) for rates of people. Population in the vintage asked
        for shares out the counts of split regions.
    places : DataFrame, optional
        A ``taxonomy`` frame of the vintage asked for; adds names to the report.
    by : str
        The weight column of ``correspondence``.
    measures : mapping of str to Measure, optional
        Whether an indicator that the workbench does not know is a rate (of what) or a count.
    substitutes : bool
        False: joined rates without their own denominator, and shared counts without the population of the new
        regions, are lost instead of approximate.

    Returns
    -------
    Conversion
        ``frame`` the converted statistics; ``table`` the report, one row for each region touched: ``indicator,
        geo_from, version_from, geo_to, version_to, change, share, weighted_by, outcome, periods, n, reason``.

    Raises
    ------
    PlaceError
        A code that its vintage does not have, a region without a vintage, no way between the vintages.
    DesignError
        An indicator of which nobody said whether it adds up; an unknown vintage.
    FrameError
        A column is missing, a place has two values for one period, a weight is negative.

    References
    ----------
    Regulation (EC) No 1059/2003 (NUTS); Lam (1983) The American Cartographer 10, 129-150, for areal weighting.
    """
    known, to = steps(correspondence, by), str(to)
    check_versions(known, to)
    if places is not None:
        require(places, ("code", "label"), "places")
    rows = sort(indicators, known)
    keys = [k for k in ("indicator", "unit", "age", "period") if k in indicators.columns]
    once(rows.regions, keys, "indicators")
    known_measures = measures_of(sorted(rows.regions["indicator"].unique()), measures)
    given = _denominators(weights, known)
    values, journal = _carried(rows, known, known_measures, given, to, keys, substitutes)
    label = f"{SYNTHETIC} weights: " if is_synthetic(correspondence, weights) else ""
    frame, journal = _frame(rows, values, journal, to, keys, list(indicators.columns), label)
    stamp(frame, *provenance(indicators, correspondence, weights, method="").data)
    return Conversion(
        question=f"What do these statistics say of the regions of NUTS {to}?",
        sentence=report.sentence(frame, journal, rows, to),
        table=report.table(journal, to, places),
        checks=report.checks(frame, journal, rows, known, values, known_measures, given),
        provenance=provenance(
            indicators,
            correspondence,
            weights,
            places,
            method="regions.convert",
            options={"to": to, "by": by, "substitutes": substitutes, "weights": weights is not None},
        ),
        rests_on=report.rests_on(rows, known, to),
        frame=frame,
        to=to,
        journal=journal,
    )


def _denominators(weights: pd.DataFrame | None, known: Steps) -> pd.DataFrame | None:
    if weights is None:
        return None
    found = sort(weights, known, "weights").regions
    if "age" not in found:
        found = found.assign(age="")
    once(found, ["indicator", "age", "period"], "weights")
    below = sorted(found.loc[found["value"] < 0, "geo"].unique())
    if below:
        raise FrameError(
            f"`weights` has values below zero ({', '.join(below[:10])}); a denominator counts people or posts. "
            "Correct them, or leave the rows out."
        )
    return found.assign(age=found["age"].fillna("").astype(str))


def _carried(
    rows: Sorted,
    known: Steps,
    measures: Mapping[str, Measure],
    weights: pd.DataFrame | None,
    to: str,
    keys: list[str],
    substitutes: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everything that is not in the vintage asked for, vintage by vintage."""
    values, journals = [], []
    for version, group in rows.regions.groupby("vintage"):
        if version == to:
            values.append(group.assign(outcome="", minor=False))
            continue
        done = carry(
            group,
            links(known, str(version), to, set(group["geo"].str[:2])),
            measures=measures,
            weights=weights,
            to=to,
            keys=keys,
            substitutes=substitutes,
        )
        values.append(done.values)
        journals.append(done.journal)
    empty = rows.regions.iloc[:0].assign(outcome="", minor=False)
    journal = pd.concat(journals, ignore_index=True) if journals else report.no_journal()
    # A crosswalk of one's own may weigh by area or anything else; the report calls it by its column.
    journal["weighted_by"] = journal["weighted_by"].replace(RESIDENTS, known.by)
    return pd.concat(values, ignore_index=True) if values else empty, journal


def _frame(
    rows: Sorted,
    values: pd.DataFrame,
    journal: pd.DataFrame,
    to: str,
    keys: list[str],
    columns: list[str],
    label: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One value for each region, the published one before a converted one; and the journal told so."""
    order = values["outcome"].map({o: i for i, o in enumerate(_ORDER)})
    ranked = values.assign(_rank=order).sort_values(
        ["_rank", "vintage"], ascending=[True, False], kind="stable"
    )
    double = ranked.duplicated(["geo", *keys])
    beaten = ranked.loc[double, ["geo", "period", "indicator", "vintage"]]
    journal = _superseded(journal, beaten)
    kept = ranked[~double]
    measured = kept["nuts_version"].notna() & (kept["outcome"].isin(["", *MEASURED]) | kept["minor"])
    word = _words(kept, measured)
    kept = kept.assign(
        nuts_version=pd.Series(to, index=kept.index, dtype="object").where(measured, None),
        conversion=word,
        flag=_flags(kept, word),
        source=_sources(kept, to, label),
    )
    kept[CODE_VERSION] = to
    outside = rows.outside.assign(conversion="")
    outside[CODE_VERSION] = None
    order_by = [k for k in ("indicator", "geo", "period") if k in columns]
    shown = [*columns, *(c for c in ("conversion", CODE_VERSION) if c not in columns)]
    frame = pd.concat([kept, outside], ignore_index=True)[shown].sort_values(order_by, kind="stable")
    texts = dict.fromkeys(("nuts_version", "flag", "source", CODE_VERSION, "conversion"), "str")
    return frame.astype(texts).reset_index(drop=True), journal


def _superseded(journal: pd.DataFrame, beaten: pd.DataFrame) -> pd.DataFrame:
    if beaten.empty or journal.empty:
        return journal
    lost = pd.MultiIndex.from_frame(beaten)
    here = pd.MultiIndex.from_frame(journal[["geo_to", "period", "indicator", "version_from"]])
    over = here.isin(lost) & (journal["outcome"] != LOST).to_numpy()
    told = journal.copy()
    told.loc[over, "outcome"] = SUPERSEDED
    told.loc[over, "reason"] = "the region has a better value for the period"
    return told


def _words(kept: pd.DataFrame, measured: pd.Series) -> pd.Series:
    """What was done to each value. One that was an estimate before stays one, whatever its code is now."""
    earlier = kept["conversion"].fillna("") if "conversion" in kept else pd.Series("", index=kept.index)
    word = kept["outcome"].where(~kept["outcome"].isin(["", UNCHANGED]), earlier)
    word = word.where(measured | (kept["outcome"] != RELABELLED), earlier)
    return word.where(measured | (kept["outcome"] != MERGED), APPROXIMATE)


def _flags(kept: pd.DataFrame, word: pd.Series) -> pd.Series:
    """Flags with the word for what was done, after what they said before."""
    flags = kept["flag"].astype("object").where(kept["flag"].notna(), None)
    said = word.isin([MERGED, APPROXIMATE, INHERITED])
    told = [
        " ".join(dict.fromkeys([*str(f or "").split(), w]))
        for f, w in zip(flags[said], word[said], strict=True)
    ]
    flags[said] = told
    return flags


def _sources(kept: pd.DataFrame, to: str, label: str) -> pd.Series:
    made = kept["outcome"].isin([MERGED, APPROXIMATE, INHERITED])
    sources = kept["source"].astype("object")
    sources[made] = [
        f"{label}{s} (from NUTS {v} to {to})"
        for s, v in zip(sources[made], kept.loc[made, "vintage"], strict=True)
    ]
    return sources
