"""Which function compares groups, and which estimates, for each way of assignment.

Names, not functions, so that no heavy library is loaded before it is used, and no file imports all others.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

_ROOM = "almpo_kit.evaluation"

#: Assignment -> "module:function" that says whether the groups can be compared.
COMPARABILITY: dict[str, str] = {
    "rct": f"{_ROOM}.support.randomised:randomised_groups",
    "matching": f"{_ROOM}.support.common_support:common_support",
    "iv": f"{_ROOM}.instruments.relevance:relevance",
    "rd": f"{_ROOM}.discontinuity.cutoff_checks:cutoff_checks",
    "did": f"{_ROOM}.differences.pre_trends:pre_trends",
    "timing_of_events": f"{_ROOM}.dynamic.timing_support:timing_support",
    "synthetic_control": f"{_ROOM}.differences.donor_fit:donor_fit",
}

#: Assignment -> method -> "module:function" that estimates; the first is the default.
METHODS: dict[str, dict[str, str]] = {
    "rct": {
        "adjusted": f"{_ROOM}.estimation.randomised:adjusted",
        "difference": f"{_ROOM}.estimation.randomised:difference",
        "two_stage": f"{_ROOM}.instruments.two_stage:two_stage",
    },
    "matching": {
        "doubly_robust": f"{_ROOM}.estimation.doubly_robust:doubly_robust",
        "double_machine_learning": f"{_ROOM}.estimation.double_machine_learning:double_machine_learning",
        "regression": f"{_ROOM}.estimation.regression:regression",
        "weighting": f"{_ROOM}.weighting.weighting:weighting",
        "propensity_matching": f"{_ROOM}.weighting.propensity_matching:propensity_matching",
        "nearest_neighbours": f"{_ROOM}.weighting.nearest_neighbours:nearest_neighbours",
        "difference": f"{_ROOM}.estimation.randomised:difference",
    },
    "iv": {"two_stage": f"{_ROOM}.instruments.two_stage:two_stage"},
    "rd": {"local_polynomial": f"{_ROOM}.discontinuity.local_polynomial:local_polynomial"},
    "did": {
        "group_time": f"{_ROOM}.differences.group_time:group_time",
        "event_study": f"{_ROOM}.differences.event_study:event_study",
    },
    "timing_of_events": {"timing_of_events": f"{_ROOM}.dynamic.timing_of_events:timing_of_events"},
    "synthetic_control": {
        "synthetic_control": f"{_ROOM}.differences.synthetic_control:synthetic_control",
        "synthetic_differences": f"{_ROOM}.differences.synthetic_control:synthetic_differences",
    },
}


def load(address: str) -> Callable[..., Any]:
    """The function at ``"module:function"``."""
    module, function = address.split(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def methods(assignment: str) -> tuple[str, ...]:
    """Names of the estimators for a way of assignment, the default first.

    Parameters
    ----------
    assignment : str
        A key of ``ASSIGNMENTS``.
    """
    return tuple(METHODS[assignment])
