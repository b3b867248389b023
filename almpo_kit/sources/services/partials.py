"""Half of a download, written down so that the next run continues where a killed one stopped.

Each block stands behind its length and CRC-32; reading stops at the first block that is not what was written.
Losing this file loses time, never data, so every failure here is silent.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from almpo_kit.sources.services.bodies import Part

_HEAD = struct.Struct("<II")
#: Bytes; a smaller body is fetched again in less time than its half is read.
_WORTH = 262_144
#: Seconds; a week.
_LIFE = 604_800.0


def path(folder: Path, url: str) -> Path:
    """Where the half of this address is kept."""
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.part"


def _records(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + _HEAD.size <= len(data):
        length, check = _HEAD.unpack_from(data, at)
        block = data[at + _HEAD.size : at + _HEAD.size + length]
        if len(block) != length or zlib.crc32(block) != check:
            return
        yield block
        at += _HEAD.size + length


def load(place: Path) -> Part:
    """What is held of a body; empty where nothing usable is."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        head, *blocks = _records(place.read_bytes())
        about = json.loads(head)
        return Part(bytearray(b"".join(blocks)), str(about["validator"]), str(about["coding"]))
    return Part()


class Recorder:
    """Writes down what arrives of one body, a quarter of a megabyte at a time."""

    def __init__(self, place: Path) -> None:
        self._place, self._written = place, 0

    def __call__(self, part: Part) -> None:
        """Append what has arrived since the last time; from the start where the body started over."""
        if len(part.received) < self._written:
            self._written = 0
        if not part.validator or len(part.received) - self._written < _WORTH:
            return
        blocks = [] if self._written else [_about(part)]
        blocks.append(bytes(part.received[self._written :]))
        with contextlib.suppress(OSError):
            self._place.parent.mkdir(parents=True, exist_ok=True)
            with self._place.open("ab" if self._written else "wb") as file:
                file.write(b"".join(_HEAD.pack(len(b), zlib.crc32(b)) + b for b in blocks))
            self._written = len(part.received)


def _about(part: Part) -> bytes:
    return json.dumps({"validator": part.validator, "coding": part.coding}).encode()


def clear(folder: Path) -> None:
    """Forget halves that nobody came back for."""
    with contextlib.suppress(OSError):
        for place in folder.glob("*.part"):
            if time.time() - place.stat().st_mtime > _LIFE:
                place.unlink(missing_ok=True)


def drop(place: Path) -> None:
    """The body is whole; its half is no longer needed."""
    with contextlib.suppress(OSError):
        place.unlink(missing_ok=True)
