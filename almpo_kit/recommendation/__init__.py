"""From evidence and local people to advice: gain in context, policies, places, pathways, price and limits."""

from almpo_kit.recommendation.allocation.allocate import allocate
from almpo_kit.recommendation.allocation.result import Allocation
from almpo_kit.recommendation.caseloads.caseload import Caseload, caseload
from almpo_kit.recommendation.caseloads.menu import Menu, menu
from almpo_kit.recommendation.fairness.fairness_audit import FairnessAudit, fairness_audit
from almpo_kit.recommendation.gains.advice import Advice, advise
from almpo_kit.recommendation.gains.gain_model import GainModel, gain_model
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.recommendation.implementing.implementation import Implementation, implementation
from almpo_kit.recommendation.oversight.oversight_file import OversightFile, oversight_file
from almpo_kit.recommendation.policies.highest_risk_first import HighestRiskFirst
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.one_for_all import OneForAll
from almpo_kit.recommendation.policies.plug_in import PlugIn
from almpo_kit.recommendation.policies.policy import ABSTAINS, Policy, PolicyLearner
from almpo_kit.recommendation.policies.randomly import Randomly
from almpo_kit.recommendation.policies.risk_averse import RiskAverse
from almpo_kit.recommendation.policies.status_quo import StatusQuo
from almpo_kit.recommendation.policy_trees.policy_tree import policy_tree
from almpo_kit.recommendation.policy_trees.policy_tree_result import PolicyTree
from almpo_kit.recommendation.policy_trees.tree_learner import TreeLearner
from almpo_kit.recommendation.policy_values.policy_value import PolicyValue, policy_value
from almpo_kit.recommendation.portfolios.first_trial import FirstTrial, first_trial
from almpo_kit.recommendation.portfolios.portfolio import portfolio
from almpo_kit.recommendation.portfolios.portfolio_result import Portfolio
from almpo_kit.recommendation.portfolios.value_of_information import (
    ValueOfInformation,
    value_of_information,
)
from almpo_kit.recommendation.returns.job_costs import JobCosts, costs_per_job
from almpo_kit.recommendation.returns.payback import payback
from almpo_kit.recommendation.returns.payback_result import Payback
from almpo_kit.recommendation.sequences.candidates import SequenceLimits
from almpo_kit.recommendation.sequences.pathways import pathways
from almpo_kit.recommendation.sequences.pathways_result import Pathways
from almpo_kit.recommendation.spillovers.displacement import Displacement, displacement
from almpo_kit.recommendation.spillovers.published import published_displacement

__all__ = [
    "ABSTAINS",
    "Advice",
    "Allocation",
    "Caseload",
    "Displacement",
    "FairnessAudit",
    "FirstTrial",
    "GainModel",
    "Gains",
    "HighestRiskFirst",
    "Implementation",
    "JobCosts",
    "Limits",
    "Menu",
    "OneForAll",
    "OversightFile",
    "Pathways",
    "Payback",
    "PlugIn",
    "Policy",
    "PolicyLearner",
    "PolicyTree",
    "PolicyValue",
    "Portfolio",
    "Randomly",
    "RiskAverse",
    "SequenceLimits",
    "StatusQuo",
    "TreeLearner",
    "ValueOfInformation",
    "advise",
    "allocate",
    "caseload",
    "costs_per_job",
    "displacement",
    "fairness_audit",
    "first_trial",
    "gain_model",
    "implementation",
    "menu",
    "oversight_file",
    "pathways",
    "payback",
    "policy_tree",
    "policy_value",
    "portfolio",
    "published_displacement",
    "value_of_information",
]
