"""What can be wrong with a wish for a tree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Array, Caseload
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

#: Fewest people in a leaf that may be shown.
SMALLEST = 10
DEEPEST = 3


def ask(people: Caseload, depth: int, min_leaf: int, seconds: float, confidence: float) -> None:
    """Refuse what cannot be done.

    Raises
    ------
    ParameterError, DesignError
    """
    if depth not in range(1, DEEPEST + 1):
        raise ParameterError(
            f"depth is {depth!r}; choose 1, 2 or 3 layers of questions (deeper rules nobody can apply by hand)."
        )
    if min_leaf != int(min_leaf) or min_leaf < SMALLEST:
        raise ParameterError(f"min_leaf is {min_leaf!r}; give at least {SMALLEST} people, e.g. min_leaf=100.")
    if not seconds >= 0:
        raise ParameterError(f"whole_seconds is {seconds!r}; give seconds from 0 on, e.g. whole_seconds=60.")
    if not 0.5 <= confidence < 1:
        raise ParameterError(f"confidence is {confidence!r}; give a share from 0.5 to below 1, e.g. 0.95.")
    if len(people) < 4 * min_leaf:
        raise DesignError(
            f"a tree with {min_leaf} people a leaf, learned on one half and judged on the other, needs at least "
            f"{4 * min_leaf} people; there are {len(people)}. Ask for smaller leaves, e.g. "
            f"min_leaf={max(SMALLEST, len(people) // 8)}, or bring more people."
        )


def splitting(people: Caseload, barred: Sequence[str]) -> Array:
    """Columns of the features that questions may be about.

    Raises
    ------
    FrameError
        A barred feature that there is not.
    DesignError
        Nothing is left.
    """
    barred = [barred] if isinstance(barred, str) else list(barred)
    if unknown := [b for b in barred if b not in people.names]:
        raise FrameError(
            f"barred names unknown feature(s) {', '.join(unknown)}; there are {', '.join(people.names)}."
        )
    kept = np.array([j for j, name in enumerate(people.names) if name not in barred], dtype=np.int64)
    if not kept.size:
        raise DesignError("every feature is barred; leave at least one that a question may be about.")
    return kept


def prices_of(people: Caseload, prices: Mapping[str, float] | None) -> Array:
    """Price of each arm, shape (k,), in the unit of the scores.

    Raises
    ------
    FrameError, ParameterError
        Unknown programme; a price that is no number from 0 on; a price of offering none.
    """
    out = np.zeros(len(people.arms))
    for name, price in (prices or {}).items():
        at = people.menu.position(name)
        if not (isinstance(price, (int, float)) and math.isfinite(price) and price >= 0):
            raise ParameterError(
                f"the price of {name} is {price!r}; give {people.unit} a place, from 0 on, e.g. 1.5."
            )
        if at == 0 and price:
            raise ParameterError(f"{name} is the offer of none and costs nothing; leave its price out.")
        out[at] = float(price)
    return out
