"""The matching report through the command, and the matching app in a real browser with every other host shut.

The report comes first: it makes the text index that the screen of one person reads.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from app_visits import Visit
from made_pages import ALMPO, clean, made

from almpo_kit import sources

#: Runs made here do not go to the store of whoever runs the tests.
pytestmark = pytest.mark.usefixtures("own_store")

APP = "voila/render/matching.ipynb"


def stocks_file(folder: Path) -> Path:
    """Two regions, three occupations; no jobs for one, no people for another."""
    rows = [("EL30", "51", 400, 20), ("EL30", "71", 100, 60), ("EL42", "51", 90, 80), ("EL42", "25", 30, 45)]
    path = folder / "stocks.csv"
    lines = ["region;isco;unemployed;vacancies", *(";".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_example(tmp_path: Path) -> None:
    text, numbers, html = made("matching", tmp_path)
    assert "SYNTHETIC example, Greece" in text
    assert "SYNTHETIC data. Vacancies exceed unemployed people in 0 of 117 combinations" in text
    assert "Where does the labour market of Greece (EL) stand in its cycle" in text
    assert "Only 91 ICT occupations" in text
    assert "1% more unemployed people go with 0.60% more hires" in text
    assert "These are conditions, not forecasts." in text
    assert "Too little to say whether these places help" in text
    # One text in German, read as what it is.
    read = text.partition("Which occupation is this text about?")[2][:300]
    assert re.search(r"The text is about [^.]*(sales|seller|shop)", read, re.I), read
    assert numbers["read.texts"] == 1 and numbers.get("read.placed: none", 0) == 0
    # The interval holds the planner's index of the world that the example was drawn from.
    world = sources.synthetic_labour_market(country="EL", seekers=20_000, vacancies=3_000).truth["expected"]
    u, v = (world[c] / world[c].sum() for c in ("unemployed", "vacancies"))
    assert numbers["mismatch.low"] < 1 - np.sqrt(u * v).sum() < numbers["mismatch.high"]
    assert clean(text) and html.count("<svg") >= 14 and html.count(">SYNTHETIC<") >= 10
    assert not re.search(r"""(?:src|href)=["']?https?://(?!www\.w3\.org)""", html.partition("<main")[0])


@pytest.mark.slow
def test_stocks_of_ones_own(tmp_path: Path) -> None:
    """Nothing of the page's first half is SYNTHETIC then, and what stocks cannot answer is said."""
    given = stocks_file(tmp_path)
    text, numbers, _ = made("matching", tmp_path / "out", "-p", f"stocks={given}", "-p", "country=IT")
    assert "4 rows of stocks taken in from stocks.csv" in text
    short = text.partition("Where demand exceeds supply")[0]
    assert (
        "SYNTHETIC data. Vacancies exceed" not in short
        and "vacancies exceed unemployed people" in short.lower()
    )
    assert "holds no single person or vacancy" in text or "hold no single person or vacancy" in text
    assert "Italy (IT)" in text and clean(text)
    assert numbers["balance.tightness"] == pytest.approx(205 / 620)


def test_one_file_of_two_is_refused(tmp_path: Path) -> None:
    command = [*ALMPO, "report", "matching", "--out", str(tmp_path), "-p", f"seekers={stocks_file(tmp_path)}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode != 0 and "both files are needed" in done.stderr
    assert not list(tmp_path.glob("*.html"))


def open_tab(page: Any, name: str) -> Any:
    """A tab, once it shows its answer."""
    page.get_by_role("tab", name=name, exact=True).click()
    panel = page.locator(".almpo-answer:visible").first
    panel.wait_for()
    return panel


@pytest.fixture(scope="module")
def desk(address: str, running_chromium: Any) -> Visit:
    """One visitor at a desk, whose page two tests look at: a page of its own is a kernel of its own."""
    visit = Visit(running_chromium, 1440, 1000)
    visit.open(address + APP)
    return visit


@pytest.mark.browser
def test_a_visit_at_a_desk(desk: Visit) -> None:
    visit, page = desk, desk.page
    said = page.locator(".almpo-answer:visible").inner_text()
    assert "SYNTHETIC data. Vacancies exceed unemployed people in 0 of 117" in said
    assert "How much unemployment is due to mismatch" in said
    assert page.locator(".almpo-answer:visible svg").count() >= 3
    page.get_by_label("Where", exact=True).select_option(label="Notio Aigaio (EL42)")
    page.wait_for_function(
        "before => document.querySelector('.almpo-answer .answer').innerText !== before",
        arg=page.locator(".almpo-answer .answer").first.inner_text(),
    )
    with page.expect_download() as got:
        page.get_by_role("link", name="Download the numbers (CSV)").first.click()
    rows = list(csv.DictReader(io.StringIO(Path(got.value.path()).read_text("utf-8-sig"))))
    assert {r["geo"] for r in rows} == {"EL42"}
    shown = [float(r["unemployed"]) for r in rows if r["unemployed"]]
    assert shown and min(shown) >= 10, "cells of fewer than ten people do not leave"
    for name in ("Moves", "Cycle", "Places"):
        panel = open_tab(page, name)
        panel.locator(".card").first.wait_for(timeout=60_000)
        assert "not foreseen" not in panel.inner_text()
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_a_move_is_chosen(desk: Visit) -> None:
    visit, page = desk, desk.page
    panel = open_tab(page, "Moves")
    panel.locator("h2", has_text="Which occupations are within reach of ICT help desk agent?").wait_for()
    page.get_by_label("To this one").select_option(label="ICT help desk manager")
    panel.locator("h2", has_text="ICT help desk manager").first.wait_for(timeout=60_000)
    said = panel.inner_text()
    assert "ICT help desk manager" in said and "missing" in said
    page.get_by_label("From this occupation").fill("<b>no such job</b>")
    page.get_by_label("From this occupation").press("Enter")
    panel.locator(".answer", has_text="is not an occupation whose skills are held").wait_for(timeout=60_000)
    assert panel.locator("b").count() == 0
    assert visit.console == [] and visit.outside == []


@pytest.mark.slow
@pytest.mark.browser
def test_one_person_gets_a_list(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    open_tab(page, "One person")
    page.get_by_role("button", name="Find occupations and vacancies").click()
    panel = page.locator(".almpo-answer:visible").first
    panel.locator("h3", has_text="A short list of 10 vacancies").wait_for(timeout=300_000)
    said = panel.inner_text()
    assert "SYNTHETIC vacancies" in said and "clothing specialised seller" in said and "because of" in said
    assert "Πωλήτρια" in said, "the words that justify it"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_ones_own_files_on_a_phone(address: str, chromium: Any) -> None:
    """Dropped in, read, told; formulas and scripts stay text; a bad file leaves what was there."""
    people = "name;region;beruf;anzahl\nAda <b>L</b>;EL30;5120;40\nBo;EL42;7112;30\nEve;GR3O;9999;-2\n"
    posts = (
        "region;isco;count;title\nEL30;7112;25;=cmd|'/c calc'!A1\nEL42;5120;60;<img src=x onerror=alert(1)>\n"
    )
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    page.locator("text=Whose data?").first.click()
    for i, (name, data) in enumerate((("people.csv", people), ("posts.csv", posts))):
        with page.expect_file_chooser() as chooser:
            page.locator(".jupyter-button.widget-upload:visible").nth(i).click()
        chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": data.encode()})
    page.get_by_role("button", name="Use these files").click()
    page.locator("text=of seekers taken in from people.csv").first.wait_for(timeout=60_000)
    told = page.locator(".almpo").all_inner_texts()
    assert any("Columns that name people were left out" in t and "'name'" in t for t in told)
    assert any("row 4" in t or "1 row set aside" in t for t in told)
    assert "SYNTHETIC" not in page.locator(".almpo-answer:visible").first.inner_text()
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.console == [] and visit.outside == []
