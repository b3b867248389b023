"""From a register or a trial to a verdict: design, overlap, estimate, heterogeneity, refute, verdict."""

from almpo_kit.evaluation.comparing.side_by_side import SideBySide, side_by_side
from almpo_kit.evaluation.designs.design import design
from almpo_kit.evaluation.designs.measured import Measured, measured
from almpo_kit.evaluation.dynamic.entering_or_waiting import entering_or_waiting
from almpo_kit.evaluation.dynamic.immortal_time import immortal_time
from almpo_kit.evaluation.dynamic.waiting_groups import WaitingGroups
from almpo_kit.evaluation.dynamic.waiting_times import WaitingTimes, waiting_times
from almpo_kit.evaluation.effect_differences.compare_learners import LearnerComparison, compare_learners
from almpo_kit.evaluation.effect_differences.heterogeneity import heterogeneity
from almpo_kit.evaluation.estimation.estimate import estimate
from almpo_kit.evaluation.missing_outcomes.bounds import bounds
from almpo_kit.evaluation.protocol.methods import methods
from almpo_kit.evaluation.protocol.results import (
    Design,
    Estimate,
    Heterogeneity,
    Overlap,
    Refutation,
    Verdict,
)
from almpo_kit.evaluation.publication.publish import publish
from almpo_kit.evaluation.refutation.refute import refute
from almpo_kit.evaluation.support.overlap import overlap
from almpo_kit.evaluation.verdicts.verdict import verdict

__all__ = [
    "Design",
    "Estimate",
    "Heterogeneity",
    "LearnerComparison",
    "Measured",
    "Overlap",
    "Refutation",
    "SideBySide",
    "Verdict",
    "WaitingGroups",
    "WaitingTimes",
    "bounds",
    "compare_learners",
    "design",
    "entering_or_waiting",
    "estimate",
    "heterogeneity",
    "immortal_time",
    "measured",
    "methods",
    "overlap",
    "publish",
    "refute",
    "side_by_side",
    "verdict",
    "waiting_times",
]
