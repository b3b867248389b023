"""The app server as a process among others: connections that never end, readers that never read, and its own end."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from app_visits import ROOT, free_port

from almpo_kit.workbench.apps import server, server_end

FEW = server.Limits(headers_seconds=0.3, body_seconds=0.3, largest_body=1000, largest_headers=2000)


def _open_for(port: int, said: bytes, most: float, more: bytes = b"") -> float:
    """Seconds that a connection stays open on which this is said, and `more` every 50 ms."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.05) as line:
        began = time.monotonic()
        line.sendall(said)
        while time.monotonic() - began < most:
            try:
                if not line.recv(4096):
                    break
            except TimeoutError:
                pass
            except OSError:
                break
            try:
                line.sendall(more)
            except OSError:
                break
        return time.monotonic() - began


def test_connections_that_never_end_are_closed() -> None:
    """The listening of the real server, with nothing behind it."""
    from tornado.ioloop import IOLoop
    from tornado.web import Application

    class Bare:
        port, ip = free_port(), "127.0.0.1"
        app = Application()

        def listen(self) -> None:
            self.app.listen(self.port, self.ip)

    async def visits() -> list[float]:
        made = server._ours(Bare, FEW)()
        made.listen()
        start = b"POST / HTTP/1.1\r\nHost: a\r\n"
        lines = [
            (b"", b""),
            (start, b"A: b\r\n"),
            (start + b"Content-Length: 900\r\n\r\n", b"x"),
            (start + b"Content-Length: 2000\r\n\r\n", b"x"),
            (start + b"A: " + b"b" * 4000, b""),
        ]
        asked = [IOLoop.current().run_in_executor(None, _open_for, Bare.port, *(a, 3.0, b)) for a, b in lines]
        return list(await asyncio.gather(*asked))

    nothing, headers, body, large, long = asyncio.run(visits())
    assert 0.2 < nothing < 2 and 0.2 < headers < 2, "headers that are never finished"
    assert 0.2 < body < 2, "a body that comes by the byte"
    assert large < 0.3 and long < 0.3, "what is too large is not waited for"


def test_files_have_time_on_slow_lines() -> None:
    settings = server.configuration(ip="127.0.0.1", port=8866)
    assert settings.Voila.tornado_settings["ws_ping_timeout"] == server.UPLOAD_SECONDS * 1000
    assert server.LARGEST_UPLOAD * 8 / server.UPLOAD_SECONDS < 1_400_000, "bits a second, as said beside it"
    assert settings.KernelManager.transport_encryption == "auto"


class Kernels:
    """Many kernels of which one is deaf to everything but SIGKILL."""

    def __init__(self, shutting: Callable[[], Any]) -> None:
        deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
        self.process = subprocess.Popen([sys.executable, "-S", "-c", deaf], stdout=subprocess.PIPE)
        assert self.process.stdout
        self.process.stdout.readline()
        self._kernels: Mapping[str, Any] = {
            "a": SimpleNamespace(provisioner=SimpleNamespace(process=self.process))
        }
        self.shutdown_all = shutting


async def _hangs() -> None:
    await asyncio.sleep(60)


async def _refuses() -> None:
    raise KeyError("a")


@pytest.mark.parametrize(
    ("shutting", "seconds", "words"),
    [
        (_hangs, 0.1, "did not end within"),
        (_refuses, 5, "could not be asked to end (KeyError('a'))"),
        (lambda: signal.raise_signal(signal.SIGINT), 5, "were not waited for"),
    ],
)
def test_a_kernel_that_hears_nothing_is_ended(
    caplog: pytest.LogCaptureFixture, shutting: Callable[[], Any], seconds: float, words: str
) -> None:
    kernels = Kernels(shutting)
    loop = asyncio.new_event_loop()
    # Tests that a script started in the background inherit Ctrl-C switched off; the server switches it on.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.monotonic()
    try:
        server_end.end(loop, kernels, logging.getLogger("test_end"), seconds)
    finally:
        signal.signal(signal.SIGINT, before)
    loop.close()
    assert time.monotonic() - began < 2
    assert kernels.process.poll() == -signal.SIGKILL
    gc.collect()
    assert [words in r.getMessage() for r in caplog.records] == [True], "said once, and nothing beside it"


def test_asked_to_end_before_it_began() -> None:
    early = server._ours(object, FEW)()
    with pytest.raises(KeyboardInterrupt):
        early._handle_signal_stop(signal.SIGTERM, None)


class Interrupted:
    """A server that is asked to end between the making of its folder and its first listening."""

    connection_dir = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def initialize(self, asked: list[str]) -> None:
        pass

    def start(self) -> None:
        self.folder.mkdir()
        self.connection_dir = str(self.folder)
        raise KeyboardInterrupt


def test_asked_to_end_while_it_begins_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        server._run(Interrupted(tmp_path / "voila_x"), tmp_path)
    assert not list(tmp_path.iterdir())


SERVES = """
import sys
from almpo_kit.workbench import cli
from almpo_kit.workbench.apps import server
few = server.Limits(headers_seconds=3, body_seconds=3)
whole = server.serve
server.serve = lambda **asked: whole(**asked, limits=few)
sys.exit(cli.main(["apps", "--no-browser", "--port", sys.argv[1]]))
"""
DEAF = """
import os, signal, time
for sign in (signal.SIGINT, signal.SIGTERM):
    signal.signal(sign, signal.SIG_IGN)
open(os.environ["ALMPO_DEAF"], "w").close()
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
"""


@pytest.mark.slow
def test_a_real_server_among_bad_company() -> None:
    """Small limits, a reader who never reads, a kernel that hears nothing: it serves, says little, and ends."""
    # Sockets have short paths; pytest's folders have long ones.
    with tempfile.TemporaryDirectory(prefix="bad-") as folder:
        _bad_company(Path(folder))


def _bad_company(tmp_path: Path) -> None:
    port, deaf = free_port(), tmp_path / "deaf"
    address = f"http://127.0.0.1:{port}/"
    environment = {
        **os.environ,
        "ALMPO_DEAF": str(deaf),
        "ALMPO_RECORDS": str(tmp_path / "records.db"),
        "TMPDIR": str(tmp_path),
    }
    running = subprocess.Popen(
        [sys.executable, "-c", SERVES, str(port)], cwd=ROOT, stderr=subprocess.PIPE, env=environment
    )
    try:
        _among_bad_company(running, address, port, tmp_path, deaf)
    finally:
        running.kill()


def _among_bad_company(
    running: subprocess.Popen[bytes], address: str, port: int, folder: Path, deaf: Path
) -> None:
    import websocket
    from jupyter_client import BlockingKernelClient

    assert running.stderr
    fcntl.fcntl(running.stderr, fcntl.F_SETPIPE_SZ, 4096)
    _until(lambda: _answers(address), 120)
    # Longer than the limits of forms and idle lines.
    page, cookies = _visited(f"{address}voila/render/evidence.ipynb")
    (first,) = re.findall(r'"kernelId": "([0-9a-f-]+)"', page) or [page[-1000:]]
    socket_address = f"ws://127.0.0.1:{port}/api/kernels/{first}/channels"
    line = websocket.create_connection(socket_address, timeout=60, cookie=cookies)
    assert 2 < _open_for(port, b"POST / HTTP/1.1\r\nHost: a\r\n", 20, b"A: b\r\n") < 15
    form = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n"
    assert 2 < _open_for(port, form, 20, b"x") < 15
    for k in range(4):
        name = ("evidence", "regions")[k % 2]
        assert _answers(f"{address}voila/render/{name}.ipynb", 120)
    line.ping("still there")
    line.send(json.dumps(_asked_for_info()))
    _until(lambda: "kernel_info_reply" in str(line.recv()), 60)
    line.close()
    connection = str(folder / next(folder.glob("voila_*")).name / f"kernel-{first}.json")
    assert "curve_publickey" in Path(connection).read_text(), "others on this machine cannot read along"
    client = BlockingKernelClient(connection_file=connection)
    client.load_connection_file()
    client.start_channels()
    client.execute(DEAF)
    _until(deaf.exists, 60)
    client.stop_channels()
    kernels = _children(running.pid)
    began = time.monotonic()
    running.terminate()
    assert running.wait(timeout=60) == 0
    assert time.monotonic() - began < server_end.SECONDS + 8
    _until(lambda: not any(Path(f"/proc/{k}").exists() for k in kernels), 10)
    assert kernels and not list(folder.glob("voila_*"))
    said = running.stderr.read().decode()
    assert "is not trusted" not in said and "without encryption" not in said
    assert "Apps (codesign_room" in said


def _visited(address: str) -> tuple[str, str]:
    """The page of an app, and the cookies that make its kernel one's own."""
    jar = CookieJar()
    page = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open(address, timeout=120)
    text = page.read().decode()
    return text, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _asked_for_info() -> dict[str, Any]:
    header = {
        "msg_id": "1",
        "msg_type": "kernel_info_request",
        "session": "s",
        "username": "",
        "version": "5.3",
    }
    return {"header": header, "parent_header": {}, "metadata": {}, "content": {}, "channel": "shell"}


def _children(parent: int) -> list[int]:
    return [int(k) for k in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _answers(address: str, seconds: float = 2) -> bool:
    try:
        return bool(urllib.request.urlopen(address, timeout=seconds).read())
    except OSError:
        return False


def _until[T](found: Callable[[], T], seconds: float) -> T:
    began = time.monotonic()
    while not (what := found()):
        assert time.monotonic() - began < seconds
        time.sleep(0.1)
    return what
