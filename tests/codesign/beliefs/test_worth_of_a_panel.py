"""Weights can leave many answers worth few, and studies enough may have no average."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.codesign import belief_against_evidence, beliefs
from almpo_kit.codesign.beliefs.conflict_words import THIN_PANEL

from .panels import PLAN, judged

TWENTY = judged([(-1.0, 4.0 + k / 10, 9.0) for k in range(20)])
PEOPLE = [f"A{k:03d}" for k in range(20)]


def test_one_person_who_decides_is_no_panel() -> None:
    """Twenty answers of which one counts ninety-nine parts of a hundred are worth one."""
    loads = pd.Series([1881.0] + [1.0] * 19, index=PEOPLE)
    found = beliefs(TWENTY, PLAN, "courses_24m", weights=loads, repeats=100)
    assert found.effective < 1.1 and found.thin and found.certainty == "too little to say"
    assert "worth 1.0 of equal weight" in found.sentence and found.headline is None
    beside = belief_against_evidence(
        found, estimate=0.0, low=-0.5, high=0.5, n_studies=9, unit="percentage_points"
    )
    assert beside.verdict == THIN_PANEL and "worth 1.0" in beside.sentence
    assert not beliefs(TWENTY, PLAN, "courses_24m", repeats=100).thin


def test_people_who_count_nothing() -> None:
    """A draw of people with no weight is no panel; the interval stays a number."""
    loads = pd.Series([1.0] * 2 + [0.0] * 18, index=PEOPLE)
    found = beliefs(TWENTY, PLAN, "courses_24m", weights=loads, repeats=400)
    assert np.isfinite([found.panel_low, found.panel_high]).all()


def test_many_studies_without_an_average() -> None:
    """Nine are not fewer than five."""
    found = belief_against_evidence(
        beliefs(TWENTY, PLAN, "courses_24m", repeats=100),
        estimate=None,
        n_studies=9,
        unit="percentage_points",
    )
    assert "fewer than" not in found.sentence and "no average of them" in found.sentence
