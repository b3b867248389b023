"""A slot carried out: tried again with growing waits, published once and whole, old editions removed whole."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from schedule_worlds import HandClock, schedule, sweeping

from almpo_kit.vocabulary.errors import ParameterError, ReportError
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.editions import Editions
from almpo_kit.workbench.schedules.store import Store
from almpo_kit.workbench.schedules.sweeping import Swept


def looked(store: Store, clock: HandClock, plan: Any, sweep: Any = None) -> list[str]:
    return [ran.state for ran in run_due(store, [plan], clock=clock, sweep=sweep or sweeping())]


def next_slot(store: Store, clock: HandClock, plan: Any, sweep: Any = None) -> list[str]:
    if not store.exists():
        looked(store, clock, plan)
    clock.pass_(days=1)
    return looked(store, clock, plan, sweep)


def about(edition: Path) -> dict[str, Any]:
    return json.loads((edition / "edition.json").read_text(encoding="utf-8"))


def test_failed_places_are_tried_again_after_growing_waits(store: Store, clock: HandClock) -> None:
    plan, failing, calls = schedule(retries=3), {"ES"}, []

    def sweep(*given: Any) -> Swept:
        calls.append(clock.at)
        return sweeping(lambda: failing)(*given)

    assert next_slot(store, clock, plan, sweep) == ["waiting"]
    for minutes, expected in ((4, []), (1, ["waiting"]), (9, []), (1, ["waiting"]), (19, [])):
        clock.pass_(minutes=minutes)
        assert looked(store, clock, plan, sweep) == expected
    assert not Editions(plan).all()
    failing.clear()
    clock.pass_(minutes=1)
    assert looked(store, clock, plan, sweep) == ["done"]
    assert [(b - a).total_seconds() / 60 for a, b in itertools.pairwise(calls)] == [5, 10, 20]
    assert about(Editions(plan).all()[0])["failed"] == []
    tried = [e["text"] for e in store.history() if e["kind"] == "tried"]
    assert tried[0].startswith("1 made, 0 as before, 1 failed; trying again from 13:05. ES: no figures")


def test_after_the_last_try_the_good_ones_are_published_and_the_others_named(
    store: Store, clock: HandClock
) -> None:
    plan = schedule(retries=1)
    assert next_slot(store, clock, plan, sweeping(lambda: {"ES"})) == ["waiting"]
    clock.pass_(minutes=5)
    assert looked(store, clock, plan, sweeping(lambda: {"ES"})) == ["partly"]
    (edition,) = Editions(plan).all()
    assert [p.name for p in sorted(edition.iterdir())] == ["IT", "edition.json"]
    assert about(edition)["failed"] == [{"report": "ES", "reason": "no figures"}]
    assert store.runs("briefs")[0]["notice"] == "failure"
    clock.pass_(hours=2)
    assert looked(store, clock, plan) == []


def test_where_nothing_is_made_the_last_edition_stays_the_latest(store: Store, clock: HandClock) -> None:
    plan = schedule(retries=0)
    assert next_slot(store, clock, plan) == ["done"]
    before = {p: p.read_bytes() for p in Editions(plan).folder.rglob("*") if p.is_file()}
    for fault in (ReportError("the engine is away"), ValueError("odd"), MemoryError()):

        def sweep(*_: Any, fault: Any = fault) -> Any:
            raise fault

        assert next_slot(store, clock, plan, sweep) == ["failed"]
    after = {p: p.read_bytes() for p in Editions(plan).folder.rglob("*") if p.is_file()}
    assert after == before
    assert "the engine is away" in store.runs("briefs")[2]["said"]
    assert next_slot(store, clock, plan) == ["done"]
    assert store.runs("briefs")[0]["notice"] == "recovery"


def test_a_value_that_no_report_takes_is_not_tried_again(store: Store, clock: HandClock) -> None:
    def sweep(*_: Any) -> Any:
        raise ParameterError("there is no country 'XX'")

    assert next_slot(store, clock, schedule(retries=5), sweep) == ["failed"]


def test_an_edition_starts_from_the_one_before_and_leaves_it_as_it_was(
    store: Store, clock: HandClock
) -> None:
    plan = schedule()
    next_slot(store, clock, plan)
    assert next_slot(store, clock, plan) == ["done"]
    new, old = Editions(plan).all()
    assert store.runs("briefs")[0]["said"] == "0 made, 2 as before."
    assert (new / "IT" / "page.html").stat().st_ino == (old / "IT" / "page.html").stat().st_ino

    def replaced(plan: Any, out: Path, say: Any, alive: Any) -> Swept:
        fresh = out / "IT" / "fresh"
        fresh.write_text("another page")
        fresh.replace(out / "IT" / "page.html")
        return Swept(1, 1)

    next_slot(store, clock, plan, replaced)
    assert (old / "IT" / "page.html").read_text() == "the page of IT"
    assert (Editions(plan).all()[0] / "IT" / "page.html").read_text() == "another page"
    assert about(old)["slot"] != about(new)["slot"]


def test_other_work_does_not_start_from_an_edition_of_this(store: Store, clock: HandClock) -> None:
    next_slot(store, clock, schedule())
    other = schedule(each={"country": "FR"})
    looked(store, clock, other)
    next_slot(store, clock, other, sweeping(places=("FR",)))
    assert sorted(p.name for p in Editions(other).all()[0].iterdir()) == ["FR", "edition.json"]


def test_old_editions_go_whole_and_the_last_good_one_stays(store: Store, clock: HandClock) -> None:
    plan = schedule(keep=2, retries=0)
    for _ in range(3):
        next_slot(store, clock, plan)
    assert len(Editions(plan).all()) == 2
    good = Editions(plan).all()[0].name
    for _ in range(4):
        assert next_slot(store, clock, plan, sweeping(lambda: {"ES"})) == ["partly"]
    names = [p.name for p in Editions(plan).all()]
    assert len(names) == 3 and names[-1] == good
    assert {p.name for p in Editions(plan).folder.iterdir()} == {*names, "latest"}
    next_slot(store, clock, plan)
    assert good not in [p.name for p in Editions(plan).all()]
    assert [e for e in store.history() if e["kind"] == "removed"]


def test_what_killed_processes_left_is_not_published_and_goes(store: Store, clock: HandClock) -> None:
    plan = schedule()
    next_slot(store, clock, plan)
    folder = Editions(plan).folder
    (folder / ".making-2026-11-29T0600+0100-3").mkdir()
    (folder / ".copying-2026-11-29T0600+0100-3").mkdir()
    (folder / ".removing-2020-11-29T0600+0100").mkdir()

    def sweep(plan: Any, out: Path, say: Any, alive: Any) -> Swept:
        (out / "IT" / ".making-left").mkdir()
        (out / "IT" / ".making-left" / "half.html").write_text("half")
        (out / ".k3j2h1.tmp").write_text("half")
        return Swept(1, 1)

    next_slot(store, clock, plan, sweep)
    assert not list(folder.rglob(".*"))


def test_stopped_work_is_given_back_and_gone_on_with(store: Store, clock: HandClock) -> None:
    plan = schedule(retries=0)

    def stopped(plan: Any, out: Path, say: Any, alive: Any) -> Any:
        sweeping(places=("IT",))(plan, out, say, alive)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next_slot(store, clock, plan, stopped)
    row = store.runs("briefs")[0]
    assert (row["state"], row["tries"]) == ("waiting", 0)
    assert looked(store, clock, plan) == ["done"]
    assert store.runs("briefs")[0]["said"] == "1 made, 1 as before."


def test_a_folder_that_cannot_be_written_is_tried_again_then_told(store: Store, clock: HandClock) -> None:
    plan = schedule(retries=1)
    looked(store, clock, plan)
    blocker = Editions(plan).folder.parent
    blocker.parent.mkdir(parents=True)
    blocker.write_text("a file where the folder should be")
    clock.pass_(days=1)
    assert looked(store, clock, plan) == ["waiting"]
    clock.pass_(minutes=5)
    assert looked(store, clock, plan) == ["failed"]
    assert "cannot write to" in store.runs("briefs")[0]["said"]


def test_secrets_reach_neither_history_nor_log(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from almpo_kit.workbench.schedules.schedule import Notify

    monkeypatch.setenv("ALMPO_DB_PASSWORD", "correct-horse-battery")
    monkeypatch.setenv("OUR_CHAT", "https://chat.example/T000/B111/xyzzy")
    plan = schedule(retries=0, notify=Notify(webhook="${OUR_CHAT}"))
    said: list[str] = []

    def sweep(plan: Any, out: Path, say: Any, alive: Any) -> Swept:
        leak = "postgresql://ada:hunter22@db/x correct-horse-battery https://chat.example/T000/B111/xyzzy"
        say(leak)
        (out / "IT").mkdir()
        return Swept(1, 0, ((f"ES {leak}", leak),))

    looked(store, clock, plan)
    clock.pass_(days=1)
    found = run_due(store, [plan], clock=clock, sweep=sweep, say=said.append)
    assert [ran.state for ran in found] == ["partly"]
    everything = b"".join(p.read_bytes() for p in store.path.parent.rglob("*") if p.is_file())
    everything += "".join([*said, *(ran.said for ran in found)]).encode()
    for secret in (b"hunter22", b"correct-horse", b"xyzzy"):
        assert secret not in everything
    assert b"postgresql://" in everything


def test_a_second_machine_with_its_own_history_publishes_nothing_twice(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    plan, other = schedule(retries=2), Store(tmp_path / "other.db")
    for one in (store, other):
        assert run_due(one, [plan], clock=clock) == []
    clock.pass_(days=1)

    def sweep(*given: Any) -> Swept:
        """While the first machine works, the second does all of it."""
        assert [ran.state for ran in run_due(other, [plan], clock=clock, sweep=sweeping())] == ["done"]
        return sweeping()(*given)

    assert looked(store, clock, plan, sweep) == ["waiting"]
    (edition,) = Editions(plan).all()
    before = {path: path.stat().st_mtime_ns for path in edition.rglob("*")}
    clock.pass_(minutes=5)
    assert looked(store, clock, plan, sweep) == ["done"]
    assert {path: path.stat().st_mtime_ns for path in Editions(plan).all()[0].rglob("*")} == before
