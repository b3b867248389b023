"""What the Beveridge figures show and what they leave out."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import regions, sources
from almpo_kit.figures import draw
from almpo_kit.figures.beveridge import _steps
from almpo_kit.figures.path_labels import along, place
from almpo_kit.figures.svg import svg
from almpo_kit.figures.timeline import in_place, lonely, points, when

from .stand_ins import Curve, beveridge, quarters, tightness, turning_points


@dataclass(frozen=True)
class Parts:
    """What the title reads of a split."""

    shift: float
    told: bool


@pytest.mark.parametrize(
    ("parts", "title"),
    [
        (None, "Whether the Beveridge curve in Greece moved between 2019 and 2025 cannot be told"),
        (
            Parts(-1.0, False),
            "Whether the Beveridge curve in Greece moved between 2019 and 2025 cannot be told",
        ),
        (Parts(-1.0, True), "The Beveridge curve in Greece moved inward between 2019 and 2025"),
        (Parts(1.0, True), "The Beveridge curve in Greece moved outward between 2019 and 2025"),
    ],
)
def test_the_title_claims_what_the_split_tells(parts: Parts | None, title: str) -> None:
    assert f">{title}" in svg(draw(beveridge(28, parts=parts))).replace("</text>", "")


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        (None, False),
        (Curve(), True),
        (Curve(low=-0.1), False),
        (Curve(low=0.9, high=0.9, assumed=True), True),
    ],
)
def test_no_curve_is_drawn_where_its_slope_is_not_told(line: Curve | None, drawn: bool) -> None:
    picture = svg(draw(beveridge(28, line=line)))
    assert ("stroke-dasharray" in picture) == drawn
    assert ("Dashed: log-linear curve" in picture) == drawn
    assert ("(assumed)" in picture) == (drawn and line is not None and line.assumed)


def test_the_path_is_not_drawn_over_a_gap() -> None:
    table = quarters(12)
    table.loc[[5], "vacancies_adjusted"] = math.nan
    finding = beveridge(12)
    object.__setattr__(finding, "table", table)
    steps = _steps(finding)
    assert len(steps) == 11 and {s["part"] for s in steps[:5]} != {s["part"] for s in steps[5:]}
    picture = svg(draw(finding))
    assert "The path is broken where a pair is missing" in picture


@pytest.mark.parametrize("width", [328, 720])
def test_first_and_last_quarter_are_named_and_the_pandemic_is(width: int) -> None:
    picture = svg(draw(beveridge(28), width=width))
    assert ">2019-Q1<" in picture and ">2025-Q4<" in picture
    assert "Orange squares: the pandemic, 2020-Q1 to 2021-Q2" in picture


def test_real_figures_of_every_country_with_pairs() -> None:
    national = sources.indicators(level=0)
    for country in ("EL", "AT", "EU27_2020"):
        for width in (328, 720):
            found = regions.beveridge(national, country=country)
            assert "Source: national_indicators 2026-1" in svg(draw(found, width=width))
            assert "upper bound" in svg(draw(regions.tightness(national, country=country), width=width))


def test_turns_are_lettered_with_date_and_value() -> None:
    picture = svg(draw(turning_points(28)))
    value = quarters(28)["unemployment_used"].iloc[8]
    assert f"2021-Q1: {value:.1f}" in picture
    assert "Shaded: unemployment rate rising" in picture and ">pandemic<" in picture


def test_tightness_says_whether_it_is_a_bound() -> None:
    assert "upper bound" in svg(draw(tightness(28)))
    commuted_to = tightness(28)
    commuted_to.fields["bound"] = False
    assert "upper bound" not in svg(draw(commuted_to)) and "as many posts as" in svg(draw(commuted_to))
    assert "upper bound" not in svg(draw(tightness(28, exact=True)))


def test_a_point_between_gaps_is_still_seen() -> None:
    frame = pd.DataFrame({"period": ["2020-Q1", "2020-Q2", "2020-Q3"], "value": [np.nan, 2.0, np.nan]})
    rows = points(frame, "value")
    assert [r["y"] for r in rows] == [2.0] and lonely(rows) == rows


@pytest.mark.parametrize(
    ("period", "t"),
    [("2021", 2021.0), ("2021-Q3", 2021.5), ("2021-07", 2021.5), ("2021-13", math.nan), ("soon", math.nan)],
)
def test_periods(period: str, t: float) -> None:
    assert when(period) == pytest.approx(t, nan_ok=True)


def test_places_take_their_article() -> None:
    assert [in_place(c) for c in ("EL", "US", "NL", "EA20", "EL30")] == [
        *(
            "in Greece",
            "in the United States",
            "in the Netherlands",
            "in the euro area (20 members)",
            "in EL30",
        )
    ]


spots = st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=25)


@settings(deadline=None)
@given(spots, st.floats(10, 60))
def test_labels_touch_neither_each_other_nor_the_path(dots: list[tuple[float, float]], width: float) -> None:
    path = along(dots)
    found = place(dots, [(width, 12.0)] * len(dots), path, (0, 0, 300, 200))
    boxes = [(x - width / 2, y - 6, x + width / 2, y + 6) for x, y in [f for f in found if f]]
    for i, (a, b, c, d) in enumerate(boxes):
        assert a >= -1e-6 and b >= -1e-6 and c <= 300 + 1e-6 and d <= 200 + 1e-6
        assert not any(a < x < c and b < y < d for x, y in path)
        for e, f, g, h in boxes[i + 1 :]:
            assert not (a + 1e-6 < g and e + 1e-6 < c and b + 1e-6 < h and f + 1e-6 < d)


def test_letters_stay_on_the_sheet() -> None:
    for finding in (beveridge(28), turning_points(28), tightness(28)):
        for width in (328, 720):
            picture = svg(draw(finding, width=width))
            box = re.search(r'viewBox="0 0 ([\d.]+) ', picture)
            assert box is not None and width - 1 <= float(box[1]) <= width + 4
