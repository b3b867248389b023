"""Prices that keep lists near capacity: rounds of candidates and auction, with a bound on what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from almpo_kit.matching.assignment.candidates import Progress, candidates
from almpo_kit.matching.assignment.problem import Problem

Congestion = Literal["prices", "entropic", "none"]
#: Pairs up to which every vacancy is a candidate of everybody, so that nothing is left to be found.
_ALL_PAIRS = 4_000_000
#: Bids a place on average, after which the auction is stopped and says so.
_BIDS = 400
#: Sweeps of the large problems; small ones, where a sweep costs nothing, may take more: prices climb slowly where posts are few.
_SWEEPS, _SWEEPS_OF_SMALL, _SHARES = 400, 8000, 100_000_000


@dataclass(frozen=True)
class Solution:
    """Lists and prices.

    ``person`` row of seekers of each person; ``held`` (n_persons, width) which candidates are on the list;
    ``item``, ``score`` candidates by kind, ``plain``, ``plain_score`` (n_kinds, top) the plain top list; ``capacity`` and ``price`` by vacancy;
    ``gap`` between what was reached and what is possible at most, in score over all persons; ``bids`` or sweeps;
    ``converged``; ``step`` the tolerance used; ``complete`` where every admissible pair was a candidate.
    """

    person: np.ndarray
    held: np.ndarray
    item: np.ndarray
    score: np.ndarray
    plain: np.ndarray
    plain_score: np.ndarray
    capacity: np.ndarray
    price: np.ndarray
    gap: float
    bids: int
    converged: bool
    step: float
    complete: bool
    rounds: int


@dataclass(frozen=True)
class Settings:
    """How to solve; see :func:`~almpo_kit.matching.assignment.assigning.assign`."""

    congestion: Congestion
    top: int
    overload: float
    tolerance: float | None
    width: int
    rounds: int
    heat: float
    seed: int


def solve(
    p: Problem, capacity: np.ndarray, given: np.ndarray | None, how: Settings, progress: Progress | None
) -> Solution:
    """Make everybody's list.

    Parameters
    ----------
    p : Problem
    capacity : (n_vacancies,) float64
        Persons to whom each should be shown; NaN: an even share.
    given : (n_vacancies,) float64, optional
        Prices from an earlier run, taken as they are.
    how : Settings
    progress : callable, optional
    """
    n = p.offers.code.size
    person = np.repeat(np.arange(p.count.size, dtype=np.int32), p.count)
    kind = p.kind[person]
    complete = p.kinds.code.size * n <= _ALL_PAIRS
    width = max(
        1, n if complete and given is None and how.congestion != "none" else min(n, max(how.width, how.top))
    )
    # Never beyond capacity, a vacancy with room for less than one person takes nobody.
    whole = how.congestion == "prices" and how.overload == np.inf
    closed = np.where((capacity <= (1 - 1e-9 if whole else 0)) | (p.posts == 0), np.inf, 0.0)
    item, score = candidates(p, closed if given is None else closed + given, width, progress)
    plain, plain_score = item[:, : how.top].copy(), score[:, : how.top].copy()
    capacity = _with_even_share(p, capacity, plain, whole=whole)
    if given is not None or how.congestion == "none":
        held = np.zeros((person.size, width), bool)
        held[:, : how.top] = item[kind, : how.top] >= 0
        price = np.zeros(n) if given is None else given
        if whole:
            # As in the run that made the prices: nobody takes a place that costs more than it is worth.
            worth = score - price[item] >= -(0.005 if how.tolerance is None else how.tolerance)
            held &= worth[kind]
        return Solution(
            person, held, item, score, plain, plain_score, capacity, price, np.nan, 0, True, 0.0, complete, 1
        )
    if how.congestion == "entropic":
        return _entropic(p, capacity, how, person, item, score, (plain, plain_score), complete, progress)
    return _auction(p, capacity, how, person, item, score, (plain, plain_score), complete, progress)


def _with_even_share(p: Problem, capacity: np.ndarray, plain: np.ndarray, *, whole: bool) -> np.ndarray:
    """Where capacity is not given: places on all lists divided by posts that lie somewhere, whole persons if asked."""
    many = np.bincount(p.kind, weights=p.count, minlength=p.kinds.code.size)
    places = float((many[:, None] * (plain >= 0)).sum())
    even = max(places, 1.0) / max(float(p.posts[p.located[1]].sum()), 1.0)
    # Rounded down, an even share below one would leave everybody without a list.
    share = np.ceil(p.posts * even - 1e-9) if whole else p.posts * even
    return np.where(np.isnan(capacity), share, capacity)


def _auction(
    p: Problem,
    capacity: np.ndarray,
    how: Settings,
    person: np.ndarray,
    item: np.ndarray,
    score: np.ndarray,
    plain: tuple[np.ndarray, np.ndarray],
    complete: bool,
    progress: Progress | None,
) -> Solution:
    from almpo_kit.matching.assignment.kernels.auction import auction
    from almpo_kit.matching.assignment.kernels.entropic import merge

    kind = p.kind[person]
    queue = np.random.default_rng(how.seed).permutation(person.size).astype(np.int32)
    held = np.zeros(item.shape if person.size == 0 else (person.size, item.shape[1]), bool)
    price, load = np.zeros(capacity.size), np.zeros(capacity.size, np.int64)
    small = person.size * how.top * item.shape[1] <= 200_000
    step = how.tolerance if how.tolerance is not None else 1e-5 if small else 0.005
    total, bids, last = max(1, person.size * how.top), 0, False
    for turn in range(1, (1 if complete else how.rounds) + 1):
        last = complete or turn == how.rounds
        # The first round only tells where else to look.
        pace = step if last or turn > 1 else 5 * step
        held[:] = False
        most = _BIDS * max(total, 100_000)
        bids = auction(
            kind, item, score, capacity, how.overload, how.top, pace, queue.copy(), held, price, load, most
        )
        net = (item, score) if complete else candidates(p, price, item.shape[1], progress)
        gap = _gap(p, person, kind, item, score, held, net, price, load, capacity, how)
        if last or (turn > 1 and gap <= step * total):
            break
        merge(item, score, *net, item.shape[1] // 2)
    return Solution(
        person, held, item, score, *plain, capacity, price, gap, bids, bids < most, step, complete, turn
    )


def _gap(
    p: Problem,
    person: np.ndarray,
    kind: np.ndarray,
    item: np.ndarray,
    score: np.ndarray,
    held: np.ndarray,
    net: tuple[np.ndarray, np.ndarray],
    price: np.ndarray,
    load: np.ndarray,
    capacity: np.ndarray,
    how: Settings,
) -> float:
    """What is possible at most (weak duality, over every admissible pair) less what was reached."""
    from almpo_kit.matching.assignment.kernels.auction import dual_bound

    many = np.bincount(kind, minlength=p.kinds.code.size).astype(float)
    finite = np.where(np.isfinite(price), price, 0.0)
    bound = dual_bound(many, *net, price, how.top, how.overload == np.inf)
    bound += place_rents(finite, capacity, how.overload).sum()
    reached = sum(
        float(score[kind[a : a + 65536]][held[a : a + 65536]].sum(dtype=float))
        for a in range(0, person.size, 65536)
    )
    return bound - (reached - overload_costs(load, capacity, how.overload).sum())


def place_rents(price: np.ndarray, capacity: np.ndarray, overload: float) -> np.ndarray:
    """Price less reserve, summed over the places of each vacancy that cost less than its price."""
    if overload == np.inf:
        rents: np.ndarray = price * np.floor(capacity + 1e-9)
        return rents
    safe = np.maximum(capacity, 1e-12)
    free = np.floor(capacity + 1e-9)
    # Places beyond the capacity cost overload × (place − capacity) / capacity each.
    last = np.maximum(free, np.floor(safe * (1 + price / overload) + 1e-9))
    more = last - free
    over = overload / safe * (more * (free - safe) + more * (more + 1) / 2)
    return np.where(capacity > 0, price * last - over, 0.0)


def overload_costs(load: np.ndarray, capacity: np.ndarray, overload: float) -> np.ndarray:
    """Reserve prices of the places taken, summed over each vacancy."""
    if overload == np.inf:
        return np.zeros(load.size)
    safe = np.maximum(capacity, 1e-12)
    free = np.floor(capacity + 1e-9)
    more = np.maximum(0, load - free)
    return np.where(capacity > 0, overload / safe * (more * (free - safe) + more * (more + 1) / 2), 0.0)


def _entropic(
    p: Problem,
    capacity: np.ndarray,
    how: Settings,
    person: np.ndarray,
    item: np.ndarray,
    score: np.ndarray,
    plain: tuple[np.ndarray, np.ndarray],
    complete: bool,
    progress: Progress | None,
) -> Solution:
    from almpo_kit.matching.assignment.kernels.entropic import draw, merge, shares

    kind = p.kind[person]
    many = np.bincount(kind, minlength=p.kinds.code.size).astype(float)
    open_ = capacity > 0
    price = np.where(open_, 0.0, np.inf)
    level, none = np.zeros(many.size), np.empty((0, 0))
    strict, sweeps, moved = how.overload == np.inf, 0, np.inf
    rounds = 1 if complete else 2
    goal = how.tolerance if how.tolerance is not None else 1e-4
    most = max(_SWEEPS, min(_SWEEPS_OF_SMALL, _SHARES // max(1, item.size)))
    for turn in range(rounds):
        # The first round only tells where to search again.
        for sweeps in range(1, (most if turn + 1 == rounds else 40) + 1):
            load = np.zeros(capacity.size)
            shares(many, item, score, price, how.heat, how.top, strict, level, load, none)
            new = _answering_price(price, load, capacity, how.overload, how.heat)
            moved = float(np.abs(new[open_] - price[open_]).max(initial=0.0))
            price = new
            if progress is not None:
                progress(sweeps, most)
            if moved < goal:
                break
        if turn + 1 < rounds:
            merge(item, score, *candidates(p, price, item.shape[1], progress), item.shape[1] // 2)
    share, load = np.zeros(item.shape), np.zeros(capacity.size)
    shares(many, item, score, price, how.heat, how.top, strict, level, load, share)
    held = np.zeros((person.size, item.shape[1]), bool)
    draw(kind, share, np.random.default_rng(how.seed).random(person.size), held)
    return Solution(
        person,
        held,
        item,
        score,
        *plain,
        capacity,
        price,
        np.nan,
        sweeps,
        moved < goal,
        goal,
        complete,
        rounds,
    )


def _answering_price(
    price: np.ndarray, load: np.ndarray, capacity: np.ndarray, overload: float, heat: float
) -> np.ndarray:
    """The price at which the load, falling by a factor e for each ``heat``, meets capacity or the overload's cost."""
    open_ = capacity > 0
    log_ratio = np.full(price.size, -np.inf)
    np.log(load / np.maximum(capacity, 1e-12), out=log_ratio, where=open_ & (load > 0))
    start = np.where(open_, price, 0.0)
    high = np.maximum(0.0, start + heat * np.maximum(log_ratio, -1e6))
    if overload == np.inf:
        return np.where(open_, high, np.inf)
    low = np.zeros(price.size)
    for _ in range(50):
        middle = (low + high) / 2
        with np.errstate(over="ignore"):
            asks = overload * np.expm1(np.minimum(50.0, log_ratio - (middle - start) / heat))
        low, high = np.where(asks > middle, middle, low), np.where(asks > middle, high, middle)
    return np.where(open_, (low + high) / 2, np.inf)
