"""Publishing an edition: its files are made in a scratch folder and renamed into place, all or none."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import ReportError
from almpo_kit.workbench import execution, held_folders

_BEGINNING, _SCRATCH, _DAY_SECONDS = ".copying-", ".making-", 86_400


def _clear_old_scratch(target: Path) -> None:
    """Scratch folders of killed runs: those that nobody holds, and where that cannot be told, those of yesterday."""
    for left in [*target.glob(f"{_BEGINNING}*"), *target.glob(f"{_SCRATCH}*")]:
        with contextlib.suppress(OSError):
            old = time.time() - left.stat().st_mtime > _DAY_SECONDS
            if old or (left.name.startswith(_SCRATCH) and held_folders.is_nobodys(left)):
                shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """A scratch folder on the same file system as the target, gone afterwards whatever happened."""
    ours = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        _clear_old_scratch(target)
        shop, held = held_folders.fresh(target, _SCRATCH, beginning=_BEGINNING)
    except OSError as error:
        raise ReportError(
            f"cannot write to {target} ({error.strerror}). Nothing was changed; choose another folder with --out."
        ) from None
    try:
        yield shop
    except OSError as error:
        raise ReportError(
            f"writing the report failed: {error.strerror or error}. The last good edition in {target} is untouched; "
            "free some space or choose another folder with --out."
        ) from error
    finally:
        shutil.rmtree(shop, ignore_errors=True)
        os.close(held)
        if ours:
            with contextlib.suppress(OSError):  # a folder made for nothing goes; one with an edition stays
                target.rmdir()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two runs of one report publish one after the other, so that page and manifest belong together; and no
    signal comes between two renames."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot lock a folder
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def publish(files: Mapping[str, Path], target: Path, aside: Path, *, stale: str) -> tuple[Path, ...]:
    """Rename the finished files into place, all or none; a PDF of an older edition goes, since it would
    contradict the page."""
    with _alone(target):
        _keep_another_manifest(target, json.loads(files["manifest.json"].read_text(encoding="utf-8")))
        before = {name: aside / name for name in files if (target / name).exists()}
        aside.mkdir()
        for name, kept in before.items():
            shutil.copy2(target / name, kept)
        try:
            for name, path in files.items():
                path.replace(target / name)
        except OSError:
            for name in files:
                if name in before:
                    with contextlib.suppress(OSError):
                        before[name].replace(target / name)
                elif not files[name].exists():
                    (target / name).unlink(missing_ok=True)
            raise
        for name in {stale, execution.FAILURE_LOG} - set(files):
            (target / name).unlink(missing_ok=True)
    return tuple(target / name for name in files)


def _keep_another_manifest(target: Path, ours: Mapping[str, Any]) -> None:
    """With ``--out``, a folder may hold another edition: its manifest is kept under the name of its page."""
    path = target / "manifest.json"
    if not path.exists():
        return
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        page = next(name for name in held["files"] if name.endswith(".html"))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        raise ReportError(
            f"{path} is there and is not the manifest of a report, so it is not replaced. Nothing was published; "
            "move it, or choose another folder with --out."
        ) from None
    if page not in ours["files"]:
        path.replace(target / f"{page.removesuffix('.html')}.manifest.json")
