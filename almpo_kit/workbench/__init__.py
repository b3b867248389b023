"""Composition: sessions, runs, reports, apps and the command line. Everything above the other wings.

What notebooks use is here; the rest (``reports``, ``tracking``, ``apps`` …) is imported where it is needed.
"""

from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.evaluation_cases import evaluation_case
from almpo_kit.workbench.evaluations import learners_beside, walk
from almpo_kit.workbench.labour_market import labour_market
from almpo_kit.workbench.lalonde_lesson import lalonde_lesson
from almpo_kit.workbench.layout import (
    cautions,
    compact,
    further,
    in_short,
    masthead,
    picture,
    references,
    table,
)
from almpo_kit.workbench.session import Session, open_session

__all__ = [
    "Session",
    "attempt",
    "cautions",
    "compact",
    "evaluation_case",
    "further",
    "in_short",
    "labour_market",
    "lalonde_lesson",
    "learners_beside",
    "masthead",
    "open_session",
    "picture",
    "references",
    "table",
    "walk",
]
