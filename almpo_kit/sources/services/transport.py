"""Fetching from an official service over HTTP(S): every fault is tried again, waited for, or told in plain words."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources.services import partials, queues
from almpo_kit.sources.services.bodies import Part, receive
from almpo_kit.sources.services.faults import (
    SAFE,
    AgainError,
    BadBodyError,
    BusyError,
    CutOffError,
    ServiceError,
    UnreachableError,
)
from almpo_kit.sources.services.manners import DEFAULT, Manners, retry_after
from almpo_kit.sources.services.opening import opened
from almpo_kit.sources.services.replies import Reply, understand
from almpo_kit.sources.services.verdicts import LATER, host, refusal

if TYPE_CHECKING:
    import requests

_AGENT = "almpo-kit (EU ALMP Observatory workbench)"


@dataclass(frozen=True)
class Payload:
    """One body, whole and decoded.

    Parameters
    ----------
    data : bytes
    media_type : str
        Without parameters, in lower case.
    url : str
        As asked for.
    etag, last_modified : str
        By what the service knows this state of the data; empty where it does not say.
    retrieved : str
        When, UTC, ISO 8601.
    """

    data: bytes
    media_type: str
    url: str
    etag: str = ""
    last_modified: str = ""
    retrieved: str = ""


@dataclass(frozen=True)
class Known:
    """The state of the data that is held, so that the service may answer "not modified"."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """The conditional request (RFC 9110, 13.1): the tag says more than the date."""
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.last_modified} if self.last_modified else {}


def fetch(
    url: str,
    *,
    accept: str = "*/*",
    known: Known | None = None,
    resume: Path | None = None,
    manners: Manners = DEFAULT,
    say: Callable[[str], None] | None = None,
) -> Payload | None:
    """Get one address.

    Parameters
    ----------
    url : str
    accept : str
        Media types in order of preference.
    known : Known, optional
        What is held; if the service says that it is current, None is returned.
    resume : Path, optional
        A folder for half-received bodies; a later call continues there if the body is still the same.
    manners : Manners
    say : Callable, optional
        Told of each pause, in a few words.

    Raises
    ------
    ServiceError
        One of its subclasses by what happened; the message names the host and the way out.
    """
    told = say or (lambda text: None)
    payload, reply = _patiently(url, accept, known, resume, manners, told)
    if payload is None or reply.kind == "data":
        return payload
    # A second time only: what expires twice will do so a third time.
    for _ in range(2):
        if reply.kind not in ("queued", "ready"):
            break
        where = queues.await_data(
            url, reply, functools.partial(_ask, manners=manners, say=told), manners, told
        )
        if where is not None:
            payload, reply = _patiently(where, accept, None, resume, manners, told)
        else:
            payload, reply = _patiently(url, accept, None, resume, manners, told)
        if reply.kind == "data":
            return payload
    raise refusal(reply, url)


def _ask(url: str, *, manners: Manners, say: Callable[[str], None]) -> Reply:
    _, reply = _patiently(url, "*/*", None, None, manners, say)
    return reply


def _patiently(
    url: str,
    accept: str,
    known: Known | None,
    resume: Path | None,
    manners: Manners,
    say: Callable[[str], None],
) -> tuple[Payload | None, Reply]:
    """Attempts with growing pauses, until an answer, a final fault, or the end of patience."""
    place = partials.path(resume, url) if resume is not None else None
    part = partials.load(place) if place is not None else Part()
    part.arrived = partials.Recorder(place) if place is not None else None
    for attempt in range(1, manners.attempts + 1):
        try:
            answer = _attempt(url, accept, known, part, manners)
        except AgainError as again:
            pause = manners.pause(attempt) if again.wait is None else again.wait
            # A network that is not there seldom comes within a minute.
            most = min(3, manners.attempts) if isinstance(again.fault, UnreachableError) else manners.attempts
            if attempt >= most or pause > manners.longest_pause:
                raise _given_up(again, attempt, manners) from None
            say(f"{again.fault} Trying again in {pause:.0f} s.")
            manners.sleep(pause)
            continue
        except BadBodyError:
            # The rest of what nobody wants is not fetched either.
            if place is not None:
                partials.drop(place)
            raise
        if place is not None:
            partials.drop(place)
        return answer
    raise AssertionError("attempts is at least 1")


def _given_up(again: AgainError, attempts: int, manners: Manners) -> ServiceError:
    kind = type(again.fault) if not isinstance(again.fault, CutOffError) else BadBodyError
    if again.wait is not None and again.wait > manners.longest_pause:
        minutes = max(1, round(again.wait / 60))
        return kind(f"{again.fault} It asks to be left alone for {minutes} min. {SAFE} {LATER}")
    times = "once" if attempts == 1 else f"{attempts} times"
    return kind(f"{again.fault} Tried {times}. {SAFE} {LATER}")


def _attempt(
    url: str, accept: str, known: Known | None, part: Part, manners: Manners
) -> tuple[Payload | None, Reply]:
    headers = {"User-Agent": _AGENT, "Accept": accept, "Accept-Encoding": "gzip", **part.headers()}
    if known is not None and "Range" not in headers:
        headers |= known.headers()
    with opened(url, headers, manners) as response:
        if response.status_code == 304 and known is not None:
            return None, Reply("data")
        if response.status_code == 416:
            part.forget()
            raise AgainError(
                CutOffError(f"{host(url)} no longer has the rest of what was half received."), 0.0
            )
        # A refusal is a body of its own: it must not take the place of what is half received.
        mine = part if response.status_code in (200, 206) else Part()
        try:
            data = receive(response, mine, manners)
        except CutOffError as error:
            raise AgainError(CutOffError(f"{host(url)}: {error}")) from None
        return _judge(url, response, data, part)


def _judge(url: str, response: requests.Response, data: bytes, part: Part) -> tuple[Payload, Reply]:
    media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    reply, status, name = understand(data, media, response.status_code), response.status_code, host(url)
    wait = retry_after(response.headers.get("Retry-After"))
    if reply.kind == "later" or status in (429, 503):
        why = "too many requests" if status == 429 else reply.said or "it is busy"
        raise AgainError(BusyError(f"{name} puts us off ({why})."), wait)
    if status >= 500:
        raise AgainError(BusyError(f"{name} has an error of its own (HTTP {status})."), wait)
    if reply.kind not in ("data", "queued", "ready", "expired", "failed") or status >= 300:
        raise refusal(reply, url, status)
    if not data:
        raise AgainError(CutOffError(f"{name} sent an empty answer."))
    part.forget()
    tags = (response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
    return Payload(data, media, url, *tags, datetime.now(UTC).isoformat(timespec="seconds")), reply
