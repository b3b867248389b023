"""The registry of models as it is: versions, aliases, entries; one writer of a model at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from almpo_kit.vocabulary.errors import AlmpoError, TrackingError
from almpo_kit.workbench import tracking

CHAMPION, CHALLENGER = "champion", "challenger"
#: Names of tags.
DIGEST, WITHDRAWN, ENTRY = "model_sha256", "withdrawn", "champion_change."


@dataclass(frozen=True)
class ModelVersion:
    """One version of a registered model.

    Parameters
    ----------
    name, version, digest, run_id : str
    at : datetime
        When it was registered.
    withdrawn : str
        Why it must not be promoted by itself again; "" where it may.
    tags : mapping of str to str
    """

    name: str
    version: str
    digest: str
    run_id: str
    at: datetime
    withdrawn: str
    tags: Mapping[str, str]


def nothing_yet() -> bool:
    """Whether there is no run store: asking what it holds must not make one."""
    return tracking.is_embedded() and not (tracking.folder() / "mlflow.db").exists()


def registered(client: Any, name: str) -> Any:
    """The registered model, or None."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def aliases(client: Any, name: str) -> dict[str, str]:
    """Alias → version."""
    held = registered(client, name)
    return {} if held is None else {str(a): str(v) for a, v in held.aliases.items()}


def entries(client: Any, name: str) -> list[dict[str, Any]]:
    """Changes of the champion, oldest first."""
    held = registered(client, name)
    tags = {} if held is None else held.tags
    return [json.loads(tags[key]) for key in sorted(k for k in tags if k.startswith(ENTRY))]


def all_versions(client: Any, name: str) -> list[ModelVersion]:
    """All versions of a model, the newest first."""
    found = [as_version(v) for v in client.search_model_versions(f"name='{name}'", max_results=1_000)]
    return sorted(found, key=lambda v: -int(v.version))


def as_version(held: Any) -> ModelVersion:
    """A version as MLflow holds it, in our words."""
    tags = dict(held.tags)
    return ModelVersion(
        name=held.name,
        version=str(held.version),
        digest=tags.get(DIGEST, ""),
        run_id=held.run_id,
        at=datetime.fromtimestamp(held.creation_timestamp / 1000, UTC),
        withdrawn=tags.get(WITHDRAWN, ""),
        tags=tags,
    )


@contextlib.contextmanager
def _turn(name: str) -> Iterator[None]:
    """One writer of a model at a time, on this machine."""
    if not tracking.is_embedded():
        yield
        return
    try:
        tracking.folder().mkdir(parents=True, exist_ok=True)
        key = hashlib.sha256(name.encode()).hexdigest()[:16]
        handle = (tracking.folder() / f".model.{key}.lock").open("w")
    except OSError as error:
        raise TrackingError(
            f"the run store cannot be written in {tracking.folder()} ({error.strerror}). Make that folder writable, or set "
            "MLFLOW_TRACKING_URI to another store."
        ) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def writing[T](name: str, work: Callable[[Any], T]) -> T:
    """Carry something out while nobody else on this machine changes this model."""
    with _turn(name):
        return reading(work)


def reading[T](work: Callable[[Any], T]) -> T:
    """Carry something out with a client; whatever the store raises becomes one message."""
    try:
        tracking.prepare()
        return work(tracking.open_client())
    except AlmpoError:
        raise
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TrackingError(
            f"the registry of models in {tracking.shown(tracking.uri())} cannot be used: {tracking.shown(first)[:300]} Check "
            "that the store is reachable and writable; a second call goes on where this one ended."
        ) from error
