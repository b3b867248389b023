"""Any answer on a map: which value belongs to which region, and what a map refuses to show."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions, sources
from almpo_kit.regions.mapping.atlas import NO_DATA, Atlas, atlas
from almpo_kit.vocabulary.class_limits import LIMITS
from almpo_kit.vocabulary.errors import DesignError, FrameError, PlaceError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

from ..conftest import Frames


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    return sources.locations()


def frame(values: dict[str, Any], **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"geo": list(values), "value": list(values.values())}).assign(**columns)


GREECE = {"EL30": 10.0, "EL41": 6.0, "EL42": 3.0, "EL43": 5.0}


def test_the_real_panel(real: Frames, points: pd.DataFrame) -> None:
    """Every count is recomputed here from the rows themselves."""
    a = atlas(real.indicators, "unemployment_rate", locations=points, period=2025)
    assert a.periods == ("2025",) and len(a.table) == 244
    assert a.limits == LIMITS["unemployment_rate"] == (3, 5, 7, 10, 15)
    rows = real.indicators.query("indicator == 'unemployment_rate' and period == '2025'")
    rows = rows[rows["geo"].isin(a.table["geo"])]
    true = pd.cut(rows["value"], [-np.inf, 3, 5, 7, 10, 15, np.inf], right=False, labels=list(a.classes))
    assert a.counts.loc[list(a.classes), "2025"].tolist() == true.value_counts(sort=False).tolist()
    assert a.missing == {"2025": 244 - len(rows)} == {"2025": 3}
    assert a.counts["2025"].sum() == 244
    assert a.metrics() == {"mapped": 241.0, "missing": 3.0}
    got = a.table.set_index("geo")["value"].dropna()
    assert got.to_dict() == rows.set_index("geo")["value"].to_dict()
    assert a.sentence.startswith("In 2025 unemployment ranged from 1.5% in Střední Čechy (CZ02) to 24.9% in")
    (missing,) = [c for c in a.checks if c.name == "map_missing"]
    assert missing.sentence == "Regions without a value are hatched: 3 of 244 in 2025 (DEB2, FI20, PL43)."
    assert {"map_abroad", "map_tiles", "map_classes"} <= {c.name for c in a.checks}
    assert a.provenance.data and not a.provenance.synthetic
    assert a.figure == "atlas" and a.rests_on.startswith("241 of 244 regions, 2025")


def test_years_share_one_scale(real: Frames, points: pd.DataFrame) -> None:
    a = atlas(
        real.indicators, "employment_rate", locations=points, periods=[2019, 2022, 2025], classes="quantiles"
    )
    assert a.periods == ("2019", "2022", "2025")
    alone = atlas(real.indicators, "employment_rate", locations=points, period=2019, classes="quantiles")
    assert a.limits != alone.limits, "limits come from all years that are shown together"
    assert a.counts.sum().tolist() == [244] * 3
    assert a.counts.iloc[:-1].to_numpy().sum() == a.table["value"].notna().sum()


def test_a_finding_keeps_what_it_says(points: pd.DataFrame) -> None:
    own = Finding(
        question="Which?",
        sentence="These.",
        table=frame(GREECE, name=["Attiki", "b", "c", "d"]),
        checks=(Check("own", "failed", "Careful."),),
        provenance=Provenance((DataVersion("d", "1"),), "regions.some_verb", {"x": 1}, seed=3),
        certainty="low",
        rests_on="4 regions",
    )
    a = atlas(own, locations=points)
    assert (a.question, a.sentence, a.certainty, a.rests_on) == ("Which?", "These.", "low", "4 regions")
    assert a.failed[0].name == "own"
    assert a.provenance.method == "regions.some_verb, shown by regions.atlas"
    assert a.provenance.options["x"] == 1 and a.provenance.seed == 3
    assert {d.dataset for d in a.provenance.data} >= {"d", "label_points"}
    assert a.zoom == "EL" and len(a.table) == 13, "a table of one country shows that country, whole"
    assert a.table.set_index("geo").at["EL30", "name"] == "Attiki"
    assert a.given is own.table


def test_synthetic_rows_are_labelled(points: pd.DataFrame) -> None:
    a = atlas(frame(GREECE, source="SYNTHETIC world"), locations=points)
    assert a.provenance.synthetic and a.sentence.startswith("SYNTHETIC data.")
    plain = Finding(question="q", sentence="s.", table=frame(GREECE, source="SYNTHETIC world"))
    assert atlas(plain, locations=points).sentence.startswith("SYNTHETIC")


def test_changes_turn_at_zero(points: pd.DataFrame) -> None:
    table = frame({"EL30": -4.0, "EL41": 0.0, "EL42": 1.0, "EL43": 6.0, "EL51": math.nan})
    a = atlas(table.rename(columns={"value": "change_1y"}), "change_1y", locations=points)
    assert a.scale == "diverging"
    assert a.limits == tuple(-v for v in reversed(a.limits))
    called = a.table.set_index("geo")["class"]
    assert called["EL41"] == a.classes[len(a.classes) // 2] and called["EL51"] == NO_DATA
    index = atlas(
        frame({"EL30": 60.0, "EL41": 100.0, "EL42": 150.0}), locations=points, scale="diverging", zero=100
    )
    assert index.limits[0] + index.limits[-1] == pytest.approx(200)


def test_words_are_categories(points: pd.DataFrame) -> None:
    table = frame({"EL30": "HH", "EL41": "LL", "EL42": "not significant", "EL43": "no value", "EL51": None})
    a = atlas(table, locations=points)
    assert a.scale == "categories" and a.limits == ()
    assert a.classes == ("HH", "LL", "not significant") and a.letters == ("HH", "LL", "")
    assert a.counts[""].to_dict() == {"HH": 1, "LL": 1, "not significant": 1, NO_DATA: 10}
    named = atlas(table, locations=points, classes={"LL": "l", "HH": "h", "LH": "x", "not significant": ""})
    assert named.classes == ("LL", "HH", "LH", "not significant") and named.letters == ("l", "h", "x", "")
    assert named.counts.at["LH", ""] == 0, "an order that is given keeps empty classes"


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        (("growing", "shrinking", "steady"), ("G", "S2", "S")),
        (("alpha", "beta"), ("A", "B")),
        (("high", "low", "near the threshold"), ("H", "L", "")),
    ],
)
def test_letters_tell_categories_apart(
    points: pd.DataFrame, words: tuple[str, ...], letters: tuple[str, ...]
) -> None:
    a = atlas(frame(dict(zip(GREECE, words, strict=False))), locations=points)
    assert a.classes == words
    assert a.letters == (letters if "S2" not in letters else ("A", "B", "C"))
    told = [c for c in a.letters if c]
    assert len(set(told)) == len(told)


def test_true_and_false_are_words(points: pd.DataFrame) -> None:
    a = atlas(frame({"EL30": True, "EL41": False}), locations=points)
    assert a.classes == ("no", "yes")


def test_one_value_makes_one_class(points: pd.DataFrame) -> None:
    a = atlas(frame(dict.fromkeys(GREECE, 7.0)), locations=points)
    assert a.limits == () and a.classes == ("all 7",)
    zero = atlas(frame(dict.fromkeys(GREECE, 0.0)), locations=points, scale="diverging")
    assert zero.classes == ("all 0",) and zero.counts.iloc[0, 0] == 4


def test_one_region(points: pd.DataFrame) -> None:
    a = atlas(frame({"LU00": 5.5}), locations=points)
    assert len(a.table) == 1 and a.counts.iloc[0, 0] == 1
    assert "5.5 in Luxembourg (LU00); 1 of 1 regions" in a.sentence


def test_infinite_values_count_as_missing(points: pd.DataFrame) -> None:
    a = atlas(frame(GREECE | {"EL51": math.inf, "EL52": -math.inf}), locations=points)
    assert [c.sentence for c in a.failed if c.name == "map_infinite"] == [
        "Infinite values count as missing: EL51 and EL52."
    ]
    assert a.counts[""][NO_DATA] == 9


def test_codes_are_normalised_and_strangers_left_out(points: pd.DataFrame) -> None:
    table = frame(
        {"gr30": 1.0, "EL41": 2.0, "ELZZ": 99.0, "CH01": 3.0, "EU27_2020": 6.0, "NO0A": 1.0, "FRZZ": 1.0}
    )
    a = atlas(table, locations=points, zoom="Greece")
    assert a.table.set_index("geo")["value"].dropna().to_dict() == {"EL30": 1.0, "EL41": 2.0}
    (abroad,) = [c for c in a.checks if c.name == "map_abroad"]
    assert abroad.sentence == "2 regions outside the EU are not shown (CH, NO)."


def test_values_of_another_vintage_are_named(points: pd.DataFrame) -> None:
    a = atlas(frame(GREECE, nuts_version=["2024", "2021", "2024", "2024"]), locations=points)
    (check,) = [c for c in a.checks if c.name == "map_vintage"]
    assert "EL41 (NUTS 2021)" in check.sentence


def test_a_map_of_another_vintage(points: pd.DataFrame) -> None:
    """The vintage is that of the boundaries: the same codes are refused on one map and drawn on another."""
    import geopandas as gpd
    import shapely

    from almpo_kit.vocabulary.provenance import stamp

    old = frame(GREECE, nuts_version="2021")
    with pytest.raises(PlaceError, match=r"the table is of NUTS 2021, the map of NUTS 2024: the same code"):
        atlas(old, locations=points)
    boxes = [shapely.box(5.4e6 + 1e5 * k, 1.6e6, 5.5e6 + 1e5 * k, 1.7e6) for k in range(4)]
    shapes = gpd.GeoDataFrame({"geo": list(GREECE)}, geometry=boxes, crs=3035)
    stamp(shapes, DataVersion("gisco_nuts_2021", "20M"))
    a = atlas(old, locations=None, boundaries=shapes)
    assert a.nuts_version == "2021" and not [c for c in a.checks if c.name == "map_vintage"]
    assert "gisco_nuts_2021" in {d.dataset for d in a.provenance.data}
    with pytest.raises(PlaceError, match="not on the map of NUTS 2021: EL51"):
        atlas(frame(GREECE | {"EL51": 1.0}), locations=None, boundaries=shapes)


def test_highlight(points: pd.DataFrame) -> None:
    table = frame(GREECE | {"IT11": math.nan}).query("geo != 'IT11'")
    assert atlas(table, locations=points, highlight="EL30").highlight == ("EL30",)
    assert len(atlas(table, locations=points, highlight="GR").highlight) == 13
    assert atlas(table, locations=points, highlight=["EL30", "EL4"]).highlight == (
        "EL30",
        "EL41",
        "EL42",
        "EL43",
    )
    with pytest.raises(
        PlaceError, match=r"cannot outline IT: not on this map; give a code of it, such as 'EL30'"
    ):
        atlas(table, locations=points, highlight="IT")


def test_the_year_by_default_is_the_latest_that_is_nearly_complete(points: pd.DataFrame) -> None:
    rows = [(g, y, 1.0 + k) for y in ("2022", "2023") for k, g in enumerate(GREECE)] + [("EL30", "2024", 1.0)]
    table = pd.DataFrame(rows, columns=["geo", "period", "value"])
    assert atlas(table, locations=points).periods == ("2023",)
    assert atlas(table, locations=points, period=2024.0).missing == {"2024": 12}
    assert [
        c.status for c in atlas(table, locations=points, period="2024").checks if c.name == "map_missing"
    ] == ["failed"]
    assert atlas(table, locations=points, periods="all").periods == ("2022", "2023", "2024")


def dated(n: int) -> pd.DataFrame:
    return pd.concat([frame(GREECE, period=str(2010 + k)) for k in range(n)])


@pytest.mark.parametrize(
    ("table", "more", "error", "message"),
    [
        (frame(GREECE).rename(columns={"geo": "nuts"}), {}, FrameError, "no column `geo`"),
        (frame(GREECE), {"column": "rate"}, DesignError, "no column 'rate' to map; choose from value"),
        (frame(GREECE | {"EL99": 1.0}), {}, PlaceError, "1 of 5 regions are not on the map of NUTS 2024: EL99"),
        (frame(GREECE | {"UKI3": 1.0, "PT16": 2.0}, nuts_version="2021"), {}, PlaceError, r"PT16 \(the table says NUTS 2021\); convert them first with regions.convert"),
        (frame(GREECE | {"Athens": 1.0}), {}, PlaceError, "not shaped like NUTS codes: ATHENS"),
        (frame({"CH01": 1.0}), {}, PlaceError, "no region of the EU"),
        (frame(GREECE | {"EL": 1.0}), {}, DesignError, "mixes NUTS levels .*keep one"),
        (frame({"EL301": 1.0}), {}, DesignError, "of NUTS level 3, `locations` of level 2; give sources.boundaries"),
        (pd.concat([frame(GREECE), frame({"EL30": 9.0})]), {}, FrameError, "more than one row for EL30; keep one row for each place, or add a column `period`"),
        (pd.concat([dated(2), frame({"EL30": 9.0}, period="2011")]), {"periods": "all"}, FrameError, "more than one row for EL30 2011"),
        (frame(dict.fromkeys(GREECE, math.nan)), {}, DesignError, "no region has a value of 'value'"),
        (frame(dict.fromkeys(GREECE, math.inf)), {}, DesignError, "no region has a value"),
        (dated(2), {"period": 1999}, DesignError, "no row for 1999; choose from 2010, 2011"),
        (frame(GREECE), {"period": 2020}, DesignError, "no column `period`"),
        (dated(10), {"periods": "all"}, DesignError, "10 maps on one page cannot be read; choose at most 9"),
        (dated(2), {"periods": []}, DesignError, "choose from 2010"),
        (dated(2), {"periods": [2010], "period": 2010}, DesignError, "not both"),
        (frame(GREECE), {"k": 8}, DesignError, "k=8 classes cannot be told apart"),
        (frame(GREECE), {"classes": "jenks"}, DesignError, "no way 'jenks' to make classes; choose fixed, fisher_jenks"),
        (frame(GREECE), {"classes": "fixed"}, DesignError, "no fixed limits for this column"),
        (frame(GREECE), {"scale": "log"}, DesignError, "no scale 'log'"),
        (frame(GREECE), {"scale": "categories"}, DesignError, "holds numbers; categories are words"),
        (frame({"EL30": "a"}), {"scale": "diverging"}, DesignError, "holds words"),
        (frame(GREECE), {"scale": "diverging", "classes": (-1, 3)}, DesignError, "as far below 0 as above"),
        (frame(GREECE), {"scale": "diverging", "zero": math.nan}, DesignError, "turns at a number"),
        (frame({g: f"kind {k}" for k, g in enumerate(f"EL{n}" for n in (30, 41, 42, 43, 51, 52, 53, 54, 61, 62))}), {}, DesignError, "10 categories cannot be told apart"),
        (frame({"EL30": "a", "EL41": "b"}), {"classes": ["a"]}, DesignError, "leaves out b"),
        (frame(GREECE), {"zoom": "IT", "classes": (3, 5)}, DesignError, "no region has a value"),
        (frame(GREECE), {"zoom": "Narnia"}, PlaceError, "not one of the 27"),
        (frame(GREECE), {"locations": None}, DesignError, "a map needs `locations`"),
    ],
)  # fmt: skip
def test_refusals(
    points: pd.DataFrame, table: pd.DataFrame, more: dict[str, Any], error: type, message: str
) -> None:
    asked = {"locations": points} | more
    with pytest.raises(error, match=message):
        atlas(table, **asked)


def test_several_indicators_are_several_maps(real: Frames, points: pd.DataFrame) -> None:
    with pytest.raises(
        DesignError, match="holds 6 indicators; name one of them as the column: employment_rate"
    ):
        atlas(real.indicators, locations=points)
    with pytest.raises(PlaceError, match="NL31, NL33, PT16, PT17, PT18"):
        atlas(real.indicators, "unemployment_rate", locations=points, periods=range(2018, 2026))


def test_cells_without_a_place_or_a_year(points: pd.DataFrame) -> None:
    lost = pd.DataFrame({"geo": ["EL30", None], "value": [1.0, 2.0]})
    with pytest.raises(FrameError, match=r"1 of 2 rows have no `geo`, .*dropna\(subset=\['geo'\]\)"):
        atlas(lost, locations=points)
    with pytest.raises(FrameError, match="1 of 4 rows have no `period`"):
        atlas(frame(GREECE, period=["2020", "2020", None, "2020"]), locations=points)
    assert atlas(frame(GREECE, period=2020.0), locations=points, period=2020).periods == ("2020",)
    assert atlas(frame(GREECE, period=2020), locations=points).periods == ("2020",)


def test_no_polygons_are_no_boundaries(points: pd.DataFrame) -> None:
    import geopandas as gpd

    empty = gpd.GeoDataFrame({"geo": []}, geometry=[], crs=3035)
    a = atlas(frame(GREECE), locations=points, boundaries=empty)
    assert a.boundaries is None and "map_tiles" in {c.name for c in a.checks}


def test_any_verb_can_be_put_on_the_map(real: Frames, points: pd.DataFrame) -> None:
    stand = regions.standing(
        real.indicators, real.places, country="IT", indicator="unemployment_rate", national=real.national
    )
    a = atlas(stand, locations=points, highlight="ITF3")
    assert isinstance(a, Atlas) and a.zoom == "IT" and a.sentence == stand.sentence
    assert a.limits == LIMITS["unemployment_rate"] and a.sign == "%"
    gap = atlas(stand, "gap_to_eu", locations=points)
    assert gap.scale == "diverging" and gap.sign == "" and gap.label == "Gap to eu"
    kinds = regions.context(real.indicators, real.places, national=real.national)
    where = atlas(kinds, "unemployment_class", locations=points)
    held = kinds.table["unemployment_class"].value_counts()
    assert where.counts.iloc[:, 0].drop(NO_DATA).to_dict() == held.drop("unknown").to_dict()
    assert where.counts.iloc[-1, 0] == held["unknown"]
