"""What the kernels of visitors may not do, and what they need for what they do.

They may write the records, the runs and a folder of their own, and read beside that the workbench, its data and the
libraries; nothing else of this machine, least of all each other. Secrets of the environment are not handed on; there is
no network unless records or runs are kept on a server.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import almpo_kit
from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import held_folders, notebooks
from almpo_kit.workbench.redaction import without_secrets
from almpo_kit.workbench.warm.confinement import Confinement, libraries

_FOLDERS = "almpo-served-"
USER_VARIABLE, SWITCH = "ALMPO_APPS_USER", "ALMPO_APPS_CONFINED"
#: Addresses of stores, which may hold a password: without it, the store cannot be reached.
STORES = ("ALMPO_RECORDS", "MLFLOW_TRACKING_URI")
_LONGEST_FOLDER = 32
_LEAST_MEMORY = 3_000_000_000
#: Confined kernels let the server go first, so that whoever comes while many compute is answered at once.
_YIELDING = 5
_TRIAL = """
import json, sys
from almpo_kit.workbench.warm.confinement import Confinement, apply
apply(Confinement.of(json.loads(sys.argv[1])))
# An account that cannot read the programs could run none of them; nor could anybody whose fence leaves them out.
for module in ("json", "almpo_kit.workbench.warm.confinement"):
    open(sys.modules[module].__file__, "rb").close()
"""


@dataclass(frozen=True)
class Confined:
    """How kernels are confined.

    Parameters
    ----------
    base : Confinement
        Without the folder of each kernel.
    root : Path
        Where the kernels' own folders lie.
    held : int
        Descriptor that says that this process still needs that folder.
    """

    base: Confinement
    root: Path
    held: int = -1

    def folder(self, kernel: str) -> Path:
        """Folder of that kernel: its connection file, sockets, temporary files and caches."""
        # Systems take paths of sockets up to about 100 characters.
        return self.root / kernel.replace("-", "")

    def file(self, kernel: str) -> str:
        """Its connection file, which says how to talk to it and with which key."""
        return str(self.folder(kernel) / "kernel.json")

    def make(self, kernel: str) -> None:
        """Make its folder, which no other account can enter."""
        self.folder(kernel).mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.base.user:
            shutil.chown(self.folder(kernel), user=self.base.user)

    def of(self, file: str) -> Confinement:
        """Confinement of the kernel with this connection file."""
        if self.base.writable is None:
            return self.base
        return replace(self.base, writable=(*self.base.writable, str(Path(file).parent), os.devnull))

    def environment(self, kernel: str) -> dict[str, str]:
        """Its environment: no secrets, and everything that libraries like to write goes to its folder."""
        own = (
            "TMPDIR",
            "IPYTHONDIR",
            "MPLCONFIGDIR",
            "NUMBA_CACHE_DIR",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "JUPYTER_RUNTIME_DIR",
        )
        return open_environment() | dict.fromkeys(own, str(self.folder(kernel)))


def open_environment() -> dict[str, str]:
    """This process's environment without its secrets, for kernels however they are started."""
    return without_secrets(os.environ, STORES)


def readable() -> tuple[str, ...]:
    """What apps read: the workbench, its notebooks and data, and libraries."""
    parts = [
        Path(almpo_kit.__file__).parent,
        notebooks.folder(),
        root() / "data",
        root() / "requirements.lock",
    ]
    return (*map(str, parts), *libraries(root()))


def library() -> Path:
    """The folder of the library of documents, into which the evidence desk takes what people drop in."""
    elsewhere = os.environ.get("ALMPO_LIBRARY", "").strip()
    return Path(elsewhere).expanduser().absolute() if elsewhere else root() / "data" / "cache" / "library"


def wanted(writable: tuple[Path, ...]) -> Confinement | None:
    """What is asked for by this machine's environment; None if confinement is switched off.

    Parameters
    ----------
    writable : tuple of Path
        Files and folders in which apps keep things.

    Raises
    ------
    ParameterError
        An account that this process cannot become.
    """
    user = os.environ.get(USER_VARIABLE, "").strip()
    if os.environ.get(SWITCH, "") == "0":
        return None
    if user:
        _require_account(user)
    writing = tuple(str(path) for path in writable)
    return Confinement(
        user, writing, readable(), network=_on_a_server(), memory=most_memory(), yielding=_YIELDING
    )


def most_memory() -> int:
    """Bytes that one kernel may have: enough for large files, and not all, as that would end other people's."""
    import psutil  # type: ignore[import-untyped, unused-ignore]

    return max(_LEAST_MEMORY, int(psutil.virtual_memory().total) // 4)


def _require_account(user: str) -> None:
    import pwd

    if os.geteuid() != 0:
        raise ParameterError(f"{USER_VARIABLE} needs a server that root starts; leave it out otherwise.")
    try:
        pwd.getpwnam(user)
    except KeyError:
        raise ParameterError(f"{USER_VARIABLE}: there is no account {user!r} on this machine.") from None


def _on_a_server() -> bool:
    return any("://" in os.environ.get(name, "") and not _file_of(os.environ[name]) for name in STORES)


def _file_of(address: str) -> Path | None:
    """The file that an address of a store means; None for a server."""
    if "://" not in address:
        return Path(address).absolute() if address else None
    parts = urlsplit(address)
    if parts.scheme.partition("+")[0] in ("sqlite", "file"):
        return Path(
            unquote(parts.path.removeprefix("/") if parts.scheme != "file" else parts.path)
        ).absolute()
    return None


def places_of_stores(runs: Path) -> tuple[Path, ...]:
    """Folders that must be writable: where records, runs and documents are kept, made where there is none.

    Parameters
    ----------
    runs : Path
        Folder of runs and records, unless the environment says otherwise.
    """
    files = [_file_of(os.environ.get(name, "").strip()) for name in STORES]
    folders = {runs, library(), *(path.parent for path in files if path is not None)}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return tuple(sorted(folders))


def possible(asked: Confinement) -> tuple[Confinement | None, str]:
    """As much of it as this system allows, and what it does not allow, in words; tried in a process of its own."""
    steps = [
        (asked, ""),
        (replace(asked, network=True), "the network cannot be taken from them"),
        (replace(asked, writable=None, readable=None), "they cannot be kept from reading and writing files"),
        (
            replace(asked, network=True, writable=None, readable=None),
            "neither network nor files can be taken from them",
        ),
    ]
    for step, words in steps:
        if _allowed(step):
            return step, words
    return None, "nothing can be taken from them"


def _allowed(asked: Confinement) -> bool:
    import json

    tried = subprocess.run(
        [sys.executable, "-c", _TRIAL, json.dumps(asked.plain())],
        capture_output=True,
        check=False,
        timeout=60,
    )
    return tried.returncode == 0


def place_of_sockets() -> str | None:
    """Where folders with sockets go: a long path would leave no room for their names. None: as always."""
    return "/tmp" if len(tempfile.gettempdir()) > _LONGEST_FOLDER and Path("/tmp").is_dir() else None


def require_confined(found: Confined | None) -> None:
    """Raise unless kernels are kept to their files, or somebody said that they need not be.

    Raises
    ------
    ParameterError
    """
    if os.environ.get(SWITCH, "") == "0" or (found is not None and found.base.writable is not None):
        return
    raise ParameterError(
        "others can reach this server, and on this system its apps cannot be kept from the rest of this machine (that needs "
        "Linux 5.13 or later with Landlock, and warm kernels, thus no ALMPO_WARM=0). Serve on this machine alone (leave out "
        f"--ip and --behind-proxy), or set {SWITCH}=0 if whoever uses the apps may read and write all that you may."
    )


def prepare(runs: Path, say: object = None) -> Confined | None:
    """How the kernels of this server are confined.

    Parameters
    ----------
    runs : Path
        Folder of runs and records.
    say : callable, optional
        Told, as a sentence, what is not possible here.

    Raises
    ------
    ParameterError
        An account that this process cannot become.
    """
    asked = wanted(places_of_stores(runs))
    if asked is None:
        return None
    found, missing = possible(asked)
    if found is None and asked.user:
        raise ParameterError(
            f"{USER_VARIABLE}: kernels cannot run as {asked.user!r} here: the account must be able to read the programs "
            f"({sys.prefix} and {Path(sys.base_prefix)}), and the system must let kernels become it."
        )
    if missing and callable(say):
        say(f"  Kernels are confined less than they should be: on this system {missing}.")
    if found is None:
        return None
    return Confined(found, *_own_folder(Path(place_of_sockets() or tempfile.gettempdir())))


def _own_folder(place: Path) -> tuple[Path, int]:
    """A folder for the kernels of this server, and what holds it; those of servers that were killed are removed."""
    for left in place.glob(f"{_FOLDERS}*"):
        with contextlib.suppress(OSError):
            ours = left.lstat().st_uid == os.geteuid() and not left.is_symlink()
            if ours and held_folders.is_nobodys(left):
                shutil.rmtree(left, ignore_errors=True)
    own, held = held_folders.fresh(place, _FOLDERS, beginning=f".{_FOLDERS}")
    # Each kernel's own folder in it is closed to others; the way there is not.
    own.chmod(0o711)
    return own, held


def remove(confined: Confined) -> None:
    """Remove what the kernels kept, when all of them have ended."""
    shutil.rmtree(confined.root, ignore_errors=True)
    if confined.held >= 0:
        os.close(confined.held)
