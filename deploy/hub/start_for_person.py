"""Runs as the person, before the person's server: sets limits, lays the folder out, becomes the server.

The hub runs it under the person's account number, so whatever the person put into the folder, symbolic links for
instance, leads no further than the person may go anyway.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import resource
import shutil
import sys
from pathlib import Path

#: prctl(2): no program started from here gains rights by a set-user-id bit.
_NO_NEW_PRIVILEGES = 38
_KEPT = ".almpo-notebooks.json"
#: JupyterLab would otherwise ask whether it may fetch news from elsewhere.
_PAGE = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


def limit(*, memory: int, processes: int) -> None:
    """Bound what one person's processes take.

    Parameters
    ----------
    memory : int
        Bytes of data that one process may hold; a person has a server and some kernels.
    processes : int
        Processes and threads of the person together.
    """
    for what, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, 8_192),
        (resource.RLIMIT_CORE, 0),
    ):
        # Not above what the hub itself may.
        most = min(most, hard) if (hard := resource.getrlimit(what)[1]) >= 0 else most
        resource.setrlimit(what, (most, most))
    if ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError("privileges cannot be given up")


def lay_out(home: Path, project: Path) -> None:
    """The workbench's folders in a person's home: data by reference, notebooks as copies.

    A copy that the person never changed is brought up to date; a changed one stays.
    """
    for name in ("notebooks", "data", "data/cache", "reports", "mlruns"):
        (home / name).mkdir(exist_ok=True)
    for source in (project / "data").iterdir():
        link = home / "data" / source.name
        if source.name == "cache" or (link.exists() and not link.is_symlink()):
            continue
        link.unlink(missing_ok=True)
        link.symlink_to(source)
    _bring_notebooks(home, project)
    page = home / ".jupyter" / "labconfig" / "page_config.json"
    if not page.exists():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(json.dumps(_PAGE), encoding="utf-8")


def _bring_notebooks(home: Path, project: Path) -> None:
    register = home / "notebooks" / _KEPT
    try:
        given = dict(json.loads(register.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        given = {}
    for source in sorted((project / "notebooks").rglob("*.ipynb")):
        name = str(source.relative_to(project / "notebooks"))
        target, digest = home / "notebooks" / name, hashlib.sha256(source.read_bytes()).hexdigest()
        if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() != given.get(name):
            continue
        target.parent.mkdir(exist_ok=True)
        making = target.with_name(f".{target.name}.new")
        shutil.copyfile(source, making)
        making.replace(target)
        given[name] = digest
    register.write_text(json.dumps(given, indent=1), encoding="utf-8")


def main() -> None:
    """Set limits, lay out, and become the server."""
    if os.geteuid() == 0:
        raise SystemExit("a person's server never runs as root.")
    home, project = Path(os.environ["HOME"]), Path(os.environ["ALMPO_PROJECT"])
    limit(
        memory=int(float(os.environ["ALMPO_HUB_MEMORY_GB"]) * 1e9),
        processes=int(os.environ["ALMPO_HUB_PROCESSES"]),
    )
    os.chdir(home)
    # Sockets of kernels lie here, and the name of a socket may only be so long.
    os.environ["JUPYTER_RUNTIME_DIR"] = str(home / ".run")
    lay_out(home, project)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]])


if __name__ == "__main__":
    main()
