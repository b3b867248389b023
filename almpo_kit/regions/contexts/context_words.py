"""The sentences of a context."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from almpo_kit.regions.wording import country_name, listed, regions_of, valued
from almpo_kit.vocabulary.indicators import INDICATORS

SKILL_SENTENCE = (
    "Whether a region has many or few skilled jobs is unknown: no measure of jobs is held, and what people "
    "have learned (attainment) is not jobs."
)
_UNEMPLOYMENT = INDICATORS["unemployment_rate"]


def scope(country: str, n: int) -> str:
    """``Greece's 13 regions``, ``the EU's 244 regions``, ``Luxembourg``."""
    return regions_of(country, n) if country else f"the EU's {n} region{'' if n == 1 else 's'}"


def width(margin: float) -> str:
    """``1 point``, ``0.5 points``."""
    return f"{margin:g} point" if margin == 1 else f"{margin:g} points"


def year_sentence(table: pd.DataFrame, country: str, period: str, margin: float, against: str) -> str:
    """One year: how many regions are in each class, and against what."""
    if not against or (table["distance"].isna() & table["unemployment_rate"].notna()).all():
        return f"The regions cannot be classed for {period}: the threshold is missing."
    if len(table) == 1:
        return _one_region(table.iloc[0], country, period, against)
    # A class kept from an earlier year is not what this year's rate says, and is counted apart.
    kept = table["kept_from"].notna()
    counts = table["unemployment_class"].mask(kept, "near the threshold").value_counts()
    n = {c: int(counts.get(c, 0)) for c in ("high", "low", "mixed", "near the threshold", "unknown")}
    parts = [f"{n['high'] or 'none'} had high unemployment", f"{n['low'] or 'none'} low"]
    parts += [f"{n['mixed']} differed between the EU and their nation"] if n["mixed"] else []
    parts += [f"{n['near the threshold'] or 'none'} lay within {width(margin)} of the threshold"]
    parts += (
        [f"{n['unknown']} had no class" if country == "" else f"{n['unknown']} had no value"]
        if n["unknown"]
        else []
    )
    head = f"In {period}, of {scope(country, len(table))}, {listed(parts)}."
    return f"{head}{_kept(table[kept], n['near the threshold'])} The threshold is {against}."


def _kept(kept: pd.DataFrame, near: int) -> str:
    """What the regions within the margin count as, because they did in an earlier year."""
    if kept.empty:
        return ""
    sides = kept["unemployment_class"].value_counts()
    told = listed(f"{int(sides[c])} {c}" for c in ("high", "low", "mixed") if c in sides)
    who = f"{'All' if len(kept) == near else f'{len(kept)} of the'} {near} near it"
    who, keep = ("The one near it", "keeps") if near == 1 else (who, "keep" if len(kept) > 1 else "keeps")
    return f" {who} {keep} the class of an earlier year: {told}."


def _one_region(row: pd.Series, country: str, period: str, against: str) -> str:
    where = f"{country_name(country)}, which is one region,"
    side = row["unemployment_class"]
    if side == "unknown":
        return f"No unemployment rate for {period} is held for {where} so it cannot be classed."
    verb = "lay near the threshold" if side == "near the threshold" else f"counted as {side}"
    kept = f" (within the margin, as in {row['kept_from']})" if isinstance(row["kept_from"], str) else ""
    rate = valued(_UNEMPLOYMENT, row["unemployment_rate"])
    return f"In {period} unemployment in {where} {verb}{kept}: {rate}, against {against}."


def years_sentence(table: pd.DataFrame, country: str, years: Sequence[str], against: str) -> str:
    """Many years: how many regions changed class, how often over the break, and where they are now."""
    n, last = table["geo"].nunique(), years[-1]
    known = table[table["unemployment_class"] != "unknown"]
    if known.empty:
        return (
            f"No region of {scope(country, n)} can be classed in any year: values or thresholds are missing."
        )
    moves = known.assign(moved=switched(known)).groupby("geo")["moved"].sum()
    over = int((switched(table) & table["crosses_break"]).sum())
    broken = f" {over or 'None'} of these changes ran over the break of 2021." if moves.sum() else ""
    now = table.loc[table["period"] == last, "unemployment_class"]
    if n == 1:
        told = f"{country_name(country)} {_times(int(moves.sum()))} its class of unemployment"
        return f"From {years[0]} to {last}, {told}.{broken} In {last} it was {now.iloc[0]}. The threshold is {against}."
    again = int((moves > 1).sum())
    more = f", {again} of them more than once" if again else ""
    who = f"{int((moves > 0).sum()) or 'none'} of {scope(country, len(moves))}"
    with_class = "" if len(moves) == n else " with a class"
    kept = table.loc[table["period"] == last, "kept_from"].notna()
    within = f" and {int(kept.sum())} lay within the margin and kept an earlier class" if kept.any() else ""
    sides = {side: int(((now == side) & ~kept).sum()) for side in ("high", "low")}
    joined = "," if within else " and"
    ends = f"In {last}, {sides['high']} had high unemployment{joined} {sides['low']} low{within}."
    head = f"From {years[0]} to {last}, {who}{with_class} went from high to low unemployment or back"
    return f"{head}{more}.{broken} {ends} The threshold is {against}."


def switched(table: pd.DataFrame) -> pd.Series:
    """True where a region changed from one class to another; a first class is none."""
    return table["changed_from"].isin(["high", "low", "mixed"]) & table["unemployment_class"].isin(
        ["high", "low", "mixed"]
    )


def _times(n: int) -> str:
    return {0: "kept", 1: "changed once", 2: "changed twice"}.get(n, f"changed {n} times")


def skill_sentence(table: pd.DataFrame, period: str) -> str:
    """The other axis: unknown, or how many regions are in each of the four classes."""
    now = table[table["period"] == period]
    known = now[now["skill_class"] != "unknown"]
    if known.empty:
        return SKILL_SENTENCE
    clear = known[
        known["unemployment_class"].isin(["high", "low"]) & known["skill_class"].isin(["high", "low"])
    ]
    pairs = clear.groupby(["unemployment_class", "skill_class"]).size()
    parts = [
        f"{int(pairs[u, s])} combine {u} unemployment with {'many' if s == 'high' else 'few'} skilled jobs"
        for u in ("high", "low")
        for s in ("high", "low")
        if (u, s) in pairs.index
    ]
    gaps = len(now) - len(known)
    unknown = f" For {gaps} the share of skilled jobs is unknown." if gaps else ""
    if not parts:
        return f"No region with a share of skilled jobs is beyond both margins.{unknown}"
    return f"Of the {len(known)} with a share of skilled jobs in {period}, {listed(parts)}.{unknown}"
