"""The engine as papermill knows it: by name from its own command line, several at once, killed at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from almpo_kit.workbench import tracking
from almpo_kit.workbench.warm import starting

LIGHT = (
    "numpy",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "almpo_kit.workbench.session",
)
KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(path: Path, *cells: str) -> Path:
    """A notebook of these cells; the first holds parameters."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": KERNELSPEC})
    for k, source in enumerate(cells):
        tags = {"tags": ["parameters"]} if k == 0 else {}
        made.cells.append(nbformat.v4.new_code_cell(source, metadata=tags))
    nbformat.write(made, path)
    return path


def test_papermill_knows_it_by_name(tmp_path: Path) -> None:
    """Anybody's notebook, with papermill's own command: the kernel is a fork, and state does not stay."""
    source = notebook(
        tmp_path / "n.ipynb",
        "k = 0",
        "import os\nseen = 'left' in globals()\nleft = 1\nprint(k, seen, os.getppid(), os.environ.get('ALMPO_WARM'))",
    )
    with starting.start(LIGHT) as warm:
        for k in (1, 2):
            command = [
                sys.executable,
                "-m",
                "papermill",
                "--engine",
                "almpo",
                str(source),
                str(tmp_path / f"{k}.ipynb"),
            ]
            environment = {**os.environ, **warm.environment}
            done = subprocess.run(
                [*command, "-p", "k", str(k), "--no-progress-bar"],
                capture_output=True,
                text=True,
                env=environment,
            )
            assert done.returncode == 0, done.stderr
        pid = warm.process.pid
    said = [nbformat.read(tmp_path / f"{k}.ipynb", as_version=4).cells[-1].outputs[0].text for k in (1, 2)]
    assert said == [f"{k} False {pid} None\n" for k in (1, 2)]


SMALL = (
    "from almpo_kit.workbench.parameters import Whole\n\nk: Whole = 0",
    "from almpo_kit import workbench\nfrom almpo_kit.vocabulary import Finding\nimport pandas as pd\n"
    "session = workbench.open_session('small', k=k)\nprint('report', k)",
    "finding = Finding(question='q', sentence=f'Counted {k}.', table=pd.DataFrame())\nsession.record(count=finding)",
)
MAKES = """
import sys
from almpo_kit.workbench import reports
for k in range(int(sys.argv[1]), 200, 4):
    made = reports.make("small", {"k": str(k)})
    assert made.run_id, made.tracking_error
"""


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_reports_four_at_once(stored: Path) -> None:
    """None is lost to a port that another kernel took, all are in the run store, which never stays locked."""
    notebook(stored / "notebooks" / "99_small.ipynb", *SMALL)
    began = time.monotonic()
    with starting.start(LIGHT) as warm:
        environment = {**os.environ, **warm.environment}
        commands = [[sys.executable, "-c", MAKES, str(first)] for first in range(4)]
        four = [subprocess.Popen(c, env=environment, stderr=subprocess.PIPE, text=True) for c in commands]
        said = [process.communicate(timeout=1500)[1] for process in four]
    assert [p.returncode for p in four] == [0] * 4, said
    print(f"200 reports, four at once: {time.monotonic() - began:.0f} s")
    pages = {p.parent.name: p.read_text() for p in (stored / "reports/small").glob("*/*.html")}
    assert sorted(pages, key=int) == [str(k) for k in range(200)]
    assert all(f"report {k}" in page for k, page in pages.items())
    client = tracking.open_client()
    found = client.search_runs(
        [client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id], max_results=1000
    )
    assert sorted(int(run.data.params["k"]) for run in found) == list(range(200))
    assert {run.info.status for run in found} == {"FINISHED"}
    assert not any("plain kernel" in text for text in said), "all kernels were warm"


def _mine(home: Path) -> list[int]:
    """Processes started for this workbench, but for this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"ALMPO_HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0")
            zombie = "\tZ" in (process / "status").read_text()
        except OSError:
            continue
        if mine and not zombie and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_at_any_moment(stored: Path) -> None:
    """Sixty times: the command, or a process of its own. No half report, nobody left behind, the next is whole."""
    source = (*SMALL[:2], "import time\ntime.sleep(0.4)", SMALL[2])
    notebook(stored / "notebooks" / "99_small.ipynb", *source)
    chance, outcomes = random.Random(11), list[str]()
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "report", "small"]
    began = time.monotonic()
    assert subprocess.run(command, capture_output=True).returncode == 0
    takes = time.monotonic() - began
    while len(outcomes) - outcomes.count("came too late") < 60:
        k = len(outcomes)
        outcomes.append(_killed_once(stored, k, chance, takes))
        edition = stored / "reports" / "small" / str(k)
        names = {p.name for p in edition.glob("*")} if edition.exists() else set()
        whole = {f"small_{k}.html", f"small_{k}.ipynb", "manifest.json"}
        left = {n for n in names if not n.startswith(".making-")} - {"last_failure.txt"}
        assert left in (set(), whole), left
        if left:
            assert json.loads((edition / "manifest.json").read_text())["parameters"] == {"k": k}
        until = time.monotonic() + 10
        while _mine(stored):
            assert time.monotonic() < until, "somebody is left behind"
            time.sleep(0.05)
    print({name: outcomes.count(name) for name in sorted(set(outcomes))})
    assert len(set(outcomes)) > 2, "kills came at different moments"
    assert subprocess.run([*command, "-p", "k=1"], capture_output=True).returncode == 0


def _killed_once(home: Path, k: int, chance: random.Random, takes: float) -> str:
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "report", "small", "-p", f"k={k}"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(chance.uniform(0.3, takes))
    if running.poll() is not None:
        return "came too late"
    victims = [p for p in _mine(home) if p != running.pid] if k % 3 else []
    victim = chance.choice(victims) if victims else running.pid
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        running.wait(timeout=120)
        return "came too late"
    code = running.wait(timeout=120)
    return f"{'command' if victim == running.pid else 'one of its processes'}: {code}"


def test_several_at_once_share_one_warm_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kernel has sockets of its own in a folder: no port, so none to be taken by another."""
    from almpo_kit.workbench import execution

    # papermill changes the folder of the whole process while it runs; threads put it back in any order.
    monkeypatch.chdir(tmp_path)

    source = notebook(tmp_path / "n.ipynb", "k = 0", "print('report', k)")
    with starting.start(LIGHT) as warm, ThreadPoolExecutor(3) as pool:

        def run(k: int) -> str:
            target = tmp_path / str(k)
            target.mkdir()
            execution.run(
                source,
                target / "n.ipynb",
                {"k": k},
                environment={},
                say=lambda text: None,
                warm_address=warm.address,
            )
            return str(nbformat.read(target / "n.ipynb", as_version=4).cells[-1].outputs[0].text)

        assert list(pool.map(run, range(6))) == [f"report {k}\n" for k in range(6)]
    assert not list(tmp_path.glob("*.json"))


def test_a_plain_kernel_has_sockets_of_its_own_too(tmp_path: Path) -> None:
    """One report alone starts no warm process; nothing is left beside the notebook, nor in the folder for such things."""
    import tempfile

    from almpo_kit.workbench import execution

    source = notebook(tmp_path / "n.ipynb", "k = 0", "import os\nprint('report', k)")
    before = set(Path(tempfile.gettempdir()).glob("almpo-kernel-*"))
    (tmp_path / "made").mkdir()
    target = tmp_path / "made" / "n.ipynb"
    execution.run(source, target, {"k": 3}, environment={}, say=lambda text: None, warm_address="")
    assert nbformat.read(target, as_version=4).cells[-1].outputs[0].text == "report 3\n"
    assert {p.name for p in tmp_path.iterdir()} == {"n.ipynb", "made"}
    assert set(Path(tempfile.gettempdir()).glob("almpo-kernel-*")) <= before
