"""The month that a panel was asked about beside the months that the evidence has."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from almpo_kit import codesign
from almpo_kit.codesign.beliefs.horizons_beside import same_horizon
from almpo_kit.vocabulary.errors import ParameterError
from tests.codesign.beliefs.panels import PLAN, judged, normal

#: Asked about 24 months on.
BELIEF = codesign.beliefs(judged(normal(8, 2, 9)), PLAN, "courses_24m")


def against(**more: Any) -> codesign.BeliefAgainstEvidence:
    given: dict[str, Any] = {"estimate": 2.0, "low": -1.0, "high": 5.0, "n_studies": 6}
    return codesign.belief_against_evidence(BELIEF, unit="percentage_points", **given | more)


@pytest.mark.parametrize(
    ("months", "status", "words"),
    [
        ([18, 24, 30], "passed", "18 to 30 months (the middle one 24); within 6 months of the question: all"),
        ([12, 24], "passed", "within 6 months of the question: 1 (50%)"),
        ([24], "passed", "1 estimate is of 24 months"),
        ([30, 36, 60, 96, math.nan], "failed", "4 estimates are of 30 to 96 months (the middle one 48)"),
        ([12, 12], "failed", "2 estimates are of 12 months; within 6 months of the question: none"),
    ],
)
def test_far_apart_fails_and_the_answer_says_so(months: list[float], status: str, words: str) -> None:
    found = against(horizons=months)
    check = next(c for c in found.checks if c.name == "same horizon")
    assert check.status == status and words in check.sentence and "about 24 months on" in check.sentence
    told = "asked was 24 months on" in found.sentence
    reasons = found.both_ways["reason"].str.contains("another time than")
    assert told is bool(reasons.any()) is (status == "failed")


def test_half_is_enough_and_one_fewer_is_not() -> None:
    assert same_horizon(30, [25, 30, 60, 61]).status == "passed"
    assert same_horizon(30, [25, 60, 61]).status == "failed"


def test_without_months_nothing_is_said_and_nonsense_is_refused() -> None:
    assert all(c.name != "same horizon" for c in against().checks)
    assert all(c.name != "same horizon" for c in against(horizons=[math.nan]).checks)
    for bad in (["24"], [-1.0], [math.inf], [True]):
        with pytest.raises(ParameterError, match="month of each estimate"):
            against(horizons=bad)


def test_intervals_are_read_by_the_degrees_of_freedom_they_were_made_with() -> None:
    """Against a mean over draws: the belief less Student's t with 2.5 degrees of freedom."""
    found = against(df=2.5)
    scale, rng = 3.0 / t.ppf(0.975, 2.5), np.random.default_rng(1)
    draws = rng.normal(8, 2, 400_000) - (2 + scale * rng.standard_t(2.5, 400_000))
    assert found.conflict_average == pytest.approx(2 * (draws < 0).mean(), abs=1e-3)
    assert found.conflict_average != pytest.approx(against().conflict_average, abs=3e-3)
    assert against(df=math.inf).provenance.options["df"] == "normal"
    with pytest.raises(ParameterError, match="degrees of freedom"):
        against(df=0)


def test_numbers_of_numpy_and_generators_count() -> None:
    plain = against(df=4, horizons=[12, 12], margin=1, level=0.9, alpha=0.1)
    given: dict[str, Any] = {
        "df": np.int64(4),
        "n_studies": np.int32(6),
        "horizons": (np.int8(12) for _ in "ab"),
    }
    found = against(
        **given, margin=np.int64(1), level=np.float32(0.9).astype(float).round(1), alpha=np.float64(0.1)
    )
    assert found.sentence == plain.sentence and found.provenance.options == plain.provenance.options
    assert found.n_studies == 6 and type(found.n_studies) is int
    assert json.dumps(found.provenance.options)
    for bad in (np.True_, True, "4", np.complex128(4)):
        with pytest.raises(ParameterError, match="degrees of freedom"):
            against(df=bad)
    with pytest.raises(ParameterError, match=r"horizons=\['24'\]"):
        against(horizons=(m for m in ["24"]))
