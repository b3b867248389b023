"""An edition that was published in part, failed or was missed is asked for once more, by a person."""

from __future__ import annotations

from datetime import datetime

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import Store, slot_moment


def ask_again(store: Store, schedule: Schedule, now: datetime) -> datetime:
    """Let the newest slot be carried out once more by whoever looks next; what of it is good is not made again.

    Returns
    -------
    datetime
        The slot.

    Raises
    ------
    ParameterError
        It never ran, is whole, or is being made.
    ScheduleError
        What is kept cannot be written.
    """
    with store.transaction() as db:
        row = db.execute(
            "SELECT * FROM runs WHERE report = ? AND parameters = ? ORDER BY slot DESC LIMIT 1",
            (schedule.report, schedule.work),
        ).fetchone()
        if row is None:
            raise ParameterError(
                f"{schedule.name} never ran; `almpo schedule list` says when it will. Without a schedule: "
                f"`almpo report {schedule.report}`."
            )
        if row["state"] in ("done", "running"):
            why = "is whole" if row["state"] == "done" else "is being made now"
            raise ParameterError(f"the last edition of {schedule.name} {why}, so there is nothing to retry.")
        # Whoever was told of the failure is told of its end; a notice of it that did not go out yet is out of date.
        db.execute(
            "UPDATE runs SET state = 'waiting', tries = 0, cut_offs = 0, not_before = 0, ended = NULL, notice = ?, "
            "notice_told = '', notice_tries = 0, notice_until = 0 WHERE id = ?",
            ("told" if row["notice"] == "told" else "", row["id"]),
        )
        store.note(db, now, row["schedule"], row["slot"], "retry", "Asked for once more.")
    return slot_moment(row["slot"])
