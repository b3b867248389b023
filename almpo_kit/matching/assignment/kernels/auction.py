"""Auction of places on lists: everybody bids for the vacancies that suit, prices rise where too many want in."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def _meld(a: int, b: int, bid: np.ndarray, left: np.ndarray, right: np.ndarray) -> int:
    """Join two skew heaps (lowest bid on top); amortised logarithmic."""
    root, parent = -1, -1
    while a >= 0 and b >= 0:
        if bid[b] < bid[a]:
            a, b = b, a
        if parent < 0:
            root = a
        else:
            left[parent] = a
        following = right[a]
        right[a] = left[a]
        left[a] = -1
        parent, a = a, following
    rest = a if a >= 0 else b
    if parent < 0:
        return rest
    left[parent] = rest
    return root


@numba.njit(cache=True, nogil=True)
def reserve(taken: int, capacity: float, overload: float) -> float:
    """What the next place costs when ``taken`` are taken: nothing up to the capacity, then ever more."""
    over = taken + 1 - capacity
    if over <= 1e-9:
        return 0.0
    if capacity <= 0 or overload == np.inf:
        return np.inf
    return overload * over / capacity


@numba.njit(cache=True, nogil=True)
def auction(
    kind: np.ndarray,
    item: np.ndarray,
    score: np.ndarray,
    capacity: np.ndarray,
    overload: float,
    top: int,
    step: float,
    queue: np.ndarray,
    held: np.ndarray,
    price: np.ndarray,
    load: np.ndarray,
    most: int,
) -> int:
    """Assign up to ``top`` places to each person by a forward auction.

    Prices start at zero and only rise, and a vacancy that is not full costs nothing; so, at the end, total
    score less the cost of overload is within ``step`` per place of the optimum (complementary slackness up to
    ``step``; Bertsekas & Castañon 1989). A person bids for all places still missing at once, down to the best
    alternative that would remain.

    Parameters
    ----------
    kind : (n_persons,) int32
        Row of ``item`` and ``score`` that holds the person's candidates.
    item, score : (n_kinds, width)
        Vacancies (-1 ends a row) and their scores.
    capacity : (n_vacancies,) float64
    overload : float
        Cost, in score, of each capacity's worth of persons beyond the capacity; infinite: never beyond, and
        nobody takes a place that costs more than it is worth.
    top : int
    step : float
        Smallest rise of a bid.
    queue : (n_persons,) int32
        Everybody, in the order of first bids; overwritten.
    held : (n_persons, width) bool
        Filled: which candidates a person holds.
    price, load : (n_vacancies,) float64, int64
        Filled.
    most : int
        Bids after which to give up.

    Returns
    -------
    int
        Number of bids; ``most`` or more where it was stopped, and then the result is feasible, not optimal.
    """
    n, width = kind.shape[0], item.shape[1]
    strict = overload == np.inf
    left, right = np.full(n * top, -1, np.int32), np.full(n * top, -1, np.int32)
    bid, what = np.empty(n * top, np.float64), np.full(n * top, -1, np.int32)
    root, number = np.full(price.shape[0], -1, np.int32), np.zeros(n, np.int32)
    waiting = np.ones(n, np.bool_)
    for j in range(price.shape[0]):
        price[j] = reserve(0, capacity[j], overload)
        load[j] = 0
    best, value = np.empty(top + 1, np.int32), np.empty(top + 1)
    head, length, bids = 0, n, 0
    while length and bids < most:
        i = queue[head]
        head = head + 1 if head + 1 < n else 0
        length -= 1
        waiting[i] = False
        row, missing, found = kind[i], top - number[i], 0
        for c in range(width):
            j = item[row, c]
            if j < 0:
                break
            if held[i, c] or price[j] == np.inf:
                continue
            net = score[row, c] - price[j]
            if (strict and net <= 0) or (found > missing and net <= value[missing]):
                continue
            at = found if found <= missing else missing
            while at and value[at - 1] < net:
                value[at], best[at] = value[at - 1], best[at - 1]
                at -= 1
            value[at], best[at] = net, c
            found = min(found + 1, missing + 1)
        # The best alternative left over; where there is none, staying away (strict) or any price at all.
        outside = value[missing] if found > missing else (0.0 if strict else -1e6)
        for b in range(min(found, missing)):
            c = best[b]
            j = item[row, c]
            offer = price[j] + (value[b] - outside) + step
            bids += 1
            fresh = reserve(load[j], capacity[j], overload)
            if root[j] >= 0 and bid[root[j]] < fresh:
                out = root[j]
                root[j] = _meld(left[out], right[out], bid, left, right)
                other = out // top
                held[other, what[out]] = False
                what[out], left[out], right[out] = -1, -1, -1
                number[other] -= 1
                if not waiting[other]:
                    waiting[other] = True
                    end = head + length
                    queue[end if end < n else end - n] = other
                    length += 1
            else:
                load[j] += 1
            node = i * top
            while what[node] >= 0:
                node += 1
            what[node], bid[node] = c, offer
            root[j] = _meld(root[j], node, bid, left, right)
            held[i, c] = True
            number[i] += 1
            price[j] = min(bid[root[j]], reserve(load[j], capacity[j], overload))
    return bids


@numba.njit(cache=True, nogil=True)
def dual_bound(
    kind_count: np.ndarray,
    item: np.ndarray,
    score: np.ndarray,
    price: np.ndarray,
    top: int,
    strict: bool,
) -> float:
    """What all persons could reach at most at these prices: the sum of their ``top`` best scores less prices."""
    total = 0.0
    value = np.empty(top)
    for row in range(item.shape[0]):
        found = 0
        for c in range(item.shape[1]):
            j = item[row, c]
            if j < 0:
                break
            net = score[row, c] - price[j]
            if (strict and net <= 0) or price[j] == np.inf or (found == top and net <= value[top - 1]):
                continue
            at = found if found < top else top - 1
            while at and value[at - 1] < net:
                value[at] = value[at - 1]
                at -= 1
            value[at] = net
            found = min(found + 1, top)
        total += kind_count[row] * value[:found].sum()
    return total
