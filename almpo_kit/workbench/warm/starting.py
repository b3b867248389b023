"""Start a warm process, and end it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from almpo_kit.workbench.redaction import without_secrets
from almpo_kit.workbench.warm import addresses, preloads

#: One thread in every library that would start more on import: a fork takes only one along.
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


@dataclass(frozen=True)
class Warm:
    """A running warm process.

    Parameters
    ----------
    address : str
        Its socket, for the environment variable ``ALMPO_WARM`` of whoever starts kernels.
    process : Popen
    """

    address: str
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """What tells other processes of it."""
        return {addresses.VARIABLE: self.address}


@contextlib.contextmanager
def start(
    modules: Sequence[str] = preloads.EVERYWHERE, *, environment: Mapping[str, str] | None = None
) -> Iterator[Warm]:
    """A warm process while the block runs; its kernels end with it, and it ends with this process, even if killed.

    It is returned at once: who asks for a kernel while it still imports waits.

    Parameters
    ----------
    modules : sequence of str
        What it imports ahead.
    environment : mapping of str to str, optional
        Its environment; this process's, without secrets, when left out.
    """
    folder = Path(tempfile.mkdtemp(prefix="almpo-warm-"))
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    owned, held = os.pipe()
    try:
        address = folder / "warm"
        listening.bind(str(address))
        listening.listen(64)
        own = without_secrets(os.environ if environment is None else environment) | _ONE_THREAD
        own.pop(addresses.VARIABLE, None)
        command = [sys.executable, "-m", "almpo_kit.workbench.warm.process"]
        handed = (listening.fileno(), owned)
        process = subprocess.Popen(
            [*command, *map(str, handed), str(folder), *modules],
            pass_fds=handed,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except BaseException:
        os.close(held)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        listening.close()
        os.close(owned)
    try:
        yield Warm(str(address), process)
    finally:
        # It sees that nobody holds the other end any more.
        os.close(held)
        _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        # It may be in the middle of an import.
        process.kill()
        process.wait()


@contextlib.contextmanager
def at_hand(modules: Sequence[str] = preloads.EVERYWHERE) -> Iterator[str]:
    """Address of the warm process that is there already, or of one for this block; empty where there can be none."""
    if not addresses.is_possible() or addresses.running():
        yield addresses.running()
        return
    with start(modules) as warm:
        yield warm.address
