"""What a choice of comparison people and of method does, shown where a trial gives the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.evaluation_cases import evaluation_case

if TYPE_CHECKING:
    from almpo_kit.evaluation import Design, Overlap, SideBySide

_REASON = "LaLonde’s data, where the truth is known from the trial: shown to see how far off such a number is"
#: Example -> what its comparison people are called, and the methods tried.
_TRIED: dict[str, tuple[str, tuple[str, ...]]] = {
    "nsw": ("The trial", ("difference", "adjusted")),
    "nsw_psid": (
        "Survey PSID",
        (
            "difference",
            "regression",
            "propensity_matching",
            "nearest_neighbours",
            "weighting",
            "doubly_robust",
        ),
    ),
    "nsw_cps": (
        "Survey CPS",
        (
            "difference",
            "regression",
            "propensity_matching",
            "nearest_neighbours",
            "weighting",
            "doubly_robust",
        ),
    ),
}


def lalonde_lesson(*, seed: int = 0) -> SideBySide:
    """The men of the NSW trial beside its own controls and beside people of two surveys, by several methods.

    Parameters
    ----------
    seed : int
        Of the folds.

    Returns
    -------
    SideBySide
        Against the trial's difference of means, 1,794 dollars in 1978.

    References
    ----------
    LaLonde (1986) Am. Econ. Rev. 76, 604-620; Dehejia and Wahba (1999) J. Am. Stat. Assoc. 94, 1053-1062; Imbens and Xu
    (2024), LaLonde (1986) after nearly four decades.
    """
    from almpo_kit import evaluation

    found: dict[tuple[str, str], Finding] = {}
    for example, (group, methods) in _TRIED.items():
        case = evaluation_case(example=example)
        plan = evaluation.design(case.persons, **case.plan)
        shared, everybody = evaluation.overlap(plan, seed=seed), _everybody(plan, seed)
        for method in methods:
            # The naive difference is of all people, as the literature has it.
            kept = everybody if method == "difference" else shared
            found[group, method.replace("_", " ")] = attempt(
                evaluation.estimate, kept, method=method, seed=seed, override=_REASON
            )
    trial = found["The trial", "difference"].table["effect"].iloc[0]
    return evaluation.side_by_side(
        found,
        known=float(trial),
        known_name="the trial",
        question="What would one have said of the NSW programme without the trial?",
    )


def _everybody(plan: Design, seed: int) -> Overlap:
    """The groups as they came, nobody left out."""
    from almpo_kit import evaluation

    # Nobody is ever left out of a trial.
    trim = None if plan.plan.assignment == "rct" else "none"
    return evaluation.overlap(plan, trim=trim, seed=seed)
