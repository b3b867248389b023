"""Looking for what is due again and again, until told to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.schedules import reading, sweeping
from almpo_kit.workbench.schedules.claims import LEASE
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.notices import Courier
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import ScheduleError, Store
from almpo_kit.workbench.schedules.sweeping import Say, Sweeper
from almpo_kit.workbench.schedules.times import Clock, now

#: Seconds between looks: new files, tries that wait and work that was cut off are seen after so long.
_EVERY, _LEAST = 30.0, 0.05
#: Seconds that a notice on its way gets when the daemon is told to stop.
_LAST_NOTICE = 10.0

ReadAll = Callable[[], tuple[list[Schedule], list[ParameterError]]]


def serve(
    store: Store,
    *,
    read: ReadAll = reading.read_all,
    clock: Clock = now,
    say: Say = lambda text: None,
    sweep: Sweeper = sweeping.swept,
    lease: timedelta = LEASE,
    every: float = _EVERY,
) -> None:
    """Carry out what is due when it is due, until interrupted (Ctrl-C, SIGTERM).

    Work in hand is given back then and gone on with at the next start. Files are read anew at every look; one that is
    wrong is told once and does not keep the others from running. A store that is away is waited for.

    Parameters
    ----------
    every : float
        Seconds between looks, at most.
    """
    courier, told = Courier(), set[str]()
    say("Looking after the schedules; stop with Ctrl-C or SIGTERM.")
    try:
        while True:
            schedules, wrong = read()
            told = _tell_new([str(error) for error in wrong], told, say)
            try:
                for ran in run_due(
                    store, schedules, clock=clock, say=say, sweep=sweep, lease=lease, who="daemon"
                ):
                    say(f"{ran.schedule}: {ran.said}")
            except ScheduleError as error:
                say(str(error))
            courier.send(store, schedules, clock)
            time.sleep(_until_next(schedules, clock, every))
    except KeyboardInterrupt:
        courier.wait(_LAST_NOTICE)
        say("Stopped; work in hand is gone on with at the next start.")


def _tell_new(wrong: list[str], told: set[str], say: Say) -> set[str]:
    for text in wrong:
        if text not in told:
            say(text)
    return set(wrong)


def _until_next(schedules: list[Schedule], clock: Clock, every: float) -> float:
    """Seconds to sleep: up to the next slot, and never longer than ``every``, because clocks are set and files change."""
    moment = clock()
    waits = [(schedule.when.next_after(moment) - moment).total_seconds() for schedule in schedules]
    return max(min([every, *waits]), _LEAST)
