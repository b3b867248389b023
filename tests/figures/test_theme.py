"""Colours that can be read, words that fit, numbers that can be said aloud."""

from __future__ import annotations

import itertools

import pytest

from almpo_kit.figures import theme
from almpo_kit.figures.lettering import fit, spread, text_width, wrap
from almpo_kit.figures.scales import LIMITS, classes, ticks
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7])
def test_lettering_on_tiles_can_be_read(n: int) -> None:
    for colour in (*theme.sequential(n), theme.MISSING):
        assert theme.contrast(theme.letter_on(colour), colour) >= 4.5, colour
    # The hatch crosses the lettering of missing regions.
    assert theme.contrast(theme.INK, theme.CONTEXT) >= 4.5


@pytest.mark.parametrize("n", [5, 6, 7])
def test_classes_grow_evenly_darker_so_grey_print_keeps_their_order(n: int) -> None:
    light = [theme.luminance(c) ** (1 / 2.2) for c in theme.sequential(n)]
    assert all(a - b > 0.06 for a, b in itertools.pairwise(light))


def test_every_programme_type_has_a_colour_that_shows() -> None:
    assert set(theme.PROGRAMME_COLOURS) == set(PROGRAMME_TYPES)
    for colour in (*theme.PROGRAMME_COLOURS.values(), theme.HIGHLIGHT, theme.ACCENT):
        assert theme.contrast(colour, theme.GROUND) >= 3.0
    for colour in (theme.INK, theme.MUTED, theme.GOOD, theme.NEUTRAL, theme.BAD, theme.ERROR):
        assert theme.contrast(colour, theme.GROUND) >= 4.5


@pytest.mark.parametrize("key", sorted(LIMITS))
def test_class_limits_are_fixed_and_cover_everything(key: str) -> None:
    a, b = classes(key, [1, 2, 3]), classes(key, [50, 60])
    assert a == b and a.fixed
    assert 5 <= len(a.colours) <= 7
    assert a.of(-1e9) == 0 and a.of(1e9) == len(a.colours) - 1
    assert a.of(a.limits[0]) == 1


def test_an_unknown_indicator_gets_round_limits() -> None:
    made = classes("rain", [3.1, 4.7, 9.9, 12.2, 18.0, 25.3])
    assert not made.fixed
    assert all(float(v).is_integer() for v in made.limits)
    assert classes("rain", []).labels == ("all",)


def test_ticks_are_round() -> None:
    assert ticks(-3.2, 11.8) == [-2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0] or ticks(-3.2, 11.8) == [0.0, 5.0, 10.0]
    assert ticks(0, 1) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_wrapping_keeps_every_word_and_the_width() -> None:
    sentence = (
        "Arbeitsunfähigkeitsbescheinigungsverordnung " + "in the year of two thousand and twenty-four " * 3
    )
    lines = wrap(sentence, 15, 296, bold=True)
    assert all(text_width(line, 15, bold=True) <= 296 for line in lines)
    assert "".join("".join(lines).split()) == "".join(sentence.split())
    assert len(wrap(sentence, 15, 296, lines=2)) == 2
    assert wrap(sentence, 15, 296, lines=2)[-1].endswith("…")


def test_fitting_shortens_only_what_is_too_long() -> None:
    assert fit("Attiki", 12, 200) == "Attiki"
    short = fit("Provincia Autonoma di Bolzano/Bozen", 12, 100)
    assert short.endswith("…") and text_width(short, 12) <= 100


def test_labels_are_spread_without_overlap() -> None:
    placed = spread([10, 10, 10, 50, 51], 14, 0, 100)
    ordered = sorted(placed)
    assert all(b - a >= 14 - 1e-9 for a, b in itertools.pairwise(ordered))
    assert min(placed) >= 0 and max(placed) <= 100
    assert spread([5, 80], 14, 0, 100) == [5, 80]
