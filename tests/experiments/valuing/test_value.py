"""What results are worth: closed forms, brute force, and what must hold whatever the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from almpo_kit.experiments import Decision, ProposedTrial, value
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

WORK = TrialOutcome("in work", "binary", 0.4)
#: People reached in a year times euro for one in work.
SCALE = 2e7


def worth(effects: np.ndarray) -> np.ndarray:
    """Nothing, or one of the programmes for everybody."""
    return np.column_stack([np.zeros(len(effects)), SCALE * effects])


def loss(mean: float, sd: float) -> float:
    """Expected gain of knowing a normal before choosing between it and nothing (unit normal loss integral)."""
    u = abs(mean) / sd
    return sd * float(norm.pdf(u) - u * norm.sf(u))


def trial(name: str = "T", programmes: Any = ("a",), **more: Any) -> ProposedTrial:
    return ProposedTrial(name, programmes, **({"per_arm": 500, "outcome": WORK, "cost": 6e4} | more))


TWO: dict[str, Any] = {"means": {"a": 0.03, "b": 0.02}, "covariance": [[4e-4, 1e-4], [1e-4, 9e-4]]}


def test_one_programme_is_the_closed_form() -> None:
    mean, var = -0.01, 0.02**2
    found = value([trial(years=5, delay_years=2)], worth=worth, means={"a": mean}, covariance=[[var]])
    error = (0.4 * 0.6 + 0.39 * 0.61) / 500
    wanted = SCALE * loss(mean, var / np.sqrt(var + error))
    assert found.everything == pytest.approx(SCALE * loss(mean, np.sqrt(var)), rel=2e-3)
    row = found.table.iloc[0]
    assert row["value_a_year"] == pytest.approx(wanted, rel=2e-3)
    years = sum(1.03 ** -(2 + t) for t in range(1, 6))
    assert row["value_eur"] == pytest.approx(wanted * years, rel=2e-3) and row["value_se"] == 0
    assert row["net_eur"] == row["value_eur"] - row["cost_eur"]
    s = var / np.sqrt(var + error)
    assert row["chance_of_change"] == pytest.approx(norm.sf(0.01 / s), abs=1e-3)


def test_knowing_one_tells_about_the_other() -> None:
    """Two programmes, one of which is taken: the difference of their effects is normal, and a trial of one moves it."""
    cov = np.array(TWO["covariance"])
    found = value([trial()], worth=lambda e: SCALE * e, **TWO)
    error = (0.24 + 0.43 * 0.57) / 500
    moved = (cov[0] / np.sqrt(cov[0, 0] + error)) @ [1, -1]
    assert found.table["value_a_year"][0] == pytest.approx(SCALE * loss(0.01, abs(moved)), rel=2e-3)
    spread = np.sqrt(np.array([1, -1]) @ cov @ [1, -1])
    assert abs(found.everything - SCALE * loss(0.01, spread)) < 4 * found.everything_se
    # Where both effects are one and the same, nothing can be learned about which is larger.
    same = value([trial()], worth=lambda e: SCALE * e, means=TWO["means"], covariance=np.full((2, 2), 4e-4))
    assert same.table["value_a_year"][0] == pytest.approx(0, abs=1e-6)
    assert "same would be decided" in same.sentence and same.first == ""


@pytest.mark.parametrize("arms", [("a", "b"), ("b", "c", "a")])
def test_several_arms_as_brute_force_has_it(arms: tuple[str, ...]) -> None:
    """Worlds, trials in them with one comparison for all arms, beliefs by least squares, decisions, what they brought."""
    mean = np.array([0.03, 0.02, 0.0])
    cov = np.array([[4.0, 1, 0], [1, 9, -2], [0, -2, 12]]) * 1e-4
    found = value(
        [trial(programmes=arms)],
        worth=worth,
        means=dict(zip("abc", mean, strict=True)),
        covariance=cov,
        states=20_000,
    )
    rng = np.random.default_rng(7)
    worlds = rng.multivariate_normal(mean, cov, 60_000)
    seen = ["abc".index(p) for p in arms]
    share = 0.4 + mean[seen]
    noise = rng.normal(size=(60_000, len(seen))) * np.sqrt(share * (1 - share) / 500)
    result = worlds[:, seen] + noise - rng.normal(size=(60_000, 1)) * np.sqrt(0.24 / 500)
    held = np.column_stack([np.ones(60_000), result])
    beliefs = held @ np.linalg.lstsq(held, worlds, rcond=None)[0]
    then, now = worth(beliefs).argmax(axis=1), worth(mean[None])[0].argmax()
    brought = worth(worlds)
    gains = brought[np.arange(60_000), then] - brought[:, now]
    row = found.table.iloc[0]
    error = np.hypot(gains.std() / np.sqrt(60_000), row["value_se"] / row["value_eur"] * row["value_a_year"])
    assert row["value_se"] > 0 and abs(row["value_a_year"] - gains.mean()) < 4 * error
    assert row["chance_of_change"] == pytest.approx(float((then != now).mean()), abs=0.02)


def test_worth_that_bends_is_averaged_over_what_stays_unknown() -> None:
    """Gains count, losses do not: a wide belief is worth more than its mean; the exact average is known."""

    def gains_only(effects: np.ndarray) -> np.ndarray:
        return np.column_stack([np.full(len(effects), 0.012), np.maximum(effects[:, 0], 0)]) * SCALE

    def exactly(means: np.ndarray, sd: np.ndarray) -> np.ndarray:
        m, s = means[:, 0], max(float(sd[0]), 1e-12)
        mean = m * norm.cdf(m / s) + s * norm.pdf(m / s)
        return np.column_stack([np.full(len(m), 0.012), mean]) * SCALE

    asked: dict[str, Any] = {"means": {"a": 0.0}, "covariance": [[0.03**2]]}
    exact = value([trial()], worth=Decision(gains_only, expected=exactly), **asked)
    points = value([trial()], worth=gains_only, **asked)
    assert exact.table["value_a_year"][0] > 0
    assert points.table["value_a_year"][0] == pytest.approx(exact.table["value_a_year"][0], rel=0.02)


def test_worth_in_steps_is_right_where_effects_hang_together() -> None:
    """Brute force with exact averages; sets of 128 points common to all states were off by up to two thirds, told as exact."""
    mean, cov = np.array([0.03, 0.02, 0.0]), np.array([[4, 2, 0.5], [2, 5, -1], [0.5, -1, 3]]) * 1e-4

    def steps(effects: np.ndarray) -> np.ndarray:
        return np.column_stack([np.zeros(len(effects)), np.where(effects > 0.02, 4e4, -2e4)])

    error = np.diag((0.4 + mean) * (0.6 - mean)) / 200 + 0.24 / 200
    learned = cov @ np.linalg.solve(cov + error, cov)
    moved = np.random.default_rng(5).multivariate_normal(mean, learned, 200_000)
    held = np.column_stack(
        [np.zeros(len(moved)), 6e4 * norm.cdf((moved - 0.02) / np.sqrt(np.diag(cov - learned))) - 2e4]
    )
    now = int(np.argmax(np.append(0.0, 6e4 * norm.cdf((mean - 0.02) / np.sqrt(np.diag(cov))) - 2e4)))
    wanted = float((held.max(axis=1) - held[:, now]).mean())
    for seed in range(2):
        row = value(
            [trial(programmes=tuple("abc"), per_arm=200)],
            worth=steps,
            means=dict(zip("abc", mean, strict=True)),
            covariance=cov,
            states=2000,
            sizes=(1.0,),
            seed=seed,
        ).table.iloc[0]
        se = row["value_se"] * row["value_a_year"] / row["value_eur"]
        assert 0 < se < 0.15 * wanted and abs(row["value_a_year"] - wanted) < 3 * se


def test_sizes_without_a_price_are_not_advised() -> None:
    flat = value([trial(cost=100.0)], worth=worth, **TWO)
    assert "Of the sizes" not in flat.sentence and any("further person" in c.sentence for c in flat.failed)
    known = trial(per_arm=0, error_sd=0.03, cost=1e7)
    found = value([known], worth=worth, **TWO)
    assert found.sizes["times"].tolist() == [1.0] and "0 people" not in found.sentence
    priced = value([trial(cost=100.0, cost_per_person=0.1)], worth=worth, **TWO)
    assert "Of the sizes" in priced.sentence and not any(c.name == "costs" for c in priced.failed)


def test_a_second_trial_that_cannot_be_told_from_chance_is_not_ruled_out() -> None:
    """Two trials, the second at a price at which it adds nothing: the simulation cannot say on which side."""
    both = [trial("A", cost=0.0), trial("B", ("b",), cost=0.0)]
    adds = value(both, worth=worth, states=500, **TWO).together["adds_eur"][0]
    second = value([both[0], trial("B", ("b",), cost=float(adds))], worth=worth, states=500, **TWO)
    assert second.first == "A" or second.first == "B"
    assert "within simulation error" in second.sentence


@settings(max_examples=10, deadline=None)
@given(
    st.floats(-0.05, 0.05), st.floats(0.005, 0.05), st.integers(20, 5000), st.integers(1, 8), st.floats(0, 6)
)
def test_what_must_hold(mean: float, sd: float, people: int, years: int, delay: float) -> None:
    def ask(**more: Any) -> Any:
        options = {"per_arm": people, "years": years, "delay_years": delay} | more
        return value(
            [trial(**options)], worth=worth, means={"a": mean}, covariance=[[sd**2]], sizes=(0.5, 1, 2)
        )

    found = ask()
    row = found.table.iloc[0]
    assert 0 <= row["value_a_year"] <= found.everything * (1 + 1e-9)
    assert (np.diff(found.sizes["value_eur"]) >= -1e-6 * SCALE * sd).all()
    assert ask(delay_years=delay + 1).table["value_eur"][0] <= row["value_eur"]
    assert ask(years=years + 1).table["value_eur"][0] >= row["value_eur"]
    lost = ask(losses=Losses(attrition=0.3)).table["value_a_year"][0]
    assert lost <= row["value_a_year"] + 1e-6 * SCALE * sd


def test_two_trials_together() -> None:
    """Of two that tell of different programmes each adds; a twin of the same trial adds less than it did alone."""
    found = value(
        [trial("A", cost=0.0), trial("B", ("b",), cost=0.0), trial("A again", cost=0.0)],
        worth=worth,
        states=20_000,
        **TWO,
    )
    pairs = found.together.set_index(["first", "second"])
    alone = found.table.set_index("trial")["value_eur"]
    assert len(pairs) == 3
    for (a, b), row in pairs.iterrows():  # type: ignore[misc]
        assert row["value_eur"] >= max(alone[a], alone[b]) - 4 * row["value_se"]
        assert row["overlap_eur"] == pytest.approx(row["value_eur"] - alone[a] - alone[b])
    twin = value([trial("A", per_arm=1000)], worth=worth, **TWO).table["value_eur"][0]
    key = ("A", "A again") if ("A", "A again") in pairs.index else ("A again", "A")
    assert pairs.loc[key, "value_eur"] == pytest.approx(twin, rel=0.01)
    one = value([trial("A"), trial("later", ("b",), delay_years=8)], worth=worth, states=20_000, **TWO)
    # Until the later result is there only the first one helps.
    assert one.together["value_eur"][0] >= one.table.set_index("trial").loc["A", "value_eur"] * 0.98


def test_places_paid_anyway_are_used_once() -> None:
    one = trial("one", cost=0.0, cost_per_person=10.0, paid_anyway=600.0)
    other = trial(
        "other", ("a", "b"), cost=5.0, cost_per_person={"a": 10.0, "b": 1.0}, paid_anyway={"a": 600.0}
    )
    assert one.cost_at() == 0 and other.cost_at() == 505
    assert one.cost_beside(other) == other.cost_beside(one) == 505 + 400 * 10
    assert one.cost_beside(trial("b", ("b",), cost=7.0)) == 7


def test_costs_size_and_sentence() -> None:
    dear = trial("dear", cost_per_person=3000.0, paid_anyway=200.0)
    assert dear.cost_at() == 6e4 + 300 * 3000 and dear.cost_at(0.25) == 6e4
    found = value([dear, trial("B", ("b",))], worth=worth, **TWO)
    assert found.first == "B" and found.table["rank"].tolist() == [1, 2]
    assert found.sentence.startswith("Run B first") and "€60\u202f000" in found.sentence
    none = value([trial(cost=1e9)], worth=worth, **TWO)
    assert none.first == "" and "No trial of these" in none.sentence and none.table["best_per_arm"][0] == 0
    free = value([trial(cost=0.0)], worth=worth, **TWO)
    assert any(c.name == "costs" for c in free.failed)
    smaller = value([trial(cost=1000.0, cost_per_person=2000.0, per_arm=4000)], worth=worth, **TWO)
    assert smaller.first == "" or smaller.table["best_per_arm"][0] != 4000


def test_designs_say_how_precise_they_are() -> None:
    def of(**more: Any) -> float:
        return float(value([trial(**({"per_arm": 0} | more))], worth=worth, **TWO).table["value_a_year"][0])

    icc = TrialOutcome("in work", "binary", 0.4, icc=0.05)
    alone, arms = of(per_arm=500), {"no programme": 0.5, "a": 0.5}
    assert of(design=TrialDesign("individual", arms, people=1000)) == pytest.approx(alone)
    groups = TrialDesign("cluster", arms, clusters=20, cluster_size=50)
    assert of(design=groups) == pytest.approx(alone) and of(design=groups, outcome=icc) < alone
    few = (0.24 + 0.43 * 0.57) / 500 * (0.95 + 50 * 0.05)
    assert of(error_sd=float(np.sqrt(few))) == pytest.approx(of(design=groups, outcome=icc))
    foretold = TrialOutcome("in work", "binary", 0.4, explained=0.4)
    assert of(per_arm=500, outcome=foretold) > alone
    months = TrialOutcome("months", "continuous", 5, sd=0.49)
    assert of(per_arm=500, outcome=months) == pytest.approx(alone, rel=0.05)
    slow, fast = (TrialOutcome("days", "duration", m, months=12) for m in (60.0, 6.0))
    assert of(per_arm=500, outcome=slow) < of(per_arm=500, outcome=fast)
    wedge = TrialDesign("stepped_wedge", steps=4, clusters=8, cluster_size=20)
    with pytest.raises(ParameterError, match="error_sd"):
        trial(per_arm=0, design=wedge)
    assert of(design=wedge, error_sd=0.02) > 0


def test_draws_stand_for_means_and_covariance() -> None:
    rng = np.random.default_rng(0)
    draws = pd.DataFrame(rng.multivariate_normal([0.03, 0.02], TWO["covariance"], 20_000), columns=["a", "b"])
    given = value([trial()], worth=worth, draws=draws).table["value_a_year"][0]
    assert given == pytest.approx(value([trial()], worth=worth, **TWO).table["value_a_year"][0], rel=0.1)
    odd = value([trial()], worth=worth, draws=np.exp(20 * draws))
    assert any(c.name == "shape of beliefs" for c in odd.failed)


def test_same_seed_same_numbers_and_it_can_be_stopped() -> None:
    asked: dict[str, Any] = {"worth": worth, "states": 500, **TWO}
    both = [trial("T", ("a", "b")), trial("B", ("b",))]
    pd.testing.assert_frame_equal(value(both, **asked).table, value(both, **asked).table)
    assert (
        value(both, seed=1, **asked).table["value_eur"].tolist()
        != value(both, **asked).table["value_eur"].tolist()
    )
    seen: list[tuple[int, int]] = []
    value(both, progress=lambda d, t: seen.append((d, t)), **asked)
    assert [d for d, _ in seen] == list(range(1, seen[0][1] + 1))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        value(both, progress=stop, **asked)


def test_what_rests_on_how_uncertain_effects_are_is_said() -> None:
    def said(cost: float, mean: float) -> Any:
        found = value([trial(cost=cost)], worth=worth, means={"a": mean}, covariance=[[0.02**2]])
        return next(c for c in found.checks if c.name == "other beliefs")

    assert said(2e4, 0.0).status == "passed" and "same trial" in said(2e4, 0.0).sentence
    assert said(1e9, 0.0).status == "passed" and "no trial" in said(1e9, 0.0).sentence
    resting = said(6e4, -0.02)
    assert resting.status == "failed" and "twice as uncertain, T would" in resting.sentence
    assert value([trial()], worth=worth, synthetic=True, **TWO).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"trials": []}, ParameterError, "1 to 100"),
        ({"trials": [trial(), trial()]}, ParameterError, "two trials"),
        ({"trials": [trial(programmes="z")]}, ParameterError, "no belief"),
        ({"trials": [trial(outcome=None)]}, ParameterError, "what it measures"),
        ({"means": {"a": 0.1}}, ParameterError, "1 rows"),
        ({"covariance": [[1, 2], [2, 1]]}, ParameterError, "covariance is none"),
        ({"covariance": [[1, np.nan], [0, 1]]}, ParameterError, "finite"),
        ({"means": None}, ParameterError, "either by means"),
        ({"means": None, "covariance": None, "draws": pd.DataFrame({"a": [1.0]})}, FrameError, "100 states"),
        ({"worth": lambda e: e[:, 0]}, ParameterError, "shape"),
        ({"worth": 3}, ParameterError, "function"),
        ({"discount": 2}, ParameterError, "discount"),
        ({"sizes": ()}, ParameterError, "sizes"),
    ],
)
def test_bad_questions(change: dict[str, Any], error: type[Exception], words: str) -> None:
    asked = {"trials": [trial()], "worth": worth, **TWO} | change
    with pytest.raises(error, match=words):
        value(asked.pop("trials"), **asked)


@pytest.mark.parametrize(
    "more",
    [
        {"name": " "},
        {"programmes": ()},
        {"programmes": ("a", "a")},
        {"per_arm": 1},
        {"per_arm": 0},
        {"cost": -1.0},
        {"cost_per_person": {"z": 1.0}},
        {"paid_anyway": {"a": -1.0}},
        {"years": 0},
        {"error_sd": 0.0},
        {"design": TrialDesign("individual", ["c", "a", "b"], people=90)},
        {"per_arm": 0, "design": TrialDesign("individual")},
    ],
)
def test_no_such_trial(more: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        trial(**more)
