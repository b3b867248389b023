"""An allocation that cannot be: which limits collide, and by how much each would have to give."""

from __future__ import annotations

import numpy as np

from almpo_kit.recommendation.allocation.infeasible import Conflict, conflict
from almpo_kit.recommendation.allocation.problem import Problem
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.rendering import number


def refusal(problem: Problem, unit: str, seed: int) -> DesignError:
    """The error that names the collision and the ways out."""
    found = conflict(problem, seed)
    if not found.members:
        return DesignError(
            "no plan in whole persons was found that keeps all fairness bounds, though parts of persons could: relax a bound "
            "a little, e.g. by one point."
        )
    about = "about " if found.about else ""
    ways = [_way(problem, name, amount, unit, about) for name, amount in found.alone.items()]
    if ways:
        way = f"Any one of these would do: {'; '.join(ways)}."
    elif found.together:
        each = "; ".join(_way(problem, n, a, unit, about) for n, a in found.together.items())
        way = f"No single one of them can give enough; together these would do: {each}."
    else:
        way = "None of them can give enough: too few people have a gain from a programme within reach."
    return DesignError(f"these limits cannot hold together: {_listed(problem, found)}. {way}")


def _listed(problem: Problem, found: Conflict) -> str:
    words = {
        "places": "the places at the offices",
        "programmes": "the places of programmes over all offices",
        "money": f"the budget of €{number(problem.budget, 0)}",
    }
    said = [words.get(n) or problem.bounds.words[int(n[6:])] for n in found.members]
    return "; ".join(f"({i + 1}) {s}" for i, s in enumerate(said))


def _way(problem: Problem, name: str, amount: float, unit: str, about: str) -> str:
    if name == "money":
        return f"raise the budget by {about}€{number(np.ceil(amount), 0)}"
    if name in ("places", "programmes"):
        where = "at the offices" if name == "places" else "to the menu's limits"
        return f"add {about}{number(np.ceil(amount - 1e-6), 0)} places {where}"
    f, bounds = int(name[6:]), problem.bounds
    assert bounds.asked is not None and bounds.step is not None
    step = bounds.step[f]
    if np.isnan(step):
        return f"lower the bound “{bounds.words[f]}”"
    by = amount / step
    if bounds.unit[f] == "points of share":
        return f"relax “{bounds.words[f]}” by {about}{number(np.ceil(10 * by) / 10, 1)} points of share"
    left = np.floor(100 * (bounds.asked[f] - by)) / 100
    return f"lower “{bounds.words[f]}” by {about}{number(np.ceil(100 * by) / 100, 2)} {unit}, to {number(left, 2)}"
