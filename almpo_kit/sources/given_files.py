"""Reading a file that a person names: a file and nothing else, of bounded size."""

from __future__ import annotations

from pathlib import Path

from almpo_kit.vocabulary.errors import DataError

#: Bytes before unpacking; the largest official dataset or map has a quarter of it.
LARGEST = 500_000_000


def read_file(path: str | Path) -> tuple[str, bytes]:
    """Name and bytes of a file.

    Raises
    ------
    DataError
        Not there, not readable, a folder or a device, or larger than :data:`LARGEST`.
    """
    try:
        source = Path(path).expanduser()
        size = source.stat().st_size
        # A device or a pipe may have no end.
        if not source.is_file():
            what = "a folder" if source.is_dir() else "a device or a pipe"
            raise DataError(f"{source} cannot be read: it is {what}; name one file.")
        if size > LARGEST:
            raise DataError(
                f"{source.name} is larger than any dataset or map of ours; download a selection of it."
            )
        return source.name, source.read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(f"{path} cannot be read ({reason}); check the path.") from None
