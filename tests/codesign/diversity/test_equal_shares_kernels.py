"""Equal shares and what they guarantee: against published examples, pabutools, and every group counted one by one."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign.diversity.kernels.completion import most_votes, raised_shares
from almpo_kit.codesign.diversity.kernels.equal_shares import equal_shares
from almpo_kit.codesign.diversity.kernels.justified_representation import extended, proportional

Array = np.ndarray[Any, np.dtype[Any]]
PINS = json.loads(
    (Path(__file__).parents[2] / "reference" / "budget_vote_pins.json").read_text(encoding="utf-8")
)


def ballots(*said: tuple[int, str], names: str) -> Array:
    """``(3, "ab")``: three people vote for a and b."""
    return np.array([[float(c in votes) for c in names] for times, votes in said for _ in range(times)])


def funded(order: Any, m: int) -> Array:
    out = np.zeros(m, dtype=bool)
    out[list(order)] = True
    return out


def test_two_published_committees_to_the_printed_fractions() -> None:
    """Lackner & Skowron (2023), examples 11 and 12: prices, and money left to each voter (abcvoting prints them)."""
    said = ballots(
        (3, "ab"), (3, "ac"), (2, "ad"), (1, "bcf"), (1, "e"), (1, "f"), (1, "g"), names="abcdefgh"
    )
    found = equal_shares(said, np.ones(8), 4.0)
    assert found.order == (0,)
    assert found.prices == pytest.approx([1 / 8], abs=1e-12)
    left = 4 / 12 - found.payments.sum(axis=1)
    np.testing.assert_allclose(left, [5 / 24] * 8 + [1 / 3] * 4, atol=1e-12)

    said = ballots((3, "cd"), (2, "ab"), (2, "ac"), (1, "bd"), names="abcd")
    found = equal_shares(said, np.ones(4), 3.0)
    assert found.order == (2, 0)
    assert found.prices == pytest.approx([1 / 5, 13 / 40], abs=1e-12)
    left = 3 / 8 - found.payments.sum(axis=1)
    np.testing.assert_allclose(left, [7 / 40] * 3 + [1 / 20] * 2 + [0, 0, 3 / 8], atol=1e-12)


def test_ninety_elections_as_by_pabutools() -> None:
    """Votes, costs as utility, and utilities that differ; in the same order."""
    assert {p["utility"] for p in PINS} == {"number", "cost", "given"}
    for pin in PINS:
        votes, cost = np.array(pin["votes"], float), np.array(pin["cost"], float)
        worth = (
            votes if pin["utility"] == "given" else (votes > 0) * (cost if pin["utility"] == "cost" else 1.0)
        )
        assert list(equal_shares(worth, cost, float(pin["budget"])).order) == pin["order"]


@st.composite
def elections(draw: Any, values: int = 1) -> tuple[Array, Array, float]:
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    cells = st.lists(st.integers(0, values), min_size=m, max_size=m)
    votes = np.array(draw(st.lists(cells, min_size=n, max_size=n)), dtype=float)
    cost = np.array(draw(st.lists(st.integers(1, 6), min_size=m, max_size=m)), dtype=float)
    return votes, cost, float(draw(st.integers(1, 14)))


def groups_one_by_one(
    utility: Array, cost: Array, budget: float, won: Array, *, one: bool, together: bool = False
) -> bool:
    """Whether every group of every size has its due, by the definition: all subsets of people and of proposals."""
    n, m = utility.shape
    for size in range(1, n + 1):
        for people in combinations(range(n), size):
            for k in range(1, m + 1):
                for wanted in combinations(range(m), k):
                    if cost[list(wanted)].sum() * n > size * budget + 1e-9:
                        continue
                    floor = utility[np.ix_(people, wanted)].min(axis=0)
                    if (floor <= 0).any():
                        continue
                    if not _has_its_due(utility, list(people), list(wanted), floor, won, one, together):
                        return False
    return True


def _has_its_due(
    utility: Array, people: list[int], wanted: list[int], floor: Array, won: Array, one: bool, together: bool
) -> bool:
    missing = [c for c in wanted if not won[c]]
    rows = [utility[people].max(axis=0)] if together else list(utility[people])
    for row in rows:
        has = row[won].sum()
        if has >= floor.sum() - 1e-9 or (one and any(has + row[c] > floor.sum() + 1e-9 for c in missing)):
            return True
    return False


@settings(max_examples=80, deadline=None)
@given(elections(), st.booleans(), st.integers(0, 15))
def test_guarantees_are_checked_as_by_counting_every_group(
    election: tuple[Array, Array, float], one: bool, some: int
) -> None:
    """Of any outcome, good or bad, and not only of those that the method brings."""
    votes, cost, budget = election
    m = len(cost)
    won = np.array([bool(some >> c & 1) for c in range(m)])
    broken = extended(votes, np.ones(m), cost, budget, won, up_to_one=one)
    assert (broken is None) == groups_one_by_one(votes, cost, budget, won, one=one)
    shared = proportional(votes > 0, np.ones(m), cost, budget, won, up_to_one=one)
    assert (shared is None) == groups_one_by_one(votes, cost, budget, won, one=one, together=True)
    assert broken is not None or shared is None, "what serves a member serves the group"


@settings(max_examples=80, deadline=None)
@given(elections(values=4))
def test_the_promise_holds_and_nobody_pays_more_than_her_share(election: tuple[Array, Array, float]) -> None:
    """Peters, Pierczyński & Skowron (2021): with any utilities, counted group by group."""
    utility, cost, budget = election
    n, m = utility.shape
    for found in (equal_shares(utility, cost, budget), raised_shares(utility, cost, budget)[0]):
        won = funded(found.order, m)
        assert cost[won].sum() <= budget + 1e-6
        np.testing.assert_allclose(found.payments[:, won].sum(axis=0), cost[won], rtol=1e-6)
        assert (found.payments[utility == 0] == 0).all()
        assert groups_one_by_one(utility, cost, budget, won, one=True)
    first = equal_shares(utility, cost, budget)
    assert (first.payments.sum(axis=1) <= budget / n * (1 + 1e-6)).all()
    more = funded((*first.order, *most_votes(utility, cost, budget, first.order)), m)
    assert groups_one_by_one(utility, cost, budget, more, one=True), "adding more breaks nothing"


def test_most_votes_can_break_what_equal_shares_keep() -> None:
    """51 people and 49: votes alone give all of the money to the 51."""
    said = np.zeros((100, 20))
    said[:51, :10] = said[51:, 10:] = 1
    cost, budget = np.ones(20), 10.0
    usual = funded(most_votes(said, cost, budget), 20)
    assert list(usual) == [True] * 10 + [False] * 10
    shared = funded(equal_shares(said, cost, budget).order, 20)
    # 49 people have money for 4.9 proposals, 51 for 5.1.
    assert (shared[:10].sum(), shared[10:].sum()) == (5, 4)
    few = np.r_[0:4, 10:14]
    broken = extended(said[:, few], np.ones(8), cost[few], 4.0, usual[few], up_to_one=True)
    assert broken is not None
    assert list(np.flatnonzero(broken.voters)) == list(range(51, 100))
    fair = funded(equal_shares(said[:, few], cost[few], 4.0).order, 8)
    assert extended(said[:, few], np.ones(8), cost[few], 4.0, fair, up_to_one=True) is None


def test_equally_good_proposals_are_told() -> None:
    said = np.array([[1.0, 1.0], [1.0, 1.0]])
    found = equal_shares(said, np.array([3.0, 3.0]), 4.0)
    assert found.order == (0,)
    assert found.ties == ((0, 1),)
    assert equal_shares(said, np.array([2.0, 2.0]), 4.0).ties == ()
