"""Effects after adaptive draws: scores, weights, coverage, conditions, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.experiments.adapting.settings import adaptive_setting
from almpo_kit.experiments.adapting.simulated_trials import simulated_trials
from almpo_kit.experiments.inferring.adaptive_effects import adaptive_effects
from almpo_kit.experiments.inferring.adaptive_words import adaptive_sentence, at_once, certainty
from almpo_kit.experiments.inferring.kernels.adaptive_contrast import adaptive_contrast
from almpo_kit.experiments.inferring.kernels.earlier_slopes import explained_by_earlier
from almpo_kit.experiments.inferring.kernels.evaluation_weights import batch_worth, two_point_weights
from almpo_kit.experiments.inferring.kernels.predictable_scores import arm_scores, predictable_means
from almpo_kit.experiments.inferring.outcome_scale import outcome_scale
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.rendering import number

from .adaptive_coverage import coverage

Array = np.ndarray[Any, np.dtype[Any]]
ARMS = ("no programme", "course", "subsidy")


def trial(seed: int = 0, *, strata: bool = False, means: Any = (0.3, 0.45, 0.3), floor: float = 0.05) -> Any:
    """Outcomes and shares of one simulated trial."""
    rows = (means, means) if strata else (means,)
    setting = AdaptiveSetting(name="here", arms=ARMS, means=rows, source="SYNTHETIC")
    rule = AdaptiveRule("thompson", floor=floor, strata=("stratum",) if strata else (), guard_drift=False)
    made = simulated_trials(rule, setting, 1, seed)
    people = pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(made.outcomes.shape[1])],
            "batch": made.batches,
            "arm": np.array(ARMS)[made.arms[0]],
            "y": made.outcomes[0],
            "age_group": np.array(["young", "old"])[made.strata],
        }
    )
    shares = pd.DataFrame(
        [
            (b, ("young", "old")[s], ARMS[k], made.shares[0, b, s, k])
            for b, s, k in np.ndindex(made.shares.shape[1:])
        ],
        columns=["batch", "age_group", "arm", "share"],
    )
    return people, shares if strata else shares.drop(columns="age_group")


def test_guesses_know_the_past_only() -> None:
    """Changing an outcome changes no guess of those who came before, nor one's own."""
    rng = np.random.default_rng(0)
    y, arm, stratum = rng.standard_normal(50), rng.integers(0, 3, 50), rng.integers(0, 2, 50)
    before, _ = predictable_means(y, arm, 3, stratum)
    y[20] += 100
    after, _ = predictable_means(y, arm, 3, stratum)
    np.testing.assert_array_equal(before[:21], after[:21])
    assert (before[21:, arm[20]] != after[21:, arm[20]]).all()


def test_scores_have_the_arm_s_mean_whatever_the_guess() -> None:
    share = np.array([0.7, 0.2, 0.1])
    means = np.array([5.0, -3.0, 2.0])
    expected = sum(
        share[k] * arm_scores(np.array([value]), np.array([k]), share[None], means[None])[0]
        for k, value in enumerate((1.0, 2.0, 3.0))
    )
    np.testing.assert_allclose(expected, [1.0, 2.0, 3.0])


def test_two_point_weights_without_decay_stabilise_the_variance() -> None:
    """The constant allocation rate of Hadad et al.: h² / share is the same for everybody."""
    share = np.random.default_rng(1).uniform(0.05, 0.9, (3, 40))
    weights = two_point_weights(share, 0.0)
    np.testing.assert_allclose(weights**2 / share, 1 / 40)
    # With decay the budget of variance is used up all the same.
    np.testing.assert_allclose((two_point_weights(share, 0.7) ** 2 / share).sum(axis=-1), 1.0)


def test_worth_of_a_batch_is_harmonic_over_its_strata() -> None:
    shares = np.array([[[0.5, 0.5], [0.1, 0.9]], [[0.5, 0.5], [np.nan, np.nan]], [[0.5, 0.5], [0.0, 1.0]]])
    worth = batch_worth(shares, np.array([0.25, 0.75]), one=1, other=0)
    assert worth[0] == pytest.approx(1 / (0.25 * 4 + 0.75 * (10 + 10 / 9)))
    assert worth[1] == worth[2] == pytest.approx(0.25)


def test_with_fixed_equal_shares_it_is_the_difference_of_means() -> None:
    rng = np.random.default_rng(2)
    arm = rng.integers(0, 2, 4000)
    y = rng.standard_normal(4000) + 0.3 * arm
    effect, se, df = adaptive_contrast(y, arm, np.full((4000, 2), 0.5), one=1)
    plain = y[arm == 1].mean() - y[arm == 0].mean()
    plain_se = np.sqrt(y[arm == 1].var() / (arm == 1).sum() + y[arm == 0].var() / (arm == 0).sum())
    assert effect == pytest.approx(plain, abs=0.1 * plain_se)
    assert se == pytest.approx(plain_se, rel=0.02)
    assert df > 1000


def test_a_level_that_drifts_for_everybody_cancels() -> None:
    """Shares move and everybody's outcome rises; the contrast weighs both arms alike, plain means do not."""
    rng = np.random.default_rng(3)
    n, runs = 400, 600
    ours = np.where(np.arange(n) < 200, 0.2, 0.8)
    arm = (rng.random((runs, n)) < ours).astype(int)
    y = rng.standard_normal((runs, n)) + np.where(np.arange(n) < 200, 0.0, 2.0)
    share = np.broadcast_to(np.stack([1 - ours, ours], axis=-1), (runs, n, 2))
    for weights, holds in (("variance_stabilising", True), ("two_point", False)):
        effect, se, _ = adaptive_contrast(y, arm, share, one=1, weights=weights)
        assert (abs(effect.mean()) < 3 * effect.std() / np.sqrt(runs)) == holds, weights
        assert holds == (abs(effect.mean()) < 0.5 * se.mean())


def test_intervals_hold_where_those_of_plain_means_do_not() -> None:
    """300 trials, shares by age; the proofs with 1,000 to 2,000 are slow (COVERAGE.md). Error of a share: 1.3 points."""
    rule = AdaptiveRule("thompson", floor=0.05, batch_size=200, strata=("age",), guard_drift=False)
    found = coverage(adaptive_setting("different_groups"), rule, 300, 7)
    assert (found["ours"] > 0.95 - 3 * 0.0126).all() and (found["ours"] <= 0.985).all()
    assert found.loc[1, "naive"] < 0.90
    assert abs(found.loc[1, "naive_bias"]) > 0.25 > abs(found["bias"]).max()


def test_covariates_are_learned_from_earlier_batches_only() -> None:
    rng = np.random.default_rng(4)
    x, arm, batch = rng.standard_normal((300, 2)), rng.integers(0, 2, 300), np.repeat(np.arange(3), 100)
    y = 2 * x[:, 0] + 10 * arm + 0.1 * rng.standard_normal(300)
    found = explained_by_earlier(y, x, arm, batch)
    assert (found[:100] == 0).all()
    assert np.corrcoef(found[100:], x[100:, 0])[0, 1] > 0.99
    changed = explained_by_earlier(np.where(batch == 1, y + x[:, 0], y), x, arm, batch)
    np.testing.assert_array_equal(found[:200], changed[:200])


def test_covariates_that_matter_make_intervals_narrower() -> None:
    people, shares = trial(1)
    rng = np.random.default_rng(5)
    people["y"] = people["y"] + 3 * (x := rng.standard_normal(len(people)))
    people["test_score"] = x
    plain = adaptive_effects(people, shares, arms=ARMS).table["se"]
    better = adaptive_effects(people, shares, arms=ARMS, covariates=["test_score"]).table["se"]
    assert (better < 0.6 * plain).all()


def test_the_order_of_the_table_plays_no_part() -> None:
    people, shares = trial(2)
    found = adaptive_effects(people, shares, arms=ARMS)
    again = adaptive_effects(
        people.sort_values(["y", "arm"]), shares.sample(frac=1, random_state=1), arms=ARMS
    )
    pd.testing.assert_frame_equal(found.table, again.table)


def test_a_finding_says_what_it_rests_on() -> None:
    people, shares = trial(3)
    found = adaptive_effects(people, shares, arms=ARMS, weights="two_point")
    assert found.sentence.startswith(
        "Compared with no programme, allowing for shares that moved (intervals hold for both at once): "
    )
    assert found.floor == pytest.approx(0.05)
    assert found.rests_on == "1\u202f000 people in 10 batches"
    assert (found.table["all_low"] < found.table["low"]).all()
    assert (found.table["p_adjusted"] >= found.table["p_value"]).all()
    assert found.provenance.options["decay"] == 0.7
    assert {c.name for c in found.checks} >= {"floor", "fixed end", "named beforehand", "steady world"}
    assert not found.table.isin(people["id"].head(50).tolist()).any().any()
    assert found.metrics()["effect_course"] == pytest.approx(found.table["effect"].iloc[0])


def main_rows(ends: list[tuple[float, float, float, float, float]]) -> pd.DataFrame:
    """Effect, own interval and the one for all arms at once, of arms that enough people came to."""
    table = pd.DataFrame(ends, columns=["effect", "low", "high", "all_low", "all_high"])
    return table.assign(arm=[f"arm {i}" for i in range(len(table))], se=0.02, assured=1000.0)


def test_sentence_headline_and_certainty_take_the_interval_for_all_arms() -> None:
    """The best arm is clear by its own interval only; another is clearly worse by both."""
    three = main_rows(
        [(0.05, 0.01, 0.09, -0.01, 0.11), (0.0, -0.04, 0.04, -0.06, 0.06), (-0.2, -0.24, -0.16, -0.26, -0.14)]
    )
    scale = outcome_scale(pd.DataFrame({"y": [0, 1]}), None, "test")
    said = adaptive_sentence(three, "nothing", scale, 0.95)
    assert "for all three at once" in said
    assert "arm 0 5.0 points (95%: −1.0 to 11.0)" in said
    assert certainty(three, stopped_early=False) == "moderate"
    # An interval that all but touches nothing is no high certainty.
    assert certainty(three.assign(all_low=three["low"]), stopped_early=False) == "moderate"
    assert certainty(three.assign(all_low=0.02), stopped_early=False) == "high"
    one = adaptive_sentence(three.head(1), "nothing", scale, 0.95)
    assert "at once" not in one
    unknown = three.assign(all_low=np.nan, all_high=np.nan)
    assert "at once" not in adaptive_sentence(unknown, "nothing", scale, 0.95)
    assert at_once(2) == "for both at once" and at_once(12) == "for all 12 at once"


def test_the_card_and_the_sentence_say_one_interval() -> None:
    people, shares = trial(3)
    found = adaptive_effects(people, shares, arms=ARMS)
    assert found.headline is not None
    ends = f"{number(found.headline.value)} points (95%: {number(found.headline.low)} to {number(found.headline.high)})"
    assert ends in found.sentence
    assert found.figure == "adaptive_effects" and found.scale_factor == 100 and found.unit == "points"


def test_strata_have_rows_of_their_own() -> None:
    people, shares = trial(4, strata=True)
    found = adaptive_effects(people, shares, arms=ARMS, strata=["age_group"])
    assert list(found.table["stratum"].unique()) == ["all", "old", "young"]
    inside = found.table[found.table["stratum"] != "all"].groupby("arm")["people"].sum()
    whole = found.table[found.table["stratum"] == "all"].set_index("arm")["people"]
    assert inside.to_dict() == whole.to_dict()


def test_too_low_a_floor_and_an_early_end_are_said_first() -> None:
    people, shares = trial(5, floor=0.01)
    found = adaptive_effects(people, shares, arms=ARMS, stopped_early=True)
    assert {c.name for c in found.failed} >= {"floor", "fixed end"}
    assert found.certainty == "too little to say"


def test_people_who_do_not_fit_the_shares_are_noticed() -> None:
    people, shares = trial(6)
    wrong = shares.assign(share=1 / 3)
    assert "drawn by the shares" in {c.name for c in adaptive_effects(people, wrong, arms=ARMS).failed}
    assert "drawn by the shares" not in {c.name for c in adaptive_effects(people, shares, arms=ARMS).failed}


def test_a_closed_arm_is_left_out_where_it_was_closed() -> None:
    people, shares = trial(7)
    late = shares["batch"] >= 6
    kept = ~((people["batch"] >= 6) & (people["arm"] == "subsidy"))
    wide = shares.pivot(index="batch", columns="arm", values="share")
    wide.loc[wide.index >= 6, "subsidy"] = 0.0
    wide = wide.div(wide.sum(axis=1), axis=0)
    closed = wide.reset_index().melt("batch", value_name="share")
    found = adaptive_effects(people[kept], closed, arms=ARMS)
    early = adaptive_effects(people[people["batch"] < 6], shares[~late], arms=ARMS)
    one, other = (f.table.set_index("arm").loc["subsidy"] for f in (found, early))
    # The people of later batches say nothing about it.
    assert one["effect"] == pytest.approx(other["effect"]) and one["se"] == pytest.approx(other["se"])
    assert any(c.name == "closed arms" for c in found.checks)


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda p, s: (p.drop(columns="batch"), s), FrameError, "outcomes lacks batch"),
        (lambda p, s: (p, s.assign(share=0.5)), FrameError, "add up to 1"),
        (lambda p, s: (p, s[s["batch"] != 4]), FrameError, "no shares for batch 4"),
        (lambda p, s: (p.assign(arm="gift"), s), FrameError, "not asked about: gift"),
        (lambda p, s: (pd.concat([p, p.head(1)]), s), FrameError, "already"),
        (lambda p, s: (p, pd.concat([s, s.head(1)])), FrameError, "twice"),
        (lambda p, s: (p.assign(arm=None), s), FrameError, "empty cells in arm"),
        (lambda p, s: (p.head(0), s), FrameError, "no rows"),
    ],
)
def test_data_and_shares_that_contradict_each_other_are_refused(spoil, error, words) -> None:  # type: ignore[no-untyped-def]
    people, shares = spoil(*trial(8))
    with pytest.raises(error, match=words):
        adaptive_effects(people, shares, arms=ARMS)


@pytest.mark.parametrize(
    "options",
    [{"weights": "best"}, {"alpha": 0.0}, {"decay": 1.0}, {"comparison": "gift"}, {"arms": "course"}],
)
def test_what_is_no_option_is_refused(options: dict[str, Any]) -> None:
    people, shares = trial(8)
    with pytest.raises(ParameterError):
        adaptive_effects(people, shares, **({"arms": ARMS} | options))


#: Setting, rule, floor: the grid of COVERAGE.md, of which these are run again.
_PROOFS = [
    ("migration", "thompson", 0.05),
    ("migration", "exploration_sampling", 0.1),
    ("no_difference", "thompson", 0.05),
    ("no_difference", "exploration_sampling", 0.02),
    ("recession", "tempered_thompson", 0.1),
    ("different_groups", "thompson", 0.02),
    ("earnings", "thompson", 0.05),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind", "floor"), _PROOFS)
def test_coverage_of_fixed_contrasts(name: str, kind: str, floor: float) -> None:
    """2,000 trials each; Monte-Carlo error of a share 0.5 points, so a bound of 93.5% is asked within two of them."""
    setting = adaptive_setting(name)
    strata = ("stratum",) if len(setting.strata) > 1 else ()
    rule = AdaptiveRule(
        kind,
        floor=floor,
        batch_size=setting.batch_size,
        batches=setting.batches,
        strata=strata,
        guard_drift=False,
    )
    found = coverage(setting, rule, 2000, 1)
    assert found["ours"].between(0.935, 0.965).all(), found
