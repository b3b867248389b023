"""Values of one vintage carried to the regions of another, with a journal of every piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.vintages.arithmetic import add, mean
from almpo_kit.regions.vintages.denominators import EVERYBODY, OWN, RESIDENTS, attach
from almpo_kit.regions.vintages.measures import Measure
from almpo_kit.vocabulary.provenance import SYNTHETIC

#: What became of a value; ``merged``, ``approximate`` and ``inherited`` are written into its flag as well.
UNCHANGED, RELABELLED, MERGED = "unchanged", "relabelled", "merged"
APPROXIMATE, INHERITED = "approximate", "inherited"
SUPERSEDED, LOST = "superseded", "lost"
#: How a count was shared out where the user gave the population of the new regions.
CHILDREN = "population of the new regions"
#: The values that stand for what was measured on the territory of the new region.
MEASURED = (UNCHANGED, RELABELLED, MERGED)


@dataclass(frozen=True, eq=False)
class Carried:
    """Parameters
    ----------
    values : DataFrame
        Rows with ``geo`` of the new vintage, ``outcome``, ``vintage`` (they came from) and ``minor`` (only a
        minor shift of boundaries makes them approximate).
    journal : DataFrame
        One row for each piece of territory and period: ``indicator, geo_from, version_from, geo_to, change,
        share, weighted_by, period, outcome, reason``.
    """

    values: pd.DataFrame
    journal: pd.DataFrame


def carry(
    rows: pd.DataFrame,
    link: pd.DataFrame,
    *,
    measures: Mapping[str, Measure],
    weights: pd.DataFrame | None,
    to: str,
    keys: list[str],
    substitutes: bool,
) -> Carried:
    """Carry the rows of one vintage over.

    Parameters
    ----------
    rows : DataFrame
        Regions of one vintage, one row for each ``geo`` and combination of ``keys``.
    link : DataFrame
        See :func:`almpo_kit.regions.vintages.crosswalk.links`.
    weights : DataFrame or None
        Denominators, sorted into their vintage.
    keys : list of str
        What identifies a statistic besides its place.
    """
    parts = rows.merge(link, left_on="geo", right_on="origin", how="left")
    parts["outcome"], parts["reason"], parts["weighted_by"] = "", "", ""
    gone = parts["target"].isna()
    parts.loc[gone, ["outcome", "reason"]] = [LOST, f"NUTS {to} has no such region"]
    alone = parts["kind"].isin(["unchanged", "recoded"])
    parts.loc[alone, "outcome"] = parts.loc[alone, "kind"].map(
        {"unchanged": UNCHANGED, "recoded": RELABELLED}
    )
    values = [parts[alone].assign(geo=lambda p: p["target"])]
    joined = parts[~gone & ~alone]
    if len(joined):
        made, told = _join(joined, measures, weights, to, ["target", *keys], substitutes)
        values.append(made)
        parts = pd.concat([parts[gone | alone], told])
    columns = [*rows.columns, "outcome", "minor"]
    return Carried(pd.concat([v[columns] for v in values], ignore_index=True), _journal(parts))


def _journal(parts: pd.DataFrame) -> pd.DataFrame:
    columns = {"geo": "geo_from", "vintage": "version_from", "target": "geo_to", "kind": "change"}
    named = parts.rename(columns=columns)
    return named[
        [
            "indicator",
            *columns.values(),
            "share",
            "weighted_by",
            "period",
            "outcome",
            "reason",
        ]
    ]


def _join(
    parts: pd.DataFrame,
    measures: Mapping[str, Measure],
    weights: pd.DataFrame | None,
    to: str,
    cell: list[str],
    substitutes: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values of the regions that were merged, split or redrawn, and their parts with what became of them."""
    here = None if weights is None else weights[weights["vintage"].isin(parts["vintage"].unique())]
    there = None if weights is None else weights[weights["vintage"] == to]
    counts = parts["indicator"].map({k: m.kind == "count" for k, m in measures.items()}).to_numpy(dtype=bool)
    pieces = [
        _counts(_shared_out(parts[counts], there, cell), cell, substitutes),
        _rates(attach(parts[~counts], here, measures, cell, substitutes=substitutes), cell),
    ]
    told = pd.concat([p for p in pieces if len(p)])
    kept = told[told["outcome"] != LOST]
    group = kept.groupby(cell, sort=False, dropna=False)
    number = group.ngroup().to_numpy()
    first = kept[~kept.duplicated(cell)].copy()
    n = len(first)
    first["flag"] = pd.Series(_flags(kept["flag"], number, n), index=first.index, dtype="object")
    first["source"] = _sources(kept["source"], number, n)
    # A joined value is measured only where each of its parts was.
    unmeasured = _any(kept["nuts_version"].isna().to_numpy(), number, n)
    first["nuts_version"] = first["nuts_version"].where(~unmeasured, None)
    return first.assign(value=first["made"], geo=first["target"]), told


def _gather(column: pd.Series, number: np.ndarray, n: int) -> list[dict[str, None]]:
    """What the parts of each cell say, each once and in order."""
    cells: list[dict[str, None]] = [{} for _ in range(n)]
    for cell, text in zip(number, column.astype("object"), strict=True):
        if isinstance(text, str):
            cells[cell][text] = None
    return cells


def _flags(column: pd.Series, number: np.ndarray, n: int) -> list[str | None]:
    cells = _gather(column, number, n)
    return [" ".join(dict.fromkeys(w for flag in cell for w in flag.split())) or None for cell in cells]


def _sources(column: pd.Series, number: np.ndarray, n: int) -> list[str]:
    # The label is read at the beginning of a source; one invented part makes the whole invented.
    cells = [sorted(cell, key=lambda s: not s.startswith(SYNTHETIC)) for cell in _gather(column, number, n)]
    return ["; ".join(cell) for cell in cells]


def _counts(parts: pd.DataFrame, cell: list[str], substitutes: bool) -> pd.DataFrame:
    if parts.empty:
        return parts
    number, n, parts = _complete(parts, cell)
    share = parts["share"].to_numpy(dtype=float)
    bare = ~np.isfinite(share)
    if not substitutes:
        bare = bare | ((share != 1.0) & (parts["weighted_by"] != CHILDREN).to_numpy())
    unknown = _any(bare, number, n)
    made = add(parts["value"].to_numpy(dtype=float), np.where(np.isfinite(share), share, 0.0), number, n)
    whole = ~_any(share != 1.0, number, n) & ~_any(parts["vague"].to_numpy(dtype=bool), number, n)
    outcome = np.where(whole, MERGED, APPROXIMATE)[number]
    parts["made"] = made[number]
    return _settle(parts, outcome, unknown[number], "how many people went over is not known")


def _rates(parts: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    if parts.empty:
        return parts
    number, n, parts = _complete(parts, cell)
    single = parts["sources"].to_numpy() == 1
    weight = np.where(single, 1.0, parts["weight"].to_numpy(dtype=float))
    unknown = _any(~np.isfinite(weight), number, n)
    made = mean(parts["value"].to_numpy(dtype=float), np.where(np.isfinite(weight), weight, 0.0), number, n)
    parts["made"] = np.where(single, parts["value"], made[number])
    parts.loc[single, "weighted_by"] = ""
    own = (parts["kind"] == "merged") & (parts["weighted_by"] == OWN)
    shifted = (parts["kind"] == "boundary shift").to_numpy()
    outcome = np.where(own, MERGED, APPROXIMATE)
    outcome = np.where(single & ~shifted, INHERITED, outcome)
    return _settle(parts, outcome, unknown[number], "no weight is known for joining its parts")


def _settle(parts: pd.DataFrame, outcome: np.ndarray, unknown: np.ndarray, why: str) -> pd.DataFrame:
    short = parts["reason"] != ""
    lost = short.to_numpy() | unknown
    parts["outcome"] = np.where(lost, LOST, outcome)
    parts.loc[unknown & ~short.to_numpy(), "reason"] = why
    parts.loc[lost, "weighted_by"] = ""
    return parts


def _complete(parts: pd.DataFrame, cell: list[str]) -> tuple[np.ndarray, int, pd.DataFrame]:
    """Number the cells, and mark those of which a part has no value."""
    parts = parts.copy()
    group = parts.groupby(cell, sort=False, dropna=False)
    number = group.ngroup().to_numpy()
    short = group["origin"].transform("size").to_numpy() < parts["sources"].to_numpy()
    parts.loc[short, "reason"] = "another part of the new region has no value"
    return number, int(number.max(initial=-1)) + 1, parts


def _any(condition: np.ndarray, number: np.ndarray, n: int) -> np.ndarray:
    return np.bincount(number, condition, minlength=n) > 0


def _shared_out(parts: pd.DataFrame, weights: pd.DataFrame | None, cell: list[str]) -> pd.DataFrame:
    """Shares of split counts: of the children's own population where the user gave it for all of them."""
    parts = parts.assign(weighted_by=np.where(parts["share"] < 1.0, RESIDENTS, ""))
    if weights is None or parts.empty or not (parts["kind"] == "split").any():
        return parts
    people = weights[(weights["indicator"] == "population") & weights["age"].isin(EVERYBODY)]
    known = people.drop_duplicates(["geo", "period"]).set_index(["geo", "period"])["value"]
    size = known.reindex(pd.MultiIndex.from_frame(parts[["target", "period"]])).to_numpy(dtype=float)
    child = pd.Series(np.where(parts["kind"] == "split", size, np.nan), index=parts.index)
    siblings = child.groupby([parts[k] for k in ("origin", *cell[1:])], dropna=False)
    complete = siblings.transform("count") == siblings.transform("size")
    share = child / siblings.transform("sum")
    use = complete & share.notna()
    return parts.assign(
        share=parts["share"].where(~use, share),
        weighted_by=parts["weighted_by"].where(~use, CHILDREN),
    )
