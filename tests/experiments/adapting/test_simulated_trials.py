"""Simulated trials do what the verbs do, and what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.experiments.adapting.next_shares import next_shares
from almpo_kit.experiments.adapting.settings import ADAPTIVE_SETTINGS, adaptive_setting
from almpo_kit.experiments.adapting.simulate_rule import simulate_rule
from almpo_kit.experiments.adapting.simulated_trials import SimulatedTrials, simulated_trials
from almpo_kit.vocabulary.adaptive_rules import ADAPTIVE_KINDS, AdaptiveRule
from almpo_kit.vocabulary.errors import DesignError, ParameterError

THREE = AdaptiveSetting(name="three", arms=("usual", "a", "b"), means=((0.3, 0.4, 0.5),))


def seen_of(done: SimulatedTrials, setting: AdaptiveSetting, one: int, until: int) -> pd.DataFrame:
    """What a trial's owner would have counted."""
    people = pd.DataFrame(
        {
            "batch": done.batches + 1,
            "stratum": np.array(setting.strata)[done.strata],
            "arm": np.array(setting.arms)[done.arms[one]],
            "y": done.outcomes[one],
        }
    )
    held = people[people["batch"] <= until].groupby(["batch", "stratum", "arm"])["y"]
    return held.agg(n="size", total="sum", sum_sq=lambda y: (y**2).sum()).reset_index()


@pytest.mark.parametrize("name", ["digital_skills", "different_groups", "earnings", "turn"])
def test_a_simulated_trial_takes_the_steps_of_a_real_one(name: str) -> None:
    setting = adaptive_setting(name)
    strata = ("group",) if len(setting.strata) > 1 else ()
    rule = AdaptiveRule(kind="exploration_sampling", batches=6, delay=2, strata=strata)
    done = simulated_trials(rule, setting, 5, seed=3)
    for one in range(5):
        found = next_shares(
            rule,
            seen_of(done, setting, one, 4),
            arms=setting.arms,
            kind=setting.kind,
            strata=setting.strata if strata else (),
            batch=6,
        )
        share = found.table["share"].to_numpy().reshape(-1, len(setting.arms))
        assert np.allclose(share, done.shares[one, 5], atol=2e-3)


def test_same_seed_same_bytes_and_same_luck() -> None:
    rule = AdaptiveRule(kind="thompson", batches=4)
    first, again = (simulated_trials(rule, THREE, 50, 9) for _ in range(2))
    assert (
        first.outcomes.tobytes() == again.outcomes.tobytes()
        and first.shares.tobytes() == again.shares.tobytes()
    )
    assert simulated_trials(rule, THREE, 50, 10).outcomes.tobytes() != first.outcomes.tobytes()
    other = simulated_trials(AdaptiveRule(kind="exploration_sampling", batches=4), THREE, 50, 9)
    # The first batch has equal shares in both: the same people with the same luck.
    assert np.array_equal(first.outcomes[:, :100], other.outcomes[:, :100])


def test_arms_are_drawn_with_their_shares() -> None:
    done = simulated_trials(AdaptiveRule(kind="thompson", batches=5), THREE, 400, 1)
    chance = done.shares[np.arange(400)[:, None], done.batches, done.strata, done.arms]
    for k in range(3):
        expected = done.shares[:, done.batches, done.strata, k]
        z = ((done.arms == k) - expected).sum() / np.sqrt((expected * (1 - expected)).sum())
        assert abs(z) < 4
    assert chance.min() >= 0.05 - 1e-9
    # Inverse chances weigh back to everybody, whatever the rule did.
    score = ((done.arms == 2) * done.outcomes / chance).mean(axis=1)
    assert score.mean() == pytest.approx(0.5, abs=4 * score.std() / 20)


def test_equal_shares_find_the_best_as_often_as_binomials_say() -> None:
    setting = AdaptiveSetting(name="two", arms=("a", "b"), means=((0.40, 0.46),))
    rule = AdaptiveRule(kind="uniform", batches=2, batch_size=60, guard_drift=False)
    done = simulated_trials(rule, setting, 4000, 0)
    n = np.arange(121)
    split = binom.pmf(n, 120, 0.5)
    right = 0.0
    for m, chance in zip(n, split, strict=True):
        if chance < 1e-9:
            continue
        a, b = binom.pmf(np.arange(m + 1), m, 0.40), binom.pmf(np.arange(121 - m), 120 - m, 0.46)
        mean_a, mean_b = (1 + np.arange(m + 1)) / (m + 2), (1 + np.arange(121 - m)) / (122 - m)
        right += chance * (np.outer(a, b) * (mean_b > mean_a[:, None] + 1e-12)).sum()
    assert (done.chosen[:, 0] == 1).mean() == pytest.approx(right, abs=4 * 0.5 / np.sqrt(4000))


def test_harm_closes_and_certainty_ends() -> None:
    setting = AdaptiveSetting(name="harm", arms=("usual", "bad", "good"), means=((0.5, 0.1, 0.9),))
    rule = AdaptiveRule(kind="exploration_sampling", batches=8, stop_for_harm=0.99)
    done = simulated_trials(rule, setting, 60, 0)
    assert done.closed[:, 0, 1].all() and not done.closed[:, 0, [0, 2]].any()
    assert (done.shares[:, -1, 0, 1] == 0).all()
    ends = simulated_trials(AdaptiveRule(kind="thompson", batches=8, stop_at=0.999), setting, 60, 0)
    assert ends.drawn.max() < 8
    assert (
        np.isnan(ends.outcomes[0, ends.drawn[0] * 100 :]).all()
        and (ends.arms[0, ends.drawn[0] * 100 :] == -1).all()
    )
    assert (ends.shares[0, ends.drawn[0] :] == 0).all()


def test_strata_have_their_people() -> None:
    setting = adaptive_setting("different_groups")
    done = simulated_trials(AdaptiveRule(kind="uniform", batch_size=7, batches=30), setting, 1, 0)
    counts = np.bincount(done.strata) / done.strata.size
    assert np.allclose(counts, setting.strata_shares, atol=0.01)


@pytest.mark.parametrize("kind", ADAPTIVE_KINDS)
def test_delay_and_drift_run_for_every_rule(kind: str) -> None:
    done = simulated_trials(AdaptiveRule(kind=kind, delay=3, batches=5), adaptive_setting("recession"), 30, 2)
    assert np.allclose(done.shares[:, :3], 0.25)
    assert np.allclose(done.shares.sum(axis=-1), 1)


def test_rules_beside_each_other() -> None:
    calls: list[tuple[int, int]] = []
    found = simulate_rule(
        AdaptiveRule(kind="exploration_sampling", batches=6),
        adaptive_setting("digital_skills"),
        replications=300,
        seed=1,
        progress=lambda done, total: calls.append((done, total)),
    )
    table = found.table.set_index("rule")
    assert list(table.index) == ["exploration_sampling", "uniform", "thompson"]
    assert calls[-1] == (900, 900)
    assert found.sentence.startswith("SYNTHETIC data. Exploration sampling finds")
    # Thompson treats people best meanwhile; equal shares worst.
    regret = table["in_trial_regret"]
    assert regret["thompson"] < regret["exploration_sampling"] < regret["uniform"]
    assert table.loc["uniform", "policy_gain"] == 0
    people = found.arms.groupby("rule")["people"].sum()
    assert np.allclose(people, 600)
    assert found.path.groupby(["rule", "batch"])["share"].sum().to_numpy() == pytest.approx(1)
    assert found.metrics()["best_chosen"] == table["best_chosen"].iloc[0]


def test_work_can_be_ended() -> None:
    def end(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_rule(AdaptiveRule(kind="thompson"), THREE, replications=100, progress=end)


def test_every_setting_is_sourced_and_runs() -> None:
    for name, setting in ADAPTIVE_SETTINGS.items():
        assert setting.name == name
        assert setting.synthetic or "github.com/maxkasy/" in setting.source
        assert setting.means_by_batch(3).shape == (3, len(setting.strata), len(setting.arms))
    assert ADAPTIVE_SETTINGS["turn"].means_by_batch(4)[2, 0, 3] == 0.45


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"means": ((0.3, 0.4),)}, "one number for each of 3 arms"),
        ({"means": ((0.3, 0.4, 1.2),)}, "between 0 and 1"),
        ({"trend": 0.6}, "between 0 and 1"),
        ({"arms": ("a", "a", "b")}, "each name once"),
        ({"kind": "duration"}, "binary or continuous"),
        ({"kind": "continuous"}, "sd"),
        ({"strata_shares": (0.4, 0.4)}, "1 shares that add up"),
        ({"later_means": ((0.1, 0.1, 0.1), (0.1, 0.1, 0.1))}, "needs 1 rows"),
    ],
)
def test_worlds_that_cannot_be_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        AdaptiveSetting(**({"name": "x", "arms": ("u", "a", "b"), "means": ((0.3, 0.4, 0.5),)} | change))  # type: ignore[arg-type]


def test_questions_that_cannot_be_are_refused() -> None:
    with pytest.raises(ParameterError, match="known are migration"):
        adaptive_setting("nowhere")
    with pytest.raises(ParameterError, match="take one below"):
        simulated_trials(AdaptiveRule(kind="thompson", floor=0.4), THREE, 10)
    with pytest.raises(DesignError, match="at most 200,000"):
        simulated_trials(AdaptiveRule(kind="thompson"), THREE, 300_000)
    with pytest.raises(ParameterError, match="beside names kinds"):
        simulate_rule(AdaptiveRule(kind="thompson"), THREE, beside=("best",))
