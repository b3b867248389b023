"""Somebody else's link, guessed links, replays, markup, oversized and malformed requests: nothing is read, changed or told."""

from __future__ import annotations

import html
import logging
import re
import secrets
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from answer_world import ANSWERS, CODE, FIELDS, Browser, answered, served
from test_answer_pages import begin, hidden

from almpo_kit.records import Store
from almpo_kit.workbench.answering import guesses
from almpo_kit.workbench.answering.pages import LARGEST_FORM
from almpo_kit.workbench.answering.sessions import Sessions

Invite = Callable[..., tuple[str, list[str]]]


def test_links_that_open_nothing_say_the_same(browser: Browser, people_store: Store, invite: Invite) -> None:
    name, (replaced, withdrawn) = invite()
    people_store.renew_invitation(name, "P-001")
    people_store.withdraw_invitation(name, "P-002")
    pages = [browser.get(t) for t in (replaced, withdrawn, secrets.token_urlsafe(32), "x", "a" * 128, "")]
    pages += [browser.get(f"{withdrawn}/{more}") for more in ("thanks", "erase", "consent", "elsewhere")]
    pages += [
        browser.post(f"{withdrawn}/answer", FIELDS),
        browser.post(f"{replaced}/save", {"item": "winter"}),
    ]
    assert {p.status for p in pages} == {404}
    assert len({p.text for p in pages}) == 1
    for page in pages:
        headers = {k: v for k, v in page.headers.items() if k not in ("Date", "Etag")}
        assert headers == {k: v for k, v in pages[0].headers.items() if k not in ("Date", "Etag")}


def test_headers_shut_everything(browser: Browser, invite: Invite) -> None:
    _, (token, _) = invite()
    for page in (browser.get(token), browser.get("nothing"), browser.post(f"{token}/answer", b"%" * 10)):
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "Server" not in page.headers
        # Nothing inline that the policy would have to allow, and nothing from elsewhere.
        assert not re.search(
            r"<script(?! src=\"/codesign_answer/assets/)|<style|\sstyle=|\son[a-z]+=|https?://", page.text
        )


def test_the_session_is_of_one_link_and_out_of_reach_of_scripts(browser: Browser, invite: Invite) -> None:
    _, (mine, yours) = invite()
    page = browser.get(mine).text
    got = browser.post(
        f"{mine}/consent", {"digest": hidden(page, "digest"), "agree": "1", "code": CODE, "again": CODE}
    )
    cookie = got.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", f"Path=/codesign_answer/{mine}"} <= set(cookie.split("; "))
    assert CODE.split()[0] not in cookie
    begin(browser, yours, "green cow")
    # Her session does not open another one's page, and neither does her code.
    assert "Your personal code" in browser.get(yours, Cookie=cookie.split(";")[0]).text
    assert "This is not the code" in browser.post(f"{yours}/code", {"code": CODE}).text


def test_a_link_without_its_code_reads_and_changes_nothing(
    base: str, people_store: Store, invite: Invite
) -> None:
    _, (token, _) = invite()
    answered(people_store, [token])
    thief = Browser(base)
    for path in (token, f"{token}/thanks", f"{token}/erase"):
        assert "Your personal code" in thief.get(path).text
        assert "reason 0" not in thief.get(path).text
    fields = {**FIELDS, "winter~value": "1", "round": "1", "key": "stolen"}
    assert "Your personal code" in thief.post(f"{token}/answer", fields).text
    assert '"state": "code"' in thief.post(f"{token}/save", {**fields, "item": "winter"}).text
    assert "Your personal code" in thief.post(f"{token}/erase", {"sure": "1"}).text
    # Agreeing again with a code of one's own sets no new code.
    thief.post(f"{token}/consent", {"agree": "1", "code": "my own code", "again": "my own code"})
    assert "Your personal code" in thief.get(token).text
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 7.0}
    for _ in range(5):
        thief.post(f"{token}/code", {"code": "a guess"})
    assert "wrong too often" in thief.post(f"{token}/code", {"code": CODE}).text


def test_changed_ids_write_nothing(browser: Browser, people_store: Store, invite: Invite) -> None:
    _, (mine, yours) = invite()
    answered(people_store, [yours])
    page = begin(browser, mine)
    key = hidden(page, "key")
    foreign = {
        "token": yours,
        "participant": "P-002",
        "consultation": "other",
        "elsewhere~value": "3",
        "winter~value~x": "1",
    }
    browser.post(f"{mine}/answer", {**foreign, "winter~value": "2", "round": "1", "key": key})
    assert people_store.own_answers(mine, CODE) == {1: {"winter": {"": 2.0}}}
    assert people_store.own_answers(yours, CODE)[1] == ANSWERS
    assert browser.post(f"{mine}/save", {"item": "elsewhere", "round": "1", "key": "abcd"}).status == 400
    assert "too late" in browser.post(f"{mine}/answer", {**FIELDS, "round": "2", "key": key}).text


def test_replays_are_carried_out_once(browser: Browser, people_store: Store, invite: Invite) -> None:
    _, (token, _) = invite()
    page = begin(browser, token)
    first = {"winter~value": "3", "round": "1", "key": hidden(page, "key")}
    assert browser.post(f"{token}/answer", first).status == 303
    page = browser.get(token).text
    second = {"winter~value": "8", "winter~mark": hidden(page, "winter~mark")}
    second |= {"round": "1", "key": hidden(page, "key")}
    assert browser.post(f"{token}/answer", second).status == 303
    # An old request that arrives late does not bring the old answer back.
    assert "changed elsewhere" in browser.post(f"{token}/answer", first).text
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 8.0}
    # Another content under a used key is not written, and the page says so with what was typed.
    again = browser.post(f"{token}/answer", {**second, "winter~value": "5"})
    assert "was sent before with other answers" in again.text
    assert people_store.own_answers(token, CODE)[1]["winter"] == {"": 8.0}


STRANGE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% include '/etc/passwd' %}",
    "%(number)s %n '; DROP TABLE answers; --",
    "=HYPERLINK(1)",
    "\u202eevil\u0000",
    "</textarea><script>alert(2)</script>",
)


def test_free_text_stays_text(browser: Browser, people_store: Store, invite: Invite) -> None:
    _, (token, _) = invite()
    page = begin(browser, token)
    reasons = dict(zip(ANSWERS, STRANGE, strict=True))
    sent = {f"{item}~why": words for item, words in reasons.items()}
    got = browser.post(f"{token}/answer", {**FIELDS, **sent, "round": "1", "key": hidden(page, "key")})
    assert got.status == 303
    kept = people_store.own_answers(token, CODE).reasons[1]
    assert kept == {**reasons, "effect": "\u202eevil"}
    page = browser.get(token).text
    assert "<script>alert" not in page
    assert "<img" not in page
    shown = [html.unescape(w) for w in re.findall(r'<textarea[^>]*~why"[^>]*>([^<]*)</textarea>', page)]
    assert sorted(shown) == sorted(kept.values())
    # Nor does a language that comes back.
    for path in (f"{token}?lang=%3Cscript%3E", f"{token}?lang=../../el"):
        assert browser.get(path).text.count("<script") == 1


def test_oversized_and_malformed_requests(browser: Browser, people_store: Store, invite: Invite) -> None:
    _, (token, _) = invite()
    begin(browser, token)
    large = browser.post(f"{token}/answer", b"winter~why=" + b"x" * LARGEST_FORM)
    assert large.status == 413
    assert "too large" in large.text
    assert browser.post(f"{token}/answer", b"&".join(b"a%d=1" % k for k in range(4000))).status == 400
    assert browser.post(f"{token}/answer", b"a=%ff%fe&round=1").status == 400
    assert browser.post(f"{token}/answer", "ä=1".encode()).status == 400
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        assert browser.post(f"{token}/answer", b"{}", Content_Type=kind).status == 415
    for foreign in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert browser.post(f"{token}/erase", {"sure": "1"}, **foreign).status == 403
    assert browser.get(f"{token}?lang=%ff%fe").status == 200
    for method in ("PUT", "DELETE", "PATCH"):
        assert browser.ask(method, token, b"").status == 405
    assert people_store.own_answers(token, CODE) == {}
    assert people_store.enter(token, CODE).known


@pytest.mark.parametrize(
    "path",
    [
        "assets/0000000000000000/..%2fserver.py",
        "assets/0000000000000000/base.html.j2",
        "../etc/passwd",
        "assets/",
    ],
)
def test_no_other_file_is_served(browser: Browser, path: str) -> None:
    assert browser.get(path).status == 404


def test_logs_hold_no_link(
    browser: Browser, invite: Invite, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (token, _) = invite()
    with caplog.at_level(logging.DEBUG):
        begin(browser, token)
        browser.get(f"{token}/elsewhere")

        told = " ".join(("secret", "words", token))

        def broken(*_: object, **__: object) -> None:
            raise ValueError(told)

        monkeypatch.setattr(Store, "own_answers", broken)
        got = browser.get(token)
    assert got.status == 500
    assert "what you saved before is kept" in got.text.lower()
    assert "secret" not in got.text
    # The page is there before its line in the log.
    for _ in range(100):
        said = "\n".join(r.getMessage() + str(r.exc_text or "") for r in caplog.records)
        if "GET Start 500" in said:
            break
        time.sleep(0.02)
    assert "GET Start 500" in said
    assert token not in said
    assert "secret words" not in said


@pytest.mark.parametrize(
    "address",
    ["http://elsewhere/codesign_answer/", "//codesign_answer/", "/Codesign_Answer/", "codesign_answer/"],
)
def test_links_mistyped_before_their_secret_part_are_not_logged_either(
    browser: Browser, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    at = urlsplit(browser.base)
    with caplog.at_level(logging.DEBUG), socket.create_connection((at.hostname, at.port), 10) as line:
        line.sendall(f"GET {address}secret-part HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
        got = line.makefile("rb").read()
        for _ in range(100):
            if " 404 " in caplog.text:
                break
            time.sleep(0.02)
    assert got.startswith(b"HTTP/1.1 404 ") and b"Server:" not in got
    assert " 404 " in caplog.text and "secret-part" not in caplog.text


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Content-Length: five", 400),
        ("Content-Length: 3\r\nContent-Length: 4", 400),
        ("Origin: http://[x", 403),
    ],
)
def test_headers_that_cannot_be_read_are_refused(browser: Browser, header: str, status: int) -> None:
    at = urlsplit(browser.base)
    length = "" if "Length" in header else "Content-Length: 3\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
    with socket.create_connection((at.hostname, at.port), 10) as line:
        line.sendall(
            f"POST {at.path}none/answer HTTP/1.1\r\nHost: h\r\n{kind}{length}{header}\r\n\r\na=b".encode()
        )
        assert line.recv(100).startswith(f"HTTP/1.1 {status} ".encode())


def test_guesses_are_counted_by_address_and_time() -> None:
    now = [0.0]
    counted = guesses.Guesses(lambda: now[0])
    assert [counted.wrong("there") for _ in range(guesses.MOST + 2)] == [False] * guesses.MOST + [True] * 2
    assert not counted.wrong("elsewhere")
    now[0] = 601.0
    assert not counted.wrong("there")


def test_guessing_is_slowed_and_shuts_nobody_out(
    people_store: Store, invite: Invite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guesses, "MOST", 2)
    monkeypatch.setattr(guesses, "WAIT_SECONDS", 0.3)
    _, (token, _) = invite()
    with served(people_store) as base:
        browser = Browser(base)
        assert [browser.get("guess").status for _ in range(2)] == [404, 404]
        began = time.perf_counter()
        slowed = browser.get("guess")
        assert time.perf_counter() - began > 0.29
        assert (slowed.status, slowed.headers["Retry-After"]) == (429, "600")
        assert browser.get(token).status == 200


def test_sessions_end() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    name = sessions.begin("token", "code")
    assert sessions.code(name, "token") == "code"
    assert sessions.code(name, "other") == ""
    now[0] = 7000.0
    assert sessions.code(name, "token") == "code"
    now[0] = 7000.0 + 7201.0
    assert sessions.code(name, "token") == ""
