"""Keeping the evidence base alive: screen, code, settle, retrain, compare, promote, watch, answer."""

from almpo_kit.learning.agreeing.settling import Disagreements, disagreements, settled
from almpo_kit.learning.loop.compare_models import compare_models, no_model
from almpo_kit.learning.loop.comparison_result import ModelComparison
from almpo_kit.learning.loop.drift import drift
from almpo_kit.learning.loop.drift_result import Drift
from almpo_kit.learning.screening.rank import rank
from almpo_kit.learning.screening.ranking import Ranking
from almpo_kit.learning.screening.screening_features import ScreeningFeatures, screening_features
from almpo_kit.learning.screening.screening_trial import ScreeningTrial
from almpo_kit.learning.screening.simulate_screening import simulate_screening
from almpo_kit.learning.stopping.lots import Lot, draw_by_lot
from almpo_kit.learning.stopping.may_stop import StoppingAdvice, may_stop
from almpo_kit.learning.stopping.needed import ReadingNeeded, needed
from almpo_kit.learning.stopping.next_by import NextReading, next_by

__all__ = [
    "Disagreements",
    "Drift",
    "Lot",
    "ModelComparison",
    "NextReading",
    "Ranking",
    "ReadingNeeded",
    "ScreeningFeatures",
    "ScreeningTrial",
    "StoppingAdvice",
    "compare_models",
    "disagreements",
    "draw_by_lot",
    "drift",
    "may_stop",
    "needed",
    "next_by",
    "no_model",
    "rank",
    "screening_features",
    "settled",
    "simulate_screening",
]
