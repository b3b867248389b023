"""One real app server with people at it: whose kernel, what is seen first, a full house, and what leaves."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import struct
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
import websocket
from app_visits import _RUNNING, Visit, process_of, serving, what_it_said

from almpo_kit.workbench.apps.visitors import confined, messages
from almpo_kit.workbench.assets import FOLDER
from almpo_kit.workbench.warm import confinement


class Browser:
    """One browser without a screen: cookies, pages, and a line to a kernel."""

    def __init__(self, address: str) -> None:
        self.address, self.jar = address, CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open

    def get(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        asked = urllib.request.Request(self.address + path, data=body, headers=headers)
        try:
            with self._open(asked, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def visit(self, app: str) -> str:
        """Kernel of the app's page."""
        status, page = self.get(f"voila/render/{app}.ipynb")
        assert status == 200, page
        (kernel,) = re.findall(r'"kernelId": "([0-9a-f-]+)"', page)
        return str(kernel)

    def line(self, kernel: str, **options: Any) -> Any:
        address = f"{self.address.replace('http', 'ws')}api/kernels/{kernel}/channels"
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        return websocket.create_connection(address, timeout=60, cookie=cookies, **options)


def _message(kind: str, **content: Any) -> str:
    header = {"msg_id": kind, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    whole = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    return json.dumps(whole)


def _heard(line: Any, wanted: str) -> list[str]:
    """Kinds of messages until the wanted one."""
    kinds: list[str] = []
    while not kinds or kinds[-1] != wanted:
        kinds.append(str(json.loads(line.recv())["header"]["msg_type"]))
    return kinds


def test_a_kernel_is_of_its_visitor_alone_and_runs_no_code_of_hers(address: str, tmp_path: Path) -> None:
    her, him = Browser(address), Browser(address)
    kernel, his = her.visit("evidence"), him.visit("evidence")
    assert kernel != his
    assert json.loads(her.get(f"api/kernels/{kernel}")[1]) | {"execution_state": ""} == {
        "id": kernel,
        "name": "python3",
        "execution_state": "",
    }
    for stranger in (him, Browser(address)):
        assert stranger.get(f"api/kernels/{kernel}")[0] == 404
        assert stranger.get(f"voila/api/shutdown/{kernel}", b"")[0] in (403, 404)
        with pytest.raises(websocket.WebSocketBadStatusException, match="404"):
            stranger.line(kernel)
    line, mark = her.line(kernel), tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w').close()"
    line.send(_message("execute_request", code=code, silent=False, store_history=False))
    line.send(_message("shutdown_request", restart=False))
    line.send(_message("comm_open", comm_id="c", target_name="jupyter.widget", data={"state": {}}))
    line.send("{not even a message")
    line.send_binary(struct.pack("<Q", 2**62) + b"x" * 64)
    line.send(_message("kernel_info_request"))
    kinds = _heard(line, "kernel_info_reply")
    assert set(kinds) <= messages.TO_BROWSERS, kinds
    newer = her.line(kernel, subprotocols=["v1.kernel.websocket.jupyter.org"])
    newer.send_binary(struct.pack("<Q", 2**62) + b"x" * 64)
    newer.close()
    assert not mark.exists() and her.get(f"api/kernels/{kernel}")[0] == 200
    assert (
        her.get("api/kernels")[0] in (403, 404, 405)
        and her.get(f"api/kernels/{kernel}/interrupt", b"")[0] >= 403
    )
    line.close()
    assert "ping" not in what_it_said(address), "seconds and milliseconds are not confused"


def test_one_visitor_does_not_take_all_lines(address: str) -> None:
    """Each takes files of the server; a hundred of one tab would leave nobody else any."""
    her = Browser(address)
    kernel = her.visit("evidence")
    process = Path(f"/proc/{process_of(address)}/fd")
    first = her.line(kernel)
    before = len(list(process.iterdir()))
    lines = [first, *(her.line(kernel) for _ in range(12))]
    with pytest.raises((OSError, AssertionError, json.JSONDecodeError, websocket.WebSocketException)):
        _heard(first, "kernel_info_reply")
    lines[-1].send(_message("kernel_info_request"))
    assert "kernel_info_reply" in _heard(lines[-1], "kernel_info_reply")
    deadline = time.monotonic() + 10
    while len(list(process.iterdir())) >= before + 5 * 12:
        assert time.monotonic() < deadline, "five sockets each are still held"
        time.sleep(0.2)
    for line in lines:
        line.close()


@pytest.mark.slow
def test_who_asks_and_does_not_read_takes_no_memory_of_the_server(tmp_path: Path) -> None:
    """Large states, asked for again and again: without a bound the server grew by 1.7 GB in twenty seconds."""
    with _small(tmp_path) as (address, server):
        her = Browser(address)
        kernel = her.visit("evidence")
        line = her.line(kernel)
        line.send(_message("comm_info_request", target_name="jupyter.widget"))
        while (answer := json.loads(line.recv()))["header"]["msg_type"] != "comm_info_reply":
            pass
        widgets = list(answer["content"]["comms"])[:20]
        large = {"value": "y" * 3_000_000, "description": "y" * 3_000_000}
        data = {"method": "update", "state": large, "buffer_paths": []}
        before = _memory(server)
        until = time.monotonic() + 15
        with contextlib.suppress(OSError, websocket.WebSocketException):
            for widget in widgets:
                line.send(_message("comm_msg", comm_id=widget, data=data))
            while time.monotonic() < until:
                for widget in widgets:
                    line.send(_message("comm_msg", comm_id=widget, data={"method": "request_state"}))
        assert _memory(server) - before < 400_000_000
        assert her.get("healthz")[0] == 200 and Browser(address).visit("evidence")


def _memory(process: int) -> int:
    (held,) = re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(held) * 1024


def test_a_link_of_another_site_makes_nobody_somebody_new(address: str) -> None:
    """The cookie is not sent along with it; her open tabs would be nobody's."""
    her = Browser(address)
    kernel = her.visit("evidence")
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    stranger = Browser(address)
    status, page = stranger.get("voila/render/evidence.ipynb", **followed)
    assert status == 200 and 'http-equiv="refresh"' in page and "kernelId" not in page
    assert not list(stranger.jar) and her.get(f"api/kernels/{kernel}")[0] == 200
    assert all(c._rest.get("SameSite") == "Strict" for c in her.jar if "visitor" in c.name)  # type: ignore[attr-defined]


def test_the_first_view_comes_before_the_kernel_and_the_app_after_it(address: str, chromium: Any) -> None:
    Browser(address).visit("evidence")
    host = address.split("//")[1].rstrip("/")
    asked = http.client.HTTPConnection(host, timeout=60)
    asked.request("GET", "/voila/render/evidence.ipynb")
    answer = asked.getresponse()
    begun = b""
    while b"first_view.js" not in begun:
        begun += answer.read1(65536)
    assert b"What helps people into work" in begun
    asked.close()
    visit = Visit(chromium, 360, 800)
    page = visit.page
    page.goto(f"{address}voila/render/evidence.ipynb", wait_until="commit")
    page.wait_for_function("() => document.documentElement.classList.contains('has-first-view')")
    assert not page.locator(".almpo-answer .card").count() or page.locator("#loading").count() == 0
    page.wait_for_selector("#loading", state="detached", timeout=90_000)
    assert page.locator("#rendered_cells .almpo-answer .card").is_visible()
    assert page.locator(".masthead").count() == 1, "not told twice"
    assert not visit.console and not visit.outside
    visit.context.close()


def test_a_page_without_a_first_view_still_becomes_the_app(address: str, chromium: Any) -> None:
    """As where plain Voila uses the template: the stand-in is left in it."""
    page = chromium.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    found = (
        '<script id="first-view-html" type="application/json">ALMPO-FIRST-VIEW</script><p id="loading">…</p>'
    )
    page.route(
        "**/blank",
        lambda route: route.fulfill(body=f"<html><body>{found}</body></html>", content_type="text/html"),
    )
    page.goto(f"{address}blank")
    page.add_script_tag(path=str(FOLDER / "voila" / "templates" / "almpo" / "static" / "first_view.js"))
    assert not said and page.evaluate("() => typeof window.voila_finish") == "function"
    page.close()


def test_what_was_chosen_is_there_after_a_reload_and_gone_when_asked_anew(
    address: str, chromium: Any
) -> None:
    # Without watching over requests, for which the browser would ask for everything anew.
    page = chromium.new_page()
    page.goto(f"{address}voila/render/evidence.ipynb", timeout=90_000)
    page.wait_for_selector("#loading", state="detached", timeout=90_000)
    kernel = "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
    before = page.evaluate(kernel)
    chosen = page.locator(".almpo-controls select").first
    other = chosen.locator("option").nth(1).text_content()
    chosen.select_option(index=1)
    page.wait_for_timeout(1500)
    page.reload(timeout=90_000)
    page.wait_for_selector("#loading", state="detached", timeout=90_000)
    again = page.locator(".almpo-controls select").first
    assert page.evaluate(kernel) == before
    assert again.evaluate("s => s.selectedOptions[0].textContent") == other
    page.set_extra_http_headers({"Cache-Control": "no-cache"})
    page.reload(timeout=90_000)
    page.wait_for_selector("#loading", state="detached", timeout=90_000)
    assert page.evaluate(kernel) != before
    page.close()


@contextmanager
def _small(folder: Path, **environment: str) -> Iterator[tuple[str, int]]:
    with serving(ALMPO_RECORDS=str(folder / "records.db"), **environment) as address:
        yield address, _RUNNING[address][0].pid


def _kernels(server: int) -> set[int]:
    """Kernel processes: children of the warm process."""
    return {kernel for warm in _warm(server) for kernel in _children(warm)}


def _warm(server: int) -> list[int]:
    """The warm process of a server."""
    return [c for c in _children(server) if b"warm.process" in Path(f"/proc/{c}/cmdline").read_bytes()]


def _children(parent: int) -> list[int]:
    try:
        # Of any of its threads.
        lists = [path.read_text() for path in Path(f"/proc/{parent}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for text in lists for child in text.split()]


@pytest.mark.slow
def test_a_full_house_and_a_thousand_who_leave(tmp_path: Path, chromium: Any) -> None:
    """Three places: the fourth is told and let in by itself; dropped connections leave nothing behind."""
    with _small(tmp_path, ALMPO_APPS_MOST_PEOPLE="3") as (address, server):
        people = [Browser(address) for _ in range(3)]
        kernels = [person.visit("evidence") for person in people]
        lines = [person.line(kernel) for person, kernel in zip(people, kernels, strict=True)]
        fourth = Visit(chromium, 360, 800)
        answer = fourth.page.goto(f"{address}voila/render/evidence.ipynb", timeout=60_000)
        assert answer is not None and answer.status == 503 and answer.headers["retry-after"] == "15"
        assert "3 people use the apps" in fourth.page.locator("#full").inner_text()
        _thousand(address)
        assert fourth.page.locator("#full").is_visible()
        lines[0].close()
        fourth.page.wait_for_selector("#rendered_cells .almpo-answer .card", timeout=120_000)
        fourth.context.close()
        for line in lines:
            line.close()
        # Nine are kept ready at least, three of an app that people came to; nobody else's is left.
        deadline = time.monotonic() + 120
        while (
            any(people[0].get(f"api/kernels/{kernel}")[0] == 200 for kernel in kernels)
            or len(_kernels(server)) > 12
        ):
            assert time.monotonic() < deadline, _kernels(server)
            time.sleep(2)


def _thousand(address: str) -> None:
    """As many connections, opened and dropped, some in the middle of a page."""
    import socket

    host, port = address.split("//")[1].rstrip("/").split(":")
    request = f"GET /voila/render/evidence.ipynb HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    for number in range(1000):
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(request)
            if number % 10 == 0:
                line.recv(1000)


@pytest.mark.slow
def test_a_kernel_killed_is_said_and_its_place_is_free(tmp_path: Path) -> None:
    with _small(tmp_path, ALMPO_APPS_MOST_PEOPLE="1") as (address, server):
        person = Browser(address)
        kernel = person.visit("evidence")
        for process in _kernels(server):
            os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while person.get(f"api/kernels/{kernel}")[0] != 404:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        assert person.visit("evidence") != kernel


@pytest.mark.slow
def test_the_warm_process_is_killed_and_the_next_visitor_is_served(tmp_path: Path) -> None:
    """All sessions end with it, which is said; new ones come from another."""
    with _small(tmp_path) as (address, server):
        her = Browser(address)
        kernel = her.visit("evidence")
        (warm,) = _warm(server)
        os.kill(warm, signal.SIGKILL)
        next_one = Browser(address)
        assert next_one.visit("evidence") != kernel
        assert her.get(f"api/kernels/{kernel}")[0] == 404
        assert _warm(server) not in ([], [warm])
        assert next_one.line(next_one.visit("evidence")).connected


@pytest.mark.slow
def test_without_warm_kernels_nobody_elsewhere_is_served_and_no_kernel_is_told_secrets(
    tmp_path: Path,
) -> None:
    with (
        pytest.raises(AssertionError, match="ALMPO_APPS_CONFINED=0"),
        serving("--behind-proxy", ALMPO_WARM="0"),
    ):
        pass
    with _small(tmp_path, ALMPO_WARM="0", MY_SECRET="not for kernels") as (address, server):
        assert Browser(address).visit("evidence")
        kernels = [k for k in _children(server) if b"ipykernel" in Path(f"/proc/{k}/cmdline").read_bytes()]
        assert kernels
        for kernel in kernels:
            assert b"MY_SECRET" not in Path(f"/proc/{kernel}/environ").read_bytes()


INSIDE = """
import json, os, socket, stat, sys
from pathlib import Path
from almpo_kit import sources
from almpo_kit.workbench import record_keeping

def tried(act):
    try:
        act()
    except (OSError, RuntimeError, MemoryError) as error:
        return type(error).__name__
    return ""

def disk():
    os.mknod(Path(os.environ["TMPDIR"], "disk"), 0o600 | stat.S_IFBLK, os.makedev(7, 0))

def another_kernel():
    from almpo_kit.workbench.warm import forking
    # The address of the warm process is in the memory of all that it forks.
    folder = next(part for part in sys.orig_argv if Path(part).name.startswith("almpo-warm-"))
    try:
        forking.fork_kernel(folder + "/warm", ["-f", "x"], env=dict(os.environ), cwd="/")
    except forking.NotForkedError as error:
        raise RuntimeError(error)

print("FOUND" + json.dumps({
    "secrets": [name for name in os.environ if "SECRET" in name],
    "environment": tried(lambda: Path("/proc/%(server)s/environ").read_bytes()),
    "keys": tried(lambda: Path("%(other)s").read_bytes()),
    "folders": tried(lambda: os.listdir(Path("%(other)s").parent.parent)),
    "passwords": tried(lambda: Path("/etc/shadow").read_bytes()),
    "history": tried(lambda: Path("%(root)s/.git/HEAD").read_bytes()),
    "disk": tried(disk),
    "unconfined": tried(another_kernel),
    "memory": tried(lambda: bytearray(%(memory)s)),
    "clock": tried(lambda: __import__("time").clock_settime(0, __import__("time").time())),
    "signal": tried(lambda: os.kill(%(server)s, 0)),
    "program": tried(lambda: Path("%(root)s/almpo_kit/added").write_text("x")),
    "shared": tried(lambda: Path("/tmp/almpo-added").write_text("x")),
    "own": tried(lambda: Path(os.environ["TMPDIR"], "own").write_text("x")),
    "network": tried(lambda: socket.create_connection(("127.0.0.1", %(port)s), timeout=2)),
    "records": tried(record_keeping.store),
    "data": tried(sources.studies),
}))
"""


def _connection_file(kernel: str) -> Path:
    """Where that kernel says how to talk to it."""
    (file,) = Path(tempfile.gettempdir()).glob(f"almpo-served-*/{kernel.replace('-', '')}/kernel.json")
    return file


def _said_inside(file: Path, code: str) -> dict[str, Any]:
    """What code in the kernel finds, asked past the server."""
    from jupyter_client import BlockingKernelClient

    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels()
    said: list[str] = []
    try:
        client.wait_for_ready(60)
        client.execute_interactive(
            code,
            output_hook=lambda message: said.append(str(message["content"].get("text", ""))),
            timeout=60,
        )
    finally:
        client.stop_channels()
    found: dict[str, Any] = json.loads("".join(said).partition("FOUND")[2])
    return found


def test_what_code_in_a_kernel_could_do(address: str) -> None:
    """Whoever finds a way to run code in an app nevertheless: said by the kernel itself, asked past the server."""
    if confinement.landlock_version() < 6:
        pytest.skip("this system's Landlock is older, or there is none")
    one, other = Browser(address), Browser(address)
    server = process_of(address)
    file, closed = (_connection_file(who.visit("evidence")) for who in (one, other))
    found = _said_inside(
        file,
        INSIDE
        % {
            "root": Path(confined.__file__).parents[4],
            "port": address.rsplit(":", 1)[1].strip("/"),
            "server": server,
            "other": closed,
            "memory": confined.most_memory() + 1,
        },
    )
    assert [name for name in ("own", "records", "data") if found.pop(name)] == [], "what apps need"
    assert found.pop("secrets") == [] and found.pop("network"), "not even this machine"
    assert found.pop("memory") == "MemoryError"
    assert found.pop("unconfined") == "RuntimeError", "the warm process answers the server alone"
    assert {**found} == dict.fromkeys(found, "PermissionError")
