"""The run store, for real: MLflow on SQLite, several processes at once, a store that cannot be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench import cli, tracking, tracking_addresses

RECORD = {
    "metrics": {"a.value": 1.5, "a.nothing": float("nan"), "power of a, or b/c": 0.8},
    "failed_checks": {"a": ["x"]},
    "data": [],
}


def runs() -> list[object]:
    client = tracking._client(tracking.uri())
    return list(client.search_runs([client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id]))


def test_a_run_holds_parameters_numbers_and_files(home: Path) -> None:
    page = home / "page.html"
    page.write_text("x")
    run_id = tracking.log_run("brief EL", parameters={"country": "EL"}, record=RECORD, files=(page,))
    run = tracking._client(tracking.uri()).get_run(run_id)
    assert run.data.params == {"country": "EL"}
    # What is not finite is not logged; names of arms are a person's own words.
    assert run.data.metrics == {"a.value": 1.5, "power of a_ or b_c": 0.8}
    assert run.data.tags["failed_checks"] == "1"
    assert run.info.status == "FINISHED"
    assert list((home / "mlruns" / "artifacts").rglob("page.html"))
    assert not (home / "mlflow.db").exists(), "the store is in mlruns/, not in the working directory"


def test_many_processes_create_and_write_at_once(home: Path) -> None:
    code = (
        "from almpo_kit.workbench import tracking\n"
        "for i in range(5): tracking.log_run(f'run {i}', parameters={'i': i}, record={'metrics': {'x': i}})"
    )
    together = [subprocess.Popen([sys.executable, "-c", code], env={**os.environ}) for _ in range(4)]
    assert [p.wait(timeout=240) for p in together] == [0, 0, 0, 0]
    assert len(runs()) == 20
    assert all(run.info.status == "FINISHED" for run in runs())
    assert not list((home / "mlruns").glob(".mlflow.db*"))


def test_a_creation_that_was_killed_leaves_no_half_store(home: Path) -> None:
    (home / "mlruns").mkdir()
    (home / "mlruns" / ".mlflow.db.12345").write_bytes(b"SQLite format 3\0 half")
    tracking.log_run("x", parameters={}, record={})
    assert len(runs()) == 1


def test_read_only_store_is_one_message_with_a_way_out(home: Path) -> None:
    (home / "mlruns").mkdir(mode=0o555)
    with pytest.raises(TrackingError, match=r"read-only.*MLFLOW_TRACKING_URI"):
        tracking.log_run("x", parameters={}, record={})


def test_a_store_that_cannot_be_created(home: Path) -> None:
    (home / "mlruns").symlink_to("/proc/self/nowhere")
    with pytest.raises(TrackingError, match="cannot be created"):
        tracking.prepare()


def test_a_damaged_store_is_reported_and_kept(home: Path) -> None:
    (home / "mlruns").mkdir()
    (home / "mlruns" / "mlflow.db").write_bytes(b"this is not a database" * 100)
    with pytest.raises(TrackingError, match="could not be logged"):
        tracking.log_run("x", parameters={}, record={})
    assert (home / "mlruns" / "mlflow.db").read_bytes().startswith(b"this is not")


def test_another_store_is_respected(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{home / 'elsewhere.db'}")
    tracking.log_run("x", parameters={}, record={})
    assert (home / "elsewhere.db").exists()
    assert not (home / "mlruns").exists()


def test_a_server_that_is_away_is_said_soon(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(TrackingError, match=r"127\.0\.0\.1:9.*MLFLOW_TRACKING_URI"):
        tracking.log_run("x", parameters={}, record={})
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("store", ["file:{}/runs", "file://{}/runs", "{}/runs", "./runs"])
def test_a_folder_of_files_is_refused_before_anything_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store: str
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.format(home))
    assert cli.main(["report", "country_brief"]) == 1
    said = capsys.readouterr().err
    assert f"MLFLOW_TRACKING_URI=sqlite:///{home}/runs/mlflow.db or" in said
    assert said.endswith("Nothing was started.\n") and "http://localhost:5000" in said
    assert not (home / "reports").exists() and not (home / "runs").exists()
    # The other commands that keep runs say the same.
    with pytest.raises(TrackingError, match="migrate-filestore"):
        tracking.log_run("x", parameters={}, record={})


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("file://away/x", "on another machine, away"),
        ("file:///tmp/a?b#c", "may be part of the folder's name"),
        ("file:///tmp/a%3Fb", "a database address reads"),
        ("/tmp/a?b", "a database address reads"),
        ("C:\\runs", "as on Windows"),
        ("file://[x", "not whole"),
    ],
)
def test_a_folder_that_cannot_be_told_is_not_guessed(store: str, words: str) -> None:
    with pytest.raises(TrackingError) as caught:
        tracking_addresses.refuse_folder(store)
    said = str(caught.value)
    assert words in said and "migrate-filestore" not in said and "/home/me/runs" in said


def test_a_colon_in_a_folder_is_no_scheme() -> None:
    for store in ("/tmp/a:b", "./a:b", "file://localhost/tmp/a:b", "FILE:/tmp/a:b"):
        with pytest.raises(TrackingError, match=r"MLFLOW_TRACKING_URI=sqlite:////\S*/a:b/mlflow\.db or"):
            tracking_addresses.refuse_folder(store)


def test_spaces_alone_are_no_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "  ")
    assert tracking.is_embedded() and tracking.uri() == f"sqlite:///{home}/mlruns/mlflow.db"


@pytest.mark.parametrize(
    "store", ["", "  ", "sqlite:///x.db", "postgresql://u:p@h/d", "http://h", "databricks"]
)
def test_other_stores_are_tried(store: str) -> None:
    tracking_addresses.refuse_folder(store)


def test_a_moved_folder_takes_its_artifacts_along(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "a.txt").write_text("a")
    first = tracking.log_run("x", parameters={}, record={}, files=(home / "a.txt",))
    moved = tmp_path_factory.mktemp("moved") / "home"
    shutil.copytree(home, moved)
    monkeypatch.setenv("ALMPO_HOME", str(moved))
    second = tracking.log_run("y", parameters={}, record={}, files=(home / "a.txt",))
    client = tracking._client(tracking.uri())
    for run_id in (first, second):
        assert client.get_run(run_id).info.artifact_uri.startswith(moved.as_uri())
    assert list((moved / "mlruns" / "artifacts").glob(f"{second}/artifacts/a.txt"))
    assert not list((home / "mlruns" / "artifacts").glob(f"{second}*"))


def test_a_folder_name_that_is_no_database_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a%20b", "a?b"):
        odd = home / name
        (odd / "data").mkdir(parents=True)
        (odd / "data" / "sources.csv").write_text("")
        monkeypatch.setenv("ALMPO_HOME", str(odd))
        with pytest.raises(TrackingError, match="Rename the folder"):
            tracking.log_run("x", parameters={}, record={})


def test_a_password_is_never_shown() -> None:
    assert tracking.shown("postgresql://me:secret@host/db") == "postgresql://…@host/db"
