"""A schedule with real reports: killed in the middle, gone on with, published whole; the next slot finds nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from almpo_kit.workbench.schedules import reading
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.editions import Editions
from almpo_kit.workbench.schedules.store import Store
from almpo_kit.workbench.sweeps import inputs

TEXT = "report: country_brief\neach: {country: [EL, ES, SE]}\nwhen: daily at 00:00\ntimezone: UTC\njobs: 2\n"


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_killed_in_the_middle_of_real_reports_and_gone_on_with(
    home: Path, made_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: signal.Signals
) -> None:
    code, runs = inputs.code(), tmp_path / "mlflow.db"
    shutil.copy(made_store, runs)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{runs}")
    (home / "reports" / "schedules" / "briefs.yml").write_text(TEXT)
    plans, wrong = reading.read_all()
    assert not wrong
    store, (plan,) = Store(), plans
    run_due(store, plans, clock=lambda: datetime.now(UTC) - timedelta(days=1))
    folder = Editions(plan).folder

    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "schedule", "run-due"]
    victim = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 300
    while not list(folder.glob(".making-*/*/manifest.json")):
        assert time.monotonic() < ends and victim.poll() is None
        time.sleep(0.05)
    crew = psutil.Process(victim.pid).children(recursive=True)
    os.kill(victim.pid, sign)
    assert victim.wait(timeout=60) == (-sign if sign == signal.SIGKILL else 130)
    assert not psutil.wait_procs(crew, timeout=30)[1], "nothing works on behind its back"
    assert not Editions(plan).all()
    first = next(folder.glob(".making-*/*/manifest.json")).read_bytes()

    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    (edition,) = Editions(plan).all()
    assert sorted(p.name for p in edition.iterdir()) == [
        "EL",
        "ES",
        "SE",
        "edition.json",
        "index.html",
        "index.json",
    ]
    pages = sorted(edition.glob("*/*.html"))
    assert len(pages) == 3 and all("</html>" in page.read_text(encoding="utf-8") for page in pages)
    assert first in [path.read_bytes() for path in edition.glob("*/manifest.json")]
    assert json.loads((edition / "edition.json").read_text())["failed"] == []
    kinds = [event["kind"] for event in store.history()]
    assert ("taken over" if sign == signal.SIGKILL else "went on") in kinds

    began = time.monotonic()
    (ran,) = run_due(store, plans, clock=lambda: datetime.now(UTC) + timedelta(days=1))
    assert ran.state == "done"
    if (
        code == json.loads(first)["inputs"].get("code", code) == inputs.code()
    ):  # nobody edits the package meanwhile
        assert ran.said == "0 made, 3 as before."
        assert time.monotonic() - began < 20
    new, old = Editions(plan).all()
    assert [p.read_bytes() for p in sorted(new.glob("*/*.html"))] == [
        p.read_bytes() for p in sorted(old.glob("*/*.html"))
    ]
