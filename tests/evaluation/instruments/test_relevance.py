"""Whether an instrument can carry an estimate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from almpo_kit.evaluation.instruments.relevance import relevance

from .worlds import sample, step


def instrument(first: float, n: int = 1500, seed: int = 0, **more: Any) -> Any:
    rng = np.random.default_rng(seed)
    z = rng.integers(0, 2, n)
    x = rng.normal(size=(n, 2))
    d = rng.random(n) < 0.3 + first * z
    given = {"arm": d, "outcome": rng.normal(size=n), "instrument": z, "covariates": x} | more
    return step(sample(**given), "iv")


def status(found: Any, name: str) -> str:
    return next(c.status for c in found.checks if c.name == name)


def test_a_good_instrument_passes() -> None:
    found = relevance(instrument(0.4, seed=2))
    assert found.stops == ()
    assert found.kept.all() and len(found.kept) == 1500
    assert status(found, "strength") == "passed" and status(found, "instrument_balance") == "passed"
    assert list(found.table.columns) == ["covariate", "contrast", "smd", "t"]
    assert "raises" in found.sentence and "points" in found.sentence


def test_an_instrument_that_moves_nobody_stops() -> None:
    found = relevance(instrument(0.0))
    assert found.stops == ("weak_instrument",)
    assert {c.name for c in found.checks if c.status == "failed"} >= {"weak_instrument", "strength"}


def test_a_weak_one_goes_on_with_a_warning() -> None:
    found = relevance(instrument(0.06, seed=3))
    strength = found.details["first_stage"]["strength"].iloc[0]
    assert 3.84 < strength < 10
    assert found.stops == () and status(found, "strength") == "failed"


def test_an_instrument_that_goes_with_covariates_is_told() -> None:
    rng = np.random.default_rng(3)
    z = rng.integers(0, 2, 1500)
    x = np.column_stack([rng.normal(size=1500) + 0.5 * z, rng.normal(size=1500)])
    found = relevance(instrument(0.4, instrument=z, covariates=x, arm=rng.random(1500) < 0.3 + 0.4 * z))
    assert status(found, "instrument_balance") == "failed"
    assert found.table.loc[0, "smd"] == pytest.approx(0.5, abs=0.12)


def test_defiers_are_found() -> None:
    rng = np.random.default_rng(4)
    n = 3000
    z, x = rng.integers(0, 2, n), rng.normal(size=n)
    d = rng.random(n) < 0.4 + np.where(x > 0, 0.5, -0.3) * z
    found = relevance(instrument(0.0, n, instrument=z, covariates=x, arm=d))
    assert status(found, "one_direction") == "failed"
    assert "x1" in next(c.sentence for c in found.checks if c.name == "one_direction")


def test_without_covariates_it_is_said_that_nothing_is_known() -> None:
    found = relevance(instrument(0.4, covariates=None))
    assert status(found, "instrument_balance") == "failed"
    assert len(found.table)


def test_two_programmes_need_two_strong_instruments() -> None:
    rng = np.random.default_rng(7)
    n = 3000
    z = rng.integers(0, 2, (n, 2))
    u = rng.random(n)
    arm = np.where(u < 0.1 + 0.5 * z[:, 0], 1, np.where(u > 0.9 - 0.02 * z[:, 1], 2, 0))
    found = relevance(
        instrument(0.0, n, instrument=z, arm=arm, arms=("none", "advice", "training"), covariates=None)
    )
    assert found.stops == ("weak_instrument",)
    assert "training" in next(c.sentence for c in found.checks if c.name == "weak_instrument")
