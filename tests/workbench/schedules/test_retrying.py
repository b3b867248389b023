"""An edition with gaps is asked for once more: only what failed is made, and people hear that it is whole."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from schedule_worlds import HandClock, schedule, sweeping

from almpo_kit.vocabulary.errors import ParameterError, ReportError
from almpo_kit.workbench import cli
from almpo_kit.workbench.schedules import due, retrying, times
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.editions import Editions
from almpo_kit.workbench.schedules.store import Store


def in_part(store: Store, clock: HandClock, plan: Any) -> Path:
    """An edition without Spain, of which people were told."""
    run_due(store, [plan], clock=clock)
    clock.pass_(days=1)
    (ran,) = run_due(store, [plan], clock=clock, sweep=sweeping(lambda: {"ES"}))
    assert ran.state == "partly"
    with store.transaction() as db:
        db.execute("UPDATE runs SET notice = 'told', notice_told = 'e-mail', notice_tries = 1")
    (edition,) = Editions(plan).all()
    return edition


def test_only_what_failed_is_made_and_takes_the_place_of_the_gap(store: Store, clock: HandClock) -> None:
    plan = schedule(retries=0)
    edition = in_part(store, clock, plan)
    kept = (edition / "IT" / "page.html").stat().st_ino
    assert run_due(store, [plan], clock=clock, sweep=sweeping()) == [], "by itself nothing runs again"
    slot = retrying.ask_again(store, plan, clock())
    assert edition.name == Editions(plan).name(slot)
    (ran,) = run_due(store, [plan], clock=clock, sweep=sweeping())
    assert (ran.state, ran.said) == ("done", "1 made, 1 as before.")
    assert Editions(plan).all() == [edition] and (edition / "ES" / "page.html").exists()
    assert (edition / "IT" / "page.html").stat().st_ino == kept
    assert (Editions(plan).folder / "latest").resolve() == edition.resolve()
    assert not list(Editions(plan).folder.glob(".*"))
    (row,) = store.runs("briefs")
    assert (row["state"], row["notice"], row["notice_told"]) == ("done", "recovery", "")
    with pytest.raises(ParameterError, match="is whole, so there is nothing to retry"):
        retrying.ask_again(store, plan, clock())


def test_what_breaks_again_leaves_what_was_published(store: Store, clock: HandClock) -> None:
    plan = schedule(retries=0)
    edition = in_part(store, clock, plan)

    def broken(*_: Any) -> Any:
        raise ReportError("the disk is full")

    for _ in range(2):
        retrying.ask_again(store, plan, clock())
        (ran,) = run_due(store, [plan], clock=clock, sweep=broken)
        assert ran.state == "partly" and (edition / "IT" / "page.html").exists()
    retrying.ask_again(store, plan, clock())
    assert [ran.state for ran in run_due(store, [plan], clock=clock, sweep=sweeping())] == ["done"]


def test_killed_between_the_two_renames(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = schedule(retries=0)
    edition = in_part(store, clock, plan)
    retrying.ask_again(store, plan, clock())
    if (child := os.fork()) == 0:
        real = Path.rename

        def killed(self: Path, target: Path) -> Path:
            if target == edition:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(self, target)

        monkeypatch.setattr(Path, "rename", killed)
        run_due(store, [plan], clock=clock, sweep=sweeping())
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert not edition.exists()
    (ran,) = run_due(store, [plan], clock=clock, sweep=sweeping())
    assert (ran.state, ran.said) == ("done", "0 made, 2 as before.")
    assert Editions(plan).all() == [edition] and not list(Editions(plan).folder.glob(".*"))


def test_the_command(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock, failing, real = HandClock(), {"IT", "ES"}, due.run_due
    monkeypatch.setattr(times, "now", clock)
    monkeypatch.setattr(
        due,
        "run_due",
        lambda store, plans, say: real(store, plans, clock=clock, sweep=sweeping(lambda: failing), say=say),
    )
    (home / "reports" / "schedules" / "briefs.yml").write_text(
        "report: country_brief\neach: {country: 'IT,ES'}\nwhen: daily at 06:00\ntimezone: UTC\nretries: 0\n"
    )
    assert cli.main(["schedule", "retry", "breifs"]) == 2
    assert "There are: briefs." in capsys.readouterr().err
    assert cli.main(["schedule", "retry", "briefs"]) == 2
    assert "briefs never ran" in capsys.readouterr().err
    assert cli.main(["schedule", "run-due"]) == 0
    clock.at = datetime(2027, 1, 1, 7, tzinfo=UTC)
    assert cli.main(["schedule", "run-due"]) == 1
    assert cli.main(["schedule", "retry", "briefs"]) == 1
    failing.clear()
    capsys.readouterr()
    assert cli.main(["schedule", "retry", "briefs"]) == 0
    assert capsys.readouterr().out == "briefs: 2 made, 0 as before.\n"
