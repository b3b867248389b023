"""What the causal graph says about a design, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from almpo_kit.evaluation.designs.checks.remark import Remark, caution, holds, listed, note, stop
from almpo_kit.evaluation.designs.graphs.adjustment import Adjustment, adjustment, back_doors
from almpo_kit.evaluation.designs.graphs.nodes import Nodes, nodes_of
from almpo_kit.evaluation.designs.graphs.paths import colliders_on, drawn, open_path
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED


def graph_remarks(plan: Plan, columns: Collection[str], hidden: Collection[str]) -> Iterator[Remark]:
    """What the graph of a plan says; nothing where none was drawn.

    Parameters
    ----------
    plan : Plan
    columns : collection of str
        Columns of the table.
    hidden : collection of str
        Nodes that are said to be unobserved.
    """
    if not plan.graph:
        return
    nodes = nodes_of(plan, columns, hidden)
    held = [c for c in plan.with_role(*ADJUSTED) if c in nodes.graph]
    yield from _no_effect(nodes)
    yield from _consequences(nodes, held)
    yield from _roles(plan, nodes)
    if plan.assignment == "matching":
        yield from _back_doors(nodes, held)
    elif plan.assignment == "rct":
        yield from _lot(plan, nodes)
    elif plan.assignment == "iv":
        yield from _exclusion(plan, nodes, held)
    unknown = [c for c in plan.with_role(*ADJUSTED) if c not in nodes.graph]
    if unknown:
        yield note(
            "not_in_graph",
            f"The graph does not say where {listed(unknown)} stand{'s' if len(unknown) == 1 else ''}, so it cannot say "
            "whether to hold them constant.",
        )


def _no_effect(nodes: Nodes) -> Iterator[Remark]:
    import networkx as nx

    if not nx.descendants(nodes.graph, nodes.treatment) & nodes.outcomes:
        yield caution(
            "no_path",
            f"By the graph, no arrow leads from {nodes.treatment} to {listed(sorted(nodes.outcomes))}: it says that there is no "
            "effect to find. Draw the way in which the programme is meant to work.",
        )


def _consequences(nodes: Nodes, held: list[str]) -> Iterator[Remark]:
    import networkx as nx

    graph, treatment = nodes.graph, nodes.treatment
    for column in held:
        if column not in nx.descendants(graph, treatment):
            continue
        if nx.descendants(graph, column) & nodes.outcomes:
            way = drawn(graph, _directed(graph, treatment, column, nodes.outcomes))
            yield stop(
                "mediator_held_constant",
                f"“{column}” is to be held constant, but by the graph it is part of how the programme works ({way}). Holding "
                f"it constant takes that part of the effect away. Give it the role 'mediator'.",
            )
            continue
        way_in = tuple(nx.shortest_path(graph, treatment, column))
        others = {h for h in held if h not in nx.descendants(graph, treatment)}
        way_out = open_path(back_doors(graph, treatment), column, nodes.outcomes, others)
        if way_out and graph.has_edge(way_out[1], column) and way_out[1] not in way_in:
            yield stop("collider_held_constant", _collider(column, (*way_in, *way_out[1:]), nodes))
        else:
            yield stop(
                "consequence_held_constant",
                f"“{column}” is to be held constant, but by the graph the programme moves it. People who are alike in it in "
                "spite of the programme differ in other ways. Give it the role 'collider'.",
            )


def _directed(graph: object, start: str, middle: str, ends: Collection[str]) -> tuple[str, ...]:
    import networkx as nx

    end = min((e for e in ends if nx.has_path(graph, middle, e)), key=str)
    return (*nx.shortest_path(graph, start, middle), *nx.shortest_path(graph, middle, end)[1:])


def _collider(column: str, path: tuple[str, ...], nodes: Nodes) -> str:
    at = path.index(column)
    return (
        f"Holding “{column}” constant opens a path: {drawn(nodes.graph, path)}. Both “{path[at - 1]}” and “{path[at + 1]}” move "
        f"it, so among people who are alike in “{column}” the two are related although neither moves the other, and the "
        "comparison would take that for an effect. It is a collider, not a confounder: give it the role 'collider'."
    )


def _roles(plan: Plan, nodes: Nodes) -> Iterator[Remark]:
    import networkx as nx

    after = nx.descendants(nodes.graph, nodes.treatment)
    odd = [c for c in plan.with_role("mediator") if c in nodes.graph and c not in after]
    if odd:
        yield caution(
            "role_and_graph",
            f"{listed(odd)} {'has' if len(odd) == 1 else 'have'} the role 'mediator', but by the graph the programme does not "
            "move it: one of the two is wrong.",
        )


def _back_doors(nodes: Nodes, held: list[str]) -> Iterator[Remark]:
    found = adjustment(nodes.graph, nodes.treatment, nodes.outcomes, held, nodes.observed)
    usable = [h for h in held if h not in found.consequences]
    doors = back_doors(nodes.graph, nodes.treatment)
    path = open_path(doors, nodes.treatment, nodes.outcomes, usable)
    # A member that opens a path it lies on is the fault; otherwise something is missing.
    openers = [c for c in found.openers if c in colliders_on(doors, path)]
    if openers:
        yield stop("collider_held_constant", _collider(openers[0], path, nodes))
        return
    if found.sufficient:
        yield holds(
            "back_doors",
            f"By the graph, holding {listed(held) if held else 'nothing'} constant is enough: no back door stays open.",
        )
    elif path or not found.consequences:
        yield stop("back_door_open", _open_door(found, drawn(doors, path) if path else "", held))


def _open_door(found: Adjustment, way: str, held: list[str]) -> str:
    open_way = f"By the graph, a back door stays open{f': {way}' if way else ''}. "
    if found.instead is not None:
        missing = [c for c in found.instead if c not in held]
        opening = found.openers or tuple(c for c in held if c not in found.instead)
        if missing:
            return f"{open_way}Hold {listed(missing)} constant too, e.g. covariates={{{missing[0]!r}: 'confounder'}}."
        return f"{open_way}Hold only {listed(found.instead) if found.instead else 'nothing'} constant: {listed(opening)} opens it."
    told = f"{open_way}Nothing in the table closes it: {listed(found.hidden)} would have to be observed. "
    if found.instruments:
        return (
            told
            + f"By the graph {listed(found.instruments)} could serve as instrument: assignment='iv', offer=…"
        )
    return (
        told
        + "Another way of assignment (a lottery, a rule with a cut-off, a staggered start) does not need it."
    )


def _lot(plan: Plan, nodes: Nodes) -> Iterator[Remark]:
    causes = sorted(set(nodes.graph.predecessors(nodes.treatment)) - {plan.block, plan.cluster})
    if causes:
        yield caution(
            "graph_and_lot",
            f"The graph draws {listed(causes)} as a cause of {nodes.treatment}, but in a randomised trial only the lot is. Name "
            "it as block if the lot was drawn within it; otherwise choose assignment='matching'.",
        )


def _exclusion(plan: Plan, nodes: Nodes, held: list[str]) -> Iterator[Remark]:
    import networkx as nx

    offer = plan.offer
    if offer is None or offer not in nodes.graph:
        yield note("instrument_and_graph", f"The graph does not say where the instrument “{offer}” stands.")
        return
    doors = back_doors(nodes.graph, nodes.treatment)
    given = {h for h in held if h not in nx.descendants(nodes.graph, nodes.treatment)}
    path = open_path(doors, offer, nodes.outcomes, given)
    if not nx.is_d_separator(doors, {offer}, set(nodes.outcomes), given):
        yield stop(
            "exclusion",
            f"By the graph, the instrument “{offer}” reaches the outcome in another way than through taking part"
            f"{f': {drawn(doors, path)}' if path else ''}. Hold constant what lies between, or look for another instrument.",
        )
    elif nx.is_d_separator(nodes.graph, {offer}, {nodes.treatment}, given):
        yield stop(
            "relevance_in_graph", f"By the graph, the instrument “{offer}” does not move {nodes.treatment}."
        )
    else:
        yield holds(
            "exclusion",
            f"By the graph, the instrument “{offer}” reaches the outcome only through taking part.",
        )
