"""Whole persons: rows that count several, capacities below one, conditions that look like truth values."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.matching.assignment.assigning import assign
from almpo_kit.vocabulary.errors import ParameterError

from .worlds import market


def _alike(n: int, m: int, seed: int = 1):
    s, v = market(n, m, seed, spread=0.01)
    s["occupation"], v["occupation"] = "2512", "2512"
    return s, v


def test_persons_of_a_row_without_a_list_are_counted() -> None:
    s, v = _alike(1, 1)
    s["count"] = 5
    found = assign(s, v, overload=None, capacity=2, top=2)
    assert found.n_unserved == 3
    assert found.unserved[["persons", "reason"]].to_numpy().tolist() == [
        [3, "every vacancy that fits is full or takes nobody"]
    ]
    assert found.table[["rank", "persons"]].to_numpy().tolist() == [[1, 2], [0, 3]]
    assert found.sentence.startswith("SYNTHETIC data. 2 persons get a list of up to 2 vacancies; 3 cannot")
    assert next(c for c in found.checks if c.name == "nobody left out").status == "failed"


def test_an_even_share_below_one_leaves_nobody_without_a_list() -> None:
    s, v = _alike(5, 100)
    found = assign(s, v, overload=None, top=3)
    assert found.n_unserved == 0 and (found.table["rank"] > 0).sum() == 15
    assert (found.posts["load"] <= 1).all()


def test_a_vacancy_with_room_for_nobody_is_not_shown_at_given_prices_either() -> None:
    s, v = _alike(6, 4)
    v["capacity"] = [0.7, 2.0, 2.0, 2.0]
    everybody = assign(s, v, overload=None, top=2)
    assert everybody.posts.loc[0, "load"] == 0
    one = assign(s.iloc[[2]], v, overload=None, top=4, prices=everybody.prices)
    assert "v0" not in set(one.table["vacancy"].astype(str))


@pytest.mark.parametrize("asked", [[1, 1, 1], [0, 1, 0], [0, 1, 2]])
def test_levels_of_zero_and_one_beside_other_levels_are_numbers(asked: list[int]) -> None:
    s, v = _alike(3, 3)
    s["level"], v["least"] = [0, 1, 2], asked
    found = assign(s, v, eligibility=("level", "least"), congestion="none")
    shown = found.table[found.table["rank"] > 0]
    pairs = {(int(a[1:]), int(b[1:])) for a, b in zip(shown["seeker"], shown["vacancy"], strict=True)}
    assert pairs == {(i, j) for i in range(3) for j in range(3) if np.arange(3)[i] >= asked[j]}


def test_given_prices_above_the_score_keep_a_vacancy_off_a_strict_list() -> None:
    s, v = _alike(6, 3)
    dear = {"v0": 0.1, "v1": 2.0, "v2": 0.1}
    one = assign(s.iloc[[0]], v, overload=None, top=3, prices=dear)
    assert set(one.table["vacancy"].astype(str)) == {"v0", "v2"}
    # Where capacity may be exceeded lists are full.
    assert len(assign(s.iloc[[0]], v, top=3, prices=dear).table) == 3


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_a_seed_that_is_none_names_the_way_out(seed: object) -> None:
    s, v = _alike(2, 2)
    with pytest.raises(ParameterError, match="seed="):
        assign(s, v, seed=seed)  # type: ignore[arg-type]
    assert len(assign(s, v, top=np.int64(1)).table) == 2


def test_short_lists_are_not_said_to_cost_nothing() -> None:
    s, v = _alike(10, 4)
    found = assign(s, v, overload=None, capacity=3, top=2)
    assert "leaves 40% of the places on lists empty" in found.sentence and "costs" not in found.sentence
    assert "This costs" in assign(s, v, capacity=3, top=2).sentence


@pytest.mark.parametrize("overload", [0.1, 0.5])
def test_drawn_lists_are_balanced_where_posts_are_few(overload: float) -> None:
    s, v = market(60, 12, 0, spread=0.1)
    v["capacity"] = np.resize([1.0, 3.0, 8.0], 12)
    found = assign(s, v, top=3, congestion="entropic", overload=overload)
    assert found.converged
