"""A worker: a process that makes one report after the other, told by lines of JSON and answering in such.

It ends when its input does, also in the middle of a report: whoever started it is gone, and nothing half is left.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

from almpo_kit.workbench.sweeps.workers import WAITS


def main() -> int:
    """Read tasks from standard input until it ends."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.default_int_handler)
    # What libraries print goes to stderr: standard output carries answers and nothing else.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    busy = threading.Event()
    threading.Thread(target=_listen, args=(tasks, busy), daemon=True).start()

    def say(what: Mapping[str, Any]) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    try:
        from almpo_kit.workbench.sweeps.making import make_one

        while (task := tasks.get()) is not None:
            answer = make_one(task, waits=lambda: say(WAITS)) | {"memory_mb": _memory()}
            busy.clear()
            say(answer)
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    return 0


def _listen(tasks: queue.SimpleQueue[dict[str, Any] | None], busy: threading.Event) -> None:
    for line in sys.stdin:
        busy.set()
        tasks.put(json.loads(line))
    tasks.put(None)
    if busy.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


def _memory() -> float:
    """Memory of this process, MB."""
    import psutil

    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    sys.exit(main())
