"""What the final answer of a service means, told so that a person knows what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from almpo_kit.sources.services.faults import (
    SAFE,
    BadBodyError,
    BusyError,
    NothingThereError,
    RefusedError,
    ServiceError,
    TooLargeError,
)
from almpo_kit.sources.services.replies import Reply

LATER = "Run `almpo data pull` again later; it continues where it stopped."


def host(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).hostname or url


def refusal(reply: Reply, url: str, status: int = 200) -> ServiceError:
    """The final fault that a reply means."""
    name, said = host(url), f" It says: {reply.said}" if reply.said else ""
    if reply.kind == "page":
        title = f" titled {reply.said!r}" if reply.said else ""
        return BadBodyError(
            f"{name} sent a web page{title} (HTTP {status}) instead of data: a login, a proxy or maintenance. "
            f"{SAFE} Open {url} in a browser to see it, then pull again."
        )
    if reply.kind == "too large":
        return TooLargeError(
            f"{name} refuses a request of this size.{said} {SAFE} Ask for fewer years with --since."
        )
    if reply.kind == "nothing" or status in (404, 410):
        return NothingThereError(
            f"{name} has no such data (HTTP {status}).{said} {SAFE} The dataflow may have been renamed or closed; "
            "look it up in the service's browser and tell the maintainers."
        )
    if status in (401, 403, 407):
        return RefusedError(
            f"{name} does not let us in (HTTP {status}).{said} {SAFE} Check the proxy (HTTPS_PROXY) and whether your "
            "network blocks the host."
        )
    if 300 <= status < 400:
        return RefusedError(f"{name} sends us on and does not say where (HTTP {status}). {SAFE} {LATER}")
    if reply.kind in ("queued", "ready", "expired", "failed"):
        return BusyError(
            f"{name} prepared the data but did not hand them over ({reply.said}). {SAFE} {LATER}"
        )
    return RefusedError(
        f"{name} does not accept the request (HTTP {status}).{said} {SAFE} The structure of the data probably "
        "changed; tell the maintainers which series this was."
    )
