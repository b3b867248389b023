"""What the app server and its kernels say on stderr: little, and nobody waits for whoever reads it."""

from __future__ import annotations

import faulthandler
import logging
import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: jupyter_server's words for a notebook without this machine's signature. It is about outputs that a notebook was saved
#: with; Voila shows none of them, it runs every cell anew. So there is nothing that anybody could do about it.
UNSIGNED: Final = "Notebook %s is not trusted"
#: As much as a pipe that has room takes at once.
_CHUNK: Final = select.PIPE_BUF
_PATIENCE_MS: Final = 1000


def quiet(log: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
    """Leave out the one message about unsigned notebooks; everything else is kept."""
    logger = log.logger if isinstance(log, logging.LoggerAdapter) else log
    logger.addFilter(lambda record: record.msg != UNSIGNED)


def tell_where_it_stands() -> None:
    """On SIGUSR1, what each thread of this process is doing goes to stderr: for a server that answers nobody."""
    if sign := getattr(signal, "SIGUSR1", None):
        faulthandler.register(sign, all_threads=True)


@contextmanager
def never_waiting() -> Iterator[None]:
    """Within, nothing that this process or its children write on stderr waits until somebody has read it.

    A terminal that was stopped (Ctrl-S), a pager or a script that reads the log late fills the pipe; then the server
    would stand still in the middle of a line, and each kernel in its first one. What the reader does not take within a
    second is left out, and how much it was is said when he reads again. A reader that went away is not missed.
    """
    shown = os.dup(2)
    taken, given = os.pipe()
    os.dup2(given, 2)
    os.close(given)
    passing = threading.Thread(target=_pass_on, args=(taken, shown), daemon=True, name="stderr")
    passing.start()
    try:
        yield
    finally:
        os.dup2(shown, 2)
        # Until the last kernel has let go of it; one that does not end is not waited for.
        passing.join(timeout=2)


def _pass_on(taken: int, shown: int) -> None:
    reader = select.poll()
    reader.register(shown, select.POLLOUT)
    left_out = 0
    while said := os.read(taken, _CHUNK):
        if not reader.poll(0 if left_out else _PATIENCE_MS):
            left_out += len(said)
            continue
        try:
            if left_out:
                os.write(
                    shown, f"  ({left_out} bytes of messages were left out: nobody read them.)\n".encode()
                )
                left_out = 0
                if not reader.poll(_PATIENCE_MS):
                    left_out = len(said)
                    continue
            os.write(shown, said)
        except OSError:
            # The reader went away, or the disk is full.
            left_out += len(said)
