"""Folders that are somebody's as long as he lives: a lock says so, which the system gives back with its holder, so that
whoever comes later can tell those of the killed and remove them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path


def fresh(place: Path, prefix: str, *, beginning: str) -> tuple[Path, int]:
    """A folder of this process, and the descriptor that holds it until it is closed.

    Parameters
    ----------
    place : Path
    prefix : str
        Of its name, which others look for.
    beginning : str
        Prefix of its name before it is held.

    Raises
    ------
    OSError
    """
    made = Path(tempfile.mkdtemp(prefix=beginning, dir=place))
    held = os.open(made, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot lock a folder
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return made.rename(place / f"{prefix}{made.name.removeprefix(beginning)}"), held
    except BaseException:
        os.close(held)
        raise


def is_nobodys(folder: Path) -> bool:
    """Whether its holder has gone; False also where that cannot be told.

    Raises
    ------
    OSError
        It is not there, or belongs to somebody who lets nobody look.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
