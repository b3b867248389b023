"""People are told once that something failed and once that it is whole again; secrets are told to nobody."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from schedule_worlds import HandClock, schedule, sweeping
from told_servers import Hook, Mailbox, certificate, hook_server, mail_server

from almpo_kit.workbench.schedules import notices, webhook
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.schedule import Notify
from almpo_kit.workbench.schedules.store import Store

MAILED = schedule(retries=0, notify=Notify(email=("ada@office.example", "${SECOND_READER}")))
HOOKED = schedule(retries=0, notify=Notify(webhook="${OUR_CHAT}"))


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    path = certificate(tmp_path)
    with mail_server(Mailbox(), path) as served:
        for name, value in {
            "ALMPO_SMTP_HOST": "127.0.0.1",
            "ALMPO_SMTP_PORT": str(served.port),
            "ALMPO_SMTP_USER": "almpo",
            "ALMPO_SMTP_PASSWORD": "correct-horse",
            "ALMPO_SMTP_FROM": "reports@office.example",
            "SECOND_READER": "grace@office.example",
            "SSL_CERT_FILE": str(path),
        }.items():
            monkeypatch.setenv(name, value)
        yield served


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    with hook_server(Hook()) as served:
        monkeypatch.setenv("OUR_CHAT", f"http://127.0.0.1:{served.port}/T000/xyzzy-secret")
        yield served


def slot(store: Store, clock: HandClock, plan: Any, failing: set[str]) -> None:
    if not store.exists():
        run_due(store, [plan], clock=clock)
    clock.pass_(days=1)
    assert run_due(store, [plan], clock=clock, sweep=sweeping(lambda: failing))


def tell(store: Store, clock: HandClock, plan: Any) -> list[str]:
    """Send what waits; the new lines of the history."""
    before = len(store.history(most=1000))
    notices.deliver(store, [plan], clock=clock)
    return [f"{e['kind']}: {e['text']}" for e in store.history(most=1000)[before:]]


def test_a_failure_and_the_recovery_are_mailed_encrypted(
    store: Store, clock: HandClock, box: Mailbox
) -> None:
    slot(store, clock, MAILED, set())
    assert tell(store, clock, MAILED) == []
    slot(store, clock, MAILED, {"ES"})
    assert tell(store, clock, MAILED) == ["notice sent: Told by e-mail."]
    assert tell(store, clock, MAILED) == []
    slot(store, clock, MAILED, set())
    tell(store, clock, MAILED)
    slot(store, clock, MAILED, set())
    tell(store, clock, MAILED)

    failed, whole = (email.message_from_string(text, policy=email.policy.default) for text in box.messages)
    assert (
        failed["Subject"]
        == "briefs: the edition of 1 December 2026 06:00 is published, but some places failed"
    )
    assert whole["Subject"] == "briefs: the edition of 2 December 2026 06:00 is whole again"
    assert (failed["From"], failed["Auto-Submitted"]) == ("reports@office.example", "auto-generated")
    text = failed.get_content()
    for told in (
        "ES: no figures",
        "Europe/Brussels",
        "Next: 02 December 2026 06:00",
        "almpo schedule history briefs",
    ):
        assert told in text
    assert box.encrypted == [True, True]
    assert box.logins == [("almpo", "correct-horse")] * 2
    assert box.recipients == ["ada@office.example", "grace@office.example"] * 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ALMPO_SMTP_HOST": ""}, "no e-mail server is set"),
        ({"ALMPO_SMTP_PORT": "many"}, "is not a port"),
        ({"ALMPO_SMTP_SECURITY": "maybe"}, "none of starttls, tls and none"),
        ({"ALMPO_SMTP_SECURITY": "none", "ALMPO_SMTP_HOST": "mail.office.example"}, "on this machine only"),
        ({"SSL_CERT_FILE": "/dev/null"}, "certificate .* is not trusted"),
        ({"SECOND_READER": ""}, "SECOND_READER is not set"),
        ({"SECOND_READER": "x@y.example\r\nBcc: z"}, "SECOND_READER is not set"),
        ({"ALMPO_SMTP_PORT": "1"}, "cannot be reached"),
        ({"ALMPO_SMTP_SECURITY": "tls"}, "not trusted|cannot be reached"),
    ],
)
def test_mail_that_cannot_go_is_written_down_never_raised(
    store: Store,
    clock: HandClock,
    box: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, str],
    told: str,
) -> None:
    slot(store, clock, MAILED, {"ES"})
    for name, value in change.items():
        monkeypatch.setenv(name, value)
    (line,) = tell(store, clock, MAILED)
    assert line.startswith("notice failed: e-mail: ")
    import re

    assert re.search(told, line), line
    assert not box.messages


@pytest.mark.parametrize("word", ["AUTH", "RCPT", "DATA", "MAIL"])
def test_a_server_that_repeats_what_it_was_sent_gives_nothing_away(
    store: Store, clock: HandClock, box: Mailbox, word: str
) -> None:
    slot(store, clock, MAILED, {"ES"})
    box.refuses = word
    tell(store, clock, MAILED)
    kept = b"".join(p.read_bytes() for p in store.path.parent.glob("schedules.db*"))
    for secret in (b"correct-horse", b"AGFsbXBv", b"grace@"):
        assert secret not in kept
    assert not box.messages


def test_without_encryption_no_password_is_sent(store: Store, clock: HandClock, box: Mailbox) -> None:
    slot(store, clock, MAILED, {"ES"})
    box.offers_tls = False
    assert tell(store, clock, MAILED) == [
        "notice failed: e-mail: the e-mail server offers no encryption; nothing was sent; given up."
    ]
    assert not box.logins


def test_a_webhook_is_posted_and_its_address_told_nowhere(store: Store, clock: HandClock, hook: Hook) -> None:
    slot(store, clock, HOOKED, {"ES"})
    assert tell(store, clock, HOOKED) == ["notice sent: Told by webhook."]
    (post,) = hook.posts
    assert hook.paths == ["/T000/xyzzy-secret"]
    assert post["state"] == "partly" and post["schedule"] == "briefs" and "ES: no figures" in post["text"]
    kept = b"".join(p.read_bytes() for p in store.path.parent.glob("schedules.db*"))
    assert b"xyzzy" not in kept and b"xyzzy" not in repr(post).encode()


def test_a_webhook_that_answers_500_is_tried_a_few_times_with_growing_waits(
    store: Store, clock: HandClock, hook: Hook
) -> None:
    slot(store, clock, HOOKED, {"ES"})
    hook.answers = [500, 503, 429, 500, 500, 500]
    told = []
    for _ in range(30):
        told += tell(store, clock, HOOKED)
        clock.pass_(seconds=50)
    assert told == [
        "notice failed: webhook: the webhook answered 500; trying again.",
        "notice failed: webhook: the webhook answered 503; trying again.",
        "notice failed: webhook: the webhook answered 429; trying again.",
        "notice failed: webhook: the webhook answered 500; given up.",
    ]
    assert len(hook.posts) == 4


def test_a_webhook_that_comes_back_is_told(store: Store, clock: HandClock, hook: Hook) -> None:
    slot(store, clock, HOOKED, {"ES"})
    hook.answers = [500]
    told = tell(store, clock, HOOKED)
    clock.pass_(minutes=2)
    told += tell(store, clock, HOOKED)
    assert told[-1] == "notice sent: Told by webhook." and len(hook.posts) == 2


@pytest.mark.parametrize("status", [301, 404, 410])
def test_a_refusal_is_final_and_no_redirection_is_followed(
    store: Store, clock: HandClock, hook: Hook, status: int
) -> None:
    slot(store, clock, HOOKED, {"ES"})
    hook.answers = [status]
    assert tell(store, clock, HOOKED) == [f"notice failed: webhook: the webhook answered {status}; given up."]
    assert len(hook.posts) == 1


def test_a_webhook_that_hangs_holds_nothing_up(
    store: Store, clock: HandClock, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_ANSWER", 1.0)
    slot(store, clock, HOOKED, {"ES"})
    hook.answers = [0]
    courier, began = notices.Courier(), time.monotonic()
    courier.send(store, [HOOKED], clock)
    courier.send(store, [HOOKED], clock)
    assert time.monotonic() - began < 0.5
    slot(store, clock, HOOKED, set())  # the next edition is made meanwhile
    courier.wait(20)
    told = [e["text"] for e in store.history() if e["kind"].startswith("notice")]
    assert told[0].startswith("webhook: the webhook did not answer within 1 seconds")


@pytest.mark.parametrize(
    "address",
    ["", "http://chat.example/xyzzy", "ftp://x/xyzzy", "https://", "http://[", "file:///etc/passwd"],
)
def test_addresses_that_are_none_or_not_encrypted_are_refused_unseen(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("OUR_CHAT", address)
    slot(store, clock, HOOKED, {"ES"})
    (line,) = tell(store, clock, HOOKED)
    assert line.startswith("notice failed: webhook: ") and "given up" in line and "xyzzy" not in line


def test_one_way_that_fails_does_not_repeat_the_other(
    store: Store, clock: HandClock, box: Mailbox, hook: Hook
) -> None:
    plan = schedule(retries=0, notify=Notify(email=("ada@office.example",), webhook="${OUR_CHAT}"))
    slot(store, clock, plan, {"ES"})
    hook.answers = [500]
    tell(store, clock, plan)
    clock.pass_(minutes=2)
    tell(store, clock, plan)
    assert (len(box.messages), len(hook.posts)) == (1, 2)


def test_a_schedule_that_is_gone_tells_nobody(store: Store, clock: HandClock, hook: Hook) -> None:
    slot(store, clock, HOOKED, {"ES"})
    notices.deliver(store, [], clock=clock)
    notices.deliver(store, [HOOKED], clock=clock)
    assert not hook.posts
