"""Shares of the next batch: what is asked for, what is refused, and what is said about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments.adapting.next_shares import Shares, next_shares
from almpo_kit.vocabulary.adaptive_rules import ADAPTIVE_KINDS, AdaptiveRule
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

ARMS = ["usual", "course", "mentor"]


def counts(*batches: tuple[tuple[int, int], ...]) -> pd.DataFrame:
    rows = [
        (b + 1, arm, n, total)
        for b, cells in enumerate(batches)
        for arm, (n, total) in zip(ARMS, cells, strict=True)
    ]
    return pd.DataFrame(rows, columns=["batch", "arm", "n", "total"])


SEEN = counts(((35, 10), (33, 12), (32, 16)), ((20, 5), (30, 12), (50, 27)))


def asked(seen: pd.DataFrame = SEEN, kind: str = "thompson", **more: Any) -> Shares:
    given = {k: more.pop(k) for k in list(more) if k in AdaptiveRule.__dataclass_fields__}
    return next_shares(AdaptiveRule(kind=kind, **given), seen, arms=ARMS, **more)


@pytest.mark.parametrize("kind", ADAPTIVE_KINDS)
def test_shares_are_shares_with_a_floor(kind: str) -> None:
    found = asked(kind=kind, floor=0.1)
    share = found.table["share"].to_numpy()
    assert round(share.sum() * 1e6) == 1_000_000
    assert np.allclose(share * 1e6, np.rint(share * 1e6), atol=1e-6)
    assert share.min() >= 0.1 - 1e-6
    assert found.batch == 3
    assert [c.name for c in found.failed] == []


def test_thompson_gives_the_chance_of_being_best() -> None:
    found = asked(floor=0.0)
    assert np.allclose(found.table["share"], found.table["chance_best"], atol=1e-6)
    assert found.sentence.startswith("In batch 3, mentor gets")
    assert [c.name for c in found.failed] == ["floor"]


def test_nothing_seen_gives_equal_shares() -> None:
    found = asked(SEEN.iloc[:0], kind="exploration_sampling")
    assert found.batch == 1
    assert np.allclose(found.table["share"], 1 / 3, atol=1e-6)
    assert found.table["n"].isna().all()


def test_outcomes_of_unripe_batches_wait() -> None:
    early = asked(delay=2)
    assert early.batch == 4
    only_first = asked(counts(((35, 10), (33, 12), (32, 16)), ((20, 20), (30, 0), (50, 0))), delay=2, batch=3)
    assert np.allclose(only_first.table["share"], asked(SEEN.iloc[:3]).table["share"])
    assert "delay" in [c.name for c in only_first.checks]


def test_an_arm_too_likely_worse_is_closed_and_stays_so() -> None:
    seen = counts(((100, 40), (100, 15), (100, 45)))
    found = asked(seen, stop_for_harm=0.95)
    assert found.closed == (("all", "course"),)
    assert found.table.set_index("arm").loc["course", "share"] == 0
    better = counts(((100, 40), (100, 15), (100, 45)), ((50, 10), (0, 0), (50, 10)))
    assert asked(better, stop_for_harm=0.999999, closed=found.closed).closed == found.closed
    # The comparison itself is never closed, whichever it is.
    alone = asked(seen, stop_for_harm=0.5, comparison="mentor")
    assert ("all", "mentor") not in alone.closed


def test_the_rule_ends_a_trial_that_is_decided() -> None:
    seen = counts(((100, 20), (100, 22), (100, 60)))
    assert asked(seen).stop is False
    found = asked(seen, stop_at=0.99)
    assert found.stop and "99%" in found.reason
    assert found.sentence.startswith("The rule ends the trial before batch 2")
    harmed = asked(counts(((200, 100), (200, 20), (200, 20))), stop_for_harm=0.95)
    assert harmed.stop and "closed for harm" in harmed.reason


def test_a_change_of_level_is_not_taken_for_a_better_arm() -> None:
    # Both batches: arms alike. The second is a better time, and had mostly people of one arm.
    seen = counts(((400, 80), (400, 80), (400, 80)), ((60, 36), (60, 36), (480, 288)))
    found = asked(seen)
    assert found.drift == "levels" and [c.name for c in found.failed] == ["drift"]
    assert np.allclose(found.table["chance_best"], 1 / 3, atol=0.1)
    blind = asked(seen, guard_drift=False).table.set_index("arm")["chance_best"]
    assert blind["mentor"] > 0.99


def test_changed_effects_fade_old_batches() -> None:
    seen = counts(((200, 40), (200, 100), (200, 40)), ((200, 40), (200, 40), (200, 100)))
    found = asked(seen)
    assert found.drift == "effects"
    chance = found.table.set_index("arm")["chance_best"]
    assert chance["mentor"] > 0.9
    blind = asked(seen, guard_drift=False).table.set_index("arm")["chance_best"]
    assert blind["mentor"] == pytest.approx(0.5, abs=0.01)


def test_strata_learn_apart_and_borrow() -> None:
    rows = [
        (1, stratum, arm, 200, total)
        for stratum, totals in {"young": (60, 60, 110), "old": (60, 110, 60)}.items()
        for arm, total in zip(ARMS, totals, strict=True)
    ]
    seen = pd.DataFrame(rows, columns=["batch", "age", "arm", "n", "total"])
    found = asked(seen, strata=("age",))
    best = found.table.set_index(["stratum", "arm"])["share"].unstack("arm")
    assert best.loc["young"].idxmax() == "mentor" and best.loc["old"].idxmax() == "course"
    # A stratum of whom nobody was seen learns from the others.
    alike = seen.assign(total=[60, 60, 110] * 2)
    rule = AdaptiveRule(kind="thompson", strata=("age",))
    new = next_shares(rule, alike, arms=ARMS, strata=["young", "old", "middle"]).table
    assert new[new["stratum"] == "middle"].set_index("arm")["chance_best"]["mentor"] > 0.95


def test_few_people_are_not_shown() -> None:
    found = asked(counts(((5, 1), (40, 20), (40, 10))))
    shown = found.table.set_index("arm")
    assert np.isnan(shown.loc["usual", "mean"]) and np.isnan(shown.loc["usual", "n"])
    assert shown.loc["course", "n"] == 40


def test_continuous_outcomes() -> None:
    seen = SEEN.assign(total=SEEN["n"] * np.tile([10.0, 10.0, 12.0], 2))
    seen["sum_sq"] = seen["total"] ** 2 / seen["n"] + 9.0 * seen["n"]
    found = next_shares(AdaptiveRule(kind="thompson"), seen, arms=ARMS, kind="continuous")
    assert found.table.set_index("arm")["mean"]["mentor"] == pytest.approx(12, abs=0.1)
    assert found.table.set_index("arm")["chance_best"]["mentor"] > 0.99


def test_the_label_travels() -> None:
    assert asked(synthetic=True).sentence.startswith("SYNTHETIC")
    assert asked(SEEN.assign(source="SYNTHETIC register")).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda t: t.drop(columns="n"), FrameError, "missing: n"),
        (lambda t: t.assign(total=t["n"] + 1), FrameError, "from 0 to n"),
        (lambda t: t.assign(arm="other"), FrameError, "none of usual"),
        (lambda t: t.assign(n=0.5), FrameError, "counts people"),
        (lambda t: t.assign(batch=0), FrameError, "numbered 1 to 10"),
        (lambda t: t.assign(batch=1), FrameError, "twice"),
        (lambda t: t.assign(total="many"), FrameError, "no number in rows 1"),
        (lambda t: t.assign(n=0, total=1), FrameError, "from 0 to n"),
        (lambda t: t.assign(batch=t["batch"] + 8), DesignError, "all 10 batches"),
    ],
)
def test_tables_that_cannot_be_are_refused(change: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        asked(change(SEEN))


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"floor": 0.4}, ParameterError, "below 0.333"),
        ({"comparison": "none"}, ParameterError, "none of usual"),
        ({"closed": [("all", "x")]}, ParameterError, "pairs of a stratum"),
        ({"batch": 11}, ParameterError, "whole number from 1 to 10"),
        ({"strata": ("age",)}, FrameError, "lacks age"),
    ],
)
def test_questions_that_cannot_be_are_refused(
    more: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        asked(**more)


def test_durations_are_told_the_way_out() -> None:
    with pytest.raises(DesignError, match="within six months"):
        next_shares(AdaptiveRule(kind="thompson"), SEEN, arms=ARMS, kind="duration")


def test_a_gap_is_told() -> None:
    found = asked(SEEN.assign(batch=SEEN["batch"] + 1), batch=4)
    assert "of batch 1, due" in found.failed[0].sentence


def test_before_the_first_batch_with_strata() -> None:
    rule = AdaptiveRule(kind="thompson", strata=("age",))
    with pytest.raises(ParameterError, match="say which strata of age"):
        next_shares(rule, pd.DataFrame(), arms=ARMS)
    found = next_shares(rule, pd.DataFrame(), arms=ARMS, strata=["young", "old"])
    assert list(found.table["stratum"].unique()) == ["young", "old"]
    assert np.allclose(found.table["share"], 1 / 3, atol=1e-6)
    with pytest.raises(ParameterError, match="must be a list"):
        next_shares(rule, pd.DataFrame(), arms=ARMS, strata="young")


def test_the_same_question_has_the_same_answer_to_the_last_digit() -> None:
    first, again = (
        asked(kind="exploration_sampling"),
        asked(SEEN.sample(frac=1, random_state=1), kind="exploration_sampling"),
    )
    assert first.table["share"].to_numpy().tobytes() == again.table["share"].to_numpy().tobytes()


@pytest.mark.parametrize("kind", ["binary", "continuous"])
def test_nobody_in_an_arm_yet(kind: str) -> None:
    seen = counts(((50, 20), (0, 0), (50, 15))).assign(sum_sq=[20.0, 0.0, 15.0])
    found = next_shares(AdaptiveRule(kind="thompson"), seen, arms=ARMS, kind=kind)
    shown = found.table.set_index("arm")
    # Nothing is known of it, so it may well be the best.
    assert 0.2 < shown.loc["course", "chance_best"] < 0.8


def test_outcomes_all_alike_or_of_single_people() -> None:
    rule = AdaptiveRule(kind="thompson", floor=0.0)
    alike = counts(((20, 0), (20, 0), (20, 0))).assign(total=20 * 1000.0, sum_sq=20 * 1e6)
    assert np.allclose(
        next_shares(rule, alike, arms=ARMS, kind="continuous").table["chance_best"], 1 / 3, atol=0.01
    )
    single = counts(((1, 0), (1, 0), (1, 0))).assign(
        total=[900.0, 1000.0, 1100.0], sum_sq=[8.1e5, 1e6, 1.21e6]
    )
    chance = next_shares(rule, single, arms=ARMS, kind="continuous").table["chance_best"]
    assert chance.is_monotonic_increasing and chance.max() < 0.7


def test_two_arms_of_exploration_sampling_stay_half_and_half() -> None:
    rule = AdaptiveRule(kind="exploration_sampling")
    seen = SEEN[SEEN["arm"] != "course"]
    found = next_shares(rule, seen, arms=["usual", "mentor"])
    assert np.allclose(found.table["share"], 0.5, atol=1e-6) and found.table["chance_best"].max() > 0.9
    assert any("half of the people, however sure" in c.sentence for c in found.checks)
    assert not any(c.name == "two arms" for c in asked(kind="exploration_sampling").checks)
