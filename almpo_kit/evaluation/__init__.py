"""From a register or a trial to a verdict: design, overlap, estimate, heterogeneity, refute, verdict."""

from almpo_kit.evaluation.comparing.side_by_side import SideBySide, side_by_side
from almpo_kit.evaluation.designs.design import design
from almpo_kit.evaluation.designs.measured import Measured, measured
from almpo_kit.evaluation.estimation.estimate import estimate
from almpo_kit.evaluation.protocol.results import (
    Design,
    Estimate,
    Heterogeneity,
    Overlap,
    Refutation,
    Verdict,
)
from almpo_kit.evaluation.support.overlap import overlap

__all__ = [
    "Design",
    "Estimate",
    "Heterogeneity",
    "Measured",
    "Overlap",
    "Refutation",
    "SideBySide",
    "Verdict",
    "design",
    "estimate",
    "measured",
    "overlap",
    "side_by_side",
]
