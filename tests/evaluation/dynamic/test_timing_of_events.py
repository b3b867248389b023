"""The timing of events through the protocol, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation
from almpo_kit.evaluation.designs.durations import Durations
from almpo_kit.evaluation.dynamic.event_cells import cells
from almpo_kit.evaluation.dynamic.hazard_checks import _depends
from almpo_kit.evaluation.dynamic.hazard_fit import HazardFit, covariance, fitted
from almpo_kit.evaluation.dynamic.hazard_likelihood import Layout
from almpo_kit.evaluation.dynamic.timing_of_events import standardised
from almpo_kit.vocabulary.errors import DesignError, FrameError

Array = np.ndarray[Any, np.dtype[Any]]


def world(
    seed: int,
    n: int = 3_000,
    *,
    effect: tuple[float, float, float] = (0.5, 0.5, 0.5),
    hidden: float = 0.75,
    end: int = 30,
) -> tuple[Durations, Array]:
    """Two kinds of people nobody can tell apart: one enters more often and finds jobs faster."""
    rng = np.random.default_rng(seed)
    x, kind = rng.normal(size=(n, 2)), np.where(rng.random(n) < 0.5, hidden, -hidden)
    left, job, entered = np.full(n, end), np.zeros(n, bool), np.full(n, -1)
    alive = np.ones(n, bool)
    for j in range(1, end + 1):
        enter = alive & (entered < 0) & (rng.random(n) < -np.expm1(-np.exp(-3 + 0.3 * x[:, 0] + kind)))
        entered[enter] = j - 1
        since = j - entered
        pull = np.where(entered >= 0, np.select([since <= 6, since <= 12], effect[:2], effect[2]), 0.0)
        found = alive & (
            rng.random(n) < -np.expm1(-np.exp(-2.2 + 0.4 * x[:, 1] - 0.03 * min(j, 18) + kind + pull))
        )
        left[found], job[found] = j, True
        alive &= ~found
    return Durations(left, job, entered), x


def persons(spells: Durations, x: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(len(x))],
            "treatment": np.where(spells.entered >= 0, "training", "no programme"),
            "left": spells.left,
            "job": spells.job.astype(float),
            "entered": np.where(spells.entered >= 0, spells.entered, np.nan),
            "x0": x[:, 0],
            "x1": x[:, 1],
            "source": "SYNTHETIC",
        }
    )


def plan(frame: pd.DataFrame, **options: Any) -> evaluation.Design:
    made: dict[str, Any] = {
        "assignment": "timing_of_events",
        "comparison": "no programme",
        "outcomes": evaluation.measured("job", outcome="job_finding_rate", unit="log_hazard_ratio"),
        "covariates": {"x0": "confounder", "x1": "history"},
        "left": "left",
        "left_to_job": "job",
        "entered": "entered",
    }
    return evaluation.design(frame, **(made | options))


def test_the_protocol_from_durations_to_a_path() -> None:
    spells, x = world(3, 1_200)
    shared = evaluation.overlap(plan(persons(spells, x)))
    assert not shared.stops and shared.kept.all()
    found = evaluation.estimate(shared)
    path = found.table[found.table["outcome"] == "employed_within_horizon"]
    ratio = found.table[found.table["outcome"] == "job_finding_rate"]
    assert path["months"].tolist() == list(range(1, 25)) and ratio["months"].tolist() == [6, 12, 24]
    assert found.sentence.startswith("SYNTHETIC") and not len(found.cumulative)
    assert (found.table["se"] > 0).all() and (path["comparison_mean"].diff().dropna() > 0).all()
    assert (ratio["effect"] - 0.5).abs().max() < 4 * ratio["se"].max()
    assert {"unobserved", "no_anticipation", "against_never", "maximum"} <= {c.name for c in found.checks}
    counts = shared.table[["person_months", "jobs"]].to_numpy().ravel()
    assert ((np.nan_to_num(counts) == 0) | (np.nan_to_num(counts, nan=99) >= 10)).all()


def test_everybody_entering_in_the_same_month_stops() -> None:
    spells, x = world(1, 800)
    frame = persons(spells, x)
    late = (spells.left > 6) & (np.arange(800) % 2 == 0)
    frame["entered"] = np.where(late, 6.0, np.nan)
    frame["treatment"] = np.where(late, "training", "no programme")
    shared = evaluation.overlap(plan(frame))
    assert "same_moment" in shared.stops
    with pytest.raises(DesignError, match="everybody knew"):
        evaluation.estimate(shared)


def test_too_few_jobs_stop() -> None:
    spells, x = world(2, 400)
    frame = persons(spells, x).assign(job=0.0)
    frame.loc[:20, "job"] = 1.0
    assert "few_events" in evaluation.overlap(plan(frame)).stops


def test_durations_that_contradict_themselves_are_refused() -> None:
    spells, x = world(2, 200)
    frame = persons(spells, x)
    entered = frame["entered"].notna()
    cases: list[tuple[Any, pd.DataFrame, str]] = [
        (FrameError, frame.assign(left=-1.0), "below zero"),
        (FrameError, frame.assign(left=np.inf), "not finite"),
        (FrameError, frame.assign(left=900.0), "days"),
        (FrameError, frame.assign(job=0.5), "neither 0 nor 1"),
        (DesignError, frame.assign(entered=frame["entered"].mask(entered, 40.0)), "after they had left"),
        (DesignError, frame.assign(entered=np.nan), "contradict"),
    ]
    for error, table, words in cases:
        with pytest.raises((error, DesignError), match=words):
            plan(table)


def test_constant_and_repeated_covariates_are_left_out() -> None:
    x = np.random.default_rng(0).normal(size=(50, 2))
    z = standardised(np.column_stack([x, np.ones(50), x[:, 0] - 2 * x[:, 1] + 3]))
    assert z.shape == (50, 2)
    np.testing.assert_allclose(z.std(axis=0), 1)


@pytest.mark.parametrize("seed", [0, 1])
def test_kinds_of_people_are_not_found_in_a_few_hundred_alike(seed: int) -> None:
    spells, x = world(seed, 500, hidden=0.0, effect=(0.0, 0.0, 0.0))
    held = cells(spells, (spells.entered >= 0).astype(int), x, np.ones(len(x)), 1)
    best, tried = fitted(held, most_points=2, seed=0)
    assert best.layout.points == 1 and len(tried) == 2


def test_models_that_fit_as_well_and_say_otherwise_are_told() -> None:
    layout = Layout(np.zeros(11, dtype=int), np.zeros((1, 3), dtype=int), np.zeros((1, 11), dtype=int), 0, 1)
    best, other = (
        HazardFit(np.array([-2.0, d, -3.0]), layout, 0.0, 0.0, q, 0.0) for d, q in ((0.3, 0.0), (1.5, 4.0))
    )
    found = _depends(best, [best, other], ("none", "training"), np.array([0.2]))
    assert (
        found is not None and found.status == "failed" and "training 1.50 instead of 0.30" in found.sentence
    )
    assert (
        _depends(best, [best, replace(other, hannan_quinn=40.0)], ("none", "training"), np.array([0.2]))
        is None
    )


def one(seed: int) -> tuple[float, float, float]:
    """Log hazard ratio in the first six months with its error, and the same without unobserved terms."""
    spells, x = world(seed)
    held = cells(spells, (spells.entered >= 0).astype(int), x, np.ones(len(x)), 1)
    best, tried = fitted(held, most_points=3, seed=0)
    where = best.layout.slices()["effect"][0].start
    variance, _ = covariance(best, held, np.arange(len(x)))
    first = tried[0].theta[tried[0].layout.slices()["effect"][0].start]
    return float(best.theta[where]), float(np.sqrt(variance[where, where])), float(first)


@pytest.mark.slow
def test_the_effect_is_recovered_where_hidden_differences_move_entry_and_jobs() -> None:
    runs = np.array([one(s) for s in range(40)])
    bias, naive = runs[:, 0].mean() - 0.5, runs[:, 2].mean() - 0.5
    covered = np.abs(runs[:, 0] - 0.5) <= 1.96 * runs[:, 1]
    assert abs(bias) < 0.06 and naive > 0.3
    assert covered.mean() >= 0.85
