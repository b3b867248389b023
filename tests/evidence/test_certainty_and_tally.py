"""The published certainty rule, cell by cell, and who counts as favourable."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from almpo_kit.evidence.certainty import Grounds, grade
from almpo_kit.evidence.tally import favour, tally, tally_sentence

CLEAR = Grounds(1, 3, 0.5, 4, 20, 12, 1.0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "high"),
        ({"randomised": 0.5}, "high"),
        ({"randomised": 0.49}, "moderate"),
        ({"low": -1, "prediction_low": -2}, "moderate"),
        ({"prediction_low": -0.1}, "moderate"),
        ({"i2": 75.1}, "moderate"),
        ({"i2": 75.0}, "high"),
        ({"i2": 90, "prediction_low": -0.1}, "moderate"),
        ({"n_samples": 9}, "moderate"),
        ({"n_samples": 10}, "high"),
        ({"n_samples": 9, "i2": 90}, "low"),
        ({"n_samples": 9, "i2": 90, "low": -1, "prediction_low": -2}, "low"),
        ({"n_samples": 9, "randomised": 0.0}, "low"),
        ({"low": -3, "high": -1, "prediction_low": -4, "prediction_high": -0.5}, "high"),
        ({"low": -3, "high": -1, "prediction_low": -4, "prediction_high": 0.5}, "moderate"),
    ],
)
def test_rule(change, expected):
    certainty, steps = grade(dataclasses.replace(CLEAR, **change))
    assert certainty == expected
    assert len(steps) == 4
    down = sum(s.status == "failed" for s in steps)
    assert (down == 0) == (not set(change) - {"randomised"} or expected == "high")


@pytest.mark.parametrize("change", [{"n_samples": 4}, {"df": 3.99}])
def test_below_the_minimum_there_is_no_certainty(change):
    certainty, steps = grade(dataclasses.replace(CLEAR, **change))
    assert certainty == "too little to say"
    assert steps[0].status == "failed"
    assert grade(dataclasses.replace(CLEAR, n_samples=5, df=4 - 1e-9))[0] == "moderate"


@pytest.mark.parametrize(
    ("change", "name"),
    [({"se_ratio": 0.69}, "certainty: precision"), ({"mixed_money": "Two countries."}, "certainty: money")],
)
def test_steps_that_are_named_only_when_they_apply(change, name):
    certainty, steps = grade(dataclasses.replace(CLEAR, **change))
    assert certainty == "moderate"
    assert [s.name for s in steps if s.status == "failed"] == [name]
    assert grade(dataclasses.replace(CLEAR, se_ratio=0.7))[0] == "high"


def rows(**columns):
    return pd.DataFrame({"outcome": "employment_probability", "significance": None, "se": 1.0, **columns})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"effect": -62, "outcome": "days_unemployed", "significance": "positive"}, "favourable"),
        (
            {"effect": 2, "outcome": "out_of_labour_force_probability", "significance": "negative"},
            "unfavourable",
        ),
        ({"effect": 9, "significance": "none"}, "not significant"),
        ({"effect": 2}, "favourable"),
        ({"effect": -2}, "unfavourable"),
        ({"effect": 1.96}, "not significant"),
        ({"effect": -2, "outcome": "days_unemployed"}, "favourable"),
        ({"effect": 2, "outcome": "days_unemployed"}, "unfavourable"),
        ({"effect": 9, "outcome": "benefit_payments"}, "not stated"),
        ({"effect": 9, "se": np.nan}, "not stated"),
        ({"effect": np.nan}, "not stated"),
    ],
)
def test_favour_is_not_sign(row, expected):
    frame = rows(**{k: [v] for k, v in row.items()})
    got = favour(frame)
    assert got["favour"][0] == expected
    assert got["derived"][0] == ("significance" not in row and expected != "not stated")


def test_samples_count_once():
    frame = rows(
        effect=1.0,
        study_id=list("aabbccd"),
        significance=["positive", "positive", "positive", "none", "negative", None, None],
        se=np.nan,
    )
    counts = tally(frame, favour(frame)["favour"]).set_index("direction")
    assert counts["estimates"].to_dict() == {
        "favourable": 3,
        "not significant": 1,
        "unfavourable": 1,
        "mixed": 0,
        "not stated": 2,
    }
    assert counts["samples"].to_dict() == {
        "favourable": 1,
        "not significant": 0,
        "unfavourable": 1,
        "mixed": 1,
        "not stated": 1,
    }
    assert tally_sentence(counts.reset_index()) == (
        "Of 7 estimates, 3 were favourable, 1 unfavourable, 1 not significant and 2 did not state significance."
    )


@pytest.mark.parametrize(
    ("significance", "sentence"),
    [
        ([], ""),
        (["positive"], "The one estimate was favourable."),
        (["none"] * 2, "Both estimates were not significant."),
        (["negative"] * 3, "All 3 estimates were unfavourable."),
        ([None] * 3, "All 3 estimates did not state significance."),
        (["positive", "negative"], "Of 2 estimates, 1 was favourable and 1 unfavourable."),
    ],
)
def test_tally_in_words(significance, sentence):
    n = len(significance)
    frame = rows(effect=[1.0] * n, study_id=list(range(n)), significance=significance, se=[np.nan] * n)
    assert tally_sentence(tally(frame, favour(frame)["favour"])) == sentence


@pytest.mark.parametrize("se", [-0.1, 0.0, np.inf, np.nan])
def test_a_standard_error_that_is_none_derives_no_significance(se):
    frame = pd.DataFrame({"effect": [5.0], "se": [se], "outcome": "employment_probability"})
    found = favour(frame)
    assert found["favour"].tolist() == ["not stated"] and not found["derived"].any()
