"""The store ``data/cache/services/SERIES/VERSION``: every version whole, checksummed, and never half visible.

A version is a folder with what was received (``raw-1``, …), the frame (``frame.parquet``) and ``manifest.json``, which
holds the checksum of both; the folder's name ends with the checksum of the manifest, so that a changed byte anywhere
is seen. A version is written under a temporary name, forced to the disk and renamed, in this order; so a kill, a full
disk or a power cut leaves the versions before it as they were. Reading takes the newest version that is intact.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.services.faults import UnkeptError
from almpo_kit.sources.services.transport import Payload
from almpo_kit.vocabulary.errors import DataError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

#: Versions of one series that are kept.
KEEP = 3
_DIGITS = 16
_MANIFEST, _FRAME = "manifest.json", "frame.parquet"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")
_VERSION = re.compile(r"(?P<number>\d{6})-(?P<day>\d{8})-(?P<digest>[0-9a-f]{16})")
#: What every reader relies on; a version of another workbench may lack it, and is fetched anew.
_NEEDED = {"retrieved", "urls", "etag", "last_modified", "rows", "sha256"}
#: Seconds; no writer takes longer, so an older temporary folder belongs to one that was killed.
_STALE = 3_600.0


@dataclass(frozen=True)
class Kept:
    """One version of one series, as it is on the disk.

    Parameters
    ----------
    series : str
    version : str
        Name of its folder: running number, day, checksum of the manifest.
    folder : Path
    manifest : Mapping
        ``retrieved, urls, media_types, etag, last_modified, updated, since, rows, sha256`` (of each file), ….
    notice : str
        What a reader must be told, e.g. that a newer version is damaged; usually empty.
    """

    series: str
    version: str
    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    notice: str = ""

    @property
    def sha256(self) -> str:
        """Checksum of the frame's bytes."""
        return str(self.manifest["sha256"][_FRAME])

    @property
    def retrieved(self) -> str:
        """When it was fetched, UTC."""
        return str(self.manifest["retrieved"])

    @property
    def url(self) -> str:
        """Where it was fetched from; the first address where there were several."""
        return str(self.manifest["urls"][0])

    @property
    def rows(self) -> int:
        """Rows of the frame."""
        return int(self.manifest["rows"])

    @cached_property
    def parquet(self) -> bytes:
        """The frame as Parquet bytes."""
        return self._read(_FRAME)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The frame; do not change it in place."""
        import pandas as pd

        return pd.read_parquet(io.BytesIO(self.parquet))

    @property
    def raw(self) -> tuple[bytes, ...]:
        """What was received, in the order of ``urls``."""
        return tuple(self._read(name) for name in sorted(self.manifest["sha256"]) if name != _FRAME)

    def _read(self, name: str) -> bytes:
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            raise DataError(f"{self.folder / name} cannot be read ({error.strerror}); pull again.") from None
        if sha256(data) != self.manifest["sha256"][name]:
            raise DataError(f"{self.folder / name} was damaged since it was checked; pull again.")
        return data


def folder() -> Path:
    """Where the store is; it may not exist yet."""
    return cache.folder() / "services"


def _home(series: str) -> Path:
    if not _NAME.fullmatch(series):
        raise ParameterError(
            f"{series!r} cannot name a series; use lower-case letters, digits and underscores."
        )
    return folder() / series


def names() -> list[str]:
    """The series of which some version is held, intact or not."""
    with contextlib.suppress(OSError):
        return sorted(p.name for p in folder().iterdir() if _NAME.fullmatch(p.name) and _folders(p))
    return []


def _folders(home: Path) -> list[Path]:
    """Folders of versions, the newest first; what is still being written has another name."""
    with contextlib.suppress(OSError):
        return sorted((p for p in home.iterdir() if _VERSION.fullmatch(p.name)), reverse=True)
    return []


def _opened(series: str, place: Path) -> Kept | None:
    """A version if every byte of it is what was kept."""
    match = _VERSION.fullmatch(place.name)
    try:
        data = (place / _MANIFEST).read_bytes()
        if match is None or sha256(data)[:_DIGITS] != match["digest"]:
            return None
        kept = Kept(series, place.name, place, json.loads(data))
        if not kept.manifest.keys() >= _NEEDED or not kept.manifest["urls"]:
            return None
        for name in kept.manifest["sha256"]:
            kept._read(name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, DataError, RecursionError):
        return None
    return kept


def versions(series: str) -> tuple[Kept, ...]:
    """The intact versions of a series, the newest first."""
    found = (_opened(series, place) for place in _folders(_home(series)))
    return tuple(kept for kept in found if kept is not None)


def latest(series: str) -> Kept | None:
    """The newest intact version; its ``notice`` says so where a newer one is damaged."""
    damaged: list[Path] = []
    for place in _folders(_home(series)):
        kept = _opened(series, place)
        if kept is None:
            damaged.append(place)
            continue
        if damaged:
            notice = (
                f"The newest version of {series} ({damaged[0].name}) is damaged; the one before it, of "
                f"{kept.retrieved[:10]}, is used. `almpo data pull {series}` fetches it anew."
            )
            return Kept(series, kept.version, kept.folder, kept.manifest, notice)
        return kept
    return None


def damaged(series: str) -> tuple[str, ...]:
    """Names of the versions that are there and not intact."""
    return tuple(p.name for p in _folders(_home(series)) if _opened(series, p) is None)


def keep(
    series: str,
    payload: Payload | Sequence[Payload],
    frame: pd.DataFrame,
    *,
    about: Mapping[str, Any] | None = None,
) -> Kept:
    """Keep a new version.

    Parameters
    ----------
    series : str
    payload : Payload or sequence of Payload
        What was received; several where a request had to be split.
    frame : DataFrame
        What was read from it, already checked.
    about : Mapping, optional
        More for the manifest (JSON).

    Raises
    ------
    UnkeptError
        The disk is full or cannot be written; what was kept before is untouched.
    """
    home = _home(series)
    payloads = (payload,) if isinstance(payload, Payload) else tuple(payload)
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    files = {f"raw-{i:03}": p.data for i, p in enumerate(payloads, start=1)} | {_FRAME: buffer.getvalue()}
    first = payloads[0]
    manifest = {
        "series": series,
        "retrieved": max(p.retrieved for p in payloads),
        "urls": [p.url for p in payloads],
        "media_types": [p.media_type for p in payloads],
        # With several parts there is no one state that the service could compare with.
        "etag": first.etag if len(payloads) == 1 else "",
        "last_modified": first.last_modified if len(payloads) == 1 else "",
        "rows": len(frame),
        **(about or {}),
        "sha256": {name: sha256(data) for name, data in files.items()},
    }
    try:
        place = _write(home, files, json.dumps(manifest, indent=1).encode())
    except OSError as error:
        raise UnkeptError(
            f"{series} was fetched, but cannot be kept in {home} ({error.strerror}). The version before is untouched "
            "and stays in use. Free space or make the folder writable, then run `almpo data pull` again."
        ) from None
    _prune(home)
    return Kept(series, place.name, place, manifest)


def _write(home: Path, files: Mapping[str, bytes], manifest: bytes) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=home, prefix=".", suffix=".tmp"))
    try:
        for name, data in files.items():
            _put(temporary / name, data)
        _put(temporary / _MANIFEST, manifest)
        _sync(temporary)
        temporary.chmod(0o755)
        # A running number and not the time: a clock that is set back must not hide the newest version.
        number = max((int(p.name[:6]) for p in _folders(home)), default=0) + 1
        place = home / f"{number:06}-{time.strftime('%Y%m%d', time.gmtime())}-{sha256(manifest)[:_DIGITS]}"
        temporary.rename(place)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    with contextlib.suppress(OSError):
        _sync(home)
    return place


def _put(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    """Force a directory's entries to the disk, so that the renaming never arrives before the files."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(home: Path) -> None:
    """Forget versions beyond the bound, never the last good one, and what killed writers left behind."""
    places = _folders(home)
    good = [p for p in places if _opened(home.name, p) is not None][:KEEP]
    for place in places:
        # A damaged version that is newer than a good one explains the notice until it is superseded.
        if place not in good and (not good or place < good[0]):
            shutil.rmtree(place, ignore_errors=True)
    with contextlib.suppress(OSError):
        for left in home.glob(".*.tmp"):
            if time.time() - left.stat().st_mtime > _STALE:
                shutil.rmtree(left, ignore_errors=True)
