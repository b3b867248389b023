"""A running `almpo runs`, and runs to look at in it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from app_visits import free_port

from almpo_kit.workbench import learning_runs, tracking


class RunServer:
    """`almpo runs` as a process of its own.

    Parameters
    ----------
    environment : dict of str to str
        Beside that of the tests.
    """

    def __init__(self, environment: dict[str, str], port: int = 0) -> None:
        self.environment = {**os.environ, **environment}
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "almpo_kit.workbench.cli", "runs", *words, "--no-browser"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port)], env=self.environment, stdout=self.said, stderr=self.said
        )
        deadline = time.monotonic() + 150
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/health", timeout=2).close()
                return
            except (urllib.error.URLError, OSError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"the server did not start: {self.words}") from None
                time.sleep(0.3)

    @property
    def words(self) -> str:
        """What it said."""
        self.said.seek(0)
        return self.said.read()

    def processes(self) -> list[psutil.Process]:
        """The server and all that it started."""
        if self._process is None or self._process.poll() is not None:
            return []
        own = psutil.Process(self._process.pid)
        return [own, *own.children(recursive=True)]

    def kill(self) -> None:
        """kill -9 of all its processes."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self._process is not None:
            self._process.wait(timeout=30)


@contextlib.contextmanager
def run_server(*words: str, **environment: str) -> Iterator[RunServer]:
    """One that runs."""
    server = RunServer(environment)
    try:
        server.start(*words)
        yield server
    finally:
        server.kill()
        server.said.close()


def some_reports(folder: Path) -> None:
    """Three editions of briefs, as reports log them."""
    for country, effect, moved in (
        ("EL", 2.4, None),
        ("PT", 1.1, {}),
        ("EL", 2.1, {"what_works.effect": [2.4, 2.1]}),
    ):
        manifest: dict[str, Any] = {
            "command": f"almpo report country_brief -p country={country}",
            "seconds": 7.25,
            "environment": {"lock_sha256": "ab" * 32},
            "git": {"commit": "c0ffee" * 6, "modified": True},
            "differences": None if moved is None else {"numbers": moved, "sentences": {}},
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        (folder / "brief.html").write_text("<h1>A brief</h1>")
        tracking.log_run(
            f"country_brief {country}",
            parameters={"country": country},
            record={
                "metrics": {"what_works.effect": effect},
                "sentences": {
                    "what_works": f"Training raises employment by {effect} points (95%: 0.6 to 4.2)."
                },
                "failed_checks": {"what_works": ["Only 3 studies are from [here](javascript:x)."]},
                "data": [{"dataset": "effects", "version": "2026-1"}],
                "synthetic": False,
            },
            tags={"report": "country_brief", "edition": country, "made_by": "almpo report"},
            files=(folder / "brief.html", folder / "manifest.json"),
        )


def some_rounds() -> None:
    """Three rounds of learning: the first model, a better one, one that is not shown to be better."""
    story = (
        ("1", "", 41.2, "promoted", "1"),
        ("2", "1", 8.13, "promoted", "2"),
        ("3", "2", -1.2, "kept", "2"),
    )
    for challenger, against, difference, action, champion in story:
        learning_runs.log_round(
            "demo",
            f"round-{challenger}",
            model="coding_demo",
            steps={
                "stock": {
                    "settled": "ab12" * 8,
                    "n_settled": 480,
                    "n_documents": 120,
                    "n_frozen_studies": 31,
                },
                "trained": {
                    "version": challenger,
                    "said": f"Version {challenger} was trained on 480 settled codes.",
                },
                "compared": {
                    "against": against,
                    "challenger": challenger,
                    "said": "Compared.",
                    "metrics": {
                        "difference": difference,
                        "low": difference - 4,
                        "high": difference + 4,
                        "challenger_precision": 0.93,
                        "cases": 140,
                        "studies": 31,
                    },
                },
                "decided": {"action": action, "said": "Decided."},
            },
            champion=champion,
            synthetic=True,
        )
