"""Eurostat's asynchronous answers: a large request gets a number, and the data are fetched when they are ready.

``…/1.0/async/status/NUMBER`` says SUBMITTED, PROCESSING, AVAILABLE, EXPIRED or UNKNOWN_REQUEST, and
``…/1.0/async/data/NUMBER`` hands over ("API – Detailed guidelines – Asynchronous API"). Addresses in the answer are
not followed: ours are built from the base that was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from almpo_kit.sources.services.faults import SAFE, BusyError, ServiceError
from almpo_kit.sources.services.manners import Manners
from almpo_kit.sources.services.replies import Reply

_SLOWEST = 30.0


def base(url: str) -> str:
    """What stands before ``/sdmx/…`` or ``/statistics/…`` in an address of Eurostat's."""
    for mark in ("/sdmx/", "/statistics/", "/1.0/async/"):
        if mark in url:
            return url.partition(mark)[0]
    return url.rpartition("/")[0]


def await_data(
    url: str,
    reply: Reply,
    ask: Callable[[str], Reply],
    manners: Manners,
    say: Callable[[str], None],
) -> str | None:
    """Wait until the data of a queued request are ready.

    Returns
    -------
    str or None
        Where they are; None where the number expired and the request should be made anew.

    Raises
    ------
    BusyError
        Still not ready at the end of patience.
    ServiceError
        The service says that it failed.
    """
    key, host, end = reply.key, urlsplit(url).hostname, manners.clock() + manners.patience
    pause = manners.poll
    while manners.clock() < end:
        say(f"{host} prepares the data (number {key}); asking again in {pause:.0f} s.")
        manners.sleep(pause)
        pause = min(_SLOWEST, pause * 1.5)
        state = ask(f"{base(url)}/1.0/async/status/{key}")
        if state.kind == "ready":
            query = urlsplit(url).query
            wanted = "&".join(q for q in query.split("&") if q.startswith(("format=", "compressed=")))
            return f"{base(url)}/1.0/async/data/{key}" + f"?{wanted}" * bool(wanted)
        if state.kind == "expired":
            return None
        if state.kind != "queued":
            raise ServiceError(f"{host} could not prepare the data ({state.said}). {SAFE} Pull again later.")
    raise BusyError(
        f"{host} is still preparing the data after {manners.patience / 60:.0f} min (number {key}). {SAFE} Run "
        "`almpo data pull` again in an hour; the service keeps what it has prepared."
    )
