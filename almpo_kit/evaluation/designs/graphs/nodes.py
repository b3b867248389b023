"""Which node of a graph is the treatment, which the outcome, and which ones the table has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True)
class Nodes:
    """The parts that the nodes of a graph play.

    Parameters
    ----------
    graph : networkx.DiGraph
    treatment : str
    outcomes : frozenset of str
    observed : frozenset of str
        Nodes that are columns of the table and not said to be unobserved.
    """

    graph: Any
    treatment: str
    outcomes: frozenset[str]
    observed: frozenset[str]


def nodes_of(plan: Plan, columns: Collection[str], hidden: Collection[str]) -> Nodes:
    """Find treatment and outcome in the graph of a plan.

    Raises
    ------
    ParameterError
        One of them is not there; the message says which names are understood.
    """
    import networkx as nx

    graph = nx.DiGraph(plan.graph)
    treatments = [n for n in (plan.treatment, "treatment", "programme") if n in graph]
    names = outcome_names(plan)
    outcomes = frozenset(n for n in graph if n in names)
    if not treatments or not outcomes:
        what, wanted = ("treatment", plan.treatment) if not treatments else ("outcome", sorted(names)[0])
        raise ParameterError(
            f"the graph has no node for the {what}; call it {wanted!r}. Its nodes are {', '.join(map(repr, sorted(graph)))}."
        )
    observed = frozenset(n for n in graph if n in columns and n not in hidden)
    return Nodes(graph, treatments[0], outcomes, observed - outcomes - {treatments[0]})


def outcome_names(plan: Plan) -> set[str]:
    """Names by which a graph may call the outcomes: their columns, their key, or what their columns begin with."""
    names = {"outcome"}
    for measure in plan.outcomes:
        names |= {*measure.columns, measure.outcome}
        stem = _stem(measure.columns)
        if stem:
            names.add(stem)
    return names


def _stem(columns: tuple[str, ...]) -> str:
    if len(columns) < 2:
        return ""
    first, last = min(columns), max(columns)
    shared = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:shared].rstrip("_-. 0123456789")
