"""What an old window never touched is no answer of it; what was emptied in it is said to be deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answer_world import CODE, FIELDS, Browser, answered
from test_answer_clashes import CHANGED, DELETES, fields, sent_in_a

from almpo_kit.records import Store
from almpo_kit.workbench.answering import marks

Invite = Callable[..., tuple[str, list[str]]]


def test_what_an_old_window_never_touched_is_no_answer_of_it(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str]
) -> None:
    token, a, b = two_tabs
    sent_in_a(browser, token, a, **FIELDS)
    before = people_store.own_answers(token, CODE)
    # Empty as it came: nothing to ask, nothing taken back.
    assert browser.post(f"{token}/answer", fields(b)).status == 303
    assert people_store.own_answers(token, CODE) == before
    # One thing typed: that alone is asked, and that alone is written.
    page = browser.post(f"{token}/answer", {**fields(b), "winter~value": "2"}).text
    assert CHANGED in page and page.count('class="clash"') == 1 and DELETES not in page
    back = fields(page)
    assert {k: v for k, v in back.items() if k in FIELDS and v} == {
        **FIELDS,
        "winter~value": "2",
        "effect~n~0.5": "4.5",
    }
    # Changed once more while she reads: she is asked once more, and about nothing else.
    third = fields(browser.get(token).text)
    assert (
        browser.post(
            f"{token}/answer", {**third, "winter~value": "5", "share~n~jobs": "49", "share~n~equity": "21"}
        ).status
        == 303
    )
    again = browser.post(f"{token}/answer", {**back, "settle": "these"}).text
    assert CHANGED in again and again.count('class="clash"') == 1
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 5.0}
    assert browser.post(f"{token}/answer", {**fields(again), "settle": "these"}).status == 303
    wanted = {**before[1], "winter": {"": 2.0}, "share": {"jobs": 49.0, "months": 30.0, "equity": 21.0}}
    assert people_store.own_answers(token, CODE)[1] == wanted


def test_what_was_filled_in_before_is_not_called_typed_here(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str]
) -> None:
    token, a, _ = two_tabs
    sent_in_a(browser, token, a, **FIELDS, **{"winter~why": "two\nlines"})
    old, new = (fields(browser.get(token).text) for _ in "ab")
    sent = {"winter~value": "1", "share~n~jobs": "45", "share~n~equity": "25", "ends~over~months": "4"}
    assert browser.post(f"{token}/answer", {**new, **sent}).status == 303
    # Numbers look otherwise in another language; a browser ends lines in its own way.
    greek = {**old, "effect~n~0.5": "4,5", "winter~why": "two\r\nlines", "effect~n~0.1": "-3", "lang": "el"}
    assert browser.post(f"{token}/answer", greek).status == 303
    kept = people_store.own_answers(token, CODE)
    assert (kept[1]["winter"], kept[1]["share"]["jobs"], kept[1]["effect"]["0.1"]) == ({"": 1.0}, 45.0, -3.0)
    assert kept[1]["ends"]["best:jobs>months"] == 4.0
    # Only the reason was touched: the answer in the form is the stored one.
    back = fields(browser.post(f"{token}/answer", {**old, "winter~why": "mine"}).text)
    assert (back["winter~value"], back["winter~why"], back["share~n~jobs"]) == ("1", "mine", "45")
    assert browser.post(f"{token}/answer", {**back, "settle": "these"}).status == 303
    kept = people_store.own_answers(token, CODE)
    assert (kept[1]["winter"], kept.reasons[1]["winter"]) == ({"": 1.0}, "mine")


@pytest.mark.parametrize("emptied", ["none", "", "saved"])
def test_what_was_emptied_here_is_said_to_be_deleted(
    browser: Browser, people_store: Store, two_tabs: tuple[str, str, str], emptied: str
) -> None:
    token, a, b = two_tabs
    page = fields(b)
    if emptied == "saved":
        # This page saved an answer and took it back; in between it was changed elsewhere.
        one = {**page, "item": "winter", "winter~value": "3", "key": f"{page['key'][: marks.PAGE]}-0"}
        assert '"saved"' in browser.post(f"{token}/save", one).text
        sent_in_a(browser, token, browser.get(token).text, **{"winter~value": "7"})
        gone = page
    else:
        sent_in_a(browser, token, a, **{"winter~value": "7", "winter~why": "so"})
        old = page if emptied else fields(browser.get(token).text)
        sent_in_a(browser, token, browser.get(token).text, **{"winter~value": "6", "winter~why": "so it is"})
        gone = {**old, "winter~value": emptied, "winter~why": ""}
    told = browser.post(f"{token}/answer", gone).text
    assert CHANGED in told and "This is what you typed here" not in told
    assert f"{DELETES}answer." in told and "Here it is empty" in told
    # Of the reason it is said where one was taken away.
    assert (f"{DELETES}reason." in told) == (not emptied)
    assert people_store.own_answers(token, CODE)[1]["winter"] != {}
    assert browser.post(f"{token}/answer", {**fields(told), "settle": "these"}).status == 303
    assert "winter" not in people_store.own_answers(token, CODE).get(1, {})


def test_in_a_later_round_the_former_answer_in_the_fields_is_none_of_this_window(
    browser: Browser, people_store: Store, invite: Invite
) -> None:
    name, (token,) = invite(1)
    answered(people_store, [token])
    people_store.close_round(name, 1)
    people_store.open_round(name, 2)
    browser.post(f"{token}/code", {"code": CODE})
    old, new = (fields(browser.get(token).text) for _ in "ab")
    sent = {"winter~turn": "change", "winter~value": "2", "money~turn": "keep", "pairs~turn": "keep"}
    assert browser.post(f"{token}/answer", {**new, **sent}).status == 303
    assert browser.post(f"{token}/answer", {**old, "share~turn": "keep"}).status == 303
    kept = people_store.own_answers(token, CODE)[2]
    assert set(kept) == {"winter", "money", "pairs", "share"} and kept["winter"] == {"": 2.0}
    # Who says here that the former one stays has answered here.
    assert CHANGED in browser.post(f"{token}/answer", {**old, "winter~turn": "keep"}).text
