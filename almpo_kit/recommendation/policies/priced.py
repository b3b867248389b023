"""People with what a place costs taken off what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.vocabulary.errors import ParameterError


def priced(people: Caseload, prices: Mapping[str, float] | None) -> Caseload:
    """The caseload with scores, outcomes and expectations net of the price of a place.

    Parameters
    ----------
    people : Caseload
    prices : mapping of str to float, or None
        Programme -> what a place is worth elsewhere, in ``people.unit``; programmes that are not named have no price.

    Returns
    -------
    Caseload

    Raises
    ------
    ParameterError
        A price below zero, or none at all.
    FrameError
        A programme that is not on the menu.
    """
    if not prices:
        return people
    price = np.zeros(len(people.menu))
    for name, worth in prices.items():
        if not (np.isfinite(worth) and worth >= 0):
            raise ParameterError(
                f"the price of {name} is {worth!r}; give zero or more in {people.unit}, e.g. prices={{{name!r}: 0.1}}."
            )
        price[people.menu.position(name)] = worth
    price[0] = 0.0
    return replace(
        people,
        scores=people.scores - price,
        outcome=people.outcome - price[people.received],
        expected=None if people.expected is None else people.expected - price,
    )
