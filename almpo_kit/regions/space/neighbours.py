"""Which regions are neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from almpo_kit.regions.space import ground, linking, neighbour_words
from almpo_kit.regions.space.contiguity import Contiguity, contiguous
from almpo_kit.regions.space.weights import Transform, Weights, from_links
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.places import NutsVersion
from almpo_kit.vocabulary.provenance import provenance

if TYPE_CHECKING:
    import geopandas as gpd

Rule = Literal["queen", "rook", "nearest"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Neighbours(Finding):
    """Who is whose neighbour.

    Parameters
    ----------
    weights : Weights
        What the other verbs take.
    rule : {"queen", "rook", "nearest"}
    islands : tuple of str
        Regions that are left without a neighbour.
    joined : tuple of (str, str)
        Islands that were joined, each with the region it was joined to.
    parts : int
        Separate parts of the map, islands not counted.
    nuts_version : str or None
        Vintage of the codes.
    """

    weights: Weights
    rule: Rule
    islands: tuple[str, ...]
    joined: tuple[tuple[str, str], ...]
    parts: int
    nuts_version: NutsVersion | None


def neighbours(
    boundaries: gpd.GeoDataFrame | None = None,
    *,
    locations: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
    rule: Rule | None = None,
    k: int = 5,
    symmetric: bool = False,
    weighting: Literal["equal", "inverse_distance"] = "equal",
    transform: Transform = "row",
    tolerance_m: float = 10.0,
    islands: Literal["leave", "join"] = "leave",
    overseas: Literal["leave", "keep"] = "leave",
    links: Iterable[tuple[str, str]] = (),
    regions: Iterable[str] | None = None,
    nuts_version: NutsVersion | None = "2024",
) -> Neighbours:
    """Find each region's neighbours, by common borders or by nearness.

    Parameters
    ----------
    boundaries : GeoDataFrame, optional
        Polygons (``geo, geometry``) of one level, with their projection; needed for contiguity.
    locations : DataFrame, optional
        A ``locations`` frame (``geo, lon, lat``); needed for nearness. Without it a point inside each polygon is used.
    places : DataFrame, optional
        A ``taxonomy`` frame, for names.
    rule : {"queen", "rook", "nearest"}, optional
        A common point, a common border, or the k nearest label points on the globe. Queen where there are polygons.
    k : int
        For ``"nearest"``.
    symmetric : bool
        For ``"nearest"``: whoever is named as a neighbour names the other in return.
    weighting : {"equal", "inverse_distance"}
        What a link weighs before the transform: 1, or one over its length in km.
    transform : {"row", "binary"}
        Whether the weights of a region's neighbours add to one.
    tolerance_m : float
        Metres, for contiguity: how far apart borders drawn twice may lie and still be one. Vertices that coincide need
        none. A real gap of water is wider.
    islands : {"leave", "join"}
        A region without a neighbour stays without one, and spatial statistics leave it out, or is joined to the
        nearest label point, both ways.
    overseas : {"leave", "keep"}
        ``"leave"``: outermost regions (Canarias, Açores, Guadeloupe, …) are nobody's neighbour by nearness and are not
        joined; common borders among them still count.
    links : iterable of (str, str)
        Further pairs, e.g. ``[("DK01", "SE22")]`` for the Øresund bridge.
    regions : iterable of str, optional
        Only these codes; neighbours are sought among them alone.
    nuts_version : str or None
        Vintage of the codes, compared with the values' by the other verbs.

    Returns
    -------
    Neighbours
        ``table``, one row a link: ``geo, neighbour, weight, distance_km, how`` (``border``, ``nearest``, ``joined``,
        ``named``); ``weight`` is after the transform.

    Raises
    ------
    DesignError
        Nothing to compute from, fewer than two regions, k too large, an unknown code in ``links``.
    FrameError
        A column is missing, a region is listed twice, a polygon or a projection is missing.
    """
    rule = rule or ("queen" if boundaries is not None else "nearest")
    ground.usable(boundaries, locations, rule, k, tolerance_m)
    ground.among(weighting=weighting, transform=transform, islands=islands, overseas=overseas)
    links = [(str(a), str(b)) for a, b in links]
    only = None if regions is None else set(regions)
    shapes = ground.shapes_of(boundaries, only) if boundaries is not None else None
    points = ground.points_of(locations, shapes, only)
    ids = sorted(points.index if shapes is None or rule == "nearest" else shapes["geo"])
    ground.all_there(only, ids)
    touching = _touching(shapes, rule, tolerance_m) if shapes is not None and rule != "nearest" else None
    table = _links(touching, shapes, points, rule, k, symmetric, overseas)
    table = pd.concat([table, linking.by_hand(links, ids)]).drop_duplicates(["geo", "neighbour"])
    table = _joined(table, ids, points, islands, overseas)
    table = linking.measured(table, points).sort_values(["geo", "neighbour"], ignore_index=True)
    table["weight"] = _base_weight(table, weighting)
    weights = from_links(table, ids, transform)
    rows, columns = weights.matrix.nonzero()
    assert list(table["geo"]) == [ids[i] for i in rows] and list(table["neighbour"]) == [
        ids[j] for j in columns
    ]
    table = table.assign(weight=weights.matrix.data)[["geo", "neighbour", "weight", "distance_km", "how"]]
    return _finding(
        table.astype({"geo": "str", "neighbour": "str", "how": "str"}),
        weights,
        rule,
        touching,
        places,
        nuts_version,
        provenance(
            boundaries if rule != "nearest" or locations is None else None,
            locations,
            places,
            method="regions.neighbours",
            options={
                "rule": rule,
                "weighting": weighting,
                "transform": transform,
                "islands": islands,
                "overseas": overseas,
                "links": [list(pair) for pair in links],
            }
            | ({"k": k, "symmetric": symmetric} if rule == "nearest" else {"tolerance_m": tolerance_m}),
        ),
    )


def _touching(shapes: gpd.GeoDataFrame, rule: str, tolerance_m: float) -> Contiguity:
    return contiguous(shapes.geometry.to_numpy(), rook=rule == "rook", tolerance=tolerance_m)


def _links(
    touching: Contiguity | None,
    shapes: gpd.GeoDataFrame | None,
    points: pd.DataFrame,
    rule: str,
    k: int,
    symmetric: bool,
    overseas: str,
) -> pd.DataFrame:
    if touching is not None:
        assert shapes is not None
        return linking.by_border(touching, shapes["geo"].tolist())
    home = points[[overseas == "keep" or not linking.is_overseas(g) for g in points.index]]
    return linking.by_nearness(home, k, symmetric)


def _joined(
    table: pd.DataFrame, ids: list[str], points: pd.DataFrame, islands: str, overseas: str
) -> pd.DataFrame:
    """The links with those of islands added, where asked."""
    alone = sorted(set(ids) - set(table["geo"]))
    if islands == "leave":
        return table
    home = points[[overseas == "keep" or not linking.is_overseas(g) for g in points.index]]
    stranded = [g for g in alone if g in home.index]
    if not stranded:
        return table
    found = linking.to_the_nearest(stranded, home)
    return pd.concat([table, found]).drop_duplicates(["geo", "neighbour"])


def _base_weight(table: pd.DataFrame, weighting: str) -> pd.Series | float:
    if weighting == "equal":
        return 1.0
    km = table["distance_km"]
    unknown = table.loc[km.isna() | (km < 1e-6), "geo"].tolist()
    if unknown:
        raise DesignError(
            f"the distance of {', '.join(unknown[:5])} to a neighbour is zero or unknown; give `locations` with a "
            'different point for every region, or use weighting="equal".'
        )
    return 1 / km


def _joined_to(table: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Each island that was joined, with the nearest region it was joined to."""
    joined, others = table[table["how"] == "joined"], table[table["how"] != "joined"]
    islands = joined[~joined["geo"].isin(others["geo"])]
    first = islands.sort_values(["geo", "distance_km"], kind="stable").drop_duplicates("geo")
    return tuple(zip(first["geo"], first["neighbour"], strict=True))


def _finding(
    table: pd.DataFrame,
    weights: Weights,
    rule: Rule,
    touching: Contiguity | None,
    places: pd.DataFrame | None,
    nuts_version: NutsVersion | None,
    trace: object,
) -> Neighbours:
    names = neighbour_words.labels(places)
    pairs = _joined_to(table)
    with_links = weights.cardinalities > 0
    parts = len(np.unique(weights.parts[with_links]))
    return Neighbours(
        question=f"Which of {weights.n} regions are neighbours?",
        sentence=neighbour_words.sentence(weights, rule, pairs, names),
        table=table,
        checks=neighbour_words.checks(table, weights, touching, pairs, names),
        provenance=trace,  # type: ignore[arg-type]
        rests_on=neighbour_words.rests_on(weights, rule, nuts_version),
        weights=weights,
        rule=rule,
        islands=weights.islands,
        joined=pairs,
        parts=parts,
        nuts_version=nuts_version,
    )
