"""Who enters, who waits, and that nobody is chosen by what came later."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import evaluation
from almpo_kit.evaluation.dynamic.before_and_after import stretches
from almpo_kit.evaluation.dynamic.entering_or_waiting import entering_or_waiting
from almpo_kit.evaluation.dynamic.paths import paths
from almpo_kit.evaluation.dynamic.risk_sets import at_risk, moments
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import DataVersion, is_synthetic, stamp

from .little_register import Frames, drawn, month, register

WORK = "E" * 24


def groups(frames: Frames, **options: Any) -> pd.DataFrame:
    made: dict[str, Any] = {"horizon": 6, "longest": 12, "every_month": True}
    return entering_or_waiting(*frames, **(made | options)).persons.set_index("id")


def arms(frames: Frames, **options: Any) -> dict[str, str]:
    found = groups(frames, **options)
    return dict(zip(found.index, found["treatment"], strict=True))


def named(finding: Any, name: str) -> Check:
    return next(c for c in finding.checks if c.name == name)


def test_entering_and_waiting_by_hand() -> None:
    frames = register(
        {
            "enters": WORK + "RRR" + "E" * 12,
            "waits": WORK + "RRRRR" + "E" * 10,
            "job": WORK + "RE" + "E" * 13,
            "left": WORK + "RO" + "R" * 13,
        },
        [("enters", "training", 26), ("waits", "training", 30)],
    )
    found = arms(frames, longest=5)
    assert found == {
        **{f"enters@{month(m)}": "waiting" for m in (24, 25)},
        f"enters@{month(26)}": "training",
        # She enters in month 30, after five months that are looked at; until then she is waiting.
        **{f"waits@{month(m)}": "waiting" for m in range(24, 29)},
        # At the beginning of month 25 both were still waiting; whoever left the register is not, and not back later.
        **{f"job@{month(m)}": "waiting" for m in (24, 25)},
        **{f"left@{month(m)}": "waiting" for m in (24, 25)},
    }


def test_outcomes_and_history_count_from_the_right_month() -> None:
    frames = register(
        {"a": "O" * 12 + "E" * 12 + "RRRREEEOEE????", "b": WORK + "R" * 14}, [("a", "training", 26)]
    )
    row = groups(frames).loc[f"a@{month(26)}"]
    assert row["elapsed_months"] == 2 and row["aligned"] == month(26) and row["cluster"] == "a"
    assert [row[f"employed_{m}"] for m in range(1, 7)] == [0, 1, 1, 1, 0, 1]
    assert [row[f"earnings_{m}"] for m in (1, 2)] == [0, 1000]
    assert (
        row["employed_1_to_3_before"],
        row["employed_4_to_12_before"],
        row["employed_13_to_24_before"],
    ) == (1, 1, 0)
    assert row["registered_1_to_24_before"] == 0


def test_off_the_register_and_unknown_is_missing_not_a_job() -> None:
    frames = register({"a": WORK + "RR?OE?R" + "R" * 6, "b": WORK + "R" * 13}, [("a", "training", 25)])
    row = groups(frames).loc[f"a@{month(25)}"]
    assert [row[f"employed_{m}"] for m in (2, 3)] == [0, 1]
    assert np.isnan(row["employed_1"]) and np.isnan(row["employed_4"])


def test_moments_whose_horizon_is_not_in_the_data_are_left_out() -> None:
    frames = register({"a": WORK + "R" * 10, "b": WORK + "R" * 10}, [("a", "training", 25)])
    found = groups(frames)
    assert set(found["aligned"]) == {month(m) for m in (24, 25, 26, 27)}
    assert not found.filter(regex="employed_6").isna().to_numpy().any()


def test_two_at_once_and_other_programmes_are_neither_treated_nor_waiting_from_then_on() -> None:
    frames = register(
        dict.fromkeys("abcd", WORK + "R" * 16),
        [("a", "training", 26), ("a", "subsidy", 26), ("b", "works", 25), ("c", "training", 25)],
    )
    found = arms(frames, arms=["training", "subsidy"], longest=4)
    assert {k: v for k, v in found.items() if k[0] in "ab"} == {
        f"a@{month(24)}": "waiting",
        f"a@{month(25)}": "waiting",
        f"b@{month(24)}": "waiting",
    }
    joined = arms(frames, arms={"training": "courses", "subsidy": "courses"}, longest=4)
    assert joined[f"a@{month(26)}"] == "courses"


def test_an_earlier_programme_is_history() -> None:
    frames = register(
        dict.fromkeys("ab", WORK + "R" * 16),
        [("a", "training", 3), ("a", "training", 25), ("b", "training", 26)],
    )
    found = groups(frames)
    assert found.loc[f"a@{month(25)}", "programmes_before"] == 1
    assert found.loc[f"b@{month(26)}", "programmes_before"] == 0


def test_announcement_counts_from_when_people_were_told() -> None:
    frames = register(
        dict.fromkeys("abc", WORK + "R" * 16),
        [("a", "training", 27), ("b", "training", 28)],
        announced={"a": 25, "b": 20},
    )
    found = arms(frames, moment="announced", longest=6)
    # b was told before unemployment began: by then she knew.
    assert [k for k, v in found.items() if v == "training"] == [f"a@{month(25)}", f"b@{month(24)}"]
    with pytest.raises(ParameterError, match="announced"):
        groups((frames[0], frames[1].drop(columns="announced"), frames[2]), moment="announced")


def test_entries_at_the_end_of_their_month_are_compared_with_who_is_left_then() -> None:
    frames = register(
        {"a": WORK + "R" * 16, "b": WORK + "RRE" + "E" * 13, "c": WORK + "R" * 16}, [("a", "training", 26)]
    )
    start, end = (arms(frames, entries_come=c, longest=3) for c in ("start of month", "end of month"))
    assert f"b@{month(26)}" in start and f"b@{month(26)}" not in end
    assert f"c@{month(26)}" in end


def compared(frames: Frames) -> set[tuple[int, int, int]]:
    """Person, calendar month and arm of everybody who is compared."""
    held = paths(*frames, arms=["subsidy", "training"], moment="start")
    risk = at_risk(held, 12)
    rows, _ = moments(held, risk, strata_months=1, horizon=6, every_month=True, seed=0)
    when = held.began[rows.person] + rows.elapsed
    return set(zip(rows.person.tolist(), when.tolist(), rows.arm.tolist(), strict=True))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(25, 40))
def test_nobody_is_chosen_by_the_future(seed: int, now: int) -> None:
    """Whatever happens after a month, those compared in it are the same, in the same arms."""
    persons, entries, months = drawn(seed, 60)
    rng = np.random.default_rng(seed)
    later = months["period"] > month(now)
    changed = months.copy()
    changed.loc[later, "employed"] = rng.integers(0, 2, int(later.sum())).astype(float)
    changed.loc[later, "registered"] = 1 - changed.loc[later, "employed"]
    kept = entries[entries["start"] <= month(now)]
    more = pd.DataFrame(
        {"id": persons["id"], "programme": "training", "start": month(now + 1), "source": "x"}
    )
    late = pd.DataFrame({"id": ["p000"], "programme": ["subsidy"], "start": [month(59)], "source": "x"})
    after = compared((persons, pd.concat([kept, more[::2], late], ignore_index=True), changed))
    before = compared((persons, pd.concat([entries, late], ignore_index=True), months))
    limit = 12 * 2020 + now
    assert {x for x in before if x[1] <= limit} == {x for x in after if x[1] <= limit}
    assert any(x[1] <= limit for x in before)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    frames = drawn(3, 80)
    mixed = tuple(f.sample(frac=1, random_state=seed) for f in frames)
    options = {"every_month": False, "seed": 5}
    pd.testing.assert_frame_equal(groups(frames, **options), groups(mixed, **options))  # type: ignore[arg-type]


def test_one_month_a_stratum_is_a_part_of_every_month_with_all_who_enter() -> None:
    frames = drawn(1)
    every, one = groups(frames), groups(frames, every_month=False, strata_months=3)
    assert set(one.index) < set(every.index)
    assert (one["treatment"] != "waiting").sum() == (every["treatment"] != "waiting").sum()
    waiting = one[one["treatment"] == "waiting"]
    assert not waiting.duplicated(["cluster", "stratum"]).any()
    assert set(groups(frames, every_month=False, strata_months=1).index) == set(every.index)


def test_it_is_a_persons_frame_that_a_design_takes() -> None:
    found = entering_or_waiting(*drawn(2, 300), horizon=6, longest=12)
    check(found.persons, "persons")
    plan = evaluation.design(
        found.persons,
        assignment="matching",
        comparison="waiting",
        outcomes=evaluation.measured(
            "employed_{month}", outcome="employment_probability", unit="percentage_points", months=range(1, 7)
        ),
        covariates={**found.covariates, "age": "confounder"},
        cluster="cluster",
        block="stratum",
    )
    assert plan.plan.arms == ("waiting", "subsidy", "training")
    assert not {c.name for c in plan.failed} & {"immortal_time", "history", "conditioning_on_future"}
    assert plan.sample.clustered and plan.stops == ()


def test_small_counts_are_nowhere() -> None:
    found = entering_or_waiting(*drawn(4, 60), horizon=6, longest=12)
    counts = found.table["moments"].dropna()
    assert ((counts == 0) | (counts >= 10)).all() and found.table["moments"].isna().any()
    shown = found.by_month.dropna()
    entering = shown["entering"] * shown["still_waiting"] / 1e4 * 60
    assert ((entering == 0) | (entering > 9.4)).all()
    thin = any(c.name == "thin_arms" and c.status == "failed" for c in found.checks)
    assert thin == bool(
        (found.persons["treatment"].value_counts().reindex(found.arms, fill_value=0) < 10).any()
    )


def test_an_invented_part_labels_the_whole() -> None:
    persons, entries, months = drawn(5, 80)
    stamp(entries, DataVersion("made_up", "1", kind="synthetic"))
    found = entering_or_waiting(persons, entries, months, horizon=6)
    assert found.sentence.startswith("SYNTHETIC") and is_synthetic(found.persons)
    assert found.persons["source"].str.startswith("SYNTHETIC").all()
    assert is_synthetic(found.persons.copy().set_index("id").reset_index().assign(x=1))


def test_leaving_the_register_is_told_apart_from_a_job() -> None:
    found = entering_or_waiting(*drawn(6, 200), horizon=6)
    assert "Leaving the register is not a job" in named(found, "left_the_register").sentence


def test_what_cannot_be_read_is_refused() -> None:
    persons, entries, months = drawn(7, 40)
    cases: list[tuple[Any, str, Frames, dict[str, Any]]] = [
        (FrameError, "no column 'start'", (persons, entries.drop(columns="start"), months), {}),
        (FrameError, "stand twice", (pd.concat([persons, persons]), entries, months), {}),
        (FrameError, "two rows for one month", (persons, entries, pd.concat([months, months.head(1)])), {}),
        (FrameError, "no month", (persons, entries.assign(start="2022-13"), months), {}),
        (FrameError, "is empty", (persons, entries.assign(start=None), months), {}),
        (FrameError, "must be 1, 0 or empty", (persons, entries, months.assign(employed=0.5)), {}),
        (FrameError, "infinite", (persons, entries, months.assign(earnings=np.inf)), {}),
        (FrameError, "no rows", (persons, entries.head(0), months), {}),
        (DesignError, "no id", (persons, entries, months.assign(id="x" + months["id"])), {}),
        (
            DesignError,
            "nobody is seen to become",
            (persons.assign(entry_date="1999-01"), entries, months),
            {},
        ),
        (DesignError, "nobody entered", (persons, entries.assign(start="2025-12"), months), {}),
        (ParameterError, "nobody entered 'trainnig'", (persons, entries, months), {"arms": ["trainnig"]}),
        (ParameterError, "also the name", (persons, entries, months), {"comparison": "training"}),
        (ParameterError, "horizon=0", (persons, entries, months), {"horizon": 0}),
        (ParameterError, "longest=True", (persons, entries, months), {"longest": True}),
        (ParameterError, "moment='end'", (persons, entries, months), {"moment": "end"}),
        (ParameterError, "history=3", (persons, entries, months), {"history": 3}),
        (ParameterError, "made here", (persons.assign(employed_6=1.0), entries, months), {}),
    ]
    for error, words, frames, options in cases:
        with pytest.raises(error, match=words):
            entering_or_waiting(*frames, **({"horizon": 6} | options))


def test_nobody_left_to_compare_with_is_refused() -> None:
    frames = register(
        {"a": WORK + "R" * 16, "b": WORK + "R" * 16}, [("a", "training", 24), ("b", "training", 24)]
    )
    with pytest.raises(DesignError, match="nobody was waiting"):
        entering_or_waiting(*frames, horizon=6)


def test_progress_and_stretches() -> None:
    told: list[tuple[int, int]] = []
    entering_or_waiting(*drawn(8, 60), horizon=6, progress=lambda a, b: told.append((a, b)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert stretches(12) == [(1, 3), (4, 12)] and stretches(30) == [(1, 3), (4, 12), (13, 24), (25, 30)]
