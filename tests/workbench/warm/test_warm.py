"""Warm kernels for real: forked, isolated, ended with whoever asked for them, confined when asked to be."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from almpo_kit.workbench.warm import addresses, confinement, preloads, starting
from almpo_kit.workbench.warm.confinement import Confinement
from almpo_kit.workbench.warm.forking import ForkedProcess, NotForkedError, fork_kernel
from almpo_kit.workbench.warm.kernels import WarmKernelManager

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
LIGHT = ("random", "numpy", "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell")


@pytest.fixture(scope="module")
def warm() -> Iterator[starting.Warm]:
    with starting.start(LIGHT) as running:
        yield running


def run(address: str, *cells: str, confine: Confinement | None = None, env: Any = None) -> list[str]:
    """What the cells print, in one fresh kernel."""
    return asyncio.run(_run(address, cells, confine, env))


async def _run(address: str, cells: tuple[str, ...], confine: Confinement | None, env: Any) -> list[str]:
    manager = WarmKernelManager(warm_address=address, confinement=confine)
    await manager.start_kernel(**({"env": env} if env is not None else {}))
    assert isinstance(manager.provisioner.process, ForkedProcess)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        return [await _said(client, cell) for cell in cells]
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def _said(client: Any, cell: str) -> str:
    said: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        said.append(content.get("text") or "".join(content.get("traceback", [])))

    await client.execute_interactive(cell, output_hook=hear, timeout=60)
    return "".join(said).strip()


def test_each_kernel_is_fresh(warm: starting.Warm) -> None:
    """Variables, options, folders, chance: nothing of one kernel reaches the next."""
    first = (
        "import numpy, random, os; kept = 1; numpy.set_printoptions(precision=1); os.chdir('/'); os.environ['LEFT'] = '1'",
        "print(random.random(), numpy.random.random(), os.getppid())",
    )
    _, one = run(warm.address, *first)
    two, options, where = run(
        warm.address,
        "import numpy, random, os; print(random.random(), numpy.random.random(), os.getppid())",
        "print(numpy.get_printoptions()['precision'], 'kept' in globals(), 'LEFT' in os.environ)",
        "print(os.getcwd() == '/')",
    )
    parents = {said.split()[2] for said in (one, two)}
    assert parents == {str(warm.process.pid)}, "both are forks of the one warm process"
    assert not set(one.split()[:2]) & set(two.split()[:2]), "each draws its own numbers"
    assert options == "8 False False" and where == "False"


def test_it_is_imported_already(warm: starting.Warm) -> None:
    (said,) = run(warm.address, "import sys; print('numpy' in sys.modules, 'mlflow' in sys.modules)")
    assert said == "True False"


def test_what_is_preloaded_starts_nothing() -> None:
    """No thread, no ZMQ context, no event loop, no MLflow: else the warm process would not fork."""
    code = (
        "import sys\nfrom almpo_kit.workbench.warm import process\nprocess.preload(sys.argv[1:])\n"
        "import asyncio, zmq\n"
        "print(process.threads(), zmq.Context._instance, asyncio._get_running_loop(), 'mlflow' in sys.modules)"
    )
    everything = [
        *preloads.EVERYWHERE,
        *(m for wing in preloads.OF_WINGS.values() for m in wing),
        *preloads.OF_APPS,
    ]
    own = {**os.environ, **starting._ONE_THREAD}
    command = [sys.executable, "-c", code, *everything]
    done = subprocess.run(command, capture_output=True, text=True, env=own, timeout=240)
    assert done.stdout.strip() == "1 None None False", done.stderr
    assert "could not import" not in done.stderr


def test_it_refuses_to_fork_with_threads() -> None:
    """A module that starts a thread on import; the asker gets a plain kernel."""
    with starting.start((*LIGHT, "tests_thread_starter"), environment=_with_thread_starter()) as warm:
        with pytest.raises(NotForkedError, match="has 2 threads"):
            fork_kernel(warm.address, ["-f", "x"], env=dict(os.environ), cwd=".")
        manager = WarmKernelManager(warm_address=warm.address)

        async def plain() -> bool:
            await manager.start_kernel()
            forked = isinstance(manager.provisioner.process, ForkedProcess)
            await manager.shutdown_kernel(now=True)
            return forked

        assert asyncio.run(plain()) is False


@pytest.fixture(autouse=True, scope="module")
def _thread_starter(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "tests_thread_starter.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    )
    _FOLDERS.append(str(folder))


_FOLDERS: list[str] = []


def _with_thread_starter() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": _FOLDERS[0]}


def test_interrupted_and_restarted(warm: starting.Warm) -> None:
    async def visit() -> tuple[str, str]:
        manager = WarmKernelManager(warm_address=warm.address)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        waiting = asyncio.create_task(_said(client, "import time\nx = 1\ntime.sleep(60)"))
        await asyncio.sleep(1)
        await manager.interrupt_kernel()
        interrupted = await waiting
        await manager.restart_kernel(now=True)
        await client.wait_for_ready(timeout=60)
        after = await _said(client, "print('x' in globals())")
        client.stop_channels()
        await manager.shutdown_kernel()
        return interrupted, after

    interrupted, after = asyncio.run(visit())
    assert "KeyboardInterrupt" in interrupted and after == "False"


def _gone(pid: int, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists() and "zombie" not in _state(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "zombie"


ASKER = """
import sys, os, time
from almpo_kit.workbench.warm import forking
forked = forking.fork_kernel(sys.argv[1], ["-f", sys.argv[2]], env=dict(os.environ), cwd=".")
print(forked.pid, flush=True)
time.sleep(600)
"""


def test_a_kernel_ends_with_its_asker_and_with_the_warm_process(tmp_path: Path) -> None:
    """Killed, not asked: nothing is left behind, neither processes nor sockets."""
    with starting.start(LIGHT) as warm:
        command = [sys.executable, "-c", ASKER, warm.address, str(tmp_path / "k.json")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as asker:
            assert asker.stdout
            kernel = int(asker.stdout.readline())
            assert not _gone(kernel, 0.5)
            asker.kill()
            assert _gone(kernel)
        mine = fork_kernel(warm.address, ["-f", str(tmp_path / "m.json")], env=dict(os.environ), cwd=".")
        assert mine.poll() is None
        warm.process.send_signal(signal.SIGKILL)
        assert mine.wait(timeout=10) == -signal.SIGKILL and _gone(mine.pid)
        again = fork_kernel(warm.address, ["-f", str(tmp_path / "a.json")], env=dict(os.environ), cwd=".")
        assert again.poll() is None, "another warm process takes the dead one's place"
    assert _gone(again.pid) and again.wait(timeout=10) == -signal.SIGKILL
    with pytest.raises(NotForkedError, match="away"):
        fork_kernel(warm.address, ["-f", "x"], env={}, cwd=".")
    assert not Path(warm.address).parent.exists()


def test_an_asker_that_died_costs_nobody_else_a_kernel(tmp_path: Path) -> None:
    """Killed between asking and being told: its kernel ends, no descriptor stays, and the warm process goes on."""

    def mine() -> ForkedProcess:
        return fork_kernel(warm.address, ["-f", str(tmp_path / "k")], env=dict(os.environ), cwd=".")

    def held() -> tuple[list[str], int]:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return children, len(list(Path(f"/proc/{pid}/fd").iterdir()))

    asked = {"argv": ["-f", "x"], "env": dict(os.environ), "cwd": ".", "confine": None}
    with starting.start(LIGHT) as warm:
        kept, pid = mine(), warm.process.pid
        # What came with the question is closed a moment after it was answered.
        while (before := held()) != (time.sleep(0.3), held())[1]:
            pass
        with Path(os.devnull).open("wb") as nothing:
            for _ in range(20):
                with socket.socket(socket.AF_UNIX) as line:
                    line.connect(warm.address)
                    socket.send_fds(line, [addresses.packed(asked)], [nothing.fileno()] * 2)
        last = mine()
        last.kill()
        until = time.monotonic() + 20
        while held() != before:
            assert time.monotonic() < until, f"{before} before, {held()} now"
            time.sleep(0.05)
        assert warm.process.pid == pid and kept.poll() is None


def test_an_address_that_outlived_its_warm_process(tmp_path: Path) -> None:
    manager = WarmKernelManager(warm_address=str(tmp_path / "gone" / "warm"))

    async def plain() -> bool:
        await manager.start_kernel()
        forked = isinstance(manager.provisioner.process, ForkedProcess)
        await manager.shutdown_kernel(now=True)
        return forked

    assert asyncio.run(plain()) is False


def test_one_that_dies_again_and_again_is_given_up(capfd: pytest.CaptureFixture[str]) -> None:
    """Who asks is told at once, and starts a plain kernel."""
    broken = {**os.environ, "PYTHONHOME": "/nowhere"}
    with starting.start(LIGHT, environment=broken) as warm, pytest.raises(NotForkedError, match="away"):
        fork_kernel(warm.address, ["-f", "x"], env={}, cwd=".")
    assert "there is no warm process any more" in capfd.readouterr().err


OWNER = """
import sys, time
from almpo_kit.workbench.warm import starting
with starting.start(("ipykernel.kernelapp",)) as warm:
    print(warm.address, warm.process.pid, flush=True)
    time.sleep(600)
"""


def test_the_warm_process_ends_with_its_owner() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        address, pid = owner.stdout.readline().split()
        owner.kill()
    assert _gone(int(pid), 30)
    assert not Path(address).parent.exists(), "its folder, too"


def test_secrets_do_not_come_along(warm: starting.Warm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMPO_APPS_TOKEN", "do-not-tell-anybody")
    with starting.start(LIGHT) as other:
        told = Path(f"/proc/{other.process.pid}/environ").read_bytes()
    assert b"do-not-tell-anybody" not in told


FORBIDDEN = """
import os, socket, pathlib
def attempt(do):
    try:
        do()
        return 'done'
    except OSError as error:
        return type(error).__name__
print(
    attempt(lambda: pathlib.Path(os.environ['FREE'], 'a').write_text('x')),
    attempt(lambda: pathlib.Path(os.environ['CLOSED'], 'a').write_text('x')),
    attempt(lambda: os.truncate(os.environ['CLOSED'] + '/b', 0)),
    attempt(lambda: os.unlink(os.environ['CLOSED'] + '/b')),
    attempt(lambda: socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), timeout=5)),
    attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))),
    attempt(lambda: pathlib.Path('/proc', os.environ['OTHER'], 'environ').read_bytes()),
    attempt(lambda: pathlib.Path(os.environ['CLOSED'], 'b').read_bytes()),
    attempt(lambda: os.kill(int(os.environ['OTHER']), 0)),
)
"""


def test_confined(warm: starting.Warm, tmp_path: Path) -> None:
    """Read-only but for what is named, no network, no look at other files and processes, no signal to them."""
    if confinement.landlock_version() < 6:
        pytest.skip("this system's Landlock is older")
    free, closed = tmp_path / "free", tmp_path / "closed"
    free.mkdir()
    closed.mkdir()
    (closed / "b").write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        env = {
            **os.environ,
            "FREE": str(free),
            "TMPDIR": str(free),
            "CLOSED": str(closed),
            "PORT": str(listening.getsockname()[1]),
            "OTHER": str(os.getpid()),
        }
        writable = (str(free), str(Path(warm.address).parent), os.devnull)
        asked = Confinement(writable=writable, readable=confinement.libraries(), network=False)
        (said,) = run(warm.address, FORBIDDEN, confine=asked, env=env)
        (open_,) = run(warm.address, FORBIDDEN, env=env)
    assert said.split() == ["done", *["PermissionError"] * 4, "OSError", *["PermissionError"] * 3]
    assert open_.split() == [*["done"] * 7, "FileNotFoundError", "done"], "it is the confinement that refuses"


def test_another_account() -> None:
    """It owns nothing any more, and cannot go back. (Such a kernel needs a Python that the account can read.)"""
    if os.geteuid() != 0:
        pytest.skip("only root can become another account")
    code = (
        "import os\nfrom almpo_kit.workbench.warm import confinement\n"
        "confinement.apply(confinement.Confinement(user='nobody'))\n"
        "try: os.setuid(0)\nexcept PermissionError: print(os.getresuid(), os.getresgid(), os.getgroups())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "(65534, 65534, 65534) (65534, 65534, 65534) []"


def test_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(addresses.VARIABLE, "0")
    assert not addresses.is_possible()
    with starting.at_hand(LIGHT) as address:
        assert address == ""
    assert WarmKernelManager().transport == "tcp"
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv(addresses.VARIABLE, "/somewhere")
    assert addresses.running() == "", "on macOS kernels are never forked"


def test_before_it_is_registered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An environment older than the code: plain kernels, and a word on what to run."""
    from almpo_kit.workbench.warm import kernels

    monkeypatch.setattr(kernels, "entry_points", lambda **_: ())
    kernels._is_registered.cache_clear()
    found = WarmKernelManager().kernel_spec
    kernels._is_registered.cache_clear()
    assert found is not None and "kernel_provisioner" not in found.metadata
    assert "run `make env` once" in capsys.readouterr().err
