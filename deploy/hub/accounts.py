"""One Unix account number and one private folder for every person of the hub.

The folder is the register: whoever owns ``people/anna`` is Anna. No entry in ``/etc/passwd`` is needed, so it works in a
container whose root file system is read-only.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

#: Above people's accounts of the machine, below those that containers borrow.
FIRST_NUMBER, LAST_NUMBER = 70_000, 99_999
#: What a person may be called: it becomes the name of a folder.
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}\Z")


def folder_of(name: str, people: Path) -> Path:
    """A person's folder; made, empty and closed to all others, where there is none.

    Parameters
    ----------
    name : str
        As the hub knows the person.
    people : Path
        The folder of all of them; only the hub may write there.

    Raises
    ------
    ValueError
        A name that is no plain file name, or a folder that the hub did not make.
    OSError
        The folder cannot be made or given away; the hub needs root's right to do so.
    """
    if not NAME.match(name):
        raise ValueError(f"{name!r} cannot be a name here: small letters, digits and hyphens only.")
    folder = people / name
    if not os.path.lexists(folder):
        number = _next_number(people)
        # Given away before it gets its name, so that an interruption leaves no folder of the hub's own behind.
        making = people / f".making-{name}"
        if making.exists():
            making.rmdir()
        making.mkdir(mode=0o700)
        os.chown(making, number, number)
        making.rename(folder)
    if folder.is_symlink() or not folder.is_dir() or not _is_ours(number_of(folder)):
        raise ValueError(f"{folder} was not made by this hub and is left alone; move it away.")
    return folder


def number_of(folder: Path) -> int:
    """The account number of the person whose folder this is."""
    return folder.lstat().st_uid


def _is_ours(number: int) -> bool:
    return FIRST_NUMBER <= number <= LAST_NUMBER


def _next_number(people: Path) -> int:
    # Folders that wait for their name count as well, and so do those of people who left.
    taken = [number for entry in people.iterdir() if _is_ours(number := entry.lstat().st_uid)]
    number = max(taken, default=FIRST_NUMBER - 1) + 1
    if number > LAST_NUMBER:
        raise ValueError(f"no account number up to {LAST_NUMBER} is left.")
    return number
