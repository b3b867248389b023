"""The claim: made where effects differ, not where they do not, and never from the people who taught it."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.evaluation.effect_differences.deciding import Decided, claims, decide
from almpo_kit.evaluation.effect_differences.out_of_sample_test import Tested as Outcome
from almpo_kit.evaluation.effect_differences.out_of_sample_test import out_of_sample_test
from almpo_kit.evaluation.effect_differences.sequential import orders, passes_through
from almpo_kit.evaluation.effect_differences.stacked_learner import fit_stacked, stacked_learner

from .worlds import World, answered, people, rank_agreement, scored_people


def test_a_strong_difference_is_claimed_and_ranked() -> None:
    yes, decided, data, effect = answered(World(n=800, spread=0.8, mean=0.8, known_chance=True), 1)
    assert yes
    assert rank_agreement(decided[0], effect[:, 0], data.fold) > 0.7


def test_one_effect_for_all_is_not_claimed_although_people_differ() -> None:
    # Level, confounding and a large effect are there; only differences of the effect are not.
    said = [answered(World(n=500, p=4, mean=1.0, confounded=0.5), seed)[0] for seed in range(5)]
    assert sum(said) <= 1


def test_a_prediction_has_not_seen_its_fold_nor_later_ones() -> None:
    seen: list[tuple[set[int], int]] = []
    fold = np.arange(50) % 5

    def learn(x, score, weight, cluster):  # type: ignore[no-untyped-def]
        rows = {int(v) for v in x[:, 0]}
        return lambda new: seen.append((rows, int(new[0, 0]))) or new[:, 0]

    made = passes_through(
        np.arange(50.0)[:, None], np.ones(50), np.ones(50), np.arange(50), fold, learn, passes=2
    )
    assert len(seen) == 8
    for rows, new in seen:
        assert fold[new] not in {fold[r] for r in rows}
    assert np.isnan(made[0].predicted[fold == 0]).all()
    assert np.isnan(made[1].predicted[fold == 4]).all()
    assert [o[0] for o in orders(5, 2)] == [0, 4]


def test_adding_a_constant_to_scores_or_turning_predictions_changes_only_the_sign() -> None:
    sample, _ = people(World(n=400), 3)
    data = scored_people(sample, World(n=400), 3)
    score, weight, cluster = data.difference((1, 0)), data.weight((1, 0)), sample.cluster
    made = passes_through(data.x, score, weight, cluster, data.fold, stacked_learner(0))
    plain = out_of_sample_test(made, score, weight, cluster, data.fold)
    moved = out_of_sample_test(made, score + 1000, weight, cluster, data.fold)
    turned = out_of_sample_test(made, -score, weight, cluster, data.fold)
    assert moved.statistic == pytest.approx(plain.statistic, abs=1e-6)
    assert turned.statistic == pytest.approx(-plain.statistic)


def test_the_same_seed_gives_the_same_bytes() -> None:
    world = World(n=400, spread=0.5)
    one, two = (answered(world, 4)[1][0] for _ in range(2))
    assert one.passes[0].predicted.tobytes() == two.passes[0].predicted.tobytes()
    assert one.test == two.test


def test_predictions_of_nobody_differ_where_covariates_are_constant() -> None:
    x = np.ones((200, 2))
    score = np.random.default_rng(0).normal(size=200)
    model = fit_stacked(x, score, np.ones(200), np.arange(200), 0)
    assert np.ptp(model.predict(x)) == 0
    made = passes_through(x, score, np.ones(200), np.arange(200), np.arange(200) % 4, stacked_learner(0))
    assert out_of_sample_test(made, score, np.ones(200), np.arange(200), np.arange(200) % 4).p_value == 1.0


def test_extreme_scores_do_not_decide() -> None:
    sample, _ = people(World(n=600), 5)
    data = scored_people(sample, World(n=600), 5)
    score = data.difference((1, 0)).copy()
    score[7] = 1e7
    made = passes_through(data.x, score, data.weight((1, 0)), sample.cluster, data.fold, stacked_learner(0))
    assert (
        abs(out_of_sample_test(made, score, data.weight((1, 0)), sample.cluster, data.fold).statistic) < 1.7
    )


def _decided(p: float, thin: str = "") -> Decided:
    from scipy.stats import norm

    z = float(norm.isf(p))
    test = Outcome(z, np.inf, 2 * float(norm.sf(abs(z))), 500)
    return Decided((1, 0), [], test, None, None, None, None, thin)  # type: ignore[arg-type]


def test_several_contrasts_share_one_level() -> None:
    assert claims([_decided(0.015)])[1] == [True]
    assert claims([_decided(0.015), _decided(0.6)])[1] == [False, False]
    assert claims([_decided(0.015), _decided(0.001)])[1] == [True, True]
    assert claims([_decided(0.97)])[1] == [False], "a ranking that is the wrong way round claims nothing"
    assert claims([_decided(1e-9, "too thin")])[1] == [False]


def test_few_clusters_claim_nothing() -> None:
    world = World(n=400, spread=2.0, clusters=8)
    sample, _ = people(world, 1)
    found = decide(scored_people(sample, world, 1), (1, 0), stacked_learner(0), curve=False)
    assert "clusters" in found.thin
    assert claims([found])[1] == [False]


def test_where_people_chose_more_is_asked_of_the_test() -> None:
    from almpo_kit.evaluation.effect_differences.deciding import level_for

    assert (level_for("rct"), level_for("matching")) == (0.025, 0.005)
    found = [_decided(0.015)]
    assert claims(found, level_for("rct"))[1] == [True]
    assert claims(found, level_for("matching"))[1] == [False]
