"""Numbers that a consultation takes from the evidence: how many studies, and how far their errors move together."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from almpo_kit import codesign, sources
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.workbench.consultation_evidence import evidence_on, told
from almpo_kit.workbench.consultation_ranking import RankedOptions

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
