"""Reports through the real command, papermill and kernel: the good way and every bad one."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest

from almpo_kit.workbench import cli, page, reports

ALMPO = [sys.executable, "-m", "almpo_kit.workbench.cli"]

SMALL = [
    (
        "parameters",
        'from almpo_kit.workbench.parameters import Text, Whole\n\nword: Text = "a"\nrounds: Whole = 1',
    ),
    (
        "",
        "# Look at the data\nfrom almpo_kit import sources, workbench\nsession = workbench.open_session('small', word=word)",
    ),
    ("", "# Count the words\nimport time\n{body}"),
    (
        "",
        "# Record\nfrom almpo_kit.vocabulary import Finding\nimport pandas as pd\n"
        "session.record(count=Finding(question='q', sentence='Counted.', table=pd.DataFrame()))",
    ),
]


def almpo(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ALMPO, *arguments], capture_output=True, text=True, timeout=240, **more)


def small_notebook(home: Path, body: str) -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for tag, source in SMALL:
        cell = nbformat.v4.new_code_cell(source.replace("{body}", body))
        cell.metadata["tags"] = [tag] if tag else []
        notebook.cells.append(cell)
    nbformat.write(notebook, home / "notebooks" / "99_small.ipynb")


def files(home: Path) -> set[str]:
    return {str(p.relative_to(home / "reports")) for p in (home / "reports").rglob("*") if p.is_file()}


def kernels_of(home: Path) -> list[str]:
    """Processes that were started for this workbench (Linux only; nothing elsewhere)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"ALMPO_HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0")
            # A forked kernel goes by the name of the process that it was forked from.
            command = (process / "cmdline").read_bytes()
            if mine and (b"ipykernel" in command or b"workbench.warm.process" in command):
                found.append(process.name)
        except OSError:
            continue
    return found


EDITION = {"small/a_1/small_a_1.html", "small/a_1/small_a_1.ipynb", "small/a_1/manifest.json"}


def test_a_report_is_published_logged_and_told(home: Path) -> None:
    small_notebook(home, "print('rounds', rounds)")
    done = almpo("report", "small", "-p", "rounds=1")
    assert done.returncode == 0, done.stderr
    assert files(home) == EDITION
    assert "[2/3] Count the words" in done.stderr
    page = Path(done.stdout.strip())
    assert "rounds 1" in page.read_text(encoding="utf-8")
    manifest = json.loads((page.parent / "manifest.json").read_text())
    assert manifest["parameters"] == {"word": "a", "rounds": 1}
    assert manifest["command"] == "almpo report small -p word=a -p rounds=1"
    assert len(manifest["environment"]["lock_sha256"]) == 64
    assert manifest["seed"] and manifest["made_at"]


def test_refused_before_anything_starts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, says in (
        (("nothing",), "there is no notebook 'nothing'"),
        (("country_brief", "-p", "country=ZZ"), "not one of the 27"),
        (("country_brief", "-p", "contry=EL"), "Did you mean 'country'"),
        (("country_brief", "-p", "year=abc"), "'abc' is not a year"),
        (("country_brief", "-p", "year"), "not NAME=VALUE"),
    ):
        assert cli.main(["report", *arguments]) == 2
        said = capsys.readouterr().err
        assert says in said and "Starting the kernel" not in said
        assert not (home / "reports").exists() and not (home / "mlruns").exists()


def test_a_failing_cell_is_named_and_the_last_edition_stays(stored: Path) -> None:
    small_notebook(stored, "print('good')")
    assert almpo("report", "small").returncode == 0
    good = (stored / "reports/small/a_1/small_a_1.html").read_bytes()
    small_notebook(stored, "raise ValueError('the tape <broke>')")
    done = almpo("report", "small")
    assert done.returncode == 1
    assert "stopped at “Count the words”" in done.stderr
    assert "ValueError: the tape <broke>" in done.stderr
    assert len(done.stderr.splitlines()) < 15, "the way out, not a traceback"
    assert (stored / "reports/small/a_1/small_a_1.html").read_bytes() == good
    assert files(stored) == EDITION | {"small/a_1/last_failure.txt"}
    small_notebook(stored, "print('good')")
    assert almpo("report", "small").returncode == 0
    assert files(stored) == EDITION


def test_a_failing_first_report_leaves_no_half_page(home: Path) -> None:
    small_notebook(home, "1 / 0")
    assert almpo("report", "small").returncode == 1
    assert files(home) == {"small/a_1/last_failure.txt"}


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        signal.SIGTERM,
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_interrupted_in_the_middle(stored: Path, sign: signal.Signals) -> None:
    small_notebook(stored, "print('good')")
    assert almpo("report", "small").returncode == 0
    before = {f: (stored / "reports" / f).read_bytes() for f in files(stored)}
    small_notebook(stored, "(open('started', 'w').close(), time.sleep(120))")
    running = subprocess.Popen(
        [*ALMPO, "report", "small"], stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    started = stored / "notebooks" / "started"
    deadline = time.monotonic() + 60
    while not started.exists():
        assert time.monotonic() < deadline and running.poll() is None
        time.sleep(0.1)
    assert kernels_of(stored) or sys.platform != "linux", (
        "the kernel can be seen, so its absence means something"
    )
    running.send_signal(sign)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in said and "Traceback" not in said
    assert {f: (stored / "reports" / f).read_bytes() for f in files(stored)} == before
    deadline = time.monotonic() + 10
    while kernels_of(stored):
        assert time.monotonic() < deadline, "a kernel is left behind"
        time.sleep(0.1)


def test_read_only_run_store_keeps_the_report_and_says_so(home: Path) -> None:
    small_notebook(home, "print('good')")
    (home / "mlruns").mkdir(mode=0o555)
    done = almpo("report", "small")
    assert done.returncode == 3
    assert "The report is whole" in done.stderr and "read-only" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(home) == EDITION


def test_a_target_that_cannot_be_written(home: Path) -> None:
    small_notebook(home, "print('good')")
    (home / "file").write_text("mine")
    done = almpo("report", "small", "--out", str(home / "file"))
    assert done.returncode == 1
    assert "choose another folder with --out" in done.stderr
    assert (home / "file").read_text() == "mine"


def test_damaged_table_stops_the_report_with_its_repair(home: Path) -> None:
    table = home / "data" / "effects.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("training", "trainee", 1), encoding="utf-8")
    small_notebook(home, "sources.effects()")
    done = almpo("report", "small")
    assert done.returncode == 1
    assert "effects.csv" in done.stderr and "git checkout" in done.stderr
    checked = almpo("data", "check")
    assert checked.returncode == 1 and "effects.csv" in checked.stderr


@pytest.mark.slow
def test_stale_pdf_goes_with_the_page_it_printed(stored: Path, executable: str) -> None:
    small_notebook(stored, "print('good')")
    assert almpo("report", "small", "--pdf").returncode == 0
    printed = stored / "reports/small/a_1/small_a_1.pdf"
    assert printed.read_bytes().startswith(b"%PDF")
    assert almpo("report", "small").returncode == 0
    assert not printed.exists()


@pytest.mark.slow
def test_two_runs_at_once_leave_one_whole_edition(stored: Path) -> None:
    small_notebook(stored, "print('good')")
    assert almpo("report", "small").returncode == 0
    together = [subprocess.Popen([*ALMPO, "report", "small"], stderr=subprocess.DEVNULL) for _ in range(3)]
    assert [p.wait(timeout=240) for p in together] == [0, 0, 0]
    assert files(stored) == EDITION
    folder = stored / "reports/small/a_1"
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_a_kernel_that_dies_is_said_in_one_message(home: Path) -> None:
    small_notebook(home, "import os; os._exit(1)")
    done = almpo("report", "small")
    assert done.returncode == 1
    assert "the kernel died" in done.stderr and "Traceback" not in done.stderr
    assert files(home) == set()


@pytest.mark.slow
def test_a_failed_publish_puts_the_last_edition_back(stored: Path) -> None:
    small_notebook(stored, "print('good')")
    assert almpo("report", "small").returncode == 0
    folder = stored / "reports/small/a_1"
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".html"}
    (folder / "small_a_1.html").unlink()
    (folder / "small_a_1.html").mkdir()
    (folder / "small_a_1.html" / "in the way").write_text("mine")
    small_notebook(stored, "print('new')")
    done = almpo("report", "small")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    assert not list(folder.glob(".making-*"))


@pytest.mark.slow
def test_two_editions_in_one_folder_keep_both_manifests(stored: Path) -> None:
    small_notebook(stored, "print('good')")
    out = str(stored / "out")
    for word in ("x", "y"):
        assert almpo("report", "small", "-p", f"word={word}", "--out", out).returncode == 0
    kept = json.loads((stored / "out" / "small_x_1.manifest.json").read_text())
    assert kept["parameters"]["word"] == "x"
    assert json.loads((stored / "out" / "manifest.json").read_text())["parameters"]["word"] == "y"
    (stored / "out" / "manifest.json").write_text("mine")
    done = almpo("report", "small", "--out", out)
    assert done.returncode == 1 and "is not replaced" in done.stderr
    assert (stored / "out" / "manifest.json").read_text() == "mine"


def test_names_of_editions_are_safe_and_differ() -> None:
    names = [reports.edition_name({"word": w}) for w in ("..", "", "Ωλ 中文", "a/b", "a-b", "x" * 300, "EL")]
    assert len(set(names)) == len(names)
    assert names[-1] == "EL" and all(len(n) < 100 and "/" not in n and not n.startswith(".") for n in names)


def test_the_title_in_the_margin_is_css(home: Path) -> None:
    assert (
        page._css_string('Ελλάδα\'s "a" & <b>\\')
        == '"Ελλάδα\'s \\000022a\\000022 \\000026 \\00003Cb\\00003E\\00005C"'
    )


def test_a_relative_folder_is_meant_from_where_the_person_stands(stored: Path) -> None:
    small_notebook(stored, "print('good')")
    done = almpo("report", "small", "--out", "here", cwd=stored)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == stored / "here" / "small_a_1.html"
    assert (stored / "here" / "small_a_1.html").exists()
