"""Months of training: sums of what is stated, steps between levels, and ranges in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import matching
from almpo_kit.matching.transitions.coverage import held_by, shares, with_related
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.matching.transitions.training import (
    TrainingAssumptions,
    formal_months,
    learning_months,
    months_per_skill,
    other_field,
    with_qualification,
)
from almpo_kit.vocabulary.errors import ParameterError

from .worlds import random_spaces, space

DEFAULT = TrainingAssumptions()


def test_months_add_up_over_missing_essential_skills() -> None:
    world = space(related=0.0)
    held = held_by(world, np.array([world.row_of["5131.1"]]))[0]
    months = learning_months(world, shares(world, held), months_per_skill(world, DEFAULT))
    # A barista must learn to brew, sector-specific; latte art is optional.
    np.testing.assert_allclose(months[world.row_of["5132.1"]], DEFAULT.sector_specific)
    lawyer = months[world.row_of["2611.1"]]
    factor = 3 + DEFAULT.knowledge  # three plain skills and one of knowledge; pleading is occupation-specific
    expected = factor * np.array(DEFAULT.sector_specific) + np.array(DEFAULT.occupation_specific)
    np.testing.assert_allclose(lawyer, expected)


@settings(max_examples=30, deadline=None)
@given(random_spaces(), st.data())
def test_more_skills_never_take_longer(world: SkillSpace, data: st.DataObject) -> None:
    per_skill = months_per_skill(world, DEFAULT)
    held = np.array([data.draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in world.skills])
    more = held.copy()
    more[data.draw(st.integers(0, len(held) - 1))] = 1.0
    first, then = (
        learning_months(world, shares(world, with_related(world, h[None, :])[0]), per_skill)
        for h in (held, more)
    )
    assert (then <= first + 1e-9).all()
    assert (np.diff(first, axis=1) >= -1e-12).all(), "low, typical, high stand in order"


def test_steps_between_levels_add_up() -> None:
    steps = formal_months(2, np.array([1.0, 2.0, 3.0, 4.0]), DEFAULT)
    np.testing.assert_allclose(steps[:, 1], [0, 0, 24, 54])
    np.testing.assert_allclose(formal_months(3, np.array([4.0]), DEFAULT), [DEFAULT.to_level_4])
    assert not formal_months(float("nan"), np.array([4.0]), DEFAULT).any()


def test_another_field_asks_for_its_own_schooling() -> None:
    unit, level = np.array(["2261", "2513", "2514", "7112"]), np.array([4.0, 4.0, 4.0, 2.0])
    field = other_field(unit, level, np.array(["2512"]), 2)
    unit_differs = other_field(unit, level, np.array(["2512"]), 4)
    assert field.tolist() == [True, False, False, False]
    assert unit_differs.tolist() == [True, True, True, False]
    months = with_qualification(
        np.tile([0.1, 0.5, 1.0], (4, 1)),
        np.array([0.1, 0.5, 1.0, 0.0]),
        level,
        unit_differs=unit_differs,
        field_differs=field,
        assumed=DEFAULT,
    )
    # A dentist of a developer takes most of a dentist's studies; a bricklayer needs no degree.
    np.testing.assert_allclose(months[0], [0.1, 0.9 * 54, 0.9 * 72])
    np.testing.assert_allclose(months[1], [0.1, 0.5, 27])
    np.testing.assert_allclose(months[2:], [[0.1, 0.5, 1.0]] * 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sector_specific": (1.0, 0.5, 2.0)},
        {"to_level_3": (-1.0, 0.0, 1.0)},
        {"transversal": (1.0, 2.0)},
        {"knowledge": -1.0},
        {"cost_per_month": float("nan")},
        {"to_level_2": (0.0, 1.0, float("inf"))},
    ],
)
def test_assumptions_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        TrainingAssumptions(**wrong)  # type: ignore[arg-type]


def test_the_assumptions_can_be_read() -> None:
    table = matching.assumption_table(DEFAULT)
    assert table.columns.tolist() == ["what", "low", "typical", "high"]
    assert len(table) == 7
