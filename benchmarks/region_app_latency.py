"""From choosing a region to seeing it: our board beside the same chart redrawn by a stock Voila output.

Run: ``python benchmarks/region_app_latency.py``. Both are served on loopback and driven in one run by one
headless Chromium at 1440 px. Times are taken in the page, from the choice to the frame after the redraw; ours
twice: until map, course and table show the region, and until the answer in words has followed. The peer is an
``ipywidgets`` list whose change redraws the same two charts into an ``Output`` (drawn as we draw them in reports,
because Altair's default renderer needs the internet). Prints milliseconds and their ratio.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from almpo_kit.workbench import browser

CHOICES = 40

PEER = """
import ipywidgets as widgets
from IPython.display import clear_output, display
from almpo_kit import regions, sources

panel, national, places = sources.indicators(2), sources.indicators(0), sources.nuts()
codes = sorted(panel.loc[panel["geo"].str.len().eq(4) & panel["geo"].str[:2].isin(["EL", "IT", "FR", "PL"]), "geo"].unique())
choice, out = widgets.Dropdown(options=codes), widgets.Output()

def redraw(_=None):
    country = choice.value[:2]
    found = regions.standing(panel, places, country=country, indicator="unemployment_rate", national=national,
                             locations=sources.locations(), boundaries=sources.boundaries())
    course = regions.trajectory(panel, places, country=country, indicator="unemployment_rate", national=national)
    with out:
        clear_output(wait=True)
        display(found.plot(), course.plot())

choice.observe(redraw, names="value")
redraw()
display(choice, out)
"""

OURS = """async (n) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const regions = [...document.querySelectorAll('.board-region')], drawn = [], answered = [];
  const card = document.querySelector('.board-answer'), rim = document.querySelector('.board-rim');
  for (let k = 1; k <= n; k += 1) {
    const path = regions[(k * 37) % regions.length], before = card.dataset.key, start = performance.now();
    path.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await frame();
    if (rim.getAttribute('d') !== path.getAttribute('d')) throw new Error('not redrawn');
    drawn.push(performance.now() - start);
    while (card.dataset.key === before || card.getAttribute('aria-busy') === 'true') await frame();
    answered.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 150));
  }
  return { drawn, answered };
}"""

STOCK = """async (n) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const list = document.querySelector('select'), drawn = [];
  const picture = () => [...document.querySelectorAll('.jp-OutputArea svg')].map((s) => s.outerHTML.length + s.innerHTML.slice(0, 20000)).join();
  for (let k = 1; k <= n; k += 1) {
    const before = picture(), start = performance.now();
    list.selectedIndex = (list.selectedIndex + 11) % list.options.length;
    list.dispatchEvent(new Event('change', { bubbles: true }));
    while (picture() === before) await frame();
    await frame();
    drawn.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 150));
  }
  return { drawn };
}"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int) -> Iterator[str]:
    """A server that answers, until the block ends."""
    running = subprocess.Popen(
        command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=dict(os.environ)
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=2)
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=30)


def stock_notebook(folder: Path) -> Path:
    """The peer as a notebook."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "a",
        "metadata": {},
        "outputs": [],
        "source": PEER,
    }
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "stock.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


def told(name: str, times: list[float]) -> float:
    """Print median and 95th percentile; returns the median."""
    ordered = sorted(times)
    median, late = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
    print(f"{name:<52} median {median:7.1f} ms   p95 {late:7.1f} ms   ({len(ordered)} choices)")
    return median


def visit(chromium: Any, address: str, ready: str, script: str) -> dict[str, list[float]]:
    """Open a page, wait until it is ready, and time choices in it."""
    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(600_000)
    page.goto(address, timeout=120_000)
    page.wait_for_selector(ready, timeout=120_000)
    page.wait_for_timeout(1_500)
    times: dict[str, list[float]] = page.evaluate(script, CHOICES)
    page.close()
    return times


def main() -> None:
    """Serve both, choose, print."""
    executable = browser.find()
    if executable is None:
        sys.exit("no Chromium or Chrome: install one, or set ALMPO_BROWSER to its path")
    ours_port, stock_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        ours = [
            sys.executable,
            "-m",
            "almpo_kit.workbench.cli",
            "apps",
            "--no-browser",
            "--port",
            str(ours_port),
        ]
        stock = [
            *(sys.executable, "-m", "voila", str(stock_notebook(Path(folder))), "--no-browser"),
            *("--port", str(stock_port), "--Voila.ip=127.0.0.1"),
        ]
        chromium = browser.launch(playwright, executable)
        with serving(ours, ours_port) as address:
            mine = visit(
                chromium, f"{address}voila/render/regions.ipynb", ".board-answer[data-key] .card", OURS
            )
        with serving(stock, stock_port) as address:
            theirs = visit(chromium, address, ".jp-OutputArea svg", STOCK)
        chromium.close()
    drawn = told("ours: map, course and table redrawn", mine["drawn"])
    answered = told("ours: and the answer in words", mine["answered"])
    peer = told("stock Voila output: map and course redrawn", theirs["drawn"])
    print(f"stock / ours: {peer / drawn:.1f} (redrawn), {peer / answered:.1f} (answer in words)")


if __name__ == "__main__":
    main()
