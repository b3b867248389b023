"""What a regression says in words is what its tests asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence


def studies(samples=20, per_sample=2, seed=5, **columns) -> pd.DataFrame:
    """Two groups, ``a`` and ``b``, and effects that differ between samples."""
    rng = np.random.default_rng(seed)
    k = samples * per_sample
    frame = pd.DataFrame(
        {
            "study_id": np.repeat([f"s{i}" for i in range(samples)], per_sample),
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "g": np.repeat(np.resize(["a", "b"], samples), per_sample),
            "x": np.repeat(rng.uniform(40, 60, samples), per_sample),
            "effect": 5 + np.repeat(rng.normal(0, 1, samples), per_sample) + rng.normal(0, 1, k),
            "se": rng.uniform(0.8, 1.2, k),
        }
    )
    return frame.assign(**columns)


def test_without_a_constant_averages_are_tested_and_not_their_difference():
    frame = studies()
    far = evidence.multilevel(frame, "~ 0 + g")
    assert far.sentence.endswith(
        "are not zero for every g (p below 0.001), which does not say that they differ."
    )
    assert evidence.multilevel(frame, "~ g").tests["p"][0] > 0.05, "or they would differ as well"
    near = evidence.multilevel(frame.assign(effect=frame["effect"] - 5), "~ 0 + g")
    assert "are not clearly other than zero for any g" in near.sentence
    for got in (far, near):
        assert "difference" not in got.sentence
        assert "differ with" not in got.sentence
    assert evidence.wald(far, "g").sentence.startswith("Effects for g: a and g: b are not all zero")
    assert evidence.wald(near, "g").sentence.startswith(
        "Effects for g: a and g: b are not clearly other than zero"
    )
    assert evidence.wald(far, "g[a]").sentence == "Effects for g: a are not zero (p below 0.001)."
    assert evidence.wald(far, {"g[a]": 1, "g[b]": -1}).sentence.startswith(
        "No clear difference of effects with g: a − g: b"
    )
    # A second category is compared with its reference even there.
    frame["h"] = np.repeat(np.resize(["u", "u", "v"], 20), 2)
    both = evidence.multilevel(frame, "~ 0 + g + h")
    assert "show no clear difference with h" in both.sentence
    (reading,) = [c.sentence for c in both.checks if c.name == "reading"]
    assert reading == "Categories are compared with a reference (h: u)."
    assert not any(c.name == "reading" for c in far.checks)
    assert (
        "Effects for starting point" in evidence.wald(evidence.multilevel(frame, "~ g"), "Intercept").sentence
    )


@pytest.mark.parametrize(
    ("outcome", "unit", "helps"),
    [("unemployment_duration", "days", True), ("days_employed", "days", False)],
)
def test_direction_and_reference_are_said(outcome, unit, helps):
    frame = studies(outcome=outcome, unit=unit)
    frame["effect"] -= 60 + 20 * (frame["g"] == "b")
    got = evidence.multilevel(frame, "~ g")
    assert "are lower by" in got.sentence
    assert "days (95%: " in got.sentence
    assert "for g: b than for a." in got.sentence
    assert "smaller" not in got.sentence, "-80 is no smaller an effect than -60"
    assert got.sentence.endswith("less is better for the person.") is helps


def test_a_main_effect_in_an_interaction_is_left_to_the_table():
    frame = studies(30, 2)
    frame["effect"] += np.where(frame["g"] == "b", 0.5 * (frame["x"] - 50), 0)
    got = evidence.multilevel(frame, "~ g * x")
    assert got.table.set_index("coefficient").loc["g[T.b]", "p"] < 0.001, "at x = 0, where nobody is"
    assert "differ with g × x" in got.sentence
    assert "for g: b" not in got.sentence
    assert "for x, per 1" not in got.sentence
    assert any(c.name == "interactions" for c in got.checks)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1e4, "for population, per standard deviation ("),
        (1e-9, "population, per 1."),
        (10, "population, per 1."),
    ],
)
def test_a_slope_is_never_told_as_zero(size, words):
    rng = np.random.default_rng(0)
    frame = studies(population=np.repeat(rng.uniform(10, 100, 20) * size, 2))
    frame["effect"] += frame["population"] / size * 0.2
    got = evidence.multilevel(frame, "~ population")
    assert words in got.sentence
    assert "by 0.00" not in got.sentence
    assert "0.00 to" not in got.sentence
    if "deviation" in words:
        sd = float(np.std(frame["population"]))
        told = float(got.sentence.split("higher by ")[1].split(" ")[0])
        assert told == pytest.approx(got.table["estimate"][1] * sd, abs=0.005)
