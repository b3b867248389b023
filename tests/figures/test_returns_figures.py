"""Displacement and payback: what their pictures must say."""

from __future__ import annotations

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .returns_stand_ins import displacement, returns
from .test_draw import words


def test_a_gain_that_is_not_shown_is_named_so_and_has_no_break_even() -> None:
    finding = displacement(2)
    finding.table["net_low"] = [-0.5, 0.2]
    said = words(svg(draw(finding, "displacement", width=720)))
    assert "Programme number 0 (no gain shown)" in said and "Programme number 1" in said
    assert "assumed: 40%" in said
    # The break-even rate of the first would be 50%, that of the second is 48%.
    assert " 50% " not in said and "48%" in said


def test_a_payback_says_where_nothing_was_estimated() -> None:
    said = words(svg(draw(returns(8), "returns", width=720)))
    assert "not estimated" in said and "even in year 5" in said
    assert "the chance that it pays back within 8 years is 62%" in said
