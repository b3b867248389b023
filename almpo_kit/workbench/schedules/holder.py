"""Who holds a claim, so that another process can tell whether it still lives."""

from __future__ import annotations

import functools
import json
import os
import socket
from pathlib import Path
from typing import Any


@functools.cache
def _machine() -> tuple[str, str, str]:
    """Name, start-up and space of process numbers: a container on the same machine counts its own."""
    return socket.gethostname(), _first_line("/proc/sys/kernel/random/boot_id") or _booted(), _number_space()


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _booted() -> str:
    import psutil

    # Where only the time of the start is known, it wanders by seconds with the clock.
    return f"about {round(psutil.boot_time() / 600)}"


def _number_space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _began(number: int) -> str | None:
    """When a process began, so that another one with its number is not taken for it; None when it is gone, "" where the
    system does not tell."""
    import psutil

    try:
        if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
            return None
        told = _first_line(f"/proc/{number}/stat")
        # Behind the name in brackets, which may hold anything: the 20th field, in ticks since the start-up.
        return told.rpartition(")")[2].split()[19] if told else str(psutil.Process(number).create_time())
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return ""


def here() -> str:
    """This process, as kept with a claim."""
    host, boot, space = _machine()
    number = os.getpid()
    return json.dumps({"host": host, "boot": boot, "space": space, "number": number, "began": _began(number)})


def lives(holder: str) -> bool | None:
    """Whether the process lives: True or False where that can be known from here, None where not."""
    try:
        held: dict[str, Any] = json.loads(holder)
        host, boot, space = held["host"], held["boot"], held["space"]
        number, began = int(held["number"]), held["began"]
    except (ValueError, KeyError, TypeError):
        return None
    ours = _machine()
    if host != ours[0]:
        return None
    if boot != ours[1]:
        return False
    if space != ours[2]:
        return None
    now = _began(number)
    return None if now == "" else now == began


def told(holder: str) -> str:
    """The holder in words."""
    try:
        held = json.loads(holder)
        return f"process {held['number']} on {held['host']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
