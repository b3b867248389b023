"""Held to R (tests/reference/sizing_pins.R) and to published tables."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit.experiments.sizing.closed_form import Setting
from almpo_kit.experiments.sizing.kernels.event_information import cox_variance
from almpo_kit.experiments.sizing.kernels.rejection import critical, rejection
from almpo_kit.experiments.sizing.kernels.several_arms import dunnett_limit
from almpo_kit.experiments.sizing.kernels.wedge_precision import (
    level_covariance,
    wedge_schedule,
    wedge_variance,
)
from almpo_kit.experiments.sizing.trial_contrasts import trial_contrasts
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

PINS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "sizing_pins.json").read_text(encoding="utf-8")
)
Z_PARTS = (1.959963984540054, 0.8416212335729143)


def setting(design: TrialDesign, alpha: float = 0.05, **outcome: Any) -> Setting:
    given = {"name": "y", "kind": "continuous", "baseline": 0.0, "sd": 1.0} | outcome
    return Setting(design, TrialOutcome(**given), Losses(), alpha)


@pytest.mark.parametrize("row", PINS["t_test"], ids=str)
def test_means_as_power_t_test(row: dict[str, float]) -> None:
    of = setting(TrialDesign("individual", people=2 * int(row["n"])), row["alpha"])
    assert of.power(row["delta"]) == pytest.approx(row["power"], abs=1e-9)


@pytest.mark.parametrize("row", PINS["t_delta"], ids=str)
def test_smallest_effect_as_power_t_test(row: dict[str, float]) -> None:
    of = setting(TrialDesign("individual", people=2 * int(row["n"])))
    assert of.smallest(row["target"]) == pytest.approx(row["delta"], rel=1e-7)


@pytest.mark.parametrize("row", PINS["t_needed"], ids=str)
def test_people_needed_as_power_t_test(row: dict[str, float]) -> None:
    # Ours may stop at an odd number, one arm having half a person more; R counts whole people an arm.
    needed = setting(TrialDesign("individual")).needed(row["delta"], row["target"])
    assert 2 * row["n"] - 1 <= needed <= 2 * row["n"]


@pytest.mark.parametrize("row", PINS["shares"], ids=str)
def test_shares(row: dict[str, float]) -> None:
    of = setting(TrialDesign("individual", people=2 * int(row["n"])), kind="binary", baseline=row["p1"])
    found = of.power(row["p2"] - row["p1"])
    assert found == pytest.approx(row["welch"], abs=1e-9)
    # power.prop.test pools the variance under no effect, which is another test: near, not equal.
    assert found == pytest.approx(row["pooled"], abs=0.011)


@pytest.mark.parametrize("row", PINS["unequal"], ids=str)
def test_unequal_arms(row: dict[str, float]) -> None:
    n = int(row["n1"] + row["n2"])
    arms = {"a": row["n1"] / n, "b": row["n2"] / n}
    assert setting(TrialDesign("individual", arms=arms, people=n)).power(row["d"]) == pytest.approx(
        row["welch"], abs=1e-9
    )
    # pwr pools the variances and so has n - 2 degrees of freedom; the kernel with those is pwr's number.
    se = math.sqrt(1 / row["n1"] + 1 / row["n2"])
    assert rejection(row["d"] / se, critical(0.05, n - 2), n - 2) == pytest.approx(row["pwr"], abs=1e-9)


@pytest.mark.parametrize("row", PINS["pairs"], ids=str)
def test_pairs_as_pwr(row: dict[str, float]) -> None:
    # Differences within pairs of standard deviation 1: both groups bring half of the variance.
    design = TrialDesign("matched_pair", clusters=2 * int(row["pairs"]), cluster_size=1)
    of = setting(design, sd=math.sqrt(0.5))
    assert of.power(row["d"]) == pytest.approx(row["power"], abs=1e-9)


@pytest.mark.parametrize("row", PINS["groups"], ids=str)
def test_groups(row: dict[str, float]) -> None:
    design = TrialDesign("cluster", clusters=int(row["groups"]), cluster_size=row["size"])
    assert setting(design, icc=row["icc"]).power(0.4) == pytest.approx(row["power"], abs=1e-9)


@pytest.mark.parametrize("row", PINS["hussey_hughes"], ids=str)
def test_stepped_wedge_as_hussey_and_hughes(row: dict[str, float]) -> None:
    steps = int(row["steps"])
    variance, _ = wedge_variance(
        wedge_schedule(steps),
        steps * row["per"],
        level_covariance(row["icc"], 1.0, steps + 1),
        np.full((steps, steps + 1), 1 - row["icc"]),
        np.array([row["m"]]),
    )
    assert variance == pytest.approx(row["variance"], rel=1e-9)


@pytest.mark.parametrize("row", PINS["moving"], ids=str)
def test_stepped_wedge_with_a_level_that_moves(row: dict[str, float]) -> None:
    design = TrialDesign(
        "stepped_wedge",
        steps=int(row["steps"]),
        clusters=int(row["steps"] * row["per"]),
        cluster_size=row["m"],
    )
    outcome = TrialOutcome("y", "continuous", 0.0, sd=1.0, icc=row["icc"], autocorrelation=row["cac"])
    (told,) = trial_contrasts(design, outcome, Losses(), 0.3)
    assert told.se**2 == pytest.approx(row["variance"], rel=1e-9)


@pytest.mark.parametrize("row", PINS["saturation"], ids=str)
def test_saturation_as_least_squares(row: dict[str, float]) -> None:
    design = TrialDesign(
        "saturation",
        clusters=30,
        cluster_size=20,
        saturations={0.0: 1 / 3, 0.25: 1 / 6, 0.5: 1 / 3, 0.75: 1 / 6},
    )
    outcome = TrialOutcome("y", "continuous", 0.0, sd=1.0, icc=row["icc"])
    for estimand in ("total", "spillover"):
        (told,) = trial_contrasts(design, outcome, Losses(), 0.3, estimand)
        assert told.se**2 == pytest.approx(row[estimand], rel=1e-8)


@pytest.mark.parametrize("row", PINS["dunnett"], ids=str)
def test_dunnett_as_mvtnorm(row: dict[str, Any]) -> None:
    n = np.array(row["n"], dtype=float)
    loadings = np.sqrt(n / (row["n0"] + n))
    # Loadings are rounded to three digits, which moves the fifth digit of a limit.
    assert dunnett_limit(row["alpha"], loadings, row["df"]) == pytest.approx(row["limit"], abs=3e-4)


@pytest.mark.parametrize(
    ("programmes", "df", "limit"),
    [(2, 20, 2.38), (3, 20, 2.54), (2, 60, 2.27), (3, 60, 2.41), (3, math.inf, 2.35)],
)
def test_dunnetts_table(programmes: int, df: float, limit: float) -> None:
    """Dunnett (1964) Biometrics 20, 482–491, table of two-sided 5% limits, equal arms."""
    assert round(dunnett_limit(0.05, np.full(programmes, math.sqrt(0.5)), df), 2) == limit


@pytest.mark.parametrize(("d", "per_arm"), [(0.2, 393), (0.5, 64), (0.8, 26)])
def test_cohens_table(d: float, per_arm: int) -> None:
    """Cohen (1988) Statistical Power Analysis, table 2.4.1: two-sided 5%, power 0.80."""
    needed = setting(TrialDesign("individual")).needed(d, 0.8)
    assert math.ceil(needed / 2) == pytest.approx(per_arm, abs=1 if d == 0.2 else 0)


@pytest.mark.parametrize("row", PINS["durations"], ids=str)
def test_durations(row: dict[str, float]) -> None:
    people = (500 * (1 - row["share"]), 500 * row["share"])
    rate = math.log(2) / 8
    assert cox_variance(rate, row["ratio"], 12, people) == pytest.approx(row["cox"], rel=1e-8)


def schoenfeld(ratio: float, share: float) -> float:
    """Events needed by Schoenfeld (1981), two-sided 5%, power 0.80; R's own number is pinned below."""
    return sum(Z_PARTS) ** 2 / (math.log(ratio) ** 2 * share * (1 - share))


def ends_needed(ratio: float, share: float) -> float:
    """People whose time ends among those needed."""
    outcome = {"kind": "duration", "baseline": 8.0, "months": 12.0, "sd": math.nan}
    design = TrialDesign("individual", arms={"a": 1 - share, "b": share})
    people = setting(design, **outcome).needed(ratio, 0.8)
    rate = math.log(2) / 8
    parts = ((1 - share, 1.0), (share, ratio))
    return sum(people * part * (1 - math.exp(-rate * r * 12)) for part, r in parts)


@pytest.mark.parametrize("share", [0.5, 0.3])
def test_durations_near_one_are_schoenfelds(share: float) -> None:
    # The formulae part from each other in proportion to the logarithm of the ratio.
    for ratio, near in ((1.005, 2e-3), (1.001, 4e-4)):
        assert ends_needed(ratio, share) == pytest.approx(schoenfeld(ratio, share), rel=near)


@pytest.mark.parametrize("row", PINS["durations"], ids=str)
def test_durations_far_from_one_lie_between_schoenfeld_and_freedman(row: dict[str, float]) -> None:
    assert schoenfeld(row["ratio"], row["share"]) == pytest.approx(row["schoenfeld"], rel=1e-9)
    low, high = sorted((row["schoenfeld"], row["freedman"]))
    # People are whole, and three in four of them come to the end.
    assert low - 1 <= ends_needed(row["ratio"], row["share"]) <= high + 1
