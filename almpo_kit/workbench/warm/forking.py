"""Ask the warm process for a kernel, and hold on to it as to any other process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence

from almpo_kit.workbench.warm import addresses
from almpo_kit.workbench.warm.confinement import Confinement

#: The warm process may still be importing, on a busy machine.
_PATIENCE_SECONDS = 120.0
_LOST = -int(signal.SIGKILL)


class NotForkedError(Exception):
    """The warm process is away or declined; a plain kernel is to be started instead."""


class ForkedProcess:
    """A kernel that another process forked for this one; as :class:`subprocess.Popen` as far as Jupyter asks.

    Its connection is its life: when this process ends, however that may be, the kernel is killed.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid, self._line = pid, line
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit code, or None while it runs; that of a kill when the warm process itself has gone."""
        if self.returncode is None:
            self._line.setblocking(False)
            try:
                if not self._line.recv(1, socket.MSG_PEEK):
                    raise EOFError
                self._line.settimeout(5)
                self.returncode = int(addresses.received(self._line)["exit"])
            except BlockingIOError:
                return None
            except (OSError, EOFError):
                self.returncode = _LOST
            self._line.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Exit code, once it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0.0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """A signal to it and to what it started; nothing when it has ended."""
        if self.poll() is None:
            os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def fork_kernel(
    address: str,
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str,
    stdout: int = 1,
    stderr: int = 2,
    confine: Confinement | None = None,
) -> ForkedProcess:
    """A fresh kernel.

    Parameters
    ----------
    address : str
        Of the warm process.
    argv : sequence of str
        The command of a plain kernel; what follows ``-f`` counts.
    env : mapping of str to str
        Its whole environment.
    cwd : str
    stdout, stderr : int
        File descriptors.
    confine : Confinement, optional

    Raises
    ------
    NotForkedError
    """
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(_PATIENCE_SECONDS)
    asked = {"argv": list(argv), "env": dict(env), "cwd": cwd, "confine": confine and confine.plain()}
    try:
        line.connect(address)
        text = addresses.packed(asked)
        sent = socket.send_fds(line, [text], [stdout, stderr])
        line.sendall(text[sent:])
        answer = addresses.received(line)
    except (OSError, EOFError) as error:
        line.close()
        raise NotForkedError(f"the warm process is away ({error})") from None
    if "pid" not in answer:
        line.close()
        raise NotForkedError(str(answer.get("error")))
    return ForkedProcess(int(answer["pid"]), line)
