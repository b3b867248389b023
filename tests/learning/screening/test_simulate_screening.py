"""Simulated screenings: better than by lot where there is something to learn, paired, resumable, honest about few seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import learning
from almpo_kit.learning.screening.kernels.blocks import Blocks
from almpo_kit.learning.screening.kernels.replay import replay
from almpo_kit.learning.screening.kernels.training import OURS, PLAIN
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .invented_reviews import invented

SEEDS = 6


@pytest.fixture(scope="module")
def world() -> tuple[learning.ScreeningFeatures, np.ndarray]:
    documents, relevant = invented(250, 20, clear=0.12)
    return learning.screening_features(documents), relevant


@pytest.fixture(scope="module")
def trial(world: Any) -> learning.ScreeningTrial:
    return learning.simulate_screening(*world, seeds=SEEDS, size=150)


def test_learning_saves_reading_and_lots_do_not(trial: learning.ScreeningTrial) -> None:
    wss = trial.table.set_index("method")["wss"]
    assert wss["mixed"] > wss["random"] + 0.3 and abs(wss["random"]) < 0.2
    assert trial.table["wss"].is_monotonic_decreasing
    assert (trial.n_documents, trial.n_relevant) == (150, 12)
    assert set(trial.curves["method"]) == set(wss.index) and len(trial.curves) == 101 * len(wss)
    ends = trial.curves[trial.curves["share_read"] == 1.0]
    assert (ends[["median", "low", "high"]] == 1.0).all(axis=None)
    assert (trial.curves["low"] <= trial.curves["high"]).all()
    assert trial.headline.level == 0.8 and trial.headline.value == pytest.approx(100 * trial.table["wss"][0])
    assert {c.name for c in trial.failed} == {"seeds"}


def test_differences_are_paired_by_seed(trial: learning.ScreeningTrial) -> None:
    wide = trial.runs.pivot(index="seed", columns="method", values="wss")
    row = trial.table.set_index("method").loc["mixed"]
    more = wide["mixed"] - wide["logistic"]
    half = 2.570582 * more.std(ddof=1) / SEEDS**0.5
    assert row["more_than_peer"] == pytest.approx(more.mean())
    assert (row["more_low"], row["more_high"]) == pytest.approx((more.mean() - half, more.mean() + half))


def test_an_interrupted_trial_goes_on_where_it_stopped(world: Any, trial: learning.ScreeningTrial) -> None:
    kept: list[dict[str, Any]] = []

    def keep(run: dict[str, Any]) -> None:
        kept.append(run)
        if len(kept) == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learning.simulate_screening(*world, seeds=SEEDS, size=150, keep=keep)
    again: list[dict[str, Any]] = []
    told: list[tuple[int, int]] = []
    whole = learning.simulate_screening(
        *world,
        seeds=SEEDS,
        size=150,
        done=pd.DataFrame(kept),
        keep=again.append,
        progress=lambda a, b: told.append((a, b)),
    )
    assert len(again) == 4 * SEEDS - 9 and told[-1] == (24, 24)
    pd.testing.assert_frame_equal(whole.runs, trial.runs)


def test_a_replay_reads_each_document_once_and_ends_with_the_last_relevant_one(world: Any) -> None:
    features, relevant = world
    start = np.array([np.flatnonzero(relevant)[0], np.flatnonzero(~relevant)[0]])
    for query in ("certainty", "uncertainty", "mixed", "random"):
        for recipe in (OURS, PLAIN):
            order = replay(features.blocks, relevant, start, query, recipe, np.random.default_rng(0))
            assert len(set(order)) == len(order) and relevant[order].sum() == relevant.sum()
            assert relevant[order[-1]] and order[:2].tolist() == start.tolist()


def test_a_replay_may_start_from_nothing_or_from_a_description(world: Any) -> None:
    features, relevant = world
    none = np.array([], dtype=np.int64)
    rng = np.random.default_rng(0)
    cold = replay(features.blocks, relevant, none, "mixed", OURS, rng)
    sought = features.of(["wage subsidy for hiring unemployed, randomised evaluation"])
    told = replay(features.blocks, relevant, none, "mixed", OURS, np.random.default_rng(0), sought=sought)
    assert relevant[told[:20]].sum() > relevant[cold[:20]].sum()


def test_texts_matrices_and_frames_are_all_documents() -> None:
    documents, relevant = invented(80, 10, clear=0.3)
    features = learning.screening_features(documents)
    same = [documents, features, features.blocks.words]
    found = [learning.simulate_screening(d, relevant, methods=["logistic"], seeds=2).runs for d in same]
    pd.testing.assert_frame_equal(found[0], found[1])
    pd.testing.assert_frame_equal(found[0], found[2])
    texts = learning.simulate_screening(documents["abstract"].tolist(), relevant, methods="logistic", seeds=2)
    assert texts.table["wss"][0] > 0.3
    dense = np.random.default_rng(0).normal(size=(80, 5)) + relevant[:, None]
    assert learning.simulate_screening(dense, relevant, methods=["mixed"], seeds=2).table["wss"][0] > 0


def test_what_cannot_be_simulated_is_refused(world: Any) -> None:
    features, relevant = world
    for wrong, error, words in [
        ({"relevant": relevant[:-1]}, ParameterError, "250 answers"),
        ({"relevant": np.arange(250)}, ParameterError, "True or False"),
        ({"relevant": np.zeros(250, bool)}, DesignError, "at least 3"),
        ({"relevant": np.ones(250, bool)}, DesignError, "at least 3"),
        ({"methods": ["best"]}, ParameterError, "logistic"),
        ({"methods": []}, ParameterError, "one or more"),
        ({"methods": ["mixed", "mixed"]}, ParameterError, "once"),
        ({"seeds": 0}, ParameterError, "from 1 on"),
        ({"seeds": [1, 1]}, ParameterError, "different"),
        ({"size": 251}, ParameterError, "250"),
        ({"recall": 0}, ParameterError, "0.95"),
        ({"documents": "text"}, ParameterError, "one text"),
        ({"documents": np.ones((250, 2))}, ParameterError, "leave it out"),
    ]:
        given = {"documents": features, "relevant": relevant, "seeds": 2} | wrong
        with pytest.raises(error, match=words):
            learning.simulate_screening(given.pop("documents"), given.pop("relevant"), **given)


def test_a_model_of_meaning_alone_has_no_words() -> None:
    assert Blocks(None, np.ones((3, 2))).n_words == 0
