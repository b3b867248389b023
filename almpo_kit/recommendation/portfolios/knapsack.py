"""The best mix under one budget, places for a limited number of people, and bounds on every programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_HALVINGS = 45


@dataclass(frozen=True, eq=False)
class Room:
    """What a mix must stay within; m columns, each a programme or a step of one.

    Parameters
    ----------
    low, cap : Array, shape (m,)
        Least and most euro.
    places : Array, shape (m,)
        Places that one euro buys.
    budget : float
        Euro.
    people : float
        Places in all columns together.
    """

    low: Array
    cap: Array
    places: Array
    budget: float
    people: float

    def with_budget(self, budget: float) -> Room:
        """The same with another budget."""
        return Room(self.low, self.cap, self.places, budget, self.people)


def best_mix(worth: Array, room: Room) -> Array:
    """Euro in each column that are worth most; money may stay unspent.

    With one budget and caps, filling the columns in the order of what a euro is worth is exact (Dantzig 1957). The
    number of people is a second constraint: a price is put on places and halved towards the one at which places just
    fit; between the two mixes on either side of it every point has the same value, and one uses just the places there are.

    Parameters
    ----------
    worth : Array, shape (s, m)
        What a euro in each column is worth, in s states of the world.
    room : Room

    Returns
    -------
    Array, shape (s, m)

    References
    ----------
    Dantzig (1957) Operations Research 5, 266-277.
    """
    worth = np.atleast_2d(worth)
    spare = room.cap - room.low
    budget = max(room.budget - float(room.low.sum()), 0.0)
    people = max(room.people - float(room.low @ room.places), 0.0)
    more = _fill(worth, spare, budget)
    crowded = more @ room.places > people * (1 + 1e-12) + 1e-9
    if crowded.any():
        more[crowded] = _priced(worth[crowded], spare, room.places, budget, people)
    found: Array = room.low + more
    return found


def _fill(key: Array, cap: Array, budget: float) -> Array:
    order = np.argsort(-key, axis=1, kind="stable")
    room = np.where(np.take_along_axis(key, order, 1) > 0, cap[order], 0.0)
    before = np.cumsum(room, axis=1) - room
    taken = np.clip(budget - before, 0.0, room)
    out = np.empty_like(taken)
    np.put_along_axis(out, order, taken, 1)
    return out


def _priced(worth: Array, cap: Array, places: Array, budget: float, people: float) -> Array:
    """Both sides of the price of a place at which places just fit, and the point between them."""
    dear = np.max(worth / places, axis=1) * (1 + 1e-9) + 1e-12
    cheap = np.zeros_like(dear)
    for _ in range(_HALVINGS):
        middle = (cheap + dear) / 2
        fits = _fill(worth - middle[:, None] * places, cap, budget) @ places <= people
        dear, cheap = np.where(fits, middle, dear), np.where(fits, cheap, middle)
    few = _fill(worth - dear[:, None] * places, cap, budget)
    many = _fill(worth - cheap[:, None] * places, cap, budget)
    gap = (many - few) @ places
    part = np.clip(np.divide(people - few @ places, gap, out=np.zeros_like(gap), where=gap > 0), 0, 1)
    between: Array = few + part[:, None] * (many - few)
    return between


def best_value(worth: Array, room: Room) -> Array:
    """What the best mix is worth in each state, shape (s,)."""
    found: Array = (np.atleast_2d(worth) * best_mix(worth, room)).sum(axis=1)
    return found
