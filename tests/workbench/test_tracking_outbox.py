"""Runs that wait: kept in milliseconds, logged exactly once, whoever is killed in between."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench import cli, tracking, tracking_entries, tracking_outbox

RECORD = {"metrics": {"a.value": 1.5, "b": float("nan")}, "data": [], "synthetic": True}


def runs() -> list[Any]:
    client = tracking.open_client()
    return list(client.search_runs([client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id]))


def keep(n: int, *files: Path) -> list[Path]:
    kept = []
    for i in range(n):
        kept.append(tracking_outbox.keep(f"run {i}", parameters={"i": i}, record=RECORD, files=files))
        time.sleep(0.002)  # the store's times are whole milliseconds
    return kept


def test_keeping_needs_no_mlflow_and_no_store(home: Path) -> None:
    (home / "page.html").write_text("page")
    code = (
        "import sys, time; from pathlib import Path; from almpo_kit.workbench import tracking_outbox as o\n"
        f"f = (Path({str(home / 'page.html')!r}),)\n"
        "a = time.perf_counter()\n"
        "for i in range(20): o.keep('x', parameters={'i': i}, record={'metrics': {'a': 1.0}}, files=f)\n"
        "print('mlflow' in sys.modules, (time.perf_counter() - a) / 20)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported, seconds = done.stdout.split()
    assert imported == "False" and float(seconds) < 0.2
    assert tracking_outbox.waiting() == 20
    assert not (home / "mlruns" / "mlflow.db").exists()
    assert len(list((home / "mlruns" / "outbox").glob("*/files/page.html"))) == 20


def test_what_was_kept_is_logged_whole_in_its_order(stored: Path) -> None:
    page = stored / "page.html"
    page.write_text("page")
    keep(3, page)
    page.write_text("a later edition")
    said: list[str] = []
    done = tracking_outbox.drain(say=said.append)
    assert done == tracking_outbox.Drained(logged=3, waiting=0) and len(said) == 1
    held = sorted(runs(), key=lambda run: run.info.start_time)
    assert [run.info.run_name for run in held] == ["run 0", "run 1", "run 2"]
    assert [run.data.params for run in held] == [{"i": str(i)} for i in range(3)]
    assert all(run.info.status == "FINISHED" and run.data.metrics == {"a.value": 1.5} for run in held)
    assert all(run.data.tags["synthetic"] == "true" for run in held)
    pages = list((stored / "mlruns" / "artifacts").glob("*/artifacts/page.html"))
    assert [p.read_text() for p in pages] == ["page"] * 3
    assert [p.name for p in (stored / "mlruns" / "outbox").iterdir()] == [".drain.lock"]
    assert tracking_outbox.drain() == tracking_outbox.Drained(0, 0)


@pytest.mark.parametrize("step", ["create_run", "log_batch", "get_run", "set_terminated"])
@pytest.mark.parametrize("carried_out", [False, True])
def test_an_answer_that_is_lost_makes_no_second_run(
    stored: Path, monkeypatch: pytest.MonkeyPatch, step: str, carried_out: bool
) -> None:
    """A call that fails before it is carried out, or whose answer is lost after: at once, or for so long that it waits."""
    (stored / "a.txt").write_text("a")
    real_client, lost = tracking_outbox.tracking_store.open_client, []

    def client() -> Any:
        made = real_client()
        real = getattr(made, step)

        def call(*given: Any, **named: Any) -> Any:
            if len(lost) < losses:
                lost.append(step)
                if carried_out:
                    real(*given, **named)
                raise ConnectionError("the line was cut")
            return real(*given, **named)

        monkeypatch.setattr(made, step, call)
        return made

    monkeypatch.setattr(tracking_outbox.tracking_store, "open_client", client)
    monkeypatch.setattr("almpo_kit.workbench.tracking_patience.PAUSES", (0.0, 0.01))
    # What was made, or closed, is found the next time and not asked for again.
    found = carried_out and step in ("create_run", "set_terminated")
    for losses in (1,) if found else (1, 3):
        lost.clear()
        keep(1, stored / "a.txt")
        first = tracking_outbox.drain()
        assert (first.logged, first.waiting) == ((1, 0) if losses == 1 else (0, 1))
        if losses == 3:
            assert "the line was cut" in str(first.error)
            assert tracking_outbox.drain().logged == 1
        assert len(lost) == losses
    held = runs()
    assert len(held) == (1 if found else 2) and all(run.info.status == "FINISHED" for run in held)
    assert all(run.data.metrics == {"a.value": 1.5} and run.data.params == {"i": "0"} for run in held)


def test_a_run_that_the_store_never_takes_stands_in_nobodys_way(stored: Path) -> None:
    tracking_outbox.keep("bad", parameters={"a" * 300: 1}, record={})
    keep(1)
    broken = keep(1)[0]
    (broken / "run.json").write_text("{half")
    done = tracking_outbox.drain()
    assert (done.logged, done.waiting, done.refused) == (1, 0, 2)
    reasons = [p.read_text() for p in sorted((stored / "mlruns/outbox/refused").glob("*/reason.txt"))]
    assert len(reasons) == 2 and "the entry is damaged" in reasons[1]
    assert sorted(run.info.status for run in runs()) == ["FAILED", "FINISHED"]


def test_a_store_that_is_away_queues_and_the_next_run_takes_it_along(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Any) -> Any:
        raise ConnectionError("no route to postgresql://me:secret@h/d")

    with monkeypatch.context() as broken:
        broken.setattr(tracking, "_client", away)
        with pytest.raises(
            tracking.QueuedError, match=r"could not be logged.*is queued.*runs sync"
        ) as caught:
            tracking.log_run("first", parameters={"a": 1}, record=RECORD)
        assert "secret" not in str(caught.value)
        with pytest.raises(TrackingError) as plain:
            tracking.log_run("given up", parameters={}, record={}, queue=False)
        assert not isinstance(plain.value, tracking.QueuedError)
    assert tracking_outbox.waiting() == 1
    tracking.log_run("second", parameters={}, record={})
    assert tracking_outbox.waiting() == 0
    assert sorted(run.info.run_name for run in runs()) == ["first", "second"]


def test_a_run_waits_for_the_store_it_was_meant_for(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9")
        entry = keep(1)[0]
    assert "secret" not in (entry / "run.json").read_text()
    assert tracking_outbox.drain() == tracking_outbox.Drained(0, 1)
    assert tracking_outbox.drain(anywhere=True).logged == 1


def test_two_that_drain_at_once_log_nothing_twice(stored: Path) -> None:
    keep(12)
    code = "from almpo_kit.workbench import tracking_outbox as o; print(o.drain().logged)"
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    logged = [int(p.communicate(timeout=120)[0]) for p in both]
    assert sum(logged) == 12
    assert sorted(run.info.run_name for run in runs()) == sorted(f"run {i}" for i in range(12))


def test_large_files_are_left_out_and_named(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_entries, "MOST_BYTES", 10)
    (stored / "small.txt").write_text("small")
    (stored / "large.txt").write_text("large" * 10)
    keep(1, stored / "large.txt", stored / "small.txt")
    tracking_outbox.drain()
    (run,) = runs()
    assert run.data.tags["files_left_out"] == "large.txt"
    assert [p.name for p in (stored / "mlruns/artifacts").rglob("*.txt")] == ["small.txt"]


def test_an_outbox_that_cannot_be_written_is_said(home: Path) -> None:
    (home / "mlruns").symlink_to("/proc/self/nowhere")
    with pytest.raises(TrackingError, match="Make that folder writable"):
        keep(1)


@pytest.mark.slow
def test_killed_at_any_moment_logs_each_once(stored: Path) -> None:
    """kill -9 of the drainer, twenty times, at random moments."""
    (stored / "a.txt").write_text("a" * 10_000)
    keep(60, stored / "a.txt")
    chance = random.Random(11)
    code = (
        "from almpo_kit.workbench import tracking_outbox as o\n"
        "o.drain(say=lambda text: print(text, flush=True))"
    )
    killed = 0
    while tracking_outbox.waiting() and killed < 20:
        running = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert running.stdout is not None
        while running.poll() is None and "Logging" not in running.stdout.readline():
            pass
        time.sleep(chance.uniform(0, 0.3))
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)
            killed += 1
        running.wait()
    tracking_outbox.drain()
    held = runs()
    assert killed >= 15
    assert sorted(run.info.run_name for run in held) == sorted(f"run {i}" for i in range(60))
    assert all(run.info.status == "FINISHED" and run.data.metrics == {"a.value": 1.5} for run in held)
    assert len(list((stored / "mlruns/artifacts").glob("*/artifacts/a.txt"))) == 60


def test_sync_says_what_it_did_with_its_exit_code(
    stored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command: nothing to do, logged, meant for another store, damaged."""
    assert cli.main(["runs", "sync"]) == 0
    assert capsys.readouterr().out == "No run was waiting.\n"
    own = tracking_outbox.keep("own", parameters={}, record=RECORD)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://localhost:9")
    tracking_outbox.keep("for a server", parameters={}, record=RECORD)
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert cli.main(["runs", "sync"]) == 3
    said = capsys.readouterr()
    assert "1 run was logged, 1 waiting." in said.out and "--anywhere" in said.err and not own.exists()
    (tracking_outbox.keep("damaged", parameters={}, record=RECORD) / "run.json").write_text("{")
    assert cli.main(["runs", "sync", "--anywhere"]) == 1
    said = capsys.readouterr()
    assert "1 run was logged, 0 waiting." in said.out and "reason.txt" in said.err
    assert sorted(run.info.run_name for run in runs()) == ["for a server", "own"]


def test_what_cannot_be_read_or_locked_now_waits_and_is_not_set_aside(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files, a drive without locks: nothing is wrong with the runs."""
    first, second = keep(2)
    real = tracking_entries.read

    def read(path: Path) -> Any:
        if path == first:
            raise OSError(errno.EMFILE, "Too many open files")
        return real(path)

    def no_locks(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(tracking_outbox, "read", read)
    monkeypatch.setattr(tracking_outbox.fcntl, "flock", no_locks)
    done = tracking_outbox.drain()
    assert (done.logged, done.waiting, done.refused) == (1, 1, 0) and "Too many open" in str(done.error)
    assert first.exists() and not second.exists()
    monkeypatch.setattr(tracking_outbox, "read", real)
    assert tracking_outbox.drain() == tracking_outbox.Drained(logged=1, waiting=0)
