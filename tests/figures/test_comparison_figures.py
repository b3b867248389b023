"""Peers, types, convergence and moves as they are drawn, from real answers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from almpo_kit import regions, sources
from almpo_kit.figures.svg import svg
from almpo_kit.vocabulary.finding import Finding


@cache
def answer(verb: str, **options: Any) -> Finding:
    found: Finding = getattr(regions, verb)(sources.indicators(level=2), sources.nuts(), **options)
    return found


def words(finding: Finding, width: int = 720) -> str:
    root = ElementTree.fromstring(svg(finding.plot(width=width)))
    return " ".join(t.strip() for t in root.itertext() if t.strip())


@pytest.mark.parametrize("width", [360, 720])
def test_peers_show_their_values_and_the_cut_off(width: int) -> None:
    lettering = words(answer("peers", region="EL43", draws=20), width)
    assert "Kriti (EL43): 4 of the 10 nearest regions are comparable" in lettering
    assert "cut-off 0.59" in lettering and "Sterea Elláda (EL64)" in lettering
    assert "Unemployment · 2024" in lettering and "8.6%" in lettering
    assert "nearest 6.4% to 10.1%" in lettering
    # A value may not lose its digits to the room there is.
    assert "nearest 19\u202f500 PPS to 31\u202f700 PPS" in lettering


def test_nobody_comparable_is_said_in_the_title() -> None:
    finding = answer("peers", region="LU00", draws=20)
    assert "Luxembourg (LU00): no region is truly comparable" in words(finding)
    picture = svg(finding.plot(width=720))
    # All ten are hollow: white with a coloured rim.
    assert len(re.findall(r'<path[^>]*fill="white"[^>]*stroke="#0B4EA2"', picture)) == 10


def test_no_types_is_a_picture_too() -> None:
    lettering = words(answer("typology"))
    assert "The EU’s regions form no clear types" in lettering and "a world without" in lettering


@pytest.mark.parametrize("width", [360, 720])
def test_classes_for_convenience_are_called_that(width: int) -> None:
    lettering = words(answer("typology", classes=5), width)
    assert "in 5 classes, for convenience: no clear types" in lettering.replace("  ", " ")
    assert "not to be trusted" in lettering and "near the average" in lettering


def test_the_break_stands_between_two_lines() -> None:
    finding = answer("convergence", first=2018)
    lettering = words(finding)
    assert "new survey" in lettering and "nothing is compared across" in lettering
    assert "half a gap closes in 6 years (95%: 3 to 18)" in lettering
    # The dispersion of all regions is two lines, not one across the break.
    lines = [p for p in re.findall(r"<path[^>]*>", svg(finding.plot())) if 'stroke-width="2.6"' in p]
    assert len(lines) == 2
    assert "new survey" not in words(answer("convergence"))


@pytest.mark.parametrize("width", [360, 720])
def test_moves_have_shares_and_counts(width: int) -> None:
    lettering = words(answer("transitions"), width)
    assert "83% of regions stay in their class" in lettering.replace("  ", " ")
    assert "88%" in lettering and " 321 " in lettering and "under 1%" in lettering
    assert "sampling error alone could make up to about 17% do so" in lettering.replace("  ", " ")
