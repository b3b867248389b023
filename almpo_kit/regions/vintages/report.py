"""The report of a conversion: every region touched, what was lost, and the sentence that counts them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from almpo_kit.regions.vintages.carrying import (
    APPROXIMATE,
    INHERITED,
    LOST,
    MERGED,
    RELABELLED,
    SUPERSEDED,
    UNCHANGED,
)
from almpo_kit.regions.vintages.codes import Sorted
from almpo_kit.regions.vintages.crosswalk import Steps
from almpo_kit.regions.vintages.denominators import OWN
from almpo_kit.regions.vintages.measures import Measure
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Check

_JOURNAL = (
    "indicator",
    "geo_from",
    "version_from",
    "geo_to",
    "change",
    "share",
    "weighted_by",
    "period",
    "outcome",
    "reason",
)
#: Two sums of the same people may differ by this share, which is the rounding of the computer.
ROUNDING = 1e-9


def no_journal() -> pd.DataFrame:
    """A journal of nothing."""
    return pd.DataFrame(columns=list(_JOURNAL))


def table(journal: pd.DataFrame, to: str, places: pd.DataFrame | None) -> pd.DataFrame:
    """One row for each pair of regions, indicator and outcome; regions that kept code and territory are left out."""
    told = journal[journal["outcome"] != UNCHANGED]
    columns = [
        "indicator",
        "geo_from",
        "version_from",
        "geo_to",
        "change",
        "share",
        "weighted_by",
        "outcome",
        "reason",
    ]
    grouped = told.groupby(columns, dropna=False, sort=True)["period"].agg(periods=_periods, n="size")
    shown = grouped.reset_index()
    shown.insert(4, "version_to", to)
    order = [*columns[:4], "version_to", *columns[4:7], "outcome", "periods", "n", "reason"]
    shown = shown[order]
    if places is not None:
        names = dict(zip(places["code"], places["label"], strict=True))
        shown.insert(4, "name_to", shown["geo_to"].map(names))
    return shown


def _periods(periods: pd.Series) -> str:
    """``2008–2012, 2014``; quarters are listed by first and last."""
    unique = sorted(periods.unique())
    if not all(p.isdigit() for p in unique):
        return unique[0] if len(unique) == 1 else f"{unique[0]} to {unique[-1]}"
    years = np.array(unique, dtype=int)
    runs = np.split(years, np.flatnonzero(np.diff(years) > 1) + 1)
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def counts(frame: pd.DataFrame, journal: pd.DataFrame) -> dict[str, int]:
    """How many values of the frame are what, and how many old ones were lost."""
    words = frame["conversion"].value_counts()
    found = {w: int(words.get(w, 0)) for w in (RELABELLED, MERGED, INHERITED, APPROXIMATE)}
    found["as published"] = int(words.get("", 0))
    lost = journal[journal["outcome"] == LOST]
    found[LOST] = len(lost.drop_duplicates(["indicator", "geo_from", "version_from", "period"]))
    return found


def sentence(frame: pd.DataFrame, journal: pd.DataFrame, rows: Sorted, to: str) -> str:
    """The count of what happened."""
    n = counts(frame, journal)
    inside = len(frame) - len(rows.outside)
    if not len(rows.regions):
        return f"There is nothing to convert to NUTS {to}: no row is of a NUTS region that the correspondence knows."
    kept = n["as published"] - len(rows.outside)
    words = {
        RELABELLED: "with only a new code",
        MERGED: "merged from several regions by their own denominator or by adding up",
        APPROXIMATE: "approximate",
        INHERITED: "inherited from a larger region",
    }
    parts = [f"{kept:,} as published", *(f"{n[w]:,} {text}" for w, text in words.items() if n[w])]
    lost = n[LOST] + len(rows.uncovered)
    tail = f"Not carried over: {lost:,}." if lost else "Nothing was lost."
    return f"{inside:,} values for regions of NUTS {to}: {listed(parts)}. {tail}"


def rests_on(rows: Sorted, known: Steps, to: str) -> str:
    """``3,873 values in NUTS 2016 (2008–2019)``."""
    if not len(rows.regions):
        return ""
    versions = listed(sorted(rows.regions["vintage"].unique()))
    periods = sorted(rows.regions["period"].unique())
    when = periods[0] if len(periods) == 1 else f"{periods[0]}–{periods[-1]}"
    return f"{len(rows.regions):,} values in the codes of NUTS {versions} ({when}), carried to NUTS {to}"


def checks(
    frame: pd.DataFrame,
    journal: pd.DataFrame,
    rows: Sorted,
    known: Steps,
    values: pd.DataFrame,
    measures: Mapping[str, Measure],
    denominators: pd.DataFrame | None,
) -> tuple[Check, ...]:
    """What a reader must know before using the converted values."""
    return (
        *_lost(journal, rows),
        *_spelling(rows),
        *_weights(journal, known),
        *_unused(journal, known, denominators),
        *_estimates(frame),
        *_conservation(journal, rows, values, measures),
        *_superseded(journal),
        *_outside(rows),
    )


def _lost(journal: pd.DataFrame, rows: Sorted) -> tuple[Check, ...]:
    gone = journal[journal["outcome"] == LOST]
    found = [
        Check(
            "lost",
            "failed",
            f"Not carried over, because {why}: {_codes(group['geo_from'])} ({_periods(group['period'])}).",
        )
        for why, group in gone.groupby("reason")
    ]
    if len(rows.uncovered):
        text = (
            f"Not carried over, because the correspondence does not cover their countries: "
            f"{_codes(rows.uncovered['geo'])}."
        )
        found.append(Check("not_covered", "failed", text))
    return tuple(found) or (Check("lost", "passed", "Every value of a region was carried over."),)


def _spelling(rows: Sorted) -> tuple[Check, ...]:
    if not rows.respelled:
        return ()
    text = f"Read in Eurostat's spelling (EL for GR, UK for GB): {_codes(pd.Series(rows.respelled))}."
    return (Check("spelling", "informational", text),)


def _weights(journal: pd.DataFrame, known: Steps) -> tuple[Check, ...]:
    used = journal[(journal["weighted_by"] != "") & (journal["weighted_by"] != OWN)]
    used = used[used["outcome"].isin([APPROXIMATE, MERGED])]
    found = []
    for name, group in used.groupby("weighted_by"):
        years = {known.years.get(c[:2], "") for c in group["geo_to"]} - {""}
        year = f" of {listed(sorted(years))}" if name == known.by and years else ""
        crude = " This is a crude substitute." if name == "equal weights" else ""
        text = f"Weighted by {name}{year}, for want of their own weights: {_codes(group['geo_to'])}.{crude}"
        found.append(Check("substitute_weights", "informational", text))
    return tuple(found)


def _unused(journal: pd.DataFrame, known: Steps, denominators: pd.DataFrame | None) -> tuple[Check, ...]:
    """Say why denominators that were given did not help."""
    joined = journal[journal["outcome"].isin([MERGED, APPROXIMATE]) & (journal["weighted_by"] != "")]
    if (
        denominators is None
        or joined.empty
        or not joined["weighted_by"].isin([known.by, "equal weights"]).all()
    ):
        return ()
    given = listed(sorted(denominators["vintage"].unique())) if len(denominators) else "no vintage"
    needed = listed(sorted(joined["version_from"].unique()))
    text = (
        f"None of the denominators given was used: they are of NUTS {given}, and needed are {needed}, for the same "
        "periods, every part of a joined region and the indicator that the rate is of (regions.vintages.measures)."
    )
    return (Check("unused_weights", "failed", text),)


def _estimates(frame: pd.DataFrame) -> tuple[Check, ...]:
    no_change = "They carry no nuts_version: no change is computed from them."
    kept = "Less than 1% of their people moved and Eurostat kept the code, so they count as the same region."
    minor = frame["nuts_version"].notna()
    texts = {
        INHERITED: (
            "inherited from a larger region of which they were a part, so no difference within it is known",
            ~minor,
            no_change,
        ),
        APPROXIMATE: (
            "approximate, because boundaries moved or a substitute weight was used",
            ~minor,
            no_change,
        ),
        "minor_shift": ("approximate by a minor shift of boundaries", minor, kept),
    }
    found = []
    for name, (text, which, tail) in texts.items():
        word = APPROXIMATE if name == "minor_shift" else name
        codes = frame.loc[(frame["conversion"] == word) & which, "geo"]
        if len(codes):
            found.append(Check(name, "informational", f"Values are {text}: {_codes(codes)}. {tail}"))
    return tuple(found)


def _conservation(
    journal: pd.DataFrame, rows: Sorted, values: pd.DataFrame, measures: Mapping[str, Measure]
) -> tuple[Check, ...]:
    """Counts must add up to the same nation before and after, wherever nothing was lost."""
    added = [k for k, m in measures.items() if m.kind == "count"]
    before = rows.regions[rows.regions["indicator"].isin(added)]
    if before.empty:
        return ()
    after = values[values["indicator"].isin(added)]
    keys = ["indicator", "vintage", "period"]
    sums = [_sums(f, keys) for f in (before, after)]
    both = pd.concat(sums, axis=1, keys=["before", "after"]).fillna(0.0)
    gone = journal[(journal["outcome"] == LOST) & journal["indicator"].isin(added)]
    short = pd.MultiIndex.from_frame(
        gone.assign(nation=gone["geo_from"].str[:2], level=gone["geo_from"].str.len())[
            ["indicator", "version_from", "period", "nation", "level"]
        ]
    )
    whole = both[~both.index.isin(short)]
    off = whole[(whole["before"] - whole["after"]).abs() > ROUNDING * whole["before"].abs()]
    if len(off):
        where = sorted({i[3] for i in off.index})
        return (Check("conservation", "failed", f"Sums of nations changed: {listed(where)}."),)
    left = (
        f" {len(both) - len(whole)} sums with lost values were not compared."
        if len(whole) < len(both)
        else ""
    )
    text = f"Counts add up to the same nation before and after ({len(whole)} sums compared).{left}"
    return (Check("conservation", "passed", text),)


def _sums(frame: pd.DataFrame, keys: list[str]) -> pd.Series:
    place = frame.assign(nation=frame["geo"].str[:2], level=frame["geo"].str.len())
    return place.groupby([*keys, "nation", "level"])["value"].sum()


def _superseded(journal: pd.DataFrame) -> tuple[Check, ...]:
    over = journal[journal["outcome"] == SUPERSEDED]
    if over.empty:
        return ()
    text = (
        f"Set aside, because the frame holds a better value for the same region and period: "
        f"{_codes(over['geo_from'])}."
    )
    return (Check("superseded", "informational", text),)


def _outside(rows: Sorted) -> tuple[Check, ...]:
    found = []
    if rows.extra_regio:
        zed = rows.outside[rows.outside["geo"].str[2:3] == "Z"]
        text = f"{rows.extra_regio} values that belong to no region (extra-regio) are passed through: {_codes(zed['geo'])}."
        found.append(Check("extra_regio", "informational", text))
    countries = len(rows.outside) - rows.extra_regio
    if countries:
        found.append(
            Check("countries", "informational", f"{countries:,} values of countries are passed through.")
        )
    return tuple(found)


def _codes(codes: pd.Series, most: int = 15) -> str:
    unique = sorted(codes.dropna().unique())
    return ", ".join(unique[:most]) + (f" and {len(unique) - most} more" if len(unique) > most else "")
