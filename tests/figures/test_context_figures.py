"""What the pictures of a context say: classes by shape and letter, what is kept, the break, what is unknown."""

from __future__ import annotations

import re

import pytest

from almpo_kit import regions, sources
from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .stand_ins import MAKERS
from .test_draw import words


@pytest.fixture(scope="module")
def frames() -> dict[str, object]:
    return {
        "indicators": sources.indicators(level=2),
        "places": sources.nuts(),
        "national": sources.indicators(level=0),
    }


def said(finding: object, width: int = 720) -> str:
    return words(svg(finding.plot(width=width)))


@pytest.mark.parametrize("width", [360, 720])
def test_each_finding_draws_itself(frames: dict[str, object], width: int) -> None:
    one = said(regions.context(**frames, country="IT"), width)
    assert "21 regions in Italy: 5 high unemployment, 6 near the threshold, 10 low unemployment" in one
    assert "hollow: within the margin" in one.replace("  ", " ")
    europe = said(regions.context(**frames), width)
    assert (
        "74 high unemployment, 55 near the threshold, 112 low unemployment" in europe
        and "Trier (DEB2)" in europe
        and "3 unknown" in europe.replace("\n", " ")
    )
    years = said(regions.context(**frames, country="IT", period="all"), width)
    assert "2 of 21 regions in Italy changed class" in years and "break in series, 2021" in years
    everywhere = said(regions.context(**frames, period="all"), width)
    assert (
        "17 of 244 regions of the EU changed class" in everywhere and "L 139" in everywhere
    ) or width < 480
    path = said(regions.profile(**frames, region="ITI3"), width)
    assert "Marche (ITI3): still counted as high unemployment, within the margin" in path
    assert "break in series, 2021" in path and "Skilled jobs: unknown" in path.replace("\n", " ")


def test_both_thresholds_are_drawn(frames: dict[str, object]) -> None:
    picture = said(regions.context(**frames, country="EL", threshold="both"))
    assert "EU value 6.0%" in picture and "Greece 8.9%" in picture
    assert "1 mixed (EU and nation differ), 9 near the threshold" in picture and "Diamond:" in picture


def test_a_region_without_a_year_says_so(frames: dict[str, object]) -> None:
    # Trier's series stops; the years without a figure are named.
    picture = said(regions.profile(**frames, region="DEB2"))
    assert "No figure for 2020, 2021" in picture
    assert "Trier (DEB2): low unemployment in 2019, the last year with a figure" in picture


def test_a_kept_class_is_hollow() -> None:
    finding = MAKERS["context_path"](8)
    kept = svg(draw(finding, "context_path", width=720))
    finding.fields["path"]["kept_from"] = None
    solid = svg(draw(finding, "context_path", width=720))
    hollow = re.compile(r'fill="white"[^>]*stroke="#|stroke="#[^>]*fill="white"')
    assert len(hollow.findall(kept)) > len(hollow.findall(solid))
    assert "hollow" in words(kept) and "hollow" not in words(solid)


def test_many_regions_become_counts() -> None:
    tiles, counts = (words(svg(draw(MAKERS["context_years"](n), width=720))) for n in (40, 60))
    assert "Region number 39" in tiles and "Region number" not in counts
    assert "number of regions in each class" in counts


def test_the_square_needs_shares_and_says_so(frames: dict[str, object]) -> None:
    finding = regions.context(**frames, country="IT")
    picture = words(svg(finding.plot("context_square")))
    assert "Nothing to draw" in picture and "attainment) is not jobs" in picture


def test_the_square_of_synthetic_shares() -> None:
    picture = words(svg(draw(MAKERS["context_square"](10, synthetic=True), width=720)))
    assert "SYNTHETIC" in picture and "high unemployment, few skilled jobs" in picture
    # 2.0 + 0.9 i against 5.9, and 6.0 − 0.7 i: every region has many, so none combines high with few.
    assert "0 of 10 regions" in picture


@pytest.mark.parametrize("figure", ["context", "context_europe", "context_square"])
def test_a_picture_of_one_year_takes_the_last_of_many(frames: dict[str, object], figure: str) -> None:
    many = regions.context(**frames, country="IT", period="all")
    one = regions.context(**frames, country="IT", period=2025)
    a, b = (words(svg(f.plot(figure))) for f in (many, one))
    assert "168" not in a and "year by year 6.0%" not in a
    said_once = (
        "Nothing to draw" if figure == "context_square" else "5 high unemployment, 6 near the threshold"
    )
    assert said_once in a and said_once in b
