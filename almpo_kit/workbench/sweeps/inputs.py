"""What a report was made from, as digests: while none of them changes, making it again gives the same page.

Whatever cannot be told apart for certain counts as changed. A notebook that says nothing is taken to read everything;
one that reads less says so in its metadata: ``"almpo": {"reads": ["data"]}``.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sysconfig
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import almpo_kit
from almpo_kit.sources import root

#: Raised whenever this module looks at something else than before.
_FORM = "1"
#: Parts of ``reads``: tables and pulled series; what people decided; logged runs and models; today's date.
READS = ("data", "records", "runs", "day")
#: Stands for what changes without a trace that could be compared; never equal to anything.
UNKNOWN = "cannot be known"
#: Made from the rest and kept under its checksum: losing or gaining one changes no page.
_DERIVED = (
    "cache/nuts/",
    "cache/first_views/",
    "cache/text_vectors.db",
    "cache/text_index/",
    "cache/esco/packaged-",
    "cache/gisco/prepared_",
)
_LARGE = 64 * 1024 * 1024
#: Seconds; a file that was written more recently could change again without a new time.
_SETTLED = 3.0
_known: dict[str, tuple[tuple[int, ...], str]] = {}


def fingerprint(notebook: Path, values: Mapping[str, Any], files: tuple[str, ...] = ()) -> dict[str, str]:
    """Digests of everything that a report is made from, by kind.

    Parameters
    ----------
    notebook : Path
    values : mapping
        Its parameters, all of them.
    files : tuple of str
        Names of those parameters that are files.
    """
    return shared(notebook) | own(values, files)


def shared(notebook: Path) -> dict[str, str]:
    """The part that all reports of one notebook have in common."""
    reads = _reads(notebook)
    return {
        "form": _FORM,
        "notebook": digest(notebook),
        "code": code(),
        "data": f"{_tree(root() / 'data')} {_library()}",
        "lock": digest(root() / "requirements.lock"),
        "packages": _packages(),
        "python": platform.python_version(),
        "records": _records() if "records" in reads else "not read",
        "runs": UNKNOWN if "runs" in reads else "not read",
        "day": date.today().isoformat() if "day" in reads else "not read",
    }


def own(values: Mapping[str, Any], files: tuple[str, ...]) -> dict[str, str]:
    """The part that is of one report: its parameters, and the files that they name."""
    return {
        "parameters": _sha(json.dumps(dict(values), sort_keys=True, default=str)),
        "files": _sha(repr([(n, _named(Path(str(values[n])).expanduser())) for n in files if values.get(n)])),
    }


def code() -> str:
    """Digest of this package: what two machines that make parts of one series must have in common."""
    return _tree(Path(almpo_kit.__file__).parent)


def changed(before: Any, now: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds of inputs that differ; all of them where nothing was kept of the time before.

    Parameters
    ----------
    before : object
        What a manifest holds under ``inputs``; may be anything.
    now : mapping of str to str
    """
    held = before if isinstance(before, Mapping) else {}
    return tuple(kind for kind, value in now.items() if value == UNKNOWN or held.get(kind) != value)


def digest(path: Path) -> str:
    """SHA-256 of a file; of a large one its size and time of change; ``absent`` where there is none."""
    try:
        return _digest(str(path), path.stat())
    except OSError:
        return "absent"


def _digest(path: str, stat: os.stat_result) -> str:
    mark = (stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns)
    if stat.st_size > _LARGE:
        return f"{mark[0]} bytes, {mark[1]}, {mark[2]}"
    held = _known.get(path)
    if held and held[0] == mark:
        return held[1]
    try:
        found = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"
    if time.time() - max(stat.st_mtime, stat.st_ctime) > _SETTLED:
        _known[path] = (mark, found)
    return found


def _named(path: Path) -> str:
    """A parameter may name a folder, too; all that is in it counts."""
    return _tree(path) if path.is_dir() else digest(path)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _reads(notebook: Path) -> tuple[str, ...]:
    try:
        told = json.loads(notebook.read_bytes())["metadata"]["almpo"]["reads"]
    except (OSError, ValueError, KeyError, TypeError):
        return READS
    plain = isinstance(told, list) and all(kind in READS for kind in told)
    return tuple(told) if plain else READS


def _files(folder: str, below: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Files, with their names from the folder on."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in ("__pycache__", "node_modules"):
            continue
        if entry.is_dir():
            yield from _files(entry.path, f"{below}{entry.name}/")
        else:
            yield f"{below}{entry.name}", entry


def _tree(folder: Path) -> str:
    """Names and contents of all files below a folder, except hidden ones and what is derived from the others."""
    total = hashlib.sha256()
    for name, entry in _files(str(folder)):
        if not name.endswith((".pyc", ".lock", "-shm")) and not name.startswith(_DERIVED):
            try:
                found = _digest(entry.path, entry.stat())
            except OSError:
                found = "absent"
            total.update(f"{name}\0{found}\n".encode(errors="surrogateescape"))
    return total.hexdigest()


def _library() -> str:
    """The library of documents, where it was put outside of the data."""
    given = os.environ.get("ALMPO_LIBRARY", "").strip()
    return _tree(Path(given).expanduser()) if given else "own library"


def _packages() -> str:
    """Names and versions of what is installed: the lock says what should be."""
    found: set[str] = set()
    for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        try:
            with os.scandir(folder) as entries:
                found |= {e.name for e in entries if e.name.endswith((".dist-info", ".egg-info"))}
        except OSError:
            return UNKNOWN
    return _sha(repr(sorted(found)))


def _records() -> str:
    """State of the file of records; of a database on a server nothing is known."""
    given = os.environ.get("ALMPO_RECORDS", "").strip()
    if "://" in given:
        return UNKNOWN
    path = Path(given).expanduser() if given else root() / "mlruns" / "records.db"
    return _sha(repr([_state(path), _state(path.with_name(f"{path.name}-wal"))]))


def _state(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    # An empty write-ahead log comes and goes with every reader.
    return (stat.st_size, stat.st_mtime_ns) if stat.st_size else (0, 0)
