"""The country brief as a ministry gets it: through the command, opened from disk, without a network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.places import EU27

#: Runs made here do not go to the store of whoever runs the tests.
pytestmark = pytest.mark.usefixtures("own_store")

ALMPO = [sys.executable, "-m", "almpo_kit.workbench.cli"]


def make(*arguments: str) -> Path:
    done = subprocess.run([*ALMPO, "report", *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def words(page: Path) -> str:
    """The text of a page without markup, white space folded."""
    html = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", page.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture(scope="module")
def greece(executable: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make("country_brief", "-p", "country=EL", "--out", str(tmp_path_factory.mktemp("el")), "--pdf")


def test_the_brief_answers_in_words(greece: Path) -> None:
    text = words(greece)
    assert "What helps people into work, and where does Greece stand?" in text
    assert "No estimate from Greece is in the evidence base" in text
    assert "None of the 24 combinations" in text and "enough independent evidence" in text
    assert "Missing for a pooled number" in text
    assert "Kriti, EL43" in text
    assert "Whether a region has many or few skilled jobs is unknown" in text
    assert "What this cannot tell us" in text
    assert "nan" not in text.lower().split() and "Traceback" not in text


def test_the_numbers_on_the_page_are_those_of_the_tables(greece: Path) -> None:
    panel = sources.panel("unemployment_rate", level=2)
    here = panel[panel["geo"].str.startswith("EL") & (panel["period"] == "2025")].set_index("geo")["value"]
    assert len(here) == 13
    sentence = f"ran from {here.min():.1f}% (Kriti, EL43) to {here.max():.1f}% (Dytiki Makedonia, EL53)"
    assert here.idxmin() == "EL43" and here.idxmax() == "EL53"
    assert sentence in words(greece)


def test_no_pooled_number_on_thin_evidence(greece: Path) -> None:
    """The base of edition 2026-1 carries no average for any type; the page must not show one."""
    manifest = json.loads((greece.parent / "manifest.json").read_text())
    assert manifest["metrics"]["profile.pooled_cells"] == 0
    assert "High certainty" not in words(greece) and 'class="headline"' not in greece.read_text(
        encoding="utf-8"
    )


def test_the_page_is_whole_and_talks_to_nobody(greece: Path) -> None:
    html = greece.read_text(encoding="utf-8")
    fetched = re.findall(r"<(?:script|link|img|iframe|object|embed|source)\b[^>]*>", html)
    assert fetched == ['<link rel="icon" href="data:,">']
    assert not re.search(r"url\((?!#|['\"]?data:|['\"]?#)", html), "no style reaches out"
    assert "@import" not in html
    assert len(greece.read_bytes()) < 2_000_000
    identifiers = re.findall(r'\bid="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers)), "ids are unique on the page"


def test_the_same_inputs_give_the_same_bytes(greece: Path, tmp_path: Path) -> None:
    again = make("country_brief", "-p", "country=Greece", "--out", str(tmp_path), "--pdf")
    assert again.read_bytes() == greece.read_bytes()
    assert again.with_suffix(".ipynb").read_bytes() == greece.with_suffix(".ipynb").read_bytes()
    first, second = (json.loads((p.parent / "manifest.json").read_text()) for p in (greece, again))
    # A PDF holds when Chromium printed it.
    for manifest in (first, second):
        assert manifest["files"].pop(greece.with_suffix(".pdf").name)
    varying = {key for key in first if first[key] != second[key]}
    assert varying <= {"made_at", "seconds"}


def test_the_manifest_traces_every_table(greece: Path) -> None:
    manifest = json.loads((greece.parent / "manifest.json").read_text())
    catalogue = sources.catalogue().set_index("dataset")
    used = {d["dataset"]: d for d in manifest["data"]}
    assert {"effects", "regional_indicators", "national_indicators"} <= set(used)
    for name, version in used.items():
        assert version["sha256"] == catalogue.loc[name, "sha256"]
    assert manifest["synthetic"] is False
    assert manifest["failed_checks"]["profile"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 360])
def test_opened_from_disk_without_a_network(greece: Path, chromium: Any, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda r: asked.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.goto(greece.as_uri())
    assert asked == [] and said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = ".wide" if width > 760 else ".narrow"
    pictures = page.locator(f".picture > {shown} svg")
    assert pictures.count() >= 6
    for picture in pictures.all():
        box = picture.bounding_box()
        assert box["width"] > 200 and box["height"] > 100
        assert picture.evaluate("e => e.querySelectorAll('text').length") > 3, "words in the picture"
    levels = page.eval_on_selector_all("h1, h2, h3", "es => es.map(e => +e.tagName[1])")
    assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.browser
def test_printed(greece: Path) -> None:
    pdf = greece.with_suffix(".pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/MediaBox [0 0 595" in pdf or b"/MediaBox [0 0 594" in pdf, "A4"
    assert b"/StructTreeRoot" in pdf, "tagged, so that it can be read aloud"
    pages = max(map(int, re.findall(rb"/Count (\d+)", pdf)))
    assert 6 <= pages <= 20


@pytest.mark.slow
@pytest.mark.parametrize("country", sorted(EU27))
def test_every_member_state(country: str, tmp_path: Path) -> None:
    page = make("country_brief", "-p", f"country={country}", "--out", str(tmp_path))
    text = words(page)
    assert f"where does {EU27[country]} stand?" in text
    regions = sources.nuts(level=2)
    count = int(regions["code"].str.startswith(country).sum())
    assert f"{EU27[country]} ({country})" in text
    assert count == 1 or f"{count} regions" in text
    effects = sources.effects()
    n = int((effects["country"] == country).sum())
    assert (f"No estimate from {EU27[country]}" in text) == (n == 0)
    assert " nan" not in text.lower() and "None of the 24" in text
