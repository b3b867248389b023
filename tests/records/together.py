"""Start the process that forks the experts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*calls: tuple[object, ...], module: str = "labelling") -> str:
    """Call functions of a module of these tests in one process of their own; what it said."""
    words = " -- ".join(" ".join(map(str, call)) for call in calls).split(" ")
    done = subprocess.run(
        [sys.executable, "-m", f"tests.records.{module}", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
