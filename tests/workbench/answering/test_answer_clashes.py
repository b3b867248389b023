"""Two tabs, a stale form, a forgotten code, a server that was started anew: nothing is replaced or lost without being told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from answer_world import CODE, FIELDS, Browser, answered, served
from test_answer_pages import begin

from almpo_kit.records import Store, personal_codes
from almpo_kit.workbench.answering import marks
from almpo_kit.workbench.localisation import Speech, speeches

Invite = Callable[..., tuple[str, list[str]]]
CHANGED = "Your answers were changed elsewhere in the meantime"


def fields(text: str) -> dict[str, str]:
    """What a browser without scripts would send of a page: hidden fields, texts, what is chosen."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", text):
        of = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if of["type"] in ("hidden", "text") or re.search(r" checked\b", tag):
            found[of.get("name", "")] = html.unescape(of.get("value", ""))
    for name, inside in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', text, re.S):
        found[name] = (re.findall(r'value="(\d*)" selected', inside) or [""])[0]
    for name, words in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', text):
        found[name] = html.unescape(words)
    return found


def mark_in(page: str, item: str = "winter") -> str:
    """Mark of an item."""
    return fields(page)[f"{item}~mark"]


@pytest.fixture
def two_tabs(browser: Browser, invite: Invite) -> tuple[str, str, str]:
    """The link, and one form that was loaded twice."""
    _, (token, _) = invite()
    begin(browser, token)
    return token, browser.get(token).text, browser.get(token).text


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
    assert "data-status>Saved" not in page
    assert browser.post(f"{token}/answer", {**back, "settle": settle}).status == 303
    kept = people_store.own_answers(token, CODE)
    assert kept[1]["winter"] == {"": winter}
    assert kept.reasons.get(1, {}).get("winter", "") == ("new reason" if settle == "stored" else "")
    assert kept[1]["effect"] == {"0.1": 1.0, "0.5": 2.0, "0.9": 3.0}


def test_an_empty_stale_form_takes_nothing_back(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str]
) -> None:
    token, a, b = two_tabs
    sent_in_a(browser, token, a, **FIELDS)
    page = browser.post(f"{token}/answer", fields(b)).text
    assert CHANGED in page
    assert page.count('class="clash"') == 7
    assert len(people_store.own_answers(token, CODE)[1]) == 7
    # Changed once more while she reads: she is asked once more.
    third = fields(browser.get(token).text)
    assert browser.post(f"{token}/answer", {**third, "winter~value": "5"}).status == 303
    again = browser.post(f"{token}/answer", {**fields(page), "settle": "these"}).text
    assert CHANGED in again
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 5.0}


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


# ---- the personal code ---------------------------------------------------------------------------------


@pytest.fixture
def started_anew(browser: Browser, people_store: Store, invite: Invite) -> Iterator[tuple[str, str, Browser]]:
    """A link, the form that was open in a browser, and the same browser at a server that was started after it."""
    _, (token, _) = invite()
    begin(browser, token)
    sent_in_a(browser, token, browser.get(token).text, **{"winter~value": "7"})
    page = browser.get(token).text
    with served(people_store) as base:
        yield token, page, Browser(base, dict(browser.cookies))


def test_a_server_that_was_started_anew_loses_nothing_that_was_typed(
    started_anew: tuple[str, str, Browser], people_store: Store
) -> None:
    token, page, browser = started_anew
    why = 'two lines,\n"quoted" & <b>'
    typed = {**fields(page), "winter~value": "2", "winter~why": why, "lang": "en"}
    assert '"state": "code"' in browser.post(f"{token}/save", {**typed, "item": "winter"}).text
    asked = browser.post(f"{token}/answer", typed).text
    assert "Type your code, and it is sent" in asked
    # A wrong code does not lose it either.
    asked = browser.post(f"{token}/code", {**fields(asked), "code": "wrong"}).text
    assert "This is not the code" in asked and "Type your code, and it is sent" in asked
    done = browser.post(f"{token}/code", {**fields(asked), "code": CODE})
    assert (done.status, done.headers["Location"]) == (303, f"/codesign_answer/{token}/thanks?lang=en")
    kept = people_store.own_answers(token, CODE)
    assert kept[1]["winter"] == {"": 2.0}
    assert kept.reasons[1]["winter"] == why
    assert "Your answers are saved" in browser.get(f"{token}/thanks").text


def test_what_waited_for_the_code_is_checked_as_any_form(
    started_anew: tuple[str, str, Browser], people_store: Store
) -> None:
    token, page, browser = started_anew
    people_store.answer(token, 1, {"winter": {"": 9.0}}, key="elsewhere", code=CODE)
    asked = browser.post(f"{token}/answer", {**fields(page), "winter~value": "2"}).text
    assert CHANGED in browser.post(f"{token}/code", {**fields(asked), "code": CODE}).text
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 9.0}


def test_too_many_wrong_codes_say_until_when_and_whom_to_ask(
    browser: Browser, people_store: Store, base: str, invite: Invite, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, (token, _) = invite()
    begin(browser, token)
    typed = {**fields(browser.get(token).text), "winter~value": "6"}
    began = datetime.now(UTC)
    monkeypatch.setattr(personal_codes, "_moment", lambda: began)
    thief = Browser(base)
    for k in range(5):
        thief.post(f"{token}/code", {"code": f"guess {k}"})
    opens = began + timedelta(minutes=15)
    # On the device of the rightful one it says why at once, and keeps what she typed.
    page = browser.post(f"{token}/answer", typed).text
    for said in (
        f"Try again from {Speech('en').moment(opens)} on (in 15 minutes)",
        "tell whoever invited you and ask for a new link",
        "If it is lost, ask whoever invited you",
        "Type your code, and it is sent",
    ):
        assert said in page, said
    assert "Η σελίδα ανοίγει ξανά: " in thief.post(f"{token}/code", {"code": CODE, "lang": "el"}).text
    # And so it is: a new link stops whoever tried, and the code that was chosen holds.
    new = people_store.renew_invitation(name, "P-001").token
    monkeypatch.setattr(personal_codes, "_moment", lambda: opens)
    assert browser.post(f"{new}/code", {**fields(page), "code": CODE}).status == 303
    assert people_store.own_answers(new, CODE)[1]["winter"] == {"": 6.0}


def test_a_moment_is_told_with_its_zone_and_never_too_early() -> None:
    english, now = Speech("en"), datetime.now(UTC)
    tomorrow = now + timedelta(hours=24, seconds=30)
    assert english.wait(now + timedelta(minutes=14, seconds=30)) == "15 minutes"
    assert english.wait(tomorrow) == "24 hours"
    assert english.wait(now) == "1 minute"
    assert speeches()["el"].wait(tomorrow) == "24 ώρες"
    told = english.moment(tomorrow)
    assert re.fullmatch(r"\d+ \w+ \d{4}, \d\d:\d\d \(UTC([+-]\d\d:\d\d)?\)", told)
    at = datetime(2020, 1, 1, 10, 0, 1, tzinfo=UTC)
    assert f"{datetime(2020, 1, 1, 10, 1, tzinfo=UTC).astimezone():%H:%M}" in english.moment(at)
