"""Arrows from pairs or text: ``a -> b; b -> c``, DOT, or the text of dagitty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from almpo_kit.vocabulary.errors import DesignError, ParameterError

Arrows = tuple[tuple[str, str], ...]
EXAMPLE = 'graph="education -> treatment; education -> earnings; treatment -> earnings"'
_ARROW = re.compile(r"(<->|<-->|->|-->|<-|<--|→|←|↔|--|—)")
_TWO_WAYS = ("<->", "<-->", "↔")
_BACK = ("<-", "<--", "←")
_UNDIRECTED = ("--", "—")
#: A graph that somebody has thought about has some dozens of nodes; a text that only costs time has no bound.
_LONGEST, _MOST_ARROWS = 20_000, 2_000


def read_graph(graph: str | Iterable[tuple[str, str]] | None) -> tuple[Arrows, frozenset[str]]:
    """Arrows, and nodes that are said to be unobserved.

    Parameters
    ----------
    graph : str, iterable of (str, str) or None
        ``"a -> b; b -> c"``; DOT (``digraph {a -> {b c}}``, ``u [observed="no"]``); dagitty (``dag {u [latent]}``); or
        pairs (cause, effect). ``a <-> b`` is an unobserved common cause.

    Raises
    ------
    ParameterError
        What stands there is no arrow.
    DesignError
        The arrows run in a circle, which is named.
    """
    if graph is None:
        return (), frozenset()
    arrows, hidden = _from_text(graph) if isinstance(graph, str) else (_from_pairs(graph), set[str]())
    if not arrows:
        raise ParameterError(f"the graph has no arrow; write e.g. {EXAMPLE}.")
    kept = tuple(dict.fromkeys(arrows))
    _no_circle(kept)
    return kept, frozenset(hidden)


def _from_pairs(graph: Any) -> list[tuple[str, str]]:
    held = graph.edges if hasattr(graph, "edges") else graph
    if not isinstance(held, Iterable):
        raise ParameterError(f"graph={graph!r} is no graph; give pairs (cause, effect), or text: {EXAMPLE}.")
    pairs = list(held)
    for pair in pairs:
        fine = (
            isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(n, str) and n for n in pair)
        )
        if not fine:
            raise ParameterError(f"{pair!r} is no arrow; give pairs (cause, effect), or text: {EXAMPLE}.")
    return [(str(a), str(b)) for a, b in pairs]


def _from_text(text: str) -> tuple[list[tuple[str, str]], set[str]]:
    if len(text) > _LONGEST:
        raise ParameterError(
            f"the graph has {len(text):,} characters, more than {_LONGEST:,}; draw what matters."
        )
    body, hidden = _body(text)
    arrows: list[tuple[str, str]] = []
    for statement in re.split(r"[;\n]", body):
        parts = _ARROW.split(statement.strip())
        if len(parts) < 3:
            continue
        groups = [_names(p) for p in parts[0::2]]
        for sign, left, right in zip(parts[1::2], groups, groups[1:], strict=False):
            if not left or not right or sign in _UNDIRECTED:
                raise ParameterError(
                    f"{statement.strip()[:200]!r} is no arrow from a cause to an effect; write e.g. {EXAMPLE}."
                )
            if len(arrows) + len(left) * len(right) > _MOST_ARROWS:
                raise ParameterError(f"the graph has more than {_MOST_ARROWS:,} arrows; draw what matters.")
            for a in left:
                for b in right:
                    arrows += _joined(a, b, sign, hidden)
    return arrows, hidden


def _joined(a: str, b: str, sign: str, hidden: set[str]) -> list[tuple[str, str]]:
    if sign in _TWO_WAYS:
        cause = f"an unobserved cause of {a} and {b}"
        hidden.add(cause)
        return [(cause, a), (cause, b)]
    return [(b, a)] if sign in _BACK else [(a, b)]


def _body(text: str) -> tuple[str, set[str]]:
    """The statements without wrapping, comments and attributes, and the nodes whose attributes say unobserved."""
    # A comment that is never closed is none; looked for from its end, it would be looked for from every beginning.
    closed = text.rfind("*/") + 2
    plain = re.sub(r"/\*.*?\*/", " ", text[:closed], flags=re.S) + text[closed:]
    plain = re.sub(r"(^|\s)(//|#)[^\n]*", r"\1", plain)
    wrapped = re.fullmatch(
        r"\s*(?:strict\s+)?(?:digraph|graph|dag|pdag)\b[^{]*\{(.*)\}\s*;?\s*", plain, flags=re.S | re.I
    )
    body = wrapped[1] if wrapped else plain
    hidden = set()
    # Names and spaces are taken whole or not at all, else a long one without attributes costs its length squared.
    for name, attributes in re.findall(
        r'("[^"]*"|(?<![^\s;,\[\]{}"])[^\s;,\[\]{}"]++)\s*+\[([^\[\]]*+)\]', body
    ):
        if re.search(r"\b(latent|unobserved)\b|observed\s*=\s*\"?(no|false)", attributes, flags=re.I):
            hidden.add(name.strip('"'))
    return re.sub(r"\[[^\[\]]*+\]", " ", body), hidden


def _names(part: str) -> list[str]:
    inner = part.strip()
    quoted = re.findall(r'"([^"]*)"', inner)
    rest = re.sub(r'"[^"]*"', ",", inner)
    grouped = rest.strip().startswith("{")
    rest = rest.replace("{", " ").replace("}", " ")
    names = re.split(r"[,\s]+" if grouped else r",", rest)
    return [n.strip() for n in [*quoted, *names] if n.strip()]


def _no_circle(arrows: Arrows) -> None:
    import networkx as nx

    try:
        circle = nx.find_cycle(nx.DiGraph(arrows))
    except nx.NetworkXNoCycle:
        return
    walk = " → ".join([circle[0][0], *(edge[1] for edge in circle)])
    raise DesignError(
        f"the graph runs in a circle: {walk}. Nothing can be its own cause; where two things move each other over time, name "
        "them by time, e.g. earnings_2019 -> treatment -> earnings_2022."
    )
