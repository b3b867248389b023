"""From places to a table of links: by border, by nearness, by hand, and for those that would have none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from almpo_kit.regions.space.contiguity import Contiguity
from almpo_kit.regions.space.distances import arc_km, nearest
from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import geopandas as gpd

#: Outermost regions of the Union (Article 349 TFEU), and Jan Mayen with Svalbard: a neighbour by distance would lie an
#: ocean away. ``FRA`` is what NUTS 2013 called the French ones.
_OVERSEAS = ("FRY", "FRA", "ES7", "PT2", "PT3", "NO0B")


def is_overseas(geo: str) -> bool:
    """True for a NUTS region that lies an ocean away from Europe's mainland.

    >>> is_overseas("ES70"), is_overseas("ES61")
    (True, False)
    """
    return geo.startswith(_OVERSEAS)


def by_border(found: Contiguity, ids: list[str]) -> pd.DataFrame:
    """Both directions of each touching pair."""
    first, second = np.array(ids, dtype=object)[found.pairs].T if len(found.pairs) else (np.array([]),) * 2
    return pd.DataFrame(
        {"geo": np.r_[first, second], "neighbour": np.r_[second, first], "how": "border"}, dtype=object
    )


def by_nearness(points: pd.DataFrame, k: int, symmetric: bool) -> pd.DataFrame:
    """Each point's k nearest.

    Parameters
    ----------
    points : DataFrame, shape (n, 2)
        ``lon, lat``; index geo, sorted.
    symmetric : bool
        Whoever is named as a neighbour has the other as a neighbour too.
    """
    if not 1 <= k < len(points):
        raise DesignError(
            f"k={k} nearest neighbours cannot be found among {len(points)} regions; choose 1 ≤ k < {len(points)}."
        )
    ids = points.index.to_numpy(dtype=object)
    found = ids[nearest(points["lon"].to_numpy(), points["lat"].to_numpy(), k)]
    links = pd.DataFrame({"geo": np.repeat(ids, k), "neighbour": found.ravel(), "how": "nearest"})
    return both_ways(links) if symmetric else links


def both_ways(links: pd.DataFrame) -> pd.DataFrame:
    """Each link in both directions, once."""
    back = links.rename(columns={"geo": "neighbour", "neighbour": "geo"})
    return pd.concat([links, back]).drop_duplicates(["geo", "neighbour"], ignore_index=True)


def by_hand(pairs: Iterable[tuple[str, str]], ids: list[str]) -> pd.DataFrame:
    """Links that a person names, in both directions (a bridge, a ferry)."""
    rows = [(str(a), str(b), "named") for a, b in pairs]
    wrong = sorted({g for a, b, _ in rows for g in (a, b)} - set(ids)) + [a for a, b, _ in rows if a == b]
    if wrong:
        raise DesignError(
            f"links names {', '.join(wrong[:5])}, which is not two different regions of this map; use codes such as "
            f"{', '.join(ids[:2])}."
        )
    return both_ways(pd.DataFrame(rows, columns=["geo", "neighbour", "how"], dtype=object))


def to_the_nearest(alone: list[str], points: pd.DataFrame) -> pd.DataFrame:
    """Join each region without a neighbour to the nearest of all the others, both ways."""
    rows = []
    for geo in alone:
        others = points.drop(index=geo)
        here = np.full(len(others), points.at[geo, "lon"]), np.full(len(others), points.at[geo, "lat"])
        far = arc_km(*here, others["lon"].to_numpy(), others["lat"].to_numpy())
        rows.append((geo, others.index[int(np.argmin(np.round(far, 6)))], "joined"))
    return both_ways(pd.DataFrame(rows, columns=["geo", "neighbour", "how"], dtype=object))


def measured(links: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Add ``distance_km``; missing where a region has no point."""
    a, b = (points.reindex(links[c]) for c in ("geo", "neighbour"))
    km = arc_km(a["lon"].to_numpy(), a["lat"].to_numpy(), b["lon"].to_numpy(), b["lat"].to_numpy())
    return links.assign(distance_km=km)


def points_within(boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """A point inside each polygon, for distances where no label points are given: ``lon, lat`` by geo."""
    inside = boundaries.set_index("geo").geometry.representative_point().to_crs(4326)
    return pd.DataFrame({"lon": inside.x, "lat": inside.y})
