"""A scratch workbench, the browser, and the official files that lie outside the repository."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from almpo_kit.workbench import browser

ROOT = Path(__file__).parent.parent


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
def executable() -> str:
    """Path of a Chromium. Without one the test is skipped, or fails where a browser is required (CI)."""
    found = browser.find()
    if found is None:
        message = "no Chromium or Chrome: install one, or set ALMPO_BROWSER to its path"
        if os.environ.get("ALMPO_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture
def chromium(executable: str) -> Iterator[Any]:
    """A running headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = browser.launch(playwright, executable)
        yield running
        running.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Skipped browser tests are said aloud: a green run without a browser has not seen a screen."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(r.longrepr)]
    if skipped:
        terminalreporter.section("BROWSER TESTS SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} tests that open pages and apps did not run: no Chromium or Chrome was found."
        )
