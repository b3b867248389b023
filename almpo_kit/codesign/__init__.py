"""Co-design: panels, rounds, weights, rankings, groups, cases, and where belief and evidence part."""

from almpo_kit.codesign.rounds.feedback import Feedback, feedback

__all__ = [
    "Feedback",
    "feedback",
]
