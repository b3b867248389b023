"""Two windows of one person, and the longest question on a phone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from answer_world import CODE, GOALS
from test_answer_screens import Visitor

from almpo_kit.records import Store
from almpo_kit.vocabulary.consultation_items import Item

Invite = Callable[..., tuple[str, list[str]]]


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_an_old_window_asks_before_it_replaces_anything(
    base: str, chromium: Any, people_store: Store, invite: Invite, scripts: bool
) -> None:
    _, (token, _) = invite()
    visitor = Visitor(chromium, java_script_enabled=scripts)
    visitor.agree(base + token)
    old = visitor.page
    other = visitor.context.new_page()
    other.goto(base + token)
    other.locator("#q-winter").get_by_role("radio", name="7", exact=True).check()
    other.get_by_role("button", name="Send my answers").click()
    other.wait_for_url("**/thanks**")
    old.locator("#q-winter").get_by_role("radio", name="3", exact=True).check()
    if scripts:
        old.locator("#q-winter").get_by_text("Not saved: this answer was changed elsewhere").wait_for()
    old.get_by_role("button", name="Send my answers").click()
    old.wait_for_selector(".clash")
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 7.0}
    assert old.locator(".clash dd").all_inner_texts() == ["7", "3"]
    if scripts:
        visitor.sound()
        assert old.evaluate("document.activeElement.getAttribute('role')") == "alert"
        # Nothing is saved before it is decided.
        old.locator("#q-winter").get_by_role("radio", name="2", exact=True).check()
        old.wait_for_timeout(800)
        assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 7.0}
    old.get_by_role("button", name="Keep the stored ones").first.click()
    old.wait_for_url("**/thanks**")
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 7.0}
    # Who goes back sees what is stored, never an old choice beside the mark of a new state.
    people_store.answer(token, 1, {"winter": {"": 5.0}}, key="elsewhere", code=CODE)
    other.go_back()
    other.wait_for_selector("form.answers")
    assert other.locator("#q-winter").get_by_role("radio", name="5", exact=True).is_checked()
    assert visitor.console == []


@pytest.mark.slow
def test_six_pairs_on_a_phone(base: str, chromium: Any, invite: Invite) -> None:
    """What was 1672 px high in English before anything was chosen, and 2032 px after it."""
    goals = {**GOALS, "certainty": {"en": "more certain effects", "el": "πιο βέβαια αποτελέσματα"}}
    words = {"en": "Which counts more?", "el": "Ποιο μετράει περισσότερο;"}
    _, (token, _) = invite(items=(Item("pairs", "pairwise", words, options=goals),))
    visitor = Visitor(chromium)
    visitor.agree(base + token)
    for language, empty, full in (("en", 720, 1000), ("el", 800, 1080)):
        visitor.page.goto(f"{base}{token}?lang={language}")
        pairs = visitor.page.locator("#q-pairs [data-inputs]")
        assert pairs.bounding_box()["height"] < (empty if language == "en" else full)
        for k in range(1, 7):
            visitor.page.locator(f"#q-pairs-{k}-{'abc'[k % 3]}").check()
            if k % 3 != 1:
                visitor.page.locator(f"#q-pairs-{k}-d").select_option(str(k + 2))
        assert pairs.bounding_box()["height"] < full
        for width in (320, 360, 1440):
            visitor.page.set_viewport_size({"width": width, "height": 740})
            visitor.sound()
        visitor.page.set_viewport_size({"width": 360, "height": 740})
    # What is seen, whole: no side runs out of its box.
    wide = (
        "[...document.querySelectorAll('.sides label')].filter((n) => n.scrollWidth > n.clientWidth).length"
    )
    assert visitor.page.evaluate(wide) == 0
    assert visitor.page.get_by_role("group", name="Ζεύγος 6 από 6").count() == 1
