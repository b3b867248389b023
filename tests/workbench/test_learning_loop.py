"""The loop from labels to a promoted model: once when better, not when worse, rolled back, killed and resumed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from learning_worlds import REVIEW, World

from almpo_kit import records
from almpo_kit.vocabulary.errors import ParameterError, TrackingError
from almpo_kit.workbench import learning_journal, tracking, tracking_champions, tracking_models
from almpo_kit.workbench.learning_decisions import learning_status, promote, roll_back
from almpo_kit.workbench.learning_rounds import LearningRound, RoundRunningError, learning_round
from almpo_kit.workbench.learning_stock import model_name

NAME = model_name(REVIEW)
CODED = 100
KILLS = 55


@pytest.fixture(scope="module")
def world() -> World:
    return World(125)


@pytest.fixture
def store(stored: Path) -> records.Store:
    return records.open_store(stored / "mlruns" / "records.db")


def one_round(world: World, store: records.Store, n: int = CODED + 5, **options: object) -> LearningRound:
    return learning_round(REVIEW, library=world.shelf(n), store=store, groups=world.groups, **options)


def test_promoted_when_better_kept_when_worse_and_rolled_back(world: World, store: records.Store) -> None:
    world.code(store, 0, CODED, fields=("programme_type",))
    first = one_round(world, store)
    assert (first.status, first.action, first.champion) == ("finished", "promoted", "1")
    assert first.comparison is not None
    assert first.comparison.promote
    assert first.sentence.startswith("SYNTHETIC")
    assert first.sentence.count("SYNTHETIC") == 1
    assert first.proposals is not None
    assert set(first.proposals.table["field"]) == {"programme_type"}
    again = one_round(world, store)
    assert again.status == "nothing new"
    assert len(tracking_models.versions(NAME)) == 1

    # Two more fields: the challenger speaks where the champion is silent.
    world.code(store, 0, CODED, fields=("country", "design"))
    better = one_round(world, store)
    assert (better.action, better.champion) == ("promoted", "2")
    trained_on = tracking_models.read_model(tracking_models.version_of(NAME, "2"))["trained_on"]
    tested_on = set(better.comparison.cases["study"])  # type: ignore[union-attr]
    assert not {world.groups[d] for d in trained_on} & tested_on

    # Both experts misread the codebook on the studies of training: what is learned from that is not promoted.
    world.misunderstand(store, 0, CODED)
    worse = one_round(world, store)
    assert (worse.action, worse.champion, worse.challenger) == ("kept", "2", "3")
    assert worse.comparison is not None
    assert worse.comparison.difference < 0
    assert "agree" not in worse.alarms

    entry = roll_back(
        REVIEW, reason="it confuses countries of origin", decided_by="evidence officer", store=store
    )
    assert (entry["version"], entry["before"], entry["action"]) == ("1", "2", "rolled back")
    assert one_round(world, store).status == "nothing new"
    status = learning_status(REVIEW, store=store)
    assert (status.champion, status.challenger) == ("1", "3")
    assert status.history["action"].tolist() == ["promoted", "promoted", "rolled back"]
    assert status.rounds["state"].tolist() == ["finished"] * 3
    assert status.sentence.startswith("SYNTHETIC")
    kept = store.steps(REVIEW, "champions")
    assert [c["action"] for c in kept["content"]] == ["promoted", "promoted", "rolled back"]
    assert kept["decided_by"].tolist()[2] == "evidence officer"
    with pytest.raises(ParameterError, match="no version '9'; it has: 3, 2, 1"):
        promote(REVIEW, "9", reason="because it is the ninth", decided_by="evidence officer", store=store)
    with pytest.raises(ParameterError):
        promote(REVIEW, "3", reason="no", decided_by="evidence officer", store=store)
    promote(REVIEW, "3", reason="to see what it would do", decided_by="evidence officer", store=store)
    assert learning_status(REVIEW, store=store).champion == "3"


def test_a_person_may_be_asked_and_too_little_promotes_nothing(world: World, store: records.Store) -> None:
    empty = one_round(world, store)
    assert (empty.action, empty.champion) == ("no model", None)
    assert any("Nothing is settled" in c.sentence for c in empty.failed)
    world.code(store, 0, 20, fields=("programme_type",))
    few = one_round(world, store, promotion="ask")
    assert (few.action, few.challenger) == ("no model", "1")
    assert any("20 are needed" in c.sentence for c in few.failed)
    world.code(store, 20, CODED, fields=("programme_type",))
    asked = one_round(world, store, promotion="ask")
    assert (asked.action, asked.champion, asked.challenger) == ("waiting", None, "2")
    with pytest.raises(ParameterError, match="nothing to roll back"):
        roll_back(REVIEW, reason="it is not any good", decided_by="evidence officer", store=store)
    with pytest.raises(ParameterError, match="promotion is"):
        one_round(world, store, promotion="yes")


def test_a_store_that_is_away_leaves_a_round_to_go_on_with(
    world: World, store: records.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.code(store, 0, CODED, fields=("programme_type",))
    with monkeypatch.context() as away:
        away.setattr(tracking, "log_run", _away)
        with pytest.raises(TrackingError):
            one_round(world, store)
    assert [c.name for c in learning_status(REVIEW, store=store).failed] == ["a round was cut off"]
    after = one_round(world, store)
    assert after.resumed
    assert after.action == "promoted"


def _away(*_: object, **__: object) -> str:
    raise TrackingError("the run store is away")


def test_what_was_changed_meanwhile_or_from_outside_is_seen(
    world: World, store: records.Store, stored: Path
) -> None:
    world.code(store, 0, CODED, fields=("programme_type",))
    one_round(world, store)
    with pytest.raises(tracking_champions.ChampionChangedError, match="is version 1 by now, not none"):
        tracking_champions.change_champion(
            NAME, "1", expected=None, action="promoted", by="x", reason="y", token="another"
        )
    (file,) = (stored / "mlruns" / "artifacts").rglob("model.json")
    file.write_bytes(file.read_bytes().replace(b'"review"', b'"reView"'))
    with pytest.raises(Exception, match="is not what was registered"):
        tracking_models.read_model(tracking_models.version_of(NAME, "1"))


# ---- killed -------------------------------------------------------------------------------------------


def in_a_child(work: Callable[[], None], *, kill_after: float | None = None) -> int:
    """Carry something out in a forked process, killed after some seconds; its exit code, or minus the signal."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def dying(owner: object, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool, which: str = "") -> None:
    """Make the process die at a call: before it, or once it is done but not yet told."""
    real = getattr(owner, name)

    def call(*given: object, **options: object) -> object:
        dies = not which or which in given
        if dies and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        done = real(*given, **options)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    monkeypatch.setattr(owner, name, call)


def whole(store: records.Store, versions: int, labels: int) -> None:
    """Nothing is lost, and nothing is there twice."""
    held = tracking_models.versions(NAME)
    assert len(held) == versions == held["digest"].nunique()
    assert len(store.labels(REVIEW, current=False)) == labels
    changes = tracking_champions.history(NAME)
    assert changes["token"].is_unique
    steps = store.steps(REVIEW)
    assert not steps.duplicated(["round_id", "step"]).any()
    client = tracking.open_client()
    experiment = client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id
    runs = client.search_runs([experiment], "tags.made_by = 'learning_round'", max_results=500)
    assert sum(r.info.status == "FINISHED" for r in runs) == versions


def test_killed_where_it_hurts_and_resumed(
    world: World, store: records.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.code(store, 0, CODED, fields=("programme_type",))
    labels = len(store.labels(REVIEW, current=False))
    places = [
        (tracking, "register", False, ""),  # the run is logged, the version is not there
        (learning_journal.Journal, "once", True, "trained"),  # the version is there
        (tracking_champions, "_point", False, ""),  # the entry is there, the alias is not
    ]
    for owner, name, after, which in places:
        with monkeypatch.context() as patch:
            dying(owner, name, patch, after=after, which=which)
            assert in_a_child(lambda: one_round(world, store) and None) == -signal.SIGKILL
    assert tracking_models.in_use(NAME) is None
    final = one_round(world, store)
    assert (final.resumed, final.action, final.champion) == (True, "promoted", "1")
    whole(store, 1, labels)


STAGES = ((0, 60), (60, 80), (80, CODED))


def carry_on(world: World, place: str) -> None:
    """The whole story from where it was cut off: what arrives is labelled, and a round learns from it, three times."""
    own = records.open_store(place)
    labelled = set(own.labels(REVIEW, current=False)["document_id"])
    for first, last in STAGES:
        # Time does not run backwards: once the next documents are being labelled, the rounds before them are over.
        if labelled.isdisjoint(world.order[last:]):
            world.code(own, first, last)
            one_round(world, own, n=last + 5)


def told_by_a_child(work: Callable[[], object], file: Path) -> object:
    """What another process finds; this one keeps no connection to stores that are put back to their beginning."""
    assert in_a_child(lambda: file.write_text(json.dumps(work())) and None) == 0
    return json.loads(file.read_text())


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_random_points_and_resumed(world: World, store: records.Store, tmp_path: Path) -> None:
    place, before, file = Path(store.place).parent, tmp_path / "before", tmp_path / "told.json"

    def outcome() -> list[object]:
        own = records.open_store(store.place)
        every = own.labels(REVIEW, current=False)
        digests = tracking_models.versions(NAME)["digest"].tolist()
        whole(own, len(digests), len(every))
        said = every[["document_id", "field", "value", "coder"]].values.tolist()
        decided = own.decisions(REVIEW)[["document_id", "field", "value"]].values.tolist()
        changes = tracking_champions.history(NAME)[["action", "version"]].values.tolist()
        return [digests, said, decided, changes]

    shutil.copytree(place, before)
    begun = time.monotonic()
    assert in_a_child(lambda: carry_on(world, store.place)) == 0
    seconds = time.monotonic() - begun
    expected = told_by_a_child(outcome, file)
    # From the beginning, killed again and again until the story is told, and then once more from the beginning.
    rng, kills, stories, code = np.random.default_rng(0), 0, 0, 0
    while kills < KILLS or code:
        if not code:
            shutil.rmtree(place)
            shutil.copytree(before, place)
            lives = 0
        lives += 1
        # Short lives first, so that beginnings are hit, too; longer ones as long as nothing is finished in one.
        life = float(rng.uniform(0.02, 0.04 + seconds * min(0.5, 0.01 * lives)))
        code = in_a_child(lambda: carry_on(world, store.place), kill_after=life)
        assert code in (0, -signal.SIGKILL), "what a kill left behind cannot be gone on with"
        kills += code != 0
        if not code:
            stories += 1
            assert told_by_a_child(outcome, file) == expected
    print(f"{kills} kills in {stories} stories of {seconds:.1f} seconds each")


def test_one_round_at_a_time(world: World, store: records.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from almpo_kit.workbench.learning_rounds import _alone

    with _alone(REVIEW), pytest.raises(RoundRunningError, match="is running already"):
        one_round(world, store)


@pytest.mark.parametrize("odd", [{"precision": float("nan")}, {"precision": 2.0}, {"seed": -1}])
def test_odd_options_begin_no_round(world: World, store: records.Store, odd: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match="must"):
        one_round(world, store, **odd)
    assert store.steps(REVIEW).empty
