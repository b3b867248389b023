"""The renderer: same bytes everywhere, no clash on a page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .stand_ins import MAKERS

ROOT = Path(__file__).parents[2]
_SCRIPT = """
from figures.stand_ins import MAKERS
from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg
import hashlib
for kind in sorted(MAKERS, reverse={reverse}):
    print(kind, hashlib.sha256(svg(draw(MAKERS[kind](12), kind, width=328)).encode()).hexdigest())
"""


def test_two_processes_write_the_same_bytes() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", _SCRIPT.format(reverse=reverse)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"},
        ).stdout
        for reverse, seed in ((False, "1"), (True, "2"))
    ]
    first, second = (sorted(run.splitlines()) for run in runs)
    assert len(first) == len(MAKERS)
    assert first == second


def test_charts_on_one_page_share_no_id() -> None:
    seen: set[str] = set()
    for kind in MAKERS:
        for width in (720, 328):
            picture = svg(draw(MAKERS[kind](5), kind, width=width))
            own = re.findall(r'\bid="([^"]+)"', picture)
            assert len(own) == len(set(own))
            assert seen.isdisjoint(own)
            assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= set(own), "a reference leads nowhere"
            seen |= set(own)


def test_missing_regions_are_hatched_and_lettered() -> None:
    finding = MAKERS["region_map"](6)
    finding.table.loc[2, "value"] = float("nan")
    finding.fields["europe"].loc[2, "value"] = float("nan")
    picture = svg(draw(finding))
    assert "-hatch)" in picture and "<pattern" in picture
    assert picture.count("no data") >= 3  # the legend, the tile and the key


def test_marks_say_their_name_on_hover() -> None:
    assert "<title>EL03 Region number 3: 4.7%</title>" in svg(draw(MAKERS["region_map"](6)))
