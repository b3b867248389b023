"""Every figure, in every state it may meet."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from almpo_kit import figures
from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg
from almpo_kit.figures.svg_sheet import written
from almpo_kit.vocabulary.errors import DesignError

from . import pictures
from .stand_ins import MAKERS, answer, estimates, grid, standing

WIDTHS = (720, 328)
ROOT = Path(__file__).parents[2]


def words(picture: str) -> str:
    """All lettering of an SVG; fails where it is not well-formed XML."""
    return " ".join(t.strip() for t in ElementTree.fromstring(picture).itertext() if t.strip())


def test_importing_the_wing_does_not_import_altair() -> None:
    code = "import sys, almpo_kit.figures; sys.exit(any(m in sys.modules for m in ('altair', 'vl_convert', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_figure_names_the_known_ones() -> None:
    with pytest.raises(DesignError, match="region_map"):
        draw(standing(grid(3)), "mpa")
    with pytest.raises(DesignError, match="280"):
        draw(standing(grid(3)), width=100)


def test_the_table_of_figures_is_complete() -> None:
    assert set(figures.FIGURES) == set(MAKERS)


@pytest.mark.parametrize(("n", "width"), [(0, 328), (1, 720), (40, 720), (40, 328)])
def test_any_number_of_rows(kind: str, n: int, width: int) -> None:
    picture = pictures.picture(kind, n, width)
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    assert box is not None
    # Vega adds a pixel or two for line ends; lettering that ran out would add far more.
    assert width - 1 <= float(box[1]) <= width + 4, f"{kind} is {box[1]} pixels wide, not {width}"
    assert "Source: made_up 1" in words(picture)
    if n == 0:
        assert "Nothing to draw" in words(picture)


def test_no_value_at_all(kind: str) -> None:
    finding = MAKERS[kind](4)
    numbers = finding.table.select_dtypes("number").columns
    finding.table[numbers] = np.nan
    fields = {k: float("nan") if isinstance(v, float) else v for k, v in finding.fields.items()}
    if "europe" in fields:
        fields["europe"] = fields["europe"].assign(value=np.nan, lon=np.nan, lat=np.nan)
    for line in ("national", "eu"):
        if line in fields:
            fields[line] = fields[line].assign(value=np.nan)
    object.__setattr__(finding, "fields", fields)
    for width in WIDTHS[1:]:
        picture = svg(draw(finding, kind, width=width))
        assert "nan" not in words(picture).lower().split()


def test_synthetic_stands_in_the_plot(kind: str) -> None:
    assert "SYNTHETIC" in words(svg(draw(MAKERS[kind](4, synthetic=True), kind)))
    assert "SYNTHETIC" not in words(pictures.picture(kind, 6))


def test_markup_in_names_is_lettered_not_obeyed(kind: str) -> None:
    finding = MAKERS[kind](4)
    nasty = '<script>alert("x")</script> & ' + "a very long name " * 20
    for column in ("name", "citation", "programme_name", "reason"):
        if column in finding.table:
            finding.table[column] = nasty
    for width in WIDTHS[1:]:
        picture = svg(draw(finding, kind, width=width))
        assert "<script" not in picture
        words(picture)


def test_nothing_is_fetched(kind: str) -> None:
    picture = pictures.picture(kind, 6)
    assert not re.findall(r"https?://(?!www\.w3\.org/)", picture)
    assert "href" not in picture and "@import" not in picture


def test_a_figure_says_what_it_is_to_a_screen_reader(kind: str) -> None:
    picture = pictures.picture(kind, 6)
    root = ElementTree.fromstring(picture)
    labels = root.attrib["aria-labelledby"].split()
    ids = {e.attrib.get("id"): e.text for e in root.iter()}
    assert root.attrib["role"] == "img"
    assert all(ids[label] for label in labels)
    assert "width" not in root.attrib


def test_a_chart_stays_an_ordinary_altair_chart(kind: str) -> None:
    import altair as alt

    chart = draw(MAKERS[kind](6), kind)
    assert isinstance(chart, alt.LayerChart)
    untouched = chart.to_dict()
    assert "almpo" in (alt.theme.active, alt.renderers.active)
    bundle = chart._repr_mimebundle_(None, None)
    assert list(bundle) == ["text/html"]
    assert bundle["text/html"].startswith("<svg")
    # Here every figure is checked against Vega-Lite's schema, part by part: no reader pays for that.
    alt.vconcat(chart, chart.properties(title="Mine")).to_dict(validate=True)
    assert chart.to_dict(validate=True) == untouched


def test_letters_are_never_smaller_than_eleven_pixels(kind: str) -> None:
    picture = pictures.picture(kind, 40, 328)
    sizes = [float(s) for s in re.findall(r'font-size="([\d.]+)px"', picture)]
    assert min(sizes) >= 10.9


_SCRIPT = """
from figures.pictures import picture
from figures.stand_ins import MAKERS
import hashlib
for kind in sorted(MAKERS, reverse=True):
    print(kind, hashlib.sha256(picture(kind, 6).encode()).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_write_the_same_bytes() -> None:
    """Another process, another hash seed, another order: the same bytes as here."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={
            "PYTHONHASHSEED": "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2",
            "PATH": "",
            "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}",
        },
    )
    here = [f"{k} {hashlib.sha256(pictures.picture(k, 6).encode()).hexdigest()}" for k in MAKERS]
    assert sorted(done.stdout.splitlines()) == sorted(here)


def test_charts_on_one_page_share_no_id() -> None:
    seen: set[str] = set()
    for kind in MAKERS:
        for width in WIDTHS:
            drawn = pictures.picture(kind, 40, width)
            own = re.findall(r'\bid="([^"]+)"', drawn)
            assert len(own) == len(set(own))
            assert seen.isdisjoint(own)
            assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= set(own), "a reference leads nowhere"
            seen |= set(own)


def test_ninety_estimates_and_a_wild_one_stay_legible() -> None:
    table = estimates(90)
    table.loc[7, ["effect", "low", "high"]] = [4000.0, 3990.0, 4010.0]
    picture = svg(draw(answer(table)))
    lettering = words(picture)
    assert "4\u202f000.0" in lettering and "runs off the scale" in lettering
    axis = [float(t) for t in re.findall(r">(\d+)</text>", picture)]
    assert max(axis) < 100, "one wild estimate must not stretch the axis"


def test_an_estimate_without_standard_error_has_no_interval() -> None:
    table = estimates(3, low=np.nan, high=np.nan, used=False, why_not="no standard error")
    lettering = words(svg(draw(answer(table))))
    assert lettering.count("(no SE)") >= 3
    assert "3 × no standard error" in lettering


def test_no_average_leaves_a_slot_that_says_why() -> None:
    assert "No average: 3 independent samples measured this" in words(svg(draw(answer(estimates(3)))))


def test_drawing_and_writing_cost_little_beside_vega() -> None:
    finding = MAKERS["region_map"](40)
    spec = draw(finding).to_dict()  # warm: imports, tile layout
    import vl_convert

    vl_convert.vegalite_to_svg(spec)
    ours = min(_timed(lambda: written(draw(finding).to_dict(), "a")) for _ in range(3))
    vega = min(_timed(lambda: vl_convert.vegalite_to_svg(spec)) for _ in range(3))
    assert ours < vega / 2, f"ours {ours:.2f} s, Vega's rendering alone {vega:.2f} s"


def _timed(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start
