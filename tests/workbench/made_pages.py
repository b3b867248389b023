"""A report made through the command, as its words, its numbers and its page; for the tests of every report."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ALMPO = [sys.executable, "-m", "almpo_kit.workbench.cli"]


def made(name: str, out: Path, *arguments: str) -> tuple[str, dict[str, float], str]:
    """The words of the page, the numbers that were recorded, and the page."""
    command = [*ALMPO, "report", name, "--out", str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    html = Path(done.stdout.strip()).read_text(encoding="utf-8")
    bare = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", html, flags=re.S)
    recorded = json.loads((out / "manifest.json").read_text())["metrics"]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare)), recorded, html


def clean(text: str) -> bool:
    """No traceback and no missing number in the words of a page."""
    return "Traceback" not in text and "nan" not in text.lower().split()
