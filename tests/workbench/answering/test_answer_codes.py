"""A forgotten code, a server that was started anew, a code that was wrong too often: nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from answer_world import CODE, Browser, served
from test_answer_clashes import CHANGED, fields, sent_in_a
from test_answer_pages import begin

from almpo_kit.records import Store, personal_codes
from almpo_kit.workbench.answering.pages import LARGEST_FORM, MOST_FIELDS
from almpo_kit.workbench.localisation import Speech, speeches

Invite = Callable[..., tuple[str, list[str]]]


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


def test_no_code_is_asked_for_what_comes_too_late(
    started_anew: tuple[str, str, Browser], people_store: Store
) -> None:
    token, page, browser = started_anew
    typed = {**fields(page), "winter~value": "2"}
    asked = fields(browser.post(f"{token}/answer", typed).text)
    name = people_store.enter(token).consultation.name
    people_store.close_round(name, 1)
    for path, sent in (
        ("answer", typed),
        ("code", {**asked, "code": "wrong"}),
        ("code", {**asked, "code": CODE}),
    ):
        got = browser.post(f"{token}/{path}", sent).text
        assert "came too late and was not saved" in got and "it waits on this page" not in got
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 7.0}


def test_the_largest_form_passes_the_code_page_too(
    started_anew: tuple[str, str, Browser], people_store: Store
) -> None:
    token, page, browser = started_anew
    typed = {**fields(page), "winter~value": "2", "winter~why": ""}
    many = {**typed, **{f"other~{k}": "" for k in range(MOST_FIELDS - len(typed))}}
    large = {**typed, "other~1": "x" * (LARGEST_FORM - len(urlencode({**typed, "other~1": ""})))}
    for k, form in enumerate((many, large)):
        asked = browser.post(f"{token}/answer", form)
        assert asked.status == 200
        done = browser.post(f"{token}/code", {**fields(asked.text), "key": f"largest-{k}", "code": CODE})
        assert done.status in (200, 303)
        browser.cookies.clear()
    assert browser.post(f"{token}/answer", {**large, "other~2": ""}).status == 413
    assert browser.post(f"{token}/answer", {**many, "more~1": ""}).status == 400


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
    assert english.wait(now) == "1 minute"
    waits = (
        (61, "61 minutes"),
        (91, "2 hours"),
        (121, "3 hours"),
        (23 * 60 + 25, "24 hours"),
        (37 * 60, "2 days"),
    )
    for minutes, words in waits:
        assert english.wait(now + timedelta(minutes=minutes)) == words
    assert speeches()["el"].wait(now + timedelta(hours=23, minutes=25)) == "24 ώρες"
    told = english.moment(tomorrow)
    assert re.fullmatch(r"\d+ \w+ \d{4}, \d\d:\d\d \(UTC([+-]\d\d:\d\d)?\)", told)
    at = datetime(2020, 1, 1, 10, 0, 1, tzinfo=UTC)
    assert f"{datetime(2020, 1, 1, 10, 1, tzinfo=UTC).astimezone():%H:%M}" in english.moment(at)
