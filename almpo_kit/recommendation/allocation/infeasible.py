"""Which limits cannot hold together, and by how much each would have to give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from almpo_kit.recommendation.allocation.problem import Problem
from almpo_kit.recommendation.allocation.program import ELASTIC, program
from almpo_kit.recommendation.allocation.solving import relax

Array = np.ndarray[Any, np.dtype[Any]]
_NONE = 1e-7
#: People through whom a large problem is looked at.
_SAMPLE = 3_000


@dataclass(frozen=True)
class Conflict:
    """``members``: limits that cannot hold together while any one less could; ``alone``: by how much giving way in one limit
    alone would do (absent: it would not); ``together``: by how much fairness bounds must give if only they do; ``about``:
    seen through a sample of people. No members: parts of persons at least could keep all limits."""

    members: tuple[str, ...]
    alone: dict[str, float]
    together: dict[str, float]
    about: bool


def sample(problem: Problem, seed: int, size: int = _SAMPLE) -> Problem:
    """Fewer people, each standing for several, in the same shares of cells; the problem itself where it is small."""
    n = len(problem.gain)
    if n <= size:
        return problem
    draw = np.random.default_rng(np.random.SeedSequence(seed))
    order = np.lexsort((draw.random(n), problem.cell))
    rows = np.sort(order[np.floor((np.arange(size) + 0.5) * n / size).astype(int)])
    per_cell = np.bincount(problem.cell, minlength=problem.bounds.alpha.shape[1])
    drawn = np.bincount(problem.cell[rows], minlength=len(per_cell))
    count = (per_cell / np.maximum(drawn, 1))[problem.cell[rows]]
    return replace(
        problem, gain=problem.gain[rows], place=problem.place[rows], cell=problem.cell[rows], count=count
    )


def least_slack(problem: Problem, elastic: frozenset[str]) -> dict[str, float] | None:
    """The smallest sum of excesses over the elastic limits that lets everything else hold; None where nothing does."""
    n = len(problem.gain)
    made = program(problem, np.arange(n), np.full(n, -1, dtype=np.int64), elastic=elastic, aim="slack")
    found = relax(made)
    if found.value is None:
        return None
    return {name: float(found.value[at].sum()) for name, at in made.slack.items()}


def feasible(problem: Problem) -> bool:
    """Whether parts of persons at least could keep all limits."""
    return least_slack(problem, frozenset()) is not None


def conflict(problem: Problem, seed: int = 0) -> Conflict:
    """Deletion filter over limits, then elastic programmes for the members.

    References
    ----------
    Chinneck (2008) Feasibility and Infeasibility in Optimization, Springer, chapters 4 and 6.
    """
    small = sample(problem, seed)
    if feasible(small):
        return Conflict((), {}, {}, small is not problem)
    limits = [name for name in ELASTIC if _binds(small, name)]
    bounds = [f"bound {f}" for f in range(len(problem.bounds))]
    kept = [*limits, *bounds]
    for name in tuple(kept):
        rest = frozenset({*limits, *bounds} - set(kept) | {name})
        # Everything already thrown out may give way without end; still infeasible: this one is not needed either.
        if least_slack(small, rest) is None:
            kept.remove(name)
    alone = {}
    for name in kept:
        slack = least_slack(small, frozenset({name}))
        if slack is not None and slack[name] > _NONE:
            alone[name] = slack[name]
    together = least_slack(small, frozenset(bounds)) or {}
    told = {name: amount for name, amount in together.items() if amount > _NONE}
    return Conflict(tuple(kept), alone, told, small is not problem)


def _binds(problem: Problem, name: str) -> bool:
    if name == "money":
        return bool(np.isfinite(problem.budget))
    limits = problem.places[problem.listed] if name == "places" else problem.limit
    return bool(np.isfinite(limits).any())
