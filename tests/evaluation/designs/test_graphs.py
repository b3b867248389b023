"""The causal graph: read from any notation, asked what must be held constant, and explained."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from almpo_kit.evaluation.designs.graphs.adjustment import adjustment
from almpo_kit.evaluation.designs.graphs.reading import read_graph
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .people import designed, register, sentence, status

CHAIN = (("a", "b"), ("b", "c"))


@pytest.mark.parametrize(
    "graph",
    [
        "a -> b; b -> c",
        "a -> b\nb -> c",
        "a -> b -> c",
        "c <- b <- a",
        "a → b; b → c",
        "digraph { a -> b; b -> c; }",
        'strict digraph "my graph" {\n a -> b [label="x"];\n // a remark\n b -> c\n}',
        "dag { a [exposure]\n c [outcome]\n a -> b\n b -> c }",
        [("a", "b"), ("b", "c")],
        nx.DiGraph([("a", "b"), ("b", "c")]),
    ],
)
def test_notations(graph: object) -> None:
    assert set(read_graph(graph)[0]) == set(CHAIN)  # type: ignore[arg-type]


def test_groups_names_with_spaces_and_hidden_nodes() -> None:
    assert read_graph("digraph {a -> {b c}}")[0] == (("a", "b"), ("a", "c"))
    assert read_graph("a, b -> c")[0] == (("a", "c"), ("b", "c"))
    assert read_graph('"months in work" -> b')[0] == (("months in work", "b"),)
    assert read_graph("months in work -> b")[0] == (("months in work", "b"),)
    assert read_graph('digraph {u [observed="no"]; u -> a}')[1] == {"u"}
    arrows, hidden = read_graph("a <-> b")
    assert len(arrows) == 2
    assert hidden == {"an unobserved cause of a and b"}
    assert read_graph(None) == ((), frozenset())


@pytest.mark.parametrize("graph", ["", "a", "a -- b", "a -> ", [("a",)], [("a", 1)], "graph {a -- b}"])
def test_what_is_no_arrow(graph: object) -> None:
    with pytest.raises(ParameterError, match="arrow"):
        read_graph(graph)  # type: ignore[arg-type]


def test_a_circle_is_named() -> None:
    with pytest.raises(DesignError, match=r"circle: .*→") as caught:
        designed(
            register(), graph="age -> treatment; treatment -> outcome; outcome -> months_worked -> treatment"
        )
    assert "months_worked" in str(caught.value)
    with pytest.raises(DesignError, match="a → a"):
        read_graph("a -> a")


def test_missing_treatment_or_outcome() -> None:
    with pytest.raises(ParameterError, match="no node for the treatment"):
        designed(register(), graph="age -> outcome")
    with pytest.raises(ParameterError, match="no node for the outcome"):
        designed(register(), graph="age -> treatment")


BOTH = "age -> treatment; age -> employed; months_worked -> {treatment, employed}; treatment -> employed"


def test_a_sufficient_set() -> None:
    found = designed(register(), graph=BOTH)
    assert status(found, "back_doors") == "passed"
    assert found.stops == ()


def test_a_forgotten_confounder_is_named() -> None:
    found = designed(register(), covariates={"months_worked": "history"}, graph=BOTH)
    assert "back_door_open" in found.stops
    told = sentence(found, "back_door_open")
    assert "treatment ← age → employed" in told
    assert "'age': 'confounder'" in told


def test_an_unobserved_confounder_is_named_with_another_way() -> None:
    graph = BOTH + "; motivation -> treatment; motivation -> employed"
    told = sentence(designed(register(), graph=graph), "back_door_open")
    assert "“motivation” would have to be observed" in told
    assert "Another way of assignment" in told
    told = sentence(designed(register(), graph=graph + "; region -> treatment"), "back_door_open")
    assert "“region” could serve as instrument" in told


def _with_score(graph: str, role: str = "confounder") -> Design:
    people = register().assign(score=lambda d: d["age"] % 7)
    return designed(
        people,
        covariates={"age": "confounder", "months_worked": "history", "score": role},
        graph=BOTH + graph,
    )


def test_a_collider_listed_as_confounder_is_explained() -> None:
    """Moved by treatment and outcome; moved by hidden causes of both (the M)."""
    found = _with_score("; treatment -> score; employed -> score")
    assert "collider_held_constant" in found.stops
    told = sentence(found, "collider_held_constant")
    assert "treatment → score ← employed" in told
    assert "role 'collider'" in told
    found = _with_score("; u1 -> treatment; u1 -> score; u2 -> score; u2 -> employed")
    assert "collider_held_constant" in found.stops
    assert "treatment ← u1 → score ← u2 → employed" in sentence(found, "collider_held_constant")
    assert _with_score("; u1 -> treatment; u1 -> score; u2 -> score; u2 -> employed", "collider").stops == ()


def test_a_mediator_listed_as_confounder_is_explained() -> None:
    found = _with_score("; treatment -> score; score -> employed")
    assert "mediator_held_constant" in found.stops
    assert "treatment → score → employed" in sentence(found, "mediator_held_constant")
    assert _with_score("; treatment -> score; score -> employed", "mediator").stops == ()
    assert status(_with_score("; score -> employed", "mediator"), "role_and_graph") == "failed"


def test_a_mere_consequence_is_explained() -> None:
    assert "consequence_held_constant" in _with_score("; treatment -> score").stops


def test_a_lot_has_no_other_cause() -> None:
    found = designed(register(), assignment="rct", graph=BOTH)
    assert status(found, "graph_and_lot") == "failed"
    lot = designed(register(), assignment="rct", block="region", graph="region -> treatment -> employed")
    assert status(lot, "graph_and_lot") == ""


def test_exclusion_of_an_instrument() -> None:
    people = register().assign(lot=lambda d: d.index % 5)
    asked = {"assignment": "iv", "offer": "lot", "covariates": {"age": "confounder"}}
    clean = "lot -> treatment -> employed; u -> treatment; u -> employed"
    assert status(designed(people, **asked, graph=clean), "exclusion") == "passed"
    assert "exclusion" in designed(people, **asked, graph=clean + "; lot -> employed").stops
    weak = designed(people, **asked, graph="treatment -> employed; lot -> age; age -> income")
    assert "relevance_in_graph" in weak.stops


def test_a_graph_without_an_effect() -> None:
    assert status(designed(register(), graph="age -> treatment; age -> outcome"), "no_path") == "failed"


def _random_graph(draw: np.random.Generator, nodes: int = 7) -> nx.DiGraph:
    """Treatment t before outcome y; every other node anywhere."""
    order = draw.permutation(nodes)
    names = [f"v{i}" for i in range(nodes)]
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    for i in range(nodes):
        for j in range(i + 1, nodes):
            if draw.random() < 0.35:
                graph.add_edge(names[order[i]], names[order[j]])
    return nx.relabel_nodes(graph, {names[order[2]]: "t", names[order[nodes - 1]]: "y"})


def _brute(graph: nx.DiGraph, held: set[str]) -> bool:
    """The back-door criterion by its definition: every path with an arrow into the treatment is blocked."""
    plain = graph.to_undirected()
    for path in nx.all_simple_paths(plain, "t", "y"):
        if not graph.has_edge(path[1], "t"):
            continue
        blocked = False
        for a, b, c in zip(path, path[1:], path[2:], strict=False):
            if graph.has_edge(a, b) and graph.has_edge(c, b):
                blocked |= not (({b} | nx.descendants(graph, b)) & held)
            else:
                blocked |= b in held
        if not blocked:
            return False
    return not held & nx.descendants(graph, "t")


@pytest.mark.parametrize("seed", range(15))
def test_back_doors_by_definition(seed: int) -> None:
    draw = np.random.default_rng(seed)
    graph = _random_graph(draw)
    others = sorted(set(graph) - {"t", "y"})
    observed = {n for n in others if draw.random() < 0.7}
    for _ in range(6):
        held = {n for n in observed if draw.random() < 0.5}
        found = adjustment(graph, "t", {"y"}, held, observed)
        assert found.sufficient == _brute(graph, held)
    if found.instead is not None:
        assert set(found.instead) <= observed
        assert _brute(graph, set(found.instead))
    else:
        free = sorted(observed - nx.descendants(graph, "t"))
        sets = [{n for i, n in enumerate(free) if k >> i & 1} for k in range(2 ** len(free))]
        assert not any(_brute(graph, s) for s in sets)
        assert found.hidden


@pytest.mark.slow
def test_back_doors_agree_with_dowhy() -> None:
    """DoWhy's identification finds a back-door set exactly where ours does."""
    from dowhy.causal_identifier.auto_identifier import EstimandType, identify_effect_auto

    for seed in range(150):
        draw = np.random.default_rng(1000 + seed)
        graph = _random_graph(draw, 6)
        if not nx.has_path(graph, "t", "y"):
            continue
        observed = {n for n in set(graph) - {"t", "y"} if draw.random() < 0.7}
        ours = adjustment(graph, "t", {"y"}, set(), observed)
        theirs = identify_effect_auto(
            graph, ["t"], ["y"], sorted(observed | {"t", "y"}), EstimandType.NONPARAMETRIC_ATE
        )
        assert (ours.instead is not None) == bool(theirs.backdoor_variables), seed
