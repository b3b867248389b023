import math
from dataclasses import replace

import numpy as np
import pytest

from almpo_kit.evidence.pooling import pool
from almpo_kit.experiments.planning.analyse import analyse
from almpo_kit.experiments.planning.evidence_rows import evidence_rows
from almpo_kit.experiments.planning.trial_result import TrialResult
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from tests.experiments.planning.trial_worlds import TIME, WAGE, WORK, drawn, outcomes, people, plan

UNITS = people()
PLAN = plan(subgroups=("sex",))
DRAW = drawn(PLAN, UNITS)
DATA = outcomes(UNITS, DRAW, 0.15)
FOUND = analyse(PLAN, DRAW, DATA, plan_digest=PLAN.digest, draws=99)
SOURCE = "SYNTHETIC trial digital course"


def test_rows_that_the_evidence_base_takes_in() -> None:
    rows = evidence_rows(FOUND, study_id="ministry2028", includes_subsidised_job="excluded", source=SOURCE)
    assert check(rows, "effects").equals(rows)
    assert rows["estimate_id"].tolist() == ["ministry2028-01", "ministry2028-02"], (
        "groups shown apart give none"
    )
    row, first = rows.iloc[0], FOUND.primary.iloc[0]
    expected = {
        "study_id": "ministry2028", "sample_id": "ministry2028", "programme_type": "training", "programme_name": "course",
        "target_group": "all", "comparator": "no_programme", "country": "EL", "nuts": "EL30",
        "outcome": "employment_probability", "unit": "percentage_points", "horizon_months": 12.0,
        "horizon_from": "random_assignment", "effect": first["effect"], "se": first["se"], "se_source": "reported",
        "significance": "positive", "design": "rct", "estimand": "itt", "estimand_source": "stated", "take_up": 1.0,
        "start_year": 2027.0, "end_year": 2028.0, "n": 600.0, "unemployment_rate": 9.5, "quality": FOUND.certainty,
        "source": SOURCE, "includes_subsidised_job": "excluded",
    }  # fmt: skip
    assert {k: row[k] for k in expected} == expected
    assert rows["unit"].tolist() == ["percentage_points", "eur_per_month"] and rows[
        "horizon_months"
    ].tolist() == [12, 18]
    assert (
        PLAN.digest[:12] in row["note"]
        and "Primary outcome" in row["note"]
        and "Secondary" in rows.iloc[1]["note"]
    )


def test_pooling_takes_them_as_they_are() -> None:
    rows = evidence_rows(FOUND, study_id="a", source=SOURCE)
    again = evidence_rows(FOUND, study_id="b", source=SOURCE)
    import pandas as pd

    both = pd.concat([rows, again], ignore_index=True).query("unit == 'percentage_points'")
    assert pool(both).mean == pytest.approx(FOUND.primary["effect"].iloc[0])


def test_deviations_travel_with_the_rows() -> None:
    found = analyse(
        PLAN, DRAW, DATA, estimator="adjusted", covariates=["age"], draws=99,
        deviations={"estimator": "more precise", "covariates": "more precise"},
    )  # fmt: skip
    rows = evidence_rows(found, study_id="x", source=SOURCE)
    assert rows["note"].str.contains("Otherwise than planned, how effects are estimated").all()


def test_what_was_not_planned_gives_no_evidence() -> None:
    other = TrialOutcome("happy", "binary", 0.5, outcome="self_support_rate")
    data = DATA.assign(happy=np.arange(600) % 2)
    found = analyse(
        PLAN, DRAW, data, outcomes=[WORK, WAGE, other], deviations={"outcomes": "later"}, draws=99
    )
    assert set(evidence_rows(found, study_id="x", source=SOURCE)["outcome"]) == {
        "employment_probability",
        "earnings",
    }
    alone = analyse(PLAN, DRAW, data, outcomes=[other], deviations={"outcomes": "later"}, draws=99)
    with pytest.raises(DesignError, match="nothing in this result may become evidence"):
        evidence_rows(alone, study_id="x", source=SOURCE)
    unknown = plan(outcomes=(TrialOutcome("work", "binary", 0.4),))
    with pytest.raises(DesignError, match="Say in the next plan what the outcome is there"):
        evidence_rows(analyse(unknown, DRAW, DATA, draws=99), study_id="x", source=SOURCE)


def test_invented_people_say_so() -> None:
    for source in ("", "a report", "synthetic"):
        with pytest.raises(DesignError, match="starts with SYNTHETIC"):
            evidence_rows(FOUND, study_id="x", source=source)
    real = replace(FOUND, provenance=replace(FOUND.provenance, synthetic=False))
    assert (
        evidence_rows(real, study_id="x")["source"].iloc[0]
        == f"trial Digital course, plan {PLAN.digest[:12]}"
    )


def test_refusals_name_the_way_out() -> None:
    for other, told in (
        ({"study_id": " "}, "study_id='ministry2028'"),
        ({"includes_subsidised_job": "perhaps"}, "excluded, included, not_stated"),
        ({"comparator": "luck"}, "no_programme"),
    ):
        with pytest.raises(ParameterError, match=told):
            evidence_rows(FOUND, **({"study_id": "x", "source": SOURCE} | other))
    with pytest.raises(ParameterError, match="what analyse"):
        evidence_rows(DATA, study_id="x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("no programme", "", "no_programme"),
        ("Control", "", "no_programme"),
        ("usual services", "", "other_programme"),
        ("usual services", "no_programme", "no_programme"),
    ],
)
def test_what_it_is_compared_with(name: str, given: str, expected: str) -> None:
    design = TrialDesign("individual", {name: 0.5, "course": 0.5}, people=600)
    which = plan(design=design)
    draw = drawn(which, UNITS)
    found = analyse(which, draw, outcomes(UNITS, draw, 0.1), draws=99)
    assert set(evidence_rows(found, study_id="x", source=SOURCE, comparator=given)["comparator"]) == {
        expected
    }


def test_significance_is_favourable_or_not_never_plus_or_minus() -> None:
    bad = TrialOutcome("out", "binary", 0.6, outcome="unemployment_probability")
    which = plan(outcomes=(bad,), smallest_effect=-0.05)
    data = DATA.assign(out=1 - DATA["work"])
    row = evidence_rows(analyse(which, DRAW, data, draws=99), study_id="x", source=SOURCE).iloc[0]
    assert row["effect"] < 0 and row["significance"] == "positive"
    timed = plan(outcomes=(TIME,), smallest_effect=1.2)
    row = evidence_rows(analyse(timed, DRAW, DATA, draws=99), study_id="x", source=SOURCE).iloc[0]
    assert row["unit"] == "log_hazard_ratio" and row["effect"] > 0 and row["significance"] == "positive"


def test_take_up_is_told_where_it_tells_of_no_few() -> None:
    crossed = DATA.copy()
    offered = DATA["received"] == "course"
    crossed.loc[offered & (np.arange(600) % 4 == 0), "received"] = "no programme"
    found = analyse(PLAN, DRAW, crossed, draws=99)
    share = (crossed["received"][offered] == "course").mean()
    assert evidence_rows(found, study_id="x", source=SOURCE)["take_up"].iloc[0] == pytest.approx(share)
    few = DATA.copy()
    few.loc[np.flatnonzero(offered)[:4], "received"] = "no programme"
    told = evidence_rows(analyse(PLAN, DRAW, few, draws=99), study_id="x", source=SOURCE)["take_up"].iloc[0]
    assert math.isnan(told)


def test_a_result_is_what_it_says() -> None:
    assert isinstance(FOUND, TrialResult) and FOUND.plan_digest == PLAN.digest
