"""Files that a command writes where a person says: whole, and never in the place of another."""

from __future__ import annotations

from pathlib import Path

from almpo_kit.sources.cache import write_atomically
from almpo_kit.vocabulary.errors import DataError, ParameterError


def must_be_new(path: Path, option: str) -> None:
    """Refuse a file that is there, so that neither an input nor anybody's work is replaced.

    Raises
    ------
    ParameterError
        Something of this name is there already, or its folder is not.
    """
    if path.is_symlink() or path.exists():
        raise ParameterError(
            f"{path} is there already and is never replaced; choose another name with {option}."
        )
    if not path.parent.is_dir():
        raise ParameterError(f"there is no folder {path.parent} for {path.name}; make it first.")


def write_new(path: Path, data: bytes, option: str) -> None:
    """Write a file under a temporary name and rename it.

    Raises
    ------
    ParameterError
        As :func:`must_be_new`.
    DataError
        The folder is read-only or full. Nothing was written.
    """
    must_be_new(path, option)
    try:
        write_atomically(path, data)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}). Nothing was written; choose another file with {option}."
        ) from None
