"""From the effect of the offer to the effect on those who took part: right on average, and silent where take-up is not told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import experiments
from almpo_kit.experiments.planning.taking_part import rows_of_taking_part
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

ARMS = ("no programme", "course")


def found(rng: np.random.Generator, *, taken: float, anyway: float, effect: float = 0.2, n: int = 2000):
    """The result of a trial in which taking part moves the share in work by ``effect``."""
    plan = TrialPlan(
        name="A course",
        question="Does it help?",
        population="People.",
        design=TrialDesign("individual", dict.fromkeys(ARMS, 0.5), people=n),
        outcomes=(TrialOutcome("employed", "binary", 0.3, outcome="employment_probability"),),
        smallest_effect=0.1,
        estimator="difference",
        programme_types={"course": "training"},
        country="IT",
        start_year=2026,
        end_year=2026,
    )
    arm = rng.permutation(np.repeat([0, 1], n // 2))
    ready = rng.random(n)
    part = np.where(arm == 1, ready < taken, ready < anyway)
    # Those who are ready to take part would have done better anyway: whoever compares takers with others is wrong.
    employed = rng.random(n) < 0.2 + 0.2 * (ready < taken) + effect * part
    drawn = pd.DataFrame(
        {
            "id": [f"P{i}" for i in range(n)],
            "arm": np.take(ARMS, arm),
            "chance": 0.5,
            "block": "",
            "cluster": "",
            "pair": "",
            "step": -1,
            "saturation": np.nan,
            "entered": "list",
            "source": "drawn by lot, list",
        }
    )
    data = pd.DataFrame(
        {
            "id": drawn["id"],
            "employed": employed.astype(float),
            "received": np.take(ARMS, part.astype(int)),
        }
    )
    result = experiments.analyse(
        plan, drawn, data, deviations={"take_up": "many did not come", "contamination": "some came"}
    )
    rows = experiments.evidence_rows(result, study_id="course", includes_subsidised_job="excluded")
    return rows, rows_of_taking_part(result, rows)


@pytest.mark.slow
def test_the_effect_on_those_who_took_part_is_right_on_average() -> None:
    seeds = np.random.SeedSequence(1).spawn(60)
    each = [found(np.random.default_rng(s), taken=0.6, anyway=0.0)[1].iloc[0] for s in seeds]
    effects, errors = (np.array([e[c] for e in each]) for c in ("effect", "se"))
    # The mean lies within three of its own standard errors of the truth; 12 would be the effect of the offer.
    assert abs(effects.mean() - 20) < 3 * effects.std() / np.sqrt(len(each)) < 3
    assert np.mean(np.abs(effects - 20) < 1.96 * errors) >= 0.88
    assert errors.mean() == pytest.approx(effects.std(), rel=0.35)


def test_it_says_of_whom_it_speaks() -> None:
    offered, took_part = found(np.random.default_rng(2), taken=0.6, anyway=0.0)
    assert list(offered["estimand"]) == ["itt"] and list(took_part["estimand"]) == ["att"]
    one, other = offered.iloc[0], took_part.iloc[0]
    assert other["effect"] == pytest.approx(one["effect"] / one["take_up"])
    assert other["se"] > one["se"] / one["take_up"]
    assert (other["study_id"], other["sample_id"], other["n"]) == (
        one["study_id"],
        one["sample_id"],
        one["n"],
    )
    assert abs(other["effect"] - 20) < 3 * other["se"] and abs(one["effect"] - 12) < 3 * one["se"]
    assert other["estimate_id"] != one["estimate_id"] and "not to be averaged" in other["note"]
    _, late = found(np.random.default_rng(2), taken=0.6, anyway=0.2)
    assert list(late["estimand"]) == ["late"]


def test_nothing_is_said_where_take_up_is_not_told() -> None:
    # Three people of the comparison took part: their share is not told, so nothing is derived from it.
    assert found(np.random.default_rng(3), taken=0.6, anyway=0.003)[1].empty
    # An offer that moves hardly anybody tells nothing of those whom it moves.
    assert found(np.random.default_rng(4), taken=0.34, anyway=0.3)[1].empty
