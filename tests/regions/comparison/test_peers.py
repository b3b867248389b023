"""Peers: laws, planted answers, refusals, and the panel that the workbench ships."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.regions.comparison.kernels.shrunken_distance import between_all, from_one, ledoit_wolf
from almpo_kit.regions.comparison.peers import Peers, peers
from almpo_kit.vocabulary.errors import DesignError, FrameError, PlaceError

from ..conftest import Frames
from .worlds import codes, frame_of, places_of

ON = ("unemployment_rate", "employment_rate", "gdp_per_head_pps")
GEOS = codes(60)
PLACES = places_of(GEOS)
RNG = np.random.default_rng(4)
CLOUD = np.column_stack(
    [RNG.gamma(4, 2, 60), 75 - RNG.gamma(4, 2, 60), 30_000 * np.exp(RNG.normal(0, 0.3, 60))]
)
FRAME = frame_of(CLOUD, GEOS, ON)


def found(frame: pd.DataFrame = FRAME, **options: object) -> Peers:
    options = {"region": GEOS[7], "draws": 20} | options
    return peers(frame, PLACES, **options)  # type: ignore[arg-type]


# ---- the kernel ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "p"), [(30, 1), (40, 3), (25, 8), (12, 20)])
def test_shrinkage_is_scikit_learns(n: int, p: int) -> None:
    from sklearn.covariance import LedoitWolf

    z = np.random.default_rng(n).normal(size=(n, p)) @ np.diag(np.linspace(0.2, 3, p))
    reference = LedoitWolf().fit(z)
    cov, weight = ledoit_wolf(z)
    assert cov == pytest.approx(reference.covariance_, rel=1e-12, abs=1e-14)
    assert weight == pytest.approx(reference.shrinkage_, rel=1e-12)


def test_distances_are_a_metric() -> None:
    z = np.random.default_rng(1).normal(size=(25, 3))
    cov, _ = ledoit_wolf(z)
    d = between_all(z, cov)
    assert (d == d.T).all() and (np.diag(d) == 0).all()
    assert d[4] == pytest.approx(from_one(z, 4, cov), rel=1e-12)
    assert (d[:, None, :] <= d[:, :, None] + d[None, :, :] + 1e-12).all()


# ---- laws ------------------------------------------------------------------------------------------


def test_a_region_is_never_its_own_peer() -> None:
    for geo in GEOS[::20]:
        assert geo not in set(found(region=geo, k=59).table["geo"])


@settings(max_examples=5, deadline=None)
@given(
    scale=st.floats(0.01, 1000) | st.floats(-1000, -0.01),
    shift=st.floats(-100, 100),
    column=st.sampled_from([0, 1]),
)
def test_units_do_not_matter(scale: float, shift: float, column: int) -> None:
    other = CLOUD.copy()
    other[:, column] = other[:, column] * scale + shift
    before, after = found(), found(frame_of(other, GEOS, ON))
    assert after.table["geo"].tolist() == before.table["geo"].tolist()
    assert after.table["distance"].to_numpy() == pytest.approx(before.table["distance"].to_numpy(), rel=1e-6)
    assert after.cutoff == pytest.approx(before.cutoff, rel=1e-6)


def test_currency_does_not_matter_where_logarithms_are_taken() -> None:
    other = CLOUD * [1, 1, 7.5]
    assert found(frame_of(other, GEOS, ON)).table["geo"].tolist() == found().table["geo"].tolist()


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    shuffled = FRAME.sample(frac=1, random_state=seed)
    a, b = found(), peers(shuffled, PLACES.sample(frac=1, random_state=seed), region=GEOS[7], draws=20)
    pd.testing.assert_frame_equal(a.table, b.table)
    pd.testing.assert_frame_equal(a.stability, b.stability)
    assert a.sentence == b.sentence


def test_being_near_is_mutual_in_distance() -> None:
    a = found(region=GEOS[7], k=59).table.set_index("geo")["distance"]
    b = found(region=GEOS[20], k=59).table.set_index("geo")["distance"]
    assert a[GEOS[20]] == pytest.approx(b[GEOS[7]], rel=1e-12)


def test_own_country_can_be_excluded() -> None:
    whole, abroad = found(k=59), found(k=59, exclude_country=True)
    own = GEOS[7][:2]
    assert own in set(whole.table["country"]) and own not in set(abroad.table["country"])
    others = whole.table[whole.table["country"] != own]
    assert abroad.table["geo"].tolist() == others["geo"].tolist()
    assert abroad.cutoff == whole.cutoff
    assert "in another country" in abroad.sentence


def test_the_same_seed_gives_the_same_and_another_moves_only_the_stability() -> None:
    a, b, c = found(seed=1), found(seed=1), found(seed=2)
    pd.testing.assert_frame_equal(a.table, b.table)
    assert not np.allclose(a.table["stays"], c.table["stays"])
    assert a.table["geo"].tolist() == c.table["geo"].tolist()


# ---- planted answers -------------------------------------------------------------------------------


def test_a_twin_is_first_and_its_likeness_is_told_in_natural_units() -> None:
    world = CLOUD.copy()
    world[30] = world[7] + [0.1, 0.0, 100.0]
    result = found(frame_of(world, GEOS, ON))
    first = result.table.iloc[0]
    assert first["geo"] == GEOS[30] and bool(first["close"])
    assert "unemployment" in first["alike"] and "(0.1 points higher)" in first["alike"]
    assert "(the same)" in first["alike"]
    why = result.reasons[result.reasons["geo"] == GEOS[30]].set_index("aspect")
    assert why["alike"].all()
    assert why.at["unemployment_rate", "value"] - why.at["unemployment_rate", "own"] == pytest.approx(0.1)


def test_an_outlier_has_no_close_peer_and_is_told_so() -> None:
    world = CLOUD.copy()
    world[7] = [45.0, 30.0, 9_000.0]
    result = found(frame_of(world, GEOS, ON))
    assert result.n_close == 0 and not result.table["close"].any()
    assert result.sentence.startswith("No region is truly comparable with Region")
    assert "close_enough" in {c.name for c in result.failed}


def test_the_cut_off_is_the_share_of_nearest_neighbours() -> None:
    result = found(cutoff=0.5, k=59)
    x = np.column_stack([CLOUD[:, :2], np.log(CLOUD[:, 2])])
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    every = between_all(z, ledoit_wolf(z)[0]) + np.diag(np.full(60, np.inf))
    assert result.cutoff == pytest.approx(np.median(every.min(axis=1)), rel=1e-9)
    assert (result.table["close"] == (result.table["distance"] <= result.cutoff)).all()


def test_an_indicator_that_carries_the_list_is_found_when_left_out() -> None:
    result = found()
    left = result.stability.set_index("change")["kept"]
    for j, key in enumerate(ON):
        rest = tuple(k for k in ON if k != key)
        again = peers(FRAME, PLACES, region=GEOS[7], on=rest, draws=1).table["geo"]
        label = ("unemployment", "employment", "GDP per head")[j]
        assert left[f"without {label}"] == len(set(again) & set(result.table["geo"]))


def test_without_sampling_error_everybody_stays() -> None:
    result = found(sampling_error=0)
    assert (result.table["stays"] == 1).all()
    assert "under sampling error" not in set(result.stability["change"])
    assert result.noise == 0
    more = found(sampling_error=5.0, draws=60)
    some = found(sampling_error=0.2, draws=60)
    assert more.table["stays"].mean() < some.table["stays"].mean() < 1


def test_changes_are_compared_when_asked() -> None:
    earlier = CLOUD.copy()
    earlier[:, 0] += np.linspace(-3, 3, 60)
    both = pd.concat([frame_of(earlier, GEOS, ON, "2022"), FRAME], ignore_index=True)
    both = pd.concat([both, frame_of(CLOUD * [1, 1, 0.9], GEOS, ON, "2023")], ignore_index=True)
    result = found(both, on=ON[:2], period=2024, k=3)
    assert "unemployment_rate_change" not in result.table
    world = both[both["indicator"] == ON[0]]
    rows = pd.concat([world, both[both["indicator"] == ON[2]].query("period != '2022'")])
    with pytest.raises(DesignError, match="no regional values for 2022"):
        found(rows, on=(ON[0], ON[2]), change=2)
    first = frame_of(CLOUD * [1, 1, 0.5] * np.exp(0.1 * RNG.normal(size=(60, 3))), GEOS, ON, "2022")
    rows = pd.concat([first, frame_of(CLOUD, GEOS, ON, "2023"), FRAME], ignore_index=True)
    result = found(rows, on=(ON[0], ON[2]), change=2, k=3)
    peer = result.table.iloc[0]
    values = rows[(rows["geo"] == peer["geo"]) & (rows["indicator"] == ON[2])].set_index("period")["value"]
    growth = 100 * (values["2024"] / values["2022"] - 1)
    assert peer["gdp_per_head_pps_change"] == pytest.approx(growth)
    assert "change in GDP per head (2022–2024)" in result.sentence


def test_a_change_that_is_the_same_everywhere_is_refused() -> None:
    both = pd.concat([frame_of(CLOUD * [1, 1, 0.8], GEOS, ON, "2023"), FRAME], ignore_index=True)
    with pytest.raises(DesignError, match=r"does not differ between regions"):
        found(both, change=1)


# ---- gaps and refusals -----------------------------------------------------------------------------


def test_a_region_that_lacks_an_indicator_is_refused_or_compared_on_the_rest_if_stated() -> None:
    world = CLOUD.copy()
    world[7, 2] = np.nan
    frame = frame_of(world, GEOS, ON)
    with pytest.raises(DesignError, match=r"no value of GDP per head \(2024\).*missing='drop'"):
        found(frame)
    result = found(frame, missing="drop")
    assert [a.key for a in result.aspects] == ["unemployment_rate", "employment_rate"]
    assert "compared_on_the_rest" in {c.name for c in result.failed}
    assert "(not on GDP per head (2024), which it lacks)" in result.sentence
    same = peers(FRAME, PLACES, region=GEOS[7], on=ON[:2], draws=20)
    assert result.table["geo"].tolist() == same.table["geo"].tolist()


def test_others_that_lack_an_indicator_are_counted_and_never_peers() -> None:
    world = CLOUD.copy()
    world[[1, 2, 3, 4, 5, 6, 8], 1] = np.nan
    result = found(frame_of(world, GEOS, ON), k=59)
    assert result.n_compared == 53 and len(result.table) == 52
    assert not {GEOS[i] for i in (1, 2, 8)} & set(result.table["geo"])
    assert "coverage" in {c.name for c in result.failed}


def test_national_values_never_stand_in() -> None:
    national = FRAME[FRAME["geo"] == GEOS[7]].assign(geo=GEOS[7][:2])
    world = CLOUD.copy()
    world[7, 0] = np.nan
    frame = pd.concat([frame_of(world, GEOS, ON), national], ignore_index=True)
    with pytest.raises(DesignError, match="national values do not stand in"):
        found(frame)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"region": "EL99"}, PlaceError, "no NUTS-2 region of the EU in NUTS 2024"),
        ({"region": "Regoin AT00"}, PlaceError, r"Did you mean Region AT00 \(AT00\)"),
        ({"region": ""}, PlaceError, "no NUTS-2 region"),
        ({"on": []}, DesignError, "name one or more indicators"),
        ({"on": ["unemployment_rate"] * 2}, DesignError, "each once"),
        ({"on": ["unemployment_rate"]}, DesignError, "give at least two"),
        ({"on": ["happiness", "unemployment_rate"]}, DesignError, "choose from"),
        ({"k": 0}, DesignError, "k=0: give a whole number"),
        ({"k": True}, DesignError, "k=True"),
        ({"k": 2.5}, DesignError, r"k=2\.5"),
        ({"draws": 0}, DesignError, "draws=0"),
        ({"cutoff": 1.0}, DesignError, "cutoff=1"),
        ({"cutoff": float("nan")}, DesignError, "cutoff=nan"),
        ({"sampling_error": -1}, DesignError, "points from 0 to 20"),
        ({"missing": "guess"}, DesignError, "choose 'refuse' or 'drop'"),
        ({"period": 1999}, DesignError, "1999"),
        ({"years": 3}, DesignError, "no regional values for 2022, 2023"),
        ({"change": 2}, DesignError, "no regional values for 2022, 2023"),
    ],
)
def test_odd_questions_are_refused_with_the_way_out(
    options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        found(**options)


def test_names_do_as_well_as_codes() -> None:
    assert found(region=f"region {GEOS[7].lower()}").region == GEOS[7]


def test_too_few_regions_are_refused() -> None:
    few = codes(20)
    with pytest.raises(DesignError, match="only 20 regions have all of these figures"):
        peers(frame_of(CLOUD[:20], few, ON), places_of(few), region=few[0])


def test_two_names_of_one_thing_are_refused() -> None:
    world = np.column_stack([CLOUD, 100 - CLOUD[:, 0]])
    frame = frame_of(world, GEOS, (*ON, "tertiary_attainment"))
    with pytest.raises(DesignError, match="say the same"):
        found(frame, on=(*ON, "tertiary_attainment"))


def test_made_up_figures_are_labelled() -> None:
    assert found(FRAME.assign(source="SYNTHETIC world")).sentence.startswith("SYNTHETIC data.")


# ---- the shipped panel -----------------------------------------------------------------------------


def test_peers_of_kriti(real: Frames) -> None:
    result = peers(real.indicators, real.places, region="gr43")
    assert (result.region, result.period, result.n_compared) == ("EL43", "2024", 241)
    assert result.table["geo"].tolist()[:4] == ["EL64", "EL65", "FRF3", "FRE2"]
    assert result.n_close == 4
    assert result.table["distance"].iloc[0] == pytest.approx(0.3602, abs=5e-4)
    assert "Sterea Elláda (EL64)" in result.sentence and "4 of the 10 nearest" in result.sentence
    assert result.rests_on.startswith("241 of 244 regions (NUTS 2024)")
    assert {d.dataset for d in result.provenance.data} >= {"regional_indicators"}


def test_every_region_gets_an_answer_or_a_reason(real: Frames) -> None:
    lists = {}
    for geo in ("FI20", "LU00", "FRY3", "ITF3", "CY00", "ES63", "IE06", "DE21"):
        try:
            lists[geo] = peers(real.indicators, real.places, region=geo, draws=5).n_close
        except DesignError as error:
            lists[geo] = str(error)
    assert "Åland (FI20) has no value of unemployment (2024)" in str(lists.pop("FI20"))
    assert lists["LU00"] == lists["ITF3"] == 0
    # Ceuta has Melilla, and nobody else.
    assert lists["ES63"] == 1
    assert int(lists["DE21"]) > 0


def test_a_mean_over_the_break_of_2021_says_so(real: Frames) -> None:
    on = ("unemployment_rate", "employment_rate")
    over = peers(real.indicators, real.places, region="EL30", on=on, period=2022, years=3, draws=5)
    clear = peers(real.indicators, real.places, region="EL30", on=on, period=2024, years=3, draws=5)
    assert "break_2021" in {c.name for c in over.failed}
    assert "break_2021" not in {c.name for c in clear.checks}


def test_what_they_did_differently_keeps_scopes_apart_and_claims_no_cause(real: Frames) -> None:
    result = peers(
        real.indicators,
        real.places,
        region="DE21",
        expenditure=sources.expenditure(),
        effects=sources.effects(),
        draws=5,
    )
    spent, studied = result.spending, result.evaluations
    assert spent is not None and studied is not None
    assert not spent.duplicated(["country", "scope"]).any()
    assert set(spent["country"]) <= {"DE", *result.table.loc[result.table["close"], "country"]}
    german = spent[(spent["country"] == "DE") & (spent["scope"] == "measures_2_7")].iloc[0]
    assert (german["year"], german["value"]) == (2013, 0.329)
    names = {c.name: c.status for c in result.checks}
    assert names["spending_is_old"] == "failed" and names["spending_scopes"] == "informational"
    effects = sources.effects()
    german_training = effects[(effects["country"] == "DE") & (effects["programme_type"] == "training")]
    row = studied[(studied["country"] == "DE") & (studied["programme_type"] == "training")].iloc[0]
    assert row["samples"] == german_training["sample_id"].nunique() < row["estimates"]
    words = " ".join([result.sentence, *(c.sentence for c in result.checks)])
    assert "because of" not in words and "led to" not in words


def test_spending_by_category_is_kept_by_category(real: Frames) -> None:
    rows = [
        ("DE", c, y, v)
        for c, y, v in (("2", 2022, 0.2), ("2", 2023, 0.3), ("4", 2023, 0.1), ("2-7", 2023, 0.6))
    ]
    frame = pd.DataFrame(rows, columns=["geo", "category", "year", "value"]).assign(
        scope="dg_empl", measure="expenditure", unit="PC_GDP", flag=None, source="by hand"
    )
    others = frame.assign(measure="participants", unit="PER", value=9e5)
    both = pd.concat([frame, others])
    result = peers(real.indicators, real.places, region="DE21", expenditure=both, draws=5)
    assert result.spending is not None
    told = result.spending[result.spending["country"] == "DE"]
    assert told[["category_label", "year", "value"]].to_numpy().tolist() == [
        ["training", 2023, 0.3],
        ["categories 2–7", 2023, 0.6],
        ["employment incentives", 2023, 0.1],
    ]
    names = {c.name for c in result.checks}
    assert "spending_is_old" not in names and "spending_missing" in names


def test_spending_given_twice_is_refused(real: Frames) -> None:
    twice = pd.concat([sources.expenditure()] * 2)
    with pytest.raises(FrameError, match="more than one value of one scope"):
        peers(real.indicators, real.places, region="DE21", expenditure=twice, draws=5)


def test_one_comparable_region_is_one(real: Frames) -> None:
    asked = {"region": "EL53", "draws": 20}
    result = peers(real.indicators, real.places, **asked)
    assert result.n_close == 1 and "; 1 of the 10 nearest is near enough" in result.sentence
    assert "; it is near enough" in peers(real.indicators, real.places, k=1, **asked).sentence


def test_a_search_among_a_part_of_the_regions_says_so(real: Frames) -> None:
    on = ("unemployment_rate", "tertiary_attainment")
    result = peers(real.indicators, real.places, region="CZ01", on=on, draws=20)
    part = f"among the {result.n_compared} of the EU's 244 regions that have every figure"
    assert result.n_compared < 200 and part in result.sentence
    assert "among the" not in peers(real.indicators, real.places, region="CZ01", draws=20).sentence
