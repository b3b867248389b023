"""Co-design: panels, rounds, weights, rankings, groups, cases, and where belief and evidence part."""

from almpo_kit.codesign.beliefs.belief_against_evidence import BeliefAgainstEvidence, belief_against_evidence
from almpo_kit.codesign.beliefs.beliefs import Belief, beliefs
from almpo_kit.codesign.cases.find_cases import CaseSearch, find_cases
from almpo_kit.codesign.cases.mechanisms import CaseMechanisms, mechanisms
from almpo_kit.codesign.diversity.equal_shares import equal_shares
from almpo_kit.codesign.diversity.equal_shares_result import EqualShares
from almpo_kit.codesign.diversity.gains_and_losses import GainsAndLosses, gains_and_losses
from almpo_kit.codesign.diversity.opinion_groups import opinion_groups
from almpo_kit.codesign.diversity.opinion_groups_result import OpinionGroups
from almpo_kit.codesign.diversity.pareto_set import ParetoSet, pareto_set
from almpo_kit.codesign.diversity.proposals import budget_votes, rated_utilities, roles_of
from almpo_kit.codesign.panels.coverage import Coverage, coverage
from almpo_kit.codesign.panels.panel_weights import PanelWeights, panel_weights
from almpo_kit.codesign.ranking.decision_table import DecisionTable, decision_table
from almpo_kit.codesign.ranking.preference_shapes import Preference
from almpo_kit.codesign.ranking.rank import Ranking, rank
from almpo_kit.codesign.ranking.rank_probabilities import RankProbabilities, rank_probabilities
from almpo_kit.codesign.ranking.rank_reversal import RankReversal, rank_reversal
from almpo_kit.codesign.ranking.weight_sensitivity import WeightSensitivity, weight_sensitivity
from almpo_kit.codesign.rounds.consensus_errors import ConsensusErrors, consensus_errors
from almpo_kit.codesign.rounds.delphi import delphi
from almpo_kit.codesign.rounds.delphi_result import Delphi
from almpo_kit.codesign.rounds.drop_out import DropOut, drop_out
from almpo_kit.codesign.rounds.feedback import Feedback, feedback
from almpo_kit.codesign.weighing.ahp import PairWeights, ahp
from almpo_kit.codesign.weighing.best_worst import BestWorstWeights, best_worst
from almpo_kit.codesign.weighing.criteria_weights import criteria_weights
from almpo_kit.codesign.weighing.criteria_weights_result import CriteriaWeights
from almpo_kit.codesign.weighing.repair import Repair, repair

__all__ = [
    "Belief",
    "BeliefAgainstEvidence",
    "BestWorstWeights",
    "CaseMechanisms",
    "CaseSearch",
    "ConsensusErrors",
    "Coverage",
    "CriteriaWeights",
    "DecisionTable",
    "Delphi",
    "DropOut",
    "EqualShares",
    "Feedback",
    "GainsAndLosses",
    "OpinionGroups",
    "PairWeights",
    "PanelWeights",
    "ParetoSet",
    "Preference",
    "RankProbabilities",
    "RankReversal",
    "Ranking",
    "Repair",
    "WeightSensitivity",
    "ahp",
    "belief_against_evidence",
    "beliefs",
    "best_worst",
    "budget_votes",
    "consensus_errors",
    "coverage",
    "criteria_weights",
    "decision_table",
    "delphi",
    "drop_out",
    "equal_shares",
    "feedback",
    "find_cases",
    "gains_and_losses",
    "mechanisms",
    "opinion_groups",
    "panel_weights",
    "pareto_set",
    "rank",
    "rank_probabilities",
    "rank_reversal",
    "rated_utilities",
    "repair",
    "roles_of",
    "weight_sensitivity",
]
