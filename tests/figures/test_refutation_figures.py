"""Robustness and the walk to a verdict, as they are drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .refutation_stand_ins import robustness, verdict
from .stand_ins import StandIn

WIDTHS = (720, 328)


def words(finding: StandIn, width: int) -> str:
    root = ElementTree.fromstring(svg(draw(finding, width=width)))
    return " ".join(" ".join(t.split()) for t in root.itertext() if t.strip())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_strongest_covariates_and_both_borders_are_named(width: int) -> None:
    drawn = words(robustness(4), width)
    assert "beyond: nothing left" in drawn and "beyond: no longer sure" in drawn
    assert "covariate number 0" in drawn and "2 × covariate number 0" in drawn
    assert "no computation can say" in drawn
    assert "7.8% of taking part" in drawn


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_to_undo_is_not_drawn_as_robust(width: int) -> None:
    finding = robustness(4)
    finding.fields["details"]["robustness"]["low"] = -200.0
    drawn = words(finding, width)
    assert "includes no effect" in drawn and "would undo" not in drawn


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("word", ["credible", "fragile", "not identified"])
def test_the_word_of_the_verdict_stands_there(word: str, width: int) -> None:
    drawn = words(verdict(12, verdict=word), width)
    assert drawn.lower().count(word) >= 2


def test_what_speaks_against_it_is_written_out() -> None:
    drawn = words(verdict(8), 720)
    assert "What was found in check 2" in drawn and "What was found in check 3" in drawn
    assert "What was found in check 0" not in drawn


def test_a_step_that_was_not_reached_says_so() -> None:
    drawn = words(verdict(5), 720)
    assert "not reached" in drawn
