"""A trial from its plan to a recommendation that it changes, and back from the recommendation to its plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from almpo_kit import records, sources
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.strategies import Strategy, first_wish, strategy
from almpo_kit.workbench.trial_traces import trials_behind
from almpo_kit.workbench.trials import open_trial

SEED = "lottery 2027-01-09: 4 11 23 31 40 44"
BEFORE, AFTER = "SYNTHETIC-2027-1", "SYNTHETIC-2027-2"


def advised(edition: str) -> Strategy:
    """What the strategy says for Greece, by an edition of the evidence base."""
    return strategy(first_wish("EL").but(evidence="own"), own=sources.effects(f"own:{edition}"), seed=1)


@pytest.fixture
def store(home: Path) -> records.Store:
    return records.open_store(home / "records.db")


def test_a_trial_changes_a_recommendation_traceably(home: Path, store: records.Store) -> None:
    # Four studies of each type of programme: too few to say anything, and the mix funds nothing.
    sources.keep_edition(sources.synthetic_studies(1).effects, BEFORE)
    before = advised(BEFORE).portfolio
    assert set(before.table["status"]) == {"excluded"} and before.provenance.synthetic

    # Planned, registered, drawn; anybody can draw again.
    case = open_trial(store=store, synthetic_example=True)
    people = case.example
    assert people is not None
    case.register()
    case.draw(people.units, SEED, out=home / "draw.csv")
    assert case.verify(people.units, home / "draw.csv").same
    assert not case.verify(people.units.iloc[1:], home / "draw.csv").list_same
    assert case.verify(people.units, home / "draw.csv").same

    # Watched on the way, then analysed as planned: near the known truth, which the interval holds.
    for month in (4, 8):
        seen = case.monitor(people.outcomes(case.assignments, up_to=month))
        assert seen.table["low"].iloc[-1] < people.truth["employed"] < seen.table["high"].iloc[-1]
    result = case.analyse(people.outcomes(case.assignments))
    primary = result.primary.iloc[0]
    truth = 100 * people.truth["employed"]
    assert primary["low"] < truth < primary["high"] and abs(primary["effect"] - truth) < 3 * primary["se"]
    assert primary["low"] > 0 and primary["p_redrawn"] < 0.05
    assert result.deviations == () and result.sentence.startswith("SYNTHETIC")
    assert len(case.kept.looks) == 2 and case.state == "analysed"

    # Published into an edition of its own; never beside what was published about real people.
    with pytest.raises(ParameterError, match="SYNTHETIC-ministry-2027"):
        case.publish("ministry-2027", base=f"own:{BEFORE}")
    with pytest.raises(DesignError, match="never stand beside it"):
        case.publish(AFTER, base=sources.effects().attrs["data_versions"][0]["version"])
    assert case.state == "analysed"
    told = case.publish(AFTER, base=f"own:{BEFORE}")
    assert told.provenance.synthetic and case.state == "published"

    # The same question, asked of the edition with the trial in it, has another answer.
    after = advised(AFTER).portfolio
    funded = after.table.set_index("programme_type")["status"]
    assert funded["training"] == "funded" and (funded.drop("training") == "excluded").all()
    assert after.provenance.synthetic and "SYNTHETIC" in after.sentence

    # And back: the answer names the edition, the edition the study, the study the plan that was registered.
    (version,) = (v for v in after.provenance.data if v.dataset == "effects")
    assert version.version == AFTER and version.sha256 != before.provenance.data[0].sha256
    trace = trials_behind(after, store)
    assert set(trace["trial"]) == {case.name} and set(trace["edition"]) == {AFTER}
    assert set(trace["plan_digest"]) == {case.kept.held.digest} == {people.plan.digest}
    assert trials_behind(before, store).empty
    rows = sources.effects(f"own:{AFTER}").set_index("study_id").loc[trace["study_id"].iloc[0]]
    assert set(rows["estimand"]) == {"itt", "att"} and rows["source"].str.startswith("SYNTHETIC").all()
    assert rows["source"].str.contains(people.plan.digest[:12]).all()
    assert store.trials().loc[0, "edition"] == AFTER


def test_no_person_is_left_in_the_store(home: Path, store: records.Store) -> None:
    case = open_trial(store=store, synthetic_example=True)
    assert case.example is not None
    case.register()
    case.draw(case.example.units, SEED)
    case.late(case.example.late_units, seed="lottery 2027-03-01: 7 8")
    case.monitor(case.example.outcomes(case.assignments, up_to=4))
    # Late entrants make the trial larger than planned, which is no deviation that needs a reason.
    case.analyse(case.example.outcomes(case.assignments))
    store.engine.dispose()
    held = b"".join(p.read_bytes() for p in home.glob("records.db*"))
    names = {*case.example.units["id"], *case.example.late_units["id"], "office 01"}
    assert not [n for n in names if n.encode() in held]
    assert b"SYNTHETIC digital course" in held
