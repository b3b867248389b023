"""From the correspondence of neighbouring vintages to one table of links between any two.

A link says which share of one region's residents lives in a region of the other vintage. Over several
vintages shares multiply; over the same step backwards the shares are those of the other side.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from almpo_kit.regions.vintages.kinds import kinds, minor
from almpo_kit.vocabulary.errors import DesignError, FrameError, PlaceError

#: Column names of published crosswalks that mean the same.
_ALIASES = {
    "from_code": "code_from",
    "to_code": "code_to",
    "from_version": "version_from",
    "to_version": "version_to",
}
_NEEDED = ("version_from", "version_to", "code_from", "code_to")


@dataclass(frozen=True, eq=False)
class Steps:
    """The correspondence, checked: pieces of territory between pairs of vintages.

    Parameters
    ----------
    pieces : DataFrame
        ``version_from, version_to, code_from, code_to, weight, vague``; ``weight`` is how many people (or
        hectares) the piece holds, ``vague`` marks a changed territory of which nobody says by how much.
    by : str
        The column that ``weight`` came from.
    years : mapping of str to str
        Of which year the weights are, by country; empty where the table does not say.
    """

    pieces: pd.DataFrame
    by: str
    years: Mapping[str, str]

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """Every vintage the correspondence knows, oldest first."""
        return tuple(sorted({*self.pieces["version_from"].unique(), *self.pieces["version_to"].unique()}))

    def codes(self, version: str) -> frozenset[str]:
        """Every code of a vintage, levels 1 to 3."""
        p = self.pieces
        ends = (
            p.loc[p["version_from"] == version, "code_from"],
            p.loc[p["version_to"] == version, "code_to"],
        )
        return frozenset(c for end in ends for c in end.dropna())

    @cached_property
    def countries(self) -> frozenset[str]:
        """Countries that the correspondence covers at all."""
        return frozenset(c[:2] for column in ("code_from", "code_to") for c in self.pieces[column].dropna())

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """The vintages on the shortest way from one to the other; a direct table beats a chain."""
        pairs = set(
            self.pieces[["version_from", "version_to"]].drop_duplicates().itertuples(index=False, name=None)
        )
        queue, before = deque([start]), {start: ""}
        while queue:
            here = queue.popleft()
            near = {b for a, b in pairs if a == here} | {a for a, b in pairs if b == here}
            for there in sorted(near - set(before)):
                before[there] = here
                queue.append(there)
        if end not in before:
            raise PlaceError(
                f"the correspondence leads from NUTS {start} nowhere near NUTS {end}; it knows "
                f"{', '.join(self.versions)}."
            )
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        return tuple(reversed(way))


def steps(correspondence: pd.DataFrame, by: str) -> Steps:
    """Check a correspondence or a published crosswalk.

    Raises
    ------
    FrameError
        A column is missing, a piece is listed twice, or a weight is negative or no number.
    """
    table = correspondence.rename(columns=_ALIASES)
    missing = [c for c in (*_NEEDED, by) if c not in table.columns]
    if missing:
        raise FrameError(
            f"`correspondence` lacks the column(s) {', '.join(missing)}; load it with "
            "sources.nuts_correspondence(), or name the weight column of your crosswalk with by=..."
        )
    pieces = pd.DataFrame(
        {
            "version_from": _versions(table["version_from"]),
            "version_to": _versions(table["version_to"]),
            "code_from": table["code_from"].astype("object").where(table["code_from"].notna(), None),
            "code_to": table["code_to"].astype("object").where(table["code_to"].notna(), None),
            "weight": _weights(table[by], by),
        }
    ).reset_index(drop=True)
    change = table["change"].to_numpy() if "change" in table else np.full(len(table), "")
    # A shift that is one row says that territory moved, and not how much: no other row holds the rest.
    alone = ~_several(pieces, "code_from") & ~_several(pieces, "code_to")
    pieces["vague"] = (change == "boundary shift") & alone
    twice = pieces[pieces.duplicated(list(_NEEDED))]
    if len(twice):
        pairs = ", ".join(f"{a} → {b}" for a, b in zip(twice["code_from"], twice["code_to"], strict=True))
        raise FrameError(
            f"`correspondence` lists a link more than once: {pairs[:200]}; keep one row for each."
        )
    return Steps(pieces, by, _years(table) if by == "residents" and "residents_year" in table else {})


def _years(table: pd.DataFrame) -> dict[str, str]:
    stated = table.dropna(subset=["residents_year", "code_from"])
    return {c[:2]: str(int(y)) for c, y in zip(stated["code_from"], stated["residents_year"], strict=True)}


def _versions(column: pd.Series) -> list[str]:
    text = {v: str(int(v)) if isinstance(v, float | np.floating) else str(v) for v in column.unique()}
    return [text[v] for v in column]


def _weights(column: pd.Series, name: str) -> np.ndarray:
    try:
        weight = column.astype(float).to_numpy()
    except (TypeError, ValueError) as error:
        raise FrameError(f"the weights {name!r} of `correspondence` are no numbers ({error}).") from error
    if (weight < 0).any() or np.isinf(weight).any():
        raise FrameError(f"the weights {name!r} of `correspondence` hold a negative or infinite number.")
    return weight


def _several(pieces: pd.DataFrame, end: str) -> np.ndarray:
    size = pieces.groupby(["version_from", "version_to", end])["weight"].transform("size")
    return (size > 1).to_numpy()


def links(known: Steps, start: str, end: str, countries: Collection[str] | None = None) -> pd.DataFrame:
    """Every region of one vintage with the regions of another that it became, or came from.

    Parameters
    ----------
    countries : collection of str, optional
        Only the regions of these, which costs less than all: no piece of territory changed its country.

    Returns
    -------
    DataFrame
        ``origin, target, share, residents, vague, kind, sources, targets, minor``. ``share`` is of the origin, and
        sums to one over its targets; NaN where not known. ``residents`` are the origin's, NaN where nothing
        on the way needed them. ``sources`` and ``targets`` count the origins of the target and the targets of
        the origin. A region that ended has no target. ``minor``: see
        :func:`almpo_kit.regions.vintages.kinds.minor`.
    """
    way = known.path(start, end)
    codes = sorted(c for c in known.codes(start) if countries is None or c[:2] in countries)
    walk = pd.DataFrame({"origin": codes, "here": codes, "share": 1.0, "residents": np.nan, "vague": False})
    for a, b in pairwise(way):
        walk = _onwards(walk, _step(known.pieces, a, b, {c[:2] for c in codes}))
    found = walk.rename(columns={"here": "target"})
    found["targets"] = found.groupby("origin")["target"].transform("count")
    found["sources"] = found.groupby("target")["origin"].transform("count").fillna(0).astype(int)
    # Parts that were split and joined again are the whole, not 0.9999 of it.
    found.loc[found["targets"] == 1, "share"] = 1.0
    found["kind"] = kinds(found)
    found["minor"] = minor(found)
    return found


def _step(pieces: pd.DataFrame, a: str, b: str, within: Collection[str]) -> pd.DataFrame:
    """One step with shares of the near side, in whichever direction the table has it."""
    forward = pieces[(pieces["version_from"] == a) & (pieces["version_to"] == b)]
    near, far = ("code_from", "code_to") if len(forward) else ("code_to", "code_from")
    rows = forward if len(forward) else pieces[(pieces["version_from"] == b) & (pieces["version_to"] == a)]
    rows = rows[rows[near].notna()]
    rows = rows[rows[near].str[:2].isin(within)]
    group = rows.groupby(near)["weight"]
    alone = (group.transform("size") == 1).to_numpy()
    total = group.transform("sum", min_count=1).where(group.transform("count") == group.transform("size"))
    weight = rows["weight"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(alone, 1.0, weight / total.to_numpy())
    step = pd.DataFrame(
        {
            "near": rows[near].to_numpy(),
            "next": rows[far].to_numpy(),
            "part": share,
            "total": total.to_numpy(),
        }
    )
    step["unclear"] = rows["vague"].to_numpy()
    # A sliver without residents carries nothing over; it may still be all there is of a region.
    return step[~((step["part"] == 0) & ~alone)]


def _onwards(walk: pd.DataFrame, step: pd.DataFrame) -> pd.DataFrame:
    ahead = walk.merge(step, left_on="here", right_on="near", how="left")
    ahead["share"] = ahead["share"] * ahead["part"].where(ahead["near"].notna(), 1.0)
    ahead["residents"] = ahead["residents"].fillna(ahead["total"])
    ahead["vague"] = ahead["vague"] | ahead["unclear"].eq(True)
    ahead["unknown"] = ahead["share"].isna()
    grouped = ahead.groupby(["origin", "next"], dropna=False, sort=False)
    merged = grouped.agg(
        share=("share", "sum"),
        residents=("residents", "first"),
        vague=("vague", "any"),
        unknown=("unknown", "any"),
    ).reset_index()
    merged["share"] = merged["share"].mask(merged.pop("unknown"))
    return merged.rename(columns={"next": "here"})


def check_versions(known: Steps, to: str) -> None:
    """Raise DesignError where the vintage asked for is not in the correspondence."""
    if to not in known.versions:
        raise DesignError(
            f"to={to!r}: the correspondence knows the vintages {', '.join(known.versions)}; choose one of them."
        )
