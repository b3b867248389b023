"""Start a warm process, and end it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from almpo_kit.workbench.redaction import without_secrets
from almpo_kit.workbench.warm import addresses, preloads

#: One thread in every library that would start more on import, as a fork takes only one along; and quiet.
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # ipykernel imports a debugger, which complains that it would not see the insides of Python.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
#: A dead one is seen after so many seconds; one that lived shorter than the second counts; after so many it is given up.
_LOOK_SECONDS, _LONG_SECONDS, _MOST_SHORT = 0.2, 30.0, 3


class Warm:
    """A running warm process; another one takes its place, at the same address, when it dies.

    Parameters
    ----------
    folder : Path
        Where its socket is put.
    modules : sequence of str
    environment : mapping of str to str
    asker : int, optional
        The one process that it answers; 0 for all.

    Attributes
    ----------
    address : str
        Its socket, for the environment variable ``ALMPO_WARM`` of whoever starts kernels.
    process : Popen
    """

    def __init__(
        self, folder: Path, modules: Sequence[str], environment: Mapping[str, str], asker: int = 0
    ) -> None:
        self.address = str(folder / "warm")
        self._asked, self._own = (str(asker), str(folder), *modules), dict(environment)
        # Kept open here, so that who asks while there is no process waits for the next one.
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._owned, self._held = os.pipe()
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="warm", daemon=True)
        try:
            self._listening.bind(self.address)
            self._listening.listen(64)
            self.process = self._started()
        except BaseException:
            self._let_go()
            raise
        self._watching.start()

    @property
    def environment(self) -> dict[str, str]:
        """What tells other processes of it."""
        return {addresses.VARIABLE: self.address}

    def end(self) -> None:
        """End it and its kernels."""
        self._ended.set()
        self._watching.join()
        # It sees that nobody holds the other end any more.
        self._let_go()
        _end(self.process)

    def _let_go(self) -> None:
        self._listening.close()
        for descriptor in (self._held, self._owned):
            os.close(descriptor)

    def _started(self) -> subprocess.Popen[bytes]:
        handed = (self._listening.fileno(), self._owned)
        return subprocess.Popen(
            [sys.executable, "-m", "almpo_kit.workbench.warm.process", *map(str, handed), *self._asked],
            pass_fds=handed,
            env=self._own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _watch(self) -> None:
        began, short = time.monotonic(), 0
        while not self._ended.wait(_LOOK_SECONDS):
            if self.process.poll() is None:
                continue
            short = short + 1 if time.monotonic() - began < _LONG_SECONDS else 0
            try:
                if short >= _MOST_SHORT:
                    raise OSError(f"it died {short} times within {_LONG_SECONDS:.0f} s")
                print("almpo: the warm process died; another one is started.", file=sys.stderr)
                began, self.process = time.monotonic(), self._started()
            except OSError as error:
                print(
                    f"almpo: there is no warm process any more ({error}); kernels are plain.", file=sys.stderr
                )
                # Those who wait are told at once, instead of waiting in vain.
                self._listening.close()
                return


@contextlib.contextmanager
def start(
    modules: Sequence[str] = preloads.EVERYWHERE,
    *,
    environment: Mapping[str, str] | None = None,
    for_me_alone: bool = False,
) -> Iterator[Warm]:
    """A warm process while the block runs; its kernels end with it, and it ends with this process, even if killed.

    It is returned at once: who asks for a kernel while it still imports waits.

    Parameters
    ----------
    modules : sequence of str
        What it imports ahead.
    environment : mapping of str to str, optional
        Its environment; this process's, without secrets, when left out.
    for_me_alone : bool
        It answers no other process: where kernels are confined, as its address is in their memory.
    """
    folder = Path(tempfile.mkdtemp(prefix="almpo-warm-"))
    try:
        own = without_secrets(os.environ if environment is None else environment) | _ONE_THREAD
        own.pop(addresses.VARIABLE, None)
        warm = Warm(folder, modules, own, os.getpid() if for_me_alone else 0)
        try:
            yield warm
        finally:
            warm.end()
    finally:
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
