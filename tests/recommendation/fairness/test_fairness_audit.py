"""The audit sees the Austrian pattern, and leaves a rule that serves by gain alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from almpo_kit import recommendation
from almpo_kit.recommendation import FairnessAudit, fairness_audit
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .services import Service, by_gain, by_rank, penalised_gain, service, three_segments

BY = ["sex", "children", ("sex", "children")]


@cache
def made() -> Service:
    return service(2000, seed=1)


@cache
def penalised() -> FairnessAudit:
    gains = penalised_gain(made())
    return fairness_audit(made().people, by_rank(gains[:, 1]), gains=gains, by=BY)


def of(audit: FairnessAudit, group: str) -> set[str]:
    return set(audit.flags.loc[audit.flags["group"] == group, "kind"])


def test_a_score_that_counts_mothers_down_is_warned_of_before_and_after() -> None:
    audit = penalised()
    assert {"support cut", "gain predicted too low"} <= of(audit, "female × yes")
    assert not of(audit, "male × yes")
    first = audit.flags.iloc[0]
    assert first["group"] == "female × yes" and first["size"] < -20
    assert "male" in first["found"] and "not found of" in first["found"]
    assert {c.name for c in audit.failed} >= {"flag_1", "legal_basis", "reuse"}
    assert audit.sentence.startswith("SYNTHETIC")


def test_support_cut_for_those_with_a_low_chance_is_warned_of() -> None:
    audit = fairness_audit(made().people, three_segments(made().alone), score=made().alone, by=["sex"])
    low = audit.flags[(audit.flags["group"] == "lowest third") & (audit.flags["kind"] == "support cut")]
    assert len(low) == 1 and float(low["size"].iloc[0]) < -20
    assert not of(audit, "female") and not of(audit, "male")
    # Of those who find work anyway, fewer offers are no warning.
    assert "support cut" not in of(audit, "highest third")


def test_a_rule_by_gain_is_not_warned_of() -> None:
    audit = fairness_audit(made().people, by_gain(made()), gains=made().gain, made_elsewhere=True)
    assert not len(audit.flags)
    assert "no proof of fairness" in audit.sentence
    assert audit.metrics()["flags"] == 0


def test_where_women_gain_more_that_they_are_offered_more_is_told_and_no_warning() -> None:
    world = service(2000, seed=3, women_gain=2.0)
    audit = fairness_audit(world.people, by_gain(world), by=["sex", "children"])
    assert "support cut" not in set(audit.flags["kind"])
    told = [c for c in audit.checks if c.name == "explained_gap"]
    assert told and "male" in told[0].sentence


def test_a_score_off_for_one_group_is_seen_on_any_scale() -> None:
    score = 100 - 7 * (made().alone - 4.0 * made().mothers)
    audit = fairness_audit(
        made().people, by_gain(made()), score=-score, score_in_unit=False, by=["sex", ("sex", "children")]
    )
    low = audit.flags[(audit.flags["stage"] == "prediction") & (audit.flags["size"] < 0)]
    assert low.iloc[0]["group"] == "female × yes" and "too low" in low.iloc[0]["found"]
    assert "male × yes" not in set(low["group"])


def test_shuffling_a_characteristic_that_is_no_feature_removes_its_warnings() -> None:
    people = made().people
    rng = np.random.default_rng(5)
    mixed = people.groups.iloc[rng.permutation(len(people))].reset_index(drop=True)
    gains = penalised_gain(made())
    audit = fairness_audit(replace(people, groups=mixed), by_rank(gains[:, 1]), by=BY)
    assert not set(audit.flags["kind"]) & {"support cut", "gain predicted too low"}
    whole = audit.table.iloc[0]
    assert whole["gain"] == pytest.approx(penalised().table.iloc[0]["gain"])


def test_order_of_people_and_useless_covariates_change_nothing() -> None:
    people, gains = made().people, penalised_gain(made())
    order = np.random.default_rng(2).permutation(len(people))
    again = fairness_audit(people.rows(order), by_rank(gains[:, 1])[order], gains=gains[order], by=BY)
    more = replace(people, features=people.features.assign(nothing=1.0))
    useless = fairness_audit(more, by_rank(gains[:, 1]), gains=gains, by=BY)
    for other in (again, useless):
        pd.testing.assert_frame_equal(other.table, penalised().table, rtol=1e-6, atol=1e-6)


def test_renaming_arms_changes_no_group() -> None:
    people, gains = made().people, penalised_gain(made())
    swap = [0, 2, 1]
    offers = by_rank(gains[:, 1])
    other = replace(
        people,
        scores=people.scores[:, swap],
        propensity=people.propensity[:, swap],
        expected=None if people.expected is None else people.expected[:, swap],
        received=np.array(swap)[people.received],
    )
    audit = fairness_audit(other, np.array(swap)[offers], gains=gains[:, swap], by=BY)
    pd.testing.assert_frame_equal(audit.table, penalised().table, rtol=1e-6, atol=1e-6)


def test_no_count_below_ten_is_told() -> None:
    people = made().people.rows(np.arange(800))
    offers = np.zeros(800, dtype=int)
    offers[np.flatnonzero(people.groups["sex"] == "female")[:4]] = 1
    rare = people.groups.assign(origin=["A"] * 5 + ["B"] * 40 + ["C"] * 755)
    audit = fairness_audit(replace(people, groups=rare), offers, by=["sex", "origin", ("sex", "origin")])
    table = audit.table
    assert not table["people"].dropna().between(1, 9).any()
    # One hidden group alone could be had from the total.
    assert table.loc[table["by"] == "origin", "people"].isna().sum() >= 2
    counts = table["offered"] * table["people"] / 100
    assert not counts.dropna().round().between(1, 9).any()
    assert np.isnan(table.iloc[0]["offered"])
    told = audit.offers.dropna(subset="share").merge(table[["by", "group", "people"]])
    assert not (told["share"] * told["people"] / 100).round().between(1, 9).any()
    assert "small_groups" in {c.name for c in audit.failed}


class Halves:
    """Training for the upper half of the people it was learned on; counts its lessons."""

    name = "upper half"
    lessons = 0

    def learn(self, people: recommendation.Caseload, *, seed: int = 0) -> Policy:
        self.lessons += 1
        at = float(np.median(people.features["need"]))
        return Policy("upper half", people.arms, ("need",), lambda x: (x[:, 0] > at).astype(int))


def test_a_learner_is_learned_out_of_fold() -> None:
    learner, seen = Halves(), []
    audit = fairness_audit(
        made().people, learner, by=["sex"], folds=3, progress=lambda d, t: seen.append((d, t))
    )
    assert learner.lessons == 3 and seen[-1] == (3, 3)
    assert "reuse" not in {c.name for c in audit.failed}


def test_people_of_whom_the_rule_says_nothing_stay_as_they_are() -> None:
    silent = np.where(made().mothers, -1, 0)
    audit = fairness_audit(made().people, silent, by=[("sex", "children")])
    row = audit.table.set_index("group").loc["female × yes"]
    assert row["undecided"] == 100
    assert row["against_today"] == pytest.approx(0.0)
    assert "left without a word" in of(audit, "female × yes")


def test_without_identified_effects_only_offers_are_told() -> None:
    audit = fairness_audit(replace(made().people, credible="not identified"), by_gain(made()), by=["sex"])
    assert audit.certainty == "too little to say"
    assert audit.table["gain"].isna().all() and audit.table["offered"].notna().any()
    assert set(audit.flags["kind"]) <= {"left without a word"}


def test_a_given_basis_is_told_and_none_is_assumed() -> None:
    audit = fairness_audit(made().people, by_gain(made()), by=["sex"], legal_basis="national act, section 12")
    assert "legal_basis" not in {c.name for c in audit.failed}
    assert audit.legal_basis == "national act, section 12"


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"by": ["shoe size"]}, ParameterError, "shoe size"),
        ({"by": [("sex", "age", "children")]}, ParameterError, "two parts"),
        ({"tolerance": 0.0}, ParameterError, "tolerance"),
        ({"folds": 1}, ParameterError, "folds"),
        ({"level": 95}, ParameterError, "level"),
        ({"smallest_gap": -1.0}, ParameterError, "smallest_gap"),
        ({"score": np.zeros(3)}, DesignError, "score"),
        ({"gains": np.zeros((3, 3))}, DesignError, "gains"),
        ({"policy": np.full(2000, 7)}, DesignError, "positions"),
        ({"policy": np.full((2000, 3), 0.5)}, DesignError, "sum to 1"),
        ({"policy": "tree"}, ParameterError, "learner"),
        (
            {"policy": Policy("p", ("none", "x"), ("need",), lambda x: np.zeros(len(x), int))},
            DesignError,
            "same menu",
        ),
    ],
)
def test_what_cannot_be_audited_names_the_way_out(
    wrong: dict[str, object], error: type[Exception], words: str
) -> None:
    given: dict[str, object] = {"policy": by_gain(made())} | wrong
    with pytest.raises(error, match=words):
        fairness_audit(made().people, **given)  # type: ignore[arg-type]


def test_everybody_is_offered_something_and_mothers_the_lesser_programme() -> None:
    """Steering is no cut of support; it was once passed with "a gap of up to 0 points could have gone unseen"."""
    made = service(3000, seed=3)
    best = made.gain[:, 1:].argmax(axis=1) + 1
    by = ["sex", "children", ("sex", "children")]
    steered = fairness_audit(made.people, np.where(made.mothers, 3 - best, best), by=by)
    flags = steered.flags[steered.flags["kind"] == "lesser programme"]
    assert "female × yes" in set(flags["group"]) and "male × yes" not in set(flags["group"])
    assert (
        "the programme of most expected gain less often"
        in flags.loc[flags["group"] == "female × yes", "found"].iloc[0]
    )
    fair = fairness_audit(made.people, best, by=by)
    assert not len(fair.flags) and "up to 0 percentage" not in fair.sentence
    one = fairness_audit(made.people, np.ones(3000, dtype=int), by=by)
    assert not len(one.flags) and "gone unseen" not in one.sentence
    assert one.table["steered"].isna().all(), "one programme for all steers nobody"
