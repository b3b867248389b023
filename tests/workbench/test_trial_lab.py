"""The trial lab in a real browser with every other host shut: the example, and a trial from its question to its evidence."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from app_visits import Visit

from almpo_kit import records

APP = "voila/render/trial_lab.ipynb"
STEPS = (
    *("1 Can we learn it?", "2 Designs", "3 Adaptive", "4 Plan", "5 Draw", "6 Watch", "7 Result"),
    "8 Next trial",
)
NAME = "Harbour skills 2027"
SEED = "lottery 2027-01-09: 4 11 23 31 40 44"


def step(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def answered(page: Any, words: str) -> str:
    """The visible answer once it holds some words."""
    from playwright.sync_api import TimeoutError as TooLate

    panel = page.locator(".almpo-answer:visible", has_text=words).first
    try:
        panel.wait_for(timeout=90_000)
    except TooLate:
        shown = page.locator(".almpo-answer:visible").first.inner_text()
        raise AssertionError(f"nothing said {words!r}; what is shown: {shown[:2000]}") from None
    return str(panel.inner_text())


def drop(page: Any, button: str, frame: pd.DataFrame | bytes, name: str) -> None:
    """Drop a file into the visible button."""
    data = frame if isinstance(frame, bytes) else frame.to_csv(index=False).encode()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=False).locator("visible=true").first.click()
    chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name=f"{button} (1)").locator("visible=true").first.wait_for(timeout=60_000)


def taken(page: Any, words: str) -> pd.DataFrame:
    """The table behind a link that holds its file."""
    link = page.get_by_role("link", name=words, exact=False).locator("visible=true").first
    content = base64.b64decode(str(link.get_attribute("href")).split(",", 1)[1])
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"id": str})


@pytest.mark.slow
@pytest.mark.browser
def test_the_example_on_a_phone_by_keyboard(address: str, chromium: Any) -> None:
    """Every step opens with the keyboard alone, is no wider than the phone and has labelled controls."""
    visit = Visit(chromium, 360, 800)
    page = visit.open(address + APP)
    page.get_by_role("tab", name=STEPS[0], exact=True).focus()
    for at, name in enumerate(STEPS):
        if at:
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
        assert page.get_by_role("tab", name=name, exact=True).get_attribute("aria-selected") == "true"
        page.wait_for_selector(".almpo-answer:visible :is(.card, .question)", timeout=120_000)
        if name in ("4 Plan", "5 Draw", "6 Watch", "7 Result"):
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
def test_a_trial_from_its_question_to_its_result(address: str, kept: Path, chromium: Any) -> None:
    """Sized, planned, registered, drawn, checked (a changed list is seen), analysed; the registry holds it all."""
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP)
    assert "Yes. Draw people within offices" in answered(page, "Can a trial in 12 offices")
    page.get_by_label("Trial", exact=True).select_option(label="A new trial")
    page.get_by_label("People in each, over the trial").fill("60")
    page.get_by_label("Without it: % in work").fill("0.32")
    page.get_by_role("button", name="Can we learn it?").click()
    answered(page, "Write 32 if you mean 32%")
    page.get_by_label("Without it: % in work").fill("32")
    # As it is typed in most of Europe.
    page.get_by_label("Smallest effect that would matter").fill("8,5")
    page.get_by_role("button", name="Can we learn it?").click()
    said = answered(page, "For 80 of 100 it would take")
    assert "Not with these numbers" in said and "an effect of 8.5 points" in said
    step(page, "4 Plan")
    page.get_by_label("Name of the trial").fill(NAME)
    page.get_by_label("Question", exact=True).fill("Does a harbour course help people into work?")
    page.get_by_role("button", name="Do it").locator("visible=true").click()
    answered(page, "name the programme that is tried")
    page.get_by_label("Programme that is tried").fill("harbour course")
    page.get_by_label("Then", exact=True).select_option(
        label="Keep it and register it: it is fixed from then on"
    )
    page.get_by_role("button", name="Do it").locator("visible=true").click()
    answered(page, "Registered since")
    step(page, "5 Draw")
    answered(page, "who is drawn?")
    people = pd.DataFrame(
        {
            "id": [f"P{i:03d}" for i in range(720)],
            "office": [f"office {i % 12:02d}" for i in range(720)],
            "age": np.random.default_rng(4).integers(20, 60, 720),
        }
    )
    drop(page, "The list", people, "list.csv")
    page.get_by_label("Seed, from a source that nobody could choose").fill(SEED)
    page.get_by_role("button", name="Do it").locator("visible=true").click()
    answered(page, "Are the arms alike")
    drawn = taken(page, "Take the draw now")
    assert len(drawn) == 720 and drawn.groupby("block")["arm"].value_counts().eq(30).all()
    # Somebody was taken off the list after the draw: it is seen.
    page.get_by_label("What to do").locator("visible=true").select_option(
        label="Check a published draw against its list"
    )
    drop(page, "The list", people.iloc[1:], "list.csv")
    drop(page, "A published draw (all parts)", drawn.to_csv(index=False).encode(), "draw.csv")
    page.get_by_role("button", name="Do it").locator("visible=true").click()
    answered(page, "gone")
    step(page, "7 Result")
    answered(page, "Bring the outcomes")
    offered = drawn["arm"] == "harbour course"
    rng = np.random.default_rng(7)
    outcomes = drawn[["id"]].assign(outcome=(rng.random(720) < 0.3 + 0.2 * offered).astype(int))
    drop(page, "Outcomes", outcomes, "outcomes.csv")
    drop(page, "The published draw (all parts)", drawn.to_csv(index=False).encode(), "draw.csv")
    page.get_by_role("button", name="Do it").locator("visible=true").click()
    said = answered(page, "Harbour course raised")
    assert "points" in said and visit.console == [] and visit.outside == []
    held = records.open_store(kept).trial(NAME)
    assert held.state == "analysed" and held.result is not None and len(held.result.rows) == 1
    # Nobody's name or number is in the registry.
    assert b"P001" not in kept.read_bytes()
