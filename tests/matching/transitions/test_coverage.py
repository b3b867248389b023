"""Coverage against its definition, its laws, and cosine and Jaccard against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from almpo_kit.matching.transitions.coverage import (
    all_coverage,
    coverage,
    held_by,
    shares,
    weights,
    with_related,
)
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.matching.transitions.symmetric import cosine, jaccard, requirement_matrix

from .worlds import KITCHEN, random_spaces, space


def from_vector(world: SkillSpace, held: np.ndarray) -> np.ndarray:
    full = with_related(world, held[None, :])[0]
    return coverage(world, shares(world, full), weights(world))


def slow_coverage(world: SkillSpace, origin: int, target: int) -> float:
    """Straight from the words of the docstrings, with dictionaries and no arrays."""
    n = len(world.occupations)
    needs = [
        {int(s): float(v) for s, v in zip(world.needed[p], world.need[p], strict=True)}
        for p in (world.requirements(i) for i in range(n))
    ]
    by = {s: sum(s in need for need in needs) for s in range(len(world.skills))}
    members: dict[int, set[int]] = {}
    for s, g in enumerate(world.group.tolist()):
        members.setdefault(g, set()).add(s)
    group_by = {g: sum(bool(m & need.keys()) for need in needs) for g, m in members.items()}

    def information(count: int) -> float:
        return math.log((n + 1) / max(count, 1))

    def holds(s: int) -> float:
        direct = needs[origin].get(s, 0.0)
        g = int(world.group[s])
        if g < 0:
            return direct
        best = max((needs[origin].get(o, 0.0) for o in members[g]), default=0.0)
        credit = world.related * min(1.0, information(group_by[g]) / information(by[s]))
        return max(direct, credit * best)

    need = needs[target]
    total = sum(information(by[s]) * v for s, v in need.items())
    met = sum(information(by[s]) * min(v, holds(s)) for s, v in need.items())
    return met / total if total > 0 else math.nan


@settings(max_examples=20, deadline=None)
@given(random_spaces())
def test_coverage_is_its_definition(world: SkillSpace) -> None:
    n = len(world.occupations)
    slow = [[slow_coverage(world, i, j) for j in range(n)] for i in range(n)]
    np.testing.assert_allclose(all_coverage(world), slow, atol=2e-6)
    one = np.array([from_vector(world, held_by(world, np.array([i]))[0]) for i in range(n)])
    np.testing.assert_allclose(one, slow, atol=2e-6)


@settings(max_examples=25, deadline=None)
@given(random_spaces(), st.data())
def test_the_laws_of_skill_distance(world: SkillSpace, data: st.DataObject) -> None:
    every = all_coverage(world)
    known = every[np.isfinite(every)]
    # Identity has distance 0; nothing is covered more than whole or less than not at all.
    own = np.diag(every)
    np.testing.assert_allclose(own[np.isfinite(own)], 1, atol=1e-6)
    assert ((known >= 0) & (known <= 1)).all()
    assert (world.specificity > 0).all() and ((world.credit >= 0) & (world.credit <= 1)).all()
    # One more skill never takes anything further away.
    held = np.array([data.draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in world.skills], dtype=np.float32)
    more = held.copy()
    more[data.draw(st.integers(0, len(held) - 1))] = 1
    before, after = from_vector(world, held), from_vector(world, more)
    assert (after[np.isfinite(after)] >= before[np.isfinite(before)] - 1e-7).all()


@settings(max_examples=25, deadline=None)
@given(random_spaces(), st.floats(0.01, 100))
def test_the_scale_of_weights_does_not_matter(world: SkillSpace, factor: float) -> None:
    share = shares(world, with_related(world, held_by(world, np.array([0])))[0])
    a = coverage(world, share, weights(world))
    np.testing.assert_allclose(coverage(world, share, factor * weights(world)), a, rtol=1e-9)


def test_a_move_up_is_longer_than_the_way_back() -> None:
    world = space(related=0.0)
    row = world.row_of
    every = all_coverage(world)
    porter, waiter = row["9412.1"], row["5131.1"]
    # A waiter can do everything a kitchen porter does, not the reverse.
    assert every[waiter, porter] == pytest.approx(1)
    assert every[porter, waiter] < 0.6


def test_related_skills_count_in_part() -> None:
    plain, credited = space(related=0.0), space(related=0.5)
    bricklayer, fitter, lawyer = (plain.row_of[c] for c in ("7112.1", "7122.1", "2611.1"))
    without, with_credit = all_coverage(plain), all_coverage(credited)
    assert without[bricklayer, fitter] < with_credit[bricklayer, fitter] < 1
    assert with_credit[bricklayer, lawyer] == without[bricklayer, lawyer] == 0


def test_what_all_need_weighs_least() -> None:
    world = space()
    weight = dict(zip(world.skills, world.specificity, strict=True))
    assert weight["id-clean"] == min(weight.values())
    assert weight["id-plead"] == max(weight.values()) == pytest.approx(math.log(len(KITCHEN) + 1))


# Importing scikit-learn takes longer than all other tests of this folder together.
@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(random_spaces())
def test_cosine_agrees_with_scikit_learn(world: SkillSpace) -> None:
    from sklearn.metrics.pairwise import cosine_similarity

    matrix = requirement_matrix(world)
    theirs = cosine_similarity(matrix)
    ours = np.array([cosine(matrix, row) for row in matrix.toarray()])
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(random_spaces())
def test_jaccard_agrees_with_scikit_learn(world: SkillSpace) -> None:
    from sklearn.metrics import pairwise_distances

    binary = requirement_matrix(world)
    binary.data = (binary.data > 0).astype(float)
    binary.eliminate_zeros()
    dense = binary.toarray()
    assume((dense > 0).any(axis=1).all())
    theirs = 1 - pairwise_distances(dense > 0, metric="jaccard")
    np.testing.assert_allclose([jaccard(binary, a) for a in dense], theirs, atol=1e-12)


def test_cosine_and_jaccard_are_their_definitions() -> None:
    matrix = requirement_matrix(space())
    dense = matrix.toarray()
    unit = dense / np.linalg.norm(dense, axis=1, keepdims=True)
    np.testing.assert_allclose([cosine(matrix, a) for a in dense], unit @ unit.T, atol=1e-12)
    slow = [[np.minimum(a, b).sum() / np.maximum(a, b).sum() for b in dense] for a in dense]
    np.testing.assert_allclose([jaccard(matrix, a) for a in dense], slow, atol=1e-12)
    assert not cosine(matrix, np.zeros(dense.shape[1])).any()


def test_all_pairs_tell_how_far_they_are() -> None:
    told: list[tuple[int, int]] = []
    all_coverage(space(), progress=lambda done, total: told.append((done, total)))
    assert told == [(len(KITCHEN), len(KITCHEN))]
