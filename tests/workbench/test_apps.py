"""The evidence explorer in a real browser, on the real server, with every other host shut."""

from __future__ import annotations

import csv
import io
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps import evidence_explorer as explorer
from almpo_kit.workbench.apps import server

ROOT = Path(__file__).parent.parent.parent
APP = "voila/render/evidence.ipynb"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running app server with one warm kernel."""
    port = free_port()
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "apps", "--no-browser", "--port", str(port)]
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(url, timeout=2)
            break
        except (urllib.error.URLError, OSError):
            assert running.poll() is None, running.stderr.read() if running.stderr else ""
            assert time.monotonic() < deadline
            time.sleep(0.3)
    yield url
    running.terminate()
    running.wait(timeout=30)


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
        self.page.on("console", lambda m: self.console.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    def _shut(self, route: Any) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def open(self, url: str) -> Any:
        self.page.goto(url)
        self.page.wait_for_selector(".almpo-answer .card", timeout=90_000)
        return self.page


@pytest.mark.browser
def test_a_visit_at_a_desk(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1440, 900)
    page = visit.open(address + APP)
    assert "Evidence explorer" in page.title()
    answer = page.locator(".almpo-answer")
    before = answer.locator(".wide svg").first.inner_html()
    page.get_by_label("Programme").select_option(index=1)
    page.wait_for_function(
        "before => document.querySelector('.almpo-answer .wide svg').innerHTML !== before", arg=before
    )
    assert "job-search services" in answer.locator(".question").inner_text().lower()
    assert answer.locator(".badge").inner_text()
    assert answer.locator(".references li").count() > 0
    said = page.locator("#said[aria-live=polite]").inner_text()
    assert said and said == answer.locator(".answer").inner_text()
    with page.expect_download() as download:
        answer.locator("a.download").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert {r["programme_type"] for r in rows} == {"services"}
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_on_a_phone_by_keyboard(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "nothing sticks out sideways"
    assert page.locator(".almpo-answer .narrow svg").first.is_visible()
    assert not page.locator(".almpo-answer .wide svg").first.is_visible()
    for control in page.locator("select").all():
        assert control.bounding_box()["height"] >= 44
    question = page.locator(".almpo-answer .question").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "q => document.querySelector('.almpo-answer .question').innerText !== q", arg=question
    )
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_labels_landmarks_and_an_empty_answer(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1024, 800)
    page = visit.open(address + APP)
    assert page.locator("main").count() == 1 and page.locator("h1").count() == 1
    for label in ("Programme", "For whom", "Outcome", "When", "Where"):
        assert page.get_by_label(label, exact=True).count() == 1
    page.get_by_label("For whom").select_option(index=9)
    page.wait_for_selector("text=No estimate in the evidence base answers this")
    assert "set For whom to its first entry" in page.locator(".almpo-answer").inner_text()
    assert visit.console == []


def test_nothing_else_is_served(address: str) -> None:
    for path in (
        "voila/files/evidence.ipynb",
        "voila/files/../../data/effects.csv",
        "api/contents",
        "files/evidence.ipynb",
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + path, timeout=10)
        assert refused.value.code in (403, 404, 405)
    page = urllib.request.urlopen(address + APP + "?template=../../x&theme=../y", timeout=60)
    assert page.status == 200


def test_off_loopback_needs_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(server.TOKEN_VARIABLE, raising=False)
    for ip in ("0.0.0.0", "192.168.1.5", "::", "example.org"):
        with pytest.raises(ParameterError, match="needs a token"):
            server.configuration(ip=ip, port=1)
    monkeypatch.setenv(server.TOKEN_VARIABLE, "short")
    with pytest.raises(ParameterError):
        server.configuration(ip="0.0.0.0", port=1)
    monkeypatch.setenv(server.TOKEN_VARIABLE, "x" * 20)
    assert server.configuration(ip="0.0.0.0", port=1).Voila.token == "x" * 20


@pytest.mark.parametrize("verb", ["apps", "runs"])
def test_a_port_that_is_taken_or_none_is_said(verb: str, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for port in (taken.getsockname()[1], 99999):
            command = [
                sys.executable,
                "-m",
                "almpo_kit.workbench.cli",
                verb,
                "--no-browser",
                "--port",
                str(port),
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert done.returncode == 2 and "--port" in done.stderr
            assert "Traceback" not in done.stderr


def test_csv_cells_are_no_formulas() -> None:
    table = pd.DataFrame({"a": ["=1+1", "+x", "-2", "@x", "fine", "\n=1"], "effect": [-1.0, 2, 3, 4, 5, 6]})
    text = explorer.safe_csv(table)
    assert "'\n=1" in text
    assert text.splitlines()[1:6] == ["'=1+1,-1.0", "'+x,2.0", "'-2,3.0", "'@x,4.0", "fine,5.0"]


def test_options_count_what_is_behind_them() -> None:
    effects = sources.effects()
    offered = explorer.options(effects)
    assert len(offered) <= 5, "at most five controls"
    training = next(label for label, key in offered["programme_type"] if key == "training")
    assert training == f"Training ({(effects['programme_type'] == 'training').sum()})"
    total = sum(int(re.search(r"\((\d+)\)$", label).group(1)) for label, _ in offered["measure"])  # type: ignore[union-attr]
    assert total == len(effects)


def test_every_single_choice_gives_an_answer() -> None:
    effects, studies = sources.effects(), sources.studies()
    start = explorer.Choice()
    for field, entries in explorer.options(effects).items():
        for _, value in entries:
            html = explorer.answer_html(effects, studies, explorer.Choice(**{**vars(start), field: value}))
            assert '<p class="answer">' in html and "Traceback" not in html


def test_hostile_titles_are_text() -> None:
    effects, studies = sources.effects(), sources.studies()
    studies = studies.assign(citation="<img src=x onerror=alert(1)>", url="javascript:alert(1)")
    html = explorer.answer_html(effects, studies, explorer.Choice())
    assert "<img src=x" not in html and "javascript:" not in html
