"""Series through the real command, workers and kernels."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_series import ALMPO, almpo, is_whole, notebook, tell, until, workers

from almpo_kit.workbench import tracking_outbox
from almpo_kit.workbench.sweeps.sweeping import sweep

#: Runs a sweep and says which heavy libraries that took.
LIGHT = (
    "import sys; from almpo_kit.workbench import cli; code = cli.main(sys.argv[1:]);"
    "heavy = {'pandas', 'papermill', 'nbformat', 'nbconvert', 'jinja2', 'mlflow', 'altair', 'geopandas', 'distributed',"
    " 'jupyter_client', 'sqlalchemy', 'requests'};"
    "print(sorted(heavy & set(sys.modules)), code)"
)


def series(home: Path) -> Path:
    return home / "reports" / "small"


def rows(home: Path) -> str:
    return (series(home) / "index.html").read_text(encoding="utf-8")


def test_made_then_skipped_then_only_what_changed(small: Path) -> None:
    said: list[str] = []
    steps: list[tuple[int, int]] = []
    first = sweep("small", {"country": ("IT", "EL")}, say=said.append, progress=lambda *at: steps.append(at))
    assert first.sentence == "2 reports: 2 made, 0 unchanged, 0 failed." and not first.unlogged, first
    assert steps == [(0, 2), (1, 2), (2, 2)]
    assert any("country=EL made in" in line and line.endswith("first edition") for line in said)
    assert all(is_whole(series(small) / f"{name}_live") for name in ("IT", "EL"))
    assert first.made[0].page and first.made[0].page.name == "small_IT_live.html"
    assert not list((small / "mlruns" / "outbox").glob("2*")), "every run is logged"

    # Nothing changed: a whole process, and what it had to load for that.
    before = rows(small), (series(small) / "index.json").read_bytes()
    command = [sys.executable, "-c", LIGHT, "report", "small", "--each", "country=GR,Italy"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[] 0", done.stdout + done.stderr
    assert "2 of 2 unchanged" in done.stderr
    assert (rows(small), (series(small) / "index.json").read_bytes()) == before

    # A run that waits since the store was away is logged also when there is nothing to make.
    tracking_outbox.keep("left", parameters={}, record={})
    assert len(sweep("small", {"country": ("IT", "EL")}).unchanged) == 2 and not tracking_outbox.waiting()


def test_a_failed_one_keeps_its_edition_and_is_listed_until_it_is_made(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "s3cret-of-ours")
    both = {"country": ("IT", "EL")}
    assert not sweep("small", both).failed
    tell(small, many={"EL": 9, "IT": 8}, broken={"IT": "the <script>tape</script> s3cret-of-ours broke"})
    path = small / "notebooks" / "99_small.ipynb"
    path.write_bytes(path.read_bytes() + b"\n")
    said: list[str] = []
    broken = sweep("small", both, say=said.append)
    assert broken.sentence == "2 reports: 1 made, 0 unchanged, 1 failed."
    assert any("country=IT FAILED: the report stopped at “Ask how many”" in line for line in said)
    assert any(line.endswith("last_failure.txt.") for line in said), "where more is told is not cut off"
    # Value, both ends of its interval, and the number in the sentence.
    assert any("country=EL made in" in line and line.endswith("4 numbers moved") for line in said)
    assert broken.made[0].reason == "notebook changed" and broken.failed[0].page is not None
    page = rows(small)
    assert "1 could not be made anew" in page and "IT_live/last_failure.txt" in page
    assert "&lt;script&gt;tape" in page and "<script>tape" not in page
    assert "How many: 7 → 9" in page
    for told in (page, *said, (series(small) / "index.json").read_text()):
        assert "s3cret-of-ours" not in told
    assert str(small) not in page
    assert is_whole(series(small) / "IT_live"), "the last good edition"
    sweep("small", {"country": ("EL",)})
    assert "1 could not be made anew" in rows(small), "a series of others leaves it listed"
    tell(small, many={"IT": 8})
    healed = sweep("small", both)
    assert [o.reason for o in healed.made] == ["it failed last time"] and not healed.failed
    assert "could not be made" not in rows(small)
    assert json.loads((series(small) / "index.json").read_text())["failed"] == {}


def started(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """A series in the middle of its report on Italy."""
    tell(home, wait=("IT",))
    (home / "notebooks" / "hold").touch()
    (home / "notebooks" / "begun-IT").unlink(missing_ok=True)
    running = subprocess.Popen([*ALMPO, "report", "small", *arguments], stderr=subprocess.PIPE, text=True)
    until(lambda: (home / "notebooks" / "begun-IT").exists() or running.poll() is not None)
    assert running.poll() is None
    return running


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced(small: Path) -> None:
    running = started(small, "--each", "country=IT")
    (worker,) = workers(running.pid)
    (small / "notebooks" / "begun-IT").unlink()
    worker.kill()
    until(lambda: (small / "notebooks" / "begun-IT").exists())
    (other,) = workers(running.pid)
    assert other.pid != worker.pid
    (small / "notebooks" / "hold").unlink()
    _, said = running.communicate(timeout=90)
    assert running.returncode == 0 and "[1/1] country=IT made in" in said
    assert is_whole(series(small) / "IT_live")
    assert not list((series(small) / "IT_live").glob(".*")), "what the killed one had begun is gone"


@pytest.mark.slow
def test_a_report_that_kills_its_workers_is_listed_with_the_reason(small: Path) -> None:
    running = started(small, "--each", "country=IT,EL")
    for _ in range(2):
        until(lambda: (small / "notebooks" / "begun-IT").exists())
        (small / "notebooks" / "begun-IT").unlink()
        for worker in workers(running.pid):
            # The other one waits for its turn with Greece.
            if any("IT_live" in str(held.readlink()) for held in Path(f"/proc/{worker.pid}/fd").iterdir()):
                worker.kill()
    _, said = running.communicate(timeout=90)
    assert running.returncode == 1 and "its worker was killed (SIGKILL), 2 times" in said
    assert "country=EL made in" in said, "the others are made"
    assert is_whole(series(small) / "EL_live") and "(SIGKILL)" in rows(small)


@pytest.mark.parametrize("sign", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_the_one_who_leads_is_killed_and_the_next_goes_on(small: Path, sign: signal.Signals) -> None:
    # Two at a time, as Italy's turn may come first, and does not end.
    running = started(small, "--each", "country=EL,IT", "--jobs", "2")
    crew = workers(running.pid)
    until(lambda: (series(small) / "EL_live" / "manifest.json").exists())
    assert crew and is_whole(series(small) / "EL_live")
    running.send_signal(sign)
    _, said = running.communicate(timeout=60)
    assert "Traceback" not in said
    if sign == signal.SIGINT:
        assert running.returncode == 130 and "the same command goes on" in said
    until(lambda: not any(w.is_running() for w in crew), 30)
    assert not (series(small) / "IT_live" / "manifest.json").exists()
    assert (
        not list((series(small) / "IT_live").glob("*.html")) if (series(small) / "IT_live").exists() else True
    )
    (small / "notebooks" / "hold").unlink()
    done = almpo("report", "small", "--each", "country=EL,IT")
    assert (
        done.returncode == 0 and "1 of 2 unchanged" in done.stderr and "[2/2] country=IT made" in done.stderr
    )
    assert is_whole(series(small) / "EL_live") and is_whole(series(small) / "IT_live")
    assert "Italy (IT)" in rows(small) and "Greece (EL)" in rows(small)


@pytest.mark.slow
def test_three_series_at_once_make_each_report_once(small: Path) -> None:
    each = ("--each", "country=IT,EL,FR,ES")
    both = [
        subprocess.Popen([*ALMPO, "report", "small", *each], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=240)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0, 0], said
    assert all(is_whole(series(small) / f"{name}_live") for name in ("IT", "EL", "FR", "ES"))
    made, unchanged = (sum(text.count(word) for text in said) for word in (" made in ", "by another series"))
    assert (made, unchanged) == (4, 8), "each report is made once"
    assert all(name in rows(small) for name in ("Italy (IT)", "Spain (ES)"))
    assert not list((small / "mlruns" / "outbox").glob("2*"))


@pytest.mark.slow
def test_killed_twenty_times(small: Path) -> None:
    """Workers and leaders killed at any moment: nothing half, nothing lost, and the last one finds little to do."""
    import random
    import time

    dice = random.Random(11)
    each = ("--each", "country=EU27", "--jobs", "2")
    for turn in range(20):
        running = subprocess.Popen([*ALMPO, "report", "small", *each], stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(1.0, 9.0))
        victims = [running.pid] if turn % 2 else [w.pid for w in workers(running.pid)]
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if turn % 2 == 0:
            running.send_signal(signal.SIGKILL) if dice.random() < 0.5 else running.wait(timeout=240)
        running.wait(timeout=240)
        for folder in series(small).glob("*/manifest.json"):
            assert is_whole(folder.parent)
    done = almpo("report", "small", *each)
    assert done.returncode == 0, done.stderr
    assert sum(is_whole(p.parent) for p in series(small).glob("*/manifest.json")) == 27
    done = almpo("runs", "sync")
    assert done.returncode == 0 and not list((small / "mlruns" / "outbox").glob("2*"))


@pytest.mark.slow
def test_a_notebook_that_says_nothing_is_made_again(small: Path) -> None:
    notebook(small)
    for _ in range(2):
        made = sweep("small", {"country": ("EL",)})
        assert len(made.made) == 1
    assert made.made[0].reason == "it reads runs" and made.made[0].moved == "no number moved"
