"""What works: pooling, multilevel averages with robust inference, answers that refuse when they must."""

from almpo_kit.evidence.answers import Answer, answer
from almpo_kit.evidence.comparison.comparisons import EditionDiff, compare
from almpo_kit.evidence.estimand_conversion import convert
from almpo_kit.evidence.gaps.gap_maps import GapMap, gap_map
from almpo_kit.evidence.grading.appraisals import Appraisal, risk_of_bias
from almpo_kit.evidence.grading.strengths import Strength, strength
from almpo_kit.evidence.holdings import Coverage, coverage
from almpo_kit.evidence.pooling import PooledEffect, pool
from almpo_kit.evidence.prediction.contexts import in_context
from almpo_kit.evidence.prediction.predictions import Prediction, predict
from almpo_kit.evidence.profiles import Profile, profile
from almpo_kit.evidence.regression.assumed_correlations import Sensitivity, sensitivity
from almpo_kit.evidence.regression.clustering import MetaRegression, MultilevelEffect, multilevel
from almpo_kit.evidence.regression.joint_tests import WaldTest, wald
from almpo_kit.evidence.regression.leave_one_out import Influence, influence
from almpo_kit.evidence.regression.likelihood_profiles import LikelihoodProfile, likelihood_profile
from almpo_kit.evidence.regression.study_effects import StudyEffects, study_effects
from almpo_kit.evidence.reviews import Reviews, reviews
from almpo_kit.evidence.selection import select
from almpo_kit.evidence.signs.sign_models import SignModel, sign_model
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
from almpo_kit.evidence.time_profiles import TimeProfile, time_profile

__all__ = [
    "Answer",
    "Appraisal",
    "Bias",
    "Coverage",
    "EditionDiff",
    "Egger",
    "Funnel",
    "GapMap",
    "Influence",
    "LikelihoodProfile",
    "MetaRegression",
    "MultilevelEffect",
    "PetPeese",
    "PooledEffect",
    "Prediction",
    "Profile",
    "Reviews",
    "SelectionModel",
    "Sensitivity",
    "SignModel",
    "Strength",
    "StudyEffects",
    "TimeProfile",
    "TrimAndFill",
    "WaldTest",
    "WorstCase",
    "answer",
    "bias",
    "compare",
    "convert",
    "coverage",
    "egger",
    "funnel",
    "gap_map",
    "in_context",
    "influence",
    "likelihood_profile",
    "multilevel",
    "pet_peese",
    "pool",
    "predict",
    "profile",
    "reviews",
    "risk_of_bias",
    "select",
    "selection_model",
    "sensitivity",
    "sign_model",
    "strength",
    "study_effects",
    "time_profile",
    "trim_and_fill",
    "wald",
    "worst_case",
]
