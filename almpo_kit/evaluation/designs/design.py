"""Write down what is compared with what, before anything is estimated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from almpo_kit.evaluation.designs.arms import arm_names
from almpo_kit.evaluation.designs.arms_table import arms_table, covariates_table, units_are_places
from almpo_kit.evaluation.designs.asking import (
    LONG,
    ask,
    ask_words,
    is_a_table,
    read_assignment,
    read_modifiers,
    read_outcomes,
    read_roles,
)
from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS, AssignmentName
from almpo_kit.evaluation.designs.checks.groups import group_remarks
from almpo_kit.evaluation.designs.checks.history import history_remarks
from almpo_kit.evaluation.designs.checks.outcomes import outcome_remarks
from almpo_kit.evaluation.designs.checks.over_time import panel_remarks
from almpo_kit.evaluation.designs.checks.prediction import prediction_remarks
from almpo_kit.evaluation.designs.checks.remark import Remark
from almpo_kit.evaluation.designs.checks.timing import timing_remarks
from almpo_kit.evaluation.designs.graphs.nodes import nodes_of
from almpo_kit.evaluation.designs.graphs.reading import read_graph
from almpo_kit.evaluation.designs.graphs.told import graph_remarks
from almpo_kit.evaluation.designs.measured import Measured
from almpo_kit.evaluation.designs.panel import Rectangle, contrast_problems, rectangle
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import RoleName
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.designs.sampling import sampled
from almpo_kit.evaluation.designs.sentences import question_of, sentence_of
from almpo_kit.evaluation.designs.table_problems import refuse_problems
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

#: Names of the arms of units over time whose table has no column of arms.
_NOT_YET, _PROGRAMME = "not yet treated", "programme"


def design(
    persons: pd.DataFrame,
    *,
    assignment: AssignmentName,
    outcomes: Measured | Sequence[Measured],
    comparison: str = "",
    covariates: Mapping[str, RoleName] | None = None,
    estimand: str = "",
    modifiers: Sequence[str] = (),
    graph: str | Iterable[tuple[str, str]] | None = None,
    treatment: str = "treatment",
    cluster: str | None = None,
    block: str | None = None,
    offer: str | None = None,
    took_part: str | None = None,
    running: str | None = None,
    cutoff: float | None = None,
    treated_from: str | None = None,
    period: str | None = None,
    started: str | None = None,
    weight: str | None = None,
    left: str | None = None,
    left_to_job: str | None = None,
    entered: str | None = None,
    question: str = "",
) -> Design:
    """Write down the design: what is compared with what, what is held constant, and what must be true.

    Nothing is estimated. Options that mean nothing and tables that cannot be read are refused with everything that is
    wrong in one list; a design that can be read but answers nothing (treatment after outcome, a collider held constant,
    three clusters) says stop, and the next step refuses unless a reason is given.

    Parameters
    ----------
    persons : DataFrame, shape (n, ...)
        A ``persons`` frame: one person a row (``id``), arms by name. For ``"did"`` and ``"synthetic_control"`` one row a
        unit and period.
    assignment : {"rct", "matching", "iv", "rd", "did", "timing_of_events", "synthetic_control"}
        How people came into the programme.
    outcomes : Measured or sequence of Measured
        See :func:`measured`.
    comparison : str
        The arm that the others are compared with. May be left out for units over time without a column of arms.
    covariates : mapping of str to str, optional
        Column -> ``"confounder"``, ``"history"`` (work, unemployment and earnings before), ``"precision"``,
        ``"mediator"``, ``"collider"`` or ``"sensitive"``; the first three are held constant.
    estimand : {"itt", "att", "ate", "late"}, optional
        Whose effect; by default what the way of assignment implies.
    modifiers : sequence of str
        Columns by which effects may differ, named beforehand.
    graph : str, iterable of (str, str), optional
        Causal graph: ``"a -> b; b -> c"``, DOT, dagitty or pairs. Nodes that are no column are unobserved; the treatment
        bears the name of its column, the outcome that of its column, of its key or ``outcome``.
    treatment : str
        Column with the names of the arms.
    cluster : str, optional
        Column with what people share (office, region; the person where rows are states of waiting).
    block : str, optional
        Column with the blocks of a lot, or strata of months waited.
    offer : str, optional
        Column with what moved people to take part (the instrument).
    took_part : str, optional
        Column with the share (0 to 1) of the offered programme taken up.
    running, cutoff : str and float, optional
        Column by which a rule decides, and where.
    treated_from, period : str, optional
        Columns with a unit's first treated period (empty for never) and the period of a row.
    started : str, optional
        Column with the calendar month in which a person began; may be filled for those of the comparison who began later.
    weight : str, optional
        Column with survey weights.
    left, left_to_job, entered : str, optional
        Columns with months until a job or the end of the record, whether it was a job, months until entry.
    question : str
        As a person would ask it.

    Returns
    -------
    Design
        ``table``: one row an arm (``arm, compared_with, persons, share, clusters, outcome_share``, and ``take_up``,
        ``first_start, last_start`` where known). ``covariates``: ``covariate, role, used, missing_share, why``.

    Raises
    ------
    ParameterError
        Options that do not exist, have no meaning together, or name columns that are not there.
    DesignError
        A table with which the design cannot be carried out (one arm, duplicate persons, infinite outcomes, …), or a graph
        that runs in a circle.
    FrameError
        No table, or an empty one.

    Examples
    --------
    >>> design(people, assignment="rct", comparison="no programme", outcomes=earnings)  # doctest: +SKIP
    """
    is_a_table(persons)
    columns = {
        "cluster": cluster,
        "block": block,
        "offer": offer,
        "took_part": took_part,
        "running": running,
        "treated_from": treated_from,
        "period": period,
        "started": started,
        "weight": weight,
        "left": left,
        "left_to_job": left_to_job,
        "entered": entered,
    }
    words = {"comparison": comparison, "estimand": estimand, "treatment": treatment, "question": question}
    ask_words({**words, **columns})
    way = read_assignment(assignment)
    arrows, hidden = read_graph(graph)
    plan = Plan(
        assignment=way,
        arms=_arms(persons, way, treatment, comparison),
        outcomes=read_outcomes(outcomes),
        covariates=tuple(read_roles(covariates).items()),
        estimand=estimand or ASSIGNMENTS[way].estimand,
        modifiers=read_modifiers(modifiers),
        graph=arrows,
        treatment=treatment,
        cutoff=cutoff,
        **columns,
        rows=_rows(persons, way, cluster),
        question=question,
    )
    ask(persons, plan)
    refuse_problems(persons, plan, least=1 if way in LONG else SMALLEST)
    table = _long(persons, plan) if way in LONG else None
    sample = (
        sampled(persons, plan)
        if table is None
        else sampled(persons, plan, arm=table.panel.arm[table.unit], panel=table.panel)
    )
    return _written(persons, plan, sample, list(_remarks(persons, plan, sample, table, hidden)), hidden)


def _arms(persons: pd.DataFrame, way: str, treatment: str, comparison: str) -> tuple[str, ...]:
    if treatment in persons:
        return arm_names(persons[treatment], str(comparison))
    return (str(comparison) or _NOT_YET, _PROGRAMME) if way in LONG else (str(comparison),)


def _rows(persons: pd.DataFrame, way: str, cluster: str | None) -> str:
    if way in LONG:
        return "units"
    # The frames of entering_or_waiting: one person stands in several rows, one a moment.
    moments = cluster is not None and {"stratum", "elapsed_months"} <= set(persons.columns)
    return "moments" if moments else "persons"


def _long(persons: pd.DataFrame, plan: Plan) -> Rectangle:
    table = rectangle(persons, plan)
    problems = list(contrast_problems(table.panel))
    if not units_are_places(plan, table.panel):
        treated = int((table.panel.arm > 0).sum())
        if 0 < treated < SMALLEST:
            problems.append(
                f"fewer than {SMALLEST} units are treated, and they may be people: no effect can be told of so few. For regions, "
                "name them by their NUTS codes in id, or choose assignment='synthetic_control'"
            )
    if problems:
        raise DesignError("there is nothing to compare:\n  " + "\n  ".join(problems))
    return table


def _remarks(
    persons: pd.DataFrame, plan: Plan, sample: Sample, table: Rectangle | None, hidden: frozenset[str]
) -> Iterator[Remark]:
    yield from graph_remarks(plan, set(persons.columns), hidden)
    yield from timing_remarks(persons, plan, sample)
    if table is None:
        yield from prediction_remarks(persons, plan, sample)
        yield from group_remarks(plan, sample)
    else:
        yield from panel_remarks(plan, table)
    yield from outcome_remarks(persons, plan, sample)
    yield from history_remarks(persons, plan)


def _written(
    persons: pd.DataFrame, plan: Plan, sample: Sample, remarks: list[Remark], hidden: frozenset[str]
) -> Design:
    nodes = nodes_of(plan, set(persons.columns), hidden) if plan.graph else None
    size = len(sample) if sample.panel is None else len(sample.panel.units)
    people = f" of {number(int(sample.cluster.max()) + 1, 0)} persons" if plan.rows == "moments" else ""
    return Design(
        question=question_of(plan),
        sentence=sentence_of(plan, sample),
        table=arms_table(plan, sample),
        checks=tuple(dict.fromkeys(r.check for r in remarks)),
        stops=tuple(dict.fromkeys(r.check.name for r in remarks if r.stops)),
        provenance=provenance(persons, method="evaluation.design", options=plan.as_dict()),
        rests_on=f"{number(size, 0)} {plan.rows}{people} in {len(plan.arms)} arms",
        plan=plan,
        sample=sample,
        covariates=covariates_table(persons, plan, nodes),
    )
