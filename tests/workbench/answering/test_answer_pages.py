"""The participant's page without scripts: consent, answers, the group, deletion, languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from answer_world import ANSWERS, CODE, FIELDS, Browser, plan

from almpo_kit.records import Store

Invite = Callable[..., tuple[str, list[str]]]


def hidden(text: str, name: str) -> str:
    """Value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', text)
    assert found, name
    return found[1]


def begin(browser: Browser, token: str, code: str = CODE) -> str:
    """Agree and come to the questions; their page."""
    page = browser.get(token).text
    asked = {"digest": hidden(page, "digest"), "agree": "1", "code": code, "again": code, "lang": "en"}
    assert browser.post(f"{token}/consent", asked).status == 303
    return browser.get(token).text


def test_a_whole_visit_without_scripts(browser: Browser, people_store: Store, invite: Invite) -> None:
    name, (token, _) = invite()
    first = browser.get(token)
    assert first.status == 200
    assert "SYNTHETIC" in first.text
    assert "Answers are kept under a pseudonym." in first.text
    assert "only where at least" in first.text
    assert "Set-Cookie" not in first.headers
    page = begin(browser, token)
    assert "Round 1 of 2" in page
    sent = {
        **FIELDS,
        "winter~why": "the season is over & <b>done</b>",
        "round": "1",
        "key": hidden(page, "key"),
    }
    done = browser.post(f"{token}/answer", sent)
    assert (done.status, done.headers["Location"]) == (303, f"/codesign_answer/{token}/thanks?lang=en")
    thanks = browser.get(f"{token}/thanks?lang=en").text
    assert "Your answers are saved" in thanks
    assert "not answered" not in thanks
    kept = people_store.own_answers(token, CODE)
    assert {i: pytest.approx(v) for i, v in kept[1].items()} == ANSWERS
    # Words are kept as they were and shown as words.
    assert kept.reasons == {1: {"winter": "the season is over & <b>done</b>"}}
    again = browser.get(token).text
    assert "the season is over &amp; &lt;b&gt;done&lt;/b&gt;" in again
    assert 'value="7" checked' in again
    # The same form once more is carried out once; another one under its key is not believed.
    assert browser.post(f"{token}/answer", sent).status == 303
    assert people_store.participation(name)["state"].tolist() == ["answered", "invited"]


def test_consent_says_what_is_wrong(browser: Browser, people_store: Store, invite: Invite) -> None:
    _, (token, _) = invite()
    digest = hidden(browser.get(token).text, "digest")
    whole = {"digest": digest, "agree": "1", "code": CODE, "again": CODE}
    for change, words in (
        ({"agree": ""}, "Tick the box if you agree"),
        ({"again": "blue cow"}, "The two codes are not the same"),
        ({"code": "1234", "again": "1234"}, "too easy"),
        ({"code": "", "again": ""}, "too easy"),
        ({"digest": "0" * 64}, "Please read it once more"),
    ):
        page = browser.post(f"{token}/consent", {**whole, **change})
        assert words in page.text
        assert 'role="alert"' in page.text
        assert "<title>Error:" in page.text
        assert CODE not in page.text
    assert not people_store.enter(token).consented


def test_what_fits_is_kept_and_what_does_not_is_told_with_a_link(
    browser: Browser, people_store: Store, invite: Invite
) -> None:
    _, (token, _) = invite()
    page = begin(browser, token)
    sent = {"winter~value": "8", "share~n~jobs": "50", "round": "1", "key": hidden(page, "key")}
    page = browser.post(f"{token}/answer", sent).text
    assert "1 answer was not saved" in page
    assert '<a href="#q-share">Question 2: Something is missing here.' in page
    assert 'value="50"' in page
    assert 'aria-describedby="q-share-problem"' in page
    assert people_store.own_answers(token, CODE) == {1: {"winter": {"": 8.0}}}


def test_the_code_opens_the_answers_and_can_be_forgotten(browser: Browser, base: str, invite: Invite) -> None:
    _, (token, _) = invite()
    begin(browser, token)
    cookie = browser.cookies[token]
    other = Browser(base)
    assert "Your personal code" in other.get(token).text
    assert "This is not the code" in other.post(f"{token}/code", {"code": "wrong code"}).text
    assert "Type your personal code" in other.post(f"{token}/code", {"code": " "}).text
    assert other.post(f"{token}/code", {"code": "BLUE  horse "}).status == 303
    assert "Round 1 of 2" in other.get(token).text
    left = other.post(f"{token}/leave", {})
    assert left.status == 303
    assert "Your personal code" in other.get(token, Cookie=cookie.replace(cookie[20:24], "xxxx")).text
    assert "Round 1 of 2" in browser.get(token).text


def test_the_next_round_shows_the_group_and_the_former_answer(
    browser: Browser, second_round: tuple[str, list[str]], people_store: Store
) -> None:
    token = second_round[1][0]
    browser.post(f"{token}/code", {"code": CODE})
    page = browser.get(token).text
    assert "The group in round 1" in page
    assert "5 people answered" in page
    assert (
        "The middle half of the answers goes from 7 to 7; the middle answer is 7. 1 = I disagree completely"
        in page
    )
    assert "Your answer in round 1" in page
    assert "5 reasons from the group" in page
    assert page.count(">reason ") == 5
    assert 'class="mine"' in page
    # Nothing is chosen beforehand, and what is only scrolled past is no answer.
    assert 'value="keep" checked' not in page
    shown = dict(re.findall(r'<input id="[^"]+" name="([^"]+)" type="text"[^>]* value="([^"]*)"', page))
    sent = {**shown, "winter~value": "7", "pairs~turn": "keep", "round": "2", "key": hidden(page, "key")}
    # Whoever sends without choosing has answered nothing, and is told so.
    assert "Nothing is answered yet" in browser.get(f"{token}/thanks").text
    assert browser.post(f"{token}/answer", sent).status == 303
    assert people_store.own_answers(token, CODE)[2] == {"pairs": ANSWERS["pairs"]}
    assert "6 questions are not answered." in browser.get(f"{token}/thanks").text


def test_too_few_are_never_shown(browser: Browser, people_store: Store, invite: Invite, base: str) -> None:
    name, tokens = invite()
    page = begin(browser, tokens[0])
    browser.post(
        f"{tokens[0]}/answer",
        {**FIELDS, "winter~why": "only I say so", "round": "1", "key": hidden(page, "key")},
    )
    people_store.close_round(name, 1)
    closed = browser.get(tokens[0]).text
    assert "Round 1 is closed" in closed
    assert "The group in round 1" not in closed
    people_store.open_round(name, 2)
    page = begin(Browser(base), tokens[1])
    other = Browser(base)
    other.post(f"{tokens[1]}/code", {"code": CODE})
    page = other.get(tokens[1]).text
    assert "Fewer than 3 people answered" in page
    assert "only I say so" not in page


def test_a_closed_round_takes_nothing_more(browser: Browser, people_store: Store, invite: Invite) -> None:
    name, (token, _) = invite()
    page = begin(browser, token)
    people_store.close_round(name, 1)
    late = browser.post(f"{token}/answer", {**FIELDS, "round": "1", "key": hidden(page, "key")})
    assert "came too late and was not saved" in late.text
    assert browser.post(
        f"{token}/save", {**FIELDS, "round": "1", "item": "winter", "key": "abcd"}
    ).text.startswith('{"state": "closed"')
    assert people_store.own_answers(token, CODE) == {}


def test_deletion(browser: Browser, people_store: Store, invite: Invite) -> None:
    name, (token, other) = invite()
    page = begin(browser, token)
    browser.post(f"{token}/answer", {**FIELDS, "round": "1", "key": hidden(page, "key")})
    assert "Tick the box if you want" in browser.post(f"{token}/erase", {}).text
    assert "It is deleted" in browser.post(f"{token}/erase", {"sure": "1"}).text
    assert browser.get(token).status == 404
    # Somebody who does not want to take part needs no code.
    assert "I do not want to take part" in browser.get(f"{other}/erase").text
    assert browser.post(f"{other}/erase", {"sure": "1"}).status == 200
    assert people_store.participation(name)["state"].tolist() == ["erased", "erased"]


def test_languages(browser: Browser, people_store: Store, invite: Invite) -> None:
    _, (token, _) = invite()
    greek = browser.get(f"{token}?lang=el").text
    assert '<html lang="el">' in greek
    assert "Πριν ξεκινήσετε" in greek
    assert "(Which skills policy helps?)" in greek
    assert '<html lang="en">' in browser.get(f"{token}?lang=xx").text
    # A link that opens nothing speaks as the browser does.
    assert "Αυτός ο σύνδεσμος" in browser.get("nothing", Accept_Language="el-GR,en;q=0.5").text
    # A text that nobody translated is marked as of another language.
    _, (token, _) = invite(title={"en": "Only English"})
    assert '<span lang="en">Only English</span>' in browser.get(f"{token}?lang=el").text


def test_without_anonymity_there_is_no_code_and_no_cookie(
    browser: Browser, people_store: Store, invite: Invite
) -> None:
    _, (token, _) = invite(disclosure="by_role")
    page = browser.get(token).text
    assert "Others see the role" in page
    assert 'type="password"' not in page
    sent = browser.post(f"{token}/consent", {"digest": hidden(page, "digest"), "agree": "1"})
    assert sent.status == 303
    assert "Set-Cookie" not in sent.headers
    assert "Round 1 of 2" in browser.get(token).text


def test_before_the_first_round(browser: Browser, people_store: Store) -> None:
    people_store.keep_consultation("not yet", plan())
    token = people_store.invite("not yet", [{"role": "employers", "geo": "EL42"}])[0].token
    assert "has not begun yet" in browser.get(token).text


def test_a_store_that_cannot_be_written_loses_nothing_on_the_page(
    browser: Browser, people_store: Store, invite: Invite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from almpo_kit.records import RecordsError

    _, (token, _) = invite()
    page = begin(browser, token)

    def full(*_: object, **__: object) -> None:
        raise RecordsError("disk full")

    monkeypatch.setattr(Store, "answer", full)
    sent = {**FIELDS, "winter~value": "9", "round": "1", "key": hidden(page, "key")}
    got = browser.post(f"{token}/answer", sent)
    assert got.status == 503
    assert "could not be saved just now" in got.text
    assert 'value="9" checked' in got.text
    assert "disk full" not in got.text
    saved = browser.post(f"{token}/save", {**sent, "item": "winter"})
    assert (saved.status, saved.text[:17]) == (503, '{"state": "later"')
