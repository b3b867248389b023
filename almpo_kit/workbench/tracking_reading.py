"""One run read back from the run store, in plain values."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError, TrackingError
from almpo_kit.workbench import tracking

#: Tags that MLflow keeps for itself, and what becomes of the others.
_MANIFEST = "manifest.json"
_COMMIT = ("git_commit", "commit", "mlflow.source.git.commit")


def read_run(run_id: str) -> dict[str, Any]:
    """The record of a run: name, times, parameters, metrics, tags, data, artifacts and registered versions.

    Parameters
    ----------
    run_id : str

    Returns
    -------
    dict
        ``run_id, name, started, status, parameters, metrics, tags, data, failed_checks, commit, model_version, synthetic,
        artifacts``, and of a report ``sentences, methods, lock``; keys of which nothing is known are left out.

    Raises
    ------
    ParameterError
        No such run.
    TrackingError
        The run store cannot be read.
    """
    if not tracking.is_embedded() or (tracking.folder() / "mlflow.db").exists():
        found = _found(run_id)
        if found is not None:
            return found
    raise ParameterError(
        f"there is no run {run_id!r} in {tracking.shown(tracking.uri())}; see `almpo runs` for their ids."
    )


def _found(run_id: str) -> dict[str, Any] | None:
    client = tracking.open_client()
    from mlflow.exceptions import MlflowException

    try:
        run = client.get_run(run_id)
        versions = client.search_model_versions(f"run_id='{run.info.run_id}'")
        artifacts = sorted(a.path for a in client.list_artifacts(run_id))
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise TrackingError(
            f"the run store {tracking.shown(tracking.uri())} cannot be read: {str(error).splitlines()[0][:300]}"
        ) from error
    tags = {k: v for k, v in run.data.tags.items() if not k.startswith("mlflow.")}
    record: dict[str, Any] = {
        "run_id": run.info.run_id,
        "name": run.info.run_name,
        "started": _when(run.info.start_time),
        "status": run.info.status,
        "parameters": dict(run.data.params),
        "metrics": dict(run.data.metrics),
        "tags": tags,
        "data": tags.get("data"),
        "failed_checks": tags.get("failed_checks"),
        "synthetic": tags.get("synthetic") == "true",
        "commit": next((run.data.tags[t] for t in _COMMIT if t in run.data.tags), None),
        "model_version": "; ".join(f"{v.name} {v.version}" for v in versions),
        "artifacts": artifacts,
    } | _manifest(client, run_id, artifacts)
    return {k: v for k, v in record.items() if v not in (None, "")}


def _manifest(client: Any, run_id: str, artifacts: list[str]) -> dict[str, Any]:
    """What a report wrote beside its run: sentences, failed checks in words, methods, data with digests, commit."""
    if _MANIFEST not in artifacts:
        return {}
    # A bar for one small file says nothing, and stands in the way of the command's own words.
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    with TemporaryDirectory() as folder:
        try:
            path = client.download_artifacts(run_id, _MANIFEST, folder)
            found = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
    if not isinstance(found, dict):
        return {}
    kept = {
        key: found[key]
        for key, kind in {"sentences": dict, "failed_checks": dict, "methods": dict, "data": list}.items()
        if isinstance(found.get(key), kind) and found[key]
    }
    git, made_with = found.get("git"), found.get("environment")
    if isinstance(git, dict) and git.get("commit"):
        changed = " with changes that were not committed" if git.get("modified") else ""
        kept["commit"] = f"{git['commit']}{changed}"
    if isinstance(made_with, dict) and made_with.get("lock_sha256"):
        kept["lock"] = f"sha256 {str(made_with['lock_sha256'])[:12]}"
    return kept


def _when(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
