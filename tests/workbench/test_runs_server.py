"""A server with PostgreSQL behind it, for real: many processes at once, killed and started again, hanging, away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from run_servers import RunServer, run_server

from almpo_kit.workbench import tracking, tracking_outbox
from tests.records.servers import Server, binaries, server

#: 4 processes, 50 runs each, with a page.
RUNS = """
import sys
from pathlib import Path
from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench import tracking
for i in range(50):
    try:
        tracking.log_run(f'run {sys.argv[1]}-{i}', parameters={'i': i}, record={'metrics': {'x': i}}, files=(Path(sys.argv[2]),))
    except tracking.QueuedError:
        print('queued', flush=True)
"""


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with server() as running:
        yield running


@pytest.fixture
def mlflow_server(home: Path, postgresql: Server) -> Iterator[RunServer]:
    # As people write it: without naming a driver.
    address = postgresql.new_database().replace("postgresql+psycopg://", "postgresql://")
    with run_server(MLFLOW_TRACKING_URI=address) as running:
        yield running


def all_runs() -> list[Any]:
    client = tracking.open_client()
    experiment = client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id
    return list(client.search_runs([experiment], max_results=1_000))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_runs_of_four_processes_while_the_server_is_killed(
    home: Path, mlflow_server: RunServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_server.address)
    (home / "page.html").write_text("page" * 1_000)
    arguments = [sys.executable, "-c", RUNS]
    # A writer on another machine has another home: its files reach the server all the same.
    monkeypatch.setenv("ALMPO_HOME", str(home / "elsewhere"))
    (home / "elsewhere" / "data").mkdir(parents=True)
    (home / "elsewhere" / "data" / "sources.csv").write_text("")
    writers = [
        subprocess.Popen([*arguments, str(n), str(home / "page.html")], stdout=subprocess.PIPE, text=True)
        for n in range(4)
    ]
    said: list[str] = []
    readers = [threading.Thread(target=lambda w=w: said.append(w.communicate()[0])) for w in writers]
    for reader in readers:
        reader.start()
    client = tracking.open_client()
    while len(client.search_runs(["1"], max_results=100) if client.search_experiments() else []) < 20:
        time.sleep(0.2)
    mlflow_server.kill()
    time.sleep(3)
    mlflow_server.start()
    for reader in readers:
        reader.join(timeout=600)
    assert [w.returncode for w in writers] == [0, 0, 0, 0]
    queued = sum(words.count("queued") for words in said)
    while tracking_outbox.waiting():
        done = tracking_outbox.drain()
        assert done.error is None, done.error
    held = all_runs()
    names = Counter(run.info.run_name for run in held)
    assert names == Counter(f"run {n}-{i}" for n in range(4) for i in range(50))
    assert all(run.info.status == "FINISHED" and len(run.data.metrics) == 1 for run in held)
    assert queued > 0, "the server was killed in the middle, so something must have waited"
    # Through the server: what writes need not reach the folder of files.
    assert not (home / "elsewhere" / "mlruns" / "artifacts").exists()
    assert held[0].info.artifact_uri.startswith("mlflow-artifacts:")
    some = held[:: len(held) // 10]
    assert all([a.path for a in client.list_artifacts(run.info.run_id)] == ["page.html"] for run in some)


@pytest.mark.slow
def test_a_server_that_hangs_is_given_up_on_within_seconds(
    home: Path, mlflow_server: RunServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_server.address)
    tracking.log_run("before", parameters={}, record={})
    for process in mlflow_server.processes():
        process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(tracking.QueuedError, match="no answer within 3 s"):
        tracking.log_run("while it hangs", parameters={}, record={})
    waited = tracking_outbox.drain()
    assert time.monotonic() - began < 15
    assert (waited.logged, waited.waiting) == (0, 1) and "no answer" in str(waited.error)
    for process in mlflow_server.processes():
        process.send_signal(signal.SIGCONT)
    tracking.log_run("after", parameters={}, record={})
    assert sorted(run.info.run_name for run in all_runs()) == ["after", "before", "while it hangs"]


@pytest.mark.slow
def test_no_password_is_told(home: Path, postgresql: Server) -> None:
    address = f"{postgresql.new_database()}".replace("postgres@", "postgres:sesame-street@")
    with run_server(MLFLOW_TRACKING_URI=address) as running:
        lines = [" ".join(process.cmdline()) for process in running.processes()]
        assert lines and not any("sesame" in line for line in lines)
        assert "sesame" not in running.words
    gone = address.replace(str(postgresql.folder), "/nowhere")
    environment = {**os.environ, "MLFLOW_TRACKING_URI": gone}
    code = "from almpo_kit.workbench import tracking; tracking.log_run('x', parameters={}, record={})"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode and "is queued" in done.stderr and time.monotonic() - began < 60
    assert "sesame" not in done.stderr.split("QueuedError")[-1]
    assert not [p for p in (home / "mlruns").rglob("run.json") if "sesame" in p.read_text()]
