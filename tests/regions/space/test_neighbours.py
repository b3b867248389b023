"""Contiguity and nearness on real polygons and on awkward ones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import regions, sources
from almpo_kit.regions.space.contiguity import contiguous
from almpo_kit.regions.space.distances import EARTH_KM, arc_km, nearest
from almpo_kit.vocabulary.errors import DesignError, FrameError

from .pins import ALL_LEVELS, pins

real_polygons = pytest.mark.skipif(not ALL_LEVELS.exists(), reason="no GISCO polygons beside this checkout")


def level(number: int) -> gpd.GeoDataFrame:
    frame = gpd.read_file(ALL_LEVELS)
    return frame[frame["LEVL_CODE"] == number].assign(geo=lambda d: d["NUTS_ID"])[["geo", "geometry"]]


def squares(**moved: tuple[float, float]) -> gpd.GeoDataFrame:
    """Four squares of 10 km, two by two (AA00 AA01 over AA02 AA03) and one far away (AA04); some moved, in metres."""
    at = {"AA00": (0, 1), "AA01": (1, 1), "AA02": (0, 0), "AA03": (1, 0), "AA04": (20, 0)}
    shapes = []
    for geo, (x, y) in at.items():
        dx, dy = moved.get(geo, (0.0, 0.0))
        x0, y0 = 4e6 + 1e4 * x + dx, 3e6 + 1e4 * y + dy
        shapes.append(shapely.box(x0, y0, x0 + 1e4, y0 + 1e4))
    return gpd.GeoDataFrame({"geo": list(at)}, geometry=shapes, crs=3035)


def pairs(found: regions.Neighbours) -> set[tuple[str, str]]:
    return {(a, b) for a, b in zip(found.table["geo"], found.table["neighbour"], strict=True) if a < b}


ROOK = {("AA00", "AA01"), ("AA00", "AA02"), ("AA01", "AA03"), ("AA02", "AA03")}
DIAGONAL = {("AA00", "AA03"), ("AA01", "AA02")}


@real_polygons
def test_nuts2_is_that_of_spdep() -> None:
    pinned = pins()["gisco"]
    queen = regions.neighbours(level(2))
    assert queen.weights.n == pinned["n"]
    assert pairs(queen) == {tuple(p.split()) for p in pinned["queen"]}
    rook = regions.neighbours(level(2), rule="rook")
    assert pairs(queen) - pairs(rook) == {tuple(p.split()) for p in np.ravel(pinned["not_rook"])}


@real_polygons
def test_nuts3_is_that_of_spdep() -> None:
    pinned = pins()["gisco"]
    queen, rook = regions.neighbours(level(3)), regions.neighbours(level(3), rule="rook")
    assert (queen.weights.n, len(pairs(queen))) == (pinned["n3"], pinned["queen3"])
    # They touch at one point; spdep 1.2-7 takes it for two, perhaps because a ring begins and ends there.
    twice = {("BE336", "NL423")}
    assert pairs(queen) - pairs(rook) == {tuple(p.split()) for p in np.ravel(pinned["not_rook3"])} | twice


@real_polygons
def test_known_neighbours_are_found_and_impossible_ones_are_not() -> None:
    found = pairs(regions.neighbours(level(2)))
    # Across borders, round an enclave, at a river mouth, the smallest states.
    for pair in (("AT33", "ITH1"), ("DE30", "DE40"), ("BE10", "BE24"), ("ES11", "PT11"), ("DEA2", "NL42")):
        assert pair in found
    assert {b for a, b in found if a == "LU00"} | {a for a, b in found if b == "LU00"} == {
        *("BE33", "BE34", "DEB2", "DEC0", "FRF3")
    }
    # Water between: the Øresund, Messina, the Dardanelles side of Lesvos, Corsica and Sardinia, Denmark and Germany's isles.
    for pair in (("DK01", "SE22"), ("ITF6", "ITG1"), ("FRM0", "ITG2"), ("EL41", "TR22"), ("FRE1", "IE06")):
        assert pair not in found


@real_polygons
def test_simplified_borders_keep_the_neighbours() -> None:
    whole = level(2).to_crs(3035)
    simple = whole.set_geometry(shapely.coverage_simplify(whole.geometry.to_numpy(), 2_000.0), crs=3035)
    assert pairs(regions.neighbours(simple)) == pairs(regions.neighbours(whole))
    # Polygons simplified one by one gape and overlap: that is said, and a tolerance mends most of it.
    torn = whole.set_geometry(whole.geometry.simplify(1_000.0), crs=3035)
    found = regions.neighbours(torn, tolerance_m=1_000.0)
    assert "coverage" in {c.name for c in found.failed}
    assert pairs(regions.neighbours(whole)) <= pairs(found)


def test_queen_and_rook_on_squares() -> None:
    assert pairs(regions.neighbours(squares())) == ROOK | DIAGONAL
    rook = regions.neighbours(squares(), rule="rook")
    assert pairs(rook) == ROOK
    assert rook.islands == ("AA04",)
    assert "1 has none: AA04" in rook.sentence
    assert rook.weights.matrix.sum(axis=1).tolist() == [1, 1, 1, 1, 0]
    assert rook.parts == 1


@pytest.mark.parametrize("gap", [-30.0, -3.0, 3.0, 8.0])
def test_borders_drawn_twice_still_touch(gap: float) -> None:
    """A sliver of a few metres, open or overlapping, vertices apart as well."""
    moved = squares(AA01=(gap, 0.0), AA03=(gap, 0.0))
    for rule, expected in (("queen", ROOK | DIAGONAL), ("rook", ROOK)):
        assert pairs(regions.neighbours(moved, rule=rule)) == expected  # type: ignore[arg-type]
    checks = {c.name: c.status for c in regions.neighbours(moved).checks}
    assert ("tolerance" in checks) == (gap > 0)
    assert checks["coverage"] == ("failed" if gap < 0 else "passed")


def test_a_strait_is_no_border() -> None:
    assert pairs(regions.neighbours(squares(AA01=(500.0, 0.0), AA03=(500.0, 0.0)))) == {
        ("AA00", "AA02"),
        ("AA01", "AA03"),
    }


def test_vertices_need_not_coincide() -> None:
    left = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
    right = shapely.Polygon([(10, 3), (20, 3), (20, 7), (10, 7)])
    for rook in (False, True):
        assert contiguous([left, right], rook=rook).pairs.tolist() == [[0, 1]]


def test_islands_join_the_nearest_and_bridges_are_named() -> None:
    left = regions.neighbours(squares())
    joined = regions.neighbours(squares(), islands="join")
    assert (left.islands, joined.islands) == (("AA04",), ())
    assert joined.joined == (("AA04", "AA03"),)
    assert ("AA03", "AA04") in pairs(joined)
    assert "1 of them would have none and was joined to the nearest" in joined.sentence
    bridge = regions.neighbours(squares(), links=[("AA04", "AA00")])
    assert ("AA00", "AA04") in pairs(bridge) and set(bridge.table["how"]) == {"border", "named"}
    with pytest.raises(DesignError, match="links names XX99"):
        regions.neighbours(squares(), links=[("AA04", "XX99")])
    with pytest.raises(DesignError, match="two different regions"):
        regions.neighbours(squares(), links=[("AA04", "AA04")])


def test_distances_are_arcs_and_not_degrees() -> None:
    # Tromsø and Alta are 10 degrees of longitude nearer than they look; a quarter of the Earth is 10 008 km.
    assert arc_km(*np.array([[0.0], [0.0], [0.0], [90.0]]))[0] == pytest.approx(np.pi / 2 * EARTH_KM)
    lon, lat = np.array([0.0, 4.0, 0.0, 30.0]), np.array([70.0, 70.0, 67.0, 70.0])
    # In degrees the third is nearer to the first (3 against 4); on the ground the second is (152 km against 334).
    assert nearest(lon, lat, 1)[0, 0] == 1
    assert arc_km(lon[:1], lat[:1], lon[1:2], lat[1:2])[0] == pytest.approx(152, abs=1)


def test_the_date_line_is_no_border() -> None:
    lon, lat = np.array([179.9, -179.9, 170.0]), np.array([10.0, 10.0, 10.0])
    assert nearest(lon, lat, 1)[:2, 0].tolist() == [1, 0]


@settings(max_examples=30, deadline=None)
@given(st.integers(5, 40), st.integers(1, 4), st.integers(0, 10_000))
def test_nearest_is_that_of_all_distances(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # A coarse grid makes ties and identical points common.
    lon, lat = rng.integers(-5, 5, n).astype(float), rng.integers(40, 50, n).astype(float)
    everyone = np.arange(n)
    for i, row in enumerate(nearest(lon, lat, k)):
        km = np.round(arc_km(np.full(n, lon[i]), np.full(n, lat[i]), lon, lat), 6)
        order = [j for j in np.lexsort((everyone, km)) if j != i]
        assert km[row].tolist() == km[order[:k]].tolist()


def test_real_label_points_without_the_overseas() -> None:
    found = regions.neighbours(locations=sources.locations(), k=4)
    assert found.rule == "nearest"
    assert {"ES70", "PT20", "PT30", "FRY1", "FRY2", "FRY3", "FRY4", "FRY5"} <= set(found.islands)
    counts = found.weights.cardinalities
    assert set(counts.tolist()) == {0, 4} and not found.weights.mutual
    kept = regions.neighbours(locations=sources.locations(), k=4, overseas="keep")
    assert kept.islands == ()
    assert kept.table["distance_km"].max() > 4_000
    both = regions.neighbours(locations=sources.locations(), k=4, symmetric=True)
    assert both.weights.mutual and both.weights.cardinalities.max() > 4


def test_inverse_distance_weighs_the_near_more() -> None:
    found = regions.neighbours(locations=sources.locations(), k=4, weighting="inverse_distance")
    rows = found.table[found.table["geo"] == "DE30"].sort_values("distance_km")
    assert rows["weight"].is_monotonic_decreasing and rows["weight"].sum() == pytest.approx(1)
    ratio = rows["weight"].iloc[0] / rows["weight"].iloc[-1]
    assert ratio == pytest.approx(rows["distance_km"].iloc[-1] / rows["distance_km"].iloc[0])


def test_only_some_regions_and_their_order() -> None:
    codes = ["AA03", "AA00", "AA01"]
    found = regions.neighbours(squares(), regions=codes)
    assert found.weights.ids == ("AA00", "AA01", "AA03")
    shuffled = squares().sample(frac=1, random_state=3)
    assert regions.neighbours(shuffled, regions=codes).table.equals(found.table)
    with pytest.raises(DesignError, match="1 of the regions asked for are not on the map: ZZ9"):
        regions.neighbours(squares(), regions=[*codes, "ZZ9"])


def test_subsets_are_standardised_again() -> None:
    w = regions.neighbours(squares(), rule="rook").weights
    part = w.subset(["AA01", "AA00", "AA04"])
    assert part.ids == ("AA01", "AA00", "AA04") and part.islands == ("AA04",)
    assert part.matrix.toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    with pytest.raises(DesignError, match="the weights hold no QQ"):
        w.subset(["QQ"])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, DesignError, "give boundaries="),
        ({"rule": "queen", "locations": "real"}, DesignError, "needs polygons"),
        ({"boundaries": "bare"}, FrameError, "state no projection"),
        ({"boundaries": "twice"}, FrameError, "lists AA00 more than once"),
        ({"boundaries": "empty"}, FrameError, "no polygon for AA00"),
        ({"boundaries": "levels"}, DesignError, "several NUTS levels"),
        ({"boundaries": "squares", "rule": "bishop"}, DesignError, "no rule 'bishop'"),
        ({"boundaries": "squares", "tolerance_m": -1.0}, DesignError, "zero or a positive number"),
        ({"boundaries": "squares", "islands": "sink"}, DesignError, "islands='sink'"),
        ({"boundaries": "squares", "transform": "r"}, DesignError, "transform='r'; choose row or binary"),
        ({"boundaries": "squares", "overseas": "sell"}, DesignError, "choose leave or keep"),
        ({"boundaries": "dots"}, FrameError, "something else than a polygon for AA00"),
        ({"boundaries": "none"}, DesignError, "0 region has no neighbours"),
        ({"boundaries": "squares", "regions": ["AA00"]}, DesignError, "1 region has no neighbours to find"),
        ({"locations": "real", "k": 500}, DesignError, "k=500 nearest neighbours cannot be found"),
        ({"locations": "real", "k": 2.5}, DesignError, "must be a whole number"),
        ({"locations": "same", "k": 1, "weighting": "inverse_distance"}, DesignError, "zero or unknown"),
        ({"locations": "missing", "k": 1}, FrameError, "without longitude or latitude"),
    ],
)
def test_refusals_name_the_way_out(arguments: dict, error: type, message: str) -> None:
    here = squares()
    stand_ins = {
        "real": sources.locations(),
        "squares": here,
        "bare": here.set_crs(None, allow_override=True),
        "twice": pd.concat([here, here.iloc[:1]]),
        "empty": here.set_geometry([shapely.Polygon(), *here.geometry[1:]], crs=3035),
        "dots": here.set_geometry(here.geometry.centroid),
        "none": here.iloc[:0],
        "levels": pd.concat([here, here.iloc[:1].assign(geo="AA")]),
        "same": pd.DataFrame({"geo": ["AA00", "AA01", "AA02"], "lon": 1.0, "lat": [1.0, 1.0, 3.0]}),
        "missing": pd.DataFrame({"geo": ["AA00", "AA01"], "lon": [1.0, np.nan], "lat": 1.0}),
    }
    filled = {k: stand_ins.get(v, v) if isinstance(v, str) else v for k, v in arguments.items()}
    with pytest.raises(error, match=message):
        regions.neighbours(**filled)


def test_provenance_says_where_points_come_from() -> None:
    found = regions.neighbours(locations=sources.locations())
    assert [d.dataset for d in found.provenance.data] == ["label_points"]
    assert found.provenance.options["k"] == 5
    # A generator of links is used up by finding them, and is told all the same.
    bridge = regions.neighbours(squares(), links=(pair for pair in [("AA04", "AA00")]))
    assert bridge.provenance.options["links"] == [["AA04", "AA00"]]
