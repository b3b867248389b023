"""Finding the files of ESCO's CSV download in a zip, in a folder, or in a folder inside a zip.

Nothing is unpacked to disk, so no name in a zip can point anywhere; only files that are known by name are read, and
each only up to a bound.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from almpo_kit.sources.given_files import read_file
from almpo_kit.vocabulary.errors import DataError

#: The largest file of any release so far has 25 MB.
LARGEST_FILE = 150_000_000
#: Of all files together that are read.
LARGEST = 400_000_000
_MOST_NAMES = 5_000
_FILE = re.compile(
    r"(occupations|skills|ISCOGroups|skillGroups|skillsHierarchy|broaderRelationsOccPillar|broaderRelationsSkillPillar"
    r"|occupationSkillRelations)(?:_([a-z]{2}(?:-[a-z]{2,4})?))?\.csv",
    re.IGNORECASE,
)
_ROLES = {
    r.lower(): r
    for r in (
        *("occupations", "skills", "ISCOGroups", "skillGroups", "skillsHierarchy"),
        *("broaderRelationsOccPillar", "broaderRelationsSkillPillar", "occupationSkillRelations"),
    )
}
#: What says that a file is meant to be ESCO's: without these two, it is a file of something else.
TELLING = ("occupations", "skills")
WAY_OUT = (
    "Download ESCO as CSV from the ESCO portal of the European Commission (content: classification; one language), and "
    "add the zip file as it came: `almpo data add FILE.zip`."
)


@dataclass(frozen=True)
class Found:
    """Files of one download: by role and language, ``""`` where a file's name has none; and every name there was."""

    name: str
    files: dict[tuple[str, str], bytes]
    names: tuple[str, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that have occupations or skills; ``""`` where the names say none."""
        return tuple(sorted({language for role, language in self.files if role in TELLING}))

    def get(self, role: str, language: str) -> bytes | None:
        """A file in a language, or the one that belongs to no language, or (relations) to any."""
        for key in ((role, language), (role, "")):
            if key in self.files:
                return self.files[key]
        if "elations" in role:
            return next((data for (r, _), data in sorted(self.files.items()) if r == role), None)
        return None


def role_of(name: str) -> tuple[str, str] | None:
    """Role and language that a file's name says, or None for a file that is not wanted."""
    path = PurePosixPath(name.replace("\\", "/"))
    found = _FILE.fullmatch(path.name)
    if found is None or "__MACOSX" in path.parts:
        return None
    return _ROLES[found[1].lower()], (found[2] or "").lower()


def is_esco_zip(data: bytes) -> bool:
    """Whether bytes are a zip that has at least one file of ESCO's by name."""
    if data[:4] != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return any(role_of(i.filename) for i in packed.infolist()[:_MOST_NAMES])
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def is_esco_folder(path: str | Path) -> bool:
    """Whether a path is a folder that has at least one file of ESCO's by name."""
    try:
        folder = Path(path).expanduser()
        return folder.is_dir() and any(role_of(p.name) for p in _inside(folder))
    except (OSError, RuntimeError, ValueError):
        return False


def open_download(path: str | Path) -> Found:
    """The files of a download.

    Raises
    ------
    DataError
        Not there, damaged, locked, too large, a zip of something else, or two downloads in one.
    """
    folder = Path(path).expanduser()
    if folder.is_dir():
        return _gathered(folder.name, _in_folder(folder))
    name, data = read_file(path)
    return open_bytes(name, data)


def open_bytes(name: str, data: bytes) -> Found:
    """:func:`open_download` of bytes already read; ``name`` is what they were called."""
    if data[:2] != b"PK":
        raise DataError(f"{name} is no zip file, or a damaged one. {WAY_OUT}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _gathered(name, _in_zip(packed, name))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise DataError(f"{name} is damaged, cut off or locked ({error}). {WAY_OUT}") from None


def _inside(folder: Path) -> Iterator[Path]:
    """Entries of a folder and of the folders in it."""
    for entry in sorted(folder.iterdir()):
        yield entry
        if entry.is_dir() and not entry.is_symlink():
            yield from sorted(entry.iterdir())


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in _inside(folder):
        if role_of(path.name) and not path.is_dir():
            if path.stat().st_size > LARGEST_FILE:
                raise DataError(
                    f"{path.name} has more than {LARGEST_FILE:,} bytes; no file of ESCO's has. {WAY_OUT}"
                )
            yield str(path.relative_to(folder)), read_file(path)[1]


def _in_zip(packed: zipfile.ZipFile, name: str) -> Iterator[tuple[str, bytes]]:
    listed = packed.infolist()
    if len(listed) > _MOST_NAMES:
        raise DataError(f"{name} holds {len(listed):,} files; a download of ESCO has about 20. {WAY_OUT}")
    for item in listed:
        if item.is_dir() or role_of(item.filename) is None:
            continue
        with packed.open(item) as stream:
            # The size that a zip declares can be false; what is read is bounded.
            content = stream.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise DataError(
                f"{item.filename} in {name} unpacks to more than {LARGEST_FILE:,} bytes; no file of ESCO's does. {WAY_OUT}"
            )
        yield item.filename, content


def _gathered(name: str, contents: Iterator[tuple[str, bytes]]) -> Found:
    files: dict[tuple[str, str], bytes] = {}
    names, total = [], 0
    for inner, content in contents:
        role = role_of(inner)
        total += len(content)
        if total > LARGEST:
            raise DataError(
                f"{name} unpacks to more than {LARGEST:,} bytes; no download of ESCO does. {WAY_OUT}"
            )
        if role in files and files[role] != content:
            raise DataError(f"{name} holds {inner} twice, with other content: add one download at a time.")
        if role is not None:
            files[role] = content
            names.append(inner)
    if not any(role in TELLING for role, _ in files):
        raise DataError(f"{name} holds no file of ESCO's occupations or skills. {WAY_OUT}")
    return Found(name, files, tuple(names))
