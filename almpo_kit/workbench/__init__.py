"""Composition: sessions, runs, reports, apps and the command line. Everything above the other wings.

What notebooks use is here; the rest (``reports``, ``tracking``, ``apps`` …) is imported where it is needed.
"""

from almpo_kit.workbench.advice_cases import advice_case
from almpo_kit.workbench.advice_people import AdviceCase
from almpo_kit.workbench.asking import EvidenceAnswer, ask
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.caseloads import caseload
from almpo_kit.workbench.codesign_cases import CodesignCase
from almpo_kit.workbench.evaluation_cases import evaluation_case
from almpo_kit.workbench.evaluations import learners_beside, walk
from almpo_kit.workbench.example_consultations import example_consultation
from almpo_kit.workbench.example_reviews import example_review
from almpo_kit.workbench.example_trials import example_trial
from almpo_kit.workbench.experiment_cases import ExperimentCase
from almpo_kit.workbench.held_documents import OPTIMISTIC, held_documents
from almpo_kit.workbench.labour_market import labour_market
from almpo_kit.workbench.lalonde_lesson import lalonde_lesson
from almpo_kit.workbench.layout import (
    cautions,
    compact,
    further,
    in_short,
    masthead,
    picture,
    prose,
    references,
    table,
)
from almpo_kit.workbench.learning_cases import LearningCase
from almpo_kit.workbench.learning_decisions import LearningStatus, learning_status, promote, roll_back
from almpo_kit.workbench.learning_round_result import LearningRound
from almpo_kit.workbench.learning_rounds import learning_round
from almpo_kit.workbench.open_consultations import open_consultation
from almpo_kit.workbench.policy_drafts import PolicyDraft, policy_draft
from almpo_kit.workbench.policy_runs import log_policies
from almpo_kit.workbench.recommendations import Recommendations
from almpo_kit.workbench.review_flow import review_flow
from almpo_kit.workbench.review_models import ReviewModels
from almpo_kit.workbench.reviews import Review, open_review
from almpo_kit.workbench.session import Session, open_session
from almpo_kit.workbench.strategies import Strategy, first_wish, strategy
from almpo_kit.workbench.strategy_wishes import Wish
from almpo_kit.workbench.trial_questions import trial_question
from almpo_kit.workbench.trial_traces import trials_behind
from almpo_kit.workbench.trials import TrialCase, keep_plan, open_trial, trial_names

__all__ = [
    "OPTIMISTIC",
    "AdviceCase",
    "CodesignCase",
    "EvidenceAnswer",
    "ExperimentCase",
    "LearningCase",
    "LearningRound",
    "LearningStatus",
    "PolicyDraft",
    "Recommendations",
    "Review",
    "ReviewModels",
    "Session",
    "Strategy",
    "TrialCase",
    "Wish",
    "advice_case",
    "ask",
    "attempt",
    "caseload",
    "cautions",
    "compact",
    "evaluation_case",
    "example_consultation",
    "example_review",
    "example_trial",
    "first_wish",
    "further",
    "held_documents",
    "in_short",
    "keep_plan",
    "labour_market",
    "lalonde_lesson",
    "learners_beside",
    "learning_round",
    "learning_status",
    "log_policies",
    "masthead",
    "open_consultation",
    "open_review",
    "open_session",
    "open_trial",
    "picture",
    "policy_draft",
    "promote",
    "prose",
    "references",
    "review_flow",
    "roll_back",
    "strategy",
    "table",
    "trial_names",
    "trial_question",
    "trials_behind",
    "walk",
]
