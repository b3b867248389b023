"""Types: planted ones are found, none are claimed in one cloud, and the panel's answer is told as it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.regions.comparison.kernels.one_cloud import OneCloud
from almpo_kit.regions.comparison.kernels.partitions import (
    adjusted_rand,
    best_jaccard,
    distances,
    matched,
    silhouettes,
    ward,
)
from almpo_kit.regions.comparison.measures import Aspect
from almpo_kit.regions.comparison.type_names import type_names
from almpo_kit.regions.comparison.type_search import search_types
from almpo_kit.regions.comparison.typology import Typology, typology
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.indicators import INDICATORS

from ..conftest import Frames
from .worlds import codes, frame_of, places_of

ON = ("unemployment_rate", "employment_rate", "gdp_per_head_pps")
GEOS = codes(120)
PLACES = places_of(GEOS)
#: Which of three planted types a region is of; dealt out so that no country is one type.
PLANTED = np.array([(7 * i) % 3 for i in range(120)])
CENTRES = np.array([[4.0, 80.0, 10.8], [9.0, 72.0, 10.1], [18.0, 58.0, 9.9]])


def planted(spread: float = 0.5, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = CENTRES[PLANTED] + rng.normal(size=(120, 3)) * [spread, spread, 0.06 * spread]
    return frame_of(np.column_stack([x[:, :2], np.exp(x[:, 2])]), GEOS, ON)


def one_cloud(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    u = rng.normal(size=120)
    rows = [6 * np.exp(0.5 * u), 76 - 4 * u + rng.normal(size=120), 3e4 * np.exp(0.3 * rng.normal(size=120))]
    return frame_of(np.column_stack(rows), GEOS, ON)


def types(frame: pd.DataFrame, **options: object) -> Typology:
    options = {"draws": 10, "clouds": 19} | options
    return typology(frame, PLACES, **options)  # type: ignore[arg-type]


# ---- kernels ---------------------------------------------------------------------------------------

labels = st.lists(st.integers(0, 4), min_size=6, max_size=40)


@settings(max_examples=25, deadline=None)
@given(labels, st.randoms(use_true_random=False))
def test_agreement_and_silhouette_are_scikit_learns(values: list[int], random: object) -> None:
    from sklearn.metrics import adjusted_rand_score, silhouette_samples

    a = np.array(values)
    b = np.array([random.choice([0, 1, 2]) for _ in values])  # type: ignore[attr-defined]
    assert adjusted_rand(a, b) == pytest.approx(adjusted_rand_score(a, b), abs=1e-12)
    z = np.random.default_rng(len(values)).normal(size=(len(a), 2))
    if 2 <= len(set(values)) < len(values):
        assert silhouettes(distances(z), a) == pytest.approx(silhouette_samples(z, a), abs=1e-12)


def test_agreement_does_not_care_for_names() -> None:
    a = np.array([0, 0, 1, 1, 2, 2, 2])
    b = np.array([5, 5, 3, 3, 0, 0, 0])
    assert adjusted_rand(a, b) == 1.0
    assert matched(a, b).tolist() == a.tolist()
    assert best_jaccard(a, b, 3).tolist() == [1, 1, 1]


def test_a_class_more_than_the_other_has_is_nobodys() -> None:
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2])
    renamed = matched(a, b)
    assert (renamed == a).sum() == 3 and set(renamed) - {0, 1}


def test_jaccard_by_hand() -> None:
    whole, again = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 1])
    assert best_jaccard(whole, again, 4)[:3] == pytest.approx([2 / 3, 1 / 2, 1 / 4])
    assert np.isnan(best_jaccard(whole, again, 4)[3])


def test_a_cloud_has_the_spread_and_the_skewness_of_the_data() -> None:
    from scipy.stats import skew

    rng = np.random.default_rng(0)
    u = rng.normal(size=2000)
    z = np.column_stack([np.exp(0.5 * u), u + rng.normal(size=2000), rng.normal(size=2000)])
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    drawn = OneCloud(z).draw(20_000, rng)
    assert drawn.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-9)
    assert np.corrcoef(drawn.T) == pytest.approx(np.corrcoef(z.T), abs=0.06)
    assert skew(drawn)[0] == pytest.approx(skew(z)[0], rel=0.35)
    assert np.isfinite(drawn).all()


@pytest.mark.parametrize("power", [-1.0, 0.0, 0.7, 2.0, 3.0])
def test_the_transformation_is_undone(power: float) -> None:
    from scipy.stats import yeojohnson

    from almpo_kit.regions.comparison.kernels.one_cloud import _back

    x = np.linspace(-2, 4, 25)
    assert _back(yeojohnson(x, power), power) == pytest.approx(x, abs=1e-9)


# ---- planted types ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["ward", "kmeans"])
def test_planted_types_are_found_named_and_ordered(method: str) -> None:
    result = types(planted(), method=method)
    assert result.clear and result.n_classes == 3 and result.p == pytest.approx(1 / 20)
    at = result.table.set_index("geo").loc[GEOS, "class"].to_numpy(dtype=int) - 1
    assert (at == PLANTED).all()
    assert result.agreement == 1.0 and result.n_edge == 0
    assert result.profiles["unemployment_rate"].is_monotonic_increasing
    assert result.profiles["type"].tolist() == [
        "low unemployment, high employment, high GDP per head",
        "near the average",
        "high unemployment, low employment, low GDP per head",
    ]
    assert (result.profiles["jaccard"] > 0.95).all()
    assert "fall into 3 types" in result.sentence
    assert not result.failed


def test_no_types_are_claimed_in_one_skewed_cloud() -> None:
    result = types(one_cloud(), clouds=39)
    assert not result.clear and result.n_classes == 0
    assert "no clear types" in result.sentence and result.table["class"].isna().all()
    assert {c.name for c in result.failed} == {"types_found"}
    asked = types(one_cloud(), clouds=39, classes=4)
    assert asked.n_classes == 4 and "for convenience" in asked.sentence
    assert "These are not types found in the data" in asked.sentence


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["normal", "correlated", "skewed", "heavy"])
def test_types_are_claimed_in_noise_no_more_often_than_stated(shape: str) -> None:
    """At most 5% in theory; of 200 worlds at most 18 (9%), which 5% exceeds once in two hundred."""
    claimed = 0
    for world in range(200):
        rng = np.random.default_rng([world, len(shape)])
        z = rng.normal(size=(150, 3))
        if shape in ("correlated", "skewed"):
            z[:, 1] = 0.8 * z[:, 0] + 0.6 * z[:, 1]
        if shape == "skewed":
            z = np.exp(0.6 * z)
        if shape == "heavy":
            z = rng.standard_t(5, size=(150, 3))
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        claimed += search_types(z, None, 10, 39, rng).clear
    assert claimed <= 18, f"{claimed} of 200"


@pytest.mark.slow
def test_planted_types_are_found_as_often_as_stated() -> None:
    """Three classes two and a half standard deviations apart: found in at least 90 of 100 worlds."""
    found = 0
    for world in range(100):
        rng = np.random.default_rng([9, world])
        z = rng.normal(size=(150, 3)) + np.repeat(np.eye(3) * 4.5, 50, axis=0)
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        search = search_types(z, None, 10, 39, rng)
        found += search.clear and search.number == 3
    assert found >= 90, f"{found} of 100"


# ---- laws ------------------------------------------------------------------------------------------


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    frame = one_cloud()
    a = types(frame, classes=3)
    b = typology(
        frame.sample(frac=1, random_state=seed),
        PLACES.sample(frac=1, random_state=seed),
        classes=3,
        draws=10,
        clouds=19,
    )
    pd.testing.assert_frame_equal(a.table, b.table)
    pd.testing.assert_frame_equal(a.profiles, b.profiles)


def test_units_do_not_matter() -> None:
    frame = one_cloud()
    scaled = frame.assign(value=frame["value"].where(frame["indicator"] != ON[0], 10 * frame["value"] + 3))
    scaled["value"] = scaled["value"].where(scaled["indicator"] != ON[2], 1.9 * scaled["value"])
    a, b = types(frame, classes=3), types(scaled, classes=3)
    assert a.table["class"].tolist() == b.table["class"].tolist()
    assert a.table["silhouette"].to_numpy() == pytest.approx(b.table["silhouette"].to_numpy(), abs=1e-9)


def test_the_same_seed_gives_the_same() -> None:
    a, b = (types(planted(2.5), classes=3, method="kmeans", seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(a.table, b.table)
    pd.testing.assert_frame_equal(a.profiles, b.profiles)


def test_regions_between_two_types_are_flagged() -> None:
    result = types(planted(3.5), classes=3)
    edge = result.table[result.table["edge"]]
    assert result.n_edge == len(edge) > 0
    assert (edge["silhouette"] < 0).all() and (
        result.table.loc[~result.table["edge"], "silhouette"] >= 0
    ).all()
    assert "edge" in {c.name for c in result.checks}


def test_names_are_never_shared() -> None:
    aspects = [Aspect(INDICATORS[k], "2024", "2024") for k in ON[:2]]
    assert type_names(np.array([[-0.9, 0.0], [-0.7, 0.3], [1.6, -0.6]]), aspects) == [
        "low unemployment; less employment than the other",
        "low unemployment; more employment than the other",
        "very high unemployment, low employment",
    ]
    same = type_names(np.zeros((2, 2)), aspects)
    assert len(set(same)) == 2


def test_ward_keeps_the_tree() -> None:
    z = np.random.default_rng(0).normal(size=(40, 2))
    cut = ward(z, [2, 3, 4])
    for k in (2, 3):
        # Each class of k + 1 lies inside one class of k.
        assert all(len(np.unique(cut[k][cut[k + 1] == c])) == 1 for c in range(k + 1))


# ---- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": 1}, "classes=1"),
        ({"classes": 13}, "ask for 2 to 12"),
        ({"classes": True}, "classes=True"),
        ({"method": "magic"}, "choose 'ward' or 'kmeans'"),
        ({"clouds": 10}, "clouds=10: give a whole number, 19 or more"),
        ({"on": ["unemployment_rate"]}, "give at least two"),
    ],
)
def test_odd_questions_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        types(planted(), **options)


def test_too_few_regions_are_refused() -> None:
    with pytest.raises(DesignError, match=r"only 40 regions have all of these figures.*at least 50"):
        types(planted()[lambda d: d["geo"].isin(GEOS[:40])])


# ---- the shipped panel -----------------------------------------------------------------------------


def test_the_eus_regions_form_no_clear_types_by_the_three_indicators(real: Frames) -> None:
    result = typology(real.indicators, real.places)
    assert (result.n_compared, result.n_classes, result.clear) == (241, 0, False)
    assert result.p > 0.3
    assert result.sentence.startswith("The EU's 241 regions with every figure form no clear types")
    five = typology(real.indicators, real.places, classes=5)
    assert five.profiles["n"].sum() == 241 and five.profiles["unemployment_rate"].is_monotonic_increasing
    assert {"types_found", "stability"} <= {c.name for c in five.failed}


def test_types_of_a_part_of_the_regions_are_not_those_of_the_eu(real: Frames) -> None:
    on = ("unemployment_rate", "tertiary_attainment")
    result = typology(real.indicators, real.places, on=on, draws=5, clouds=19)
    part = f"he {result.n_compared} of the EU's 244 regions that have every figure"
    assert result.n_compared < 200 and part in result.sentence
