"""Bounds for missing outcomes: the right numbers, intervals that hold the truth, nobody told of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import evaluation
from almpo_kit.evaluation.missing_outcomes.bounds import bounds
from almpo_kit.evaluation.missing_outcomes.kernels.identified_set import clustered_error, imbens_manski
from almpo_kit.evaluation.missing_outcomes.kernels.trimming import trimming, trimming_in_cells
from almpo_kit.evaluation.missing_outcomes.kernels.worst_case import worst_case
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.vocabulary.errors import DesignError, ParameterError


def lot(n: int = 800, lost: float = 0.2, seed: int = 0, effect: float = 0.15) -> pd.DataFrame:
    """A lot in which people without work of the comparison are lost more often."""
    draw = np.random.default_rng(seed)
    offered = np.arange(n) % 2 == 1
    able = draw.integers(0, 3, n)
    work = (draw.random(n) < 0.25 + 0.15 * able + effect * offered).astype(float)
    gone = draw.random(n) < lost * (1 - work) * (1.6 - offered)
    return pd.DataFrame(
        {
            "id": [f"secret {i}" for i in range(n)],
            "treatment": np.where(offered, "training", "no programme"),
            "able": able,
            "office": draw.integers(0, 30, n),
            "work": np.where(gone, np.nan, work),
            "pay": np.where(gone, np.nan, 1000 * work * draw.gamma(2, 0.5, n)),
            "source": "SYNTHETIC made by hand",
        }
    )


def designed(people: pd.DataFrame, **options: Any) -> Design:
    asked: dict[str, Any] = {
        "assignment": "rct",
        "comparison": "no programme",
        "covariates": {"able": "precision"},
        "outcomes": evaluation.measured(
            "work", outcome="employment_probability", unit="percentage_points", months=12
        ),
    }
    return evaluation.design(people, **(asked | options))


def by_hand(y: np.ndarray, arm: np.ndarray) -> tuple[float, float]:
    """Lee's bounds by sorting copies: every person a thousand, so that parts of persons are whole."""
    a, c = y[arm], y[~arm]
    qa, qc = (~np.isnan(a)).mean(), (~np.isnan(c)).mean()
    if qa < qc:
        low, high = by_hand(y, ~arm)
        return -high, -low
    seen = np.sort(np.repeat(a[~np.isnan(a)], 1000))
    keep = round(len(seen) * qc / qa)
    other = np.nanmean(c)
    return seen[:keep].mean() - other, seen[-keep:].mean() - other


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.integers(0, 4))), min_size=8, max_size=40))
def test_trimming_is_what_sorting_gives(rows: list[tuple[bool, int | None]]) -> None:
    arm = np.array([r[0] for r in rows])
    y = np.array([np.nan if r[1] is None else float(r[1]) for r in rows])
    if any((~np.isnan(y[g])).sum() == 0 for g in (arm, ~arm)):
        return
    found, share = trimming(y, arm, np.ones(len(y)))
    low, high = by_hand(y, arm)
    assert found.low == pytest.approx(low, abs=0.02)
    assert found.high == pytest.approx(high, abs=0.02)
    assert 0 <= share < 1
    assert found.low <= found.high + 1e-9
    turned, _ = trimming(y, ~arm, np.ones(len(y)))
    assert turned.low == pytest.approx(-found.high)
    worst = worst_case(y, arm, np.ones(len(y)), 0, 4)
    complete = np.nanmean(y[arm]) - np.nanmean(y[~arm])
    assert worst.low - 1e-9 <= complete <= worst.high + 1e-9


def test_weights_are_people_counted_several_times() -> None:
    people = lot(300)
    y, arm = people["work"].to_numpy(), (people["treatment"] == "training").to_numpy()
    w = np.random.default_rng(1).integers(1, 4, len(y)).astype(float)
    weighted, _ = trimming(y, arm, w)
    copies = np.repeat(np.arange(len(y)), w.astype(int))
    plain, _ = trimming(y[copies], arm[copies], np.ones(len(copies)))
    assert (weighted.low, weighted.high) == pytest.approx((plain.low, plain.high))
    assert worst_case(y, arm, w, 0, 1).low == pytest.approx(
        worst_case(y[copies], arm[copies], np.ones(len(copies)), 0, 1).low
    )


def test_nothing_missing_leaves_the_difference_and_its_error() -> None:
    people = lot(lost=0)
    y, arm = people["pay"].to_numpy(), (people["treatment"] == "training").to_numpy()
    found, share = trimming(y, arm, np.ones(len(y)))
    assert share == 0
    assert found.low == found.high == pytest.approx(y[arm].mean() - y[~arm].mean())
    error = clustered_error(found.pull_low, np.arange(len(y)))
    welch = np.sqrt(y[arm].var(ddof=1) / arm.sum() + y[~arm].var(ddof=1) / (~arm).sum())
    assert error == pytest.approx(welch, rel=2e-3)


def test_worst_case_is_the_regression_on_filled_outcomes() -> None:
    people = lot()
    y, arm = people["work"].to_numpy() * 100, (people["treatment"] == "training").to_numpy()
    found = worst_case(y, arm, np.ones(len(y)), 0, 100)
    filled = np.where(np.isnan(y), np.where(arm, 0, 100), y)
    assert found.low == pytest.approx(filled[arm].mean() - filled[~arm].mean())


def test_cells_only_tighten() -> None:
    people = lot(4000, lost=0.5)
    y, arm = people["work"].to_numpy(), (people["treatment"] == "training").to_numpy()
    plain, _ = trimming(y, arm, np.ones(len(y)))
    tight, _ = trimming_in_cells(y, arm, np.ones(len(y)), people["able"].to_numpy())
    assert tight.high - tight.low < plain.high - plain.low
    one, _ = trimming_in_cells(y, arm, np.ones(len(y)), np.zeros(len(y), dtype=int))
    assert (one.low, one.high) == pytest.approx((plain.low, plain.high))
    assert np.allclose(one.pull_low, plain.pull_low)


def test_influences_are_derivatives() -> None:
    """Counting one person a little more moves the bound by her influence."""
    people = lot(400, lost=0.5)
    y, arm = people["pay"].to_numpy(), (people["treatment"] == "training").to_numpy()
    cell = people["able"].to_numpy()
    # Odd weights, so that the last person kept is kept in part: where she is kept whole the bound has a kink.
    w = np.random.default_rng(3).uniform(0.5, 1.5, len(y))
    for kernel in (lambda v: trimming(y, arm, v)[0], lambda v: trimming_in_cells(y, arm, v, cell)[0]):
        base = kernel(w)
        for i in (0, 1, 7, 12, 55, 100):
            more = w.copy()
            more[i] += 1e-5
            moved = kernel(more)
            assert w[i] * (moved.low - base.low) / 1e-5 == pytest.approx(base.pull_low[i], rel=1e-3, abs=1e-3)
            assert w[i] * (moved.high - base.high) / 1e-5 == pytest.approx(
                base.pull_high[i], rel=1e-3, abs=1e-3
            )
        assert base.pull_low.sum() == pytest.approx(0, abs=1e-8)


def test_imbens_manski_lies_between_one_and_two_sided() -> None:
    low, high = imbens_manski(0, 0, 1, 1, np.inf)
    assert (low, high) == pytest.approx((-1.95996, 1.95996), abs=1e-4)
    low, high = imbens_manski(0, 100, 1, 1, np.inf)
    assert (low, high - 100) == pytest.approx((-1.64485, 1.64485), abs=1e-4)
    # Imbens and Manski, section 4: the constant falls from 1.96 to 1.645 as the bounds move apart.
    constants = [-imbens_manski(0, d, 1, 1, np.inf)[0] for d in (0, 0.5, 1, 2, 4)]
    assert constants == sorted(constants, reverse=True)
    assert imbens_manski(0, 1, 0, 0, np.inf) == (0, 1)


def test_the_finding() -> None:
    found = bounds(designed(lot()), cells=["able"])
    table = found.table.set_index("rule")
    assert list(table.index) == ["complete cases", "worst case", "trimming", "trimming in cells"]
    inside = table.loc["complete cases", "low"]
    assert (table["low"] <= inside + 1e-9).iloc[:3].all()
    assert (table["high"] >= inside - 1e-9).iloc[:3].all()
    assert table.loc["worst case", "high"] - table.loc["worst case", "low"] == pytest.approx(
        100 * (2 - table["observed_arm"].iloc[0] - table["observed_comparison"].iloc[0])
    )
    assert (table["interval_low"] < table["low"]).all()
    assert (table["interval_high"] > table["high"]).all()
    assert "training against no programme" in found.sentence
    assert "none of it is an estimate" in found.sentence
    assert found.sentence.startswith("SYNTHETIC")
    assert {c.name for c in found.checks} >= {"sign_worst_case", "sign_trimming"}
    assert "secret" not in found._repr_html_()
    again = bounds(designed(lot()), cells=["able"])
    pd.testing.assert_frame_equal(found.table, again.table)


def test_clusters_widen_the_intervals() -> None:
    people = lot()
    people["treatment"] = np.where(people["office"] % 2 == 0, "training", "no programme")
    people["work"] = np.where(people["work"].isna(), np.nan, (people["office"] % 5 < 2).astype(float))
    plain = bounds(designed(people)).table.query("rule == 'trimming'")
    wide = bounds(designed(people, cluster="office")).table.query("rule == 'trimming'")
    assert wide["low"].item() == plain["low"].item()
    assert wide["interval_low"].item() < plain["interval_low"].item() - 5


def test_nothing_missing_is_said() -> None:
    found = bounds(designed(lot(lost=0)))
    assert "no outcome is missing" in found.sentence
    assert found.table["rule"].tolist() == ["complete cases"]


def test_few_missing_people_are_not_counted_out() -> None:
    people = lot(lost=0)
    few, more = people.copy(), people.copy()
    few.loc[[1, 3, 5], "work"] = np.nan
    more.loc[[1, 3, 5, 7, 9], "work"] = np.nan
    a, b = bounds(designed(few)).table.set_index("rule"), bounds(designed(more)).table.set_index("rule")
    assert list(a.index) == ["complete cases", "worst case"]
    assert a.loc["complete cases", "observed_arm"] != a.loc["complete cases", "observed_arm"]
    width = [t.loc["worst case", "high"] - t.loc["worst case", "low"] for t in (a, b)]
    assert width[0] == pytest.approx(width[1])
    assert width[0] == pytest.approx(100 * 9 / 400)


def test_money_needs_limits() -> None:
    pay = evaluation.measured("pay", outcome="earnings", unit="eur_per_month", months=12)
    found = bounds(designed(lot(), outcomes=pay))
    assert "worst case" not in set(found.table["rule"])
    assert any(c.name == "no_limits" for c in found.checks)
    given_limits = bounds(designed(lot(), outcomes=pay), limits={"earnings": (0, 20_000)})
    assert "worst case" in set(given_limits.table["rule"])
    with pytest.raises(ParameterError, match="widen"):
        bounds(designed(lot(), outcomes=pay), limits={"earnings": (0, 10)})


def test_blocks_with_other_shares_are_weighted_back() -> None:
    draw = np.random.default_rng(0)
    people = lot(4000, lost=0, effect=0.0)
    people["block"] = draw.integers(0, 2, 4000)
    offered = draw.random(4000) < np.where(people["block"] == 1, 0.8, 0.2)
    people["treatment"] = np.where(offered, "training", "no programme")
    people["work"] = (draw.random(4000) < 0.2 + 0.6 * people["block"]).astype(float)
    raw = bounds(designed(people)).table["low"].iloc[0]
    fair = bounds(designed(people, block="block")).table["low"].iloc[0]
    assert raw > 25
    assert abs(fair) < 5


def test_estimates_of_people_who_chose() -> None:
    people = lot(1200)
    plan = designed(people, assignment="matching", covariates={"able": "confounder"})
    with pytest.raises(DesignError, match="give the estimate"):
        bounds(plan)
    shared = evaluation.overlap(plan)
    effects = evaluation.estimate(shared, method="doubly_robust", learner="linear")
    found = bounds(effects)
    assert found.table["rule"].tolist() == ["complete cases", "worst case", "trimming"]
    naive = evaluation.estimate(shared, method="difference")
    with pytest.raises(DesignError, match="no chances"):
        bounds(naive)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"level": 1.5}, "between 0.5 and 1"),
        ({"cells": ["office"]}, "not held constant"),
        ({"limits": {"earning": (0, 1)}}, "no outcome"),
        ({"limits": {"earnings": (1, 0)}}, "lowest first"),
        ({"limits": 5}, "must map"),
    ],
)
def test_options(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        bounds(designed(lot(200)), **options)
    with pytest.raises(ParameterError, match="takes a design"):
        bounds("plan")  # type: ignore[arg-type]


@pytest.mark.slow
def test_intervals_hold_the_effect_on_the_always_observed() -> None:
    """Worlds in which the programme only makes people easier to observe: 95% intervals hold the true effect of those
    always observed at least that often, whichever end of the bounds it lies at."""
    kinds = {"best lost": 1.0, "worst lost": -1.0, "at random": 0.0}
    for name, kind in kinds.items():
        held, runs = 0, 400
        for seed in range(runs):
            draw = np.random.default_rng(seed)
            n = 1000
            base = draw.normal(0, 1, n)
            arm = draw.random(n) < 0.5
            # Always observed: half by chance; the marginal (observed only if offered) are picked by their outcome.
            score = kind * base + (draw.normal(0, 1, n) if kind == 0 else 0)
            marginal = score > np.quantile(score, 0.8)
            never = draw.random(n) < 0.1
            y = base + 0.3 * arm
            seen = ~never & (~marginal | arm)
            found, _ = trimming(np.where(seen, y, np.nan), arm, np.ones(n))
            errors = [clustered_error(p, np.arange(n)) for p in (found.pull_low, found.pull_high)]
            low, high = imbens_manski(found.low, found.high, errors[0], errors[1], np.inf)
            held += low <= 0.3 <= high
        assert held / runs >= 0.95 - 2 * np.sqrt(0.05 * 0.95 / runs), (name, held / runs)


def test_errors_of_trimming_are_lees() -> None:
    """Lee (2009), proposition 3, written as it is printed."""
    people = lot(4001, lost=0.5)
    y, arm = people["pay"].to_numpy(), (people["treatment"] == "training").to_numpy()
    y = y + np.random.default_rng(5).normal(0, 1, len(y))
    n, seen = len(y), ~np.isnan(y)
    found, p = trimming(y, arm, np.ones(n))
    offered, alpha = arm.mean(), seen[~arm].mean()
    assert seen[arm].mean() > alpha
    held = np.sort(y[arm & seen])
    edge = np.quantile(held, 1 - p)
    kept = held[held <= edge]
    both = (arm & seen).mean()
    q = alpha / (1 - p)
    v_p = (1 - p) ** 2 * ((1 - q) / (offered * q) + (1 - alpha) / ((1 - offered) * alpha))
    v_low = kept.var() / (both * (1 - p)) + (edge - kept.mean()) ** 2 * p / (both * (1 - p))
    v_low += ((edge - kept.mean()) / (1 - p)) ** 2 * v_p
    v_other = y[~arm & seen].var() / (seen & ~arm).mean()
    assert clustered_error(found.pull_low, np.arange(n)) == pytest.approx(
        np.sqrt((v_low + v_other) / n), rel=2e-3
    )


def test_errors_of_the_worst_case_are_those_of_a_clustered_regression() -> None:
    import statsmodels.api as sm

    people = lot(600)
    y, arm = people["work"].to_numpy(), (people["treatment"] == "training").to_numpy()
    found = worst_case(y, arm, np.ones(600), 0, 1)
    filled = np.where(np.isnan(y), np.where(arm, 0.0, 1.0), y)
    office = people["office"].to_numpy()
    peer = sm.OLS(filled, sm.add_constant(arm.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": office}
    )
    correction = np.sqrt((600 - 1) / (600 - 2))
    assert clustered_error(found.pull_low, office) * correction == pytest.approx(peer.bse[1], rel=1e-10)
