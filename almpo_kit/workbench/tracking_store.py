"""Where runs are kept: the embedded store or the one that ``MLFLOW_TRACKING_URI`` names, and a client of it.

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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench.tracking_addresses import refuse_folder, sqlite_address, with_driver

EXPERIMENT = "almpo"
_BUSY_SECONDS = 60
#: Where files are that go through a server.
SERVED = "mlflow-artifacts:/almpo"
#: MLflow tells its makers what is done with it, unless asked not to; a workbench about jobseekers tells nobody.
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
_SECRET_OPTION = re.compile(r"((?:pass(?:word|wd|file)?|pwd|token|secret|key)\w*=)[^&;\s'\"]+", re.IGNORECASE)


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
        return with_driver(given)
    return sqlite_address(folder() / "mlflow.db")


def shown(store: str) -> str:
    """A store's address, or what was said about it, without the name, password and token that it may carry."""
    for name in ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"):
        if secret := os.environ.get(name, ""):
            store = store.replace(secret, "…")
    return _SECRET_OPTION.sub(r"\1…", re.sub(r"//[^/\s]*@", "//…@", store))


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
    client = client_of(sqlite_address(database))
    client.create_experiment(EXPERIMENT, artifact_location=artifacts().as_uri())
    # The pooled connections of the creating process must not hold the temporary name.
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")


def client_of(store: str) -> Any:
    """A client of the store at an address."""
    os.environ.update(QUIET)
    # What a command prints is its answer; a line with the run's address for each run is not.
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")
    # MLflow sets up its loggers on import and narrates its table creation; both before we could ask it not to.
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    # A server that is away is said within seconds; MLflow by itself would retry for minutes. Nor may it send a request
    # again by itself: a run that was made, and whose answer was lost, would be made twice.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.tracking import MlflowClient

        for name in ("alembic", "mlflow", "mlflow.store.db.utils"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
        return MlflowClient(tracking_uri=store)


def open_client() -> Any:
    """A client of the run store."""
    return client_of(uri())


def experiment(client: Any, *, served: bool = False) -> str:
    """Id of the experiment that all runs are in; made if it is not there.

    Parameters
    ----------
    client : MlflowClient
    served : bool
        Make it so that files go through a server that is about to be started on this database; else files of a database
        go where those of the embedded store do, and files of a server where it says.
    """
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    # MLflow itself would take whatever folder the command is run in.
    place = SERVED if served else None if uri().startswith("http") else artifacts().as_uri()
    try:
        return str(client.create_experiment(EXPERIMENT, artifact_location=place))
    except MlflowException:  # another process was faster
        return str(client.get_experiment_by_name(EXPERIMENT).experiment_id)
