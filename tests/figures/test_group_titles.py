"""What a picture of groups says of one programme is not said of all."""

from __future__ import annotations

import pytest

from almpo_kit.figures.group_effects import _title

from .effect_differences_stand_ins import EFFECT_DIFFERENCES_MAKERS


@pytest.mark.parametrize(
    ("claims", "title"),
    [
        ({"a against b": True, "c against b": False}, "Effects differ between people: only in a against b"),
        ({"a against b": True, "c against b": True}, "Effects differ between people"),
        ({"a against b": False, "c against b": False}, "No evidence that effects differ between people"),
        ({}, "No evidence that effects differ between people"),
    ],
)
def test_the_title_names_the_contrast_of_which_a_difference_is_claimed(
    claims: dict[str, bool], title: str
) -> None:
    finding = EFFECT_DIFFERENCES_MAKERS["group_effects"](6)
    object.__setattr__(finding, "claims", claims)
    assert _title(finding) == title
