"""The run store: the only importer of MLflow.

Embedded by default: ``mlruns/mlflow.db`` (SQLite) with artifacts under ``mlruns/artifacts``;
``MLFLOW_TRACKING_URI`` points it at a server instead. A store that several processes create at once ends
half-migrated, so it is created once, under a lock, beside its place, and renamed into it; afterwards SQLite's
own locking lets many processes write.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import re
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench.metric_names import metric_names
from almpo_kit.workbench.tracking_addresses import refuse_folder, sqlite_address

EXPERIMENT = "almpo"
_BUSY_SECONDS = 60


def folder() -> Path:
    """``mlruns/`` of the workbench."""
    return root() / "mlruns"


def artifacts() -> Path:
    """Where the embedded store keeps artifacts."""
    return folder() / "artifacts"


def uri() -> str:
    """``MLFLOW_TRACKING_URI`` if set, else the embedded store.

    Raises
    ------
    TrackingError
        A folder of files; or the workbench's name would be read as something else inside a database address.
    """
    if given := os.environ.get("MLFLOW_TRACKING_URI", "").strip():
        refuse_folder(given)
        return given
    return sqlite_address(folder() / "mlflow.db")


def shown(store: str) -> str:
    """A store's address without the password it may carry."""
    return re.sub(r"//[^/@]*@", "//…@", store)


def is_embedded() -> bool:
    """True when runs go to ``mlruns/mlflow.db``."""
    return not os.environ.get("MLFLOW_TRACKING_URI", "").strip()


def _refuse_read_only() -> None:
    # The mode is asked too: root may write where somebody has said that nobody should.
    for path in (folder(), folder() / "mlflow.db"):
        if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
            raise TrackingError(
                f"the run store is read-only: {path} cannot be written. Make it writable "
                f"(`chmod u+w {path}`) or set MLFLOW_TRACKING_URI to another store, and run again."
            )


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    try:
        folder().mkdir(parents=True, exist_ok=True)
        handle = (folder() / ".create.lock").open("w")
    except OSError as error:
        raise TrackingError(
            f"the run store cannot be created in {folder()} ({error.strerror}). Make that folder writable or "
            "set MLFLOW_TRACKING_URI to another store, and run again."
        ) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare() -> None:
    """Create the embedded store if it is not there yet; safe to call from many processes at once.

    Raises
    ------
    TrackingError
        The folder cannot be written.
    """
    if not is_embedded():
        return
    _refuse_read_only()
    database = folder() / "mlflow.db"
    if not database.exists():
        with _locked():
            if not database.exists():
                _create_whole(database)
    _follow_a_moved_folder(database)


def _create_whole(database: Path) -> None:
    for leftover in folder().glob(".mlflow.db.*"):
        leftover.unlink(missing_ok=True)
    fresh = folder() / f".mlflow.db.{os.getpid()}"
    try:
        _create(fresh)
        fresh.replace(database)
    finally:
        fresh.unlink(missing_ok=True)


def _follow_a_moved_folder(database: Path) -> None:
    """MLflow writes the full path of the artifacts into its tables; a moved or copied folder must not write to
    where it used to be."""
    now = artifacts().as_uri()
    with contextlib.closing(sqlite3.connect(database, timeout=_BUSY_SECONDS)) as connection:
        query = "SELECT artifact_location FROM experiments WHERE name = ?"
        row = connection.execute(query, (EXPERIMENT,)).fetchone()
        if row is None or row[0] == now:
            return
        with connection:
            connection.execute(
                "UPDATE experiments SET artifact_location = ? WHERE name = ?", (now, EXPERIMENT)
            )
            connection.execute(
                "UPDATE runs SET artifact_uri = ? || substr(artifact_uri, ?) WHERE artifact_uri LIKE ? || '/%'",
                (now, len(row[0]) + 1, row[0]),
            )


def _create(database: Path) -> None:
    client = _client(sqlite_address(database))
    client.create_experiment(EXPERIMENT, artifact_location=artifacts().as_uri())
    # The pooled connections of the creating process must not hold the temporary name.
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")


def _client(store: str) -> Any:
    os.environ.setdefault("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")
    # MLflow sets up its loggers on import and narrates its table creation; both before we could ask it not to.
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    # A server that is away is said within seconds; MLflow by itself would retry for minutes.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.tracking import MlflowClient

        for name in ("alembic", "mlflow", "mlflow.store.db.utils"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
        return MlflowClient(tracking_uri=store)


def open_client() -> Any:
    """A client of the run store."""
    return _client(uri())


def _experiment(client: Any) -> str:
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    try:
        return str(client.create_experiment(EXPERIMENT))
    except MlflowException:  # another process was faster
        return str(client.get_experiment_by_name(EXPERIMENT).experiment_id)


def log_run(
    name: str,
    *,
    parameters: Mapping[str, Any],
    record: Mapping[str, Any],
    tags: Mapping[str, str] | None = None,
    files: tuple[Path, ...] = (),
    parent: str = "",
) -> str:
    """Log one run: parameters, the numbers of its Findings, tags and files.

    Parameters
    ----------
    name : str
        Name of the run, e.g. ``"country_brief EL"``.
    parameters : mapping
    record : mapping
        As :func:`almpo_kit.workbench.session.described` makes it.
    tags : mapping of str to str, optional
    files : tuple of Path
        Artifacts.
    parent : str
        Id of the run that this one is nested in.

    Returns
    -------
    str
        The run id.

    Raises
    ------
    TrackingError
        The store cannot be written; the message says where it is and how to point elsewhere.
    """
    client = None
    run_id = ""
    try:
        prepare()
        client = _client(uri())
        nested = {"mlflow.parentRunId": parent} if parent else {}
        run = client.create_run(_experiment(client), run_name=name, tags=dict(tags or {}) | nested)
        run_id = run.info.run_id
        _write(client, run_id, parameters, record, files)
        client.set_terminated(run_id, "FINISHED")
    except TrackingError:
        raise
    except BaseException as error:
        # A run that was begun is closed, also when a person interrupts it.
        if client is not None and run_id:
            with contextlib.suppress(Exception):
                client.set_terminated(run_id, "FAILED" if isinstance(error, Exception) else "KILLED")
        if not isinstance(error, Exception):
            raise
        # Whatever the store raises (its own, SQLAlchemy's, the network's), the caller gets one message.
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise TrackingError(
            f"the run could not be logged to {shown(uri())}: {shown(first)[:300]} Check that the store is reachable "
            "and writable, or set MLFLOW_TRACKING_URI to another one."
        ) from error
    return run_id


def _write(
    client: Any,
    run_id: str,
    parameters: Mapping[str, Any],
    record: Mapping[str, Any],
    files: tuple[Path, ...],
) -> None:
    import math
    import time

    from mlflow.entities import Metric, Param, RunTag

    now = int(time.time() * 1000)
    finite = {k: v for k, v in record.get("metrics", {}).items() if math.isfinite(v)}
    client.log_batch(
        run_id,
        metrics=[Metric(key, value, now, 0) for key, value in metric_names(finite).items()],
        params=[Param(key, str(value)) for key, value in parameters.items()],
        tags=[
            RunTag("synthetic", str(bool(record.get("synthetic"))).lower()),
            RunTag(
                "data", "; ".join(f"{d['dataset']} {d['version']}" for d in record.get("data", []))[:4000]
            ),
            RunTag("failed_checks", str(sum(map(len, record.get("failed_checks", {}).values())))),
        ],
    )
    for path in files:
        client.log_artifact(run_id, str(path))


def register(run_id: str, name: str, file: str, *, card: str, tags: Mapping[str, str]) -> str:
    """Enter a file of a run as the next version of a registered model.

    Parameters
    ----------
    run_id : str
    name : str
        Of the model.
    file : str
        Name of the run's artifact that holds it.
    card : str
        Model card in Markdown: what it predicts, from what, how well, for whom it must not be used.
    tags : mapping of str to str

    Returns
    -------
    str
        The version.

    Raises
    ------
    TrackingError
        The store cannot be written.
    """
    try:
        client = _client(uri())
        from mlflow.exceptions import MlflowException

        # Another process may have entered the name, and an older version may be there.
        with contextlib.suppress(MlflowException):
            client.create_registered_model(name)
        source = f"{client.get_run(run_id).info.artifact_uri}/{file}"
        made = client.create_model_version(name, source, run_id=run_id, tags=dict(tags), description=card)
        return str(made.version)
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TrackingError(
            f"the model could not be registered in {shown(uri())}: {shown(first)[:300]} The runs are logged; register "
            "again once the store can be written."
        ) from error
