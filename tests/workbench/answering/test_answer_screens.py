"""The participant's page in a real browser: on a phone, by keyboard alone, as a screen reader meets it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from answer_world import ANSWERS, CODE, COSTS

from almpo_kit.records import Store

Invite = Callable[..., tuple[str, list[str]]]
#: Whatever can be tapped, with its size; links within sentences and what is folded away are not asked.
TARGETS = """() => [...document.querySelectorAll(
  'main button, main select, main input[type=text], main input[type=password], main .choice label, main .tick label,' +
  'main summary, nav a, footer a, footer button')].map((n) => [n, n.getBoundingClientRect()])
  .filter(([n, r]) => r.width && n.checkVisibility()).map(([n, r]) => [n.tagName + ' ' + n.textContent.trim().slice(0, 30), r.width, r.height])"""
#: What has no name, an id twice, or a heading that skips a level.
FAULTS = """() => {
  const faults = [];
  for (const n of document.querySelectorAll('input:not([type=hidden]):not([hidden]), select, textarea'))
    if (!n.labels?.length || !n.labels[0].textContent.trim()) faults.push('no label: ' + n.name);
  for (const n of document.querySelectorAll('fieldset')) if (!n.querySelector(':scope > legend')) faults.push('no legend: ' + n.id);
  const ids = [...document.querySelectorAll('[id]')].map((n) => n.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) faults.push('twice: ' + id);
  for (const n of document.querySelectorAll('[aria-describedby]'))
    for (const id of n.getAttribute('aria-describedby').split(' ')) if (!document.getElementById(id)) faults.push('describes nothing: ' + id);
  let last = 0;
  for (const n of document.querySelectorAll('h1, h2, h3')) { const k = Number(n.tagName[1]); if (k > last + 1) faults.push('heading skips: ' + n.textContent); last = k; }
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  for (const t of ['header', 'main']) if (document.querySelectorAll('body > ' + t).length !== 1) faults.push('not one ' + t);
  return faults;
}"""


class Visitor:
    """A browser window that lets nothing out and listens to its console."""

    def __init__(self, chromium: Any, width: int = 360, **more: Any) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 740}, **more)
        self.page = self.context.new_page()
        self.console: list[str] = []
        self.asked: list[str] = []
        self.page.on(
            "console", lambda m: self.console.append(m.text) if m.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda e: self.console.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))

    def agree(self, url: str) -> None:
        """Consent, and come to the questions."""
        self.page.goto(url)
        self.page.get_by_label("Personal code").fill(CODE)
        self.page.get_by_label("The same code again").fill(CODE)
        self.page.get_by_label("I have read this and I agree to take part.").check()
        self.page.get_by_role("button", name="Begin").click()
        self.page.wait_for_selector("form.answers")

    def sound(self) -> None:
        """Nothing wider than the window, nothing too small to tap, nothing without a name."""
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]
        small = [t for t in self.page.evaluate(TARGETS) if t[2] < 43.5 or t[1] < 40]
        assert not small
        assert self.page.evaluate(FAULTS) == []


def test_on_a_phone(base: str, chromium: Any, people_store: Store, invite: Invite) -> None:
    _, (token, _) = invite()
    visitor = Visitor(chromium, has_touch=True)
    page = visitor.page
    began = time.perf_counter()
    page.goto(base + token)
    assert time.perf_counter() - began < 2
    weight = page.evaluate(
        "performance.getEntriesByType('resource').reduce((n, r) => n + r.encodedBodySize, 0)"
    )
    assert weight < 60_000
    visitor.sound()
    visitor.agree(base + token)
    visitor.sound()
    tree = page.locator("body").aria_snapshot()
    for part in (
        "banner:",
        'navigation "Language"',
        "main:",
        "contentinfo:",
        'group "1 Training',
        'radio "7"',
        "status",
    ):
        assert part in tree, part
    winter = page.get_by_role("group", name="Training should take place in winter.")
    winter.get_by_role("radio", name="7", exact=True).tap()
    winter.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    assert people_store.own_answers(token, CODE) == {1: {"winter": {"": 7.0}}}
    # Unfinished is said, not shouted.
    share = page.get_by_role("group", name="Share out 100 points.")
    share.get_by_label("more people in work").fill("60")
    assert share.locator("[data-sum]").inner_text() == "40 points left to give"
    share.get_by_label("more months in work").fill("30")
    share.get_by_label("reaching those furthest from work").fill("10")
    assert share.locator("[data-sum]").inner_text() == "100 points given"
    money = page.get_by_role("group", name="What would you fund?")
    money.get_by_text("the school").tap()
    money.get_by_text("the lab").tap()
    assert money.locator("[data-money]").inner_text() == "€300,000 too much"
    pair = page.get_by_role("group", name="“more people in work” or “more months in work")
    assert not pair.get_by_label("How much more?").is_visible()
    # One pair is one line: three of them were 800 px high when each was a list.
    assert page.locator("#q-pairs [data-inputs]").bounding_box()["height"] < 450
    assert pair.locator("legend").inner_text().startswith("Pair 1 of 3")
    pair.get_by_role("radio", name="“more people in work” counts more").tap()
    pair.get_by_label("How much more?").select_option("5")
    page.get_by_role("button", name="Send my answers").tap()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "1 answer was not saved" in alert.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    visitor.sound()
    kept = people_store.own_answers(token, CODE)[1]
    assert kept["share"] == {"jobs": 60.0, "months": 30.0, "equity": 10.0}
    assert kept["pairs"] == {"jobs>months": 5.0}
    alert.get_by_role("link").tap()
    page.get_by_role("group", name="What would you fund?").get_by_text("the school").tap()
    page.get_by_role("button", name="Send my answers").tap()
    page.wait_for_url("**/thanks**")
    assert people_store.own_answers(token, CODE)[1]["money"] == {o: float(o == "lab") for o in COSTS}
    assert visitor.console == []
    assert all(url.startswith(base) for url in visitor.asked)


@pytest.mark.slow
def test_the_second_round_as_a_screen_reader_meets_it(
    base: str, chromium: Any, second_round: tuple[str, list[str]]
) -> None:
    visitor = Visitor(chromium)
    page = visitor.page
    page.goto(f"{base}{second_round[1][1]}?lang=el")
    visitor.sound()
    page.get_by_label("Προσωπικός κωδικός").fill(CODE)
    page.get_by_role("button", name="Συνέχεια").click()
    page.wait_for_selector("form.answers")
    visitor.sound()
    tree = page.locator("body").aria_snapshot()
    for part in (
        'link "Μετάβαση στο περιεχόμενο"',
        "banner:",
        'navigation "Γλώσσα"',
        "main:",
        "contentinfo:",
        'group "1 (Training should take place in winter.)"',
        'table "Απαντήσεις της ομάδας"',
        'row "7 η απάντησή σας 100%"',
        'radio "Την κρατώ"',
        'radio "Την αλλάζω"',
        'button "Αποστολή των απαντήσεών μου"',
    ):
        assert part in tree, part
    # Fields open with the wish to change, and hold the former answer.
    first = page.locator("#q-winter")
    assert not first.locator("[data-inputs]").is_visible()
    first.get_by_text("Την αλλάζω").click()
    assert first.get_by_role("radio", name="7", exact=True).is_checked()
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        visitor.sound()
    assert visitor.console == []


@pytest.mark.slow
def test_by_keyboard_alone(base: str, chromium: Any, people_store: Store, invite: Invite) -> None:
    _, (token, _) = invite()
    visitor = Visitor(chromium, 1280)
    page, keys = visitor.page, visitor.page.keyboard
    page.goto(base + token)
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    for text in (CODE, CODE):
        keys.press("Tab")
        keys.type(text)
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_selector("form.answers")
    seen = []
    for _ in range(80):
        keys.press("Tab")
        name, outline = page.evaluate(
            """() => { const n = document.activeElement;
            const shown = n.matches('.choice input') ? n.nextElementSibling : n;
            return [n.name || n.textContent.trim(), getComputedStyle(shown).outlineStyle]; }"""
        )
        seen.append(name)
        assert outline != "none", name
        if name == "winter~value":
            keys.press("Space")
            for _ in range(3):
                keys.press("ArrowRight")
        if name == "effect~n~0.1":
            keys.type("-2")
        if name == "effect~n~0.5":
            keys.type("4,5")
        if name == "effect~n~0.9":
            keys.type("12")
        if name == "Send my answers":
            keys.press("Enter")
            break
    page.wait_for_url("**/thanks**")
    assert people_store.own_answers(token, CODE)[1] == {"winter": {"": 4.0}, "effect": ANSWERS["effect"]}
    assert visitor.console == []


@pytest.mark.slow
def test_a_lost_connection_loses_nothing(
    base: str, chromium: Any, people_store: Store, invite: Invite
) -> None:
    _, (token, _) = invite()
    visitor = Visitor(chromium)
    visitor.agree(base + token)
    visitor.context.set_offline(True)
    winter = visitor.page.locator("#q-winter")
    winter.get_by_role("radio", name="6", exact=True).click()
    winter.get_by_role("status").get_by_text("Not saved yet: no connection. Trying again.").wait_for()
    visitor.context.set_offline(False)
    winter.get_by_role("status").get_by_text("Saved", exact=True).wait_for(timeout=20_000)
    assert people_store.own_answers(token, CODE) == {1: {"winter": {"": 6.0}}}


@pytest.mark.slow
def test_two_windows_and_a_double_tap(base: str, chromium: Any, people_store: Store, invite: Invite) -> None:
    """A second tap sends nothing twice; going back and sending another answer is not lost."""
    _, (token, _) = invite()
    visitor = Visitor(chromium)
    visitor.agree(base + token)
    page = visitor.page
    page.locator("#q-winter").get_by_role("radio", name="6", exact=True).click()
    page.get_by_role("button", name="Send my answers").dblclick()
    page.wait_for_url("**/thanks**")
    page.go_back()
    page.wait_for_selector("form.answers")
    page.locator("#q-winter").get_by_role("radio", name="2", exact=True).click()
    page.get_by_role("button", name="Send my answers").click()
    page.wait_for_url("**/thanks**")
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 2.0}
