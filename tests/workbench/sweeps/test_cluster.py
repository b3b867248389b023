"""Dask for real: a cluster of this machine, and a scheduler with workers that are processes of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_visits import free_port
from small_series import almpo, is_whole, tell, until

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.sweeps import cluster, sweeping

#: Process of the Dask worker that has something to do when all others are done.
BUSY = """
import os, sys, time
from distributed import Client
client = Client(sys.argv[1], timeout=60)
while len(held := [w for w, tasks in client.processing().items() if tasks]) != 1 or not any(
    len(tasks) == 1 for tasks in client.processing().values()
):
    time.sleep(0.2)
print(client.run(os.getpid, workers=held)[held[0]])
"""


def test_addresses() -> None:
    for good in ("tcp://10.0.0.1:8786", "tls://host.example:1", "local:1", " local:64 "):
        assert cluster.checked(good) == good.strip()
    for wrong in ("local:0", "local:65", "local", "http://host:1", "tcp://host", "tcp://a b:1", "file:///x"):
        with pytest.raises(ParameterError, match="neither the address of a Dask scheduler"):
            cluster.checked(wrong)


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    answer = cluster.make_here({"home": str(tmp_path / "elsewhere")})
    assert answer["status"] == "failed" and "all need the same folder" in answer["reason"]


@contextlib.contextmanager
def _running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_of_this_machine(small: Path) -> None:
    done = almpo("report", "small", "--each", "country=IT,EL,FR", "--cluster", "local:2")
    assert done.returncode == 0, done.stderr
    assert "2 Dask workers" in done.stderr
    assert all(is_whole(small / "reports" / "small" / f"{name}_live") for name in ("IT", "EL", "FR"))


@pytest.mark.slow
def test_a_scheduler_with_workers_elsewhere_one_of_which_is_killed(small: Path) -> None:
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    tell(small, wait=("IT",))
    hold, begun = small / "notebooks" / "hold", small / "notebooks" / "begun-IT"
    hold.touch()
    scheduler = (
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-dashboard",
    )
    worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    with contextlib.ExitStack() as stack:
        stack.enter_context(_running(*scheduler))
        for _ in range(2):
            stack.enter_context(_running(*worker))
        wait_for_two = f"from distributed import Client; c = Client({address!r}, timeout=60); c.wait_for_workers(2, timeout=60)"
        subprocess.run([sys.executable, "-c", wait_for_two], check=True, timeout=120)
        command = [sys.executable, "-m", "almpo_kit.workbench.cli", "report", "small", "--each"]
        running = subprocess.Popen(
            [*command, "country=IT,EL,FR,ES", "--cluster", address], stderr=subprocess.PIPE, text=True
        )
        until(begun.exists, 200)
        # The one that makes the report on Italy: the other goes on with the rest.
        busy = subprocess.run(
            [sys.executable, "-c", BUSY, address], capture_output=True, text=True, check=True, timeout=120
        )
        done_first = small / "reports" / "small" / "ES_live" / "manifest.json"
        until(done_first.exists, 200)
        begun.unlink()
        os.kill(int(busy.stdout), signal.SIGKILL)
        until(begun.exists, 200)
        hold.unlink()
        _, said = running.communicate(timeout=180)
        assert running.returncode == 0, said
    assert "4 reports: 4 made, 0 unchanged, 0 failed." in said
    assert all(is_whole(small / "reports" / "small" / f"{name}_live") for name in ("IT", "EL", "FR", "ES"))


@pytest.mark.slow
def test_a_scheduler_that_is_away(small: Path) -> None:
    done = almpo("report", "small", "--each", "country=IT", "--cluster", f"tcp://127.0.0.1:{free_port()}")
    assert done.returncode == 1 and "cannot be reached" in done.stderr and "Traceback" not in done.stderr
    assert not (small / "reports").exists()
    assert sweeping.plan("small", {"country": ("IT",)}).items
