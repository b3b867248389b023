"""What must be held constant for a comparison to show an effect, by a causal graph.

The back-door criterion is decided by networkx (d-separation in the graph without the arrows that leave the treatment);
tests hold it to DoWhy's identification on random graphs. DoWhy itself takes seconds to import, which a design need not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Adjustment:
    """What a graph says about a set that is held constant.

    Parameters
    ----------
    sufficient : bool
        The set closes every back door and holds nothing constant that the treatment moves.
    consequences : tuple of str
        Members of the set that the treatment moves.
    openers : tuple of str
        Members without which the rest of the set would be sufficient: each opens a path.
    instead : tuple of str or None
        A smallest sufficient set of observed nodes, with as much of the set as possible; None where there is none.
    hidden : tuple of str
        Unobserved nodes that would close what is open, where no observed set does.
    instruments : tuple of str
        Observed nodes that move the treatment and reach the outcome in no other way.
    """

    sufficient: bool
    consequences: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    instead: tuple[str, ...] | None = None
    hidden: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()


def adjustment(
    graph: Any, treatment: str, outcomes: Collection[str], held: Collection[str], observed: Collection[str]
) -> Adjustment:
    """Judge a set by the back-door criterion.

    Parameters
    ----------
    graph : networkx.DiGraph
        Without a circle.
    treatment : str
    outcomes, held, observed : collection of str
        Nodes of the graph.

    References
    ----------
    Pearl (2009) Causality, 2nd ed., section 3.3; van der Zander and Liśkiewicz (2020) Proc. Mach. Learn. Res. 115,
    637-647 (smallest separators).
    """
    import networkx as nx

    ends = set(outcomes)
    doors = back_doors(graph, treatment)
    after = nx.descendants(graph, treatment)
    consequences = tuple(sorted(set(held) & after))
    usable = set(held) - after
    closed = bool(nx.is_d_separator(doors, {treatment}, ends, usable))
    may = set(observed) - after - ends - {treatment}
    instead = _smallest(doors, treatment, ends, may, usable)
    hidden: tuple[str, ...] = ()
    if instead is None:
        every = set(graph) - after - ends - {treatment}
        best = _smallest(doors, treatment, ends, every, may)
        hidden = tuple(sorted(set(best or every) - may))
    return Adjustment(
        sufficient=closed and not consequences,
        consequences=consequences,
        openers=()
        if closed
        else tuple(sorted(c for c in usable if nx.is_d_separator(doors, {treatment}, ends, usable - {c}))),
        instead=instead,
        hidden=hidden,
        instruments=() if instead is not None else _instruments(graph, doors, treatment, ends, may),
    )


def back_doors(graph: Any, treatment: str) -> Any:
    """The graph without the arrows that leave the treatment: what is still related is not an effect."""
    doors = graph.copy()
    doors.remove_edges_from(list(graph.out_edges(treatment)))
    return doors


def _smallest(
    doors: Any, treatment: str, ends: set[str], may: set[str], near: set[str]
) -> tuple[str, ...] | None:
    """A smallest separator among ``may``: part of ``near``, else ``near`` and more, else any; None where there is none."""
    import networkx as nx

    ends_from = {treatment}
    for pool, included in ((near & may, set[str]()), (may, near & may), (may, set[str]())):
        found = nx.find_minimal_d_separator(doors, ends_from, ends, included=included, restricted=pool)
        if found is not None:
            return tuple(sorted(found))
    return None


def _instruments(graph: Any, doors: Any, treatment: str, ends: set[str], may: set[str]) -> tuple[str, ...]:
    import networkx as nx

    return tuple(
        sorted(
            z
            for z in may
            if nx.is_d_separator(doors, {z}, ends, set())
            and not nx.is_d_separator(graph, {z}, {treatment}, set())
        )
    )
