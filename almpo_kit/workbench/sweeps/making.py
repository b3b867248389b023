"""Make one report of a series, unless its edition is what would be made; what came of it as plain values."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.workbench import notebooks, parameters, reports
from almpo_kit.workbench.redaction import redacted
from almpo_kit.workbench.sweeps import inputs, standing
from almpo_kit.workbench.turns import Turns, Waiting

MADE, UNCHANGED, FAILED = "made", "unchanged", "failed"
#: Named as scratch is, which no edition that is carried on takes along.
_LOCKS = ".making-lock"
Task = Mapping[str, Any]


def make_one(
    task: Task,
    say: Callable[[str], None] = lambda text: None,
    waits: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Carry out a task; every failure is an answer.

    Parameters
    ----------
    task : mapping
        ``notebook`` (path), ``given`` (text by name), ``folder``, ``pdf``, ``again``, ``minutes`` (time limit), ``code``
        (digest of the package that the series is made with), ``turns`` and ``at_once`` where so many of several workers
        run cells at a time.
    say : callable
    waits : callable
        Called now and then while it waits for its turn, or for another series that makes this report.

    Returns
    -------
    dict
        ``status``, ``page``, ``reason``, ``seconds``, ``differences``, ``unlogged``.
    """
    began = time.perf_counter()
    turns = Turns(Path(task["turns"]), task["at_once"], waits) if task.get("turns") else Turns()
    alone = Waiting(waits)
    try:
        answer = _made(task, say, turns, alone)
    except AlmpoError as error:
        answer = _answer(FAILED, reason=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one report must not end the others
        answer = _answer(FAILED, reason=f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - began - turns.waited - alone.seconds
    return answer | {"reason": redacted(answer["reason"]), "seconds": round(seconds, 2)}


def _made(task: Task, say: Callable[[str], None], turns: Turns, alone: Waiting) -> dict[str, Any]:
    path, folder = Path(task["notebook"]), Path(task["folder"])
    if task["code"] != inputs.code():
        return _answer(FAILED, reason="this worker has another version of the workbench than the series")
    if not path.is_file():
        return _answer(
            FAILED, reason=f"this worker does not see {path}; all need the same folder under the same name"
        )
    with _alone(folder, alone):
        # Another series may have made it since this one began, or while this one waited.
        if not task["again"] and (page := _stands(path, folder, task)):
            return _answer(UNCHANGED, page=str(page))
        return _freshly_made(path, folder, task, say, turns)


@contextlib.contextmanager
def _alone(folder: Path, waiting: Waiting) -> Iterator[None]:
    """No two series make one edition at the same time: each locks its own stretch of one file, given back with its life."""
    at = int.from_bytes(hashlib.sha256(folder.name.encode()).digest()[:7])
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        opened = (folder.parent / _LOCKS).open("a")
    except OSError:  # whoever makes the report says why nothing can be written there
        yield
        return
    with opened:
        waiting.until(lambda: _is_ours(opened.fileno(), at) or None)
        yield


def _is_ours(file: int, at: int) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, at)
    except (BlockingIOError, PermissionError):  # systems differ in what they call a lock that another holds
        return False
    except OSError:  # some network file systems cannot lock; then it may be made twice, and is whole
        return True
    return True


def _freshly_made(
    path: Path, folder: Path, task: Task, say: Callable[[str], None], turns: Turns
) -> dict[str, Any]:
    report = reports.make(
        str(path),
        task["given"],
        out=folder,
        with_pdf=task["pdf"],
        say=say,
        log="later",
        time_limit=task["minutes"],
        turns=turns,
    )
    manifest = standing.held(folder) or {}
    return _answer(
        MADE,
        page=str(report.page),
        differences=manifest.get("differences") or {},
        unlogged=redacted(str(report.tracking_error or "")),
    )


def _stands(path: Path, folder: Path, task: Task) -> Path | None:
    """The page, where another series has made it since this one began."""
    manifest = standing.held(folder)
    if manifest is None:
        return None
    declared = notebooks.parameters_of(notebooks.read(path))
    values = parameters.resolve(declared, task["given"])
    made_from = inputs.fingerprint(path, values, tuple(n for n, p in declared.items() if p.kind == "File"))
    why = standing.why_made(folder, values, made_from, with_pdf=task["pdf"])
    return None if why else standing.page_of(folder, manifest)


def _answer(status: str, **more: Any) -> dict[str, Any]:
    return {"status": status, "page": "", "reason": "", "differences": {}, "unlogged": ""} | more
