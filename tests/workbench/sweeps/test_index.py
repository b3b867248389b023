"""The page over a series, made from editions that were not: what people may write into titles, and what they look for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app_visits import Visit
from small_series import notebook

from almpo_kit.workbench.sweeps import index, standing
from almpo_kit.workbench.sweeps.series import Series, plan

HOSTILE = "<img src=x onerror=\"document.title='ran'\"></ul><script>document.title='ran'</script>{{ 7*7 }}"


def published(series: Series, **differing: dict[str, Any]) -> None:
    """Editions of a series as reports.make leaves them; ``differing`` by country."""
    for at, item in enumerate(series.items):
        item.folder.mkdir(parents=True, exist_ok=True)
        code = item.values["country"]
        (item.folder / "page.html").write_text(f"<p>The same everywhere.</p><p>Answer of {code}: {at}.</p>")
        content = {
            "report": series.report,
            "parameters": dict(item.values),
            "files": {
                "page.html": standing.hashlib.sha256((item.folder / "page.html").read_bytes()).hexdigest()
            },
            "metrics": {"count.value": float(at), "count.failed_checks": 0.0, "all.same": 1.0},
            "sentences": {"count": f"Answer of {code}: {at}.", "always": "The same everywhere."},
            "failed_checks": {},
            "synthetic": False,
            "made_at": "2026-01-01T00:00:00+00:00",
            "seconds": 1.5,
            "differences": None,
        }
        (item.folder / "manifest.json").write_text(json.dumps(content | differing.get(code, {})))


def test_a_page_of_27_is_searched_and_runs_nothing_that_people_wrote(home: Path, chromium: Any) -> None:
    notebook(home, ["data"])
    series = plan("small", {"country": ("EU27",)})
    moved = {
        "numbers": {f"count.{HOSTILE}": [1.0, 2.5], "count.novel": [None, 3.0]},
        "sentences": {"count": [HOSTILE, None]},
        "before": "x",
    }
    published(
        series,
        IT={"differences": moved, "sentences": {"count": HOSTILE}},
        EL={"failed_checks": {"count": [HOSTILE, "Too few ‘studies’."]}, "synthetic": True},
        FR={"differences": {"numbers": {}, "sentences": {}, "before": "x"}},
    )
    failed = next(i for i in series.items if i.values["country"] == "DE")
    answers = {
        failed.folder: {"status": "failed", "reason": f"{HOSTILE}\nsee {failed.folder}/last_failure.txt"}
    }
    page = index.refresh(series, answers)
    text = page.read_text(encoding="utf-8")
    assert "2026-01-01" not in text and str(home) not in text and "{{ 7*7 }}" in text
    assert "The same everywhere." not in text, "what differs between places is shown"

    visit = Visit(chromium, 360, 780)
    visit.context.unroute_all()
    sheet = visit.page
    sheet.goto(page.as_uri())
    assert sheet.title() == "Small: 27 reports"
    shown = "#reports > li:not([hidden])"
    assert sheet.locator(shown).count() == 27 and sheet.locator("#reports > li").count() == 27
    assert sheet.locator(".not-made li").count() == 1
    assert "last_failure.txt" in sheet.locator(".not-made").inner_text()
    assert sheet.evaluate("document.documentElement.scrollWidth") == 360
    sheet.get_by_label("Search").fill("gréece")
    assert sheet.locator(shown).count() == 1 and sheet.locator("#count").inner_text() == "1 of 27 reports"
    assert "SYNTHETIC" in sheet.locator(shown).inner_text()
    sheet.get_by_label("Search").fill("")
    sheet.get_by_label("Something moved").check()
    assert sheet.locator(f"{shown} h3").all_inner_texts() == ["Italy (IT)"]
    assert sheet.locator(f"{shown} summary").inner_text() == "1 number moved, 1 new, 1 sentence changed"
    sheet.locator(f"{shown} summary").click()
    assert "3 (new)" in sheet.locator(shown).inner_text()
    assert "1 → 2.5" in sheet.locator(shown).inner_text()
    sheet.get_by_label("Something moved").uncheck()
    # The number that differs is on the map, the one that does not is not; a square leads to its report.
    assert sheet.locator("#number option").all_inner_texts() == ["How many", "failed checks"]
    sheet.get_by_label("Number on the map").select_option("2")
    assert sheet.locator("[data-map]:not([hidden])").get_attribute("data-map") == "2"
    sheet.locator("[data-map='2'] a", has_text="PT").click()
    assert sheet.url.endswith("/PT_live/page.html")
    assert visit.console == []


def test_the_same_editions_give_the_same_bytes_and_what_is_no_edition_is_left_out(home: Path) -> None:
    notebook(home, ["data"])
    series = plan("small", {"country": ("IT", "EL")})
    published(series)
    first = index.refresh(series, {}).read_bytes()
    stamp = (series.folder / "index.html").stat().st_mtime_ns
    assert index.refresh(series, {}).read_bytes() == first
    assert (series.folder / "index.html").stat().st_mtime_ns == stamp, "not even written again"
    for name, content in (
        ("half", '{"files": {"a.html": "0"}}'),
        ("other", '{"report": "another", "files": {}, "parameters": {}}'),
        ("broken", "{"),
    ):
        (series.folder / name).mkdir()
        (series.folder / name / "manifest.json").write_text(content)
    (series.folder / ".making-1").mkdir()
    assert index.refresh(series, {}).read_bytes() == first
    (series.folder / "index.html").write_text("damaged")
    (series.folder / "index.json").write_text("[")
    assert index.refresh(series, {}).read_bytes() == first


def test_regions_lie_on_a_map_of_regions(home: Path) -> None:
    from almpo_kit.workbench.sweeps.tile_maps import cells

    greek = cells(plan("regions", {"place": ("EL*",)}).items[k].values["place"] for k in range(13))
    assert len(set(greek.values())) == len(greek) >= 13
    assert greek["EL51"][0] > greek["EL53"][0] and greek["EL43"][1] > greek["EL51"][1], "east and south"
    states = cells(["IT", "EL"])
    assert len(states) == len(set(states.values())) == 27
    assert states["PT"][0] < states["EL"][0] and states["FI"][1] < states["MT"][1]
    assert cells(["IT", "EL42"]) == cells(["1000"]) == cells([]) == {}
