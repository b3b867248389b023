"""The bytes that were taken in, under their SHA-256: ``files/ab/abcdef…``; written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from almpo_kit.sources.documents.library_tables import LibraryError, told


class Originals:
    """The files of a library.

    Parameters
    ----------
    folder : Path
        Of the library.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self._files = folder, folder / "files"

    def place(self, digest: str) -> Path:
        """Where the bytes with this checksum lie, or would lie."""
        return self._files / digest[:2] / digest

    def keep(self, data: bytes) -> str:
        """Keep some bytes and give their checksum; bytes that are there already are left alone.

        Raises
        ------
        LibraryError
            The disk is full or read-only; nothing half-written stays.
        """
        digest = hashlib.sha256(data).hexdigest()
        place = self.place(digest)
        with told(self.folder, "written"):
            # Compared and not only looked for: bytes that the disk has damaged since are put right.
            if not place.is_file() or place.read_bytes() != data:
                _write(place, data)
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes with this checksum.

        Raises
        ------
        LibraryError
            Gone, or not what was kept.
        """
        try:
            data = self.place(digest).read_bytes()
        except OSError as error:
            raise LibraryError(
                f"The file {digest[:12]}… of the library in {self.folder} cannot be read ({error.strerror}). Its text is still "
                "held; take the file in again to have its bytes, too."
            ) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise LibraryError(
                f"The file {digest[:12]}… of the library in {self.folder} was changed since it was kept. Its text is still "
                "held; take the original in again to put it right."
            )
        return data


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o444)
        temporary.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
