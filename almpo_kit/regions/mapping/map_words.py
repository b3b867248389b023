"""What a map says of itself: its question and sentence where no Finding gives them, and its checks."""

from __future__ import annotations

import pandas as pd

from almpo_kit.regions.mapping.map_classes import Classing
from almpo_kit.regions.mapping.map_rows import Rows
from almpo_kit.regions.wording import country_name, listed
from almpo_kit.vocabulary.finding import Check, Status
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.rendering import number

_TILES = (
    "No boundaries are at hand, so each region is a square near its true position: size and shape mean nothing. "
    "`almpo data pull` or `almpo data add` brings true polygons."
)


def label_of(column: str, meaning: Indicator | None) -> str:
    """``Unemployment rate``; a column's own name in plain words."""
    return meaning.label if meaning else column.replace("_", " ").strip().capitalize()


def when(rows: Rows) -> str:
    """``2025``, ``2018–2025``, ``2018, 2021 and 2025``; empty where nothing is dated."""
    periods = [str(p) for p in rows.values.columns]
    years = [int(p) for p in periods if p.isdigit()]
    if len(years) == len(periods) > 2 and years == list(range(years[0], years[-1] + 1)):
        return f"{years[0]}–{years[-1]}"
    return listed(periods) if periods[0] else ""


def question_of(label: str, rows: Rows, country: str) -> str:
    """The question of a bare table."""
    where = f"regions of {country_name(country)}" if country else "regions of the EU"
    dated = f" · {when(rows)}" if when(rows) else ""
    return f"{label}: how do the {where} differ?{dated}"


def sentence_of(
    label: str, rows: Rows, classed: Classing, table: pd.DataFrame, country: str, meaning: Indicator | None
) -> str:
    """The answer of a bare table: lowest and highest region, or the commonest class, of the last map."""
    last = rows.values.columns[-1]
    there = table[(table["period"] == last) & table["value"].notna()]
    head = f"In {last} " if last else ""
    where = f" of {country_name(country)}" if country else " of the EU"
    known = f"{len(there)} of {len(rows.values)} regions{where} have a value"
    if there.empty:
        return _capital(f"{head}no region{where} has a value of {label}.")
    if classed.scale == "categories":
        common = there["value"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        said = listed([f"{name} ({n})" for name, n in common.head(3).items()])
        return f"{label}{f' in {last}' if last else ''}: {said}{' and others' if len(common) > 3 else ''}; {known}."
    ranked = there.sort_values(["value", "geo"])
    subject = (
        meaning.subject if meaning else f"{label[:1].lower()}{label[1:]}" if label[1:2].islower() else label
    )
    sign = meaning.sign if meaning else ""
    ends = [
        f"{number(r['value'], classed.digits)}{sign} in {_place(r)}"
        for _, r in ranked.iloc[[0, -1]].iterrows()
    ]
    if len(there) == 1:
        return _capital(f"{head}{subject} was {ends[0]}; {known}.")
    return _capital(f"{head}{subject} ranged from {ends[0]} to {ends[1]}; {known}.")


def _place(row: pd.Series) -> str:
    """``Campania (ITF3)``; the code alone where no name is known."""
    return row["geo"] if row["name"] == row["geo"] else f"{row['name']} ({row['geo']})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def checks_of(rows: Rows, classed: Classing, tiles: bool) -> tuple[Check, ...]:
    """Missing regions, what was left out, how the classes came about, and whether shapes are true."""
    out = [_missing(rows)]
    if rows.infinite:
        cells = listed(list(rows.infinite[:6]))
        out.append(Check("map_infinite", "failed", f"Infinite values count as missing: {cells}."))
    if rows.vintages:
        some = ", ".join(rows.vintages[:6]) + (
            f" and {len(rows.vintages) - 6} more" if len(rows.vintages) > 6 else ""
        )
        text = f"Measured on territories of another NUTS vintage, and drawn on those of {rows.nuts_version}: {some}."
        out.append(Check("map_vintage", "informational", text))
    if rows.abroad:
        text = f"{len(rows.abroad)} regions outside the EU are not shown ({', '.join(sorted({g[:2] for g in rows.abroad}))})."
        out.append(Check("map_abroad", "informational", text))
    if classed.limits:
        same = " All maps share them." if len(rows.values.columns) > 1 else ""
        out.append(Check("map_classes", "informational", f"Class limits are {classed.how}.{same}"))
    if tiles:
        out.append(Check("map_tiles", "informational", _TILES))
    return tuple(out)


def _missing(rows: Rows) -> Check:
    lacking = rows.values.isna()
    per_map = lacking.sum()
    if not per_map.any():
        return Check("map_missing", "passed", f"Every one of the {len(rows.values)} regions has a value.")
    said = []
    for period, n in per_map[per_map > 0].items():
        codes = lacking.index[lacking[period]].tolist()
        some = ", ".join(codes[:5]) + (f" and {n - 5} more" if n > 5 else "")
        said.append(f"{n} of {len(rows.values)}{f' in {period}' if period else ''} ({some})")
    status: Status = "failed" if (per_map > 0.5 * len(rows.values)).any() else "informational"
    return Check("map_missing", status, f"Regions without a value are hatched: {'; '.join(said)}.")
