"""What the analyst sees: the list, what `run-due` answers, the history."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from schedule_worlds import HandClock, schedule, sweeping

from almpo_kit.workbench import cli
from almpo_kit.workbench.schedules import listing
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.store import Store

TEXT = "report: country_brief\neach: {country: 'IT,ES'}\nwhen: quarterly at 06:00\ntimezone: Asia/Tokyo\n"


def test_the_list_says_in_plain_words_when_and_how(store: Store, clock: HandClock) -> None:
    plan = schedule("quarterly on day 2 at 06:00", retries=1)
    lines = listing.listed(store, [plan], clock())
    assert lines[:5] == [
        "briefs",
        "  country_brief for country IT, ES",
        "  quarterly on day 2 at 06:00 (Europe/Brussels)",
        f"  next: Sat 2 January 2027 06:00 CET{other(datetime(2027, 1, 2, 5, tzinfo=UTC), 1)} (in 34 days)",
        "  last: never yet",
    ]
    assert lines[-1] == "Nobody looks for what is due yet: almpo schedule install"
    assert not store.exists()  # looking changes nothing

    run_due(store, [plan], clock=clock)
    assert listing.listed(store, [plan], clock())[-1] == "Last looked for what is due 0 minutes ago."
    clock.at = datetime(2027, 1, 2, 5, 0, 30, tzinfo=UTC)
    run_due(store, [plan], clock=clock, sweep=sweeping(lambda: {"ES"}))
    told = "\n".join(listing.listed(store, [plan], clock()))
    assert "last: Sat 2 January 2027 06:00 CET" in told and "waits for another try" in told
    assert "ES: no figures" in told and "next try: Sat 2 January 2027 06:05 CET" in told
    clock.pass_(minutes=5)
    run_due(store, [plan], clock=clock, sweep=sweeping(lambda: {"ES"}))
    clock.pass_(days=3)
    lines = listing.listed(store, [plan], clock())
    assert any("published, but some places failed" in line for line in lines)
    assert any(line.endswith("editions/briefs/2027-01-02T0600+0100") for line in lines)
    assert lines[-1].startswith("Nobody has looked for what is due since ")


def other(moment: datetime, hours: int) -> str:
    mine = moment.astimezone()
    same = mine.utcoffset() == schedule().when.local(moment).utcoffset()
    return "" if same else f" = {mine:%H:%M} {mine.tzname()} on this machine"


def test_list_run_due_and_history_as_commands(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schedule", "list"]) == 0
    assert "There is no schedule yet" in capsys.readouterr().out
    assert cli.main(["schedule", "history"]) == 0
    (home / "reports" / "schedules" / "briefs.yml").write_text(TEXT)
    assert cli.main(["schedule", "list"]) == 0
    assert "quarterly at 06:00 (Asia/Tokyo)" in capsys.readouterr().out
    assert cli.main(["schedule", "run-due"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["schedule", "history", "briefs", "-n", "5"]) == 0
    assert "briefs  seen: First seen: quarterly at 06:00 (Asia/Tokyo)." in capsys.readouterr().out

    (home / "reports" / "schedules" / "bad.yml").write_text("report: nothing\n\x1b[2J")
    assert cli.main(["schedule", "list"]) == 2
    found = capsys.readouterr()
    assert "briefs" in found.out and "bad.yml" in found.err and "\x1b" not in found.err


def test_run_due_answers_with_its_exit_code(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from almpo_kit.workbench.schedules import due

    (home / "reports" / "schedules" / "briefs.yml").write_text(TEXT)
    real, failing = due.run_due, {"ES"}

    def with_ours(store: Store, plans: Any, **more: Any) -> Any:
        return real(store, plans, clock=clock, sweep=sweeping(lambda: failing), say=more["say"])

    monkeypatch.setattr(due, "run_due", with_ours)
    clock = HandClock()
    assert cli.main(["schedule", "run-due"]) == 0
    clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    assert cli.main(["schedule", "run-due"]) == 1
    assert "briefs: 1 made, 0 as before, 1 failed; trying again from" in capsys.readouterr().out
    failing.clear()
    clock.pass_(minutes=10)
    assert cli.main(["schedule", "run-due"]) == 0
    assert "briefs: 1 made, 1 as before." in capsys.readouterr().out
    assert cli.main(["schedule", "run-due"]) == 0
