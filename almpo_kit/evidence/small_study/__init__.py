"""Small-study and publication bias: how far would the conclusion move."""

from almpo_kit.evidence.small_study.bias import Bias, bias
from almpo_kit.evidence.small_study.egger import Egger, egger
from almpo_kit.evidence.small_study.funnel import Funnel, funnel
from almpo_kit.evidence.small_study.pet_peese import PetPeese, pet_peese
from almpo_kit.evidence.small_study.selection_models import SelectionModel, selection_model
from almpo_kit.evidence.small_study.trim_and_fill import TrimAndFill, trim_and_fill
from almpo_kit.evidence.small_study.worst_case import WorstCase, worst_case

__all__ = [
    "Bias",
    "Egger",
    "Funnel",
    "PetPeese",
    "SelectionModel",
    "TrimAndFill",
    "WorstCase",
    "bias",
    "egger",
    "funnel",
    "pet_peese",
    "selection_model",
    "trim_and_fill",
    "worst_case",
]
