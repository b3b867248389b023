"""A running app server and its visitors, for the tests of every app."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
#: Servers that run, by address: the process, and the file of what it said.
_RUNNING: dict[str, tuple[subprocess.Popen[bytes], Any]] = {}


def free_port() -> int:
    """A port that nobody listens on, below those that systems hand out: until a server listens on it seconds later,
    some kernel would be given it."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def serving(*words: str, **environment: str) -> Iterator[str]:
    """The address of a running app server with one warm kernel a notebook; more words of its command line."""
    port = free_port()
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "apps", "--no-browser", "--port", str(port)]
    command += words
    url = f"http://127.0.0.1:{port}/"
    # To a file: nobody reads a pipe while the tests run, and a server whose pipe is full stands still.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=said)
        try:
            _wait_for(url, running, said)
            _RUNNING[url] = running, said
            yield url
        finally:
            _RUNNING.pop(url, None)
            running.terminate()
            running.wait(timeout=30)


def _wait_for(url: str, running: subprocess.Popen[bytes], said: Any) -> None:
    """Until the server answers; what it said where it does not."""
    deadline = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(f"{url}healthz", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            if running.poll() is not None or time.monotonic() > deadline:
                said.seek(0)
                raise AssertionError(f"the app server did not start: {said.read()}") from None
            time.sleep(0.3)


def _where_it_stands(url: str) -> str:
    """What a server that does not answer is doing, and what it said before."""
    address = next((held for held in _RUNNING if url.startswith(held)), None)
    if address is None:
        return "a server that these tests did not start"
    _RUNNING[address][0].send_signal(signal.SIGUSR1)
    time.sleep(2)
    return what_it_said(address)[-20_000:]


def what_it_said(address: str) -> str:
    """What a running server said on stderr."""
    said = _RUNNING[address][1]
    # Another place in the file would be another place for the server, too.
    return os.pread(said.fileno(), 10_000_000, 0).decode(errors="replace")


def process_of(address: str) -> int:
    """Number of the process of a running server."""
    return _RUNNING[address][0].pid


class Visit:
    """One visitor: a page, what it asked for outside, and what its console said."""

    def __init__(self, chromium: Any, width: int, height: int) -> None:
        self.context = chromium.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True
        )
        self.outside: list[str] = []
        self.console: list[str] = []
        self.context.route(re.compile(r"^(?!http://127\.0\.0\.1[:/]|data:|blob:)"), self._shut)
        self.page = self.context.new_page()
        self.page.wait_for_function = self._wait_for_function
        self.page.on("console", lambda m: self.console.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    def _shut(self, route: Any) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _wait_for_function(self, said: str, *, arg: Any = None, timeout: float = 30_000) -> None:
        """As Playwright's, which evaluates text within the page: that is what our apps' policy forbids."""
        deadline = time.monotonic() + timeout / 1000
        while not self.page.evaluate(said, arg):
            assert time.monotonic() < deadline, f"not within {timeout / 1000:.0f} s: {said}"
            self.page.wait_for_timeout(50)

    def open(self, url: str, ready: str = ".almpo-answer .card") -> Any:
        """The page, once it shows its first answer."""
        # A page is made when it is asked for; two test processes on two cores can take it beyond half a minute.
        from playwright.sync_api import TimeoutError as TooLate

        try:
            self.page.goto(url, timeout=90_000)
            self.page.wait_for_selector(ready, timeout=90_000)
            # It is in the page a moment before it is shown in place of its first view.
            drawing = self.page.locator("#rendered_cells.drawing")
            drawing.wait_for(state="detached", timeout=90_000)
        except TooLate as error:
            raise AssertionError(f"{error}\n{_where_it_stands(url)}") from None
        return self.page
