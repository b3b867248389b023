"""Run as a script: pulls that are killed at many places in their code, each checked afterwards.

Arguments: a folder with the good state, the number of kills besides those inside the store. The process imports
everything once and forks for each kill; the child counts the lines it executes and sends itself SIGKILL at one of
them. Prints one JSON object for each kill.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from almpo_kit.sources.services import store
from almpo_kit.sources.services.manners import Manners
from almpo_kit.sources.services.pull import pull

NAMES = sys.argv[3].split(",")
PLACES = ("almpo_kit/sources/services/", "almpo_kit/sources/cache.py")
INSIDE = ("store.py", "journal.py", "locks.py", "cache.py", "pull.py", "obtaining.py", "partials.py")
MANNERS = Manners(first_pause=0.01, attempts=2, connect=5.0, read=5.0)
CACHE = store.folder().parent


def _pull() -> list[str]:
    return list(pull(NAMES, manners=MANNERS).table["status"])


def _fork(stop: int | None, trail: list[tuple[str, int]] | None = None) -> int:
    """A pull in a child that dies at the n-th line; its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    _traced(stop)
    os._exit(0)


def _traced(stop: int | None) -> list[tuple[str, int]]:
    trail: list[tuple[str, int]] = []

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            trail.append((frame.f_code.co_filename, frame.f_lineno))
            if len(trail) == stop:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def call(frame: FrameType, event: str, _: Any) -> Any:
        return line if any(p in frame.f_code.co_filename for p in PLACES) else None

    sys.settrace(call)
    try:
        _pull()
    finally:
        sys.settrace(None)
    return trail


def _restore(good: Path) -> None:
    shutil.rmtree(CACHE, ignore_errors=True)
    shutil.copytree(good, CACHE)


def _state() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in NAMES:
        kept = store.latest(name)
        found[name] = (
            None if kept is None else [round(float(kept.frame["value"].min()), 3), kept.rows, kept.notice]
        )
    return found


def _points(trail: list[tuple[str, int]], more: int) -> list[int]:
    """The first and the last time that each line inside the store is reached, and as many others at equal steps."""
    first: dict[tuple[str, int], int] = {}
    for i, place in enumerate(trail, start=1):
        if place[0].endswith(INSIDE):
            first.setdefault(place, i)
    steps = [round(1 + k * (len(trail) - 1) / max(1, more - 1)) for k in range(more)]
    return sorted({*first.values(), *steps})


def main() -> None:
    good, more = Path(sys.argv[1]), int(sys.argv[2])
    # Once before: what the first run imports and caches in memory, the children have already.
    _restore(good)
    _pull()
    _restore(good)
    trail = _traced(None)
    points = _points(trail, more)
    if len(sys.argv) > 4:
        points = points[:: int(sys.argv[4])]
    for stop in points:
        _restore(good)
        status = _fork(stop)
        place = trail[stop - 1]
        told = {"stop": stop, "killed": os.WIFSIGNALED(status), "where": f"{Path(place[0]).name}:{place[1]}"}
        told |= {"after": _state(), "again": _pull(), "finally": _state()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
