"""A command that was started without stderr (`2>&-`, some schedulers)."""

from __future__ import annotations

import os
import sys


def open_if_closed() -> None:
    """Where nobody gave a stderr, what is said there goes nowhere; and no file that is opened later gets its number.

    A data file under the number of stderr would be written into by whatever a library or a child says.
    """
    try:
        os.fstat(2)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        if nowhere != 2:
            os.close(nowhere)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115 - for as long as the process lives
