"""Trials: chance is believed at the rate it deserves, what chance does not do stops, missing outcomes are noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from almpo_kit.evaluation import Overlap
from almpo_kit.evaluation.support.overlap import overlap
from almpo_kit.evaluation.support.randomisation_test import chance_test, units_of

from .people import chosen, design, drawn


def check(found: Overlap, name: str) -> Any:
    return next(c for c in found.checks if c.name == name)


def test_a_trial_passes() -> None:
    found = overlap(design(drawn(600), assignment="rct"))
    assert not found.stopped and found.kept.all()
    assert check(found, "randomisation").status == "passed"
    assert found.sentence.startswith("SYNTHETIC data. The groups are as alike as chance makes them")
    assert found.propensity is not None and np.allclose(found.propensity, 0.5)


def test_people_who_chose_are_no_trial() -> None:
    found = overlap(design(chosen(600), assignment="rct"))
    assert found.stops == ("randomisation",)
    assert "matching" in check(found, "randomisation").sentence


@pytest.mark.parametrize("kind", ["plain", "blocks", "clusters"])
def test_under_chance_p_values_are_uniform(kind: str) -> None:
    rng = np.random.default_rng(7)
    n, p_values = 120, []
    x = np.column_stack([rng.normal(size=n), rng.exponential(size=n), rng.integers(0, 2, n)])
    block = np.arange(n) % 4 if kind == "blocks" else None
    cluster = np.arange(n) // 5 if kind == "clusters" else np.arange(n)
    for seed in range(150):
        draw = np.random.default_rng(1000 + seed)
        if kind == "plain":
            arm = draw.permutation(np.arange(n) % 3)
        elif kind == "clusters":
            arm = draw.permutation(np.arange(24) % 2)[cluster]
        else:
            arm = np.empty(n, dtype=np.int64)
            for b in range(4):
                rows = np.flatnonzero(block == b)
                arm[rows] = draw.permutation((np.arange(len(rows)) % (b + 2) > 0).astype(int))
        u, a, s = units_of(x, arm, cluster, block)
        if kind == "clusters":
            assert len(a) == 24
        from scipy.stats import chi2

        # The limiting distribution, which drawing would only approach more slowly.
        test = chance_test(u, a, s, int(a.max()) + 1, 0) if seed < 3 else None
        value = _limit(u, a, s, int(a.max()) + 1)
        if test is not None:
            assert test.p_value == pytest.approx(float(chi2.sf(test.statistic, test.df)), abs=0.06)
        p_values.append(value)
    shares = [np.mean(np.array(p_values) < q) for q in (0.1, 0.5, 0.9)]
    assert shares == pytest.approx([0.1, 0.5, 0.9], abs=0.13)


def _limit(u: Any, arm: Any, block: Any, k: int) -> float:
    """The p-value without draws."""
    from scipy.stats import chi2

    from almpo_kit.evaluation.support.randomisation_test import _whitened

    x, root, df = _whitened(u, arm, block, k)
    totals = np.stack([x[arm == j].sum(axis=0) for j in range(1, k)]).ravel()
    return float(chi2.sf(np.sum((totals @ root) ** 2), df))


def test_two_arms_without_blocks_give_hotellings_statistic() -> None:
    """(N − 1) / N times Hotelling's trace with the covariance of everybody: written out."""
    rng = np.random.default_rng(1)
    x, arm = rng.normal(size=(3000, 3)), rng.permutation(np.arange(3000) % 2)
    found = chance_test(x, arm, np.zeros(3000, dtype=int), 2, 0)
    d = x[arm == 1].mean(axis=0) - x[arm == 0].mean(axis=0)
    expected = d @ np.linalg.solve(np.cov(x.T) * (1 / 1500 + 1 / 1500), d)
    assert found.statistic == pytest.approx(expected, rel=1e-9)
    assert found.df == 3 and not found.drawn


def test_units_of_measurement_and_repeated_columns_do_not_matter() -> None:
    rng = np.random.default_rng(2)
    x, arm = rng.normal(size=(2500, 2)), rng.integers(0, 3, 2500)
    block = rng.integers(0, 5, 2500)
    found = chance_test(x, arm, block, 3, 0)
    more = np.column_stack([1000 * x[:, 0] + 5, x[:, 1] - x[:, 0], x[:, 1], np.ones(2500)])
    again = chance_test(more, arm, block, 3, 0)
    assert again.df == found.df == 4
    assert again.statistic == pytest.approx(found.statistic, rel=1e-6)


def test_outcomes_missing_unevenly_are_noticed_and_bounds_named() -> None:
    people = drawn(800)
    gone = people.index[people["treatment"] == "training"][:80]
    people.loc[gone, "earnings"] = np.nan
    found = overlap(design(people, assignment="rct"))
    assert check(found, "attrition").status == "failed"
    assert "evaluation.bounds" in check(found, "attrition").sentence
    assert "20% in training" in check(found, "attrition").sentence
    assert found.details["attrition"]["share"].tolist() == pytest.approx([0, 0.2])


def test_a_few_missing_outcomes_are_not_counted_aloud() -> None:
    people = drawn(800)
    people.loc[people.index[people["treatment"] == "training"][:3], "earnings"] = np.nan
    found = overlap(design(people, assignment="rct"))
    assert check(found, "attrition").status == "passed"
    assert "fewer than 10 people" in check(found, "attrition").sentence
    assert found.details["attrition"]["share"].isna().all()


def test_blocks_with_unequal_shares_are_no_imbalance() -> None:
    """Where older people are given the programme more often by design, blocks explain it."""
    rng = np.random.default_rng(3)
    people = drawn(1200, seed=3)
    old = (people["age"] > 40).to_numpy()
    arm = np.empty(1200, dtype=object)
    for side, share in ((old, 0.7), (~old, 0.3)):
        rows = np.flatnonzero(side)
        take = rng.permutation(len(rows)) < share * len(rows)
        arm[rows] = np.where(take, "training", "no programme")
    people["treatment"], people["old"] = arm.astype(str), old.astype(int)
    assert overlap(design(people, assignment="rct")).stops == ("randomisation",)
    found = overlap(design(people, assignment="rct", block="old"))
    assert not found.stopped
    row = found.table.query("column == 'age'").iloc[0]
    assert abs(row["difference_before"]) > 0.4 and abs(row["difference_after"]) < 0.1


def test_without_covariates_it_says_that_nothing_can_be_seen() -> None:
    found = overlap(design(drawn(200), assignment="rct", covariates={}))
    assert check(found, "randomisation").status == "informational"
    assert not len(found.table)
