"""A server on loopback that speaks the services' paths and formats, and every fault of theirs on demand.

Routes are functions of a request; ``faults`` is a queue of what goes wrong with the next requests whose path holds a
mark. Every request is written down.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

QUEUED = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">'
    '<env:Header/><env:Body><ns0:syncResponse xmlns:ns0="http://estat.ec.europa.eu/disschain/soap/extraction">'
    "<processingTime>92</processingTime><queued><id>{key}</id><status>{status}</status></queued>"
    "</ns0:syncResponse></env:Body></env:Envelope>"
)
STATUS = (
    '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><ns0:asyncResponse '
    'xmlns:ns0="http://estat.ec.europa.eu/disschain/soap/asynchronous" '
    'xmlns:ns1="http://estat.ec.europa.eu/disschain/asynchronous"><ns1:status><ns1:key>{key}</ns1:key>'
    "<ns1:status>{status}</ns1:status></ns1:status></ns0:asyncResponse></env:Body></env:Envelope>"
)
FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?><S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">'
    "<faultcode>{code}</faultcode><faultstring>{text}</faultstring></S:Fault>"
)
TOO_BIG = FAULT.format(
    code=413,
    text="EXTRACTION_TOO_BIG: The requested extraction is too big, estimated 420709314 rows, max authorised is "
    "5000000, please change your filters to reduce the extraction size",
)
LATER = json.dumps(
    {
        "error": [
            {
                "status": 413,
                "id": 413,
                "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously. Please try again later.",
            }
        ]
    }
)


@dataclass
class Answer:
    """What is sent back."""

    body: bytes = b""
    status: int = 200
    media: str = "application/vnd.sdmx.data+csv;version=1.0.0"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What was asked."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


Route = Callable[[Request], Answer]
Fault = Callable[["Handler", Answer], None]


class Fake:
    """The server and its script."""

    def __init__(self) -> None:
        self.routes: list[tuple[str, Route]] = []
        self.faults: list[tuple[str, Fault]] = []
        self.asked: list[Request] = []
        self.ranges = True
        self._lock = threading.Lock()
        fake = self

        class Bound(Handler):
            script = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def route(self, mark: str, answer: Route | Answer | bytes | str) -> None:
        """Answer paths that hold a mark; later routes come first."""
        if isinstance(answer, str):
            answer = answer.encode()
        fixed = Answer(answer) if isinstance(answer, bytes) else answer
        self.routes.insert(0, (mark, (lambda _: fixed) if isinstance(fixed, Answer) else fixed))

    def fail(self, mark: str, fault: Fault, times: int = 1) -> None:
        """Let the next requests of a path go wrong."""
        self.faults += [(mark, fault)] * times

    def paths(self, mark: str = "") -> list[str]:
        """Paths asked for so far."""
        return [r.path for r in self.asked if mark in r.path]

    def take(self, path: str) -> Fault | None:
        with self._lock:
            for i, (mark, fault) in enumerate(self.faults):
                if mark in path:
                    del self.faults[i]
                    return fault
        return None


class Handler(BaseHTTPRequestHandler):
    """One request."""

    script: Fake
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        request = Request(parts.path, parse_qs(parts.query), {k.lower(): v for k, v in self.headers.items()})
        self.script.asked.append(request)
        answer = next((r(request) for mark, r in self.script.routes if mark in parts.path), None)
        answer = answer or Answer(FAULT.format(code=100, text="ERR_NOT_FOUND_2").encode(), 404, "text/xml")
        fault = self.script.take(self.path)
        with contextlib.suppress(ConnectionError):
            if fault is not None:
                fault(self, answer)
            else:
                self.send(self.conditional(answer, request))

    def conditional(self, answer: Answer, request: Request) -> Answer:
        """304 and 206 as RFC 9110 says."""
        tag, date = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        if tag and request.headers.get("if-none-match") == tag:
            return Answer(b"", 304, answer.media, dict(answer.headers))
        if date and request.headers.get("if-modified-since") == date:
            return Answer(b"", 304, answer.media, dict(answer.headers))
        if self.script.ranges and (tag or date):
            answer = Answer(
                answer.body, answer.status, answer.media, {"Accept-Ranges": "bytes", **answer.headers}
            )
            wanted = request.headers.get("range", "")
            if wanted and request.headers.get("if-range") in (tag, date):
                first = int(wanted.removeprefix("bytes=").rstrip("-"))
                total = len(answer.body)
                if first >= total:
                    return Answer(b"", 416, answer.media, {"Content-Range": f"bytes */{total}"})
                more = {"Content-Range": f"bytes {first}-{total - 1}/{total}", **answer.headers}
                return Answer(answer.body[first:], 206, answer.media, more)
        return answer

    def head(self, answer: Answer, **more: str) -> None:
        self.send_response(answer.status)
        headers = (
            {"Content-Type": answer.media, "Content-Length": str(len(answer.body))} | answer.headers | more
        )
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def send(self, answer: Answer) -> None:
        self.head(answer)
        self.wfile.write(answer.body)

    def reset(self) -> None:
        """Break the connection with a reset, not an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.wfile.flush()
        self.close_connection = True
        self.connection.close()


def status(code: int, body: bytes | str = b"", media: str = "text/xml", **headers: str) -> Fault:
    """Another status; header names with underscores."""
    data = body.encode() if isinstance(body, str) else body
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return lambda handler, _: handler.send(Answer(data, code, media, named))


def reset_after(size: int) -> Fault:
    """The connection is reset in the middle of the body."""

    def fault(handler: Handler, answer: Answer) -> None:
        whole = handler.conditional(answer, handler.script.asked[-1])
        handler.head(whole)
        handler.wfile.write(whole.body[:size])
        handler.wfile.flush()
        time.sleep(0.05)
        handler.reset()

    return fault


def short(missing: int) -> Fault:
    """An orderly end before the stated length."""

    def fault(handler: Handler, answer: Answer) -> None:
        handler.head(answer)
        handler.wfile.write(answer.body[:-missing])
        handler.close_connection = True

    return fault


def chunked(cut: bool) -> Fault:
    """A chunked body, whole or cut before its last chunk."""

    def fault(handler: Handler, answer: Answer) -> None:
        handler.head(answer, **{"Transfer-Encoding": "chunked", "Content-Length": ""})
        for i in range(0, len(answer.body), 1000):
            block = answer.body[i : i + 1000]
            handler.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            if cut and i:
                handler.close_connection = True
                return
        handler.wfile.write(b"0\r\n\r\n")

    return fault


def gzipped(damage: Callable[[bytes], bytes] = lambda b: b) -> Fault:
    """The body gzip-coded, then damaged."""

    def fault(handler: Handler, answer: Answer) -> None:
        body = damage(gzip.compress(answer.body))
        handler.send(Answer(body, 200, answer.media, {"Content-Encoding": "gzip", **answer.headers}))

    return fault


def instead(body: bytes, media: str = "text/html", **headers: str) -> Fault:
    """Another body under status 200."""
    return status(200, body, media, **headers)


def silent(seconds: float) -> Fault:
    """Takes the request and says nothing for a while."""

    def fault(handler: Handler, answer: Answer) -> None:
        time.sleep(seconds)
        handler.send(answer)

    return fault


def dripping(pause: float) -> Fault:
    """One byte at a time."""

    def fault(handler: Handler, answer: Answer) -> None:
        handler.head(answer)
        for i in range(len(answer.body)):
            handler.wfile.write(answer.body[i : i + 1])
            handler.wfile.flush()
            time.sleep(pause)

    return fault


@contextlib.contextmanager
def running() -> Iterator[Fake]:
    fake = Fake()
    try:
        yield fake
    finally:
        fake.close()
