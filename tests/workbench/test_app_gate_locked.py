"""The locked gate, attacked: a real server that wants a token, below a path, behind a proxy."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import nbformat
import pytest
from app_visits import ROOT, Visit, process_of, serving, what_it_said
from gate_asking import ID, Answer, ask, is_plain

TOKEN = "a-token-made-by-lot-for-this-test"
NAME = "apps.example.org"

CELL = """import ipywidgets
from IPython.display import display
button, said = ipywidgets.Button(description="Ask"), ipywidgets.HTML("<p class='before'>Not asked</p>")
button.on_click(lambda _: setattr(said, "value", "<p class='after'>Answered</p>"))
display(ipywidgets.VBox([button, said]))"""


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that wants a token, below a path, behind a proxy, with one small app."""
    home = tmp_path_factory.mktemp("locked")
    folder = home / "notebooks" / "apps"
    folder.mkdir(parents=True)
    (home / "data").mkdir()
    (home / "data" / "sources.csv").write_text((ROOT / "data" / "sources.csv").read_text())
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(CELL)],
        metadata={
            "title": "<b>Small</b> · app",
            "answers": "<script>alert(1)</script>",
            "kernelspec": kernel,
        },
    )
    nbformat.write(made, folder / "small.ipynb")
    (folder / "secret.csv").write_text("a,b\n")
    words = ("--base-url", "/apps/", "--behind-proxy", "--host", NAME)
    token = home / "token"
    token.write_text(f"{TOKEN}\n")
    with serving(
        *words, ALMPO_HOME=str(home), ALMPO_RECORDS=str(home / "r.db"), ALMPO_APPS_TOKEN_FILE=str(token)
    ) as url:
        yield url


def sign_in(url: str, word: str = TOKEN, **headers: str) -> Answer:
    return ask(url, "/apps/login", "POST", urlencode({"word": word}), **headers)


def cookie(answer: Answer) -> str:
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def test_strangers_see_nothing(locked: str) -> None:
    for path, to in (("", "login"), ("voila/render/small.ipynb", "login?next=small")):
        found = ask(locked, f"/apps/{path}")
        assert (found.status, found.headers["Location"], found.text) == (303, f"/apps/{to}", "")
    for path in ("voila/static/voila.js", "voila/templates/almpo/static/almpo.js", f"api/kernels/{ID}"):
        found = ask(locked, f"/apps/{path}")
        assert (found.status, is_plain(found)) == (403, True)
    assert ask(locked, f"/apps/voila/api/shutdown/{ID}", "POST", "").status == 403
    socket = ask(locked, f"/apps/api/kernels/{ID}/channels", Origin=locked.rstrip("/"), Upgrade="websocket")
    assert socket.status == 403
    for path in (
        "/",
        "/voila/render/small.ipynb",
        "/voila/static/voila.js",
        "/apps",
        "/apps/secret.csv",
        "/apps/lab",
    ):
        assert ask(locked, path).status == 404
    assert ask(locked, "/healthz").text == ask(locked, "/apps/healthz").text == "ok"
    assert ask(locked, "/codesign_answer/nothing").status == 404


@pytest.mark.parametrize("way", ["query", "token", "bearer", "basic", "cookie"])
def test_the_token_opens_only_the_form(locked: str, way: str) -> None:
    """Addresses are kept by browsers, proxies and logs."""
    headers = {
        "token": {"Authorization": f"token {TOKEN}"},
        "bearer": {"Authorization": f"Bearer {TOKEN}"},
        "basic": {"Authorization": "Basic OmEtdG9rZW4tbWFkZS1ieS1sb3QtZm9yLXRoaXMtdGVzdA=="},
        "cookie": {"Cookie": f"{cookie(sign_in(locked)).partition('=')[0]}={TOKEN}"},
    }.get(way, {})
    for path in ("/apps/", "/apps/voila/render/small.ipynb", f"/apps/api/kernels/{ID}", "/apps/lab", "/lab"):
        found = ask(locked, f"{path}?token={TOKEN}" if way == "query" else path, **headers)
        assert found.status in (303, 403, 404)
        assert TOKEN not in found.text + str(found.headers)
    assert TOKEN not in what_it_said(locked)


def test_signing_in_and_leaving(locked: str) -> None:
    came = sign_in(locked)
    assert (came.status, came.headers["Location"]) == (303, "/apps/")
    flags = came.headers["Set-Cookie"]
    assert all(flag in flags for flag in ("HttpOnly", "SameSite=Strict", "Path=/apps/"))
    assert "Secure" not in flags and TOKEN not in flags
    assert "Secure" in sign_in(locked, X_Forwarded_Proto="https,http").headers["Set-Cookie"]
    inside = {"Cookie": cookie(came)}
    page = ask(locked, "/apps/", **inside)
    assert page.status == 200 and "Leave on this device" in page.text
    assert "&lt;script&gt;" in page.text and "<script" not in page.text and "&lt;b&gt;Small" in page.text
    assert ask(locked, "/apps/voila/static/voila.js", **inside).status == 200
    forged = f"{cookie(came)[:-1]}{'A' if cookie(came)[-1] != 'A' else 'B'}"
    assert ask(locked, "/apps/", Cookie=forged).status == 303
    assert ask(locked, "/apps/logout", "POST", "", **inside).status == 303
    assert ask(locked, "/apps/", **inside).status == 303, "left on the server, not only in the browser"


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "../lab", "small.ipynb", "\\evil", "nothing", ""]
)
def test_signing_in_leads_nowhere_else(locked: str, to: str) -> None:
    form = urlencode({"word": TOKEN, "next": to})
    assert ask(locked, "/apps/login", "POST", form).headers["Location"] == "/apps/"
    asked = ask(locked, f"/apps/login?{urlencode({'next': to})}")
    assert 'name="next" value=""' in asked.text


def test_guessing(locked: str) -> None:
    """Eight wrong words from one address, then none is compared, not even the right one; others are let in."""
    line = {"X_Forwarded_For": "203.0.113.9"}
    said = [sign_in(locked, f"guess number {i} of many", **line).status for i in range(9)]
    assert said == [403] * 8 + [429]
    # What a visitor writes before the proxy's word changes nothing.
    held = sign_in(locked, X_Forwarded_For="198.51.100.1, 203.0.113.9", X_Real_Ip="198.51.100.2")
    assert held.status == 429 and 0 < int(held.headers["Retry-After"]) <= 60
    assert "Wait" in held.text and "Set-Cookie" not in held.headers
    assert sign_in(locked, X_Forwarded_For="198.51.100.7").status == 303
    wrong = sign_in(locked, "<script>alert(1)</script>", X_Forwarded_For="198.51.100.8")
    assert wrong.status == 403 and is_plain(wrong) and "alert(1)" not in wrong.text
    for odd in ("", "a" * 5000, "\x00", "é" * 20, TOKEN[:-1], TOKEN + "a", TOKEN.upper()):
        assert sign_in(locked, odd, X_Forwarded_For=f"198.51.101.{len(odd) % 200}").status == 403
    form = ask(locked, "/apps/login", "POST", "word=%ff%fe", X_Forwarded_For="198.51.102.1")
    assert form.status in (400, 403) and is_plain(form)
    assert sign_in(locked, Origin="https://evil.example", X_Forwarded_For="198.51.102.2").status == 403


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        (b"GET /\x1b[2J\x07\x9b31mHACKED HTTP/1.1\r\nHost: localhost\r\n", (400, 404)),
        (b"GET /apps/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n", (400, 421)),
        (b"GET /apps/ HTTP/1.1\r\n", (400,)),
        (b"GET http://evil.example/apps/ HTTP/1.1\r\nHost: localhost\r\n", (404,)),
        (b"GET /apps/login HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: \x1b[2Jevil\r\n", (200, 400)),
        (
            b"POST /apps/login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            (400, 421),
        ),
        (b"POST /apps/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n", (400,)),
        (b"GET /apps/" + b"%00" * 300 + b" HTTP/1.1\r\nHost: localhost\r\n", (404,)),
    ],
)
def test_requests_that_no_library_would_write(locked: str, head: bytes, statuses: tuple[int, ...]) -> None:
    split = urlsplit(locked)
    with socket.create_connection((split.hostname, split.port), timeout=10) as line:
        line.sendall(head + b"Connection: close\r\n\r\n")
        came = line.makefile("rb").read()
    assert int(came.split(b" ")[1]) in statuses
    assert b"Tornado" not in came and b"Traceback" not in came
    said = what_it_said(locked)
    assert "\x1b" not in said and "\x9b" not in said and "%00" * 100 not in said


def test_kernels_do_not_know_the_token(locked: str) -> None:
    """Neither the token, nor the file it came from."""
    server = process_of(locked)
    deadline = time.monotonic() + 60
    while not (kernels := Path(f"/proc/{server}/task/{server}/children").read_text().split()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert "ALMPO_APPS_TOKEN" not in str(Path(f"/proc/{kernels[0]}/environ").read_bytes())


def test_the_name_the_proxy_is_asked_by(locked: str) -> None:
    assert ask(locked, "/apps/login", Host="127.0.0.1:1", X_Forwarded_Host=NAME).status == 200
    assert ask(locked, "/apps/login", Host="127.0.0.1:1", X_Forwarded_Host="evil.example").status == 421


@pytest.mark.browser
def test_an_app_behind_the_gate(locked: str, chromium: Any) -> None:
    """Signed in by keyboard, the app lives under its policy: no eval, no inline script; and other sites get nothing."""
    visit = Visit(chromium, 900, 700)
    page = visit.page
    closed: list[Any] = []
    page.on("websocket", lambda line: line.on("close", lambda end: closed.append(end)))
    page.goto(f"{locked}apps/voila/render/small.ipynb?token=abc")
    assert page.url.endswith("/apps/login?next=small")
    _typed(page)
    with page.expect_response(re.compile("render/small")) as came:
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Ask").click(timeout=90_000)
    page.wait_for_selector(".after", timeout=60_000)
    policy = came.value.headers["content-security-policy"]
    assert "unsafe-eval" not in policy and "script-src 'self' blob:;" in policy
    left = "[...document.scripts].filter(s => !s.src && !s.type.endsWith('json')).length"
    assert page.evaluate(left) == 0
    assert visit.console == [] and visit.outside == [] and closed == []
    # Left in another tab: this one loses its line, too.
    ask(locked, "/apps/logout", "POST", "", Cookie=_cookies(visit))
    deadline = time.monotonic() + 20
    while not closed:
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)
    page.goto(f"{locked}apps/login")
    _typed(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Leave on this device").wait_for(timeout=10_000)
    _from_another_site(visit, f"{locked}apps/")
    assert ask(locked, "/healthz").text == "ok"


def _typed(page: Any) -> None:
    """The token, into the field that the page puts the cursor in by itself, with the first frame that it draws."""
    page.wait_for_selector("input:focus", timeout=10_000)
    page.keyboard.type(TOKEN)


def _cookies(visit: Visit) -> str:
    return "; ".join(f"{held['name']}={held['value']}" for held in visit.context.cookies())


def _from_another_site(visit: Visit, apps: str) -> None:
    """A page of another site: its link leads in, its scripts do not."""
    page = visit.page
    hostile = f"<a href='{apps}'>in</a><iframe src='{apps}'></iframe><script src='{apps}voila/static/voila.js'></script>"
    page.route("http://evil.example/**", lambda route: route.fulfill(body=hostile, content_type="text/html"))
    page.goto("http://evil.example/")
    assert page.evaluate("typeof webpackChunk") == "undefined"
    tried = """async apps => {
      const opened = new Promise(r => { const s = new WebSocket(apps.replace("http", "ws") + "api/kernels/ID/channels");
        s.onopen = () => r("open"); s.onerror = () => r("refused"); });
      const read = await fetch(apps, { credentials: "include" }).then(() => "read", () => "refused");
      return [read, await opened];
    }""".replace("ID", ID)
    assert page.evaluate(tried, apps) == ["refused", "refused"]
    page.get_by_role("link", name="in").click()
    # The cookie is kept back on the way from there; one step later, from our own page, it is there.
    page.get_by_role("button", name="Leave on this device").wait_for(timeout=10_000)
    assert page.url == apps
