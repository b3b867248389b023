"""Classes of a map told apart by everybody, in grey print too where there are no letters."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from almpo_kit.figures.map_colours import class_colours, meaning, signs
from almpo_kit.figures.theme import HIGHLIGHT, contrast, letter_on

from .vision import SIGHTS, apart

BLIND = [s for s in SIGHTS if s != "grey"]
SETTLED = (
    ("HH", "HL", "LH", "LL", "not significant", "no neighbour"),
    ("high", "mixed", "low", "near the threshold"),
)


@pytest.mark.parametrize("n", range(2, 8))
@pytest.mark.parametrize("scale", ["sequential", "diverging"])
def test_neighbouring_classes_are_told_apart(scale: str, n: int) -> None:
    colours = class_colours(scale, tuple("abcdefg"[:n]))
    assert len(set(colours)) == n
    for sight in BLIND:
        # Measured 2026-11: 10 at the least for six classes, 7 for seven; 2.3 can just be told apart.
        assert min(apart(a, b, sight) for a, b in pairwise(colours)) >= (10 if n < 7 else 7), sight
    assert min(apart(a, b, "grey") for a, b in pairwise(colours)) >= 5


@pytest.mark.parametrize("n", range(2, 8))
def test_a_rate_darkens_from_low_to_high(n: int) -> None:
    colours = class_colours("sequential", tuple("abcdefg"[:n]))
    assert all(contrast(a, "#FFFFFF") < contrast(b, "#FFFFFF") for a, b in pairwise(colours))


@pytest.mark.parametrize("n", range(1, 8))
def test_a_change_has_two_sides(n: int) -> None:
    colours = class_colours("diverging", tuple("abcdefg"[:n]))
    assert class_colours("diverging", tuple("abcdefg"[:n]), favourable=1) == colours[::-1]
    marks = signs(n)
    assert len(marks) == n
    for k in range(n // 2):
        assert marks[k].replace("−", "+") == marks[-1 - k]
    if n > 1:
        for sight in SIGHTS:
            assert apart(colours[0], colours[-1], sight) >= 8, f"the ends look alike: {sight}"


@pytest.mark.parametrize("classes", [*SETTLED, *(tuple("abcdefghi"[:n]) for n in range(2, 10))], ids=len)
def test_categories_are_told_apart(classes: tuple[str, ...]) -> None:
    colours = class_colours("categories", classes)
    for sight in BLIND:
        assert min(apart(a, b, sight) for a, b in combinations(colours, 2)) >= 15, sight


def test_no_category_looks_like_the_outline() -> None:
    for colour in class_colours("categories", tuple("abcdefghi")):
        for sight in BLIND:
            assert apart(colour, HIGHLIGHT, sight) >= 15 or contrast(colour, HIGHLIGHT) > 1.4


def test_letters_can_be_read_on_every_class() -> None:
    every = [c for s in SETTLED for c in class_colours("categories", s)]
    every += class_colours("categories", tuple("abcdefghi"))
    every += [c for n in range(1, 8) for c in class_colours("diverging", tuple("abcdefg"[:n]))]
    for colour in every:
        assert contrast(letter_on(colour), colour) >= 4.5, colour


def test_a_word_keeps_its_colour() -> None:
    assert class_colours("categories", ("HH", "LL")) == class_colours("categories", SETTLED[0])[::3][:2]
    mine = class_colours("categories", ("high", "growing"))
    assert mine == class_colours("categories", ("a", "b")), "one settled word does not settle the others"
    assert meaning("LH") == "low among high" and meaning("capital regions") == "capital regions"
