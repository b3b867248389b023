"""The audit takes what the other rooms make: learners, trees, plans of places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from almpo_kit.recommendation import HighestRiskFirst, PlugIn, StatusQuo, TreeLearner, fairness_audit

from .services import by_gain, service


@dataclass(frozen=True)
class Plan:
    """Offers of a plan, as an Allocation carries them."""

    offered: np.ndarray


@pytest.mark.parametrize(
    "learner",
    [
        pytest.param(PlugIn(), marks=pytest.mark.slow),
        HighestRiskFirst(),
        StatusQuo(),
        pytest.param(TreeLearner(depth=1), marks=pytest.mark.slow),
    ],
)
def test_learners_of_the_policies_room(learner: object) -> None:
    audit = fairness_audit(service(600, seed=4).people, learner, by=["sex"], folds=2)
    assert "reuse" not in {c.name for c in audit.failed}
    assert audit.policy_name in audit.question


def test_what_is_done_now_changes_nothing_for_anybody() -> None:
    made = service(600, seed=4)
    audit = fairness_audit(made.people, made.people.received, by=["sex"])
    assert np.allclose(audit.table["against_today"].dropna(), 0.0, atol=0.5)


def test_a_plan_of_places_is_audited_by_its_offers() -> None:
    made = service(600, seed=4)
    offers = by_gain(made)
    plan, plain = (fairness_audit(made.people, p, by=["sex"]) for p in (Plan(offers), offers))
    assert plan.table["offered"].equals(plain.table["offered"])
