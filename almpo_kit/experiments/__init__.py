"""Experiments: size, declare, draw, adapt, infer, hold to the plan, and say which trial comes next."""

from almpo_kit.experiments.adapting.adaptive_draw import AdaptiveDraw, adaptive_draw
from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.experiments.adapting.next_shares import Shares, next_shares
from almpo_kit.experiments.adapting.settings import ADAPTIVE_SETTINGS, adaptive_setting
from almpo_kit.experiments.adapting.simulate_rule import RuleSimulation, simulate_rule
from almpo_kit.experiments.adapting.simulated_trials import SimulatedTrials, simulated_trials
from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.covariate_balance import Balance, covariate_balance
from almpo_kit.experiments.assigning.late import late
from almpo_kit.experiments.assigning.randomisation_test import RandomisationTest, randomisation_test
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.experiments.assigning.verify import Verification, verify
from almpo_kit.experiments.declaring.compare_designs import DesignComparison, compare_designs
from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.experiments.declaring.declare import declare
from almpo_kit.experiments.declaring.diagnose import diagnose
from almpo_kit.experiments.declaring.diagnosis import Diagnosis
from almpo_kit.experiments.declaring.sweep import Sweep, sweep
from almpo_kit.experiments.inferring.adaptive_effects import AdaptiveEffects, adaptive_effects
from almpo_kit.experiments.inferring.monitor import Monitoring, monitor
from almpo_kit.experiments.inferring.spillovers import Spillovers, spillovers
from almpo_kit.experiments.pairing.match_pairs import match_pairs
from almpo_kit.experiments.pairing.pairs import Pairs
from almpo_kit.experiments.planning.analyse import analyse
from almpo_kit.experiments.planning.deviation import Deviation
from almpo_kit.experiments.planning.evidence_rows import evidence_rows
from almpo_kit.experiments.planning.hold_to_plan import hold_to_plan
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.experiments.planning.plan_document import plan_document
from almpo_kit.experiments.planning.trial_result import TrialResult
from almpo_kit.experiments.sizing.power import power
from almpo_kit.experiments.sizing.power_result import Power
from almpo_kit.experiments.valuing.decision import Decision
from almpo_kit.experiments.valuing.proposed_trial import ProposedTrial
from almpo_kit.experiments.valuing.trial_values_result import TrialValues
from almpo_kit.experiments.valuing.value import value

__all__ = [
    "ADAPTIVE_SETTINGS",
    "AdaptiveDraw",
    "AdaptiveEffects",
    "AdaptiveSetting",
    "Assignment",
    "Balance",
    "Decision",
    "Declaration",
    "DesignComparison",
    "Deviation",
    "Diagnosis",
    "Monitoring",
    "Pairs",
    "PlanCheck",
    "Power",
    "ProposedTrial",
    "RandomisationTest",
    "Rerandomisation",
    "RuleSimulation",
    "Shares",
    "SimulatedTrials",
    "Spillovers",
    "Sweep",
    "TrialResult",
    "TrialValues",
    "Verification",
    "adaptive_draw",
    "adaptive_effects",
    "adaptive_setting",
    "analyse",
    "assign",
    "compare_designs",
    "covariate_balance",
    "declare",
    "diagnose",
    "evidence_rows",
    "hold_to_plan",
    "late",
    "match_pairs",
    "monitor",
    "next_shares",
    "plan_document",
    "power",
    "randomisation_test",
    "simulate_rule",
    "simulated_trials",
    "spillovers",
    "sweep",
    "value",
    "verify",
]
