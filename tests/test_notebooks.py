"""Every curated notebook runs, and says numbers that are known."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from almpo_kit import sources
from almpo_kit.workbench import notebooks, tracking

TESTED_ELSEWHERE = {
    "country_brief": "tests/workbench/test_brief.py",
    "what_works": "tests/workbench/test_what_works.py",
    "regions": "tests/workbench/test_regions_report.py",
    "matching": "tests/workbench/test_matching_app.py",
    "evaluation": "tests/workbench/test_evaluation_app.py",
    "recommendation": "tests/workbench/test_pathways_app.py",
    "learning": "tests/workbench/test_learning_report.py",
    "codesign": "tests/workbench/test_codesign_report.py",
    "experiments": "tests/workbench/test_experiments_report.py",
}


def test_no_notebook_is_forgotten() -> None:
    assert set(notebooks.names()) == {"tour", *TESTED_ELSEWHERE}


def test_the_tour_runs_cell_by_cell_and_logs_itself(home: Path) -> None:
    """As in JupyterLab: no report runner, so the last cell logs a run of its own."""
    code = (
        "import sys, nbformat; from nbclient import NotebookClient\n"
        "nb = nbformat.read(sys.argv[1], as_version=4)\n"
        "NotebookClient(nb, timeout=180, resources={'metadata': {'path': sys.argv[2]}}).execute()\n"
        "nbformat.write(nb, sys.argv[3])"
    )
    ran = home / "ran.ipynb"
    command = [sys.executable, "-c", code, str(notebooks.find("tour")), str(home), str(ran)]
    environment = {k: v for k, v in os.environ.items() if k != "ALMPO_RECORD"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    outputs = [o for c in nbformat.read(ran, as_version=4).cells for o in c.get("outputs", [])]
    said = " ".join(str(o.get("data", {}).get("text/plain", o.get("text", ""))) for o in outputs)
    assert "Too little to say" in said
    assert "In 2025 unemployment in Greece's 13 regions ran from 5.1%" in said
    client = tracking._client(tracking.uri())
    (run,) = client.search_runs([client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id])
    assert run.info.run_name == "tour" and run.data.tags["made_by"] == "interactive"
    assert "effects 2026-2" in run.data.tags["data"]


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent.parent / "notebooks").rglob("*.ipynb")), ids=str
)
def test_notebooks_are_valid_and_name_their_kernel(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.title
    assert sources.root() == Path(__file__).parent.parent
