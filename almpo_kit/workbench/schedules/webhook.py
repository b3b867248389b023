"""A notice by webhook: one POST of JSON, whose ``text`` chat programs show as it is."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from almpo_kit.workbench.schedules.telling import Notice, NotToldError

_CONNECT, _ANSWER = 5.0, 10.0
_LOCAL = ("localhost", "127.0.0.1", "::1")


def send(notice: Notice, address: str) -> None:
    """Post a notice.

    Raises
    ------
    NotToldError
        No address, no answer, or a refusal; the text never holds any part of the address, which is a secret.
    """
    import requests

    _require_encrypted(address)
    began = time.monotonic()
    try:
        # Neither a redirection is followed nor an answer read: both could hold the caller up, or lead it elsewhere.
        with requests.post(
            address,
            json=_content(notice),
            timeout=(_CONNECT, _ANSWER),
            allow_redirects=False,
            stream=True,
            headers={"User-Agent": "almpo"},
        ) as answer:
            status = answer.status_code
    except requests.Timeout:
        took = time.monotonic() - began
        raise NotToldError(f"the webhook did not answer within {took:.0f} seconds") from None
    except (requests.RequestException, OSError, ValueError):
        raise NotToldError("the webhook cannot be reached") from None
    if not 200 <= status < 300:
        # 408 and 429 pass; other refusals stay.
        final = 300 <= status < 500 and status not in (408, 429)
        raise NotToldError(f"the webhook answered {status}", final=final)


def _content(notice: Notice) -> dict[str, Any]:
    return {
        "text": f"{notice.subject}\n{notice.text}",
        "kind": notice.kind,
        "schedule": notice.schedule,
        "report": notice.report,
        "slot": notice.slot,
        "state": notice.state,
    }


def _require_encrypted(address: str) -> None:
    try:
        parts = urlsplit(address)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        host, scheme = "", ""
    if not host or (scheme != "https" and not (scheme == "http" and host in _LOCAL)):
        raise NotToldError("the address of the webhook does not begin with https://", final=True)
