"""What an estimate was asked for: method, estimand and contrasts, checked."""

from __future__ import annotations

from collections.abc import Sequence

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.protocol.methods import METHODS
from almpo_kit.vocabulary.errors import ParameterError

ESTIMANDS_ASKED = ("itt", "att", "ate", "late")


def method_asked(plan: Plan, method: str, estimand: str) -> str:
    """The method, by default the first of the way of assignment.

    Raises
    ------
    ParameterError
        Not a method of this way of assignment.
    """
    known = METHODS[plan.assignment]
    if not method:
        moved = estimand == "late" and "two_stage" in known
        return "two_stage" if moved else next(iter(known))
    if method not in known:
        raise ParameterError(
            f"method={method!r} is not one for assignment={plan.assignment!r}; choose one of {', '.join(known)}."
        )
    return method


def estimand_asked(plan: Plan, estimand: str) -> str:
    """The estimand, by default that of the plan."""
    chosen = estimand or plan.estimand
    if chosen not in ESTIMANDS_ASKED:
        raise ParameterError(
            f"estimand={estimand!r} is not known; choose one of {', '.join(ESTIMANDS_ASKED)}."
        )
    return chosen


def contrasts_asked(plan: Plan, contrasts: Sequence[tuple[str, str]] | None) -> tuple[tuple[str, str], ...]:
    """Pairs of arms, by default every arm against the comparison.

    Raises
    ------
    ParameterError
        An unknown arm, an arm against itself, a pair named twice, or something that is no pair.
    """
    if contrasts is None:
        return tuple((arm, plan.comparison) for arm in plan.arms[1:])
    if isinstance(contrasts, str) or not contrasts:
        raise ParameterError(f"contrasts={contrasts!r} must be pairs of arms, e.g. {_example(plan)}.")
    found = []
    for pair in contrasts:
        if isinstance(pair, str) or len(pair) != 2:
            raise ParameterError(f"{pair!r} is no pair of arms; write e.g. contrasts={_example(plan)}.")
        unknown = [a for a in pair if a not in plan.arms]
        if unknown or pair[0] == pair[1]:
            what = f"{unknown[0]!r} is no arm" if unknown else f"{pair[0]!r} is compared with itself"
            raise ParameterError(
                f"{what}; the arms are {', '.join(plan.arms)}, e.g. contrasts={_example(plan)}."
            )
        found.append((str(pair[0]), str(pair[1])))
    if len(set(found)) < len(found):
        raise ParameterError(f"a contrast is named twice in {found}; name each once.")
    return tuple(found)


def _example(plan: Plan) -> str:
    return str([(plan.arms[-1], plan.arms[0])])
