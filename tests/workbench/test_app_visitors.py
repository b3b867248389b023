"""Places, turns, first views and lines of the app server's visitors; and one real server with people at it."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import struct
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from app_visits import _RUNNING, Visit, serving

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.visitors import confined, first_views, inert, messages, pages, places, wakings
from almpo_kit.workbench.apps.visitors.full_page import full

FAST = places.Patience(back=20, reload=8, first=60, idle=1000, yielding=300, retry=15)


def _seated(held: places.Places, visitor: str, kernel: str, now: float = 0.0) -> places.Place:
    place = held.take(visitor, "evidence", now, known=True)
    assert place is not None
    place.kernel = kernel
    return place


def test_a_kernel_goes_with_its_tab_even_if_busy() -> None:
    held = places.Places(9, FAST)
    never, cut, leaving, there = (_seated(held, "v", kernel) for kernel in "abcd")
    for kernel in "bcd":
        held.connect(kernel, 1)
    held.disconnect("b", 100)
    held.leave("c", 100)
    assert held.overdue(59) == []
    assert held.overdue(109) == [never, leaving]
    assert held.overdue(121) == [never, cut, leaving]
    held.connect("b", 119)
    held.connect("c", 107)
    assert held.overdue(200) == [never], "a tab that came back keeps its kernel"
    assert there in held


def test_a_reload_finds_its_place_again_and_a_second_tab_does_not() -> None:
    held = places.Places(9, FAST)
    place = _seated(held, "v", "a")
    held.connect("a", 1)
    assert held.left_behind("v", "evidence") is None, "the first tab is still open"
    held.leave("a", 2)
    assert held.left_behind("v", "evidence") is place
    held.reclaim(place, 2)
    held.leave("a", 3)
    assert held.overdue(20) == [], "the goodbye of the page before came late"
    held.connect("a", 20)
    held.leave("a", 21)
    assert held.left_behind("w", "evidence") is None and held.left_behind("v", "regions") is None
    held.disconnect("a", 21)
    held.disconnect("a", 21)
    held.connect("a", 22)
    assert held.left_behind("v", "evidence") is None
    held.disconnect("a", 23)
    assert held.left_behind("v", "evidence") is place, "after a cut"


def test_whoever_waits_longest_is_let_in_first() -> None:
    held = places.Places(1, FAST)
    place = _seated(held, "first", "a")
    assert held.take("second", "evidence", 1, known=True) is None
    assert held.take("third", "evidence", 2, known=True) is None
    assert held.take("stranger", "evidence", 2, known=False) is None
    held.give_up(place)
    assert held.take("third", "evidence", 16, known=True) is None, "the place is the second one's"
    assert held.take("stranger", "evidence", 16, known=False) is None
    assert held.take("second", "evidence", 17, known=True) is not None
    # Who does not ask again is forgotten.
    held = places.Places(1, FAST)
    place = _seated(held, "first", "a")
    assert held.take("second", "evidence", 1, known=True) is None
    held.give_up(place)
    assert held.take("third", "evidence", 100, known=True) is not None


def test_those_left_alone_longest_yield_to_people_who_wait() -> None:
    held = places.Places(2, FAST)
    old, young = _seated(held, "a", "a"), _seated(held, "b", "b", 100)
    held.connect("a", 1)
    held.connect("b", 101)
    assert held.overdue(500) == []
    assert held.take("c", "evidence", 500, known=True) is None
    assert held.overdue(501) == [old], "one waits, one yields"
    assert held.overdue(1050) == [old], "nobody waits any more, and one was left alone too long"
    young.used = old.used = 1050
    assert held.overdue(1051) == []


def test_how_many_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(places.MOST_VARIABLE, raising=False)
    assert places.most_people() >= 2
    assert places.most_people(7) == 7
    monkeypatch.setenv(places.MOST_VARIABLE, "12")
    assert places.most_people() == 12
    for wrong in ("0", "-1", "many", "1e3"):
        monkeypatch.setenv(places.MOST_VARIABLE, wrong)
        with pytest.raises(ParameterError, match="whole number"):
            places.most_people()


class Bedroom:
    """Kernels that wake in a few milliseconds, and who did."""

    def __init__(self, *apps: str, fails: str = "", at_once: int = 2) -> None:
        self.woken: list[str] = []
        self.most, self.now, self.fails = 0, 0, fails
        self.ended: list[str] = []
        self.wakings = wakings.Wakings(self._wake, self._end, apps, at_once=at_once)

    async def _wake(self, app: str) -> wakings.Awake:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.005)
        self.now -= 1
        self.woken.append(app)
        if app == self.fails:
            raise RuntimeError("asleep")
        return wakings.Awake(f"{app}{len(self.woken)}", app, (), asyncio.get_running_loop().time())

    async def _end(self, kernel: str) -> None:
        self.ended.append(kernel)


def test_twenty_at_once_are_served_in_turn() -> None:
    async def party() -> tuple[Bedroom, list[int]]:
        room, served = Bedroom("a", "b"), list[int]()

        async def one(number: int) -> None:
            await room.wakings.next("ab"[number % 2])
            served.append(number)

        await asyncio.gather(*(one(number) for number in range(20)))
        assert not room.wakings.waiting
        return room, served

    room, served = asyncio.run(party())
    assert room.most == 2
    assert all(abs(number - at) <= 2 for at, number in enumerate(served)), served
    assert len(room.woken) == 20, "nothing is kept ready while somebody waits"


def test_what_nobody_has_seen_is_given_to_the_next() -> None:
    async def impatient() -> tuple[Bedroom, str]:
        room = Bedroom()
        gone = asyncio.ensure_future(room.wakings.next("a"))
        await asyncio.sleep(0.001)
        gone.cancel()
        awake = await room.wakings.next("a")
        await asyncio.sleep(0.02)
        return room, awake.kernel

    room, kernel = asyncio.run(impatient())
    assert kernel == "a1", "the kernel that woke for the one who left"
    assert not room.ended and len(room.wakings.ready) == len(room.woken) - 1


def test_one_is_kept_ready_but_not_beside_people_and_not_of_an_app_that_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wakings, "_POLITE_SECONDS", 0.05)

    async def quiet() -> Bedroom:
        room = Bedroom("a", "b", fails="b")
        room.wakings.pump()
        await asyncio.sleep(0.03)
        assert room.woken.count("a") == 1 and room.woken.count("b") == 1
        await room.wakings.next("a")
        await asyncio.sleep(0.02)
        assert room.woken.count("a") == 1, "her own app is drawn first"
        await asyncio.sleep(0.12)
        assert room.woken.count("a") == 3, "people are coming to it, so two"
        assert room.woken.count("b") == 1, "not again and again"
        with pytest.raises(RuntimeError, match="asleep"):
            await room.wakings.next("b")
        await room.wakings.close()
        return room

    asyncio.run(quiet())


SHELL = {"msg_type": "comm_msg"}


@pytest.mark.parametrize(
    ("channel", "header", "content", "passes"),
    [
        ("shell", SHELL, {}, True),
        ("shell", {"msg_type": "comm_info_request"}, {}, True),
        ("shell", {"msg_type": "comm_open"}, {"target_name": "jupyter.widget.control"}, True),
        ("shell", {"msg_type": "comm_open"}, {"target_name": "jupyter.widget"}, False),
        ("shell", {"msg_type": "comm_open"}, None, False),
        ("control", SHELL, {}, False),
        ("stdin", {"msg_type": "input_reply"}, {}, False),
        *[
            ("shell", {"msg_type": f"{kind}_request"}, {}, False)
            for kind in (
                "execute",
                "complete",
                "inspect",
                "history",
                "is_complete",
                "shutdown",
                "debug",
                "interrupt",
            )
        ],
        ("shell", None, {}, False),
        (None, {"msg_type": ["comm_msg"]}, {}, False),
    ],
)
def test_what_may_be_said_to_a_kernel(channel: object, header: object, content: object, passes: bool) -> None:
    assert messages.allowed(channel, header, content) is passes


def _state() -> dict[str, dict[str, Any]]:
    return {
        "root": {
            "_model_name": "VBoxModel",
            "children": ["IPY_MODEL_words", "IPY_MODEL_one", "IPY_MODEL_tabs"],
        },
        "words": {
            "_model_name": "HTMLModel",
            "value": "<style>:root { --ink: red }</style>",
            "_dom_classes": ["almpo"],
        },
        "one": {
            "_model_name": "DropdownModel",
            "description": "Country <b>",
            "_options_labels": ["Greece", "<script>alert(1)</script>"],
            "index": 1,
        },
        "tabs": {
            "_model_name": "TabModel",
            "titles": ["A", "B"],
            "selected_index": 1,
            "children": ["IPY_MODEL_one", "x"],
        },
        "odd": {"_model_name": "SomethingNewModel"},
    }


def test_a_first_view_does_nothing_and_cannot_leave_its_element() -> None:
    view = {"model_id": "root"}
    outputs = ({"data": {"application/vnd.jupyter.widget-view+json": view}},)
    html = first_views.first_view(outputs, _state())
    assert "<select disabled>" in html and "&lt;script&gt;alert(1)" in html and "Country &lt;b&gt;" in html
    assert ":host { --ink" in html and html.count("lm-mod-current") == 1
    assert "</script" not in first_views.as_data(html + "</script>") and "<" not in first_views.as_data(html)
    assert json.loads(first_views.as_data(html)) == html
    assert inert.as_html((), _state()) == "" and first_views.first_view((), {}) == ""


def _page() -> pages.Skeleton:
    return pages.cut(
        '<head><title>ALMPO-TITLE</title></head><body><div><p id="waiting">…</p><script id="x">ALMPO-FIRST-VIEW</script></div>'
        f'<script id="jupyter-config-data">{{"kernelId": "{pages._KERNEL}"}}</script><div>'
        '<script type="application/vnd.voila.cell-output+json">{"text/plain": "ALMPO-OUTPUT"}</script></div></body>'
    )


def test_the_page_is_cut_where_kernel_and_outputs_go() -> None:
    skeleton = _page()
    begun = skeleton.begin("A & <b>", "<p>first</p>")
    assert "A &amp; &lt;b&gt;" in begun and "\\u003cp>first" in begun and "kernelId" not in begun
    rest = skeleton.finish("the-kernel", ({"data": {"text/html": "</script><b>"}}, {"data": {}}))
    assert '"kernelId": "the-kernel"' in rest and rest.count("cell-output+json") == 2
    assert "</script><b>" not in rest and pages._KERNEL not in begun + rest
    with pytest.raises(ValueError, match="almpo"):
        pages.cut("<html>another Voila</html>")


def test_the_full_page_says_how_it_stands() -> None:
    page = full(_page(), "Evidence", "<p>first</p>", people=40, retry=15)
    assert '<meta http-equiv="refresh" content="15"></head>' in page
    assert "40 people use" in page and "every 15 seconds" in page and "\\u003cp>first" in page
    assert "Somebody uses" in full(_page(), "Evidence", "", people=1, retry=15)


def test_kernels_are_kept_from_what_they_do_not_need(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*confined.STORES, confined.USER_VARIABLE, confined.SWITCH):
        monkeypatch.delenv(name, raising=False)
    asked = confined.wanted(confined.places_of_stores(tmp_path / "runs"))
    assert asked is not None and not asked.network and asked.writable == (str(tmp_path / "runs"),)
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "here" / "records.db"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////somewhere/mlflow.db")
    assert confined._file_of("sqlite:////somewhere/mlflow.db") == Path("/somewhere/mlflow.db")
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert str(tmp_path / "here") in confined.wanted(confined.places_of_stores(tmp_path)).writable  # type: ignore[union-attr]
    monkeypatch.setenv("ALMPO_RECORDS", "postgresql+psycopg://a:b@db/records")
    with_server = confined.wanted(confined.places_of_stores(tmp_path))
    assert with_server is not None and with_server.network, "records on a server need it"
    monkeypatch.setenv("ALMPO_APPS_TOKEN", "not for kernels")
    own = confined.Confined(with_server, tmp_path / "own")
    environment = own.environment("/x/kernel-abc.json")
    assert "ALMPO_APPS_TOKEN" not in environment and environment["TMPDIR"] == str(tmp_path / "own" / "abc")
    assert str(tmp_path / "own" / "abc") in own.of("/x/kernel-abc.json").writable  # type: ignore[operator]
    monkeypatch.setenv(confined.SWITCH, "0")
    assert confined.wanted(()) is None
    monkeypatch.delenv(confined.SWITCH)
    monkeypatch.setenv(confined.USER_VARIABLE, "nobody-of-that-name")
    with pytest.raises(ParameterError, match=confined.USER_VARIABLE):
        confined.wanted(())


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
        import websocket

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
    import websocket

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
    found: set[int] = set()
    for child in _children(server):
        if b"warm.process" in Path(f"/proc/{child}/cmdline").read_bytes():
            found |= set(_children(child))
    return found


def _children(parent: int) -> list[int]:
    try:
        return [int(k) for k in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except OSError:
        return []


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
    import os
    import signal

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


INSIDE = """
import json, os, socket
from pathlib import Path
from almpo_kit.workbench import record_keeping

def tried(act):
    try:
        act()
    except OSError as error:
        return type(error).__name__
    return ""

print("FOUND" + json.dumps({
    "secrets": [name for name in os.environ if "SECRET" in name],
    "program": tried(lambda: Path("%(root)s/almpo_kit/added").write_text("x")),
    "shared": tried(lambda: Path("/tmp/almpo-added").write_text("x")),
    "own": tried(lambda: Path(os.environ["TMPDIR"], "own").write_text("x")),
    "network": tried(lambda: socket.create_connection(("127.0.0.1", %(port)s), timeout=2)),
    "records": tried(record_keeping.store),
}))
"""


@pytest.mark.slow
def test_what_code_in_a_kernel_could_do(tmp_path: Path) -> None:
    """Whoever finds a way to run code in an app nevertheless: said by the kernel itself, asked past the server."""
    import tempfile

    from jupyter_client import BlockingKernelClient

    from almpo_kit.workbench.warm import confinement

    if not confinement.landlock_version():
        pytest.skip("this system has no Landlock")
    with _small(tmp_path, MY_SECRET="not for kernels") as (address, _):
        kernel = Browser(address).visit("evidence")
        (file,) = Path(tempfile.gettempdir()).glob(f"voila_*/kernel-{kernel}.json")
        client = BlockingKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(60)
        said: list[str] = []
        port = address.rsplit(":", 1)[1].strip("/")
        client.execute_interactive(
            INSIDE % {"root": Path(confined.__file__).parents[4], "port": port},
            output_hook=lambda message: said.append(str(message["content"].get("text", ""))),
            timeout=60,
        )
        client.stop_channels()
    found = json.loads("".join(said).partition("FOUND")[2])
    assert found["secrets"] == [] and found["own"] == "" and found["records"] == ""
    assert found["program"] == found["shared"] == "PermissionError"
    assert found["network"], "not even this machine"
