"""Autocorrelation, clusters and spatial models as a person meets them: on the real panel and on made-up ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions, sources
from almpo_kit.regions.space.cluster_words import QUADRANTS
from almpo_kit.regions.space.fits import fit
from almpo_kit.regions.space.impacts import impacts
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

from ..conftest import Frames
from .pins import lattice

KEY = "unemployment_rate"


@pytest.fixture(scope="module")
def near() -> regions.Neighbours:
    """Five nearest, both ways, on the real label points."""
    return regions.neighbours(locations=sources.locations(), places=sources.nuts(), k=5, symmetric=True)


def frame(values: np.ndarray, key: str = KEY, period: str = "2024", source: str = "by hand") -> pd.DataFrame:
    """Values of the regions R0000, R0001, … in one period."""
    return pd.DataFrame(
        {
            "geo": [f"R{i:04d}" for i in range(len(values))],
            "nuts_version": "2024",
            "indicator": key,
            "unit": "PC",
            "period": period,
            "value": values,
            "flag": None,
            "source": source,
        }
    ).dropna(subset="value")


Hill = Callable[..., np.ndarray]


def hill(noise: float = 0.3, seed: int = 0) -> np.ndarray:
    """A lattice of 12 × 12 with a high corner and a low one."""
    row, column = np.indices((12, 12))
    high = 3.0 * ((row < 4) & (column < 4)) - 3.0 * ((row > 7) & (column > 7))
    return (high + np.random.default_rng(seed).normal(0, noise, (12, 12))).ravel() + 10


def checks(finding: regions.Clusters) -> dict[str, tuple[str, str]]:
    return {c.name: (c.status, c.sentence) for c in finding.checks}


def test_real_unemployment_is_alike_among_neighbours(real: Frames, near: regions.Neighbours) -> None:
    found = regions.autocorrelation(real.indicators, real.places, near, indicator=KEY, period=2024)
    assert (found.period, found.n) == ("2024", len(found.table))
    assert 0.45 < found.i < 0.75 and found.p_permutation == pytest.approx(2 / 10_000)
    assert found.slope == pytest.approx(found.i)
    assert "resemble each other more than chance explains" in found.sentence
    assert "p ≤ 0.0002, the least that 9\u202f999 permutations can show" in found.sentence
    assert found.figure == "moran" and found.provenance.seed == 20260101
    assert {d.dataset for d in found.provenance.data} >= {"label_points", "regional_indicators"}
    assert found.provenance.options["neighbours"]["rule"] == "nearest"
    assert "no_neighbour" in checks(found) and "ES70" in checks(found)["no_neighbour"][1]


def test_real_clusters_name_who_and_how_many(real: Frames, near: regions.Neighbours) -> None:
    found = regions.clusters(real.indicators, real.places, near, indicator=KEY, period=2024)
    table = found.table.set_index("geo")
    assert len(table) == near.weights.n
    assert table.loc["ES61", "cluster"] == "HH" and table.loc["CZ03", "quadrant"] == "LL"
    assert table.loc["ES70", "cluster"] == "no neighbour" and table.loc["ES70", "value"] > 0
    assert found.counts == {q: int((table["cluster"] == q).sum()) for q in QUADRANTS}
    assert found.unadjusted > sum(found.counts.values()) > 5
    assert f"{found.unadjusted} would be named without that control" in found.sentence
    named = table["cluster"].isin(list(QUADRANTS))
    assert (table.loc[named, "q"] <= 0.05).all() and (table.loc[~named, "q"].dropna() > 0.05).all()
    assert table["q"].isna().sum() == near.weights.n - found.n
    assert found.table["n_neighbours"].dropna().min() >= 1
    # What a map needs: every region once, its class, its period.
    assert found.table["geo"].is_unique and set(found.table["period"]) == {"2024"}
    assert set(table["cluster"]) <= {*QUADRANTS, "not significant", "no value", "no neighbour"}
    assert table["cluster"].notna().all()


def test_a_hill_and_a_hollow_are_found() -> None:
    w = lattice(12)
    found = regions.clusters(frame(hill()), None, w, indicator=KEY, permutations=9_999)
    at = found.table["cluster"].to_numpy().reshape(12, 12)
    assert (at[:3, :3] == "HH").all() and (at[9:, 9:] == "LL").all()
    # Where the hill ends a region or so is low among high: that is true too.
    assert found.counts["HL"] + found.counts["LH"] <= 2
    assert (at[:3, 9:] == "not significant").all()
    # A region that differs from those around it.
    odd = hill()
    odd[13] = 7.0
    again = regions.clusters(frame(odd), None, w, indicator=KEY, permutations=9_999)
    assert again.table.loc[13, "quadrant"] == "LH"


def test_chance_alone_names_nobody_and_says_so() -> None:
    noise = np.random.default_rng(3).normal(10, 1, 144)
    found = regions.clusters(frame(noise), None, lattice(12), indicator=KEY)
    assert sum(found.counts.values()) == 0
    assert found.sentence.startswith("In 2024, of 144 regions, none stands out in unemployment")
    moran = regions.autocorrelation(frame(noise), None, lattice(12), indicator=KEY)
    assert moran.p_permutation > 0.05 and "no more pattern than chance explains" in moran.sentence


def test_unlike_neighbours_are_told_apart_from_like_ones() -> None:
    board = (np.indices((12, 12)).sum(axis=0).ravel() % 2) * 2.0 + np.random.default_rng(0).normal(
        0, 0.1, 144
    )
    # On a queen's lattice a chessboard has as many like as unlike neighbours; stripes of single rows differ.
    stripes = (np.arange(144) // 12 % 2) * 2.0 + np.random.default_rng(0).normal(0, 0.1, 144)
    found = regions.autocorrelation(frame(stripes), None, lattice(12), indicator=KEY)
    assert found.i < -0.3 and "differ from each other more than chance explains" in found.sentence
    assert regions.autocorrelation(frame(board), None, lattice(12), indicator=KEY).i > found.i


def test_the_missing_go_with_their_links() -> None:
    values = hill()
    values[:13] = np.nan  # the first row and the corner below it
    found = regions.autocorrelation(frame(values), None, lattice(12), indicator=KEY)
    assert found.n == 131
    assert checks(found)["missing"][0] == "informational"
    assert (
        "13 of 144 regions have no value for 2024 and are left out with their links"
        in checks(found)["missing"][1]
    )
    rows = found.table.set_index("geo")
    # R0013 had eight neighbours, of which four are missing.
    assert rows.loc["R0013", "n_neighbours"] == 4
    z = rows["z"]
    assert rows.loc["R0013", "lag"] == pytest.approx(z[["R0014", "R0024", "R0025", "R0026"]].mean())
    many = hill()
    many[:40] = np.nan
    assert (
        checks(regions.autocorrelation(frame(many), None, lattice(12), indicator=KEY))["missing"][0]
        == "failed"
    )


def test_a_mean_over_periods_is_said_and_needs_every_one() -> None:
    first, second = hill(seed=1), hill(seed=2)
    second[5] = np.nan
    both = pd.concat([frame(first, period="2023"), frame(second, period="2024")])
    found = regions.autocorrelation(both, None, lattice(12), indicator=KEY, period=[2023, "2024"])
    assert found.period == "the mean of 2023 and 2024" and found.n == 143
    assert found.table["value"].iloc[0] == pytest.approx((first[0] + second[0]) / 2)
    with pytest.raises(DesignError, match="no regional values for 2019; choose from 2023, 2024"):
        regions.autocorrelation(both, None, lattice(12), indicator=KEY, period=[2019, 2023])


def test_same_seed_same_bytes() -> None:
    run = [
        regions.clusters(frame(hill()), None, lattice(12), indicator=KEY, seed=s, permutations=999)
        for s in (1, 1, 2)
    ]
    assert run[0].table.equals(run[1].table) and not run[0].table.equals(run[2].table)


def test_without_control_it_fails_a_check_and_by_is_stricter() -> None:
    counts = {}
    for control in ("none", "bh", "by"):
        found = regions.clusters(frame(hill(1.5)), None, lattice(12), indicator=KEY, control=control)  # type: ignore[arg-type]
        counts[control] = sum(found.counts.values())
        assert checks(found)["false_discoveries"][0] == ("failed" if control == "none" else "passed")
    assert counts["none"] >= counts["bh"] >= counts["by"] and counts["none"] > counts["by"]


def test_too_few_permutations_for_so_many_regions_is_said() -> None:
    found = regions.clusters(frame(hill(1.5)), None, lattice(12), indicator=KEY, permutations=199)
    status, text = checks(found)["resolution"]
    # 2/200 · 144 / 0.05 = 28.8
    assert "unless 29 reach that together" in text and "5\u202f760 permutations" in text
    assert status in ("failed", "informational")
    assert "resolution" not in checks(regions.clusters(frame(hill(1.5)), None, lattice(12), indicator=KEY))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"indicator": "happiness"}, "no indicator 'happiness' here; choose from unemployment_rate"),
        ({"period": 1999}, "no regional values for 1999; choose from 2024"),
        ({"permutations": 10}, "99 or more"),
        ({"seed": -1}, "seed=-1"),
        ({"highlight": "XX00"}, "highlight names XX00"),
    ],
)
@pytest.mark.parametrize("verb", [regions.autocorrelation, regions.clusters])
def test_refusals(verb: Callable, change: dict, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        verb(frame(hill()), None, lattice(12), **({"indicator": KEY} | change))


@pytest.mark.parametrize("verb", [regions.autocorrelation, regions.clusters])
def test_hostile_values(verb: Callable) -> None:
    with pytest.raises(DesignError, match="same value in all 144 regions"):
        verb(frame(np.full(144, 5.0)), None, lattice(12), indicator=KEY)
    with pytest.raises(DesignError, match=r"only 16 regions .* needs 20"):
        verb(frame(np.arange(16.0)), None, lattice(4), indicator=KEY)
    with pytest.raises(FrameError, match="more than one value"):
        verb(pd.concat([frame(hill()), frame(hill())]), None, lattice(12), indicator=KEY)
    with pytest.raises(DesignError, match="one NUTS level and vintage"):
        verb(frame(hill()).assign(geo=lambda d: "X" + d["geo"]), None, lattice(12), indicator=KEY)
    endless = hill()
    endless[3] = np.inf
    assert verb(frame(endless), None, lattice(12), indicator=KEY).n == 143
    with pytest.raises(DesignError, match="rate of false discoveries"):
        regions.clusters(frame(hill()), None, lattice(12), indicator=KEY, fdr=1.5)


def test_synthetic_stays_labelled() -> None:
    made_up = stamp(frame(hill(), source="SYNTHETIC hill"), DataVersion("hill", "1", kind="synthetic"))
    for verb in (regions.autocorrelation, regions.clusters):
        assert verb(made_up, None, lattice(12), indicator=KEY).sentence.startswith("SYNTHETIC")


# ---- regressions ---------------------------------------------------------------------------------------


def world(rho: float = 0.0, lam: float = 0.0, b: float = 1.5, seed: int = 4) -> pd.DataFrame:
    """Unemployment on employment over the lattice, with a lag or correlated errors; GDP has nothing to do with it."""
    w, rng = lattice(12).matrix.toarray(), np.random.default_rng(seed)
    x, other = rng.normal(70, 4, 144), rng.normal(30_000, 5_000, 144)
    error = np.linalg.solve(np.eye(144) - lam * w, rng.normal(0, 1, 144))
    y = np.linalg.solve(np.eye(144) - rho * w, 5 + b * (x - 70) / 4 + error)
    return pd.concat([frame(y), frame(x, "employment_rate"), frame(other, "gdp_per_head_pps")])


def ask(indicators: pd.DataFrame, **more: object) -> regions.SpatialModel:
    arguments: dict = {"response": KEY, "regressors": ["employment_rate", "gdp_per_head_pps"]} | more
    return regions.spatial_model(indicators, None, arguments.pop("weights", lattice(12)), **arguments)


def value(found: regions.SpatialModel, term: str, part: str, column: str = "per_sd") -> float:
    rows = found.table[(found.table["term"] == term) & (found.table["part"] == part)]
    return float(rows[column].iloc[0])


@pytest.mark.parametrize("estimator", ["ml", "two_stage"])
def test_a_lag_is_recovered_with_its_impacts(estimator: str) -> None:
    found = ask(world(rho=0.6), estimator=estimator)
    assert found.spatial_low < 0.6 < found.spatial_high
    total = value(found, "employment_rate", "total")
    assert total == pytest.approx(1.5 / 0.4, rel=0.35)
    parts = [value(found, "employment_rate", p) for p in ("direct", "indirect", "total")]
    assert parts[0] + parts[1] == pytest.approx(parts[2])
    assert value(found, "gdp_per_head_pps", "total", "p") > 0.01
    assert found.points_to == "lag" and checks(found)["specification"][0] == "passed"
    assert found.sentence.endswith("This is association across regions, not an effect of one on the other.")


def test_an_error_model_is_recovered_and_the_other_is_called_out() -> None:
    found = ask(world(lam=0.7), model="error")
    assert found.spatial_low < 0.7 < found.spatial_high
    assert value(found, "employment_rate", "coefficient") == pytest.approx(1.5, rel=0.2)
    assert found.points_to == "error" and set(found.table["part"]) == {"coefficient"}
    wrong = ask(world(lam=0.7), model="lag")
    assert checks(wrong)["specification"][0] == "failed"
    assert 'Compare with model="error"' in checks(wrong)["specification"][1]
    assert (
        abs(found.comparison["residual_moran_i"].iloc[1])
        < 0.15
        < found.comparison["residual_moran_i"].iloc[0]
    )


def test_nothing_spatial_needs_no_spatial_model() -> None:
    found = ask(world())
    assert found.points_to == "neither" and "it would do" in checks(found)["specification"][1]
    assert found.spatial_low < 0 < found.spatial_high


@pytest.mark.slow
def test_intervals_cover() -> None:
    """Of 95% intervals of ρ and of the total impact, about 95% hold the truth."""
    w, inside = lattice(12), []
    for seed in range(120):
        wide = world(rho=0.4, seed=seed).pivot(index="geo", columns="indicator", values="value")
        y, x = wide[KEY].to_numpy(), wide[["employment_rate"]].to_numpy() / 4
        f = fit(y, x, w, "lag")
        i = impacts(f.b[1:], f.spatial, f.covariance[1:, 1:], w.matrix)
        inside.append(
            (abs(f.spatial - 0.4) < 1.96 * f.spatial_se, abs(i.total[0] - 1.5 / 0.6) < 1.96 * i.total_se[0])
        )
    assert (np.abs(np.mean(inside, axis=0) - 0.95) < 0.06).all()


def test_units_of_a_regressor_only_change_its_own_row() -> None:
    data = world(rho=0.6)
    scaled = data.assign(
        value=data["value"].where(data["indicator"] != "gdp_per_head_pps", data["value"] / 1000)
    )
    a, b = ask(data), ask(scaled)
    np.testing.assert_allclose(a.table["per_sd"].dropna(), b.table["per_sd"].dropna(), rtol=1e-6)
    assert value(b, "gdp_per_head_pps", "total", "estimate") == pytest.approx(
        1000 * value(a, "gdp_per_head_pps", "total", "estimate"), rel=1e-5
    )


def test_the_real_panel(real: Frames, near: regions.Neighbours) -> None:
    with pytest.raises(DesignError, match=r"have values but no neighbour with one: Canarias \(ES70\)"):
        regions.spatial_model(
            real.indicators, real.places, near, response=KEY, regressors=["employment_rate"], period=2023
        )
    found = regions.spatial_model(
        real.indicators,
        real.places,
        near,
        response=KEY,
        regressors=["gdp_per_head_pps", "employment_rate"],
        period=2023,
        model="error",
        islands="leave",
    )
    assert found.n > 220 and found.spatial > 0.6
    assert value(found, "employment_rate", "coefficient") < -2
    assert found.figure == "spatial_model" and found.provenance.method == "regions.spatial_model (spreg)"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"regressors": []}, "at least one indicator"),
        ({"regressors": [KEY]}, "not the response"),
        ({"regressors": ["employment_rate"] * 2}, "each once"),
        ({"model": "durbin"}, "model='durbin'; choose lag or error"),
        ({"model": "error", "estimator": "two_stage"}, "maximum likelihood"),
        ({"islands": "sink"}, "choose refuse or leave"),
        ({"level": 1.0}, "no coverage"),
        ({"regressors": ["tertiary_attainment"]}, "no indicator 'tertiary_attainment' here"),
        ({"weights": lattice(5)}, "25 regions are too few for 2 regressors"),
    ],
)
def test_regressions_refuse(change: dict, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        ask(world(), **change)


def test_collinear_and_constant_regressors_are_refused() -> None:
    x = np.random.default_rng(0).normal(70, 4, 144)
    same = pd.concat([frame(hill()), frame(x, "employment_rate"), frame(3 * x + 5, "gdp_per_head_pps")])
    with pytest.raises(DesignError, match="collinear: one follows from the others"):
        ask(same)
    flat = pd.concat(
        [frame(hill()), frame(x, "employment_rate"), frame(np.full(144, 3.0), "gdp_per_head_pps")]
    )
    with pytest.raises(DesignError, match="gdp_per_head_pps has the same value in all 144 regions"):
        ask(flat)
    near_copy = 3 * x + np.random.default_rng(1).normal(0, 0.5, 144)
    close = pd.concat([frame(hill()), frame(x, "employment_rate"), frame(near_copy, "gdp_per_head_pps")])
    assert checks(ask(close))["overlap"][0] == "failed"


def test_binary_weights_are_refused() -> None:
    from dataclasses import replace

    with pytest.raises(DesignError, match='transform="row"'):
        ask(world(), weights=replace(lattice(12), transform="binary"))
