"""A reader that closes the pipe (``| head``) has seen enough: no traceback, and nothing else changes."""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Callable

Command = Callable[[argparse.Namespace], int]


def quiet(command: Command) -> Command:
    """A command that ends quietly, with code 1, where nobody reads its output to the end."""

    @functools.wraps(command)
    def run(asked: argparse.Namespace) -> int:
        try:
            code = command(asked)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        return code

    return run
