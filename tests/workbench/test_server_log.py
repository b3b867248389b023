"""What the app server says, and to whom: readers that never read, terminals, files, and no stderr at all."""

from __future__ import annotations

import inspect
import logging
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest
from app_visits import ROOT

from almpo_kit.workbench import cli, closed_stderr
from almpo_kit.workbench.apps import server_log


def test_one_message_is_left_out_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    from jupyter_server.services.contents.manager import ContentsManager

    assert server_log.UNSIGNED in inspect.getsource(ContentsManager), "the words of the library have changed"
    log = logging.getLogger("test_one_message")
    server_log.quiet(log)
    log.warning(server_log.UNSIGNED, "matching.ipynb")
    log.warning("Signature store for notebook %s is corrupted", "matching.ipynb")
    assert [r.getMessage() for r in caplog.records if r.name == log.name] == [
        "Signature store for notebook matching.ipynb is corrupted"
    ]


ALONE = """
import importlib.util, os, signal, sys, threading
found = importlib.util.spec_from_file_location("server_log", sys.argv[1])
server_log = importlib.util.module_from_spec(found)
found.loader.exec_module(server_log)
server_log._PATIENCE_MS = 20
"""
STANDS = """
asked = threading.Event()

def waiting_for_nobody_under_a_long_name(deep):
    if deep:
        return waiting_for_nobody_under_a_long_name(deep - 1)
    ready.release()
    asked.wait()

ready = threading.Semaphore(0)
for _ in range(30):
    threading.Thread(target=waiting_for_nobody_under_a_long_name, args=(60,), daemon=True).start()
for _ in range(30):
    ready.acquire()
with server_log.never_waiting():
    # The handler runs while this thread holds the lock that every other one needs.
    os.kill(os.getpid(), signal.SIGUSR1)
    print("goes on", flush=True)
"""
WRITES = """
with server_log.never_waiting():
    for k in range(400):
        os.write(2, b"%04d " % k + b"x" * 994 + b"\\n")
print("told all", flush=True)
sys.stdin.read()
sys.stderr.write("and ends\\n")
"""
TWO_WRITE = """
import subprocess
says = "import os, sys\\nfor k in range(300): os.write(2, b'%s %03d' % (sys.argv[1].encode(), k) + b'x' * 90 + b'\\\\n')"
server_log._PATIENCE_MS = 1000
with server_log.never_waiting():
    for one in [subprocess.Popen([sys.executable, "-S", "-c", says, name]) for name in ("a", "b")]:
        one.wait()
sys.stderr.write("and ends\\n")
"""


def _alone(code: str) -> list[str]:
    """The package as a whole takes seconds."""
    return [sys.executable, "-S", "-c", ALONE + code, server_log.__file__]


def test_a_server_tells_where_it_stands(tmp_path: Path) -> None:
    """More than a pipe takes, while nobody else can run."""
    told = tmp_path / "told"
    with told.open("wb") as log:
        done = subprocess.run(_alone(STANDS), stdout=subprocess.PIPE, stderr=log, text=True, timeout=20)
    assert done.stdout == "goes on\n"
    assert told.stat().st_size > 80_000 and "waiting_for_nobody" in told.read_text()


@pytest.mark.parametrize("mode", ["wb", "ab"])
def test_a_file_keeps_everything_in_order(tmp_path: Path, mode: str) -> None:
    """Two writers at once, as kernels are, behind what the shell wrote there, and before what it writes next."""
    told = tmp_path / "told"
    told.write_text("earlier\n")
    with told.open(mode) as log:
        log.write(b"first\n")
        log.flush()
        subprocess.run(_alone(TWO_WRITE), stderr=log, check=True, timeout=20)
        os.write(log.fileno(), b"last\n")
    lines = told.read_text().splitlines()
    if mode == "ab":
        assert lines.pop(0) == "earlier"
    assert lines[0] == "first" and lines[-2:] == ["and ends", "last"]
    for name in "ab":
        own = [line for line in lines[1:-2] if line.startswith(name)]
        assert own == [f"{name} {k:03d}" + "x" * 90 for k in range(300)]
    assert len(lines) == 603


@pytest.mark.parametrize("switched", [True, False])
def test_nobody_waits_for_a_terminal(switched: bool) -> None:
    """It says that it has room when a few bytes are left; then a writer waits, or is sent away if waiting is switched off."""
    ours, theirs = pty.openpty()
    os.set_blocking(theirs, not switched)
    with subprocess.Popen(
        _alone(WRITES), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs
    ) as running:
        try:
            assert running.stdout and running.stdin
            assert select.select([running.stdout], [], [], 5)[0], "it waits for the terminal"
            assert running.stdout.readline() == b"told all\n"
            assert os.get_blocking(theirs) is not switched, "the shell's own terminal is as it was"
            if not switched:
                assert os.read(ours, 9).startswith(b"0000 xx")
        finally:
            running.kill()
            os.close(theirs)
            os.close(ours)


@pytest.mark.parametrize("reading", [True, False])
def test_nobody_waits_for_a_reader(reading: bool) -> None:
    """400 kB on a pipe of 64 kB that nobody reads, or whose reader went away."""
    with subprocess.Popen(
        _alone(WRITES),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdin and running.stdout and running.stderr
        if not reading:
            running.stderr.close()
        assert running.stdout.readline() == b"told all\n"
        if reading:
            running.stdin.close()
            said = running.stderr.read()
            assert said.startswith(b"0000 xx") and said.endswith(b"and ends\n")
            assert len(said) < 100_000
        else:
            running.stdin.close()
        running.wait(timeout=10)


NOWHERE = """
import importlib.util, os, sys
assert sys.stderr is None
found = importlib.util.spec_from_file_location("closed_stderr", sys.argv[1])
closed_stderr = importlib.util.module_from_spec(found)
found.loader.exec_module(closed_stderr)
closed_stderr.open_if_closed()
print("nowhere", file=sys.stderr, flush=True)
with open(os.devnull) as later:
    assert later.fileno() > 2 and os.path.samestat(os.fstat(2), os.stat(os.devnull))
"""


def test_started_without_stderr() -> None:
    command = [sys.executable, "-S", "-c", NOWHERE + ALONE.replace("sys.argv[1]", "sys.argv[2]")]
    command[-1] += "with server_log.never_waiting():\n    os.write(2, b'nowhere')\nprint('served')"
    closed = ["sh", "-c", 'exec "$@" 2>&-', "sh", *command, closed_stderr.__file__, server_log.__file__]
    done = subprocess.run(closed, stdout=subprocess.PIPE, timeout=20)
    assert (done.returncode, done.stdout) == (0, b"served\n")


def test_the_command_looks_for_stderr_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert sys.stderr is not None
