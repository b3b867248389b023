"""Editions of a schedule: ``reports/<report>/editions/<schedule>/<slot>/``, each published by one rename.

An edition starts from the one before, so that a sweep sees what is unchanged. Files are shared with it by hard
links: whatever writes a report replaces files and never writes into them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.sources.cache import write_atomically
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import ScheduleError, slot_moment, slot_text

LATEST = "latest"
_ABOUT, _MAKING, _REMOVING = "edition.json", ".making-", ".removing-"
_SLOT = re.compile(r"\d{4}-\d\d-\d\dT\d{4}[+-]\d{4}")


@dataclass(frozen=True)
class Editions:
    """The editions of one schedule."""

    schedule: Schedule

    @property
    def folder(self) -> Path:
        """Where they are."""
        return root() / "reports" / self.schedule.report / "editions" / self.schedule.name

    def name(self, slot: datetime) -> str:
        """The folder of a slot, by the clock of the schedule's zone: ``2027-01-02T0600+0100``."""
        return self.schedule.when.local(slot).strftime("%Y-%m-%dT%H%M%z")

    def published(self, slot: datetime) -> dict[str, Any] | None:
        """What is said of the edition of a slot; None when there is none."""
        return _about(self.folder / self.name(slot))

    def all(self) -> list[Path]:
        """Published editions, the newest slot first."""
        found = [p for p in self.folder.glob("*") if _SLOT.fullmatch(p.name) and _about(p) is not None]
        return sorted(found, key=lambda p: str((_about(p) or {}).get("slot", "")), reverse=True)

    def stage(self, slot: datetime, attempt: int) -> Path:
        """The folder to work in: what an earlier attempt left, else a copy of the newest edition of the same work.

        Its name has the number of the attempt: an earlier process that still writes finds its folder gone.

        Raises
        ------
        ScheduleError
            The folder cannot be written.
        """
        stage = self.folder / f"{_MAKING}{self.name(slot)}-{attempt}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            left = self._left_of(slot, stage)
            if left is not None:
                left.rename(stage)
            elif not stage.exists():
                self._begin(stage)
        except OSError as error:
            raise ScheduleError(
                f"cannot write to {self.folder} ({error.strerror}); nothing was changed. Free space or make it writable."
            ) from error
        return stage

    def _left_of(self, slot: datetime, stage: Path) -> Path | None:
        """The newest folder of an earlier attempt at this slot."""
        begin = f"{_MAKING}{self.name(slot)}-"
        left = {int(p.name[len(begin) :]): p for p in self.folder.glob(f"{begin}*") if p != stage}
        return None if not left or stage.exists() else left[max(left)]

    def _begin(self, stage: Path) -> None:
        before = next((p for p in self.all() if (_about(p) or {}).get("work") == self.schedule.work), None)
        copying = stage.with_name(stage.name.replace(_MAKING, ".copying-", 1))
        shutil.rmtree(copying, ignore_errors=True)
        if before is None:
            copying.mkdir()
        else:
            shutil.copytree(before, copying, copy_function=_linked, ignore=_not_carried_over)
        copying.rename(stage)

    def flush(self, stage: Path) -> None:
        """See that new files are on the disk, so that a power cut after the rename leaves no empty ones behind it.

        Raises
        ------
        ScheduleError
            They cannot be written.
        """
        try:
            for path in stage.rglob("*"):
                if path.is_file() and path.stat().st_nlink == 1:
                    _kept_through_a_power_cut(path)
        except OSError as error:
            raise ScheduleError(
                f"{stage} cannot be written ({error.strerror}); nothing was published."
            ) from error

    def publish(self, stage: Path, slot: datetime, about: Mapping[str, Any], *, again: bool = False) -> None:
        """Rename a finished folder into place and point ``latest`` at the newest edition.

        ``again``: it takes the place of the one that was published for this slot before.

        Raises
        ------
        ScheduleError
            It cannot be renamed; the editions before are untouched.
        """
        target = self.folder / self.name(slot)
        told = {
            "schedule": self.schedule.name,
            "report": self.schedule.report,
            "slot": slot_text(slot),
            "work": self.schedule.work,
            **about,
        }
        try:
            _clear_of_scratch(stage)
            write_atomically(
                stage / _ABOUT, json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True).encode()
            )
            # A folder with files in it is never replaced by a rename.
            if again:
                self._put_in_place(stage, target)
            else:
                stage.rename(target)
            self.point()
            _kept_through_a_power_cut(self.folder)
        except OSError as error:
            raise ScheduleError(
                f"{target} cannot be published ({error.strerror}); the editions before are untouched."
            ) from error

    def _put_in_place(self, stage: Path, target: Path) -> None:
        """The one before goes aside first; whoever is killed in between leaves the stage to the next, which publishes it."""
        aside = target.with_name(f"{_REMOVING}{target.name}")
        shutil.rmtree(aside, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            target.rename(aside)
        try:
            stage.rename(target)
        except OSError:
            with contextlib.suppress(OSError):
                aside.rename(target)
            raise
        shutil.rmtree(aside, ignore_errors=True)

    def point(self) -> None:
        """Let ``latest`` name the newest edition."""
        newest = next(iter(self.all()), None)
        link = self.folder / LATEST
        if newest is None or (link.is_symlink() and str(link.readlink()) == newest.name):
            return
        fresh = self.folder / f".{LATEST}-{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(newest.name)
        fresh.replace(link)

    def retain(self, now_slot: datetime) -> list[str]:
        """Remove editions above the number to keep, and what attempts up to ``now_slot`` left; names of the former.

        The newest editions stay, and the newest in which nothing failed.
        """
        every = self.all()
        whole = next((p for p in every if not (_about(p) or {}).get("failed")), None)
        gone = [p for p in every[self.schedule.keep :] if p != whole]
        for path in gone:
            # First out of sight, then removed: nobody opens half an edition.
            with contextlib.suppress(OSError):
                path.rename(path.with_name(f"{_REMOVING}{path.name}"))
        for left in [*self.folder.glob(f"{_REMOVING}*"), *self._attempts_until(now_slot)]:
            shutil.rmtree(left, ignore_errors=True)
        return [path.name for path in gone]

    def _attempts_until(self, slot: datetime) -> list[Path]:
        found = []
        for path in [*self.folder.glob(f"{_MAKING}*"), *self.folder.glob(".copying-*")]:
            when = _SLOT.search(path.name)
            if when and datetime.strptime(when[0], "%Y-%m-%dT%H%M%z") <= slot:
                found.append(path)
        return found

    def drop(self, slot: datetime) -> None:
        """Remove what was made for a slot that came to nothing."""
        for left in self.folder.glob(f".*ing-{self.name(slot)}-*"):
            shutil.rmtree(left, ignore_errors=True)
        # No empty folder stays where nothing was ever published.
        for folder in (self.folder, self.folder.parent):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _about(edition: Path) -> dict[str, Any] | None:
    try:
        about = json.loads((edition / _ABOUT).read_text(encoding="utf-8"))
        slot_moment(about["slot"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return about if isinstance(about, dict) else None


def _clear_of_scratch(stage: Path) -> None:
    """Remove what processes that were killed in the middle of a file or a report left."""
    for scratch in [*stage.rglob(f"{_MAKING}*"), *stage.rglob(".*.tmp")]:
        if scratch.is_dir():
            shutil.rmtree(scratch, ignore_errors=True)
        else:
            scratch.unlink(missing_ok=True)


def _kept_through_a_power_cut(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another kind of drive
        shutil.copy2(source, target)


def _not_carried_over(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name == _ABOUT or name.startswith((_MAKING, ".copying-"))}
