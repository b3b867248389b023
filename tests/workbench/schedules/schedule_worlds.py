"""Schedules, clocks and sweeps for the tests of this room: what waits for a quarter elsewhere takes a moment here."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from almpo_kit.workbench.schedules import times
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import Store
from almpo_kit.workbench.schedules.sweeping import Swept

START = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands until it is set."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


def schedule(when: str = "daily at 06:00", zone: str = "Europe/Brussels", **more: Any) -> Schedule:
    given = {"name": "briefs", "report": "country_brief", "each": {"country": "IT,ES"}} | more
    return Schedule(when=times.read(when, zone), **given)


def sweeping(failing: Callable[[], set[str]] = set, places: tuple[str, ...] = ("IT", "ES")) -> Any:
    """A sweep that writes a page for each place by a rename, as reports do; ``failing`` says which fail now."""

    def sweep(plan: Schedule, out: Path, say: Any, alive: Any) -> Swept:
        made, unchanged, failed = 0, 0, []
        for place in places:
            alive()
            page = out / place / "page.html"
            if place in failing():
                failed.append((place, "no figures"))
                continue
            if page.exists():
                unchanged += 1
                continue
            page.parent.mkdir(exist_ok=True)
            fresh = page.with_suffix(".tmp")
            fresh.write_text(f"the page of {place}", encoding="utf-8")
            fresh.replace(page)
            made += 1
            say(f"{place} made")
        return Swept(made, unchanged, tuple(failed))

    return sweep


#: What a process of its own runs: two pages a slot, each taking a while; one line in a log when the work begins and one
#: when a page is made. ``THEN`` is what it does with schedules and sweep.
_PROCESS = """
import os, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from almpo_kit.workbench.schedules import daemon, due, times
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import Store
from almpo_kit.workbench.schedules.sweeping import Swept

log, pause, lease = Path(sys.argv[1]), float(sys.argv[2]), timedelta(seconds=float(sys.argv[3]))

def write(line):
    with log.open("a") as file:
        file.write(line + "\\n")

def sweep(plan, out, say, alive):
    write(f"begin {os.getpid()} {out.name}")
    made = unchanged = 0
    for place in ("IT", "ES", "FR"):
        alive()
        page = out / place / "page.html"
        if page.exists():
            unchanged += 1
            continue
        page.parent.mkdir(exist_ok=True)
        fresh = page.with_suffix(".tmp")
        fresh.write_text("x" * 100_000)
        time.sleep(pause)
        fresh.replace(page)
        made += 1
    write(f"end {os.getpid()} {out.name}")
    return Swept(made, unchanged)

plan = Schedule("briefs", "country_brief", times.read(os.environ.get("WHEN", "daily at 06:00"), "Europe/Brussels"),
    each={"country": "IT,ES,FR"}, keep=1000, catch_up=8760)
fixed = os.environ.get("AT")
clock = (lambda: datetime.fromisoformat(fixed)) if fixed else times.now
write(f"ready {os.getpid()}")
"""
_RUN_DUE = "found = due.run_due(Store(), [plan], clock=clock, sweep=sweep, lease=lease)\nprint([r.state for r in found])"
_DAEMON = (
    "import signal\n"
    "for s in (signal.SIGINT, signal.SIGTERM): signal.signal(s, signal.default_int_handler)\n"
    "daemon.serve(Store(), read=lambda: ([plan], []), clock=clock, sweep=sweep, lease=lease, every=0.1, say=write)"
)


def process(log: Path, *, pause: float = 0.0, lease: float = 5.0, daemon: bool = False) -> Any:
    """A process that looks for what is due: once, or again and again."""
    code = textwrap.dedent(_PROCESS) + (_DAEMON if daemon else _RUN_DUE)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(log), str(pause), str(lease)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def forked(clock: HandClock, plan: Schedule, pause: float, gate: Any = None) -> Any:
    """A process of its own that looks for what is due, started in a moment."""

    def sweep(plan: Schedule, out: Path, say: Any, alive: Any) -> Swept:
        for place in ("IT", "ES", "FR"):
            alive()
            page = out / place / "page.html"
            page.parent.mkdir(exist_ok=True)
            fresh = page.with_suffix(f".{os.getpid()}")
            fresh.write_text("x" * 100_000)
            time.sleep(pause)
            fresh.replace(page)
            (page.parent / f"page.{os.getpid()}").unlink(missing_ok=True)
        for left in out.rglob("page.[0-9]*"):
            left.unlink()
        return Swept(3, 0)

    def work() -> None:
        if gate is not None:
            gate.wait(30)
        run_due(Store(), [plan], clock=clock, sweep=sweep)
        os._exit(0)

    made = multiprocessing.get_context("fork").Process(target=work)
    made.start()
    return made


def lines(log: Path, word: str) -> list[str]:
    return [line for line in log.read_text().splitlines() if line.startswith(word)] if log.exists() else []
