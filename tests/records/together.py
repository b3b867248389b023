"""Start the process that forks the experts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*calls: tuple[object, ...]) -> str:
    """Call functions of ``tests.records.labelling`` in one process of their own; what it said."""
    words = " -- ".join(" ".join(map(str, call)) for call in calls).split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "tests.records.labelling", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
