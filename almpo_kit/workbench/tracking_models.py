"""Versions of a model in the registry of the run store: which proposes, which challenges, and who changed that.

A version is one JSON file of a run (no pickle: reading one cannot run code), known by the SHA-256 of its bytes, so that the
same model never gets two versions, however often a round is cut off and carried out again. The aliases ``champion`` and
``challenger`` say what is in use; each change of the champion is also written down as a numbered entry of the model, since an
alias remembers nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DataError, ParameterError, TrackingError
from almpo_kit.workbench import tracking
from almpo_kit.workbench.tracking_registry import (
    CHAMPION,
    DIGEST,
    WITHDRAWN,
    ModelVersion,
    aliases,
    all_versions,
    nothing_yet,
    reading,
    writing,
)

if TYPE_CHECKING:
    import pandas as pd

_FILE = "model.json"


def as_bytes(plain: Mapping[str, Any]) -> bytes:
    """A model as JSON; the same bytes for the same model.

    Raises
    ------
    DataError
        It holds what JSON does not have.
    """
    try:
        return json.dumps(plain, sort_keys=True, allow_nan=False, ensure_ascii=True).encode()
    except (TypeError, ValueError) as error:
        raise DataError(f"the model is no plain mapping ({error}); give model.to_plain().") from None


def keep_version(
    name: str,
    plain: Mapping[str, Any],
    *,
    run_name: str,
    metrics: Mapping[str, float],
    parameters: Mapping[str, Any],
    card: str,
    tags: Mapping[str, str],
    record: Mapping[str, Any] | None = None,
) -> ModelVersion:
    """Enter a model as the next version, or find the version that it already is.

    Parameters
    ----------
    name : str
        Of the registered model.
    plain : mapping
        The model in JSON's values.
    run_name : str
    metrics, parameters : mapping
        Logged with the run.
    card : str
        Model card in Markdown.
    tags : mapping of str to str
        Of the version.
    record : mapping, optional
        ``synthetic`` and ``data`` as :func:`almpo_kit.workbench.session.described` gives them.

    Returns
    -------
    ModelVersion

    Raises
    ------
    DataError
        The model is no plain mapping.
    TrackingError
        The run store cannot be read or written. A second call goes on where this one ended.
    """
    data = as_bytes(plain)
    digest = hashlib.sha256(data).hexdigest()

    def work(client: Any) -> ModelVersion:
        held = _by_digest(client, name, digest)
        if held is not None:
            return held
        run_id = _finished_run(client, name, digest) or _logged(
            data, digest, name, run_name, dict(metrics), parameters, record or {}
        )
        tracking.register(run_id, name, _FILE, card=card, tags=dict(tags) | {DIGEST: digest})
        made = _by_digest(client, name, digest)
        if made is None:
            raise TrackingError(f"the model {name!r} was registered and is not there; look at `almpo runs`.")
        return made

    return writing(name, work)


def version_of(name: str, version: str) -> ModelVersion:
    """One version.

    Raises
    ------
    ParameterError
        No such version.
    """
    wanted = str(version)

    def work(client: Any) -> ModelVersion:
        for one in all_versions(client, name):
            if one.version == wanted:
                return one
        known = ", ".join(v.version for v in all_versions(client, name)) or "none"
        raise ParameterError(f"{name!r} has no version {wanted!r}; it has: {known}.")

    return reading(work)


def in_use(name: str, alias: str = CHAMPION) -> ModelVersion | None:
    """The version under an alias; None where there is none."""
    if nothing_yet():
        return None

    def work(client: Any) -> ModelVersion | None:
        number = aliases(client, name).get(alias)
        return next((v for v in all_versions(client, name) if v.version == number), None)

    return reading(work)


def versions(name: str) -> pd.DataFrame:
    """All versions, the newest first.

    Returns
    -------
    DataFrame
        ``version, aliases, digest, run_id, at, withdrawn`` and the tags.
    """
    import pandas as pd

    def work(client: Any) -> list[dict[str, Any]]:
        said = aliases(client, name)
        return [
            {
                "version": v.version,
                "aliases": ", ".join(sorted(a for a, n in said.items() if n == v.version)),
                "digest": v.digest,
                "run_id": v.run_id,
                "at": v.at,
                "withdrawn": v.withdrawn,
            }
            | {k: t for k, t in v.tags.items() if k not in (DIGEST, WITHDRAWN)}
            for v in all_versions(client, name)
        ]

    columns = ["version", "aliases", "digest", "run_id", "at", "withdrawn"]
    rows = [] if nothing_yet() else reading(work)
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)


def read_model(version: ModelVersion) -> dict[str, Any]:
    """The model of a version, as it was kept.

    Raises
    ------
    DataError
        The file is missing, or is not what was registered.
    """
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

    def work(client: Any) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            return Path(client.download_artifacts(version.run_id, _FILE, folder)).read_bytes()

    data = reading(work)
    if hashlib.sha256(data).hexdigest() != version.digest:
        raise DataError(
            f"{version.name} {version.version} is not what was registered: its file was changed. Roll back to another version "
            "(`almpo learn roll-back`), or restore the run store."
        )
    found: dict[str, Any] = json.loads(data)
    return found


def _by_digest(client: Any, name: str, digest: str) -> ModelVersion | None:
    # The oldest: where two machines registered at once, both go on with the same one.
    return next((v for v in reversed(all_versions(client, name)) if v.digest == digest), None)


def _finished_run(client: Any, name: str, digest: str) -> str | None:
    """A run that logged this model and was cut off before it was registered; half-logged ones are closed."""
    experiment = client.get_experiment_by_name(tracking.EXPERIMENT)
    if experiment is None:
        return None
    where = f"tags.{DIGEST} = '{digest}' and tags.model = '{name}'"
    finished = None
    for run in client.search_runs([experiment.experiment_id], where):
        if run.info.status == "FINISHED":
            finished = run.info.run_id
        elif run.info.status == "RUNNING" and tracking.is_embedded():
            client.set_terminated(run.info.run_id, "KILLED")
    return finished


def _logged(
    data: bytes,
    digest: str,
    name: str,
    run_name: str,
    metrics: dict[str, float],
    parameters: Mapping[str, Any],
    record: Mapping[str, Any],
) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / _FILE
        file.write_bytes(data)
        return tracking.log_run(
            run_name,
            parameters=parameters,
            record={"metrics": metrics} | {k: record[k] for k in ("synthetic", "data") if k in record},
            tags={"made_by": "learning_round", DIGEST: digest, "model": name},
            files=(file,),
            queue=False,
        )
