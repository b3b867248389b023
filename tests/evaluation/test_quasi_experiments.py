"""Instruments, cut-offs, roll-outs and regions through the whole protocol, with their figures."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation, sources
from almpo_kit.figures.svg import svg
from almpo_kit.vocabulary.errors import DesignError

from .differences.test_synthetic_control import regions
from .differences.worlds import roll_out


def words(finding: Any, figure: str, width: int = 720) -> str:
    root = ElementTree.fromstring(svg(finding.plot(figure, width=width)))
    return " ".join(" ".join(t.split()) for t in root.itertext() if t.strip())


def months(panel: Any, scale: float = 100.0) -> pd.DataFrame:
    u, t = panel.outcome.shape
    start = ["" if s < 0 else panel.periods[s] for s in panel.treated_from]
    return pd.DataFrame(
        {
            "id": np.repeat(panel.units, t),
            "period": np.tile(panel.periods, u),
            "first": np.repeat(start, t),
            "treatment": np.repeat(np.where(panel.treated_from >= 0, "training", "none"), t),
            "employed": panel.outcome.ravel() / scale,
            "source": "SYNTHETIC roll-out",
        }
    )


EMPLOYED = evaluation.measured("employed", outcome="employment_probability", unit="percentage_points")


def test_jobs_ii_complier_effect_equals_two_stage_least_squares() -> None:
    people = sources.jobs_ii()
    plan = evaluation.design(
        people,
        assignment="rct",
        comparison="booklet",
        took_part="took_part",
        outcomes=evaluation.measured("work1", outcome="employment_probability", unit="percentage_points"),
        covariates={"age": "precision", "econ_hard": "precision"},
    )
    found = evaluation.estimate(evaluation.overlap(plan), method="two_stage", estimand="late")
    z = (people["treatment"] == "JOBS workshop").to_numpy(float)
    x = np.column_stack([np.ones(len(people)), people["age"], people["econ_hard"]])
    y, d = 100 * people["work1"].to_numpy(float), people["took_part"].to_numpy(float)
    peer = np.linalg.solve(np.column_stack([z, x]).T @ np.column_stack([d, x]), np.column_stack([z, x]).T @ y)
    assert found.table["effect"].iloc[0] == pytest.approx(peer[0], abs=1e-6)
    assert found.table["estimand"].iloc[0] == "late"
    assert np.isfinite(found.table["comparison_mean"]).all()


def test_an_instrument_that_moves_nobody_must_be_overridden() -> None:
    rng = np.random.default_rng(0)
    n = 400
    frame = pd.DataFrame(
        {
            "id": np.arange(n),
            "treatment": np.where(rng.random(n) < 0.5, "training", "none"),
            "offered": rng.integers(0, 2, n),
            "earnings": 1000 + 100 * rng.normal(size=n),
            "before": rng.normal(size=n),
            "source": "SYNTHETIC",
        }
    )
    plan = evaluation.design(
        frame,
        assignment="iv",
        comparison="none",
        offer="offered",
        outcomes=evaluation.measured("earnings", outcome="earnings", unit="eur_per_month", months=12),
        covariates={"before": "history"},
    )
    seen = evaluation.overlap(plan)
    assert seen.stops == ("weak_instrument",)
    with pytest.raises(DesignError, match="moves nobody"):
        evaluation.estimate(seen)
    found = evaluation.estimate(seen, override="shown to see how little it says")
    assert found.checks[0].name == "overridden_overlap" and "SYNTHETIC" in found.sentence
    row = found.table.iloc[0]
    assert row["high"] - row["low"] > 500


def test_a_cut_off_with_months() -> None:
    rng = np.random.default_rng(1)
    n = 1500
    age = rng.uniform(20, 30, n)
    frame = pd.DataFrame({"id": np.arange(n), "age": age, "before": rng.normal(size=n)})
    frame["treatment"] = np.where(age >= 25, "training", "none")
    for m in (1, 2, 3):
        frame[f"pay_{m}"] = 1000 + 20 * (age - 25) + 300 * (age >= 25) + 100 * rng.normal(size=n)
    frame["source"] = "SYNTHETIC"
    plan = evaluation.design(
        frame,
        assignment="rd",
        comparison="none",
        running="age",
        cutoff=25,
        outcomes=evaluation.measured(
            "pay_{month}", outcome="earnings", unit="eur_per_month", months=range(1, 4)
        ),
        covariates={"before": "history"},
    )
    seen = evaluation.overlap(plan)
    assert not seen.stops and "cut-off" in words(seen, "discontinuity")
    found = evaluation.estimate(seen)
    assert found.table["effect"].to_numpy() == pytest.approx(np.full(3, 300.0), abs=80)
    assert found.cumulative["effect"].iloc[-1] == pytest.approx(900, abs=200)
    assert found.figure == "discontinuity"
    drawn = words(found, "discontinuity", 328)
    assert "outcomes jump by" in drawn and "SYNTHETIC" in drawn


def test_a_roll_out_with_both_opinions() -> None:
    frame = months(roll_out(160, 9, seed=2).panel)
    plan = evaluation.design(
        frame,
        assignment="did",
        comparison="none",
        period="period",
        treated_from="first",
        outcomes=EMPLOYED,
    )
    seen = evaluation.overlap(plan)
    assert not seen.stops and "before the start" in words(seen, "event_study")
    found = evaluation.estimate(seen)
    assert found.table["months"].tolist() == [0.0, 3.0, 6.0, 9.0, 12.0]
    assert found.figure == "event_study" and "mean effect lies between" in words(found, "event_study")
    second = evaluation.estimate(seen, method="event_study")
    assert second.table["effect"].to_numpy() == pytest.approx(found.table["effect"].to_numpy(), rel=1e-6)
    again = evaluation.estimate(seen)
    assert again.fit.covariance.tobytes() == found.fit.covariance.tobytes()


def test_a_region_beside_others() -> None:
    frame = months(regions().panel)
    plan = evaluation.design(
        frame,
        assignment="synthetic_control",
        comparison="none",
        period="period",
        treated_from="first",
        outcomes=EMPLOYED,
    )
    seen = evaluation.overlap(plan)
    assert not seen.stops and "weighted mean of others" in words(seen, "synthetic_control")
    found = evaluation.estimate(seen)
    assert (found.table["low"] > 0).all() and found.table["n_arm"].tolist() == [1] * 8
    assert found.figure == "synthetic_control"
    drawn = words(found, "synthetic_control", 328)
    assert "The stand-in is made of" in drawn and "SYNTHETIC" in drawn
    differences = evaluation.estimate(seen, method="synthetic_differences")
    assert differences.table["effect"].mean() == pytest.approx(found.table["effect"].mean(), abs=1.0)
