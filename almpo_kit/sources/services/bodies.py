"""Receiving a body: whole, of bounded size, decoded; what came before an interruption is kept for a resumption."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from almpo_kit.sources.services.faults import SAFE, BadBodyError, CutOffError
from almpo_kit.sources.services.manners import Manners

if TYPE_CHECKING:
    import requests

_BLOCK = 65_536
_GZIP = b"\x1f\x8b\x08"


@dataclass
class Part:
    """The bytes of a body that have arrived, as they travelled, and by what the service knows that body.

    Parameters
    ----------
    validator : str
        A strong ``ETag`` or else ``Last-Modified``; empty where the body cannot be resumed.
    coding : str
        The ``Content-Encoding`` of the bytes.
    arrived : Callable
        Told after each block, e.g. to write it down.
    """

    received: bytearray = field(default_factory=bytearray)
    validator: str = ""
    coding: str = ""
    arrived: Callable[[Part], None] | None = None

    def forget(self) -> None:
        """Start over."""
        self.received.clear()
        self.validator = self.coding = ""

    def headers(self) -> dict[str, str]:
        """Ask for the rest, provided that it is still the rest of the same (RFC 9110, 13.1.5)."""
        if not (self.received and self.validator):
            return {}
        return {"Range": f"bytes={len(self.received)}-", "If-Range": self.validator}


def _validator(headers: requests.structures.CaseInsensitiveDict[str]) -> str:
    if headers.get("Accept-Ranges", "").lower() != "bytes":
        return ""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "") if not tag else ""


def receive(response: requests.Response, part: Part, manners: Manners) -> bytes:
    """The decoded body of a response, joined to what had arrived before.

    Raises
    ------
    CutOffError
        It ended before its stated end; ``part`` holds what came.
    BadBodyError
        Larger than anything official, or its compression is damaged.
    """
    import urllib3

    expected = _begin(response, part)
    end = manners.clock() + manners.body
    try:
        # As it comes, not in full blocks: a body that drips would never be seen to be late.
        while block := response.raw.read1(_BLOCK, decode_content=False):
            part.received += block
            if part.arrived is not None:
                part.arrived(part)
            _check_size(len(part.received), manners)
            if manners.clock() > end:
                raise CutOffError(f"The body took longer than {manners.body:.0f} seconds.")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise CutOffError(
            f"The body broke off after {len(part.received):,} bytes ({_reason(error)})."
        ) from None
    if expected is not None and len(part.received) != expected:
        raise CutOffError(f"The body ended after {len(part.received):,} of {expected:,} bytes.")
    return decode(bytes(part.received), part.coding, manners.largest)


def _reason(error: BaseException) -> str:
    """The innermost cause in the system's words, e.g. "connection reset by peer"."""
    inner = next((a for a in error.args if isinstance(a, BaseException)), None)
    if inner is not None:
        return _reason(inner)
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(told.split())[:80].lower() or type(error).__name__


def _begin(response: requests.Response, part: Part) -> int | None:
    """Sort out whether this is the rest or the whole; the number of bytes that there should be in all."""
    length = response.headers.get("Content-Length", "")
    # More digits than any size has are no length.
    stated = int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None
    if response.status_code == 206:
        first = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
        tag = response.headers.get("ETag", "")
        other = part.validator.startswith('"') and tag not in ("", part.validator)
        if not part.received or first != str(len(part.received)) or other:
            part.forget()
            raise CutOffError("The service sent another part than the one asked for.")
        return None if stated is None else len(part.received) + stated
    part.forget()
    part.validator = _validator(response.headers)
    part.coding = response.headers.get("Content-Encoding", "").strip().lower()
    return stated


def _check_size(size: int, manners: Manners) -> None:
    if size > manners.largest:
        raise BadBodyError(
            f"The answer is larger than {manners.largest:,} bytes, which no official file is; it was not read "
            f"further. {SAFE} Check the address with `almpo data pull --dry-run`."
        )


def decode(data: bytes, coding: str, largest: int) -> bytes:
    """Undo ``gzip`` or ``deflate``, and gzip that the body itself is; never more than ``largest`` bytes.

    Raises
    ------
    BadBodyError
        Damaged, incomplete, of an unknown coding, or it grows beyond the limit.
    """
    if coding in ("gzip", "x-gzip"):
        data = _inflate(data, 31, largest)
    elif coding == "deflate":
        # Zlib or bare deflate: both are sent under this name.
        data = _inflate(data, 15 if data[:1] == b"\x78" else -15, largest)
    elif coding not in ("", "identity"):
        raise BadBodyError(
            f"The answer is coded as {coding!r}, which was not asked for. {SAFE} Try again later."
        )
    return _inflate(data, 31, largest) if data.startswith(_GZIP) else data


def _inflate(data: bytes, window: int, largest: int) -> bytes:
    pieces: list[bytes] = []
    size, rest = 0, data
    try:
        # Several members one after the other are one gzip file; zeros after the last are padding.
        while rest.strip(b"\0"):
            machine = zlib.decompressobj(window)
            while not machine.eof:
                room = min(1_048_576, largest - size + 1)
                piece = machine.decompress(rest, room)
                if not piece and not machine.unconsumed_tail and not machine.eof:
                    raise CutOffError("The compressed body ends before its end.")
                pieces.append(piece)
                size += len(piece)
                if size > largest:
                    raise BadBodyError(
                        f"The answer grows beyond {largest:,} bytes when decompressed, which no official file "
                        f"does; it was thrown away. {SAFE}"
                    )
                rest = machine.unused_data if machine.eof else machine.unconsumed_tail
    except zlib.error as error:
        raise CutOffError(f"The compressed body is damaged ({error}).") from None
    return b"".join(pieces)
