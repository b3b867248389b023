"""What a service's answer is: the data, a place in a queue, a refusal, or a page for people.

The forms are those of the SDMX 2.1 web-service guidelines (section 5, codes of ``ErrorMessage`` and of the
footer) and of Eurostat's "API – Detailed guidelines" (asynchronous API; the JSON errors of API Statistics). Two
answers share the number 413: ``EXTRACTION_TOO_BIG`` is for good, ``ASYNCHRONOUS_RESPONSE`` means later.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "data", "queued", "ready", "too large", "later", "nothing", "refused", "expired", "failed", "page", "odd"
]

#: Bytes; every control answer is far smaller, and no data are worth less than reading them.
_CONTROL = 65_536
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_STATES: dict[str, Kind] = {
    "SUBMITTED": "queued",
    "PROCESSING": "queued",
    "AVAILABLE": "ready",
    "EXPIRED": "expired",
    "UNKNOWN_REQUEST": "expired",
    "ERROR": "failed",
}
#: SDMX 2.1 web-service guidelines: no results, too large at the client's or the server's limit, syntax, semantics, …
_CODES: dict[str, Kind] = {
    "100": "nothing",
    "110": "refused",
    "130": "too large",
    "140": "refused",
    "150": "refused",
    "413": "too large",
    "503": "later",
    "510": "too large",
}
_WORDS: tuple[tuple[str, Kind], ...] = (
    ("EXTRACTION_TOO_BIG", "too large"),
    ("ASYNCHRONOUS_RESPONSE", "later"),
    ("DATA_NOT_YET_AVAILABLE", "queued"),
    ("UNKNOWN_REQUEST", "expired"),
    ("NO_RESULTS", "nothing"),
    ("NO_RECORDS", "nothing"),
    ("ERR_NOT_FOUND", "nothing"),
    ("INVALID_QUERY", "refused"),
)


@dataclass(frozen=True)
class Reply:
    """What was answered; ``said`` are the service's own words, ``key`` its number in the queue."""

    kind: Kind
    said: str = ""
    key: str = ""


DATA = Reply("data")


def understand(body: bytes, media_type: str = "", status: int = 200) -> Reply:
    """What a body is, judged by what it holds, not by what its header claims.

    Anything that is neither a control answer nor a page is ``"data"``; whether the data are right is for the
    readers of formats.
    """
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _is_page(start, media_type):
        return Reply("page", _title(body))
    reply = DATA
    if start.startswith(b"<"):
        reply = _xml(body)
    elif start.startswith(b"{") and len(body) <= _CONTROL:
        reply = _json(body)
    if reply.kind == "data" and status >= 400:
        return Reply(_CODES.get(str(status), "odd"), short(body.decode("utf-8", "replace")))
    return reply


def _is_page(start: bytes, media_type: str) -> bool:
    if start.startswith((b"<!doctype html", b"<html")):
        return True
    return "html" in media_type.lower() and start.startswith(b"<") and not start.startswith(b"<?xml")


def _title(body: bytes) -> str:
    found = re.search(rb"<title[^>]*>(.*?)</title>", body[:20_000], re.IGNORECASE | re.DOTALL)
    return short(found[1].decode("utf-8", "replace")) if found else ""


def short(text: str) -> str:
    """Somebody else's words in one line of ours: no controls, no more than a sentence or two."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 300 else f"{line[:299]}…"


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _xml(body: bytes) -> Reply:
    # Anywhere: a long comment may stand before it.
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return Reply("odd", "XML with a document type, which no SDMX service sends")
    if len(body) > _CONTROL:
        return _footer_of_large(body)
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError):
        # Cut off or not XML: the reader of the format says it better.
        return DATA
    for element in root.iter():
        name = _local(element.tag)
        if name == "queued" or (name == "status" and len(element)):
            return _queued(element)
        if name in ("fault", "errormessage") or (name == "message" and element.get("code")):
            return _fault(element)
    return DATA


def _texts(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for inner in element.iter():
        if text := (inner.text or "").strip():
            yield _local(inner.tag), text


def _queued(element: ElementTree.Element) -> Reply:
    found = dict(_texts(element))
    key, state = found.get("id") or found.get("key") or "", found.get("status", "").upper()
    if not _KEY.fullmatch(key):
        return Reply("odd", short(f"a queue without a usable number: {key}"))
    return Reply(_STATES.get(state, "failed"), state, key)


def _fault(element: ElementTree.Element) -> Reply:
    found = dict(_texts(element))
    said = found.get("faultstring") or found.get("text") or found.get("message") or ""
    return _judged(found.get("faultcode") or element.get("code") or "", said)


def _judged(code: str, said: str) -> Reply:
    for word, kind in _WORDS:
        if word in said.upper():
            return Reply(kind, short(said))
    return Reply(_CODES.get(code, "odd"), short(f"{said} (code {code})" if code else said))


def _footer_of_large(body: bytes) -> Reply:
    """A large message whose footer says that it is not all."""
    end = body[-4096:].decode("utf-8", "replace")
    found = re.search(
        r"<(?:\w+:)?Message\b[^>]*\bcode=\"(\d+)\".*?<(?:\w+:)?Text\b[^>]*>(.*?)<", end, re.DOTALL
    )
    return _judged(found[1], found[2]) if found and found[1] in _CODES else DATA


def _json(body: bytes) -> Reply:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return DATA
    told = content.get("error") or content.get("errors") or content.get("warning")
    told = told[0] if isinstance(told, list) and told else told
    if not isinstance(told, dict) or "value" in content:
        return DATA
    said = str(told.get("label") or told.get("title") or told.get("detail") or "")
    return _judged(str(told.get("id") or told.get("code") or told.get("status") or ""), said)
