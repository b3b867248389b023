"""What works: pooling, multilevel averages with robust inference, answers that refuse when they must."""

from almpo_kit.evidence.answers import Answer, answer
from almpo_kit.evidence.clustering import MultilevelEffect, multilevel
from almpo_kit.evidence.estimand_conversion import convert
from almpo_kit.evidence.holdings import Coverage, coverage
from almpo_kit.evidence.pooling import PooledEffect, pool
from almpo_kit.evidence.profiles import Profile, profile
from almpo_kit.evidence.selection import select
from almpo_kit.evidence.small_study import (
    Bias,
    Egger,
    Funnel,
    PetPeese,
    SelectionModel,
    TrimAndFill,
    WorstCase,
    bias,
    egger,
    funnel,
    pet_peese,
    selection_model,
    trim_and_fill,
    worst_case,
)

__all__ = [
    "Answer",
    "Bias",
    "Coverage",
    "Egger",
    "Funnel",
    "MultilevelEffect",
    "PetPeese",
    "PooledEffect",
    "Profile",
    "SelectionModel",
    "TrimAndFill",
    "WorstCase",
    "answer",
    "bias",
    "convert",
    "coverage",
    "egger",
    "funnel",
    "multilevel",
    "pet_peese",
    "pool",
    "profile",
    "select",
    "selection_model",
    "trim_and_fill",
    "worst_case",
]
