"""The Chromium that prints reports and runs the browser tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

#: What makes a headless Chromium start everywhere and talk to nobody by itself.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str | None:
    """Path of a Chromium or Chrome: ``ALMPO_BROWSER``, the PATH, macOS applications, Playwright's own."""
    named = os.environ.get("ALMPO_BROWSER")
    candidates = [named] if named else [*map(shutil.which, _NAMES), *_MAC, _playwrights_own()]
    return next((c for c in candidates if c and Path(c).is_file()), None)


def _playwrights_own() -> str | None:
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            return str(playwright.chromium.executable_path)
    except Error:
        return None


def launch(playwright: Any, executable: str) -> Any:
    """Start a headless browser under a running Playwright."""
    return playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
