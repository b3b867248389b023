"""A report page as PDF, printed by a Chromium with the network shut."""

from __future__ import annotations

from pathlib import Path

from almpo_kit.vocabulary.errors import ReportError
from almpo_kit.workbench import browser


def require_browser() -> str:
    """Path of the browser, asked for before a report starts so that nobody waits for nothing.

    Raises
    ------
    ReportError
        No browser; the message says how to get one.
    """
    executable = browser.find()
    if executable is None:
        raise ReportError(
            "PDF needs a Chromium or Chrome and none was found. Install one (Debian: `apt-get install chromium`; "
            "elsewhere: `.venv/bin/playwright install chromium`), or set ALMPO_BROWSER to its path, or leave out --pdf."
        )
    return executable


def print_page(page: Path, target: Path, executable: str) -> None:
    """Print an HTML file to an A4 PDF; margins, running title and page numbers come from the stylesheet."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = browser.launch(playwright, executable)
        try:
            tab = chromium.new_context(offline=True).new_page()
            tab.goto(page.resolve().as_uri())
            tab.pdf(path=str(target), prefer_css_page_size=True, print_background=True, tagged=True)
        finally:
            chromium.close()
