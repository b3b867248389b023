"""Notebooks that say that they read nothing but data are held to it: what they open and whether they ask for the day."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Runs the cells as a kernel would, and writes down files, databases and questions for the day.
WATCH = """
import json, os, sys
source, home = sys.argv[1:3]
found, asked = set(), set()

def heard(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        found.add(os.path.realpath(os.fsdecode(arguments[0])))
    elif event == "sqlite3.connect":
        found.add(os.path.realpath(os.fsdecode(arguments[0])))
    elif event == "socket.connect":
        asked.add(f"connected to {arguments[1]}")

def called(frame, event, argument):
    if event == "c_call" and argument.__name__ in ("today", "now") and "almpo_kit" in frame.f_code.co_filename:
        asked.add(f"{frame.f_code.co_filename}:{frame.f_lineno}")

cells = [c for c in json.load(open(source))["cells"] if c["cell_type"] == "code"]
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
os.chdir(os.path.dirname(source))
sys.addaudithook(heard)
sys.setprofile(called)
for cell in cells:
    done = shell.run_cell("".join(cell["source"]))
    done.raise_error()
    if done.result is not None:
        shell.display_formatter.format(done.result)
sys.setprofile(None)
within = sorted(os.path.relpath(p, home) for p in found if p.startswith(home + os.sep))
print("\\n" + json.dumps([within, sorted(asked)]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["10_country_brief", "20_what_works", "30_regions"])
def test_they_open_data_only_and_do_not_ask_for_the_day(home: Path, name: str) -> None:
    import json

    record = home / "record.json"
    command = [sys.executable, "-c", WATCH, str(home / "notebooks" / f"{name}.ipynb"), str(home)]
    done = subprocess.run(
        command, env={**os.environ, "ALMPO_RECORD": str(record)}, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    opened, asked = json.loads(done.stdout.splitlines()[-1])
    assert record.exists() and "data/effects.csv" in opened, "it was watched"
    assert not [p for p in opened if not p.startswith("data/") and p != "record.json"]
    assert asked == []
