"""Published effects in the unit of local people: added up by hand, and none where a span is missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.provenance import is_synthetic
from almpo_kit.workbench.evidence_for_advice import beside, comparable


def people(unit: str = "months in work", months: float = 36.0) -> Any:
    return SimpleNamespace(unit=unit, programme_months=months)


def studies() -> pd.DataFrame:
    effects = sources.synthetic_studies(1, seed=2).effects
    one = effects[effects["study_id"] == effects["study_id"].iloc[0]].copy()
    one["effect"], one["se"] = [2.0, 4.0, 6.0], [1.0, 2.0, 3.0]
    return one


def test_points_become_months_by_hand() -> None:
    """2 points for twelve months, 4 for twelve, 6 for the rest: 0.24 + 0.48 + 0.72 months at 36, half of the last at 30."""
    rows = beside(people(), studies())
    assert rows is not None and len(rows) == 1
    assert rows["effect"].iloc[0] == pytest.approx(1.44) and rows["se"].iloc[0] == pytest.approx(0.72)
    assert is_synthetic(rows)
    shorter = beside(people(months=30), studies())
    assert shorter is not None and shorter["effect"].iloc[0] == pytest.approx(0.24 + 0.48 + 0.36)
    first_year = beside(people(months=6), studies())
    assert first_year is not None and first_year["effect"].iloc[0] == pytest.approx(0.12)


def test_a_sample_that_lacks_a_span_says_nothing_of_months() -> None:
    assert beside(people(), studies().iloc[:2]) is None
    assert beside(people(), sources.effects()) is None, "no published sample tells of all three spans"


def test_points_at_one_month_come_from_the_span_it_lies_in() -> None:
    rows = beside(people("points", 18.0), studies())
    assert rows is not None and rows["effect"].tolist() == [4.0]
    assert beside(people("€ a year"), studies()) is None


def test_what_may_be_weighed_is_what_an_answer_may_average() -> None:
    rows = comparable(sources.effects(), "long")
    assert rows["se"].notna().all() and rows["estimand"].nunique() == 1
    assert (rows["includes_subsidised_job"] != "included").all() and (
        rows["unit"] == "percentage_points"
    ).all()
