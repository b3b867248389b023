"""What a schedule asks of a sweep, and what it wants to know of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almpo_kit.workbench.schedules.schedule import Schedule

Say = Callable[[str], None]
#: Called again and again while a sweep works; what it raises ends the sweep.
Alive = Callable[[], None]


@dataclass(frozen=True)
class Swept:
    """How many reports were made and how many were as before; which failed, each with the reason."""

    made: int
    unchanged: int
    failed: tuple[tuple[str, str], ...] = ()
    unlogged: str = ""

    @property
    def sentence(self) -> str:
        """The count in words."""
        told = f"{self.made} made, {self.unchanged} as before"
        told += f", {len(self.failed)} failed" if self.failed else ""
        return f"{told} (not in the run store: {self.unlogged.rstrip('.')})" if self.unlogged else told


Sweeper = Callable[[Schedule, Path, Say, Alive], Swept]


def swept(schedule: Schedule, out: Path, say: Say, alive: Alive) -> Swept:
    """Carry out the work of a schedule into a folder.

    Parameters
    ----------
    schedule : Schedule
    out : Path
    say : callable
        Told in a line what is being done.
    alive : callable
        Called after every report and line; may raise to end the sweep.

    Raises
    ------
    AlmpoError
        Nothing could be started.
    """
    from almpo_kit.workbench.sweeps.sweeping import sweep

    each, fixed = _series(schedule)
    found = sweep(
        schedule.report,
        each,
        fixed,
        jobs=schedule.jobs,
        cluster=schedule.cluster,
        out=out,
        with_pdf=schedule.pdf,
        time_limit=schedule.time_limit,
        say=say,
        progress=lambda done, total: alive(),
    )
    failed = tuple((_label(schedule, outcome.parameters), outcome.reason) for outcome in found.failed)
    return Swept(len(found.made), len(found.unchanged), failed, found.unlogged)


def _series(schedule: Schedule) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """What varies and what does not; a single report is a series of one, over any of its parameters."""
    from almpo_kit.workbench import notebooks
    from almpo_kit.workbench.sweeps.expansion import listed

    each, fixed = {name: listed(values) for name, values in schedule.each.items()}, dict(schedule.parameters)
    if each:
        return each, fixed
    declared = notebooks.parameters_of(notebooks.read(notebooks.find(schedule.report)))
    name = next(iter(fixed or declared), "")
    default = declared[name].default if name in declared else None
    return ({name: (fixed.pop(name, "" if default is None else str(default)),)} if name else {}), fixed


def _label(schedule: Schedule, values: Mapping[str, Any]) -> str:
    """What tells a report from the others of the series."""
    return " ".join(str(values[name]) for name in schedule.each if name in values) or schedule.report


def told(failed: tuple[tuple[str, str], ...], most: int = 5) -> str:
    """Failed reports with their reasons, on one line."""
    shown = "; ".join(f"{what}: {reason}" for what, reason in failed[:most])
    rest = f"; and {len(failed) - most} more" if len(failed) > most else ""
    return shown + rest
