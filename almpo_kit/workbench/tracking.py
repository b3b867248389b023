"""The run store: logging runs and registering models. Only ``tracking`` and its parts import MLflow.

Embedded by default: ``mlruns/mlflow.db`` (SQLite) with artifacts under ``mlruns/artifacts``;
``MLFLOW_TRACKING_URI`` points it at a server instead. A store that several processes create at once ends
half-migrated, so it is created once, under a lock, beside its place, and renamed into it; afterwards SQLite's
own locking lets many processes write. What cannot be logged now waits in the outbox.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench import tracking_outbox, tracking_patience, tracking_writing
from almpo_kit.workbench.tracking_store import EXPERIMENT as EXPERIMENT
from almpo_kit.workbench.tracking_store import artifacts as artifacts
from almpo_kit.workbench.tracking_store import client_of as client_of
from almpo_kit.workbench.tracking_store import experiment as experiment
from almpo_kit.workbench.tracking_store import folder as folder
from almpo_kit.workbench.tracking_store import is_embedded as is_embedded
from almpo_kit.workbench.tracking_store import open_client as open_client
from almpo_kit.workbench.tracking_store import prepare as prepare
from almpo_kit.workbench.tracking_store import shown as shown
from almpo_kit.workbench.tracking_store import uri as uri

_client = client_of
#: Waiting runs that one successful logging takes along: whoever logs one run does not wait for a hundred.
_TAKEN_ALONG = 5


class QueuedError(TrackingError):
    """The run store is away; the run waits in the outbox and will be logged."""


def log_run(
    name: str,
    *,
    parameters: Mapping[str, Any],
    record: Mapping[str, Any],
    tags: Mapping[str, str] | None = None,
    files: tuple[Path, ...] = (),
    parent: str = "",
    queue: bool = True,
    key: str = "",
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
    queue : bool
        Keep the run in the outbox where the store is away. False for callers that log again themselves.
    key : str
        What the run is known by: the same key twice is one run, as it was logged first. A new one when left out.

    Returns
    -------
    str
        The run id.

    Raises
    ------
    QueuedError
        The store cannot be written now, and the run waits to be logged.
    TrackingError
        The store cannot be written, and the run is not kept; the message says where it is and how to point elsewhere.
    """
    before, key = bool(key), key or tracking_outbox.new_key()
    all_tags = dict(tags or {}) | ({"mlflow.parentRunId": parent} if parent else {})
    try:
        run_id = _logged(key, before, name, parameters, record, all_tags, files)
    except TrackingError as error:
        if queue:
            _queue(error, key, name, parameters, record, all_tags, files)
        raise
    # One that drains already, or a store that went away again, is no concern of this run.
    tracking_outbox.drain(most=_TAKEN_ALONG, patient=False)
    return run_id


def _logged(
    key: str,
    before: bool,
    name: str,
    parameters: Mapping[str, Any],
    record: Mapping[str, Any],
    tags: Mapping[str, str],
    files: tuple[Path, ...],
) -> str:
    client: Any = None
    place = ""
    began = time.time()
    try:
        tracking_patience.require_alive(uri())
        prepare()
        client = _client(uri())
        place = tracking_patience.with_patience(lambda _: experiment(client))
        entry = tracking_writing.entry_of(key, name, began, parameters, record, tags, files)
        return tracking_patience.with_patience(
            lambda again: tracking_writing.write_once(client, place, entry, again=again or before)
        )
    except BaseException as error:
        # A run that was begun is closed, also when a person interrupts it.
        if place and not isinstance(error, TrackingError):
            closed = "FAILED" if isinstance(error, Exception) else "KILLED"
            tracking_writing.give_up(client, place, key, closed)
        if not isinstance(error, Exception) or _is_told(error):
            raise
        # Whatever the store raises (its own, SQLAlchemy's, the network's), the caller gets one message.
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise TrackingError(
            f"the run could not be logged to {shown(uri())}: {shown(first)[:300]} Check that the store is reachable "
            "and writable, or set MLFLOW_TRACKING_URI to another one."
        ) from error


def _is_told(error: Exception) -> bool:
    """Whether its message is one for people already."""
    return isinstance(error, TrackingError) and not isinstance(error, tracking_patience.AwayError)


def _queue(error: TrackingError, key: str, name: str, *what: Any) -> None:
    """Keep a run that could not be logged; raise that it waits, or return where there is nothing to wait for."""
    if isinstance(error.__cause__, Exception) and tracking_patience.is_final(error.__cause__):
        return
    parameters, record, tags, files = what
    try:
        tracking_outbox.keep(
            name, parameters=parameters, record=record, tags=tags, files=files, key=key, begun=True
        )
    except TrackingError:
        return
    raise QueuedError(
        f"{error} The run is queued and will be logged with the next one that is, or by `almpo runs sync`."
    ) from error


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
