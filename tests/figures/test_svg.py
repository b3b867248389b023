"""The renderer: what Altair alone does not draw. Same bytes everywhere and no clash on a page: ``test_draw``, on its pictures."""

from __future__ import annotations

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .stand_ins import MAKERS


def test_missing_regions_are_hatched_and_lettered() -> None:
    finding = MAKERS["region_map"](6)
    finding.table.loc[2, "value"] = float("nan")
    finding.fields["europe"].loc[2, "value"] = float("nan")
    picture = svg(draw(finding))
    assert "-hatch)" in picture and "<pattern" in picture
    assert picture.count("no data") >= 3  # the legend, the tile and the key


def test_marks_say_their_name_on_hover() -> None:
    assert "<title>EL03 Region number 3: 4.7%</title>" in svg(draw(MAKERS["region_map"](6)))
