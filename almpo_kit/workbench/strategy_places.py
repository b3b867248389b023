"""The labour market of a strategy: its class by unemployment and by skilled jobs, from the figures or as a person knows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES, nuts_level
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench.strategy_wishes import Wish

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.regions import Context

_CLASSED = ("high", "low")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LabourMarketOf(Finding):
    """The labour market of a place.

    Parameters
    ----------
    name : str
    unemployment_class, skill_class : {"high", "low", "unknown"}
        As they are used; a person's own words go before the figures.
    """

    name: str
    unemployment_class: str
    skill_class: str


@cache
def _contexts(country: str) -> Context:
    from almpo_kit import regions, sources

    return regions.context(
        sources.indicators(level=2), sources.nuts(), national=sources.indicators(level=0), country=country
    )


def regions_of(country: str) -> list[tuple[str, str]]:
    """Code and name of the regions of a member state."""
    table = _contexts(country).table
    return [(str(r.geo), str(r.name)) for r in table[["geo", "name"]].itertuples(index=False)]


def labour_market_of(asked: Wish) -> LabourMarketOf:
    """The labour market that a strategy is for.

    Parameters
    ----------
    asked : Wish
        ``unemployment`` and ``skilled_jobs`` other than "unknown" are the person's own words, and told as such.
    """
    country = asked.place[:2]
    found = _contexts(country) if country in EU27 else None
    rows = _rows(asked.place, found)
    told, figures = _told(asked.place, rows, found)
    said = asked.unemployment, asked.skilled_jobs
    known = _class(rows, "unemployment_class"), _class(rows, "skill_class")
    used = tuple(own if own in _CLASSED else held for own, held in zip(said, known, strict=True))
    name = _name(asked.place, rows)
    notes = _checks(said, known, used)
    sentence = f"{told} For the strategy: unemployment {_word(used[0])}, skilled jobs {_word(used[1])}."
    return LabourMarketOf(
        question=f"What labour market is {name}?",
        sentence=sentence,
        table=figures,
        checks=notes,
        provenance=_provenance(found),
        name=name,
        unemployment_class=used[0],
        skill_class=used[1],
    )


def _rows(place: str, found: Context | None) -> pd.DataFrame:
    import pandas as pd

    if found is None:
        return pd.DataFrame()
    return found.table[found.table["geo"].str.startswith(place)]


def _told(place: str, rows: pd.DataFrame, found: Context | None) -> tuple[str, pd.DataFrame]:
    if found is None or rows.empty or rows["unemployment_rate"].isna().all():
        return f"No unemployment figure is held of {place}.", rows
    columns = [
        "geo",
        "name",
        "period",
        "unemployment_rate",
        "threshold",
        "distance",
        "unemployment_class",
        "skill_class",
    ]
    shown = rows[columns]
    if len(rows) > 1:
        counts = rows["unemployment_class"].value_counts()
        words = ", ".join(f"{counts[k]} {k}" for k in counts.index)
        return (
            f"{PLACE_NAMES.get(place, place)} has {len(rows)} regions by unemployment in {found.period}: {words} "
            f"(against {found.threshold_label}, {number(found.threshold)}%). A strategy for one region knows its labour "
            "market better.",
            shown,
        )
    row = rows.iloc[0]
    side = "above" if row["distance"] >= 0 else "below"
    return (
        f"{row['name']} ({row['geo']}): unemployment {number(row['unemployment_rate'])}% in {row['period']}, "
        f"{number(abs(row['distance']))} points {side} {found.threshold_label} ({number(row['threshold'])}%).{_kept(row)}",
        shown,
    )


def _kept(row: pd.Series[Any]) -> str:
    """Why a region near the threshold has a class all the same."""
    if not isinstance(row["kept_from"], str):
        return ""
    return f" That is near the threshold: it still counts as {row['unemployment_class']}, from {row['kept_from']}."


def _class(rows: pd.DataFrame, column: str) -> str:
    """The class that all rows share."""
    classes = set(rows[column].astype(str)) if column in rows else set()
    return classes.pop() if len(classes) == 1 and classes <= set(_CLASSED) else "unknown"


def _word(value: str) -> str:
    return {"high": "high", "low": "low"}.get(value, "not known")


def _name(place: str, rows: pd.DataFrame) -> str:
    if nuts_level(place) == 0:
        return f"{PLACE_NAMES[place]} ({place})"
    if rows.empty:
        # No name is held of it, and it is not the whole country.
        return f"{place} ({PLACE_NAMES[place[:2]]})"
    return f"{rows.iloc[0]['name']} ({place})"


def _checks(said: tuple[str, str], known: tuple[str, ...], used: tuple[str, ...]) -> tuple[Check, ...]:
    notes = []
    for axis, own, held, taken in zip(("unemployment", "skilled jobs"), said, known, used, strict=True):
        if own in _CLASSED and held in _CLASSED and own != held:
            notes.append(
                Check(
                    f"own words: {axis}",
                    "failed",
                    f"You say {axis} are {own}; the figures say {held}. Your words are used."
                    if axis == "skilled jobs"
                    else f"You say unemployment is {own}; the figures say {held}. Your words are used.",
                )
            )
        elif own in _CLASSED and own != held:
            notes.append(
                Check(
                    f"own words: {axis}",
                    "informational",
                    f"That {axis} {'are' if axis == 'skilled jobs' else 'is'} {own} are your words; no figure held says so.",
                )
            )
        elif taken not in _CLASSED:
            notes.append(
                Check(
                    f"not known: {axis}",
                    "failed",
                    f"Whether {axis} {'are' if axis == 'skilled jobs' else 'is'} high or low here is not known, so advice is for "
                    "the average of both, with wider intervals. Say what you know under “More”.",
                )
            )
    return tuple(notes)


def _provenance(found: Context | None) -> Provenance:
    return Provenance(method="regions.context") if found is None else found.provenance
