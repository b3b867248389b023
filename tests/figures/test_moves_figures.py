"""Moves between occupations as they are drawn."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from almpo_kit.figures.demand_marks import DEMAND_INKS
from almpo_kit.figures.svg import svg
from almpo_kit.figures.theme import contrast
from almpo_kit.vocabulary.finding import Finding

from .moves_stand_ins import pathway, reachable, skill_gap


def words(finding: Finding, width: int = 720) -> str:
    root = ElementTree.fromstring(svg(finding.plot(width=width)))
    return " ".join(t.strip() for t in root.itertext() if t.strip())


def drawn(kind: Any, n: int, width: int, **fields: Any) -> str:
    return words(kind(n, **fields), width)


@pytest.mark.parametrize("width", [328, 720])
def test_reachable_names_each_occupation_with_its_demand_in_words(width: int) -> None:
    lettering = drawn(reachable, 5, width)
    assert "From waiter: 5 occupations are within reach" in lettering.replace("  ", " ")
    for kind in ("tighter than average", "about average", "over-supplied", "too few to say"):
        assert kind in lettering
    assert "occupation number 4" in lettering and "90%" in lettering
    assert "Hollow: beyond the rule" in lettering
    assert "an assumption with its range" in lettering


def test_without_demand_there_is_no_legend_of_it() -> None:
    lettering = drawn(reachable, 3, 720, geo="", period="")
    assert "tighter than average" not in lettering and "demand in" not in lettering


@pytest.mark.parametrize("width", [328, 720])
def test_pathway_shows_both_ways_and_what_is_not_allowed(width: int) -> None:
    finding = pathway(3)
    finding.table.loc[0, ["months", "months_low", "months_high"]] = [40.0, 20.0, 60.0]
    finding.table.loc[0, "why_not"] = "the training is too long"
    lettering = words(finding, width).replace("  ", " ")
    assert "At once" in lettering and "With stops · the cheapest" in lettering
    assert "Not within the rule: the training is too long" in lettering
    assert "about 40 months" in lettering and "20 to 60 months" in lettering


@pytest.mark.parametrize("width", [328, 720])
def test_skill_gap_groups_by_what_is_held(width: int) -> None:
    lettering = drawn(skill_gap, 40, width).replace("  ", " ")
    assert "20 of 40 essential skills are missing" in lettering
    for head in ("Missing ·", "A related skill is held ·", "Partly held ·", "Held ·"):
        assert head in lettering
    assert "(through skill number 101)" in lettering and "more" in lettering
    assert "optional skills not shown" in lettering


def test_marks_of_demand_stand_out_from_paper() -> None:
    assert min(contrast(ink, "#FFFFFF") for ink in DEMAND_INKS.values()) >= 3
