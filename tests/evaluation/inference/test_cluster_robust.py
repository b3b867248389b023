"""CR2 and its degrees of freedom: beside R, beside the formula written out, and by law."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.inference.cluster_robust import Part, least_squares, separate_regressions

PINS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "estimation_pins.json").read_text(encoding="utf-8")
)


def arrays(case: str) -> dict[str, np.ndarray]:
    return {k: np.array(v, dtype=float) for k, v in PINS[case]["data"].items()}


def contrasts(k: int, columns: int) -> np.ndarray:
    c = np.zeros((k, columns))
    c[np.arange(k), np.arange(1, k + 1)] = 1
    return c


@pytest.mark.parametrize("case", sorted(PINS))
@pytest.mark.parametrize("model", ["difference", "common", "weighted"])
def test_agrees_with_clubsandwich(case: str, model: str) -> None:
    d, pin = arrays(case), PINS[case][model]
    arm = d["arm"].astype(int)
    marks = (arm[:, None] == np.arange(1, arm.max() + 1)).astype(float)
    x = np.column_stack([np.ones(len(arm)), marks])
    if model != "difference":
        x = np.column_stack([x, d["x1"], d["x2"]])
    cluster = np.unique(d["cluster"], return_inverse=True)[1]
    weight = d["w"] if model == "weighted" else None
    found = least_squares(x, d["y"], cluster, weight, contrasts(arm.max(), x.shape[1]))
    assert found.estimate[:, 0] == pytest.approx(pin["estimate"], rel=1e-9)
    assert np.sqrt(found.covariance[:, 0, 0]) == pytest.approx(pin["se"], rel=1e-9)
    assert found.df[:, 0] == pytest.approx(pin["df"], rel=1e-8)
    if model == "weighted":
        # clubSandwich takes another square root of the same adjustment where weights differ within a cluster.
        other = PINS[case]["other_root"]
        assert np.sqrt(found.covariance[:, 0, 0]) == pytest.approx(other["se"], rel=0.01)
        assert found.df[:, 0] == pytest.approx(other["df"], rel=0.02)


def written_out(
    x: np.ndarray, y: np.ndarray, cluster: np.ndarray, c: np.ndarray
) -> tuple[float, float, float]:
    """The formula with matrices of all rows."""
    m = np.linalg.pinv(x.T @ x)
    rest = np.eye(len(y)) - x @ m @ x.T
    e = rest @ y
    variance, lines = 0.0, []
    for g in np.unique(cluster):
        own = cluster == g
        values, vectors = np.linalg.eigh(rest[np.ix_(own, own)])
        root = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0.0)
        a = vectors @ (root * (vectors.T @ x[own] @ m @ c))
        variance += float(a @ e[own]) ** 2
        lines.append(rest[:, own] @ a)
    p = np.array(lines) @ np.array(lines).T
    return float(c @ m @ x.T @ y), variance, float(np.trace(p) ** 2 / np.trace(p @ p))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), groups=st.integers(3, 40), columns=st.integers(1, 6))
def test_agrees_with_the_formula_written_out(seed: int, groups: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    cluster = np.unique(rng.integers(0, groups, n), return_inverse=True)[1]
    # The last column is constant within clusters and one cluster decides it alone: leverage one.
    x = np.column_stack([np.ones(n), rng.normal(size=(n, columns)), cluster == 0])
    y = rng.normal(size=n)
    c = np.eye(columns + 2)[1]
    found = least_squares(x, y, cluster, None, c)
    estimate, variance, df = written_out(x, y, cluster, c)
    assert found.estimate[0, 0] == pytest.approx(estimate, rel=1e-8, abs=1e-10)
    assert found.covariance[0, 0, 0] == pytest.approx(variance, rel=1e-7)
    assert found.df[0, 0] == pytest.approx(df, rel=1e-7)


def test_arm_by_arm_is_the_fully_interacted_regression() -> None:
    rng = np.random.default_rng(3)
    n = 120
    arm, z = rng.integers(0, 2, n), rng.normal(size=(n, 3))
    cluster = np.unique(rng.integers(0, 15, n), return_inverse=True)[1]
    centre, y = z.mean(axis=0), rng.normal(size=(n, 2))
    marks = np.column_stack([arm == 0, arm == 1]).astype(float)
    x = np.column_stack([marks, *((z - centre) * marks[:, [a]] for a in (0, 1))])
    whole = least_squares(x, y, cluster, None, np.array([-1.0, 1, 0, 0, 0, 0, 0, 0]))
    parts = [
        Part(np.flatnonzero(arm == a), z, centre, True, sign * np.eye(1, 4))
        for a, sign in ((0, -1.0), (1, 1.0))
    ]
    split = separate_regressions(parts, y, cluster, None)
    assert split.estimate == pytest.approx(whole.estimate, rel=1e-9)
    assert split.covariance == pytest.approx(whole.covariance, rel=1e-9)
    assert split.df == pytest.approx(whole.df, rel=1e-9)


def test_each_outcome_has_its_own_rows_and_covariances_link_them() -> None:
    rng = np.random.default_rng(4)
    n = 200
    x, cluster = np.column_stack([np.ones(n), rng.normal(size=n)]), np.arange(n) // 5
    y = rng.normal(size=(n, 1)) + 0.5 * rng.normal(size=(n, 3))
    y[:30, 1] = np.nan
    found = least_squares(x, y, cluster, None, np.array([0.0, 1.0]))
    for j in range(3):
        held = ~np.isnan(y[:, j])
        inner = np.unique(cluster[held], return_inverse=True)[1]
        alone = least_squares(x[held], y[held, j], inner, None, np.array([0.0, 1.0]))
        assert found.estimate[0, j] == pytest.approx(alone.estimate[0, 0], rel=1e-10)
        assert found.covariance[0, j, j] == pytest.approx(alone.covariance[0, 0, 0], rel=1e-10)
        assert found.df[0, j] == pytest.approx(alone.df[0, 0], rel=1e-10)
    values = np.linalg.eigvalsh(found.covariance[0])
    assert values.min() > 0 and found.covariance[0, 0, 1] > 0


def test_many_rows_come_in_several_runs_with_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from almpo_kit.evaluation.inference import cluster_robust

    rng = np.random.default_rng(5)
    x, y = np.column_stack([np.ones(500), rng.normal(size=500)]), rng.normal(size=(500, 2))
    cluster = np.unique(rng.integers(0, 60, 500), return_inverse=True)[1]
    whole = least_squares(x, y, cluster, None, np.array([0.0, 1.0]))
    monkeypatch.setattr(cluster_robust, "_ROWS", 37)
    parts = least_squares(x, y, cluster, None, np.array([0.0, 1.0]))
    for a, b in zip(whole, parts, strict=True):
        assert a == pytest.approx(b, rel=1e-10)


def test_what_the_rows_cannot_tell_is_not_told() -> None:
    x = np.column_stack([np.ones(20), np.zeros(20)])
    y = np.column_stack([np.arange(20.0), np.full(20, np.nan)])
    found = least_squares(x, y, np.arange(20), None, np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert np.isnan(found.estimate[0]).all() and np.isnan(found.covariance[0]).all()
    assert found.estimate[1, 0] == pytest.approx(9.5)
    assert np.isnan(found.estimate[1, 1])


def test_collinear_columns_change_nothing() -> None:
    rng = np.random.default_rng(6)
    x = np.column_stack([np.ones(80), rng.normal(size=(80, 2))])
    y, c = rng.normal(size=80), np.array([0.0, 1.0, 0.0])
    once = least_squares(x, y, np.arange(80), None, c)
    twice = least_squares(np.column_stack([x, x[:, 2]]), y, np.arange(80), None, np.append(c, 0.0))
    assert twice.estimate == pytest.approx(once.estimate, rel=1e-8)
    assert twice.covariance == pytest.approx(once.covariance, rel=1e-8)
    assert twice.df == pytest.approx(once.df, rel=1e-8)
