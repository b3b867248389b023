"""Effects at a cut-off: the published example, laws, hostile input, coverage."""

from __future__ import annotations

import warnings
from dataclasses import replace
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.evaluation.discontinuity.jump import jump
from almpo_kit.evaluation.discontinuity.local_polynomial import local_polynomial
from almpo_kit.evaluation.discontinuity.sides import sides
from almpo_kit.evaluation.discontinuity.weights import jump_weights
from almpo_kit.vocabulary.errors import DesignError

from .worlds import sample, step, world

PAIR = (("training", "none"),)


def fitted(made: Any, contrasts: Any = PAIR, **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return local_polynomial(step(made), made, estimand="late", contrasts=contrasts, **more)


def senate() -> Any:
    with resources.files("rdrobust").joinpath("data/rdrobust_RDsenate.csv").open() as file:
        table = pd.read_csv(file).dropna(subset=["vote", "margin"])
    x = table["margin"].to_numpy()
    return sample(x, (x >= 0).astype(float), table["vote"].to_numpy())


def test_the_published_example_of_the_senate() -> None:
    """Calonico, Cattaneo, Farrell and Titiunik (2017) Stata J. 17, 372-404: 7.414, 95% robust 4.094 to 10.919."""
    fit = fitted(senate())
    half = 1.959964 * fit.se[0, 0]
    row = fit.details["bandwidth"].iloc[0]
    assert row["conventional"] == pytest.approx(7.414, abs=2e-3)
    assert row["h"] == pytest.approx(17.75, abs=0.05)
    assert [fit.estimate[0, 0] - half, fit.estimate[0, 0] + half] == pytest.approx([4.094, 10.919], abs=0.02)
    assert np.isinf(fit.df).all()


def test_the_weights_are_those_of_the_library() -> None:
    made = world(800)
    found = jump(made.outcome[:, 0], made.running)
    w = jump_weights(made.running, found.h, found.b, np.ones(800))
    assert w @ made.outcome[:, 0] == pytest.approx(found.estimate, rel=1e-8)
    assert w[made.running >= 0].sum() == pytest.approx(1) and w[made.running < 0].sum() == pytest.approx(-1)
    # A line and a square are no jump.
    assert w @ (3 + made.running - 4 * made.running**2) == pytest.approx(0, abs=1e-9)


def test_months_can_be_added_up() -> None:
    """The error of a sum of months, from the covariance, is that of the summed outcome at the same bandwidth."""
    made = world(1500, months=3)
    same = np.repeat(made.outcome[:, :1], 2, axis=1)
    twice = fitted(replace(made, outcome=same, measures=made.measures.iloc[:2]))
    assert twice.covariance[0] == pytest.approx(np.full((2, 2), twice.covariance[0, 0, 0]), rel=1e-9)
    fit = fitted(made)
    total = np.sqrt(fit.covariance[0].sum())
    h = fit.details["bandwidth"][["h", "b"]].mean()
    alone = jump(
        made.outcome.sum(axis=1), made.running, covariates=made.covariates, bandwidths=(h["h"], h["b"])
    )
    assert total == pytest.approx(alone.se, rel=0.15)
    assert np.linalg.eigvalsh(fit.covariance[0]).min() > 0


@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("at", ["treated", "untreated"])
def test_either_side_may_be_treated(below: bool, at: str) -> None:
    made = world(900)
    x = np.round(-made.running if below else made.running, 2)
    x[:30] = 0.0
    treated = (x < 0) if below else (x > 0)
    treated = treated | ((x == 0) & (at == "treated"))
    y = 10 + 3 * x + 2.0 * treated + np.random.default_rng(1).normal(size=900) * 0.2
    two = sides(sample(x, treated, y))
    assert two.sharp and two.mirrored == (below == (at == "treated"))
    fit = fitted(sample(x, treated, y))
    assert fit.estimate[0, 0] == pytest.approx(2.0, abs=0.2)
    assert fit.comparison_mean[0, 0] == pytest.approx(10.0, abs=0.2)
    bins = fit.details["bins"]
    assert (bins.loc[bins["side"] == "above", "x"] >= 0).all()
    assert (bins.loc[bins["side"] == "below", "x"] <= 0).all()


def test_the_contrast_turned_round_is_its_negative() -> None:
    made = world(600, fuzzy=True)
    fit = fitted(made, (("training", "none"), ("none", "training")))
    assert fit.estimate[1] == pytest.approx(-fit.estimate[0])
    assert fit.comparison_mean[1] == pytest.approx(fit.comparison_mean[0] + fit.estimate[0])
    assert (fit.n_arm[0], fit.n_comparison[0]) == (fit.n_comparison[1], fit.n_arm[1])


def test_a_fuzzy_cut_off_gives_the_effect_on_those_moved() -> None:
    fit = fitted(world(12_000, fuzzy=True, seed=2))
    assert fit.estimate[0, 0] == pytest.approx(2.0, abs=4 * fit.se[0, 0])
    assert fit.comparison_mean[0, 0] == pytest.approx(10.0, abs=0.5)
    assert fit.details["bandwidth"]["first_stage"].iloc[0] == pytest.approx(0.6, abs=0.08)
    assert any(c.name == "strength" and c.status == "passed" for c in fit.checks)


def test_units_do_not_matter() -> None:
    made = world(700)
    base = fitted(made)
    fit = fitted(replace(made, outcome=100 * made.outcome, running=12 * made.running))
    assert fit.estimate == pytest.approx(100 * base.estimate, rel=1e-6)
    assert fit.se == pytest.approx(100 * base.se, rel=1e-6)


def test_clusters_near_the_cut_off_are_counted() -> None:
    made = replace(world(900), cluster=np.arange(900) % 15)
    fit = fitted(made)
    assert fit.df[0, 0] == 11 and "CR2" in fit.se_kind
    assert any(c.name == "clusters_near" and c.status == "failed" for c in fit.checks)


def test_no_bin_holds_fewer_than_ten_people() -> None:
    fit = fitted(world(160, months=2))
    bins = fit.details["bins"]
    assert len(bins) and (bins["n"] >= 10).all()
    assert set(fit.details["lines"].columns) == {"column", "side", "x", "fit"}


def test_a_sample_that_lies_in_a_broken_line_is_doubted() -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, 3000)
    y = 2.0 * (x >= 0) + 3.0 * (x >= 0.36) + rng.normal(size=3000) * 0.3
    fit = fitted(sample(x, x >= 0, y))
    failed = {c.name for c in fit.checks if c.status == "failed"}
    assert failed & {"bandwidth", "placebo_cutoffs"}
    fine = fitted(world(3000, seed=5))
    assert not {c.name for c in fine.checks if c.status == "failed"}


def test_missing_outcomes_and_progress() -> None:
    made = world(900, months=2)
    y = made.outcome.copy()
    y[::9, 1] = np.nan
    seen: list[tuple[int, int]] = []
    fit = fitted(replace(made, outcome=y), progress=lambda done, total: seen.append((done, total)))
    assert np.isfinite(fit.estimate).all() and np.isfinite(fit.covariance).all()
    assert seen[-1] == (4, 4)


@pytest.mark.parametrize(
    ("change", "way_out"),
    [
        ({"running": None}, "running="),
        ({"running": np.linspace(1, 2, 200)}, "cutoff="),
        ({"arms": ("none", "a", "b")}, "one at a time"),
        ({"took_part": np.r_[np.nan, np.ones(199)]}, "dropna"),
        ({"arm": np.ones(200, dtype=int)}, "moves nobody"),
    ],
)
def test_hostile_input_is_refused_with_a_way_out(change: dict[str, Any], way_out: str) -> None:
    with pytest.raises(DesignError, match=way_out):
        fitted(replace(world(200), **change))


def test_too_few_people_are_refused() -> None:
    with pytest.raises(DesignError, match="people"):
        fitted(world(24))
    x = np.repeat([-1.0, 1.0], 100)
    with pytest.raises(DesignError, match="different values"):
        fitted(sample(x, x > 0, np.random.default_rng(0).normal(size=200)))
    flat = world(300)
    with pytest.raises(DesignError, match="do not vary"):
        fitted(replace(flat, outcome=np.zeros((300, 1)), covariates=np.empty((300, 0)), names=()))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sharp", "fuzzy", "clusters"])
def test_intervals_cover(kind: str) -> None:
    from scipy import stats

    hits, gaps = [], []
    for seed in range(200):
        made = world(1500, seed=seed, fuzzy=kind == "fuzzy")
        if kind == "clusters":
            rng = np.random.default_rng(1000 + seed)
            g = np.arange(1500) % 30
            made = replace(made, cluster=g, outcome=made.outcome + rng.normal(size=30)[g][:, None])
        found = jump(
            made.outcome[:, 0],
            made.running,
            took=sides(made).took if kind == "fuzzy" else None,
            cluster=made.cluster if kind == "clusters" else None,
        )
        df = found.n_clusters - 4 if kind == "clusters" else np.inf
        gaps.append(found.estimate - 2.0)
        hits.append(abs(gaps[-1]) <= stats.t.ppf(0.975, df) * found.se)
    print(kind, "coverage", np.mean(hits), "bias", np.mean(gaps), "rmse", np.sqrt(np.mean(np.square(gaps))))
    assert 0.90 <= np.mean(hits) <= 0.985
