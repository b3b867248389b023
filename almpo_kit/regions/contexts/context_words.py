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


def near(margin: float) -> str:
    """``within 1 point of``; ``at`` where there is no margin."""
    return f"within {width(margin)} of" if margin else "at"


def year_sentence(
    table: pd.DataFrame, country: str, period: str, margin: float, against: str, *, both: bool = False
) -> str:
    """One year: how many regions are in each class, and against what.

    Parameters
    ----------
    both : bool
        ``against`` is two values, the EU's and the nation's.
    """
    if not against or (table["distance"].isna() & table["unemployment_rate"].notna()).all():
        return f"The regions cannot be classed for {period}: the threshold is missing."
    if len(table) == 1:
        return _one_region(table.iloc[0], country, period, margin, against)
    counts = _by_rate(table).value_counts()
    n = {c: int(counts.get(c, 0)) for c in ("high", "low", "mixed", "near the threshold", "unknown")}
    parts = [f"{n['high'] or 'none'} had high unemployment", f"{n['low'] or 'none'} low"]
    was = "was" if n["mixed"] == 1 else "were"
    parts += [f"{n['mixed']} {was} on different sides of the EU and the national value"] if n["mixed"] else []
    to = "one or both" if both else "the threshold"
    parts += [f"{n['near the threshold'] or 'none'} lay {near(margin)} {to}"]
    unknown = table[table["unemployment_class"] == "unknown"]
    lacking = "class" if unknown["unemployment_rate"].notna().any() else "value"
    parts += [f"{n['unknown']} had no {lacking}"] if n["unknown"] else []
    head = f"In {period}, of {scope(country, len(table))}, {listed(parts)}."
    return f"{head}{_kept(table, n['near the threshold'])} {_rule(margin, against, both=both)}"


def _by_rate(table: pd.DataFrame) -> pd.Series:
    """The class that this year's rate gives: one kept from an earlier year is near the threshold by it.

    So is one beyond the margin of one of two thresholds and within that of the other.
    """
    sides = table[["against_eu", "against_nation"]].isin(["high", "low"]).all(axis=1)
    half = (table["unemployment_class"] == "mixed") & ~sides
    return table["unemployment_class"].mask(table["kept_from"].notna() | half, "near the threshold")


def _kept(table: pd.DataFrame, n_near: int) -> str:
    """What the regions within the margin count as, because they did in an earlier year."""
    kept = table[table["kept_from"].notna()]
    if kept.empty:
        return ""
    sides = kept["unemployment_class"].value_counts()
    told = [(int(sides[c]), c) for c in ("high", "low", "mixed") if c in sides]
    years = kept["kept_from"].unique()
    since = f"from {years[0]}" if len(years) == 1 else "from earlier years"
    if len(told) == 1 and len(kept) == n_near:
        all_of = {1: "That one still counts", 2: "Both still count"}.get(n_near, f"All {n_near} still count")
        return f" {all_of} as {told[0][1]}, {since}."
    first = f"{told[0][0]} still count{'s' if told[0][0] == 1 else ''} as {told[0][1]}"
    return f" Of the {n_near}, {listed([first, *(f'{k} as {c}' for k, c in told[1:])])}, {since}."


def _rule(margin: float, against: str, *, both: bool) -> str:
    """What the threshold is, and what high and low mean."""
    head = f"The thresholds are {against}." if both else f"The threshold is {against}."
    if not margin:
        return head
    it, beyond = ("both" if both else "it"), f"more than {width(margin)}"
    return f"{head} High is {beyond} above {it}, low {beyond} below{' both' if both else ''}."


def _one_region(row: pd.Series, country: str, period: str, margin: float, against: str) -> str:
    where = f"{country_name(country)}, which is one region,"
    side = row["unemployment_class"]
    if side == "unknown":
        return f"No unemployment rate for {period} is held for {where} so it cannot be classed."
    there = f"lay {near(margin)} the threshold"
    if isinstance(row["kept_from"], str):
        verb = f"{there} and still counted as {side}, from {row['kept_from']}"
    else:
        verb = there if side == "near the threshold" else f"counted as {side}"
    rate = valued(_UNEMPLOYMENT, row["unemployment_rate"])
    return f"In {period} unemployment in {where} {verb}: {rate}, against {against}."


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
