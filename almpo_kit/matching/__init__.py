"""Between job demand and supply: text to occupations and skills, moves, mismatch, assignment, cycle, places."""

from almpo_kit.matching.assignment.assigning import assign
from almpo_kit.matching.assignment.result import Assignment
from almpo_kit.matching.assignment.stable import StableMatching, stable
from almpo_kit.matching.balance.coarser_stocks import coarser
from almpo_kit.matching.balance.local_balance import Balance, balance
from almpo_kit.matching.balance.small_cells import suppress
from almpo_kit.matching.balance.stock_counts import stocks
from almpo_kit.matching.cycle.labour_cycle import LabourCycle, cycle
from almpo_kit.matching.cycle.scenarios import Scenarios, scenarios
from almpo_kit.matching.matching_function.matching_function import MatchingFunction, matching_function
from almpo_kit.matching.mismatch.mismatch import mismatch
from almpo_kit.matching.mismatch.mismatch_by_level import MismatchByLevel, mismatch_by_level
from almpo_kit.matching.mismatch.mismatch_result import Mismatch
from almpo_kit.matching.programmes.training_plan import TrainingPlan, training_plan
from almpo_kit.matching.text.classify import Classification, classify, classify_stream
from almpo_kit.matching.text.code_occupations import code_occupations
from almpo_kit.matching.text.extract_skills import SkillsFound, extract_skills
from almpo_kit.matching.transitions.pathway import Pathway, pathway
from almpo_kit.matching.transitions.reachable import Reachable, reachable
from almpo_kit.matching.transitions.skill_gap import SkillGap, skill_gap
from almpo_kit.matching.transitions.skill_space import SkillSpace, skill_space
from almpo_kit.matching.transitions.training import TrainingAssumptions, assumption_table
from almpo_kit.matching.transitions.viability import Rule

__all__ = [
    "Assignment",
    "Balance",
    "Classification",
    "LabourCycle",
    "MatchingFunction",
    "Mismatch",
    "MismatchByLevel",
    "Pathway",
    "Reachable",
    "Rule",
    "Scenarios",
    "SkillGap",
    "SkillSpace",
    "SkillsFound",
    "StableMatching",
    "TrainingAssumptions",
    "TrainingPlan",
    "assign",
    "assumption_table",
    "balance",
    "classify",
    "classify_stream",
    "coarser",
    "code_occupations",
    "cycle",
    "extract_skills",
    "matching_function",
    "mismatch",
    "mismatch_by_level",
    "pathway",
    "reachable",
    "scenarios",
    "skill_gap",
    "skill_space",
    "stable",
    "stocks",
    "suppress",
    "training_plan",
]
