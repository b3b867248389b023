"""What a schedule asks of a sweep, and what it wants to know of it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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

    @property
    def sentence(self) -> str:
        """The count in words."""
        told = f"{self.made} made, {self.unchanged} as before"
        return f"{told}, {len(self.failed)} failed" if self.failed else told


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
    raise NotImplementedError


def told(failed: tuple[tuple[str, str], ...], most: int = 5) -> str:
    """Failed reports with their reasons, on one line."""
    shown = "; ".join(f"{what}: {reason}" for what, reason in failed[:most])
    rest = f"; and {len(failed) - most} more" if len(failed) > most else ""
    return shown + rest
