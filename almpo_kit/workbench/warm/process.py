"""The warm process: it imports, waits, and forks a kernel whenever it is asked to. It does nothing else.

No event loop, no ZMQ context, no MLflow, one thread: a fork takes only the thread that called it, so a lock that another
one held would stay locked for ever. That there is one thread is looked at before each fork; if not, none is made and the
asker starts a plain kernel. Started by ``starting.start`` with a listening socket and a pipe that its owner holds.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import selectors
import signal
import socket
import struct
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any, NoReturn

from almpo_kit.workbench.warm import addresses, confinement

_LOOK_AGAIN_SECONDS = 10.0


class Kernels:
    """The kernels that live, by the connection of whoever asked for them."""

    def __init__(self, listening: socket.socket, owner: int, asker: int = 0) -> None:
        self.listening, self.owner, self.asker = listening, owner, asker
        self.by_process: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.waking, woken = os.pipe()
        for end in (self.waking, woken):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.woken = woken
        for source in (listening, owner, self.waking):
            self.selector.register(source, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until the owner has gone."""
        while True:
            for key, _ in self.selector.select(_LOOK_AGAIN_SECONDS):
                if key.fileobj == self.owner:
                    return
                if key.fileobj == self.listening:
                    self._answer()
                elif key.fileobj == self.waking:
                    self._drain()
                elif isinstance(key.fileobj, socket.socket):
                    self._let_go(key.fileobj)
            self._bury()

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self.waking, 512):
                pass

    def _answer(self) -> None:
        """One request on a new connection; a bad one costs its asker alone."""
        try:
            line, _ = self.listening.accept()
        except OSError:
            # The asker was killed meanwhile, or there are too many at once: it starts a plain kernel.
            return
        line.settimeout(10)
        files: list[int] = []
        process = 0
        try:
            if self.asker and self.asker != asking_process(line):
                # A confined kernel that found the way here could ask for one that is not.
                raise PermissionError("the warm process answers its owner alone")
            asked, files = addresses.received_with_files(line)
            if threads() != 1:
                raise RuntimeError(f"the warm process has {threads()} threads")
            process = self._fork(line, asked, files)
            line.sendall(addresses.packed({"pid": process}))
            line.setblocking(False)
            self.selector.register(line, selectors.EVENT_READ)
            self.by_process[process] = line
        except (OSError, ValueError, EOFError, KeyError, RuntimeError) as error:
            if process:  # its asker was killed before it could be told: nobody would ever end it
                end(process)
            with contextlib.suppress(OSError):
                line.sendall(addresses.packed({"error": str(error)}))
            line.close()
        finally:
            for descriptor in files:
                os.close(descriptor)

    def _fork(self, line: socket.socket, asked: dict[str, Any], files: list[int]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            # Its asker must hear of our end from the kernel's end, not from a copy of the connection that it holds.
            line.close()
            self._become_a_kernel(parent, asked, files)
        with contextlib.suppress(OSError):
            # Both sides do so, as either may come first.
            os.setpgid(process, process)
        return process

    def _become_a_kernel(self, parent: int, asked: dict[str, Any], files: list[int]) -> NoReturn:
        code = 1
        try:
            os.setpgid(0, 0)
            self._leave_behind()
            _take_streams(files)
            become(asked)
            # After the account may have changed, which the system takes for a reason to forget it.
            confinement.die_with_parent(parent)
            code = run_kernel(asked["argv"])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001 -- nothing may return into the loop of the warm process
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _leave_behind(self) -> None:
        """Nothing of the warm process stays open in the child: else a connection would outlive its asker."""
        signal.set_wakeup_fd(-1)
        self.selector.close()
        self.listening.close()
        for line in self.by_process.values():
            line.close()
        for descriptor in (self.owner, self.waking, self.woken):
            os.close(descriptor)

    def _let_go(self, line: socket.socket) -> None:
        """An asker says nothing more; so this is its end, and that of its kernel."""
        process = next((p for p, held in self.by_process.items() if held is line), 0)
        self.selector.unregister(line)
        line.close()
        if process:
            del self.by_process[process]
            end(process)

    def _bury(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                process, status = os.waitpid(-1, os.WNOHANG)
                if not process:
                    return
                line = self.by_process.pop(process, None)
                if line is not None:
                    self.selector.unregister(line)
                    with contextlib.suppress(OSError):
                        line.sendall(addresses.packed({"exit": os.waitstatus_to_exitcode(status)}))
                    line.close()


def asking_process(line: socket.socket) -> int:
    """Which process made this connection, as the system says."""
    said = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", said)[0])


def threads() -> int:
    """Threads of this process, also those that no Python code knows."""
    return len(list(Path("/proc/self/task").iterdir()))


def end(process: int) -> None:
    """Kill a kernel and what it started."""
    with contextlib.suppress(OSError):
        os.killpg(process, signal.SIGKILL)


def _take_streams(files: list[int]) -> None:
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 -- a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    for number, descriptor in zip((1, 2), files, strict=False):
        os.dup2(descriptor, number)
        os.close(descriptor)


def become(asked: dict[str, Any]) -> None:
    """Be as a process that was just started: its environment and folder, its own chance, the usual signals."""
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"] or ".")
    tempfile.tempdir = None
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    # As Python does when it starts; the warm process ignores it, since Ctrl-C is for its owner.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if asked.get("confine"):
        confinement.apply(confinement.Confinement.of(asked["confine"]))
    gc.enable()


def run_kernel(argv: list[str]) -> int:
    """ipykernel, with the arguments that a plain kernel would be started with."""
    from ipykernel.kernelapp import IPKernelApp

    # Nobody reads the history of such a kernel, and many at once would lock each other's database of it.
    given = [
        *argv[argv.index("-f") :],
        "--HistoryManager.enabled=False",
        f"--IPKernelApp.parent_handle={os.getppid()}",
    ]
    sys.argv = [argv[0], *given]
    # Without a network it cannot listen to what its children print, and says so each time.
    warnings.filterwarnings("ignore", "Couldn't bind IOPub Pipe")
    IPKernelApp.launch_instance(argv=given)
    return 0


def preload(modules: list[str]) -> None:
    """Import; a module that is not there, or is broken, is the notebook's matter."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 -- whatever a library raises on import
            print(f"almpo: the warm process could not import {module}: {error}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    """``process LISTENING_FD OWNER_FD ASKER FOLDER MODULE…``; ASKER is the one process that is answered, 0 for all."""
    listening = socket.socket(fileno=int(arguments[0]))
    owner, asker, folder, modules = int(arguments[1]), int(arguments[2]), Path(arguments[3]), arguments[4:]
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # What was started with `-m` has the folder it was started in before everything else.
    if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
        del sys.path[0]
    preload(modules)
    # What is there now is never collected, so that its pages stay shared with the kernels.
    gc.disable()
    gc.collect()
    gc.freeze()
    kernels = Kernels(listening, owner, asker)
    try:
        kernels.serve()
    finally:
        for process in list(kernels.by_process):
            end(process)
    # Only when the owner has gone: after a fault of ours, the next warm process listens there.
    _clear(folder)
    return 0


def _clear(folder: Path) -> None:
    """The folder of sockets; the owner may have been killed and cannot."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
