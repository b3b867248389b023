"""Keeping the evidence base alive: screen, code, settle, retrain, compare, promote, watch, answer."""

from almpo_kit.learning.agreeing.agreement import Agreement, agreement
from almpo_kit.learning.agreeing.settling import Disagreements, disagreements, settled
from almpo_kit.learning.asking.asked_questions import Asked, read_question
from almpo_kit.learning.asking.find_passages import FoundPassages, find_passages
from almpo_kit.learning.asking.passage_index import PassageIndex, passage_index
from almpo_kit.learning.coding.coding_model import CodingModel
from almpo_kit.learning.coding.cross_validate_codes import CodingTest, cross_validate_codes
from almpo_kit.learning.coding.fit_codes import fit_codes
from almpo_kit.learning.coding.propose import Proposals, propose
from almpo_kit.learning.doubles.duplicates import Duplicates, duplicates
from almpo_kit.learning.loop.compare_models import compare_models, no_model
from almpo_kit.learning.loop.comparison_result import ModelComparison
from almpo_kit.learning.loop.drift import drift
from almpo_kit.learning.loop.drift_result import Drift
from almpo_kit.learning.numbers.effect_rows import EffectRows, to_effects
from almpo_kit.learning.numbers.read_estimates import ReadEstimates, read_estimates
from almpo_kit.learning.screening.prisma import prisma
from almpo_kit.learning.screening.prisma_flow import PrismaFlow
from almpo_kit.learning.screening.rank import rank
from almpo_kit.learning.screening.ranking import Ranking
from almpo_kit.learning.screening.screening_features import ScreeningFeatures, screening_features
from almpo_kit.learning.screening.screening_trial import ScreeningTrial
from almpo_kit.learning.screening.simulate_screening import simulate_screening
from almpo_kit.learning.stopping.lots import Lot, draw_by_lot
from almpo_kit.learning.stopping.may_stop import StoppingAdvice, may_stop
from almpo_kit.learning.stopping.needed import ReadingNeeded, needed
from almpo_kit.learning.stopping.next_by import NextReading, next_by
from almpo_kit.learning.stopping.simulate_stopping import StoppingTrial, simulate_stopping

__all__ = [
    "Agreement",
    "Asked",
    "CodingModel",
    "CodingTest",
    "Disagreements",
    "Drift",
    "Duplicates",
    "EffectRows",
    "FoundPassages",
    "Lot",
    "ModelComparison",
    "NextReading",
    "PassageIndex",
    "PrismaFlow",
    "Proposals",
    "Ranking",
    "ReadEstimates",
    "ReadingNeeded",
    "ScreeningFeatures",
    "ScreeningTrial",
    "StoppingAdvice",
    "StoppingTrial",
    "agreement",
    "compare_models",
    "cross_validate_codes",
    "disagreements",
    "draw_by_lot",
    "drift",
    "duplicates",
    "find_passages",
    "fit_codes",
    "may_stop",
    "needed",
    "next_by",
    "no_model",
    "passage_index",
    "prisma",
    "propose",
    "rank",
    "read_estimates",
    "read_question",
    "screening_features",
    "settled",
    "simulate_screening",
    "simulate_stopping",
    "to_effects",
]
