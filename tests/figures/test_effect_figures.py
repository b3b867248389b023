"""Figures of estimated effects: what they must say."""

from __future__ import annotations

import pytest

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .effect_stand_ins import effect_path, effects
from .test_draw import words


@pytest.mark.parametrize("width", [720, 328])
def test_a_path_shows_lock_in_and_the_sum(width: int) -> None:
    said = words(svg(draw(effect_path(14), width=width)))
    assert "lock-in" in said and "added up, months" in said and "months since entry" in said
    assert "95% band for all months at once" in said


def test_without_lock_in_no_red_ground() -> None:
    finding = effect_path(14)
    finding.table[["effect", "low", "high", "band_low", "band_high"]] += 20
    said = words(svg(draw(finding)))
    assert "lock-in" not in said and "Red ground" not in said


def test_a_loss_that_lasts_is_not_called_lock_in() -> None:
    finding = effect_path(14)
    finding.table[["effect", "low", "high", "band_low", "band_high"]] -= 60
    said = words(svg(draw(finding)))
    assert "worse off" in said and "lock-in" not in said.replace("(lock-in where it passes)", "")


def test_a_thin_contrast_is_said_to_be_thin() -> None:
    said = words(svg(draw(effects(5))))
    assert "too little to say" in said and "Programme number 0 against no programme" in said


def test_no_clear_effect_is_the_title_where_the_interval_holds_zero() -> None:
    finding = effects(2)
    finding.table["low"] = -9.0
    assert "no clear effect" in words(svg(draw(finding)))


def test_more_contrasts_than_panels_are_counted() -> None:
    import pandas as pd

    finding = effect_path(6)
    many = [finding.table.assign(contrast=f"programme {i} against no programme") for i in range(7)]
    object.__setattr__(finding, "table", pd.concat(many, ignore_index=True))
    assert "3 more contrasts stand in the table" in words(svg(draw(finding)))
