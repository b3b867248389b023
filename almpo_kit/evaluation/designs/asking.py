"""What may be asked of :func:`design`: every option is looked at before any row is, and all faults are listed at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import pandas as pd

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.designs.durations import asked_for
from almpo_kit.evaluation.designs.measured import Measured
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED, ROLES
from almpo_kit.vocabulary.errors import FrameError, ParameterError

#: Assignment -> estimands that it can answer; the first is what it answers when nothing is asked.
ESTIMANDS_OF: dict[str, tuple[str, ...]] = {
    "rct": ("itt", "late", "ate"),
    "matching": ("att", "ate"),
    "iv": ("late",),
    "rd": ("late",),
    "did": ("att",),
    "timing_of_events": ("att",),
    "synthetic_control": ("att",),
}
#: Assignment -> options without which it cannot be evaluated, and an example of each.
NEEDED: dict[str, dict[str, str]] = {
    "iv": {
        "offer": "the column with what moved people to take part, e.g. a lottery or an officer's leniency"
    },
    "rd": {
        "running": "the column by which the rule decides, e.g. age",
        "cutoff": "the number where it decides, e.g. 25",
    },
    "did": {
        "period": "the column with the month, quarter or year of each row",
        "treated_from": "the column with the first treated period, empty for those never treated",
    },
    "synthetic_control": {
        "period": "the column with the month, quarter or year of each row",
        "treated_from": "the column with the first treated period, empty for those never treated",
    },
    "timing_of_events": {
        "left": "the column with months until a job was found or the person was last seen",
        "left_to_job": "the column with 1 where a job was found then",
        "entered": "the column with months until the programme was entered, empty for those who did not",
    },
}
#: Options that mean something for some ways of assignment only.
_ONLY: dict[str, tuple[str, ...]] = {
    "running": ("rd",),
    "cutoff": ("rd",),
    "period": ("did", "synthetic_control"),
    "treated_from": ("did", "synthetic_control"),
    "left": ("timing_of_events",),
}
#: Options that name a column.
COLUMNS = (
    *("cluster", "block", "offer", "took_part", "running", "treated_from", "period", "started", "weight"),
    *("left", "left_to_job", "entered"),
)
#: Assignments whose treatment may be told by ``treated_from`` alone.
LONG = ("did", "synthetic_control")


def read_outcomes(outcomes: Any) -> tuple[Measured, ...]:
    """The outcomes as a tuple.

    Raises
    ------
    ParameterError
    """
    measures = (
        (outcomes,) if isinstance(outcomes, Measured) else tuple(outcomes) if _is_list(outcomes) else ()
    )
    if not measures or not all(isinstance(m, Measured) for m in measures):
        raise ParameterError(
            "outcomes must say what was measured, e.g. outcomes=evaluation.measured('employed_{month}', "
            "outcome='employment_probability', unit='percentage_points', months=range(1, 37))."
        )
    return measures


def read_roles(covariates: Any) -> dict[str, str]:
    """Covariate -> role.

    Raises
    ------
    ParameterError
        Not a mapping, or a role that does not exist.
    """
    if covariates is None:
        return {}
    if not isinstance(covariates, Mapping):
        raise ParameterError(
            'covariates must say what each one is, e.g. {"age": "confounder", "months_unemployed": "history"}; roles are '
            f"{', '.join(ROLES)}."
        )
    wrong = [
        (c, r)
        for c, r in covariates.items()
        if not isinstance(c, str) or not isinstance(r, str) or r not in ROLES
    ]
    if wrong:
        column, role = wrong[0]
        raise ParameterError(
            f"{column!r} has the role {role!r}, which does not exist; choose: "
            + "; ".join(f"{r} ({words})" for r, words in ROLES.items())
            + "."
        )
    return dict(covariates)


def read_modifiers(modifiers: Any) -> tuple[str, ...]:
    """Columns by which effects may differ.

    Raises
    ------
    ParameterError
    """
    named = (
        (modifiers,) if isinstance(modifiers, str) else tuple(modifiers) if _is_list(modifiers) else (None,)
    )
    if not all(isinstance(m, str) for m in named):
        raise ParameterError(
            f'modifiers={modifiers!r} must name columns by which effects may differ, e.g. modifiers=("age", "education").'
        )
    return named


def ask_words(options: Mapping[str, Any]) -> None:
    """Refuse options that must be a word and are not.

    Raises
    ------
    ParameterError
    """
    for option, value in options.items():
        if value is not None and not isinstance(value, str):
            means = "text" if option in ("comparison", "estimand", "question") else "the name of a column"
            raise ParameterError(f"{option}={value!r} must be {means}, in quotation marks.")


def read_assignment(assignment: Any) -> str:
    """The way of assignment.

    Raises
    ------
    ParameterError
    """
    if not isinstance(assignment, str) or assignment not in ASSIGNMENTS:
        raise ParameterError(
            f"assignment={assignment!r} is not known; choose one of "
            + ", ".join(f"{a.key!r} ({a.label})" for a in ASSIGNMENTS.values())
            + "."
        )
    return str(assignment)


def is_a_table(persons: Any) -> None:
    """Refuse what is no table of persons.

    Raises
    ------
    FrameError
    """
    if not isinstance(persons, pd.DataFrame):
        raise FrameError(
            f"persons must be a table (DataFrame) with one person a row, not {type(persons).__name__}."
        )
    if not len(persons):
        raise FrameError("the table of persons has no row; check the filter or the file it came from.")
    twice = persons.columns[persons.columns.duplicated()]
    if len(twice):
        raise FrameError(f"the table has two columns called {twice[0]!r}; rename one of them.")


def ask(persons: pd.DataFrame, plan: Plan) -> None:
    """Refuse a plan that has no meaning, or that the table has no columns for.

    Raises
    ------
    ParameterError
        All faults, one a line, each with the way out.
    """
    asked_for(plan.left, plan.left_to_job, plan.entered)
    faults = [*_columns_missing(persons, plan), *_double_uses(plan), *_estimand(plan), *_needed(plan)]
    if faults:
        raise ParameterError("the design cannot be read:\n  " + "\n  ".join(dict.fromkeys(faults)))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _columns_missing(persons: pd.DataFrame, plan: Plan) -> Iterator[str]:
    named = {f"outcomes: {m.label}": [*m.columns, *([m.at] if m.at else [])] for m in plan.outcomes}
    named |= {"covariates": [c for c, _ in plan.covariates], "modifiers": list(plan.modifiers)}
    named |= {o: [getattr(plan, o)] for o in COLUMNS if getattr(plan, o) is not None}
    if plan.assignment not in LONG:
        named["treatment"] = [plan.treatment]
    for option, columns in named.items():
        missing = [c for c in columns if c not in persons.columns]
        for column in missing[:5]:
            near = get_close_matches(str(column), [str(c) for c in persons.columns], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"{option} names the column {column!r}, which the table does not have{hint}"
        if len(missing) > 5:
            yield f"{option}: {len(missing) - 5} further columns are missing"


def _double_uses(plan: Plan) -> Iterator[str]:
    outcomes = [c for m in plan.outcomes for c in m.columns]
    adjusted = set(plan.with_role(*ADJUSTED))
    for column in dict.fromkeys(c for c in outcomes if outcomes.count(c) > 1):
        yield f"{column!r} is named as an outcome twice; name it once"
    for column in outcomes:
        if column in adjusted | set(plan.modifiers):
            yield (
                f"{column!r} is an outcome and is to be held constant too: what became of people cannot be held constant. "
                "Take it out of covariates and modifiers"
            )
    reserved: dict[str, str | None] = {
        "treatment": plan.treatment,
        "took_part": plan.took_part,
        "started": plan.started,
    }
    reserved |= {
        "offer": plan.offer,
        "left": plan.left,
        "entered": plan.entered,
        "treated_from": plan.treated_from,
    }
    for option, used in reserved.items():
        if used is not None and used in adjusted:
            yield (
                f"{used!r} is {option} and is to be held constant too: then there is nothing left to compare. Take it out "
                "of covariates"
            )
    # A modifier that the programme moves sorts people by their own effect.
    for column in plan.modifiers:
        if column in (*plan.with_role("mediator", "collider"), plan.treatment, plan.took_part):
            yield f"{column!r} comes after the programme began, so effects cannot be told apart by it; take it out of modifiers"


def _estimand(plan: Plan) -> Iterator[str]:
    allowed = ESTIMANDS_OF[plan.assignment]
    label = ASSIGNMENTS[plan.assignment].label
    if plan.estimand not in allowed:
        yield (
            f"estimand={plan.estimand!r} cannot be had from {label}; choose {' or '.join(map(repr, allowed))}"
        )
    elif plan.assignment == "rct" and plan.estimand == "late" and plan.took_part is None:
        yield (
            "estimand='late' needs took_part, the column with who took part of those who were offered it; without it ask for "
            "estimand='itt'"
        )
    if plan.assignment in LONG and len([c for m in plan.outcomes for c in m.columns]) != 1:
        yield f"{label} follows one outcome over the rows of the table; give one outcome with one column"


def _needed(plan: Plan) -> Iterator[str]:
    for option, words in NEEDED.get(plan.assignment, {}).items():
        if getattr(plan, option) is None:
            yield f"{ASSIGNMENTS[plan.assignment].label} needs {option}: {words}"
    for option, where in _ONLY.items():
        if getattr(plan, option) is not None and plan.assignment not in where:
            yield f"{option} means nothing for {ASSIGNMENTS[plan.assignment].label}; leave it out, or choose assignment={where[0]!r}"
    if plan.cutoff is not None and not _finite(plan.cutoff):
        yield f"cutoff={plan.cutoff!r} must be a number, e.g. cutoff=25"


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
