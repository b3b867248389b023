"""What the app server and its kernels say on stderr: little, and nobody waits for whoever reads it."""

from __future__ import annotations

import faulthandler
import logging
import os
import queue
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: jupyter_server's words for a notebook without this machine's signature. It is about outputs that a notebook was saved
#: with; Voila shows none of them, it runs every cell anew. So there is nothing that anybody could do about it.
UNSIGNED: Final = "Notebook %s is not trusted"
#: With the words before it, no more than a pipe that has room takes at once.
_CHUNK: Final = select.PIPE_BUF - 100
#: Pieces that wait for the reader.
_PIECES: Final = 4
_PATIENCE_MS: Final = 1000
_LOOK_EVERY_MS: Final = 100


def quiet(log: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
    """Leave out the one message about unsigned notebooks; everything else is kept."""
    logger = log.logger if isinstance(log, logging.LoggerAdapter) else log
    logger.addFilter(lambda record: record.msg != UNSIGNED)


def _tell_where_it_stands(shown: int) -> None:
    """On SIGUSR1, what each thread of this process is doing goes there: for a server that answers nobody.

    Straight to the real stderr: whoever stands may hold the lock without which no other thread here could pass it on.
    """
    if sign := getattr(signal, "SIGUSR1", None):
        faulthandler.register(sign, file=shown, all_threads=True)


@contextmanager
def never_waiting() -> Iterator[None]:
    """Within, nothing that this process or its children write on stderr waits until somebody has read it.

    A terminal that was stopped (Ctrl-S), a pager or a script that reads the log late fills the pipe; then the server
    would stand still in the middle of a line, and each kernel in its first one. What the reader does not take within a
    second is left out, and how much it was is said when he reads again. A reader that went away is not missed. The one
    exception is asked for: on SIGUSR1 the server tells where it stands, and waits until that is read.
    """
    shown = os.dup(2)
    _tell_where_it_stands(shown)
    taken, given = os.pipe()
    os.dup2(given, 2)
    os.close(given)
    waiting: queue.Queue[tuple[int, bytes]] = queue.Queue(_PIECES)
    ended = threading.Event()
    # Two threads, as there is no other way to be sure: a terminal says that it has room where it has little, and then
    # keeps the whole thread until all is read; and to switch its waiting off would do so for the shell, too.
    threading.Thread(target=_take, args=(taken, waiting), daemon=True, name="stderr, taken").start()
    passing = threading.Thread(target=_pass_on, args=(waiting, shown, ended), daemon=True, name="stderr")
    passing.start()
    try:
        yield
    finally:
        os.dup2(shown, 2)
        # Until the last kernel has let go of it; one that does not end is not waited for.
        passing.join(timeout=2 * _PATIENCE_MS / 1000)
        ended.set()
        # So that it does not speak into what is said from here on.
        passing.join(timeout=2 * _LOOK_EVERY_MS / 1000)


def _take(taken: int, waiting: queue.Queue[tuple[int, bytes]]) -> None:
    """Take whatever is said at once, and leave out what finds no place."""
    left_out, said = 0, b"-"
    while said:
        said = os.read(taken, _CHUNK)
        try:
            waiting.put((left_out, said), block=not (left_out and said), timeout=_PATIENCE_MS / 1000)
            left_out = 0
        except queue.Full:
            left_out += len(said)


def _pass_on(waiting: queue.Queue[tuple[int, bytes]], shown: int, ended: threading.Event) -> None:
    """Write what waits, in order; alone in being kept by a reader who does not read."""
    room = select.poll()
    room.register(shown, select.POLLOUT)
    said, left_out = b"-", 0
    while said:
        more, said = waiting.get()
        left_out += more
        note = f"  ({left_out} bytes of messages were left out: nobody read them.)\n" if left_out else ""
        whole = note.encode() + said
        try:
            while whole:
                while not room.poll(_LOOK_EVERY_MS) and not ended.is_set():
                    pass
                if ended.is_set():
                    return
                whole = whole[os.write(shown, whole) :]
            left_out = 0
        except OSError:
            # The reader went away, the disk is full, or somebody switched the waiting off.
            left_out = len(whole) if len(whole) <= len(said) else left_out + len(said)
