"""Two tabs, a stale form, a deletion in between: nothing is replaced or lost without being told."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from answer_world import CODE, FIELDS, Browser, answered

from almpo_kit.records import Store
from almpo_kit.records.consultation_problems import CodeError, ConsentError, LinkError
from almpo_kit.workbench.answering import marks
from almpo_kit.workbench.localisation import Speech, speeches

Invite = Callable[..., tuple[str, list[str]]]
CHANGED = "Your answers were changed elsewhere in the meantime"
DELETES = "“Send these” deletes the stored "


def fields(text: str) -> dict[str, str]:
    """What a browser without scripts would send of a page: hidden fields, texts, what is chosen."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", text):
        of = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if of["type"] in ("hidden", "text") or re.search(r" checked\b", tag):
            found[html.unescape(of.get("name", ""))] = html.unescape(of.get("value", ""))
    for name, inside in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', text, re.S):
        found[html.unescape(name)] = (re.findall(r'value="(\d*)" selected', inside) or [""])[0]
    for name, words in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', text):
        found[name] = html.unescape(words)
    return found


def mark_in(page: str, item: str = "winter") -> str:
    """Mark of an item."""
    return fields(page)[f"{item}~mark"]


def sent_in_a(browser: Browser, token: str, page: str, **changed: str) -> dict[str, str]:
    """Somebody fills in what ``changed`` says and sends it."""
    sent = {**fields(page), **changed}
    assert browser.post(f"{token}/answer", sent).status == 303
    return sent


@pytest.mark.parametrize(("settle", "winter"), [("stored", 7.0), ("these", 3.0)])
def test_a_stale_form_asks_first(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str], settle: str, winter: float
) -> None:
    token, a, b = two_tabs
    sent_in_a(browser, token, a, **{"winter~value": "7", "winter~why": "new reason"})
    before = people_store.own_answers(token, CODE)
    typed = {**fields(b), "winter~value": "3", "winter~why": "", "effect~n~0.1": "1"}
    typed |= {"effect~n~0.5": "2", "effect~n~0.9": "3"}
    page = browser.post(f"{token}/answer", typed).text
    # Nothing was written, not even what nobody else touched.
    assert people_store.own_answers(token, CODE) == before
    assert CHANGED in page and "<title>Error:" in page
    # Browsers that go back would put old answers beside new marks.
    assert all(re.search(r'<form [^>]*class="answers"[^>]* autocomplete="off"', p) for p in (a, page))
    assert Speech("en").date(datetime.now(UTC).date().isoformat()) in page
    told = re.findall(r"<dt>(Stored|On this page)</dt>\s*<dd><strong>(\d)</strong>", page)
    assert told == [("Stored", "7"), ("On this page", "3")]
    assert "new reason" in page
    assert page.count('class="clash"') == 1
    back = fields(page)
    assert (back["winter~value"], back["effect~n~0.5"], back["winter~clash"]) == ("3", "2", "1")
    # The reason was not touched here: the new one stands in the form.
    assert back["winter~why"] == "new reason" and DELETES not in page
    assert "data-status>Saved" not in page
    assert browser.post(f"{token}/answer", {**back, "settle": settle}).status == 303
    kept = people_store.own_answers(token, CODE)
    assert kept[1]["winter"] == {"": winter}
    assert kept.reasons[1]["winter"] == "new reason"
    assert kept[1]["effect"] == {"0.1": 1.0, "0.5": 2.0, "0.9": 3.0}


def test_two_sides_of_a_clash_never_look_the_same(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str]
) -> None:
    token, a, b = two_tabs
    third = {f"share~n~{o}": "33.33" for o in ("jobs", "months", "equity")}
    sent_in_a(browser, token, a, **{**FIELDS, **third, "share~n~equity": "33.34"})
    ends = {k: v for k, v in FIELDS.items() if k.startswith("ends")} | {"ends~over~months": "3"}
    page = browser.post(f"{token}/answer", {**fields(b), **ends, **third, "share~n~jobs": "33.34"}).text
    clashes = re.findall(r'<section class="clash">(.*?)</section>', page, re.S)
    assert len(clashes) == 2
    for clash in clashes:
        stored, typed = re.findall(r"<dd>.*?(?=</div>)", clash, re.S)
        assert stored != typed, clash
    assert "33.34" in clashes[0]
    assert "slightly more (2)" in clashes[1] and "somewhat more (3)" in clashes[1]


def test_what_came_with_a_form_is_not_left_behind_by_a_link(
    browser: Browser, two_tabs: tuple[str, str, str]
) -> None:
    token, a, b = two_tabs
    assert 'class="languages"' in a
    wrong = browser.post(f"{token}/answer", {**fields(b), "share~n~jobs": "9", "winter~value": "3"}).text
    sent_in_a(browser, token, browser.get(token).text, **{"winter~value": "7"})
    clash = browser.post(f"{token}/answer", {**fields(b), "winter~value": "3"}).text
    for page, words in ((wrong, "1 answer was not saved"), (clash, CHANGED)):
        assert words in page and 'class="languages"' not in page


@pytest.mark.parametrize("late", [0, 2])
def test_deleted_while_a_page_is_made(
    browser: Browser,
    people_store: Store,
    two_tabs: tuple[str, str, str],
    monkeypatch: pytest.MonkeyPatch,
    late: int,
) -> None:
    token, a, b = two_tabs
    sent_in_a(browser, token, a, **{"winter~value": "7"})
    read, count = Store.own_answers, itertools.count(1)

    def erased_before(store: Store, *given: Any) -> Any:
        if next(count) == late:
            store.erase(token, CODE)
        return read(store, *given)

    monkeypatch.setattr(Store, "own_answers", erased_before)
    here = f"/codesign_answer/{token}?lang=en"
    if late:
        # The form was read and asks about a clash; then there is nothing left to show.
        got = browser.post(f"{token}/answer", {**fields(b), "winter~value": "3"})
        assert (got.status, got.headers["Location"]) == (303, here)
        assert browser.get(token).status == 404
        return
    for error, status in ((LinkError(), 303), (ConsentError(), 303), (CodeError("", "missing"), 200)):

        def gone(*_: Any, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(Store, "own_answers", gone)
        assert [browser.get(f"{token}{more}").status for more in ("", "/thanks")] == [status] * 2


def test_the_same_form_twice_is_harmless_and_so_is_going_on_in_one_tab(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str]
) -> None:
    token, a, b = two_tabs
    sent = sent_in_a(browser, token, a, **FIELDS)
    assert browser.post(f"{token}/answer", sent).status == 303
    # The other tab sends the very same content.
    assert browser.post(f"{token}/answer", {**fields(b), **FIELDS}).status == 303
    # A page that came back with a problem goes on with what it has itself saved.
    page = fields(browser.get(token).text)
    page = fields(browser.post(f"{token}/answer", {**page, "winter~value": "2", "share~n~jobs": "99"}).text)
    done = browser.post(f"{token}/answer", {**page, "winter~value": "4", "share~n~jobs": "50"})
    assert done.status == 303
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 4.0}


def test_what_had_a_problem_is_still_told_when_it_is_mended(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str]
) -> None:
    token, a, b = two_tabs
    share = {"share~n~jobs": "50", "share~n~months": "30", "share~n~equity": "20"}
    sent_in_a(browser, token, a, **share)
    page = browser.post(f"{token}/answer", {**fields(b), "share~n~jobs": "60"}).text
    assert "Something is missing" in page and CHANGED not in page
    mended = {**fields(page), **share, "share~n~jobs": "40", "share~n~months": "40"}
    assert CHANGED in browser.post(f"{token}/answer", mended).text
    assert people_store.own_answers(token, CODE)[1]["share"]["jobs"] == 50.0


def test_saving_as_one_goes(browser: Browser, people_store: Store, two_tabs: tuple[str, str, str]) -> None:
    token, a, b = two_tabs
    one, other = fields(a), fields(b)

    def save(page: dict[str, str], value: str, k: int) -> str:
        key = f"{page['key'][: marks.PAGE]}-{k}"
        return browser.post(
            f"{token}/save", {**page, "item": "winter", "winter~value": value, "key": key}
        ).text

    # One page replaces what it saved itself, also where it never heard the answer.
    for k, value in enumerate(("2", "3", "4")):
        assert '"saved"' in save(one, value, k)
    assert '"changed"' in save(other, "8", 0)
    # An old value that came back elsewhere was changed nevertheless.
    old, later = (fields(browser.get(token).text) for _ in "ab")
    assert '"saved"' in save(later, "9", 0) and '"saved"' in save(later, "4", 1)
    assert '"changed"' in save(one, "1", 9) and '"changed"' in save(old, "1", 0)
    assert people_store.own_answers(token, CODE)[1] == {"winter": {"": 4.0}}


def test_another_tab_between_reading_and_writing(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token, a, _ = two_tabs
    write, first = Store.answer, iter([True])

    def late(store: Store, *given: Any, **more: Any) -> Any:
        if next(first, False):
            write(store, token, 1, {"winter": {"": 9.0}}, key="the-other-tab", code=CODE)
        return write(store, *given, **more)

    monkeypatch.setattr(Store, "answer", late)
    page = browser.post(f"{token}/answer", {**fields(a), "winter~value": "2"}).text
    assert CHANGED in page
    assert people_store.own_answers(token, CODE)[1] == {"winter": {"": 9.0}}


def test_marks_tell_nothing_and_are_of_one_link(
    browser: Browser, invite: Invite, people_store: Store
) -> None:
    _, (mine, yours) = invite()
    answered(people_store, [mine])
    browser.post(f"{mine}/code", {"code": CODE})
    page = browser.get(mine).text
    assert re.fullmatch("[0-9a-f]{64}", mark_in(page))
    # Not a word of it from the answer alone, the link alone, or with a wrong code.
    kept = people_store.own_answers(mine, CODE)
    of = (1, "winter", kept[1]["winter"], "reason 0", kept.written[1]["winter"])
    assert marks.mark_of(mine, "BLUE  horse ", *of) == mark_in(page)
    assert mark_in(page) not in {marks.mark_of(mine, "", *of), marks.mark_of(yours, CODE, *of)}
    for forged in ("", "é", "0" * 64, mark_in(page)[::-1]):
        sent = {**fields(page), "winter~mark": forged, "winter~value": "1"}
        assert CHANGED in browser.post(f"{mine}/answer", sent).text
    assert people_store.own_answers(mine, CODE)[1]["winter"] == {"": 7.0}


def test_in_greek(browser: Browser, two_tabs: tuple[str, str, str]) -> None:
    token, a, b = two_tabs
    sent_in_a(browser, token, a, **{"winter~value": "7"})
    page = browser.post(f"{token}/answer", {**fields(b), "winter~value": "3", "lang": "el"}).text
    for words in ("Οι απαντήσεις σας άλλαξαν αλλού στο μεταξύ", "Να μείνουν οι αποθηκευμένες"):
        assert words in page
    assert speeches()["el"].date("2026-11-29") == "29 Νοεμβρίου 2026"
    assert Speech("en").date("2026-11-29") == "29 November 2026"
