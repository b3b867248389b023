"""One run written into the store exactly once, however often its writing is cut off and begun again.

A run is known by its key, a tag. What is written under it is the same each time (the same times, so that the store keeps one
number and not two), so that going on with a half-written run is simply writing it again.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench import tracking_store
from almpo_kit.workbench.metric_names import metric_names
from almpo_kit.workbench.tracking_words import run_tags

#: The tag that a run is known by.
KEY = "almpo.key"
_LONGEST_VALUE, _AT_ONCE = 6_000, 100


@dataclass(frozen=True)
class Entry:
    """A run to be written.

    Parameters
    ----------
    key : str
    name : str
    began, ended : int
        Milliseconds since 1970.
    parameters, record, tags : mapping
    files : tuple of Path
    """

    key: str
    name: str
    began: int
    ended: int
    parameters: Mapping[str, Any]
    record: Mapping[str, Any]
    tags: Mapping[str, str]
    files: tuple[Path, ...]


def entry_of(
    key: str,
    name: str,
    at: float,
    parameters: Mapping[str, Any],
    record: Mapping[str, Any],
    tags: Mapping[str, str],
    files: tuple[Path, ...],
) -> Entry:
    """An entry of a run that ended at a time, in seconds since 1970; it began as many seconds earlier as it says it took."""
    ended = int(at * 1000)
    all_tags = run_tags(record, tags, files, parameters)
    return Entry(key, name, ended - _milliseconds(all_tags), ended, parameters, record, all_tags, files)


def _milliseconds(tags: Mapping[str, str]) -> int:
    """How long the run took, where it says so: MLflow shows it as its duration."""
    try:
        return int(1000 * min(max(float(tags.get("seconds", 0.0)), 0.0), 10.0**6))
    except ValueError:
        return 0


def write_once(client: Any, experiment: str, entry: Entry, *, again: bool) -> str:
    """Write a run; or find it written; or complete it.

    Parameters
    ----------
    client : MlflowClient
    experiment : str
        Id.
    entry : Entry
    again : bool
        It may have been begun before, here or by a process that was killed.

    Returns
    -------
    str
        The run id.
    """
    found = _found(client, experiment, entry.key) if again else []
    run_id = found[0].info.run_id if found else _begun(client, experiment, entry)
    if not found or found[0].info.status != "FINISHED":
        _fill(client, run_id, entry)
        client.set_terminated(run_id, "FINISHED", entry.ended)
    if again:
        # A request that was given up on may have been carried out late, after we looked.
        for other in _found(client, experiment, entry.key):
            if other.info.run_id != run_id:
                client.delete_run(other.info.run_id)
    return run_id


def give_up(client: Any, experiment: str, key: str, status: str) -> None:
    """Close a run that was begun and will not be completed, if there is one and the store still listens."""
    with contextlib.suppress(Exception):
        for run in _found(client, experiment, key):
            if run.info.status == "RUNNING":
                client.set_terminated(run.info.run_id, status)


def remove_stragglers(client: Any, experiment: str) -> None:
    """Remove half-written runs of which a whole one is there: requests that were given up on and carried out late."""
    for half in client.search_runs([experiment], f"attributes.status = 'RUNNING' and tags.`{KEY}` LIKE '%'"):
        whole = _found(client, experiment, half.data.tags[KEY])[0]
        if whole.info.status == "FINISHED" and whole.info.run_id != half.info.run_id:
            client.delete_run(half.info.run_id)


def _found(client: Any, experiment: str, key: str) -> list[Any]:
    """Runs of this key, a finished one first, then the oldest."""
    runs = client.search_runs([experiment], f"tags.`{KEY}` = '{key}'")
    return sorted(runs, key=lambda run: (run.info.status != "FINISHED", run.info.start_time, run.info.run_id))


def _begun(client: Any, experiment: str, entry: Entry) -> str:
    tags = dict(entry.tags) | {KEY: entry.key}
    run = client.create_run(experiment, start_time=entry.began, run_name=entry.name, tags=tags)
    return str(run.info.run_id)


def _fill(client: Any, run_id: str, entry: Entry) -> None:
    from mlflow.entities import Metric, Param

    finite = {k: float(v) for k, v in entry.record.get("metrics", {}).items() if math.isfinite(v)}
    metrics = [Metric(k, v, entry.ended, 0) for k, v in metric_names(finite).items()]
    params = [Param(k, str(v)[:_LONGEST_VALUE]) for k, v in entry.parameters.items()]
    while metrics or params:
        client.log_batch(run_id, metrics=metrics[: 8 * _AT_ONCE], params=params[:_AT_ONCE])
        del metrics[: 8 * _AT_ONCE], params[:_AT_ONCE]
    if entry.files:
        _keep_files(client, run_id, entry.files)


def _keep_files(client: Any, run_id: str, files: tuple[Path, ...]) -> None:
    address = client.get_run(run_id).info.artifact_uri
    if address.startswith("mlflow-artifacts:") and not tracking_store.uri().startswith("http"):
        raise TrackingError(
            f"files of runs in {tracking_store.shown(tracking_store.uri())} go through the server that `almpo runs` starts on "
            "it: set MLFLOW_TRACKING_URI to the address of that server, e.g. http://localhost:5000, and run again."
        )
    folder = _own_folder(address)
    for path in files:
        if folder is None:
            client.log_artifact(run_id, str(path))
        else:
            _copied(path, folder)


def _own_folder(address: str) -> Path | None:
    """The folder of a run's files where it is on this machine: MLflow itself would only copy into it, slower."""
    parts = urlsplit(address)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    return Path(address) if address.startswith("/") else None


def _copied(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{path.name}.{os.getpid()}"
    try:
        shutil.copyfile(path, temporary)
        temporary.replace(folder / path.name)
    finally:
        temporary.unlink(missing_ok=True)
