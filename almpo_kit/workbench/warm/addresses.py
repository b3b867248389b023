"""Where the warm process listens, and how a request to it is written."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
from typing import Any

#: Holds the address of the running warm process for whoever starts kernels; ``0`` switches warm kernels off.
VARIABLE = "ALMPO_WARM"
_LENGTH = struct.Struct("!I")
#: An environment may be large, but not this large.
LARGEST_REQUEST = 4_000_000


def is_possible() -> bool:
    """Whether kernels can be forked here: Linux, and nobody has switched it off."""
    return sys.platform == "linux" and os.environ.get(VARIABLE, "") != "0"


def running() -> str:
    """Address of a warm process that somebody started for us; empty when there is none."""
    address = os.environ.get(VARIABLE, "")
    return address if is_possible() and address else ""


def packed(content: dict[str, Any]) -> bytes:
    """A message with its length before it."""
    text = json.dumps(content).encode()
    return _LENGTH.pack(len(text)) + text


def received(line: socket.socket) -> dict[str, Any]:
    """The next message.

    Raises
    ------
    EOFError
        The other side has gone.
    """
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size))
    return _read(line, length)


def received_with_files(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next message and the file descriptors that came with it, which the caller closes."""
    first, files, _, _ = socket.recv_fds(line, _LENGTH.size, 4)
    try:
        (length,) = _LENGTH.unpack(first + _exactly(line, _LENGTH.size - len(first)))
        return _read(line, length), files
    except BaseException:
        for descriptor in files:
            os.close(descriptor)
        raise


def _read(line: socket.socket, length: int) -> dict[str, Any]:
    if length > LARGEST_REQUEST:
        raise ValueError("a request to the warm process is too large")
    content: dict[str, Any] = json.loads(_exactly(line, length))
    return content


def _exactly(line: socket.socket, count: int) -> bytes:
    parts, left = [], count
    while left:
        part = line.recv(left)
        if not part:
            raise EOFError("the connection was closed")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
