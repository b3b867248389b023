"""A real PostgreSQL server of one's own, in a temporary folder, reached over a socket only."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_COUNTER = itertools.count()


def binaries() -> Path | None:
    """Where Debian has put the newest server, or wherever it is on the path."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    on_path = shutil.which("pg_ctl")
    return known[-1] if known else (Path(on_path).parent if on_path else None)


def _as_nobody_special() -> list[str]:
    # A server refuses to run as root.
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _call(*words: object) -> None:
    # What it says goes to a file: a server that keeps a pipe open would never let us read it to its end.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run([*_as_nobody_special(), *map(str, words)], stdout=said, stderr=said, cwd="/")
        said.seek(0)
        assert done.returncode == 0, said.read()


class Server:
    """One that runs.

    Parameters
    ----------
    folder : Path
    bin : Path
    """

    def __init__(self, folder: Path, bin: Path) -> None:
        self.folder, self.bin = folder, bin

    def address(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The address of an empty database."""
        import psycopg

        name = f"almpo_{os.getpid()}_{next(_COUNTER)}"
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def start(self) -> None:
        options = f"-c listen_addresses='' -k {self.folder} -c fsync=off -c max_connections=120"
        _call(
            self.bin / "pg_ctl",
            "-D",
            self.folder / "data",
            "-o",
            options,
            "-w",
            "-l",
            self.folder / "log",
            "start",
        )

    def stop(self, mode: str = "fast") -> None:
        """ "immediate" is a crash: what was not committed is gone, the rest is recovered at the next start."""
        _call(self.bin / "pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Start one, and stop it at the end."""
    found = binaries()
    assert found is not None
    # Sockets have short names.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        _call(
            found / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
        )
        running = Server(folder, found)
        running.start()
        try:
            yield running
        finally:
            running.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
