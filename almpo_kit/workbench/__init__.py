"""Composition: sessions, runs, reports, apps and the command line. Everything above the other wings.

What notebooks use is here; the rest (``reports``, ``tracking``, ``apps`` …) is imported where it is needed.
"""

from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.labour_market import labour_market
from almpo_kit.workbench.layout import cautions, compact, in_short, masthead, picture, references, table
from almpo_kit.workbench.session import Session, open_session

__all__ = [
    "Session",
    "attempt",
    "cautions",
    "compact",
    "in_short",
    "labour_market",
    "masthead",
    "open_session",
    "picture",
    "references",
    "table",
]
