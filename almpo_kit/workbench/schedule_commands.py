"""``almpo schedule list | run-due | retry | daemon | install | history``: reports at their times.

Exit codes: 0 done (or nothing due), 1 something due failed or was put off to another try, 2 a file of
``reports/schedules/`` is wrong (the others ran).
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from almpo_kit.workbench.broken_pipes import quiet

#: Seconds that a notice gets before a short command ends; the next call sends what did not go out.
_NOTICES = 30.0


def add(verbs: Any) -> None:
    """Add the command."""
    text = "reports at their times, from the files in reports/schedules/"
    schedule = verbs.add_parser("schedule", help=text, description=text)
    actions = schedule.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
        added.set_defaults(run=quiet(run))
        return added

    action("list", _list, "when each runs next, and how the last went")
    action("run-due", _run_due, "make what is due now, once")
    retry = action("retry", _retry, "make the last edition again where it failed, now")
    retry.add_argument("schedule", help="its name, as `almpo schedule list` shows it")
    action("daemon", _daemon, "look for what is due until stopped")
    install = action("install", _install, "have this system call `run-due` every ten minutes")
    how = install.add_mutually_exclusive_group()
    how.add_argument("--systemd", action="store_true", help="by a systemd user timer")
    how.add_argument("--cron", action="store_true", help="by a line in the crontab")
    how.add_argument("--remove", action="store_true", help="take timer and line away")
    install.add_argument("--print", action="store_true", help="only show what would be installed")
    history = action("history", _history, "what happened, the newest last")
    history.add_argument("schedule", nargs="?", default="", help="of one schedule only")
    history.add_argument("-n", "--lines", type=int, default=50, metavar="LINES")


def _list(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.schedules import listing, reading, times
    from almpo_kit.workbench.schedules.store import Store

    schedules, wrong = reading.read_all()
    for line in listing.listed(Store(), schedules, times.now()):
        _line(line)
    return _told(wrong)


def _run_due(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.schedules import due, reading, times
    from almpo_kit.workbench.schedules.notices import Courier
    from almpo_kit.workbench.schedules.store import Store

    schedules, wrong = reading.read_all()
    store, courier = Store(), Courier()
    ran = due.run_due(store, schedules, say=_say)
    if not ran and sys.stderr.isatty():  # a timer's log is not filled with it
        _say("Nothing is due; `almpo schedule list` says when the next is.")
    for found in ran:
        _line(f"{found.schedule}: {found.said}")
    courier.send(store, schedules, times.now)
    courier.wait(_NOTICES)
    return _told(wrong) or int(any(found.state != "done" for found in ran))


def _retry(asked: argparse.Namespace) -> int:
    from almpo_kit.vocabulary.errors import ParameterError
    from almpo_kit.workbench.schedules import due, reading, retrying, times
    from almpo_kit.workbench.schedules.notices import Courier
    from almpo_kit.workbench.schedules.store import Store

    schedules, wrong = reading.read_all()
    found = next((s for s in schedules if s.name == asked.schedule), None)
    if found is None:
        _told(wrong)
        names = ", ".join(s.name for s in schedules) or "none"
        raise ParameterError(f"there is no schedule {asked.schedule!r}. There are: {names}.")
    store, courier = Store(), Courier()
    retrying.ask_again(store, found, times.now())
    ran = due.run_due(store, [found], say=_say)
    if not ran:
        _line(
            f"{found.name}: another process makes it; almpo schedule history {found.name} says how it went."
        )
    for one in ran:
        _line(f"{one.schedule}: {one.said}")
    courier.send(store, schedules, times.now)
    courier.wait(_NOTICES)
    return int(any(one.state != "done" for one in ran))


def _daemon(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.schedules import daemon
    from almpo_kit.workbench.schedules.store import Store

    daemon.serve(Store(), say=_say)
    return 0


def _install(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.schedules import installing, reading

    place = installing.here()
    if asked.remove:
        lines = installing.remove(place)
    else:
        cron = asked.cron or not (asked.systemd or installing.has_systemd())
        if asked.print:
            shown = {"crontab": installing.cron_line(place)} if cron else installing.units(place)
            lines = [f"# {name}\n{text}" for name, text in shown.items()]
        else:
            lines = installing.install_cron(place) if cron else installing.install_timer(place)
    for line in lines:
        print(line)
    return _told(reading.read_all()[1])


def _history(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.schedules import listing
    from almpo_kit.workbench.schedules.store import Store

    for line in listing.told_history(Store(), asked.schedule, max(asked.lines, 1)):
        _line(line)
    return 0


def _told(wrong: Any) -> int:
    for error in wrong:
        print(f"almpo: {error}", file=sys.stderr)
    return 2 if wrong else 0


def _say(text: str) -> None:
    from almpo_kit.sources.intake.problems import ascii_controls

    print(f"  {ascii_controls(text)}", file=sys.stderr, flush=True)


def _line(text: str) -> None:
    """One line for a terminal; nothing in it steers the terminal."""
    from almpo_kit.sources.intake.problems import ascii_controls

    print(ascii_controls(text))
