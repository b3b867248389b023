"""What other processes do to a store in the tests; imported by them, so that they start with little."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from almpo_kit import records


def keep_many(place: str, who: str, times: int) -> None:
    """Keep versions of one shared draft, and overrides, as fast as it goes."""
    store = records.open_store(place)
    for i in range(times):
        store.keep_draft("shared", {"who": who, "i": i})
        store.log_override(
            advice_id=records.new_advice_id(),
            advised="training",
            chosen="services",
            reason=f"course is too far, case {who} {i}",
            role="caseworker",
        )


def keep_until_killed(place: str, told: str) -> None:
    """Keep large drafts for ever; a line in ``told`` for each that was acknowledged."""
    store = records.open_store(place)
    with Path(told).open("a", encoding="utf-8", buffering=1) as acknowledged:
        for i in range(100_000):
            kept = store.keep_draft("large", {"i": i, "text": "x" * 200_000})
            acknowledged.write(f"{kept.version} {i}\n")


def count_on(place: str, times: int) -> None:
    """Add one to a number in a draft, without losing anybody else's one; whoever is first begins it."""
    store = records.open_store(place)
    with contextlib.suppress(records.ConflictError):
        store.keep_draft("counter", {"n": 0}, expected_version=0)
    for _ in range(times):
        while True:
            seen = store.draft("counter")
            more = {"n": seen.content["n"] + 1}
            try:
                store.keep_draft("counter", more, expected_version=seen.version)
                break
            except records.ConflictError:
                time.sleep(0.001)


def keep_after_a_fork(place: str, who: str) -> None:
    """One store, opened before a fork, used on both sides of it."""
    store = records.open_store(place)
    store.keep_draft(f"forked {who}", {})
    child = os.fork()
    store.keep_draft(f"forked {who}", {"child": child == 0})
    if not child:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert store.keep_draft(f"forked {who}", {}).version == 4


def all_at_once(place: str, who: str, times: int) -> None:
    """Everything above but the killing, in one process: starting one costs more than what it does."""
    keep_many(place, who, times)
    count_on(place, times)
    keep_after_a_fork(place, who)


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    globals()[name](*(int(a) if a.isdigit() else a for a in arguments))
