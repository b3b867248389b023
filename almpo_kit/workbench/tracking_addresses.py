"""What ``MLFLOW_TRACKING_URI`` may name: a database or a server, no longer a plain folder."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

from almpo_kit.vocabulary.errors import TrackingError

#: Addresses without a scheme that are a service by MLflow's own convention, not a folder.
_SERVICES = ("databricks", "databricks-uc", "uc")


#: What cannot be a folder's name in an address, or is read as something else there.
_UNSAFE = re.compile(r"[?#]|%[0-9A-Fa-f]{2}")


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


def with_driver(store: str) -> str:
    """The address of a PostgreSQL database with the driver that comes with the workbench; any other as it is.

    >>> with_driver("postgresql://me@host/runs")
    'postgresql+psycopg://me@host/runs'
    """
    return re.sub(r"^postgres(?:ql)?://", "postgresql+psycopg://", store)


def refuse_folder(store: str) -> None:
    """Refuse a folder of files, which MLflow 3.13 and later no longer write, before a report is run for nothing.

    Raises
    ------
    TrackingError
        A folder, and nobody asked for one by ``MLFLOW_ALLOW_FILE_STORE``.
    """
    store = store.strip()
    allowed = os.environ.get("MLFLOW_ALLOW_FILE_STORE", "").strip().lower() in ("true", "1")
    if not store or allowed or not _is_folder(store):
        return
    folder, why = _folder(store)
    database = shlex.quote(f"sqlite:///{folder or '/home/me/runs'}/mlflow.db")
    to = f"={database}" if folder else f" to a database, e.g. {database},"
    copied = (
        f"; `mlflow migrate-filestore --source {shlex.quote(folder)} --target {database}` copies them."
        if folder
        else f". Which database would take its place is not said here: {why}."
    )
    raise TrackingError(
        f"MLFLOW_TRACKING_URI={store} names a folder of files, and MLflow 3.13 and later keep runs in a database or on a "
        f"server only. Set MLFLOW_TRACKING_URI{to} or to the address of a server, e.g. http://localhost:5000, or "
        f"unset it to keep runs in mlruns/ of the workbench. Runs that are in the folder stay there{copied}"
    )


def _is_folder(store: str) -> bool:
    """As MLflow reads it: without a scheme, or with a letter of Windows in its place."""
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", store)
    scheme = found[1].lower() if found else ""
    return scheme == "file" or len(scheme) == 1 or (not scheme and store not in _SERVICES)


def _folder(store: str) -> tuple[str, str]:
    """The folder meant; or nothing, and why that cannot be told."""
    path = store
    if store.lower().startswith("file:"):
        try:
            parts = urlsplit(store)
        except ValueError:
            return "", "the address is not whole"
        if parts.netloc.lower() not in ("", "localhost", "127.0.0.1", "."):
            return "", f"the folder is on another machine, {parts.netloc}"
        if re.search("[?#]", store):
            return (
                "",
                "“?” and “#” end the path of an address, and what follows may be part of the folder's name",
            )
        path = parts.path
    elif re.match(r"[A-Za-z]:", store):
        return "", "the folder is named as on Windows"
    folder = str(Path(unquote(path) or ".").absolute())
    if _UNSAFE.search(folder):
        return "", "a database address reads “?”, “#” and “%” as something else than part of a folder's name"
    return folder, ""
