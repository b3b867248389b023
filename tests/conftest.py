"""A scratch workbench, the browser, and the official files that lie outside the repository."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from almpo_kit.workbench import browser

ROOT = Path(__file__).parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Reports and apps first: few tests of many seconds each, which at the end would keep one process alone."""
    items.sort(key=lambda item: "workbench" not in item.path.parts)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test talks to another machine: a connection to one fails, and so does the test, even if it catches that."""
    attempts: list[str] = []

    def guarded(name: str) -> None:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1] if name == "sendto" else arguments[0]
            host = str(address[0]) if isinstance(address, tuple) else ""
            inet = self.family in (socket.AF_INET, socket.AF_INET6)
            if inet and not (host.startswith("127.") or host in ("::1", "localhost")):
                attempts.append(f"{address}")
                raise OSError(f"tests talk to loopback only, not to {address}")
            return real(self, *arguments)

        monkeypatch.setattr(socket.socket, name, call)

    for name in ("connect", "connect_ex", "sendto"):
        guarded(name)
    real_lookup = socket.getaddrinfo

    def lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        # Asking for an address is a request, too: it goes to a name server.
        name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
        if name != "localhost" and not set(name) <= set("0123456789abcdefABCDEF.:"):
            attempts.append(name)
            raise socket.gaierror(socket.EAI_NONAME, f"tests ask no name server, not for {name}")
        return real_lookup(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    yield
    assert not attempts, f"a test tried to reach {', '.join(attempts)}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbench of its own: the real notebooks and data, empty reports and run store."""
    for part in ("data", "notebooks"):
        shutil.copytree(
            ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("cache", ".ipynb_checkpoints")
        )
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    monkeypatch.setenv("ALMPO_HOME", str(tmp_path))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty run store, made once for all test processes: MLflow takes seconds to lay out its tables."""
    place = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        place = place.parent
    home = place / "home_of_the_store"
    with (place / "made_store.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "mlruns" / "mlflow.db").exists():
            (home / "data").mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "data" / "sources.csv", home / "data")
            own = {k: v for k, v in os.environ.items() if k != "MLFLOW_TRACKING_URI"} | {
                "ALMPO_HOME": str(home)
            }
            code = "from almpo_kit.workbench import tracking; tracking.prepare()"
            subprocess.run([sys.executable, "-c", code], env=own, check=True, timeout=240)
    return home / "mlruns" / "mlflow.db"


@pytest.fixture
def stored(home: Path, made_store: Path) -> Path:
    """A workbench of its own in which runs have been logged before: the store is there. For tests of other things than
    that it is made when it is first needed, which ``test_tracking`` and the first test of reports look at."""
    (home / "mlruns").mkdir()
    shutil.copy(made_store, home / "mlruns" / "mlflow.db")
    return home


@pytest.fixture(scope="session")
def executable() -> str:
    """Path of a Chromium. Without one the test is skipped, or fails where a browser is required (CI)."""
    found = browser.find()
    if found is None:
        message = "no Chromium or Chrome: install one, or set ALMPO_BROWSER to its path"
        if os.environ.get("ALMPO_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def running_chromium(executable: str) -> Iterator[Any]:
    """A headless browser, started once a module: Playwright's loop must not outlive the tests that want it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = browser.launch(playwright, executable)
        yield running
        running.close()


@pytest.fixture
def chromium(running_chromium: Any) -> Iterator[Any]:
    """A running headless browser; what a test opens in it (cookies, pages, all) is closed after it."""
    before = list(running_chromium.contexts)
    yield running_chromium
    for context in running_chromium.contexts:
        if context not in before:
            context.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Skipped browser tests are said aloud: a green run without a browser has not seen a screen."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(r.longrepr)]
    if skipped:
        terminalreporter.section("BROWSER TESTS SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} tests that open pages and apps did not run: no Chromium or Chrome was found."
        )
