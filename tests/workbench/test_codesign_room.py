"""The co-design room in a real browser with every other host shut: the example, and a consultation from its plan to its result."""

from __future__ import annotations

import base64
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from app_visits import Visit

from almpo_kit import records

APP = "voila/render/codesign_room.ipynb"
STEPS = (
    *("1 Set up", "2 People", "3 Rounds", "4 Agreement", "5 Goals", "6 Groups", "7 Belief", "8 Strategy"),
)
NAME = "Harbours 2027"


def step(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def answered(page: Any, words: str) -> str:
    """The visible answer once it holds some words."""
    panel = page.locator(".almpo-answer:visible", has_text=words).first
    panel.wait_for(timeout=120_000)
    return str(panel.inner_text())


@pytest.mark.slow
@pytest.mark.browser
def test_the_example_on_a_phone_by_keyboard(address: str, chromium: Any) -> None:
    """Every step opens with the keyboard alone, is no wider than the phone, has labelled controls and says SYNTHETIC."""
    visit = Visit(chromium, 360, 800)
    page = visit.open(address + APP)
    first = page.get_by_role("tab", name=STEPS[0], exact=True)
    first.focus()
    for at, name in enumerate(STEPS):
        if at:
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
        assert page.get_by_role("tab", name=name, exact=True).get_attribute("aria-selected") == "true"
        page.wait_for_selector(".almpo-answer:visible :is(.card, .question)", timeout=120_000)
        if name not in ("1 Set up", "3 Rounds", "8 Strategy"):
            assert "SYNTHETIC" in page.locator(".almpo-answer:visible").first.inner_text(), name
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        nameless = page.locator(
            ".jp-OutputArea :is(input, select, textarea):visible:not([aria-label]):not([aria-labelledby]):not([title])"
        )
        bare = [
            e
            for e in nameless.all()
            if not e.evaluate("e => e.labels && e.labels.length > 0 || e.type === 'hidden'")
        ]
        assert not bare, f"{name}: {[e.evaluate('e => e.outerHTML.slice(0, 120)') for e in bare]}"
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_a_consultation_from_plan_to_result(address: str, kept: Path, chromium: Any) -> None:
    """Set up, invited, opened, answered through the participants' page of the same server, closed, read."""
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP)
    page.get_by_label("Consultation", exact=True).select_option(label="A new consultation")
    page.get_by_label("Name of this consultation").fill(NAME)
    page.get_by_label("Places (NUTS codes)").fill("EL42, EL99")
    page.get_by_role("button", name="Keep this plan").click()
    assert "EL99" in answered(page, "Not answered"), "a region that there is not"
    page.get_by_label("Places (NUTS codes)").fill("EL42")
    page.get_by_role("button", name="Keep this plan").click()
    assert "Can still be changed" in answered(page, "Kept as version 1.")
    step(page, "2 People")
    page.get_by_label("Invite, one a line").fill("employers, EL42, I, 2\ntrade_unions, EL42, I")
    page.get_by_role("button", name="Invite, or do what is chosen").click()
    answered(page, "3 invitations were made")
    link = page.get_by_role("link", name="Download 3 links (CSV)").get_attribute("href")
    table = list(csv.DictReader(io.StringIO(base64.b64decode(link.split(",")[1]).decode("utf-8-sig"))))
    assert [r["number"] for r in table] == ["P-001", "P-002", "P-003"]
    step(page, "3 Rounds")
    page.get_by_role("button", name="Open round 1").click()
    answered(page, "Nothing was changed: tick the box first")
    page.get_by_label("I have read what this does").check()
    page.get_by_role("button", name="Open round 1").click()
    answered(page, "Round 1 is open.")
    one_answers(chromium, address, table[0]["link"].rsplit("/", 1)[1].split("?")[0], kept)
    step(page, "1 Set up")
    answered(page, "Fixed when the first round opened")
    step(page, "3 Rounds")
    page.get_by_label("I have read what this does").check()
    page.get_by_role("button", name="Close round 1").click()
    assert "1 of 3 invited answered" in answered(page, "No round is open.")
    step(page, "4 Agreement")
    answered(page, "Fewer than 5 people answered round 1; so few could be told apart.")
    assert visit.console == [] and visit.outside == []
    store = records.open_store(kept)
    assert set(store.consultation(NAME).plan.places) == {"EL42"}
    assert store.judgements(NAME).empty and store.rounds(NAME)["answered"].tolist() == [1]


def one_answers(chromium: Any, address: str, token: str, kept: Path) -> None:
    """One participant, through her link on the same server, and what she kept."""
    store = records.open_store(kept)
    plan = store.consultation(NAME).plan
    answers = {i.id: {"": 8} for i in plan.items if i.kind == "statement"}
    store.consent(token, language="en", digest=plan.digest, code="sea and salt")
    store.answer(token, 1, answers, key="first", code="sea and salt")
    visit = Visit(chromium, 360, 800)
    page = visit.open(f"{address}codesign_answer/{token}", ready="main")
    assert page.locator("main h1").count() == 1
    assert visit.console == [] and visit.outside == []
