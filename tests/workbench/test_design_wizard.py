"""The design wizard in a real browser with every other host shut: every step, drafts, the document that stands alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from app_visits import Visit

from almpo_kit import records

APP = "voila/render/design_wizard.ipynb"
STEPS = ("1 Where", "2 For whom", "3 With what", "4 Goals", "5 Strategy", "6 How", "7 Document")


def answered(page: Any, words: str) -> str:
    """The visible answer once it holds some words."""
    panel = page.locator(".almpo-answer:visible", has_text=words).first
    panel.wait_for(timeout=120_000)
    return str(panel.inner_text())


def step(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


@pytest.mark.browser
def test_every_step_of_the_example(address: str, kept: Path, chromium: Any, tmp_path: Path) -> None:
    """Seven steps forward with the SYNTHETIC studies; each shows evidence, interval, context and limits; the draft is
    kept, another visit opens it, and the document opens without a network."""
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP)
    page.get_by_label("Region").select_option(label="Attiki (EL30)")
    assert "2.1 points above the EU value" in answered(page, "Attiki (EL30): unemployment")
    page.get_by_role("button", name="Next", exact=True).click()
    said = answered(page, "Too little is known")
    assert "points (95%" not in said, "no number of what too few have studied"
    page.get_by_label("Evidence").select_option(label="SYNTHETIC studies (to see how it works)")
    said = answered(page, "A gain is shown")
    assert "SYNTHETIC" in said and "points (95%:" in said and "independent" in said
    page.get_by_role("button", name="Next", exact=True).click()
    assert "A cost is known of" in answered(page, "What is there to spend")
    page.get_by_label("Budget (euro)").fill("4000000")
    page.locator(".almpo-more:visible", has_text="More").last.get_by_text("More").click()
    page.get_by_label("Training: places").fill("300")
    page.get_by_label("Training: places").press("Tab")
    answered(page, "€4\u202f000\u202f000")
    page.get_by_role("button", name="Next", exact=True).click()
    assert "weigh the same" in answered(page, "What should the strategy be good at?")
    page.get_by_role("button", name="Next", exact=True).click()
    said = answered(page, "Which mix of programmes should the budget buy?")
    assert "SYNTHETIC" in said and "net of displacement of 25% (your assumption)" in said
    assert re.search(r"An additional job costs €[\d\u202f]+ \(95%:", said)
    page.get_by_role("button", name="Next", exact=True).click()
    assert "trial" in answered(page, "What is worth finding out before choosing the mix?")
    page.locator("text=Drafts").first.click()
    page.get_by_label("Name of this draft").fill("Attica 2027")
    page.get_by_label("Your role (not your name)").fill("policy officer")
    page.get_by_role("button", name="Keep this draft").click()
    page.get_by_text("Kept as version 1 of “Attica 2027”").wait_for(timeout=30_000)
    page.get_by_role("button", name="Next", exact=True).click()
    answered(page, "What was asked")
    page.get_by_role("button", name="Make the document").click()
    link = page.get_by_role("link", name="Download the document (HTML)")
    link.wait_for(timeout=120_000)
    with page.expect_download() as got:
        link.click()
    got.value.save_as(tmp_path / "strategy.html")
    assert visit.console == [] and visit.outside == []
    stands_alone(chromium, tmp_path / "strategy.html")
    draft = records.open_store(kept).draft("Attica 2027")
    assert draft.version == 1 and draft.content["budget"] == 4e6 and draft.content["place"] == "EL30"
    opened_again(address, chromium)


def stands_alone(chromium: Any, path: Path) -> None:
    """The document opens with the network shut, asks for nothing, and says what it rests on."""
    context = chromium.new_context(offline=True)
    page, asked = context.new_page(), []
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else asked.append(r.url))
    page.goto(path.resolve().as_uri())
    text = page.inner_text("body")
    assert "Draft “Attica 2027”, version 1" in text and "SYNTHETIC" in text
    for part in ("The mix", "What programmes can be expected to do there", "How to do it", "Why to doubt it"):
        assert part in text
    assert asked == [] and page.locator("svg").count() >= 4 and "Traceback" not in text
    context.close()


def opened_again(address: str, chromium: Any) -> None:
    """Another visitor, on a phone, opens the draft and keeps a second version."""
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    page.locator("text=Drafts").first.click()
    page.get_by_label("Kept drafts").select_option(label="Attica 2027 (version 1, policy officer)")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("Version 1 of “Attica 2027” is open.").wait_for(timeout=30_000)
    assert "Attiki (EL30)" in answered(page, "Attiki (EL30): unemployment")
    step(page, "3 With what")
    assert page.get_by_label("Budget (euro)").input_value() == "4000000"
    page.get_by_role("button", name="Keep this draft").click()
    page.get_by_text("Kept as version 2 of “Attica 2027”").wait_for(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_too_little_is_known_and_used_all_the_same(address: str, chromium: Any) -> None:
    """Published evidence is thin: nothing is in the mix until somebody says why, and that reason stands first."""
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    step(page, "5 Strategy")
    said = answered(page, "too little to say")
    assert "jobs (95%" not in said
    page.get_by_label("Use it all the same").select_option(label="Job-search services")
    page.get_by_label("Because").fill("short")
    page.get_by_role("button", name="Work it out").click()
    answered(page, "say in a sentence why Job-search services is used")
    page.get_by_label("Because").fill("It runs under a contract until 2028 <b>x</b>")
    page.get_by_role("button", name="Work it out").click()
    said = answered(page, "It runs under a contract until 2028")
    assert "<b>x</b>" in said, "what is typed is shown as text"
    step(page, "6 How")
    answered(page, "How should")
    step(page, "4 Goals")
    answered(page, "weigh the same")
    step(page, "1 Where")
    page.get_by_label("Country").select_option(label="Malta (MT)")
    answered(page, "Malta")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.console == [] and visit.outside == []
