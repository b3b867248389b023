"""Reading a stranger's file in a process of its own, so that whatever the file does ends with that process."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from almpo_kit.sources.documents.limits import Limits

Ending = Literal["whole", "time", "memory", "output", "crash"]
_SCRIPT = Path(__file__).parent / "process" / "confined.py"
_NO_MEMORY = 71
#: JSON around and in the text: places of lines, escapes.
_PER_SIGN, _AROUND = 16, 50_000_000
#: Room to start Python on a busy machine.
_START_SECONDS = 20


@dataclass(frozen=True)
class Outcome:
    """What the process said before it ended, and how it ended."""

    records: list[dict[str, Any]]
    ending: Ending


def read_apart(reader: Literal["pdf", "html"], data: bytes, limits: Limits) -> Outcome:
    """Have bytes read by another process.

    Parameters
    ----------
    reader : {"pdf", "html"}
    data : bytes
    limits : Limits
        The process limits its own memory and processor; its time by the clock and its output are limited from here.

    Returns
    -------
    Outcome
        Records up to the end, whatever it was. Nothing is left running, also when this is interrupted.
    """
    order = {
        "reader": reader,
        "pages": limits.pages,
        "signs": limits.signs,
        "memory": limits.memory * 1_000_000,
        "cpu_seconds": limits.seconds,
    }
    child = subprocess.Popen(
        [sys.executable, "-I", str(_SCRIPT), json.dumps(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_surroundings(),
        start_new_session=True,
    )
    late = threading.Event()
    begun = time.monotonic()
    # By the clock twice as long as by the processor: other work on the machine is not the file's fault.
    clock = threading.Timer(2 * limits.seconds + _START_SECONDS, _stop, (child, late))
    clock.daemon = True
    clock.start()
    try:
        # A child that died already no longer listens; how it died is told by its ending.
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(data)  # type: ignore[union-attr]
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()  # type: ignore[union-attr]
        records, ended, small = _records(child, limits.signs * _PER_SIGN + _AROUND)
        # Its own last word counts, where it is about to end by itself.
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(5 if small else 0)
    finally:
        clock.cancel()
        child.kill()
        code = child.wait()
        child.stdout.close()  # type: ignore[union-attr]
    if ended:
        return Outcome(records, "whole")
    early = time.monotonic() - begun < 0.8 * limits.seconds
    return Outcome(records, _ending(code, late.is_set(), small, early))


def _stop(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _records(child: subprocess.Popen[bytes], most: int) -> tuple[list[dict[str, Any]], bool, bool]:
    """Records, whether the last one came, and whether the output stayed within what a text can need."""
    records, size = list[dict[str, Any]](), 0
    while True:
        line = child.stdout.readline(most + 1)  # type: ignore[union-attr]
        size += len(line)
        if size > most:
            return records, False, False
        if not line.endswith(b"\n"):
            return records, False, True
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        # What a file has made of the process that reads it is not believed either: other words are a crash.
        if not isinstance(record, dict):
            return records, False, True
        if record.get("end"):
            return records, True, True
        records.append(record)


def _ending(code: int, late: bool, small: bool, early: bool) -> Ending:
    if not small:
        return "output"
    # The limit of the processor's seconds ends in SIGKILL, and so does the kernel's own way with processes when memory
    # is short; the one cannot come before its time.
    if late or code == -24 or (code == -9 and not early):
        return "time"
    return "memory" if code in (_NO_MEMORY, -9) else "crash"


def _surroundings() -> dict[str, str]:
    """The few variables that Python needs; whatever else this process knows stays here."""
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    plain = {name: os.environ[name] for name in kept if name in os.environ}
    return plain | {"PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"}
