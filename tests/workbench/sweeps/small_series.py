"""A notebook that is made in no time, breaks where it is told to, and waits where it is told to; and series of it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

ALMPO = [sys.executable, "-m", "almpo_kit.workbench.cli"]

CELLS = [
    (
        "parameters",
        "from almpo_kit.workbench.parameters import MemberState, Text\n\n"
        'country: MemberState = "EL"\nword: Text = "live"',
    ),
    (
        "",
        "# Ask how many\nimport json, time\nfrom pathlib import Path\n"
        "told = json.loads(Path('told.json').read_text())\n"
        "Path(f'begun-{country}').touch()\n"
        "while country in told['wait'] and Path('told.json').exists() and Path('hold').exists(): time.sleep(0.05)\n"
        "if country in told['break']: raise ValueError(told['break'][country])\n"
        "many = told['many'].get(country, 7)",
    ),
    (
        "",
        "# Record\nfrom almpo_kit.vocabulary.finding import Finding, Headline\nimport pandas as pd\n"
        "from almpo_kit.workbench.session import open_session\n"
        "shown = Finding(question='q', sentence=f'{many} people {word} in {country}.', table=pd.DataFrame(),"
        " headline=Headline(float(many), many - 1.0, many + 1.0, 'people', (0, 100)))\n"
        "open_session('small').record(count=shown)",
    ),
]


def notebook(home: Path, reads: list[str] | None = None, name: str = "99_small") -> Path:
    """Write the notebook; it says what it reads unless it should say nothing."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.metadata["title"] = "Small"
    made.metadata["numbers"] = {"count.value": "How many"}
    if reads is not None:
        made.metadata["almpo"] = {"reads": reads}
    for tag, source in CELLS:
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata["tags"] = [tag] if tag else []
        made.cells.append(cell)
    path = home / "notebooks" / f"{name}.ipynb"
    nbformat.write(made, path)
    tell(home)
    return path


def tell(home: Path, *, many: Any = None, broken: Any = None, wait: tuple[str, ...] = ()) -> None:
    """What the notebook finds, where it breaks and with what words, where it waits while ``hold`` is there."""
    told = {"many": many or {}, "break": broken or {}, "wait": list(wait)}
    (home / "notebooks" / "told.json").write_text(json.dumps(told))


def almpo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ALMPO, *arguments], capture_output=True, text=True, timeout=240)


def until(met: Callable[[], Any], seconds: float = 90) -> Any:
    """What ``met`` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := met()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


def is_whole(folder: Path) -> bool:
    """Whether an edition is there, with every file that its manifest lists, and nothing else."""
    manifest = json.loads((folder / "manifest.json").read_text())
    listed = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["files"]}
    there = {p.name for p in folder.iterdir() if not p.name.startswith(".")} - {"last_failure.txt"}
    return bool(listed == manifest["files"] and there == {*listed, "manifest.json"})


def workers(parent: int) -> list[Any]:
    """Worker processes of a sweep."""
    import psutil

    try:
        below = psutil.Process(parent).children(recursive=True)
        return [p for p in below if "almpo_kit.workbench.sweeps.worker" in p.cmdline()]
    except psutil.Error:
        return []
