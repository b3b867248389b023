"""The app server is killed at any moment: nobody of its own is left, nothing of it, and the next one serves."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from app_visits import ROOT, free_port, serving

from almpo_kit.workbench.apps.visitors import confined

_MARK = "ALMPO_TEST_OF_KILLS"


def _mine(mark: str) -> list[int]:
    """Processes that carry the mark in their environment, the server's and all it started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            carries = f"{_MARK}={mark}".encode() in (process / "environ").read_bytes().split(b"\0")
            if carries and "\tZ" not in (process / "status").read_text():
                found.append(int(process.name))
    return found


def _folders(prefix: str) -> set[Path]:
    place = Path(confined.place_of_sockets() or tempfile.gettempdir())
    return set(place.glob(f"{prefix}*")) | set(place.glob(f".{prefix}*"))


def _come(address: str, ended: threading.Event) -> None:
    """Somebody comes, again and again."""
    while not ended.wait(0.5):
        with contextlib.suppress(OSError, ValueError):
            urllib.request.urlopen(f"{address}voila/render/evidence.ipynb", timeout=20).read()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    chance, seen = random.Random(29), []
    warm_before, before = _folders("almpo-warm-"), _folders("almpo-served-")
    for k in range(16):
        mark, port, ended = f"{os.getpid()}-{k}", free_port(), threading.Event()
        records = {"ALMPO_RECORDS": str(tmp_path / "records.db"), _MARK: mark}
        command = [
            *(sys.executable, "-m", "almpo_kit.workbench.cli", "apps"),
            *("--no-browser", "--port", str(port)),
        ]
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | records,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        coming = threading.Thread(target=_come, args=(f"http://127.0.0.1:{port}/", ended))
        coming.start()
        # From before it listens to while visitors are served and kernels are woken.
        time.sleep(chance.uniform(0.3, 14))
        seen.append(len(_mine(mark)))
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=10)
        ended.set()
        coming.join()
        deadline = time.monotonic() + 15
        while left := _mine(mark):
            assert time.monotonic() < deadline, f"left behind: {left}"
            time.sleep(0.1)
    assert min(seen) < 3 < max(seen), f"kills came at different moments: {seen}"
    with serving(ALMPO_RECORDS=str(tmp_path / "records.db")) as address:
        with urllib.request.urlopen(f"{address}voila/render/evidence.ipynb", timeout=120) as answer:
            assert answer.status == 200 and b"kernelId" in answer.read()
        assert len(_folders("almpo-served-") - before) == 1, "those of the killed ones were removed"
    assert _folders("almpo-warm-") <= warm_before


def test_only_folders_of_the_dead_are_removed(tmp_path: Path) -> None:
    first, held = confined._own_folder(tmp_path)
    (first / "kernel").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "almpo-served-link").symlink_to(elsewhere)
    second, other = confined._own_folder(tmp_path)
    assert (first / "kernel").is_dir() and second.is_dir() and first != second
    os.close(held)
    third, _ = confined._own_folder(tmp_path)
    assert not first.exists() and second.is_dir() and third.is_dir() and elsewhere.is_dir()
    assert third.stat().st_mode & 0o777 == 0o711
    os.close(other)
