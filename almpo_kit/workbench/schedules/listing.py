"""What a person sees of her schedules: when each runs next, how the last went, what happened."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import Store, slot_moment
from almpo_kit.workbench.sweeps.expansion import listed as listed_values

#: A timer looks every ten minutes; nobody for longer means that nobody does.
_QUIET = timedelta(minutes=45)


def listed(store: Store, schedules: Sequence[Schedule], moment: datetime) -> list[str]:
    """The schedules in lines for a terminal."""
    if not schedules:
        return [
            "There is no schedule yet; write one into reports/schedules/, e.g. like docs/schedules.md shows."
        ]
    lines = []
    for schedule in schedules:
        rows = store.runs(schedule.name) if store.exists() else []
        lines += [
            schedule.name,
            f"  {_work(schedule)}",
            f"  {schedule.when.explained()}",
            f"  next: {_next(schedule, moment)}",
            *(f"  {line}" for line in _last(schedule, rows, moment)),
            "",
        ]
    return [*lines, _who_looks(store, moment)]


def _work(schedule: Schedule) -> str:
    each = [
        # A group such as EU27 or EL* stands for many; a list is read out.
        f"every {name} of {values[0]}" if len(values) == 1 else f"{name} {', '.join(values)}"
        for name, values in ((name, listed_values(text)) for name, text in schedule.each.items())
    ]
    fixed = [f"{name} {value}" for name, value in schedule.parameters.items()]
    told = "; ".join([" and ".join(each), *fixed] if each else fixed)
    return f"{schedule.report} for {told}" if told else schedule.report


def _next(schedule: Schedule, moment: datetime) -> str:
    slot = schedule.when.next_after(moment)
    return f"{_at(schedule, slot)} ({_distance(slot - moment)})"


def _at(schedule: Schedule, slot: datetime) -> str:
    """A moment on the clock of the schedule; and on that of this machine where it shows another time."""
    local = schedule.when.local(slot)
    mine = slot.astimezone()
    other = (
        "" if mine.utcoffset() == local.utcoffset() else f" = {mine:%H:%M} {mine.tzname()} on this machine"
    )
    return f"{local:%a} {local.day} {local:%B %Y %H:%M} {local.tzname()}{other}"


def _distance(left: timedelta) -> str:
    minutes = max(round(left.total_seconds() / 60), 1)
    for size, unit in ((2 * 1440, "day"), (120, "hour"), (0, "minute")):
        if minutes >= size:
            count = round(minutes / {"day": 1440, "hour": 60, "minute": 1}[unit])
            return f"in {count} {unit}{'' if count == 1 else 's'}"
    return ""


_WORDS = {
    "running": "is being made",
    "waiting": "waits for another try",
    "done": "went well",
    "partly": "published, but some places failed",
    "failed": "failed",
    "missed": "was missed",
}


def _last(schedule: Schedule, rows: Sequence[sqlite3.Row], moment: datetime) -> list[str]:
    if not rows:
        return ["last: never yet"]
    row = rows[0]
    lines = [f"last: {_at(schedule, slot_moment(row['slot']))} {_WORDS[row['state']]}"]
    if row["said"]:
        lines.append(f"      {row['said']}")
    if row["state"] == "waiting" and row["not_before"] > moment.timestamp():
        lines.append(f"      next try: {_at(schedule, datetime.fromtimestamp(row['not_before'], UTC))}")
    edition = next((r["edition"] for r in rows if r["edition"]), "")
    return [*lines, f"      {edition}"] if edition else lines


def _who_looks(store: Store, moment: datetime) -> str:
    seen = store.last_look() if store.exists() else None
    if seen is None:
        return "Nobody looks for what is due yet: almpo schedule install"
    ago = moment - seen
    if ago > _QUIET:
        return f"Nobody has looked for what is due since {seen.astimezone():%d %B %Y %H:%M}: almpo schedule install"
    minutes = max(round(ago.total_seconds() / 60), 0)
    return f"Last looked for what is due {minutes} minute{'' if minutes == 1 else 's'} ago."


def told_history(store: Store, schedule: str, most: int) -> list[str]:
    """The history in lines, the oldest first; times are those of this machine."""
    if not store.exists():
        return ["Nothing has happened yet."]
    lines = []
    for event in store.history(schedule, most):
        at = datetime.fromtimestamp(event["at"], UTC).astimezone()
        slot = f" [{event['slot']}]" if event["slot"] else ""
        lines.append(f"{at:%Y-%m-%d %H:%M:%S}  {event['schedule']}{slot}  {event['kind']}: {event['text']}")
    return lines or ["Nothing has happened yet."]
