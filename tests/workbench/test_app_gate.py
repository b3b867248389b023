"""The gate of the app server, attacked: a real server with all apps, open to whoever is on this machine."""

from __future__ import annotations

import http.client
import time
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from app_visits import ROOT, Visit
from gate_asking import ID, ask, is_plain

NOWHERE = [
    *(
        "/lab",
        "/tree",
        "/metrics",
        "/api",
        "/api/status",
        "/api/me",
        "/api/contents",
        "/api/contents/evidence.ipynb",
    ),
    *(
        "/api/sessions",
        "/api/terminals",
        "/api/kernelspecs",
        "/api/kernels",
        "/api/config/common",
        "/api/spec.yaml",
    ),
    *(
        "/api/security/csp-report",
        "/files/evidence.ipynb",
        "/nbconvert/html/evidence.ipynb",
        "/notebooks/a",
        "/view/a",
    ),
    *(
        "/voila",
        "/voila/",
        "/voila/tree",
        "/voila/tree/",
        "/voila/api/contents",
        "/voila/api/contents/evidence.ipynb",
    ),
    *("/voila/files/", "/voila/files/evidence.ipynb", "/voila/files/..%2f..%2fdata/effects.csv"),
    *("/voila/files/../../data/effects.csv", "/voila/files/%2e%2e/%2e%2e/data/effects.csv"),
    *(
        "/voila/render/",
        "/voila/render/evidence",
        "/voila/render/nothing.ipynb",
        "/voila/render/evidence.ipynb/",
    ),
    *("/voila/render/../apps/evidence.ipynb", "/voila/render/..%2f..%2f10_country_brief.ipynb"),
    *("/voila/render/%252e%252e%252f10_country_brief.ipynb", "/voila/render/evidence.ipynb%00.html"),
    *("/voila/render/evidence.ipynb;a", "/voila/render//evidence.ipynb", "//voila/render/evidence.ipynb"),
    *(
        "/static/..%2f..%2fetc/passwd",
        "/static/style/style.min.css",
        "/voila/static/",
        "/voila/static/..%2fvoila.js",
    ),
    *("/voila/static/..%252f..%252findex.html.j2", "/voila/static/%00voila.js", "/voila/static/.voila.js"),
    *("/voila/static/a/../voila.js", "/voila/static/..\\voila.js", "/voila/static/treepage.js.LICENSE.txt"),
    *(
        "/voila/templates/almpo/index.html.j2",
        "/voila/templates/almpo/conf.json",
        "/voila/templates/lab/static/a.js",
    ),
    *(
        "/voila/templates/../templates/almpo/static/index.css",
        "/voila/templates/almpo/static/../index.html.j2",
    ),
    *("/voila/labextensions/", "/voila/labextensions/@jupyter-widgets/jupyterlab-manager/package.json"),
    *(
        "/voila/labextensions/@voila-dashboards/jupyterlab-preview/static/style.js",
        "/voila/labextensions/a/static/b.js",
    ),
    *("/voila/api/themes/a", f"/voila/query/{ID}", f"/voila/execution/{ID}", f"/api/kernels/{ID}/interrupt"),
    *(
        f"/api/kernels/{ID}/restart",
        "/index.html",
        "/.git/config",
        "/data/effects.csv",
        "http://127.0.0.1/lab",
        "*",
    ),
    *(
        "/login/..",
        "/logout/",
        "/healthz/",
        "/LOGIN",
        "/favicon.ico",
        "/robots.txt",
        "/%2e%2e/",
        "/" + "a" * 5000,
    ),
]


@pytest.mark.parametrize("path", NOWHERE, ids=lambda path: path[:60])
def test_what_is_not_needed_does_not_exist(address: str, path: str) -> None:
    found = ask(address, path)
    assert (found.status, is_plain(found)) == (404, True)


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"]
)
@pytest.mark.parametrize("path", ["/", "/voila/render/evidence.ipynb", f"/api/kernels/{ID}"])
def test_other_methods(address: str, method: str, path: str) -> None:
    found = ask(address, path, method)
    assert (found.status, is_plain(found)) == (405, True)


def test_methods_of_each_address(address: str) -> None:
    assert ask(address, "/", "POST", "").status == 405
    assert ask(address, f"/api/kernels/{ID}", "POST", "").status == 405
    assert ask(address, "/voila/render/evidence.ipynb", "HEAD").status == 405, "no kernel for nobody"
    assert ask(address, "/logout").headers["Allow"] == "POST"
    head = ask(address, "/", "HEAD")
    assert (head.status, head.text, int(head.headers["Content-Length"]) > 1000) == (200, "", True)
    assert ask(address, "/nothing", "HEAD").text == ""


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "a b", "", "[::1"]
)
def test_a_name_that_nobody_gave_this_server(address: str, host: str) -> None:
    """A page elsewhere whose name leads to this machine reads nothing."""
    for path in ("/", "/voila/render/evidence.ipynb", "/healthz", "/login"):
        found = ask(address, path, Host=host)
        assert found.status in (400, 421) and 'class="apps"' not in found.text


def test_names_of_this_machine(address: str) -> None:
    port = urlsplit(address).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "192.168.1.7", "LOCALHOST"):
        assert ask(address, "/healthz", Host=host).text == "ok"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://127.0.0.1", "http://localhost:1", "file://"]
)
def test_sockets_from_elsewhere(address: str, origin: str) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    found = ask(address, f"/api/kernels/{ID}/channels", **upgrade, **({"Origin": origin} if origin else {}))
    assert (found.status, is_plain(found)) == (403, True)
    own = ask(address, f"/api/kernels/{ID}/channels", **upgrade, Origin=address.rstrip("/"))
    assert own.status in (403, 404), "no such kernel"
    assert is_plain(own)


def test_pages_of_other_sites_take_nothing_in(address: str) -> None:
    elsewhere = {"Sec_Fetch_Site": "cross-site"}
    for mode, aim in (
        ("no-cors", "script"),
        ("cors", "empty"),
        ("navigate", "iframe"),
        ("navigate", "object"),
    ):
        for path in ("/", "/voila/render/evidence.ipynb", "/voila/static/voila.js", f"/api/kernels/{ID}"):
            found = ask(address, path, **elsewhere, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=aim)
            assert (found.status, is_plain(found)) == (403, True)
    link = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert ask(address, "/", **elsewhere, **link).status == 200, "a link may lead here"
    assert ask(address, "/login", "POST", "word=a", **elsewhere, **link).status == 403


def test_what_is_too_large_is_not_waited_for(address: str) -> None:
    began = time.monotonic()
    for path, headers in (
        ("/", {"X-Long": "a" * 40_000}),
        ("/" + "a" * 40_000, {}),
        ("/", {f"X-{i}": "a" * 100 for i in range(400)}),
    ):
        with pytest.raises((http.client.HTTPException, OSError)):
            assert ask(address, path, **headers).status in (400, 414, 431)
            raise OSError("refused in words")
    for path, method, size in (
        ("/login", "POST", 9_000),
        ("/", "GET", 1),
        (f"/voila/api/shutdown/{ID}", "POST", 10**9),
    ):
        try:
            assert ask(address, path, method, "", Content_Length=str(size)).status == 400
        except (http.client.HTTPException, OSError):
            continue
    assert time.monotonic() - began < 10
    assert ask(address, "/healthz").text == "ok"


def test_the_landing_page(address: str) -> None:
    page = ask(address, "/")
    assert "script" not in page.headers["Content-Security-Policy"]
    for path in (ROOT / "notebooks" / "apps").glob("*.ipynb"):
        said = nbformat.read(path, as_version=4).metadata
        assert f'href="/voila/render/{path.name}"' in page.text
        assert f'<span class="answers">{said.answers}</span>' in page.text
        assert said.group in ("decide", "evidence", "people") and said.answers.endswith(".")
    assert "Leave on this device" not in page.text
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        ask(address, "/")
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.5
    moved = ask(address, "/voila/render/evidence.ipynb?template=../../x&theme=../y&token=abc")
    assert (moved.status, moved.headers["Location"]) == (303, "/voila/render/evidence.ipynb")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
def test_the_landing_page_is_seen_and_walked_by_keyboard(address: str, chromium: Any, width: int) -> None:
    visit = Visit(chromium, width, 900)
    page = visit.page
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert min(box["height"] for a in page.locator(".apps a").all() if (box := a.bounding_box())) >= 44
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(page.locator(".apps a").count()):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.querySelector('.name').textContent"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached[0] == "Design wizard" and len(set(reached)) == 9
    assert [h.inner_text() for h in page.locator("h1, h2").all()] == [
        *("What do you want to know?", "Decide", "Look into the evidence", "Ask people, run a trial"),
    ]
    assert visit.console == [] and visit.outside == []
