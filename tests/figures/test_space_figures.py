"""The Moran scatter plot and the coefficients of a spatial model: what they must show."""

from __future__ import annotations

import itertools
import re

import pytest

from almpo_kit.figures import draw
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.svg import svg

from .space_stand_ins import moran, spatial_model
from .test_draw import words


@pytest.mark.parametrize("width", [328, 720])
def test_the_highlighted_region_is_named_and_classes_are_counted(width: int) -> None:
    said = words(svg(draw(moran(30), width=width)))
    assert "Region number 2 (EL02)" in said or "(EL02)" in said
    # Every fifth of thirty regions is in each class.
    for kind in ("high among high", "low among low", "high among low", "low among high"):
        assert f"{kind}: 6" in said
    assert "24 regions stand out together with their neighbours" in said
    assert "false discoveries held to 5%" in said and "slope 0.50" in said


def test_without_classes_the_title_is_the_statistic() -> None:
    finding = moran(30)
    del finding.table["cluster"]
    said = words(svg(draw(finding)))
    assert "Unemployment rate: Moran's I is 0.50" in said
    assert "high among high:" not in said and "high among high" in said


def test_a_highlighted_region_without_a_value_is_said() -> None:
    said = words(svg(draw(moran(30, highlight=("EL02", "EL99")))))
    assert "Without a value or a neighbour, so not drawn: EL99." in said


def test_labels_do_not_cover_each_other() -> None:
    picture = svg(draw(moran(120, highlight=tuple(f"EL{i:02d}" for i in range(3)))))
    placed = set(re.findall(r'translate\(([\d.]+),([\d.]+)\)"[^>]*>(Region number \d+ \([^<]*)', picture))
    assert len(placed) >= 4
    for (x1, y1, one), (x2, y2, other) in itertools.combinations(placed, 2):
        left, right = sorted([(float(x1), one), (float(x2), other)])
        beside = left[0] + text_width(left[1], 11) / 1.05 <= right[0] + 1
        assert abs(float(y1) - float(y2)) >= 11 or beside, f"{one} lies on {other}"


def test_impacts_in_all_come_first_and_are_lettered() -> None:
    said = words(svg(draw(spatial_model(2))))
    assert said.index("in all") < said.index("at home") < said.index("through neighbours")
    assert "1.00 (0.30 to 1.70)" in said and "−2.00 (−2.70 to −1.30)" in said
    assert "ρ, how a region goes with its neighbours' response: 0.50 (0.40 to 0.60)." in said
    assert "Association across regions, not an effect of one on the other." in said


def test_an_error_model_has_coefficients_and_no_impacts() -> None:
    finding = spatial_model(2, model="error")
    finding.table["part"] = "coefficient"
    object.__setattr__(finding, "table", finding.table.iloc[[0, 3]])
    said = words(svg(draw(finding)))
    assert "through neighbours" not in said and "λ, how a region goes" in said
