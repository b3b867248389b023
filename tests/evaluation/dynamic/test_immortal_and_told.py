"""Immortal time, announcements, dips: detected where they are, silent where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit import evaluation
from almpo_kit.evaluation.dynamic.anticipation import anticipation
from almpo_kit.evaluation.dynamic.immortal_time import immortal_time
from almpo_kit.evaluation.dynamic.paths import paths
from almpo_kit.evaluation.dynamic.pre_programme_dip import dip
from almpo_kit.evaluation.dynamic.risk_sets import Moments, at_risk, moments
from almpo_kit.evaluation.dynamic.stratified import rate_ratio, stratified_difference
from almpo_kit.evaluation.dynamic.waiting_times import waiting_times
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check

from .little_register import Frames, drawn, month, register

WORK = "E" * 24


def useless(seed: int = 0, n: int = 1_500) -> Frames:
    """Everybody finds jobs at the same rate; a programme that does nothing is entered at random while waiting."""
    rng = np.random.default_rng(seed)
    letters, entries = {}, []
    for i in range(n):
        job = int(rng.geometric(0.08))
        entry = int(rng.geometric(0.06))
        if entry <= job:
            entries.append((f"p{i:04d}", "nothing", 23 + entry))
        letters[f"p{i:04d}"] = (WORK + "R" * (job - 1) + "E" * 60)[:60]
    return register(letters, entries)


def test_a_useless_programme_looks_harmful_by_later_entry_and_not_by_entering_now() -> None:
    found = immortal_time(*useless(), at=(6, 12))
    assert (found.table["ever_high"] < -15).all()
    assert (found.table["entering_low"] < 0).all() and (found.table["entering_high"] > 0).all()
    assert [c.name for c in found.failed] == ["immortal_time"]
    assert found.table["mean_wait"].iloc[0] == pytest.approx(7, abs=1)


def test_immortal_time_needs_people_and_months() -> None:
    with pytest.raises(ParameterError, match="at="):
        immortal_time(*useless(1, 50), at=())
    with pytest.raises(DesignError, match="fewer than 10"):
        immortal_time(*useless(1, 20))


def told(notice: int, *, fewer: float = 1.0, no_shows: bool, seed: int = 0) -> Check:
    """People are told some months before they start and may find a job, or not, until then."""
    rng = np.random.default_rng(seed)
    letters, entries, announced = {}, [], {}
    for i in range(1_200):
        name, path, start = f"p{i:04d}", "", 10**6
        for k in range(24, 60):
            if start > 10**5 and rng.random() < 0.08:
                start, announced[name] = k + notice, k
            rate = 0.10 * (fewer if k < start < 10**5 else 1.0)
            if rng.random() < rate:
                path += "E"
                break
            path += "R"
        job = 24 + len(path)
        if name in announced and (no_shows or start < job):
            entries.append((name, "training", start))
        letters[name] = (WORK + path + "E" * 60)[:60]
    held = paths(*register(letters, entries, announced=announced), arms=None, moment="start")
    return anticipation(held, at_risk(held, 24), "start")


def test_people_who_slacken_once_told_are_seen() -> None:
    found = told(3, fewer=0.2, no_shows=True)
    assert (
        found.status == "failed" and "fewer jobs" in found.sentence and 'moment="announced"' in found.sentence
    )


def test_people_who_do_not_are_not_accused() -> None:
    assert told(3, no_shows=True).status == "passed"


def test_a_table_of_starters_alone_cannot_show_it() -> None:
    long, short = told(3, no_shows=False), told(1, no_shows=False)
    assert long.status == "failed" and "only people who did start" in long.sentence
    assert short.status == "informational"


def test_nobody_told_is_said() -> None:
    frames = drawn(1, 60)
    held = paths(frames[0], frames[1].drop(columns="announced"), frames[2], arms=None, moment="start")
    assert anticipation(held, at_risk(held, 12), "start").status == "informational"
    held = paths(*frames, arms=None, moment="announced")
    assert anticipation(held, at_risk(held, 12), "announced").status == "passed"


def dipped(fall: float) -> Check:
    """Earnings of those who enter fall by a share in the last quarter before unemployment."""
    rng = np.random.default_rng(2)
    names = [f"p{i:03d}" for i in range(400)]
    entering = rng.random(400) < 0.4
    persons, entries, months = register(
        dict.fromkeys(names, WORK + "R" * 20),
        [(n, "training", 25) for n, e in zip(names, entering, strict=True) if e],
    )
    late = months["period"].isin([month(k) for k in (21, 22, 23)])
    who = months["id"].isin(np.array(names)[entering])
    months["earnings"] *= np.where(late & who, 1 - fall, 1.0) * np.exp(0.1 * rng.normal(size=len(months)))
    held = paths(persons, entries, months, arms=None, moment="start")
    rows, _ = moments(held, at_risk(held, 6), strata_months=1, horizon=3, every_month=True, seed=0)
    return dip(held, rows, rows.elapsed, "waiting")


def test_a_dip_is_named_and_none_is_not_invented() -> None:
    found = dipped(0.3)
    assert found.status == "failed" and "Ashenfelter" in found.sentence
    assert dipped(0.0).status == "passed"


def test_a_difference_inside_strata_has_the_error_of_a_regression() -> None:
    """ATT weights in two strata, against the formula written out; clusters of one."""
    rng = np.random.default_rng(0)
    s, t, y = rng.integers(0, 2, 200), rng.random(200) < 0.4, rng.normal(size=200)
    gap, se, _ = stratified_difference(y, t, s, np.arange(200))
    share = [(t & (s == k)).sum() / t.sum() for k in (0, 1)]
    parts = [y[t & (s == k)].mean() - y[~t & (s == k)].mean() for k in (0, 1)]
    assert gap == pytest.approx(float(np.dot(share, parts)))
    inside = [
        y[t & (s == k)].var() / (t & (s == k)).sum() + y[~t & (s == k)].var() / (~t & (s == k)).sum()
        for k in (0, 1)
    ]
    assert se == pytest.approx(np.sqrt(np.dot(np.square(share), inside)), rel=0.05)


def test_doubling_every_person_leaves_a_clustered_error_alone() -> None:
    rng = np.random.default_rng(1)
    y, t, s = rng.normal(size=100), rng.random(100) < 0.5, rng.integers(0, 3, 100)
    one = stratified_difference(y, t, s, np.arange(100))
    two = stratified_difference(np.tile(y, 2), np.tile(t, 2), np.tile(s, 2), np.tile(np.arange(100), 2))
    assert one == pytest.approx(two)


def test_observed_and_expected_add_up() -> None:
    rng = np.random.default_rng(3)
    events, marked, stratum = rng.random(300) < 0.2, rng.random(300) < 0.3, rng.integers(0, 5, 300)
    a, b = rate_ratio(events, marked, stratum), rate_ratio(events, ~marked, stratum)
    assert a[0] + b[0] == pytest.approx(a[1] + b[1]) == events.sum()
    assert a[2] == pytest.approx(-b[2])


def test_waiting_times_by_hand() -> None:
    frames = register(
        {
            "job": WORK + "RRE" + "E" * 30,
            "left": WORK + "RRO" + "E" * 30,
            "unknown": WORK + "RR?" + "E" * 30,
            "enters": WORK + "RROORE" + "E" * 27,
            "late": WORK + "RE" + "R" * 31,
            "other": WORK + "RRRR" + "E" * 29,
            "never": WORK + "R" * 33,
        },
        [("enters", "training", 26), ("late", "training", 30), ("other", "works", 26)],
    )
    frames[1]["end"] = [month(28), month(31), month(27)]
    found = waiting_times(*frames, arms=["training"], longest=8).persons.set_index("id")
    assert dict(found["months_waited"]) == {
        "job": 3,
        "left": 2,
        "unknown": 2,
        "late": 2,
        "never": 8,
        "other": 2,
        "enters": 6,
    }
    assert set(found.index[found["found_job"] == 1]) == {"job", "enters", "late"}
    assert found["months_until_entry"].dropna().to_dict() == {"enters": 2.0}
    assert found.loc["late", "treatment"] == "no programme"
    plan_ready = {"months_waited", "found_job", "months_until_entry", "treatment", "employed_1_to_3_before"}
    assert plan_ready <= set(found.columns) and evaluation.WaitingTimes is type(
        waiting_times(*frames, arms=["training"])
    )


def test_moments_do_not_print_people() -> None:
    rows = Moments(np.array([1]), np.array([2]), np.array([0]))
    assert "1 rows" in repr(rows) and "2" not in repr(rows).replace("1 rows", "")


def test_people_whose_own_months_end_early_are_kept_and_told() -> None:
    paths = {f"p{i}": "E" * 24 + "R" * 25 + ("-" * 12 if i < 60 else "E" * 12) for i in range(100)}
    frames = register(paths, [(f"p{i}", "training", 25) for i in range(0, 100, 4)])
    found = evaluation.entering_or_waiting(*frames, strata_months=3, longest=3, horizon=30, every_month=True)
    (check,) = (c for c in found.checks if c.name == "followed_so_long")
    assert check.status == "failed"
    # Entering in month 25 and seen until 48: 23 months; those waiting may be looked at a month later.
    assert "training 60%" in check.sentence
    assert "horizon=22" in check.sentence
    assert found.persons.loc[found.persons["treatment"] == "training", "employed_30"].isna().sum() == 15
    shorter = evaluation.entering_or_waiting(*frames, strata_months=3, longest=3, horizon=20)
    assert not any(c.name == "followed_so_long" for c in shorter.checks)
