"""Headers of every page: nothing of others, nothing inline, no address handed on, nothing kept by browsers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # The address holds the link.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def same_site(headers: Mapping[str, str], host: str) -> bool:
    """Whether a form was sent from one of our own pages, as far as browsers say."""
    fetched = headers.get("Sec-Fetch-Site", "")
    if fetched and fetched not in ("same-origin", "none"):
        return False
    # Pages without a referrer send the origin "null".
    origin = headers.get("Origin", "null")
    try:
        return origin == "null" or urlsplit(origin).netloc == host
    except ValueError:
        return False
