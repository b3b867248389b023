"""The evidence desk in a real browser: screened, coded and settled by keyboard alone, on one store with others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from app_visits import Visit

from almpo_kit.workbench.desk_codes import estimate_words, in_words, kept_value
from almpo_kit.workbench.desk_coding import CodingDesk
from almpo_kit.workbench.desk_screening import ScreeningDesk
from almpo_kit.workbench.desk_settling import SettlingDesk
from almpo_kit.workbench.example_reviews import example_review
from almpo_kit.workbench.review_models import ReviewModels
from almpo_kit.workbench.reviews import Review

APP = "voila/render/evidence_desk.ipynb"


def tell(page: Any) -> str:
    """What the desk says of the last act."""
    return str(page.locator(".desk-told:visible").inner_text())


def until(page: Any, words: str) -> None:
    page.locator(".desk-told:visible", has_text=words).wait_for(timeout=60_000)


def tab_to(page: Any, selector: str, key: str = "Tab") -> None:
    """Press Tab (or Shift+Tab) until something has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement && document.activeElement.matches({json.dumps(selector)})"):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def next_tab(page: Any) -> None:
    """To the tab to the right, from the keys of the desk."""
    tab_to(page, ".lm-TabBar-tab", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


@pytest.mark.browser
def test_by_keyboard_alone(address: str, chromium: Any) -> None:
    """No mouse: screen, undo, code, correct a number, settle with a reason."""
    visit = Visit(chromium, 1280, 900)
    page = visit.open(address + APP, ready=".desk-document")
    assert "SYNTHETIC" in page.locator(".desk-head:visible").inner_text()
    tab_to(page, ".desk-keys")
    first = page.locator(".desk-document h3:visible").inner_text()
    page.keyboard.press("n")
    until(page, "does not belong")
    assert page.locator(".desk-document h3:visible").inner_text() != first
    page.keyboard.press("u")
    until(page, "Taken back")
    assert page.locator(".desk-document h3:visible").inner_text() == first
    page.keyboard.press("y")
    until(page, "belongs")
    page.keyboard.press("?")
    page.locator(".desk-help", has_text="undo").first.wait_for()

    # Tabs are reached and changed by the keyboard, too.
    next_tab(page)
    page.locator(".desk-row:visible").first.wait_for(timeout=60_000)
    tab_to(page, ".desk-keys")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    until(page, "Kept: Programme")
    assert page.locator(".desk-row[aria-current]:visible h4").inner_text().startswith("For whom")
    page.keyboard.press("x")
    until(page, "not stated")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("xx")
    page.keyboard.press("Enter")
    until(page, "Not kept")
    page.keyboard.press("Control+a")
    page.keyboard.type("gr")
    page.keyboard.press("Enter")
    until(page, "Greece")

    next_tab(page)
    page.locator(".desk-others:visible").first.wait_for(timeout=60_000)
    tab_to(page, ".desk-keys")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    assert "Say why" in tell(page)
    page.keyboard.type("the abstract names a comparison group")
    page.keyboard.press("Enter")
    until(page, "Settled")
    page.keyboard.press("u")
    until(page, "Open again")
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_on_a_phone(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP, ready=".desk-document")
    for name in ("Code", "Settle", "Model", "Ask", "Documents"):
        page.get_by_role("tab", name=name, exact=True).click()
        page.locator(".desk-row:visible, .almpo-answer .card:visible").first.wait_for(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    assert visit.console == [] and visit.outside == []


# ---- the desks themselves -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def review() -> Review:
    return example_review(n=120)


def act(kind: str, token: str, **parts: Any) -> dict[str, Any]:
    return {"act": kind, "token": token.ljust(8, "0"), **parts}


def test_screening_keeps_each_act_once_and_takes_back(review: Review) -> None:
    desk = ScreeningDesk(review, "coder D", rank=ReviewModels(review).rank)
    state = desk.state()
    name = state["document"]["id"]
    assert state["synthetic"] and state["why"]
    after = desk.take(act("decide", "one", document=name, value="no"))
    assert after["told"]["kind"] == "kept" and after["document"]["id"] != name
    again = desk.take(act("decide", "two", document=name, value="yes"))
    assert again["told"]["kind"] == "refused", "a document that is no longer shown is not decided twice"
    labels = review.store.labels(review.name, coder="coder D")
    assert labels["value"].tolist() == ["no"]
    back = desk.take(act("undo", "three"))
    assert back["document"]["id"] == name
    assert review.store.labels(review.name, coder="coder D").empty


def test_a_blind_coder_does_not_see_what_others_said(review: Review) -> None:
    desk = CodingDesk(review, "coder E", propose=ReviewModels(review).propose)
    state = desk.state()
    assert all(row["given"] == "" and row["others"] == [] for row in state["rows"])
    assert "coder A" not in json.dumps(state)


def test_proposals_carry_their_sentence_and_unsure_ones_no_value(review: Review) -> None:
    desk = CodingDesk(review, "coder F", propose=ReviewModels(review).propose)
    rows = desk.state()["rows"]
    text = str(review.document(desk.state()["document"]["id"])["text"])
    said = [r for r in rows if r["says"] == "proposed"]
    assert said
    for row in said:
        assert all(text[a:b] for a, b in row["spans"]) and row["accept"]
    assert all(row["accept"] == "" for row in rows if row["says"] != "proposed")


def test_numbers_in_doubt_are_not_filled_in(review: Review) -> None:
    """Else two experts who press Enter agree on what nobody has read."""
    import pandas as pd

    models = ReviewModels(review)

    def doubtful(documents: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
        made = models.propose(documents, passages)
        return made.assign(says=made["says"].where(made["field"] != "estimate", "unsure"))

    # A document that prints estimates.
    desk = CodingDesk(review, "coder K", propose=doubtful)
    for step in range(20):
        state = desk.take(act("next", f"next{step}"))
        rows = [r for r in state["rows"] if r["field"] == "estimate"]
        if rows:
            break
    assert rows and all(part["value"] == "" for r in rows for part in r["parts"])
    sent = {p["name"]: p["value"] for p in rows[0]["parts"]}
    choice = {
        "document": state["document"]["id"],
        "field": "estimate",
        "item": rows[0]["item"],
        "expected": None,
    }
    told = desk.take(act("decide", "enter", value=json.dumps(sent), **choice))["told"]
    assert told["kind"] == "refused" and "effect" in told["words"]


def test_an_expected_label_that_moved_on_is_a_conflict(review: Review) -> None:
    models = ReviewModels(review)
    first, second = (CodingDesk(review, "coder G", propose=models.propose) for _ in range(2))
    name = first.state()["document"]["id"]
    assert second.state()["document"]["id"] == name
    choice = {"document": name, "field": "design", "item": "", "expected": None, "row": 3}
    assert first.take(act("decide", "a", value="rct", **choice))["told"]["kind"] == "kept"
    told = second.take(act("decide", "b", value="did", **choice))["told"]
    assert told["kind"] == "refused"
    labels = review.store.labels(review.name, coder="coder G")
    assert labels["value"].tolist() == ["rct"]


def test_settling_needs_somebody_else_and_a_reason(review: Review) -> None:
    desk = SettlingDesk(review, "senior reviewer")
    state = desk.state()
    row = state["rows"][0]
    choice = {"document": state["document"]["id"], "field": row["field"], "item": row["item"]}
    choice |= {"value": row["options"][0]["value"], "expected": row["expected"]}
    short = desk.take(act("settle", "a", reason="no", **choice))
    assert short["told"]["kind"] == "refused"
    own = SettlingDesk(review, "coder A").take(
        act("settle", "b", reason="because I have said so myself", **choice)
    )
    assert own["told"]["kind"] == "refused"
    # A coder does not become somebody else by calling herself a senior reviewer; together with the other she may.
    mine = SettlingDesk(review, "senior reviewer", coder="Coder A").take(
        act("settle", "e", reason="the design is named in the title", **choice)
    )
    assert mine["told"]["kind"] == "refused" and "yourself" in mine["told"]["words"]
    assert review.decisions().empty
    both = SettlingDesk(review, "coder A and coder B", coder="coder A")
    assert (
        both.take(act("settle", "f", reason="we read it again together", **choice))["told"]["kind"] == "kept"
    )
    assert both.take(act("undo", "g"))["told"]["kind"] == "kept"
    before = len(review.decisions())
    done = desk.take(act("settle", "c", reason="the design is named in the title", **choice))
    assert done["told"]["kind"] == "kept" and len(review.decisions()) == before + 1
    assert desk.take(act("undo", "d"))["told"]["kind"] == "kept"
    assert len(review.decisions()) == before


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "decide", "token": "12345678"},
        {"act": "decide", "token": "12345678", "document": 5, "value": "yes"},
        {"act": "drop table", "token": "12345678"},
        {"act": "decide", "token": "x", "document": "a' OR 1=1", "value": "yes"},
        {},
    ],
)
def test_what_a_browser_sends_is_not_trusted(review: Review, sent: dict[str, Any]) -> None:
    models = ReviewModels(review)
    before = len(review.store.labels(review.name))
    for desk in (
        ScreeningDesk(review, "coder H", rank=models.rank),
        CodingDesk(review, "coder H", propose=models.propose),
        SettlingDesk(review, "senior reviewer"),
    ):
        assert desk.take(sent)["told"]["kind"] == "refused"
    assert len(review.store.labels(review.name)) == before


@pytest.mark.parametrize(
    ("field", "said", "kept"),
    [
        ("country", '{"value": "gr, de"}', "DE|EL"),
        ("horizon_months", '{"value": "12;6.0"}', "12|6"),
        ("target_group", "youth|men", "men|youth"),
        ("relevant", "yes", "yes"),
        ("design", "not stated", "not stated"),
    ],
)
def test_answers_are_kept_in_one_spelling(field: str, said: str, kept: str) -> None:
    assert kept_value(field, said) == kept
    assert in_words(field, kept)


def test_what_is_not_shown_of_an_estimate_stays_while_its_numbers_do() -> None:
    proposed = '{"effect": 2.4, "se": 0.6, "se_source": "derived_ci", "significance": "positive", "unit": "percentage_points"}'
    same = json.loads(
        kept_value("estimate", '{"effect": "2.4", "se": "0.6", "unit": "percentage_points"}', proposed)
    )
    assert same["se_source"] == "derived_ci" and same["significance"] == "positive"
    other = json.loads(
        kept_value("estimate", '{"effect": "−2.4", "se": "0.6", "unit": "percentage_points"}', proposed)
    )
    assert other["effect"] == -2.4 and other["se_source"] == "derived_ci" and "significance" not in other
    assert estimate_words(json.dumps(other)).startswith("-2.4 (se 0.6)")


def test_the_records_of_the_example_go_with_it(review: Review) -> None:
    made = example_review(n=40, screened=0)
    place = Path(made.place.name)
    assert place.exists() and "SYNTHETIC" in made.name and made.labels().empty
    made.place.cleanup()
    assert not place.exists()
