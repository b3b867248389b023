"""Experiments: size, declare, draw, adapt, infer, hold to the plan, and say which trial comes next."""

from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.experiments.planning.analyse import analyse
from almpo_kit.experiments.planning.deviation import Deviation
from almpo_kit.experiments.planning.hold_to_plan import hold_to_plan
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.experiments.planning.plan_document import plan_document
from almpo_kit.experiments.planning.trial_result import TrialResult

__all__ = [
    "Assignment",
    "Deviation",
    "PlanCheck",
    "Rerandomisation",
    "TrialResult",
    "analyse",
    "assign",
    "hold_to_plan",
    "plan_document",
]
