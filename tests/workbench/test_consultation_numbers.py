"""Numbers that a consultation takes from the evidence: how many studies, and how far their errors move together."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from almpo_kit import codesign, evidence, sources
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.workbench.consultation_evidence import clash, evidence_on, told
from almpo_kit.workbench.consultation_options import programme_options
from almpo_kit.workbench.consultation_ranking import RankedOptions
from almpo_kit.workbench.consultations import ConsultationCase

QUANTITY = {
    "programme_type": "training",
    "outcome": "employment_probability",
    "unit": "percentage_points",
    "horizon_months": 24,
    "low": -30,
    "high": 50,
}
GOALS = ("jobs", "months")
PLAN = Plan(
    title={"en": "T"},
    question={"en": "Q"},
    consent={"en": "C"},
    places=("EL42",),
    items=(Item("goals", "points", {"en": "What counts?"}, options={g: {"en": g} for g in GOALS}),),
)


@pytest.mark.parametrize(("kept", "average"), [pytest.param(12, True, marks=pytest.mark.slow), (3, False)])
def test_studies_are_those_that_can_enter_the_average(kept: int, average: bool) -> None:
    """Estimates that do not say how sure they are are listed, but nothing rests on them."""
    item = Item("effect", "quantity", {"en": "How many?"}, quantity=QUANTITY)
    effects = sources.synthetic_studies().effects
    asked = evidence_on(item, effects).table["estimate_id"]
    few = effects[effects["estimate_id"].isin(asked)].copy()
    silent = sorted(set(few["study_id"]))[kept:]
    few.loc[few["study_id"].isin(silent), "se"] = float("nan")
    answer = evidence_on(item, few)
    sure = few[few["se"].notna()]
    assert (answer.pooled is not None) is average
    assert told(answer)["n_studies"] == sure["sample_id"].nunique() < answer.n_samples


def test_goals_of_the_same_studies_err_together() -> None:
    """Errors that are taken as independent cancel; goals that come from the same studies leave the first place less sure."""
    judged = pd.DataFrame(
        [
            {"participant": f"p{k:02d}", "role": "employers", "geo": "EL42", "sector": "I", "item": "goals"}
            | {"part": g, "round": 1, "value": 50.0, "source": "by hand"}
            for k in range(12)
            for g in GOALS
        ]
    )
    values = pd.DataFrame({"jobs": [1.0, 0.0], "months": [1.0, 0.0]}, index=["X", "Y"])
    ranked = RankedOptions(SimpleNamespace(seed=0), "example", "weighted_sum")  # type: ignore[arg-type]
    ranked.__dict__["goals"] = codesign.criteria_weights(judged, PLAN, "goals", repeats=200)
    ranked.__dict__["table"] = codesign.decision_table(values, se=values * 0 + 1.0)
    # Φ(1/√2) = 0.760; independent errors would give Φ(1) = 0.841.
    assert ranked.ranking.table["p_first"].iloc[0] == pytest.approx(0.760, abs=0.025)
    assert ranked.sureness.table["p_best"].iloc[0] == pytest.approx(0.760, abs=0.025)
    assert ranked.sureness.provenance.options["within"] == 1


def studies(samples: int, each: int) -> pd.DataFrame:
    """Effects of training between one and two years after entry, equally precise."""
    one = {"programme_type": "training", "comparator": "no_programme", "country": "DE", "design": "rct"}
    one |= {"outcome": "employment_probability", "unit": "percentage_points", "horizon_from": "start"}
    one |= {"se": 1.0, "se_source": "reported", "target_group": "all", "includes_subsidised_job": "excluded"}
    rows = [
        one
        | {"estimate_id": f"s{k}.{j}", "study_id": f"s{k}", "sample_id": f"s{k}", "horizon_months": 18.0 + j}
        | {"effect": 2.5 * k - 4 * (k % 2) + j, "source": "by hand"}
        for k in range(samples)
        for j in range(each)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("samples", "each", "df"), [(5, 1, 4), pytest.param(7, 2, 6, marks=pytest.mark.slow)]
)
def test_the_low_end_is_the_tenth_of_the_interval_that_was_made(samples: int, each: int, df: int) -> None:
    """By Student's t with the interval's own degrees of freedom, computed here from variances; not by normal quantiles."""
    from scipy.stats import t

    effects = studies(samples, each)
    pooled = evidence.answer(effects, question="?").pooled
    assert pooled is not None and pooled.df == pytest.approx(df, abs=0.01)
    spread = pooled.tau2 if each == 1 else pooled.sigma2_between + pooled.sigma2_within  # type: ignore[union-attr]
    low = t.ppf(0.1, pooled.df, loc=pooled.mean, scale=math.hypot(pooled.se, math.sqrt(spread)))
    told = programme_options(effects, programme_types=["training"]).set_index("criterion")
    assert told.loc["certainty", "value"] == pytest.approx(low, rel=1e-9)
    # With five studies normal quantiles were 18% too far from the average.
    assert told.loc["jobs", "value"] == pytest.approx(pooled.mean)
    assert told.loc["jobs", "se"] == told.loc["certainty", "se"] > pooled.se


def test_a_question_is_not_set_beside_another_time_unsaid() -> None:
    """A span of horizons is open to the right: 30 months asked, six and eight years measured."""
    item = Item("effect", "quantity", {"en": "How many?"}, quantity=QUANTITY | {"horizon_months": 30})
    effects = studies(5, 1).assign(horizon_months=[30.0, 72.0, 72.0, 96.0, 96.0])
    plan = replace(PLAN, items=(item,))
    rows = [
        {"participant": f"p{k:02d}", "role": "employers", "geo": "EL42", "sector": "I", "item": "effect"}
        | {"part": part, "round": 1, "value": value, "source": "by hand"}
        for k in range(12)
        for part, value in (("0.1", 1.0 + k), ("0.5", 4.0 + k), ("0.9", 9.0 + k))
    ]
    belief = codesign.beliefs(pd.DataFrame(rows), plan, "effect")
    found = clash(SimpleNamespace(plan=plan, belief=lambda _: belief), "effect", effects)  # type: ignore[arg-type]
    assert found.n_studies == 5 and "asked was 30 months on" in found.sentence  # type: ignore[attr-defined]
    for one in (found, evidence_on(item, effects)):
        check = next(c for c in one.failed if c.name == "same horizon")
        assert "30 to 96 months (the middle one 72)" in check.sentence and "1 (20%)" in check.sentence


def weighed(people: int, rounds: dict[str, int]) -> ConsultationCase:
    """A consultation whose items were last answered in the given rounds."""
    plan = replace(PLAN, rules=replace(PLAN.rules, least_answers=8))
    case = ConsultationCase.__new__(ConsultationCase)
    case.name, case.seed = "x", 0
    case.kept = SimpleNamespace(plan=plan, version=1)  # type: ignore[assignment]
    made = [
        {"participant": f"p{k:02d}", "role": "employers", "geo": "EL42", "sector": "I", "item": item}
        | {"part": g, "round": number, "value": 50.0, "source": "by hand"}
        for k in range(people)
        for item, number in rounds.items()
        for g in GOALS
    ]
    case.__dict__["judgements"] = pd.DataFrame(made)
    return case


def test_weights_that_are_handed_on_name_the_round_they_are_of() -> None:
    """Another item was answered later: the weights are of round 1 all the same."""
    table = weighed(12, {"goals": 1, "other": 2}).preferences()
    assert table["source"].iloc[0].endswith("round 1, 12 people whose answers gave weights")
    assert weighed(12, {"goals": 1, "other": 2}).wished_goals()["goals_from"]["version"].endswith("round 1")
    with pytest.raises(DesignError, match="6 people are too few to hand on"):
        weighed(6, {"goals": 1}).preferences()
