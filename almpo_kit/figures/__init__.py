"""The only wing that draws. ``draw(finding)`` is the one entry point; every figure is one file.

Importing this wing costs nothing: Altair is imported when something is drawn. A figure is a function
``(finding, width) -> altair chart``; it reads the fields of a Finding by name and knows no other wing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

__all__ = ["FIGURES", "draw"]

#: Figure name -> "module:function", imported when drawn.
FIGURES: dict[str, str] = {
    "forest": "almpo_kit.figures.forest:forest",
    "evidence_profile": "almpo_kit.figures.evidence_profile:evidence_profile",
    "gap_map": "almpo_kit.figures.gap_map:gap_map",
    "time_profile": "almpo_kit.figures.time_profile:time_profile",
    "region_map": "almpo_kit.figures.region_map:region_map",
    "atlas": "almpo_kit.figures.atlas:atlas",
    "linked": "almpo_kit.figures.linked:linked",
    "region_ranking": "almpo_kit.figures.region_ranking:region_ranking",
    "trajectory": "almpo_kit.figures.trajectory:trajectory",
    "context": "almpo_kit.figures.context:context",
    "context_europe": "almpo_kit.figures.context_europe:context_europe",
    "context_path": "almpo_kit.figures.context_path:context_path",
    "context_square": "almpo_kit.figures.context_square:context_square",
    "context_years": "almpo_kit.figures.context_years:context_years",
    "target": "almpo_kit.figures.target:target",
    "sign_model": "almpo_kit.figures.sign_model:sign_model",
    "prediction": "almpo_kit.figures.prediction:prediction",
    "sensitivity": "almpo_kit.figures.sensitivity:sensitivity",
    "influence": "almpo_kit.figures.influence:influence",
    "funnel": "almpo_kit.figures.funnel:funnel",
    "bias": "almpo_kit.figures.bias:bias",
    "transitions": "almpo_kit.figures.transitions:transitions",
    "convergence": "almpo_kit.figures.convergence:convergence",
    "typology": "almpo_kit.figures.typology:typology",
    "peers": "almpo_kit.figures.peers:peers",
    "beveridge": "almpo_kit.figures.beveridge:beveridge",
    "turning_points": "almpo_kit.figures.turning_points:turning_points",
    "tightness": "almpo_kit.figures.turning_points:tightness",
    "moran": "almpo_kit.figures.moran:moran",
    "spatial_model": "almpo_kit.figures.spatial_model:spatial_model",
    "reachable": "almpo_kit.figures.reachable:reachable",
    "pathway": "almpo_kit.figures.pathway:pathway",
    "skill_gap": "almpo_kit.figures.skill_gap:skill_gap",
    "cycle": "almpo_kit.figures.labour_cycle:cycle",
    "backtest": "almpo_kit.figures.backtest:backtest",
    "scenarios": "almpo_kit.figures.scenarios:scenarios",
    "assignment": "almpo_kit.figures.assignment:assignment",
    "balance": "almpo_kit.figures.balance:balance",
    "training_plan": "almpo_kit.figures.training_plan:training_plan",
    "mismatch": "almpo_kit.figures.mismatch:mismatch",
    "case_mechanisms": "almpo_kit.figures.case_mechanisms:case_mechanisms",
    "matching_function": "almpo_kit.figures.matching_function:matching_function",
    "group_effects": "almpo_kit.figures.group_effects:group_effects",
    "toc": "almpo_kit.figures.toc:toc",
    "learners": "almpo_kit.figures.learners:learners",
    "overlap": "almpo_kit.figures.overlap:overlap",
    "balance_love": "almpo_kit.figures.balance_love:balance_love",
    "effects": "almpo_kit.figures.effects:effects",
    "effect_path": "almpo_kit.figures.effect_path:effect_path",
    "waiting": "almpo_kit.figures.waiting:waiting",
    "side_by_side": "almpo_kit.figures.side_by_side:side_by_side",
    "robustness": "almpo_kit.figures.robustness:robustness",
    "event_study": "almpo_kit.figures.event_study:event_study",
    "discontinuity": "almpo_kit.figures.discontinuity:discontinuity",
    "synthetic_control": "almpo_kit.figures.synthetic_control:synthetic_control",
    "verdict": "almpo_kit.figures.verdict:verdict",
    "frontier": "almpo_kit.figures.frontier:frontier",
    "value_of_information": "almpo_kit.figures.value_of_information:value_of_information",
    "gains": "almpo_kit.figures.gains:gains",
    "context_gains": "almpo_kit.figures.context_gains:context_gains",
    "displacement": "almpo_kit.figures.displacement:displacement",
    "returns": "almpo_kit.figures.returns:returns",
    "allocation": "almpo_kit.figures.allocation:allocation",
    "policy_tree": "almpo_kit.figures.policy_tree:policy_tree",
    "policy_value": "almpo_kit.figures.policy_value:policy_value",
    "timeline": "almpo_kit.figures.timeline_of_sequence:timeline",
    "fairness": "almpo_kit.figures.fairness:fairness",
    "coding": "almpo_kit.figures.coding:coding",
    "screening_curve": "almpo_kit.figures.screening_curve:screening_curve",
    "stopping": "almpo_kit.figures.stopping:stopping",
    "criteria_weights": "almpo_kit.figures.criteria_weights:criteria_weights",
    "rank_probabilities": "almpo_kit.figures.rank_probabilities:rank_probabilities",
    "weight_sensitivity": "almpo_kit.figures.weight_sensitivity:weight_sensitivity",
    "coverage": "almpo_kit.figures.panel_coverage:coverage",
    "delphi": "almpo_kit.figures.delphi_rounds:delphi",
    "opinion_groups": "almpo_kit.figures.opinion_groups:opinion_groups",
    "budget_vote": "almpo_kit.figures.budget_vote:budget_vote",
    "adaptive_effects": "almpo_kit.figures.adaptive_effects:adaptive_effects",
    "adaptive_shares": "almpo_kit.figures.adaptive_shares:adaptive_shares",
    "rule_simulation": "almpo_kit.figures.rule_simulation:rule_simulation",
    "belief": "almpo_kit.figures.belief:belief",
    "belief_against_evidence": "almpo_kit.figures.belief:belief_against_evidence",
    "assignment_balance": "almpo_kit.figures.assignment_balance:assignment_balance",
    "power_curve": "almpo_kit.figures.power_curve:power_curve",
    "design_comparison": "almpo_kit.figures.designs_compared:design_comparison",
    "sweep": "almpo_kit.figures.designs_compared:sweep",
    "trial_proposal": "almpo_kit.figures.trial_proposal:trial_proposal",
    "trial_result": "almpo_kit.figures.trial_result:trial_result",
    "trial_values": "almpo_kit.figures.trial_values:trial_values",
    "monitoring": "almpo_kit.figures.monitoring:monitoring",
    "spillovers": "almpo_kit.figures.spillovers:spillovers",
}


def draw(finding: Finding, name: str | None = None, *, width: int = 720) -> Any:
    """Draw a Finding.

    Parameters
    ----------
    finding : Finding
    name : str, optional
        A key of :data:`FIGURES`; the Finding's own figure when left out.
    width : int
        Width in pixels, at least 280. Below 480 the drawing takes its phone layout.

    Returns
    -------
    altair.LayerChart
        An ordinary Altair chart, ``width`` pixels wide including all labels.

    Raises
    ------
    DesignError
        No such figure, the Finding names none, or the width is too small to letter.
    """
    chosen = name or finding.figure
    if chosen not in FIGURES:
        asked = f"there is no figure {chosen!r}" if chosen else "this Finding names no figure of its own"
        raise DesignError(f"{asked}; choose one of: {', '.join(FIGURES)}, e.g. finding.plot('forest')")
    if width < 280:
        raise DesignError(f"width={width} is too narrow to letter a figure; use 280 pixels or more, e.g. 328")
    from almpo_kit.figures.renderer import enable

    enable()
    from altair.utils.schemapi import debug_mode

    module, function = FIGURES[chosen].split(":")
    # Altair would check every part that a figure makes of it against its JSON schema; the tests check the whole.
    with debug_mode(False):
        return getattr(import_module(module), function)(finding, width)
