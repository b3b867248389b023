"""Requests to the app server as an attacker writes them."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

#: The libraries' own words, and this machine's paths.
TELLTALE = re.compile(r"traceback|tornado|jupyter|voil|python|\.venv|site-packages|/home|/work|/tmp", re.I)
#: Of a kernel that never was.
ID = "0b5cb1a8-9d5c-4f1f-8d0a-3f5be4a10d12"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    text: str


def ask(url: str, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """One request, with the path as it stands: nothing is tidied up as browsers and urllib would."""
    split = urlsplit(url)
    line = http.client.HTTPConnection(split.hostname or "", split.port or 0, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        named.setdefault("Content-Type", "application/x-www-form-urlencoded")
    try:
        line.putrequest(method, path, skip_host="Host" in named, skip_accept_encoding=True)
        if body is not None:
            line.putheader("Content-Length", str(len(body)))
        for name, value in named.items():
            line.putheader(name, value)
        line.endheaders(body.encode() if body else None)
        came = line.getresponse()
        return Answer(came.status, came.headers, came.read().decode(errors="replace"))
    finally:
        line.close()


def is_plain(answer: Answer) -> bool:
    """Whether a refusal says nothing about the server, and carries our headers."""
    said = re.sub(r"<style>.*?</style>", "", answer.text, flags=re.S)
    assert not (found := TELLTALE.search(said)), found
    assert "Server" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    return "default-src 'none'" in answer.headers["Content-Security-Policy"]
