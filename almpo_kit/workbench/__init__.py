"""Composition: sessions, runs, reports, apps and the command line. Everything above the other wings.

What notebooks use is here; the rest (``reports``, ``tracking``, ``apps`` …) is imported where it is needed. A name
loads its module when it is first touched: a command that needs none of them does not wait for pandas.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

#: What notebooks use -> the module of this wing that has it; the types are in ``__init__.pyi``.
_PLACES = {
    "OPTIMISTIC": "held_documents",
    "AdviceCase": "advice_people",
    "CodesignCase": "codesign_cases",
    "EvidenceAnswer": "asking",
    "ExperimentCase": "experiment_cases",
    "LearningCase": "learning_cases",
    "LearningRound": "learning_round_result",
    "LearningStatus": "learning_decisions",
    "PolicyDraft": "policy_drafts",
    "Recommendations": "recommendations",
    "Review": "reviews",
    "ReviewModels": "review_models",
    "Session": "session",
    "Strategy": "strategies",
    "TrialCase": "trials",
    "Wish": "strategy_wishes",
    "advice_case": "advice_cases",
    "ask": "asking",
    "attempt": "attempts",
    "caseload": "caseloads",
    "cautions": "layout",
    "compact": "layout",
    "evaluation_case": "evaluation_cases",
    "example_consultation": "example_consultations",
    "example_review": "example_reviews",
    "example_trial": "example_trials",
    "first_wish": "strategies",
    "further": "layout",
    "held_documents": "held_documents",
    "in_short": "layout",
    "keep_plan": "trials",
    "labour_market": "labour_market",
    "lalonde_lesson": "lalonde_lesson",
    "learners_beside": "evaluations",
    "learning_round": "learning_rounds",
    "learning_status": "learning_decisions",
    "log_policies": "policy_runs",
    "masthead": "layout",
    "open_consultation": "open_consultations",
    "open_review": "reviews",
    "open_session": "session",
    "open_trial": "trials",
    "picture": "layout",
    "policy_draft": "policy_drafts",
    "promote": "learning_decisions",
    "prose": "layout",
    "references": "layout",
    "review_flow": "review_flow",
    "roll_back": "learning_decisions",
    "strategy": "strategies",
    "table": "layout",
    "trial_names": "trials",
    "trial_question": "trial_questions",
    "trials_behind": "trial_traces",
    "walk": "evaluations",
}

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


class _Face(ModuleType):
    """The wing as a module: a function keeps its name, also when the module of the same name is imported."""

    def __getattr__(self, name: str) -> Any:
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _PLACES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Face
