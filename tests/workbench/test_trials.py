"""A trial as the workbench keeps it: who may do what when, what is never mixed, and what a page shows of it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import experiments, records, sources
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import DataError, DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import is_synthetic
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_plans import TrialPlan
from almpo_kit.workbench.example_trials import example_trial
from almpo_kit.workbench.trial_documents import page
from almpo_kit.workbench.trial_publishing import data_digest
from almpo_kit.workbench.trials import TrialCase, keep_plan, open_trial, trial_names


@pytest.fixture
def store(home: Path) -> records.Store:
    return records.open_store(home / "records.db")


@pytest.fixture
def case(store: records.Store) -> TrialCase:
    return open_trial(store=store, synthetic_example=True)


def real_plan(**other: Any) -> TrialPlan:
    """A plan about people who were not invented."""
    return replace(example_trial().plan, name="A course in offices", synthetic=False, **other)


def real(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it would come from an office."""
    made = pd.DataFrame(table.drop(columns=["source"], errors="ignore"))
    made.attrs = {}
    return made


def test_the_example_is_what_it_says() -> None:
    one, again, other = example_trial(1), example_trial(1), example_trial(2)
    pd.testing.assert_frame_equal(one.units, again.units)
    assert not one.hidden.equals(other.hidden)
    assert len(one.units) == 2400 and one.units["office"].nunique() == 12 and len(one.late_units) == 36
    assert is_synthetic(one.units) and is_synthetic(one.late_units) and one.plan.synthetic
    # Nobody takes the course who is not offered it, and what it does is known.
    assert not one.hidden["anyway"].any() and 0.09 < one.truth["employed"] < 0.15
    drawn = one.units.assign(arm=np.where(np.arange(2400) % 2, "digital course", "no programme"))
    seen = one.outcomes(drawn[["id", "arm"]], up_to=4)
    assert set(seen["look"]) == {1} and seen["employed"].isna().mean() == pytest.approx(0.06, abs=0.03)
    assert (
        seen.loc[seen["received"] == "digital course", "id"].isin(
            drawn[drawn["arm"] == "digital course"]["id"]
        )
    ).all()
    with pytest.raises(ParameterError, match=r"'blocked' .* or 'cluster'"):
        example_trial(kind="wedge")


def test_which_trials_there_are(store: records.Store, case: TrialCase) -> None:
    assert trial_names(store) == [case.name] and "SYNTHETIC" in case.title
    assert open_trial(case.name, store).plan == case.plan
    with pytest.raises(ParameterError, match=r"say which trial \('SYNTHETIC digital course'\)"):
        open_trial(store=store)
    with pytest.raises(ParameterError, match="there is no trial 'x'"):
        open_trial("x", store)
    assert keep_plan(case.plan, store).kept.latest.version == 1


def test_the_order_of_acts(case: TrialCase) -> None:
    assert case.example is not None
    with pytest.raises(records.StateError, match="a draw follows the registered plan"):
        case.draw(case.example.units, 1)
    with pytest.raises(records.StateError, match="nobody was drawn"):
        case.verify(case.example.units)
    case.register()
    case.draw(case.example.units, 1)
    fresh = TrialCase(case.store, case.name)
    with pytest.raises(ParameterError, match="the store does not hold who was drawn where"):
        fresh.monitor(case.example.outcomes(case.assignments))
    with pytest.raises(records.StateError, match="what was analysed is published"):
        case.publish("SYNTHETIC-x")
    case.abandon("the offices were merged")
    with pytest.raises(records.StateError, match="is abandoned"):
        case.late(case.example.late_units)


def test_a_look_says_who_was_known_when(case: TrialCase) -> None:
    assert case.example is not None
    case.register()
    case.draw(case.example.units, 1)
    first = case.example.outcomes(case.assignments, up_to=4).drop(columns="look")
    case.monitor(first)
    with pytest.raises(FrameError, match="in a column look"):
        case.monitor(case.example.outcomes(case.assignments, up_to=8).drop(columns="look"))
    with pytest.raises(FrameError, match="needs the column 'employed'"):
        case.monitor(first.drop(columns="employed"))
    with pytest.raises(FrameError, match="nobody in the data was drawn"):
        case.monitor(first.assign(id=first["id"] + "?", look=1))
    with pytest.raises(FrameError, match="2 rows are about somebody who stands in the data already"):
        case.monitor(pd.concat([first, first.head(2)]).assign(look=1))
    assert len(case.kept.looks) == 1 and case.state == "running"


def test_looks_that_nobody_planned_are_told(store: records.Store) -> None:
    made = example_trial()
    case = keep_plan(replace(made.plan, looks=0), store)
    case.register()
    case.draw(made.units, 1)
    data = made.outcomes(case.assignments)
    case.monitor(data)
    with pytest.raises(DesignError, match="looks"):
        case.analyse(data)
    # A refusal closes nothing and keeps nothing.
    assert case.state == "running" and case.kept.results == ()
    found = case.analyse(data, {"looks": "the minister asked for figures"})
    assert [d.what for d in found.deviations] == ["looks"] and case.state == "analysed"


def test_whole_offices(store: records.Store) -> None:
    made = example_trial(kind="cluster")
    case = keep_plan(made.plan, store)
    case.register()
    first = case.draw(made.units, "lottery")
    assert first.assignments.groupby("cluster")["arm"].nunique().eq(1).all()
    late = case.late(made.late_units)
    both = case.assignments
    assert both is not None and len(both) == 2436
    assert (
        both.groupby("cluster")["arm"].nunique().eq(1).all() and (late.assignments["entered"] == "late").all()
    )
    seen = case.monitor(made.outcomes(both, up_to=4))
    # Six offices an arm tell nothing yet, and it says so rather than count people.
    assert np.isinf(seen.table["low"]).all() and case.kept.looks[0].content["arms"][0]["low"] is None
    found = case.analyse(made.outcomes(both))
    assert found.primary["groups"].iloc[0] == 12
    case.publish("SYNTHETIC-offices")
    assert "SYNTHETIC-offices" in set(sources.editions()["edition"])


def test_pairs_and_wedges_wait_for_the_end(store: records.Store) -> None:
    made = example_trial(kind="cluster")
    design = TrialDesign("matched_pair", dict(made.plan.design.arms), clusters=12, cluster_size=200)
    case = keep_plan(replace(made.plan, design=design, estimator="pairs"), store)
    case.register()
    with pytest.raises(FrameError, match="pair"):
        case.draw(made.units, 1)
    number = made.units["office"].str[-2:].astype(int)
    found = case.draw(made.units.assign(pair=(number + 1) // 2), 1)
    assert (found.assignments.groupby("pair")["arm"].nunique() == 2).all()
    with pytest.raises(DesignError, match="compared when it is complete"):
        case.monitor(made.outcomes(case.assignments))
    assert case.analyse(made.outcomes(case.assignments)).estimator == "pairs"


def test_late_entrants_cannot_be_moved_either(case: TrialCase, home: Path) -> None:
    assert case.example is not None
    case.register()
    case.draw(case.example.units, 1, out=home / "draw.csv")
    case.late(case.example.late_units.head(20), seed=2, out=home / "late 1.csv")
    case.late(case.example.late_units.tail(16), seed=3, out=home / "late 2.csv")
    both = case.assignments
    assert both is not None and [d.stage for d in case.kept.draws] == ["list", "late 1", "late 2"]
    data = case.example.outcomes(both)
    parts = [home / "draw.csv", home / "late 1.csv", home / "late 2.csv"]
    touched = pd.read_csv(parts[2], dtype=str, keep_default_na=False)
    touched.loc[0, "arm"] = next(a for a in case.plan.design.arms if a != touched.loc[0, "arm"])
    other = ("late 2.csv", touched.to_csv(index=False).encode())
    fresh = TrialCase(case.store, case.name)
    with pytest.raises(DesignError, match="draw"):
        fresh.analyse(data, published=[*parts[:2], other])
    assert fresh.state == "drawn"
    assert fresh.analyse(data, published=list(parts)).primary["people"].iloc[0] > 2200


def test_a_seed_that_was_published_is_no_seed_for_late_entrants(case: TrialCase, home: Path) -> None:
    assert case.example is not None
    units = case.example.late_units
    case.register()
    case.draw(case.example.units, "lottery 1", out=home / "draw.csv")
    fresh = TrialCase(case.store, case.name)
    first = [fresh.late(units.head(20), home / "draw.csv", out=home / "late 1.csv")]
    # Asked again it is the same wave, and its own seed is not an earlier one.
    first.append(case.late(units.head(20), seed="lottery 1"))
    assert all([c.name for c in f.failed] == ["nobody knew the arm"] for f in first)
    assert not case.late(units.iloc[20:25], seed="lottery 2").failed
    assert not fresh.late(units.iloc[20:25], seed="lottery 2").failed
    assert case.late(units.iloc[25:30], seed="lottery 2").failed
    with pytest.raises(
        ParameterError, match=r"--published late_1.csv.* Nothing is there of the draw called late 1"
    ):
        TrialCase(case.store, case.name).late(units.tail(3), home / "draw.csv", seed="lottery 3")


def test_two_desks_cannot_draw_differently(store: records.Store, home: Path) -> None:
    made = example_trial()
    keep_plan(made.plan, store).register()
    told: dict[int, str] = {}

    def desk(seed: int) -> None:
        mine = open_trial(made.plan.name, records.open_store(home / "records.db"))
        try:
            mine.draw(made.units, seed, out=home / f"draw {seed}.csv")
            told[seed] = "drawn"
        except records.RecordsError as error:
            told[seed] = str(error)

    threads = [threading.Thread(target=desk, args=(s,)) for s in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [s for s, said in told.items() if said == "drawn"]
    kept = store.trial(made.plan.name)
    assert len(winners) == 1 and kept.draws[0].seed == str(winners[0]) and len(kept.draws) == 1
    # Of a draw that does not count no file is left that would be taken for one that does.
    assert [p.name for p in home.glob("draw *.csv")] == [f"draw {winners[0]}.csv"]
    assert all("never" in said for s, said in told.items() if s not in winners)


def test_nothing_is_kept_of_a_draw_whose_file_cannot_be_written(case: TrialCase, home: Path) -> None:
    assert case.example is not None
    case.register()
    (home / "shut").mkdir()
    with pytest.raises((DataError, ParameterError)):
        case.draw(case.example.units, 1, out=home / "shut" / "no folder" / "draw.csv")
    assert case.store.trial(case.name).draws == () and case.state == "registered"


def test_a_real_trial_stands_beside_published_evidence(store: records.Store) -> None:
    made = example_trial()
    case = keep_plan(real_plan(), store)
    case.register()
    case.draw(real(made.units), "lottery")
    with pytest.raises(DesignError, match=r"data is SYNTHETIC and the plan .* does not say so"):
        case.analyse(made.outcomes(case.assignments))
    case.analyse(real(made.outcomes(case.assignments)), study_id="offices2027")
    told = case.publish("ministry-2027-1")
    held = sources.effects("own:ministry-2027-1")
    before = sources.effects()
    assert len(held) == len(before) + 2 and not is_synthetic(held) and not told.provenance.synthetic
    assert (
        set(held.tail(2)["study_id"]) == {"offices2027"}
        and held.tail(2)["source"].str.startswith("own trial").all()
    )
    pd.testing.assert_frame_equal(
        held[list(before)].head(len(before)), before, check_dtype=False, check_like=True
    )
    assert not [c for c in told.checks if c.name == "comparison"]
    # Beside invented studies, all of it is invented.
    sources.keep_edition(sources.synthetic_studies().effects, "SYNTHETIC-studies")
    with pytest.raises(ParameterError, match=r"call the new one e.g. SYNTHETIC-mixed, or add"):
        case.publish("mixed", base="own:SYNTHETIC-studies")
    assert "mixed" not in set(sources.editions()["edition"])
    mixed = case.publish("SYNTHETIC-mixed", base="own:SYNTHETIC-studies")
    assert mixed.provenance.synthetic and is_synthetic(sources.effects("own:SYNTHETIC-mixed"))
    # Published again into what holds it already: refused; the same edition again is no conflict.
    with pytest.raises(DesignError, match="holds 2 of these estimates already"):
        case.publish("ministry-2027-2", base="own:ministry-2027-1")
    assert case.publish("ministry-2027-1").table.shape == told.table.shape


def test_a_comparison_taken_for_a_programme_is_told(store: records.Store) -> None:
    made = example_trial()
    named = {"no programme": "usual services", "digital course": "digital course"}
    design = replace(made.plan.design, arms={named[a]: s for a, s in made.plan.design.arms.items()})
    case = keep_plan(replace(made.plan, design=design), store)
    case.register()
    case.draw(made.units, 1)
    held = case.assignments
    assert held is not None
    data = made.outcomes(held.assign(arm=held["arm"].replace("usual services", "no programme")))
    case.analyse(data.assign(received=data["received"].replace("no programme", "usual services")), draws=20)
    (said,) = [c for c in case.publish("SYNTHETIC-usual").checks if c.name == "comparison"]
    assert said.sentence.startswith("The comparison arm, usual services, was taken for another programme")


def test_invented_people_need_a_plan_that_says_so(store: records.Store) -> None:
    made = example_trial()
    case = keep_plan(real_plan(), store)
    case.register()
    with pytest.raises(DesignError, match="list is SYNTHETIC and the plan"):
        case.draw(made.units, 1)
    assert case.store.trial(case.name).draws == ()


def test_what_the_evidence_base_does_not_know_is_no_evidence(store: records.Store) -> None:
    made = example_trial()
    plan = replace(made.plan, outcomes=made.plan.outcomes[1:], smallest_effect=5.0)
    case = keep_plan(plan, store)
    case.register()
    case.draw(made.units, 1)
    case.analyse(made.outcomes(case.assignments))
    assert case.kept.result is not None and case.kept.result.rows == ()
    with pytest.raises(DesignError, match="gives no row of evidence"):
        case.publish("SYNTHETIC-none")
    assert case.state == "analysed" and "SYNTHETIC-none" not in set(sources.editions()["edition"])


def test_a_document_keeps_words_words(store: records.Store) -> None:
    bad = "Is <script>alert(1)</script> [a](javascript:x) `good` | idea?"
    made = replace(example_trial().plan, name="A | <b>trial</b>", question=bad, harm="# heading <img src=x>")
    case = keep_plan(made, store)
    case.register()
    case.abandon("nobody | wanted <i>it</i> any more")
    shown = page(case.document(), case.title)
    body = shown[shown.index("<main") :]
    assert (
        "<script" not in body
        and "<img" not in body
        and "<i>it" not in body
        and 'href="javascript' not in body
    )
    assert "SYNTHETIC" in body and made.digest in body and "alert(1)" in body
    assert "<title>SYNTHETIC: A | &lt;b&gt;trial" in shown


def test_the_digest_of_data_is_of_what_stands_there() -> None:
    data = pd.DataFrame({"id": ["a", "b"], "y": [1.0, np.nan]})
    assert data_digest(data) == data_digest(data[["y", "id"]]) == data_digest(data.set_axis([5, 6]))
    assert data_digest(data) != data_digest(data.assign(y=[1.0, 0.0]))


def test_an_adaptive_trial_is_drawn_batch_after_batch(store: records.Store, home: Path) -> None:
    rule = AdaptiveRule("tempered_thompson", floor=0.2, batch_size=300, batches=3)
    before = example_trial().plan
    design = TrialDesign("individual", dict(before.design.arms), people=900)
    plan = replace(before, design=design, estimator="adaptive", rule=rule, blocks=(), looks=0)
    made, case = example_trial(), keep_plan(plan, store)
    case.register()
    people = made.units.sample(900, random_state=1).reset_index(drop=True)
    with pytest.raises(DesignError, match="adaptive and is drawn in batches"):
        case.draw(people, 1)
    with pytest.raises(ParameterError, match="give the seed of the trial with its first batch"):
        case.draw_batch(people.head(300))
    shares, seen, parts, data = None, [], [], []
    for batch in (1, 2, 3):
        here = people.iloc[300 * (batch - 1) : 300 * batch]
        if batch > 1:
            with pytest.raises(ParameterError, match="give the shares of batch"):
                case.draw_batch(here)
            shares = experiments.next_shares(rule, pd.concat(seen), arms=list(plan.design.arms))
        parts.append(home / f"batch {batch}.csv")
        drawn = case.draw_batch(here, shares, seed="lottery" if batch == 1 else None, out=parts[-1])
        table = drawn.table[["arm", "share"]].assign(batch=batch)
        known = made.outcomes(drawn.assignments).assign(batch=batch)
        arm = drawn.assignments.set_index("id")["arm"].loc[known["id"]].to_numpy()
        of = known[known["employed"].notna()].groupby(arm[known["employed"].notna()])["employed"]
        seen.append(of.agg(n="size", total="sum").rename_axis("arm").reset_index().assign(batch=batch))
        data.append((known, table))
    assert [d.stage for d in case.kept.draws] == ["batch 1", "batch 2", "batch 3"]
    outcomes, used = (pd.concat([d[k] for d in data], ignore_index=True) for k in (0, 1))
    # From the published files alone, in another sitting; a file that was touched is found out.
    again = open_trial(plan.name, store)
    touched = pd.read_csv(parts[1], dtype=str, keep_default_na=False)
    touched.loc[0, "arm"] = next(a for a in plan.design.arms if a != touched.loc[0, "arm"])
    other = ("batch 2.csv", touched.to_csv(index=False).encode())
    with pytest.raises(DesignError, match="draw"):
        again.analyse(outcomes, published=[parts[0], other, parts[2]], shares=used)
    found = again.analyse(outcomes, published=list(parts), shares=used)
    assert found.estimator == "adaptive" and found.primary["low"].iloc[0] < 100 * made.truth["employed"]
    assert found.primary["high"].iloc[0] > 100 * made.truth["employed"] and again.state == "analysed"
