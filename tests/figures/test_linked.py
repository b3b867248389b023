"""One click on the map, and the course and the table are those of the region: in a real browser, without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from almpo_kit.figures import draw
from almpo_kit.figures.linked import live
from almpo_kit.figures.svg import svg
from almpo_kit.regions.mapping.atlas import Atlas, atlas

from .maps import gisco, indicators, locations
from .test_draw import words


def course(kind: str = "tiles") -> Atlas:
    boundaries = gisco() if kind == "polygons" else None
    return atlas(
        indicators(),
        "unemployment_rate",
        locations=locations(),
        boundaries=boundaries,
        periods="all",
        highlight="ITF3",
    )


def values(geo: str) -> list[str]:
    rows = indicators().query(f"indicator == 'unemployment_rate' and geo == '{geo}'")
    return [f"{v:.1f}%" for v in rows.sort_values("period")["value"]]


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
def test_in_print_the_chosen_region_is_read(kind: str) -> None:
    chart = draw(course(kind), "linked", width=720)
    # Measured 2026-11 with polygons: 271 kB of specification, 382 kB of picture.
    assert len(json.dumps(chart.to_dict())) < 400_000
    picture = svg(chart)
    assert len(picture) < 400_000
    said = words(picture)
    assert "Campania (ITF3)" in said and "Andalucía (ES61)" not in re.sub("<title>.*?</title>", "", picture)
    assert re.findall(r">([\d.]+%)</text>", picture) == values("ITF3")
    assert "median region" in said


@pytest.mark.slow
def test_a_click_changes_course_and_table(chromium: Any, tmp_path: Path) -> None:
    page_file = tmp_path / "linked.html"
    chart = draw(course(), "linked", width=720)
    page_file.write_text(
        chart.to_html(inline=True, embed_options={"renderer": "svg", "actions": False}), encoding="utf-8"
    )
    page = chromium.new_page(viewport={"width": 900, "height": 900})
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(page_file.as_uri())
    target = page.wait_for_selector('path[aria-label^="ES61"]', timeout=60_000)

    def table() -> list[str]:
        said: list[str] = page.evaluate("[...document.querySelectorAll('svg text')].map(t => t.textContent)")
        return [t for t in said if re.fullmatch(r"[\d.]+%", t)]

    assert table() == values("ITF3")
    target.click(force=True)
    page.wait_for_function(
        "document.querySelector('svg').textContent.includes('Andalucía (ES61)')", timeout=10_000
    )
    assert table() == values("ES61") != values("ITF3")
    assert asked == [page_file.as_uri()] and not problems


@pytest.mark.slow
def test_it_lives_in_a_notebook_without_a_network() -> None:
    widget = live(course(), width=480)
    assert type(widget).__name__ == "JupyterChart"
    names = [p["name"] for p in widget.spec["params"]]
    assert "pick" in names
    assert "cdn" not in str(type(widget)._esm)[:2_000]


def test_words_have_no_course() -> None:
    table = pd.DataFrame({"geo": ["EL30", "EL41"], "value": ["a", "b"]})
    assert "Choose a column of numbers" in words(svg(draw(atlas(table, locations=locations()), "linked")))
