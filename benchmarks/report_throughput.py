"""27 country briefs: our sweep beside plain papermill, in one run in the same environment.

Run: ``python benchmarks/report_throughput.py [--reports 27] [--dask 1 2 4]``. The peer is ``papermill.execute_notebook``
in one process or two, a kernel a report, and it does less: no page, no manifest, no run is logged. Ours is the whole
command: kernels, pages, manifests, the index, runs in MLflow. The notebook's own computing is measured by forking, from a
process that has imported what our warm process imports, a child that runs the cells and draws what they show; what a report
takes beyond that is overhead. Prints seconds and ratios. Nothing is written outside a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from almpo_kit.vocabulary.places import EU27

ROOT = Path(__file__).parents[1]
NOTEBOOK = "10_country_brief.ipynb"

#: The peer: every second, third … report of a list, one after the other.
PEER = """
import logging, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import papermill
logging.getLogger("papermill").setLevel(logging.ERROR)
source, target, *countries = sys.argv[1:]
for country in countries:
    papermill.execute_notebook(source, f"{target}/{country}.ipynb", parameters={"country": country}, progress_bar=False,
                               cwd=str(Path(source).parent))
"""

#: The cells alone, in a child forked from a process that has imported what they need.
OWN = """
import gc, importlib, json, os, sys, time
from pathlib import Path
from almpo_kit.workbench.warm import preloads
from IPython.core.interactiveshell import InteractiveShell
source = sys.argv[1]
for module in preloads.for_notebook(Path(source)):
    importlib.import_module(module)
gc.collect()
gc.freeze()
cells = [c for c in json.load(open(source))["cells"] if c["cell_type"] == "code"]
for country in sys.argv[2:]:
    read, write = os.pipe()
    if os.fork() == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.chdir(os.path.dirname(source))
        shell = InteractiveShell.instance()
        # Shown as a kernel shows it: as HTML, so that pictures are drawn.
        class Shown(type(shell.displayhook)):
            def write_format_data(self, format_dict, md_dict=None): pass
        shell.displayhook.__class__ = Shown
        began = time.perf_counter()
        for cell in cells:
            text = "".join(cell["source"])
            if "parameters" in cell["metadata"].get("tags", []):
                text += f"\\ncountry = {country!r}"
            done = shell.run_cell(text)
            done.raise_error()
            if done.result is not None:
                shell.display_formatter.format(done.result)
        os.write(write, repr(time.perf_counter() - began).encode())
        os._exit(0)
    os.close(write)
    print(os.read(read, 64).decode(), flush=True)
    os.wait()
"""


def _home(folder: Path) -> dict[str, str]:
    """A workbench of its own, and the environment that points at it."""
    for part in ("data", "notebooks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / "requirements.lock", folder)
    own = {
        k: v for k, v in os.environ.items() if k not in ("MLFLOW_TRACKING_URI", "ALMPO_RECORDS", "ALMPO_WARM")
    }
    return own | {"ALMPO_HOME": str(folder), "OMP_NUM_THREADS": "1"}


def _timed(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    running = [
        subprocess.Popen(c, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for c in commands
    ]
    for process in running:
        _, said = process.communicate()
        if process.returncode:
            raise SystemExit(said)
    return time.perf_counter() - began


def peer(home: Path, environment: dict[str, str], countries: Sequence[str], jobs: int) -> float:
    """Seconds that plain papermill takes for the notebooks alone."""
    target = home / f"peer-{jobs}"
    target.mkdir()
    source = str(home / "notebooks" / NOTEBOOK)
    # The last cell would log a run to MLflow; here it writes a file, as in our reports.
    return _timed(
        [[sys.executable, "-c", PEER, source, str(target), *countries[k::jobs]] for k in range(jobs)],
        environment | {"ALMPO_RECORD": str(target / "record.json")},
    )


def ours(home: Path, environment: dict[str, str], countries: Sequence[str], *options: str) -> float:
    """Seconds that the whole command takes."""
    out = home / "reports" / "-".join(o.strip("-").replace(":", "") for o in options)
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "report", "country_brief"]
    return _timed(
        [[*command, "--each", f"country={','.join(countries)}", "--out", str(out), *options]], environment
    )


def own_computing(home: Path, environment: dict[str, str], countries: Sequence[str]) -> float:
    """Median seconds of the cells alone."""
    command = [sys.executable, "-c", OWN, str(home / "notebooks" / NOTEBOOK), *countries]
    record = environment | {"ALMPO_RECORD": str(home / "record.json")}
    done = subprocess.run(command, env=record, capture_output=True, text=True, check=True)
    return statistics.median(map(float, done.stdout.split()))


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--reports", type=int, default=27)
    asked.add_argument("--dask", type=int, nargs="*", default=[1, 2, 4])
    given = asked.parse_args()
    countries = list(EU27)[: given.reports]
    n = len(countries)
    with tempfile.TemporaryDirectory(prefix="almpo-throughput-") as folder:
        home = Path(folder)
        environment = _home(home)
        ours(
            home, environment, countries[:1], "--jobs", "1"
        )  # the run store is made, files are in the page cache
        shutil.rmtree(home / "reports")
        own = own_computing(home, environment, countries[:5])
        print(
            f"{n} country briefs, {os.cpu_count()} cores; the cells alone take {own:.2f} s a report (median of 5)"
        )
        seconds: dict[int, float] = {}
        for jobs in (1, 2):
            plain = peer(home, environment, countries, jobs)
            seconds[jobs] = ours(home, environment, countries, "--jobs", str(jobs))
            again = ours(home, environment, countries, "--jobs", str(jobs))
            print(
                f"{jobs} job{'s' if jobs > 1 else ' '}  papermill {plain:7.1f} s ({plain / n:.2f} a report)   ours "
                f"{seconds[jobs]:6.1f} s ({seconds[jobs] / n:.2f} a report)   {plain / seconds[jobs]:.1f} times as fast   "
                f"nothing changed {again:.2f} s"
            )
        print(f"overhead with one job: {seconds[1] / n - own:.2f} s a report beyond the cells")
        for workers in given.dask:
            took = ours(home, environment, countries, "--cluster", f"local:{workers}")
            print(
                f"Dask, {workers} worker{'s' if workers > 1 else ' '} of one thread: {took:6.1f} s ({took / n:.2f} a report)"
            )


if __name__ == "__main__":
    main()
