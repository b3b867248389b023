"""Co-design: panels, rounds, weights, rankings, groups, cases, and where belief and evidence part."""

from almpo_kit.codesign.rounds.delphi import delphi
from almpo_kit.codesign.rounds.delphi_result import Delphi
from almpo_kit.codesign.rounds.feedback import Feedback, feedback
from almpo_kit.codesign.weighing.ahp import PairWeights, ahp
from almpo_kit.codesign.weighing.best_worst import BestWorstWeights, best_worst
from almpo_kit.codesign.weighing.criteria_weights import criteria_weights
from almpo_kit.codesign.weighing.criteria_weights_result import CriteriaWeights
from almpo_kit.codesign.weighing.repair import Repair, repair

__all__ = [
    "BestWorstWeights",
    "CriteriaWeights",
    "Delphi",
    "Feedback",
    "PairWeights",
    "Repair",
    "ahp",
    "best_worst",
    "criteria_weights",
    "delphi",
    "feedback",
    "repair",
]
