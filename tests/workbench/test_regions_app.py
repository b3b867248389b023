"""The regions app in a real browser, on the real server, with every other host shut; and its parts without one."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from app_visits import Visit

from almpo_kit import sources
from almpo_kit.figures import board as drawn
from almpo_kit.figures.shapes import region_shapes
from almpo_kit.vocabulary.places import EU27
from almpo_kit.workbench.apps import regions_explorer
from almpo_kit.workbench.apps.board_data import board_data
from almpo_kit.workbench.apps.region_answers import Asked, Held, answers

APP = "voila/render/regions.ipynb"
READY = ".board-below[data-key]"


def settled(page: Any, geo: str) -> str:
    """The answer in words, once it speaks of this region."""
    page.wait_for_function(
        "geo => ['.board-answer', '.board-below'].every((name) => { const part = document.querySelector(name);"
        " return part.getAttribute('aria-busy') === 'false' && (part.dataset.key || '').startsWith(geo); })",
        arg=geo,
    )
    return str(page.locator(".board-answer").inner_text())


@pytest.mark.browser
def test_a_region_is_clicked_on_the_map(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP, READY)
    assert page.locator(".board-region").count() == 244
    assert "Notio Aigaio (EL42)" in settled(page, "EL42")
    page.locator("#board-ES61").click()
    said = settled(page, "ES61")
    assert "Andalucía (ES61)" in said
    # Map, course and table show the same choice.
    assert page.locator("#board-ES61").get_attribute("aria-selected") == "true"
    rim = page.locator(".board-rim").get_attribute("d")
    assert rim == page.locator("#board-ES61").get_attribute("d")
    assert page.locator(".board-linked tr.chosen").inner_text().startswith("Andalucía")
    assert (
        page.locator(".board-series")
        .get_attribute("aria-label")
        .startswith("Unemployment rate in Andalucía: 2018")
    )
    assert page.get_by_label("Country", exact=True).input_value() == "ES"
    assert page.get_by_label("Region", exact=True).input_value() == "ES61"
    assert (
        page.locator("#said[aria-live=polite]").inner_text()
        == page.locator(".board-answer .answer").inner_text()
    )
    below = page.locator(".board-below").inner_text()
    assert "Which regions are comparable?" in below and "Why to doubt it" in below
    assert "skilled jobs is unknown" in below
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_figure_year_table_and_peers_lead_on(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP, READY)
    fills = "() => [...document.querySelectorAll('.board-region')].map((p) => p.getAttribute('fill')).join()"
    before = page.evaluate(fills)
    page.get_by_label("Figure", exact=True).select_option(value="gdp_per_head_pps")
    assert page.evaluate(fills) != before
    assert page.get_by_label("Year", exact=True).input_value() == "2024", (
        "GDP has no 2025, so its latest year is shown"
    )
    assert "2025" not in page.get_by_label("Year", exact=True).inner_text()
    page.locator(".board-linked tbody button[data-geo=EL30]").click()
    assert "Attiki" in settled(page, "EL30")
    peer = page.locator(".board-below .to-region").first
    geo = peer.get_attribute("data-geo")
    peer.click()
    settled(page, geo)
    page.locator(".board-more summary").click()
    page.get_by_label("Comparable regions from other countries only").check()
    page.wait_for_function("(document.querySelector('.board-below').dataset.key || '').endsWith('true')")
    abroad = page.locator(".board-below .to-region").all()
    assert abroad and all(b.get_attribute("data-geo")[:2] != geo[:2] for b in abroad)
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_a_region_is_taken_away(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP, READY)
    with page.expect_download() as download:
        page.locator(".board-below a.download").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert {r["indicator"]: r["value"] for r in rows}["unemployment_rate"] == "7.3"
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this page (HTML)").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert "<script" not in saved and not re.search(r"https?://(?!www\.w3\.org)", saved)
    assert "Notio Aigaio (EL42)" in saved and saved.count("board-region") >= 244
    alone = visit.context.new_page()
    alone.set_content(saved)
    assert alone.locator(".board-map").is_visible() and alone.locator(".answer").is_visible()
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_on_a_phone_and_by_keyboard(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP, READY)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "nothing sticks out sideways"
    for control in [
        *page.locator("select").all(),
        *page.locator(".board-zoom button, .board-linked tbody button").all(),
    ]:
        assert control.bounding_box()["height"] >= 44
    page.locator(".board-map [role=listbox]").focus()
    page.keyboard.press("ArrowUp")
    active = page.locator(".board-map [role=listbox]").get_attribute("aria-activedescendant")
    assert active and active != "board-EL42"
    label = page.locator(f"#{active}").get_attribute("aria-label")
    assert page.locator(".board-note").inner_text() == label
    page.keyboard.press("Enter")
    settled(page, active.removeprefix("board-"))
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_what_a_browser_sends_is_not_believed(address: str, chromium: Any) -> None:
    """A message with a region or a year that does not exist changes nothing and kills nothing."""
    visit = Visit(chromium, 1024, 800)
    page = visit.open(address + APP, READY)
    page.evaluate(
        "() => { const o = document.createElement('option'); o.value = '1066'; o.textContent = '1066';"
        " const s = document.querySelector('select[name=year]'); s.append(o); s.value = '1066';"
        " s.dispatchEvent(new Event('change')); }"
    )
    assert page.get_by_label("Year", exact=True).input_value() == "2025"
    page.locator("#board-FI1B").click()
    settled(page, "FI1B")
    assert visit.console == []


def answer(held: Held, asked: Asked) -> dict[str, str]:
    """The whole answer; the card comes first, alone and unchanged."""
    first, whole = answers(held, asked)
    assert first == {**whole, "below": ""} and whole["below"]
    return whole


@pytest.fixture(scope="module")
def held() -> Held:
    return Held(
        sources.indicators(2),
        sources.indicators(0),
        sources.nuts(),
        sources.expenditure(),
        sources.effects(),
    )


@pytest.fixture(scope="module")
def data(held: Held) -> dict[str, Any]:
    places = held.places
    codes = places.loc[(places["level"] == 2) & places["code"].str[:2].isin(list(EU27)), "code"].tolist()
    shapes = region_shapes(sources.locations(), codes=codes, width=560)
    return board_data(held.indicators, held.national, places, shapes)


def test_the_board_draws_what_is_published_and_nothing_else(held: Held, data: dict[str, Any]) -> None:
    assert len(data["regions"]) == len(data["shapes"]["paths"]) == 244 and len(data["countries"]) == 27
    published = held.indicators.query("nuts_version == '2024'").set_index(["indicator", "geo", "period"])[
        "value"
    ]
    seen = 0
    for meaning in data["indicators"]:
        divisor = 1000 if meaning["key"] == "gdp_per_head_pps" else 1
        for geo, row in meaning["values"].items():
            for year, value in zip(meaning["years"], row, strict=True):
                own = published.get((meaning["key"], geo, year))
                assert (value is None) == (own is None)
                assert value is None or value == pytest.approx(own / divisor, abs=0.06)
                seen += value is not None
    assert seen > 4000
    json.dumps(data, allow_nan=False)


def test_values_of_two_tables_are_kept_apart(data: dict[str, Any]) -> None:
    """Employment before 2021 comes from an older edition: no line may join the two."""
    employment = next(m for m in data["indicators"] if m["key"] == "employment_rate")
    luxembourg = employment["nations"]["LU"]
    held = [
        (y, p)
        for y, p, v in zip(employment["years"], luxembourg["parts"], luxembourg["values"], strict=True)
        if v is not None
    ]
    assert dict(held)["2020"] != dict(held)["2021"]
    assert employment["break_year"] == "2021" and employment["change_from"] == "2021"


@pytest.mark.parametrize("geo", ["EL42", "FI20", "LU00", "DEB2", "FRY5", "MT00", "PT1D"])
def test_every_kind_of_region_gets_an_answer(held: Held, geo: str) -> None:
    found = answer(held, Asked(geo, "unemployment_rate", "2025"))
    assert found["key"] == f"{geo}|unemployment_rate|2025|false"
    assert f"({geo})" in found["above"] and '<p class="answer">' in found["above"]
    cells = re.split(r"<[^>]+>", found["above"] + found["below"])
    assert not {"nan", "None", "NaT", "<NA>", "&lt;NA&gt;"} & {c.strip() for c in cells}
    assert not re.search(r"\b(nan|NaT|Traceback)\b|None of \d+ *$", " ".join(cells))


def test_hostile_names_are_text(held: Held) -> None:
    evil = held.places.assign(label="<img src=x onerror=alert(1)>")
    found = answer(Held(held.indicators, held.national, evil), Asked("EL42", "unemployment_rate", "2025"))
    assert "<img src=x" not in found["above"] + found["below"]


def test_synthetic_figures_are_called_so(held: Held) -> None:
    made_up = held.indicators.assign(source="SYNTHETIC test figures")
    places = held.places
    codes = places.loc[(places["level"] == 2) & places["code"].str[:2].isin(list(EU27)), "code"].tolist()
    shapes = region_shapes(sources.locations(), codes=codes, width=560)
    assert board_data(made_up, held.national, places, shapes)["synthetic"] is True
    found = answer(Held(made_up, held.national, places), Asked("EL42", "unemployment_rate", "2025"))
    assert "SYNTHETIC" in found["above"]


def test_the_script_is_one_module_without_imports() -> None:
    assert drawn.script().count("export default") == 1
    assert not re.search(r"^\s*import |https?://(?!www\.w3\.org)", drawn.script(), re.M)


def test_the_kernel_side_keeps_to_what_exists(held: Held) -> None:
    import traitlets

    places = held.places
    codes = places.loc[(places["level"] == 2) & places["code"].str[:2].isin(list(EU27)), "code"].tolist()
    shapes = region_shapes(sources.locations(), codes=codes, width=560)
    board = regions_explorer.explorer(held, shapes)
    before = dict(board.answer)
    for name, value in (("geo", "XX99"), ("year", "1066"), ("year", "9" * 1_000_000), ("indicator", "<b>")):
        with pytest.raises(traitlets.TraitError):
            board.set_state({name: value})
    assert board.answer == before
    board.year = "2024"
    assert board.answer["key"].split("|")[2] == "2024"


#: What a name, a source or a flag of a file may hold when somebody means harm.
HARM = """<img src=x onerror="window.harm=1">'></script><script>window.harm=1</script>"""


def _harmful(held: Held) -> Held:
    places = held.places.copy()
    places["label"] = HARM + places["label"]
    frames = [f.assign(source=HARM, flag=HARM) for f in (held.indicators, held.national)]
    return Held(*frames, places, held.expenditure, held.effects)


def test_what_data_say_is_text_in_the_answer(held: Held) -> None:
    whole = answer(_harmful(held), Asked("EL42", "unemployment_rate", "2024"))
    shown = whole["above"] + whole["below"]
    assert "&lt;img src=x" in shown
    assert "<img" not in shown and "<script" not in shown


def on_a_board(page: Any, held: Held) -> None:
    """Draw these frames on a page that has nothing else, with nobody behind it."""
    codes = sorted(g for g in set(held.indicators["geo"]) if g[:2] in ("EL", "BG"))
    shapes = region_shapes(sources.locations(), codes=codes, width=560)
    data = board_data(held.indicators, held.national, held.places, shapes)
    page.set_content("<div id='here'></div>")
    page.evaluate(
        """async ([script, state]) => {
          const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
          const model = { get: (n) => state[n], set: (n, v) => { state[n] = v; }, save_changes() {}, on() {} };
          module.default.render({ model, el: document.getElementById("here") });
        }""",
        [
            drawn.script(),
            {"board": data, "geo": "EL42", "indicator": "unemployment_rate", "year": "2024", "abroad": False},
        ],
    )


@pytest.mark.browser
def test_synthetic_stands_across_map_and_course(held: Held, chromium: Any) -> None:
    for source, times in (("SYNTHETIC test figures", 2), ("Eurostat", 0)):
        page = chromium.new_page()
        made_up = held.indicators.assign(source=source)
        on_a_board(page, Held(made_up, held.national, held.places))
        assert page.locator("#here svg .board-synthetic").count() == times
        page.get_by_role("button", name="Greece").click()
        assert page.locator("#here svg .board-synthetic").count() == times
        for word, plot in zip(
            page.locator(".board-synthetic").all(), page.locator("#here svg").all(), strict=False
        ):
            seen, room = word.bounding_box(), plot.bounding_box()
            assert room["x"] <= seen["x"] and seen["x"] + seen["width"] <= room["x"] + room["width"]
            assert room["y"] <= seen["y"] and seen["y"] + seen["height"] <= room["y"] + room["height"]
        page.close()


@pytest.mark.browser
def test_what_data_say_is_text_on_the_board(held: Held, chromium: Any) -> None:
    page = chromium.new_page()
    on_a_board(page, _harmful(held))
    page.locator("#board-BG31").dispatch_event("click")
    assert "<img src=x" in page.locator("#here").inner_text()
    assert page.locator("#here img, #here script").count() == 0
    assert page.evaluate("window.harm") is None
    page.close()
