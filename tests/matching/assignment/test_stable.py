"""Stable matchings: textbook examples, brute force, and laws."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.matching.assignment.stable import stable
from almpo_kit.vocabulary.errors import FrameError, ParameterError


def long(lists: dict[str, str], who: str = "seeker", other: str = "vacancy") -> pd.DataFrame:
    rows = [(a, b, k + 1) for a, order in lists.items() for k, b in enumerate(order.split())]
    return pd.DataFrame(rows, columns=[who, other, "rank"])


def test_gale_and_shapley_example_two() -> None:
    """Gale & Shapley (1962), example 2: only one stable matching, and nobody has the first choice."""
    men = long({"α": "A B C D", "β": "A D C B", "γ": "B A C D", "δ": "D B C A"})
    women = long({"A": "δ γ α β", "B": "β δ α γ", "C": "δ α β γ", "D": "γ β α δ"}, "vacancy", "seeker")
    found = stable(men, women)
    assert dict(zip(found.table["seeker"], found.table["vacancy"], strict=True)) == {
        "α": "C",
        "β": "D",
        "γ": "A",
        "δ": "B",
    }
    assert found.blocking == 0


def test_three_by_three_is_the_best_for_those_who_propose() -> None:
    """Gale & Shapley (1962), example 1: three stable matchings; proposers get theirs."""
    men = long({"α": "A B C", "β": "B C A", "γ": "C A B"})
    women = long({"A": "β γ α", "B": "γ α β", "C": "α β γ"}, "vacancy", "seeker")
    assert stable(men, women).table["vacancy"].tolist() == ["A", "B", "C"]
    swapped = [f.rename(columns={"seeker": "vacancy", "vacancy": "seeker"}) for f in (women, men)]
    other = stable(*swapped).table.set_index("seeker")["vacancy"]
    assert other.to_dict() == {"A": "β", "B": "γ", "C": "α"}


def test_hospitals_with_places() -> None:
    """One-to-many: places are filled by those who stand highest."""
    doctors = long({"d1": "h1 h2", "d2": "h1 h2", "d3": "h1", "d4": "h2 h1"})
    hospitals = long({"h1": "d3 d4 d1 d2", "h2": "d1 d2 d4"}, "vacancy", "seeker")
    found = stable(doctors, hospitals, capacity={"h1": 2, "h2": 1})
    assert found.table.set_index("seeker")["vacancy"].isna().to_dict() == {
        "d1": False,
        "d2": True,
        "d3": False,
        "d4": False,
    }
    assert found.posts.set_index("vacancy")["matched"].to_dict() == {"h1": 2, "h2": 1}
    assert found.blocking == 0 and found.checks[0].status == "passed"


def _brute(wants: np.ndarray, gets: np.ndarray, capacity: np.ndarray) -> list[tuple[int, ...]]:
    """All stable matchings by trying every one; -1 is unmatched; lower is better, negative is not accepted."""
    n, m = wants.shape
    stable_ones = []
    for one in product(range(-1, m), repeat=n):
        held = [[i for i in range(n) if one[i] == j] for j in range(m)]
        if any(len(h) > c for h, c in zip(held, capacity, strict=True)):
            continue
        if any(j >= 0 and wants[i, j] < 0 for i, j in enumerate(one)):
            continue
        blocked = any(
            wants[i, j] >= 0
            and (one[i] < 0 or wants[i, j] < wants[i, one[i]])
            and (len(held[j]) < capacity[j] or any(gets[i, j] < gets[k, j] for k in held[j]))
            and capacity[j] > 0
            for i in range(n)
            for j in range(m)
        )
        if not blocked:
            stable_ones.append(one)
    return stable_ones


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000), n=st.integers(1, 5), m=st.integers(1, 3), most=st.integers(0, 3))
def test_brute_force_agrees(seed: int, n: int, m: int, most: int) -> None:
    draw = np.random.default_rng(seed)
    wants = np.array([draw.permutation(m) for _ in range(n)])
    gets = np.array([draw.permutation(n) for _ in range(m)]).T
    wants = np.where(draw.random((n, m)) < 0.25, -1, wants)
    capacity = draw.integers(0, most + 1, m)
    pairs = [(f"s{i}", f"v{j}", i, j) for i in range(n) for j in range(m) if wants[i, j] >= 0]
    if not pairs:
        return
    frame = pd.DataFrame(pairs, columns=["seeker", "vacancy", "i", "j"])
    own = frame.assign(rank=[wants[i, j] for _, _, i, j in pairs])
    theirs = frame.assign(rank=[gets[i, j] for _, _, i, j in pairs])
    found = stable(own, theirs, capacity={f"v{j}": int(capacity[j]) for j in range(m)})
    table = found.table.set_index("seeker")["vacancy"]
    got = tuple(-1 if pd.isna(v := table.get(f"s{i}")) else int(v[1:]) for i in range(n))
    every = _brute(wants, gets, capacity)
    assert got in every
    # The best for every person among all stable matchings.
    for other in every:
        for i in range(n):
            if other[i] >= 0:
                assert got[i] >= 0 and wants[i, got[i]] <= wants[i, other[i]]


def test_a_blocking_pair_is_counted() -> None:
    from almpo_kit.matching.assignment.kernels.deferred_acceptance import blocking

    start, choice = np.array([0, 2, 4]), np.array([0, 1, 0, 1], np.int32)
    standing, capacity = np.array([0, 0, 1, 1], np.int32), np.array([1, 1])
    assert blocking(start, choice, standing, capacity, np.array([0, 3])) == 0
    assert blocking(start, choice, standing, capacity, np.array([1, 2])) == 1


def test_order_of_rows_and_ties() -> None:
    scores = pd.DataFrame(list(permutations("abc", 2)), columns=["seeker", "vacancy"]).assign(score=0.5)
    found = stable(scores, seed=3)
    assert found.table.equals(stable(scores, seed=3).table)
    assert any(c.name == "ties" for c in found.checks)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda f: f.drop(columns="vacancy"), FrameError, "seeker, vacancy"),
        (lambda f: pd.concat([f, f]), FrameError, "twice"),
        (lambda f: f.assign(score=[np.nan, 1.0]), FrameError, "no score"),
        (lambda f: f.drop(columns="score").assign(rank=[1, 2]), FrameError, "priorities="),
    ],
)
def test_what_cannot_be_matched_says_why(change: object, error: type[Exception], says: str) -> None:
    frame = pd.DataFrame({"seeker": ["a", "b"], "vacancy": ["x", "x"], "score": [0.2, 0.9]})
    with pytest.raises(error, match=says):
        stable(change(frame))  # type: ignore[operator]


def test_capacity_must_be_places() -> None:
    frame = pd.DataFrame({"seeker": ["a", "b"], "vacancy": ["x", "y"], "score": [0.2, 0.9]})
    for wrong in (-1, {"x": 1}, {"x": 1.5, "y": 1}):
        with pytest.raises(ParameterError, match="capacity"):
            stable(frame, capacity=wrong)  # type: ignore[arg-type]
    assert stable(frame, capacity=0).n_matched == 0


def test_a_first_choice_that_does_not_accept_is_not_called_the_first() -> None:
    wants = pd.DataFrame({"seeker": ["a", "a"], "vacancy": ["x", "y"], "rank": [1, 2]})
    found = stable(wants, pd.DataFrame({"seeker": ["a"], "vacancy": ["y"], "rank": [1]}))
    assert "1 to their first choice among the vacancies that accept them" in found.sentence
