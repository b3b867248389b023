"""Make one report of a series, unless its edition is what would be made; what came of it as plain values."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.workbench import notebooks, parameters, reports
from almpo_kit.workbench.redaction import redacted
from almpo_kit.workbench.sweeps import inputs, standing
from almpo_kit.workbench.turns import Turns

MADE, UNCHANGED, FAILED = "made", "unchanged", "failed"
Task = Mapping[str, Any]


def make_one(task: Task, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Carry out a task; every failure is an answer.

    Parameters
    ----------
    task : mapping
        ``notebook`` (path), ``given`` (text by name), ``folder``, ``pdf``, ``again``, ``minutes`` (time limit), ``code``
        (digest of the package that the series is made with), ``turns`` and ``at_once`` where so many of several workers
        run cells at a time.
    say : callable

    Returns
    -------
    dict
        ``status``, ``page``, ``reason``, ``seconds``, ``differences``, ``unlogged``.
    """
    began = time.perf_counter()
    turns = Turns(Path(task["turns"]), task["at_once"]) if task.get("turns") else Turns()
    try:
        answer = _made(task, say, turns)
    except AlmpoError as error:
        answer = _answer(FAILED, reason=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one report must not end the others
        answer = _answer(FAILED, reason=f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - began - turns.waited
    return answer | {"reason": redacted(answer["reason"]), "seconds": round(seconds, 2)}


def _made(task: Task, say: Callable[[str], None], turns: Turns) -> dict[str, Any]:
    path, folder = Path(task["notebook"]), Path(task["folder"])
    if task["code"] != inputs.code():
        return _answer(FAILED, reason="this worker has another version of the workbench than the series")
    if not path.is_file():
        return _answer(
            FAILED, reason=f"this worker does not see {path}; all need the same folder under the same name"
        )
    if not task["again"] and (page := _stands(path, folder, task)):
        return _answer(UNCHANGED, page=str(page))
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
