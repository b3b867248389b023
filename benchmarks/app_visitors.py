"""Six and twenty browsers that open one app at once: ours beside stock Voila in the same run, and 1,000 that leave.

For each: seconds from asking for the page to the first useful view (the app's heading and answer can be read) and to the
live app (it can be used), median, 95th percentile and slowest, as the page itself sees it just before it is painted;
proportional memory (PSS) a session, with what kernels share divided among them; refused without a word; and whether a
choice in every tab is answered, so that nothing is frozen. Browsers and server share this machine's processors.

    python benchmarks/app_visitors.py [--people 6 20] [--app evidence] [--connections 1000] [--skip-stock]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LIVE = "#rendered_cells .almpo-answer .card"
#: Stock Voila as its own documentation would have it for people: kernels heated ahead, as many of this app as ours keeps.
STOCK = ("--preheat_kernel=True", "--pool_size=3", "--template=lab", "--no-browser")
PATIENCE_SECONDS = 300
#: Put into each page: asked from outside, a busy browser would answer seconds after it has shown something.
WATCH = """
(() => {
  const seen = window.almpoSeen = {}, view = () => document.querySelector("VIEW");
  const look = () => {
    if (!seen.useful && (document.documentElement.classList.contains("has-first-view") || view()))
      seen.useful = performance.now();
    if (!seen.live && view() && !document.getElementById("loading")) seen.live = performance.now();
    if (!seen.live) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
""".replace("VIEW", LIVE)


@dataclass
class Seen:
    """What one browser saw, in seconds after it asked."""

    useful: float = float("nan")
    live: float = float("nan")
    answered: float = float("nan")
    refused: bool = False
    console: list[str] = field(default_factory=list)
    failed: str = ""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(kind: str, app: str, folder: Path) -> Iterator[tuple[str, int]]:
    """A running server, ours or stock Voila over the same notebook: its address and process."""
    port = free_port()
    if kind == "ours":
        command = ["-m", "almpo_kit.workbench.cli", "apps", "--no-browser", "--port", str(port)]
    else:
        only = folder / "apps"
        only.mkdir()
        (only / f"{app}.ipynb").write_bytes((ROOT / "notebooks" / "apps" / f"{app}.ipynb").read_bytes())
        command = ["-m", "voila", str(only), f"--port={port}", *STOCK]
    environment = {
        **os.environ,
        "ALMPO_RECORDS": str(folder / "records.db"),
        "ALMPO_HOME": str(ROOT),
        "PYTHONPATH": str(ROOT),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    with (folder / f"{kind}.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        address = f"http://127.0.0.1:{port}/"
        try:
            _until_up(address)
            yield address, running.pid
        finally:
            running.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(timeout=30)
            running.kill()


def _until_up(address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5)
            return
        time.sleep(0.3)
    raise SystemExit(f"{address} did not answer")


def processes(parent: int) -> list[int]:
    """A process and all below it."""
    found = [parent]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
    return found


def memory(parent: int) -> float:
    """Proportional memory (PSS) of a process and all below it, in MB."""
    total = 0
    for one in processes(parent):
        with contextlib.suppress(OSError):
            said = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.M)
            total += int(said[1]) if said else 0
    return total / 1024


def ready(address: str, app: str, pid: int) -> None:
    """Until the app has been shown once and the server has made up for it."""
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"{address}voila/render/{app}.ipynb", timeout=PATIENCE_SECONDS).read()
    # Longer than an unused page keeps its kernel.
    time.sleep(62)
    settled(pid)


def settled(parent: int, quiet: float = 8, most: float = 180) -> None:
    """Until nothing below this process computes any more."""
    deadline, since, before = time.monotonic() + most, time.monotonic(), -1.0
    while time.monotonic() < deadline and time.monotonic() - since < quiet:
        spent = sum(_spent(one) for one in processes(parent))
        if spent - before > 0.05:
            since = time.monotonic()
        before = spent
        time.sleep(1)


def _spent(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _one(browser: Any, address: str, app: str, view: str) -> Seen:
    seen = Seen()
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.on("console", lambda m: seen.console.append(m.text) if m.type == "error" else None)
    await context.add_init_script(WATCH)
    try:
        answer = await page.goto(
            f"{address}voila/render/{app}.ipynb", wait_until="commit", timeout=PATIENCE_SECONDS * 1000
        )
        seen.refused = answer is None or answer.status != 200
        await page.wait_for_function("() => window.almpoSeen.live", timeout=PATIENCE_SECONDS * 1000)
        noted = await page.evaluate("() => window.almpoSeen")
        seen.useful, seen.live = noted["useful"] / 1000, noted["live"] / 1000
        before = await page.locator(view).first.inner_text()
        await page.locator(".almpo-controls select").nth(3).select_option(index=1)
        asked = time.monotonic()
        await page.wait_for_function(
            f"before => document.querySelector('{view}')?.innerText !== before", arg=before, timeout=60_000
        )
        seen.answered = time.monotonic() - asked
    except Exception as error:  # noqa: BLE001 - it is counted and told
        shown = await page.evaluate("() => document.body.innerText")
        seen.failed = f"{error}\n  the page showed: {shown[:200]!r} … {shown[-300:]!r}"
    return seen


async def _together(address: str, app: str, people: int, pid: int) -> tuple[list[Seen], float]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playing:
        path = os.environ.get("ALMPO_BROWSER", "/usr/bin/chromium")
        browser = await playing.chromium.launch(executable_path=path if Path(path).exists() else None)
        seen = await asyncio.gather(*(_one(browser, address, app, LIVE) for _ in range(people)))
        held = memory(pid)
        await browser.close()
    return list(seen), held


def _said(values: list[float]) -> str:
    good = sorted(value for value in values if value == value)
    if not good:
        return "none"
    late = good[min(len(good) - 1, round(0.95 * (len(good) - 1)))]
    return (
        f"median {statistics.median(good):5.2f} s, p95 {late:5.2f} s, slowest {good[-1]:5.2f} s ({len(good)})"
    )


def people_at_once(kind: str, app: str, people: int) -> None:
    """One line for each thing measured."""
    with (
        tempfile.TemporaryDirectory(prefix="almpo-visitors-") as folder,
        served(kind, app, Path(folder)) as up,
    ):
        address, pid = up
        ready(address, app, pid)
        before = memory(pid)
        seen, held = asyncio.run(_together(address, app, people, pid))
    errors = {text for one in seen for text in one.console}
    print(f"{kind:5} {people:2} people  first useful view  {_said([one.useful for one in seen])}")
    print(f"{kind:5} {people:2} people  live app           {_said([one.live for one in seen])}")
    print(f"{kind:5} {people:2} people  a choice answered  {_said([one.answered for one in seen])}")
    print(
        f"{kind:5} {people:2} people  PSS of the whole {before:.0f} MB before, {held:.0f} MB with all; "
        f"refused {sum(one.refused for one in seen)}; console errors {len(errors)}",
        flush=True,
    )
    for problem in [*errors, *(one.failed for one in seen if one.failed)]:
        print(f"      {problem}", flush=True)


def _begun(address: str, app: str) -> float:
    """Seconds until the whole first view has come, for a client that draws nothing."""
    port, got = int(address.rsplit(":", 1)[1].strip("/")), b""
    request = f"GET /voila/render/{app}.ipynb HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        while (
            b'id="first-view-html">' not in got
            or b"</script>" not in got.partition(b'id="first-view-html">')[2]
        ):
            if not (came := line.recv(1_000_000)):
                return float("nan")
            got += came
    return time.monotonic() - began


def clients_at_once(app: str, people: int) -> None:
    """The server alone, without browsers that take this machine's processors: how soon the first view has come."""
    with (
        tempfile.TemporaryDirectory(prefix="almpo-visitors-") as folder,
        served("ours", app, Path(folder)) as up,
        ThreadPoolExecutor(people) as crowd,
    ):
        address, pid = up
        ready(address, app, pid)
        took = list(crowd.map(lambda _: _begun(address, app), range(people)))
    print(f"ours  {people:2} clients that draw nothing: first view received  {_said(took)}", flush=True)


def connections_dropped(app: str, count: int) -> None:
    """Connections opened and dropped; kernels left after the longest grace."""
    with (
        tempfile.TemporaryDirectory(prefix="almpo-visitors-") as folder,
        served("ours", app, Path(folder)) as up,
    ):
        address, pid = up
        ready(address, app, pid)
        before = len(processes(pid))
        port = int(address.rsplit(":", 1)[1].strip("/"))
        request = f"GET /voila/render/{app}.ipynb HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        began = time.monotonic()
        for number in range(count):
            with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                line.sendall(request)
                if number % 10 == 0:
                    line.recv(1000)
        took = time.monotonic() - began
        time.sleep(65)
        settled(pid)
        after = len(processes(pid))
    # Of an app that people came to, two more are kept ready.
    print(
        f"ours  {count} connections dropped in {took:.0f} s: {before} processes before, {after} after 65 s "
        f"({max(0, after - before - 2)} kernels left beyond those kept ready)",
        flush=True,
    )


def main() -> None:
    """Measure what is asked for."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--people", type=int, nargs="*", default=[6, 20])
    asked.add_argument("--app", default="evidence")
    asked.add_argument("--connections", type=int, default=1000)
    asked.add_argument("--skip-stock", action="store_true")
    given = asked.parse_args()
    for people in given.people:
        for kind in ("ours",) if given.skip_stock else ("ours", "stock"):
            people_at_once(kind, given.app, people)
        clients_at_once(given.app, people)
    if given.connections:
        connections_dropped(given.app, given.connections)


if __name__ == "__main__":
    main()
