"""See whether the groups can be compared, before anything is estimated."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.methods import COMPARABILITY, load
from almpo_kit.evaluation.protocol.results import Design, Overlap
from almpo_kit.evaluation.protocol.steps import go_on
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.vocabulary.errors import ParameterError


def overlap(
    design: Design,
    *,
    trim: str | float | None = None,
    learner: str | None = None,
    folds: int | None = None,
    workers: int = 1,
    seed: int = 0,
    override: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Overlap:
    """Say whether the groups can be compared, and with whom.

    How this is done follows from the way of assignment: a trial is held to what chance would do; selection on
    observed characteristics to common support and balance; an instrument to whether it moves anybody; a cut-off to
    whether people chose their side; difference-in-differences to the time before.

    Parameters
    ----------
    design : Design
    trim : {"auto", "crump", "counterparts", "none"} or float, optional
        Who is outside common support, for selection on observed characteristics; see :func:`common_support`. By
        default by the estimand.
    learner : {"auto", "linear", "boosting"}, optional
        Of the chance of each arm.
    folds : int, optional
        For the out-of-fold chances; 5 by default.
    workers : int
        Threads; the numbers do not depend on it.
    seed : int
        Same seed, same bytes.
    override : str
        Why to go on although the design said stop.
    progress : callable, optional
        Called with (done, total).

    Returns
    -------
    Overlap

    Raises
    ------
    DesignError
        The design said stop, or so few clusters that no one can be predicted by a model that has not seen them.
    ParameterError
        An option that has no meaning for this way of assignment.
    """
    if not isinstance(design, Design):
        raise ParameterError(
            f"overlap() takes the design, not {type(design).__name__}; write e.g. "
            "evaluation.overlap(evaluation.design(persons, …))."
        )
    overrides = go_on(design, "design", override)
    compare = load(COMPARABILITY[design.plan.assignment])
    asked = {"trim": trim, "learner": learner, "folds": folds}
    options = {name: value for name, value in asked.items() if value is not None}
    _refuse_unknown(compare, options, design.plan.assignment)
    if workers != 1 and "workers" in signature(compare).parameters:
        options["workers"] = workers
    found: Comparison = compare(design, seed=seed, progress=progress, **options)
    options.pop("workers", None)
    return Overlap(
        question=_question(design),
        sentence=found.sentence,
        table=found.table,
        checks=overridden_first(overrides, found.checks),
        stops=found.stops,
        overrides=overrides,
        provenance=continued(
            design, method="evaluation.overlap", options=options, seed=seed, overrides=overrides
        ),
        figure=found.figure,
        rests_on=design.rests_on,
        design=design,
        kept=found.kept,
        propensity=found.propensity,
        trimmed=found.trimmed,
        details=found.details,
    )


def _question(design: Design) -> str:
    arms = design.plan.arms
    what = ASSIGNMENTS[design.plan.assignment].label
    return f"Can {_listed(arms[1:])} be compared with {arms[0]}? ({what})"


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _refuse_unknown(compare: Callable[..., Any], options: dict[str, Any], assignment: str) -> None:
    known = signature(compare).parameters
    if unknown := [name for name in options if name not in known]:
        raise ParameterError(
            f"{', '.join(unknown)} has no meaning for assignment={assignment!r}; leave it out, e.g. "
            "evaluation.overlap(plan)."
        )
