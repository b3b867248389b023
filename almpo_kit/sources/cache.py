"""The cache ``data/cache``: derived or added files under their checksum, written whole or not at all.

Each file carries the first 16 digits of its SHA-256 in its name, so that a new version never overwrites
the old one before it is complete. Losing the cache loses time, never data: a cache that cannot be
written is done without, and a file that is not what its name says counts as absent.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from almpo_kit.sources.catalogue import root, sha256

_DIGITS = 16


def folder() -> Path:
    """Where the cache is; it may not exist yet."""
    return root() / "data" / "cache"


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file by new bytes such that a reader sees the old or the new file, never half of one.

    Raises
    ------
    OSError
        Read-only or full; the old file is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is private by default; what it replaces was readable to others.
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _versions(key: str) -> list[Path]:
    """Files kept under a key, the newest first."""
    path = folder() / key
    with contextlib.suppress(OSError):
        found = [p for p in path.parent.glob(f"{path.stem}.*{path.suffix}") if len(p.name.split(".")) == 3]
        return sorted(found, key=lambda p: p.stat().st_mtime_ns, reverse=True)
    return []


def put(key: str, data: bytes, *, spare: int = 0) -> str:
    """Keep bytes under a key (a relative path such as ``gisco/nuts.geojson``) and return their SHA-256.

    Of the versions before, ``spare`` are kept: :func:`get` falls back to them where the newest is damaged.

    Raises
    ------
    OSError
        The cache cannot be written; what was there stays.
    """
    digest, path = sha256(data), folder() / key
    kept = path.with_name(f"{path.stem}.{digest[:_DIGITS]}{path.suffix}")
    write_atomically(kept, data)
    before = [p for p in _versions(key) if p != kept]
    with contextlib.suppress(OSError):
        # A clock that was set back must not hide what came last.
        last = max((p.stat().st_mtime_ns for p in before), default=0)
        if kept.stat().st_mtime_ns <= last:
            os.utime(kept, ns=(last + 1, last + 1))
    for old in before[spare:]:
        with contextlib.suppress(OSError):
            old.unlink()
    return digest


def try_put(key: str, data: bytes) -> bool:
    """:func:`put`, or False where the cache cannot be written."""
    try:
        put(key, data)
    except OSError:
        return False
    return True


def get(key: str) -> bytes | None:
    """The newest intact bytes under a key, or None."""
    for path in _versions(key):
        with contextlib.suppress(OSError):
            data = path.read_bytes()
            if sha256(data)[:_DIGITS] == path.name.split(".")[1]:
                return data
    return None
