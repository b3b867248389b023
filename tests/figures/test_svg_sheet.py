"""Sheets written directly: byte for byte what Vega draws, or left to Vega."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import vl_convert

from almpo_kit.figures import draw, svg_widths
from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.renderer import enable
from almpo_kit.figures.svg import by_vega, svg
from almpo_kit.figures.svg_numbers import plain, rounded
from almpo_kit.figures.svg_sheet import written
from almpo_kit.figures.theme import FONT

from .stand_ins import MAKERS

#: Answers to a selection, which is more than marks on a sheet.
ONLY_VEGA = {"linked"}


def _both(kind: str, n: int, width: int, **more: Any) -> tuple[Any, Any]:
    spec = json.loads(json.dumps(draw(MAKERS[kind](n, **more), kind, width=width).to_dict(), default=str))
    return written(spec, "a1"), by_vega(spec, "a1")


def test_both_writers_give_the_same_bytes(kind: str) -> None:
    ours, vega = _both(kind, 6, (720, 328)[sorted(MAKERS).index(kind) % 2])
    assert ours == vega or (ours is None and kind in ONLY_VEGA | _RUNS_OVER)


#: Figures whose words reach so near the edge on a phone that their true width decides: Vega measures them.
_RUNS_OVER = {
    *("balance_love", "coding", "context_square", "learners", "matching_function", "rule_simulation"),
    *("scenarios", "side_by_side", "trial_result"),
}


@pytest.mark.slow
def test_both_writers_give_the_same_bytes_in_every_state(kind: str) -> None:
    """All 637 pictures of all stand-ins."""
    for n, width in [*product((0, 6, 40), (720, 328)), (4, 720)]:
        ours, vega = _both(kind, n, width, synthetic=n == 4)
        assert ours == vega or (ours is None and kind in ONLY_VEGA | _RUNS_OVER), (n, width)


@pytest.mark.parametrize(
    "shape",
    [
        *("circle", "square", "diamond", "cross"),
        *(f"triangle-{way}" for way in ("up", "down", "left", "right")),
    ],
)
def test_points_of_every_shape(shape: str) -> None:
    """Also those that no stand-in shows: a region beyond the axis points left in some countries only."""
    finding = MAKERS["forest"](6)
    enable()
    sheet = Canvas(720)
    sheet.dot(x=50, y=40, shape=shape, size=95)
    chart = sheet.finish(finding, title="Shapes", subtitle="all of them", height=90)
    spec = json.loads(json.dumps(chart.to_dict(), default=str))
    ours = written(spec, "a1")
    assert ours is not None and ours == by_vega(spec, "a1")


def test_a_picture_needs_no_javascript_engine() -> None:
    # Absolute, as another test may have left this process in a folder of its own.
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        "from figures.pictures import picture\n"
        "assert picture('region_map', 6).startswith('<svg')\n"
        "sys.exit('vl_convert' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "change",
    [
        {"mark": {"type": "rect", "aria": False, "cornerRadius": 4}},
        {"mark": {"type": "bar"}},
        {"transform": [{"filter": "datum.x > 3"}]},
        {"encoding": {}},
    ],
)
def test_what_is_not_known_is_left_to_vega(change: dict[str, Any]) -> None:
    spec = draw(MAKERS["region_map"](6), "region_map").to_dict()
    assert written(spec, "a") is not None
    k = next(k for k, layer in enumerate(spec["layer"]) if layer["mark"]["type"] == "rect")
    spec["layer"][k] = spec["layer"][k] | change
    assert written(spec, "a") is None


def test_another_theme_or_kind_of_chart_is_left_to_vega() -> None:
    spec = draw(MAKERS["region_map"](6), "region_map").to_dict()
    assert written(spec | {"config": {}}, "a") is None
    assert written(spec | {"params": []}, "a") is None
    single = {"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a"}}}
    assert written(single, "a") is None
    assert svg(single).startswith("<svg")


def _measured(text: str, bold: bool) -> float:
    """Pixels that Vega finds a text of 100 pixels' height to be wide, rounded up."""
    face = {
        "font": {"value": FONT},
        "fontSize": {"value": 100},
        "fontWeight": {"value": 600 if bold else 400},
    }
    mark = {"type": "text", "encode": {"enter": {"text": {"value": text}} | face}}
    schema = "https://vega.github.io/schema/vega/v6.json"
    drawn = vl_convert.vega_to_svg(
        {"$schema": schema, "width": 1, "height": 1, "padding": 0, "marks": [mark]}
    )
    found = re.search(r'viewBox="0 0 ([\d.]+) ', drawn)
    assert found is not None
    return float(found[1])


@pytest.mark.parametrize("bold", [False, True])
def test_no_word_is_wider_than_its_bound(bold: bool) -> None:
    table = (svg_widths._REGULAR, svg_widths._BOLD)[bold]
    for letters in table.values():
        # With a mark at both ends, for space there is taken off.
        text = f".{letters}."
        assert _measured(text, bold) <= svg_widths.at_most(text, 100, bold=bold) + 1
    for text in (
        "ŠĆŽŻÓŁĘŚŃČŇŘÜÉÅ",
        "Východné Slovensko, Région de Bruxelles-Capitale",
        "Västsverige – Mellersta",
    ):
        bound = svg_widths.at_most(text, 100, bold=bold)
        assert 0.93 * bound < _measured(text, bold) <= bound + 1


def test_numbers_are_written_as_javascript_writes_them() -> None:
    assert [plain(v) for v in (0.0, -0.0, 44.85714299999999, 1e-5, 1.5e-7, 1e17)] == [
        *("0", "0", "44.85714299999999", "0.00001", "1.5e-7", "100000000000000000"),
    ]
    assert [rounded(v) for v in (0.0005, -0.0005, 1 / 3)] == ["0.001", "0", "0.333"]
