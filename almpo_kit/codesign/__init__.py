"""Co-design: panels, rounds, weights, rankings, groups, cases, and where belief and evidence part."""

from almpo_kit.codesign.rounds.feedback import Feedback, feedback
from almpo_kit.codesign.weighing.criteria_weights import criteria_weights
from almpo_kit.codesign.weighing.criteria_weights_result import CriteriaWeights

__all__ = [
    "CriteriaWeights",
    "Feedback",
    "criteria_weights",
    "feedback",
]
