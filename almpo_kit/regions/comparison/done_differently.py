"""What the peers' countries spend and what has been evaluated there: beside the peers, never as a cause."""

from __future__ import annotations

import pandas as pd

from almpo_kit.regions.panel import require
from almpo_kit.regions.wording import country_name, listed
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.places import normalise
from almpo_kit.vocabulary.programmes import LMP_CATEGORIES, PROGRAMME_TYPES

#: Spending more years older than this before the year of the comparison is called old.
OLD = 3
#: What a scope holds, in words; scopes are never put on one line.
SCOPES = {
    "measures_2_7": "Eurostat, measures 2–7 (without services)",
    "active_measures_1_7": "OECD, active measures 1–7 (with services)",
    "dg_empl": "DG EMPL, by category",
    "oecd": "OECD, by category",
}
SPENDING_COLUMNS = (
    *("country", "name", "own", "peers", "scope", "scope_label"),
    *("category", "category_label", "year", "value", "source"),
)
EVIDENCE_COLUMNS = ("country", "name", "own", "programme_type", "label", "samples", "estimates")


def spending(expenditure: pd.DataFrame, own: str, peers: dict[str, list[str]]) -> pd.DataFrame:
    """Latest spending of each peer's country, one row for each scope.

    Parameters
    ----------
    expenditure : DataFrame
        ``geo, year, scope, measure, unit, value, source`` and, where it is by category, ``category``; see
        ``sources.expenditure``.
    own : str
        The country of the region itself.
    peers : dict of str to list of str
        Country -> the peers' codes.

    Returns
    -------
    DataFrame
        ``country, name, own, peers, scope, scope_label, category, category_label, year, value`` (% of GDP),
        ``source``; sorted by scope and category, then the region's own country first. ``category`` is empty
        for totals. A country without a figure has no row.
    """
    require(expenditure, ("geo", "year", "scope", "measure", "unit", "value", "source"), "expenditure")
    rows = expenditure[(expenditure["measure"] == "expenditure") & (expenditure["unit"] == "PC_GDP")]
    rows = rows[rows["value"].notna() & rows["year"].notna()]
    given = rows["category"] if "category" in rows else pd.Series("", index=rows.index, dtype="str")
    rows = rows.assign(category=given.fillna("").astype(str))
    twice = rows[rows.duplicated(["geo", "scope", "category", "year"])]
    if len(twice):
        cells = listed(
            sorted({f"{g} {int(y)}" for g, y in zip(twice["geo"], twice["year"], strict=True)})[:5]
        )
        raise FrameError(f"`expenditure` has more than one value of one scope for {cells}; keep one.")
    rows = rows[rows["geo"].map(normalise).isin([own, *peers])].sort_values("year")
    latest = rows.groupby(["scope", "category", "geo"], as_index=False).last()
    countries = latest["geo"].map(normalise)
    frame = pd.DataFrame(
        {
            "country": countries,
            "name": countries.map(country_name),
            "own": countries == own,
            "peers": [", ".join(peers.get(c, [])) for c in countries],
            "scope": latest["scope"],
            "scope_label": [SCOPES.get(s, str(s)) for s in latest["scope"]],
            "category": latest["category"],
            "category_label": [_category(c) for c in latest["category"]],
            "year": latest["year"].astype(int),
            "value": latest["value"].astype(float),
            "source": latest["source"],
        },
        columns=list(SPENDING_COLUMNS),
    )
    order = ["scope", "category", "own", "country"]
    return frame.sort_values(order, ascending=[False, True, False, True]).reset_index(drop=True)


def _category(code: str) -> str:
    """``training`` for 2; totals and unknown codes as they are."""
    return LMP_CATEGORIES.get(
        code, f"categories {code.replace('-', '–')}" if "-" in code else code or "all in scope"
    )


def evaluations(effects: pd.DataFrame, own: str, peers: dict[str, list[str]]) -> pd.DataFrame:
    """Independent samples in which programmes of a type were evaluated, by country.

    Samples, not estimates: several estimates of one trial are one piece of evidence. A count of samples says
    what was studied, not what worked.
    """
    require(effects, ("country", "programme_type", "sample_id"), "effects")
    rows = effects[effects["country"].isin([own, *peers])]
    grouped = rows.groupby(["country", "programme_type"])["sample_id"].agg(["nunique", "size"]).reset_index()
    frame = pd.DataFrame(
        {
            "country": grouped["country"],
            "name": grouped["country"].map(country_name),
            "own": grouped["country"] == own,
            "programme_type": grouped["programme_type"],
            "label": [
                PROGRAMME_TYPES[p].label if p in PROGRAMME_TYPES else p for p in grouped["programme_type"]
            ],
            "samples": grouped["nunique"].astype(int),
            "estimates": grouped["size"].astype(int),
        },
        columns=list(EVIDENCE_COLUMNS),
    )
    return frame.sort_values(
        ["own", "country", "samples", "programme_type"], ascending=[False, True, False, True]
    ).reset_index(drop=True)


def spending_checks(table: pd.DataFrame, countries: list[str], period: str) -> tuple[Check, ...]:
    """Old, national, of two scopes, absent."""
    national = (
        "Spending on labour market measures is national, in % of GDP: it says nothing of what was spent in a "
        "region, nor that it caused what is seen there."
    )
    checks = [Check("spending_is_national", "informational", national)]
    if table["scope"].nunique() > 1:
        text = (
            "Spending comes in scopes that count different measures; they are never compared with each other."
        )
        checks.append(Check("spending_scopes", "informational", text))
    old = table[table["year"] < int(period) - OLD]
    if len(old):
        years = sorted(old["year"].unique())
        span = f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
        text = f"The latest spending held is old: from {span}, while the regions are compared in {period}."
        checks.append(Check("spending_is_old", "failed", text))
    gone = [country_name(c) for c in countries if c not in set(table["country"])]
    if gone:
        checks.append(Check("spending_missing", "failed", f"No spending is held for {listed(gone)}."))
    return tuple(checks)


def evidence_checks(table: pd.DataFrame, countries: list[str]) -> tuple[Check, ...]:
    """What a count of samples does not say, and where nothing was evaluated."""
    text = (
        "Evaluations are counted by independent samples: they show what was studied in a country, at any time "
        "and place within it, not what worked, nor why a region stands where it does."
    )
    checks = [Check("evaluations_are_counts", "informational", text)]
    gone = [country_name(c) for c in countries if c not in set(table["country"])]
    if gone:
        checks.append(
            Check("evaluations_missing", "informational", f"No evaluation is held from {listed(gone)}.")
        )
    return tuple(checks)
