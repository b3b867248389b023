"""What ``MLFLOW_TRACKING_URI`` may name: a database or a server, no longer a plain folder."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

from almpo_kit.vocabulary.errors import TrackingError

#: Addresses without a colon that are a service by MLflow's own convention, not a folder.
_SERVICES = ("databricks", "databricks-uc", "uc")


def sqlite_address(database: Path) -> str:
    """The address of a database in a file.

    Raises
    ------
    TrackingError
        The folder's name would be read as something else inside the address.
    """
    if re.search(r"\?|%[0-9A-Fa-f]{2}", str(database)):
        raise TrackingError(
            f"the run store cannot be in {database.parent}: a database address reads “?” and “%” followed by two "
            "digits as something else. Rename the folder, or set MLFLOW_TRACKING_URI to another store."
        )
    return f"sqlite:///{database}"


def refuse_folder(store: str) -> None:
    """Refuse a folder of files, which MLflow 3.13 and later no longer write, before a report is run for nothing.

    Raises
    ------
    TrackingError
        A folder, and nobody asked for one by ``MLFLOW_ALLOW_FILE_STORE``.
    """
    if not store:
        return
    allowed = os.environ.get("MLFLOW_ALLOW_FILE_STORE", "").strip().lower() in ("true", "1")
    if allowed or not (store.lower().startswith("file:") or (":" not in store and store not in _SERVICES)):
        return
    path = unquote(urlsplit(store).path)
    folder = Path(path or ".").absolute()
    database = shlex.quote(f"sqlite:///{folder}/mlflow.db")
    raise TrackingError(
        f"MLFLOW_TRACKING_URI={store} names a folder of files, and MLflow 3.13 and later keep runs in a database or on a "
        f"server only. Set MLFLOW_TRACKING_URI={database} or to the address of a server, e.g. http://localhost:5000, or "
        "unset it to keep runs in mlruns/ of the workbench. Runs that are in the folder stay there; `mlflow "
        f"migrate-filestore --source {shlex.quote(str(folder))} --target {database}` copies them."
    )
