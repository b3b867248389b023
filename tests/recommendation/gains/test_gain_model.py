"""Gains in context: from people alone, from evidence alone, from both, and when nothing may be said."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import GainModel, gain_model, menu
from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.gains.known import usual_scale
from almpo_kit.recommendation.gains.published import published
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

from .gain_worlds import Market, market, programmes

HIGH_LOW = {"geo": "XX", "unemployment_class": "high", "skill_class": "low"}


@cache
def place() -> Market:
    return market(seed=1, studies=8, people=900, slope=1.0, local_classes=("high",))


@cache
def both() -> GainModel:
    return gain_model(people(), evidence=place().evidence, points=32)


def people() -> Caseload:
    found = place().people
    assert found is not None
    return found


def here(model: GainModel, n: int = 1) -> pd.DataFrame:
    return pd.DataFrame([HIGH_LOW] * n)


def test_both_sources_are_weighed_and_add_up() -> None:
    t = both().table
    assert np.allclose(t[["weight_evidence", "weight_local", "weight_prior"]].sum(axis=1), 1)
    seen, unseen = t[t["seen_locally"]], t[~t["seen_locally"]]
    assert set(seen["unemployment_class"]) == {"high"} and set(unseen["unemployment_class"]) == {"low"}
    assert seen["weight_local"].mean() > unseen["weight_local"].mean()
    assert seen["weight_evidence"].mean() < unseen["weight_evidence"].mean()
    assert (unseen.groupby("programme")["se"].mean() > seen.groupby("programme")["se"].mean()).all()
    assert both().sentence.startswith("SYNTHETIC")


def test_each_source_works_alone() -> None:
    local = gain_model(people(), points=16)
    assert (local.table["weight_evidence"] == 0).all() and (local.table["weight_local"] > 0.3).all()
    assert not local.table["abstains"][local.table["seen_locally"]].any()
    told = gain_model(evidence=place().evidence, points=16)
    assert (told.table["weight_local"] == 0).all() and (told.table["weight_evidence"] > 0.5).all()
    assert told.menu.names[1:] == ("job-search services", "training", "employment incentives")
    assert not told.provenance.synthetic and told.unit == "points"
    # Somewhere new, the spread between places is part of what is not known.
    gains = told.for_people(None, here(told))
    assert (gains.se[0, 1:] > np.sqrt(told.known.posterior.variance[5]) * 0.99).all()


def test_finished_predictions_are_evidence_too() -> None:
    rows = pd.DataFrame(
        {
            "programme_type": ["training"] * 4 + ["services"],
            "unemployment_class": ["high", "high", "low", "low", "high"],
            "skill_class": ["high", "low", "high", "low", "high"],
            "mean": [4.0, 4.0, 2.0, 2.0, np.nan],
            "se": [0.8] * 4 + [np.nan],
            "prediction_low": [0.0, 0.0, -2.0, -2.0, np.nan],
            "prediction_high": [8.0, 8.0, 6.0, 6.0, np.nan],
            "n_samples": [12, 12, 12, 12, 2],
            "refusal": ["", None, "", "", "2 independent samples; at least 5 are needed"],
        }
    )
    model = gain_model(evidence=rows, menu=programmes(2), unit="points", points=16)
    t = model.table.set_index(["programme", "unemployment_class"])
    assert t.loc[("training", "high"), "gain"].mean() > t.loc[("training", "low"), "gain"].mean() + 0.5
    assert not t.loc[("training", "high"), "abstains"].any() and t.loc["services", "abstains"].all()
    assert t.loc["services", "gain"].isna().all()
    assert "was refused: 2 independent samples" in t.loc["services", "reason"].iloc[0]
    assert published(rows).between == pytest.approx(np.sqrt((8 / 3.92) ** 2 - 0.64), rel=1e-3)


def test_thin_evidence_and_few_people_say_nothing() -> None:
    thin = market(seed=3, studies=4, people=60)
    model = gain_model(thin.people, evidence=thin.evidence, points=16)
    assert model.table["abstains"].all() and model.certainty == "too little to say" and model.headline is None
    reason = model.table["reason"].iloc[0]
    assert "4 independent samples" in reason and "people took it here" in reason
    assert "Too little" in model.sentence or "too little" in model.sentence
    assert [c.status for c in model.checks if c.name == "refusals"] == ["failed"]


def test_people_whose_evaluation_does_not_identify_are_not_used() -> None:
    model = gain_model(replace(people(), credible="not identified"), evidence=place().evidence, points=16)
    assert (model.table["weight_local"] == 0).all()
    assert next(c.name for c in model.failed) == "local evaluation"
    alone = gain_model(replace(people(), credible="not identified"), points=16)
    assert alone.table["abstains"].all() and "does not identify" in alone.table["reason"].iloc[0]


def test_a_person_outside_all_support_and_a_market_unlike_all_abstain() -> None:
    model = gain_model(people(), points=16)
    far = pd.DataFrame([{"age": 30.0, "schooling": 0.0, "months out": 0.0}])
    gains = model.for_people(far, here(model))
    assert gains.abstains[0, 1:].all() and "such characteristics" in gains.reasons[0, 1]
    assert not gains.abstains[0, 0] and gains.mean[0, 0] == 0
    strict = gain_model(people(), points=16, furthest=0.1)
    elsewhere = strict.for_people(None, pd.DataFrame([HIGH_LOW | {"unemployment_class": "low"}]))
    assert elsewhere.abstains[0, 1:].all() and "unlike those studied" in elsewhere.reasons[0, 1]
    narrow = gain_model(people(), points=16, widest=0.5)
    unsure = (narrow.table["low"] <= 0) & (narrow.table["high"] >= 0)
    assert unsure.any() and (narrow.table["abstains"] == unsure).all()
    assert narrow.table["reason"][unsure].str.contains("wider than 0.50").all()


def test_another_place_is_less_certain_than_this_one() -> None:
    model = both()
    one = model.for_people(None, here(model))
    other = model.for_people(None, pd.DataFrame([HIGH_LOW | {"geo": "YY"}]))
    assert (other.se[0, 1:] > one.se[0, 1:]).all()


def test_programmes_that_nobody_here_took_rest_on_evidence() -> None:
    wider = menu(
        pd.DataFrame(
            {
                "programme": ["start-up grant", *programmes().names[1:]],
                "programme_type": ["start_up_incentives", *programmes().programme_types[1:]],
            }
        )
    )
    extra = pd.DataFrame({"programme_type": "start_up_incentives", "effect": [3.0, 5, 4, 2, 6], "se": 1.0})
    evidence = pd.concat([place().evidence.drop(columns="unit"), extra.assign(sample_id=list("abcde"))])
    model = gain_model(people(), evidence=evidence, menu=wider, points=16)
    rows = model.sources.set_index("programme")
    assert (
        rows.loc["start-up grant", "took_it_here"] == "nobody" and not rows.loc["start-up grant", "used_here"]
    )
    assert rows.loc["start-up grant", "weight_evidence"] > rows.loc["training", "weight_evidence"]
    assert model.gains_of(people(), 2).arms == wider.names
    with pytest.raises(DesignError, match="menu lacks"):
        gain_model(people(), menu=programmes(2))


def test_in_a_world_without_differences_gains_are_the_same_for_all() -> None:
    flat = market(seed=5, studies=0, people=1500, mean=3.0, spread=0.0)
    assert flat.people is not None
    model = gain_model(flat.people, points=16)
    assert model.same_for_all and "the same for all" in model.sentence
    assert model.spread["sd"].max() < 1.0
    steep = market(seed=5, studies=0, people=1500, slope=3.0)
    assert steep.people is not None
    assert gain_model(steep.people, points=16).same_for_all is False


def test_gains_out_of_fold_do_not_see_the_person() -> None:
    """A person's own score moves her in-sample gain and not her out-of-fold gain."""
    base = people().rows(np.arange(400))
    model = gain_model(base, points=16)
    fold = np.arange(400) % 2
    one = model.gains_of(base, fold)
    scores = base.scores.copy()
    scores[0, 1] += 5000
    other = gain_model(base, points=16).gains_of(replace(base, scores=scores), fold)
    assert np.array_equal(one.mean[fold == 0], other.mean[fold == 0])
    assert not np.allclose(one.mean[fold == 1, 1], other.mean[fold == 1, 1])


def test_what_must_not_matter_does_not() -> None:
    base = people().rows(np.arange(500))
    first = gain_model(base, points=16)
    t = first.table

    def same(other: GainModel, order: tuple[str, ...] = t["programme"].unique()) -> None:
        rows = pd.concat([other.table[other.table["programme"] == p] for p in order])
        for c in ("gain", "low", "high", "weight_local"):
            assert rows[c].to_numpy() == pytest.approx(t[c].to_numpy(), abs=1e-6)

    rng = np.random.default_rng(0)
    groups = base.groups.sample(frac=1, random_state=1).reset_index(drop=True)
    same(gain_model(replace(base, groups=groups), points=16))
    same(gain_model(base.rows(rng.permutation(500)), points=16))
    wider = base.features.assign(constant=1.0)
    same(gain_model(replace(base, features=wider, names=(*base.names, "constant")), points=16))


def test_relabelled_arms_give_the_same_gains() -> None:
    base = people().rows(np.arange(500))
    order = np.array([0, 3, 1, 2])
    k = [base.menu.table.iloc[i] for i in order]
    turned = replace(
        base,
        menu=menu(pd.DataFrame(k[1:])),
        scores=base.scores[:, order],
        propensity=base.propensity[:, order],
        received=np.argsort(order)[base.received],
    )
    one, two = gain_model(base, points=128).table, gain_model(turned, points=128).table
    merged = one.merge(two, on=["programme", "unemployment_class", "skill_class"])
    # Types and their latent effects come in another order; only rounding and the optimiser's stopping may differ.
    assert merged["gain_x"].to_numpy() == pytest.approx(merged["gain_y"].to_numpy(), abs=0.02)
    assert merged["se_x"].to_numpy() == pytest.approx(merged["se_y"].to_numpy(), rel=0.02)


def test_same_seed_same_bytes() -> None:
    base = people().rows(np.arange(300))
    one, two = (gain_model(base, points=16, seed=3).table for _ in range(2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_no_count_of_few_people_is_told() -> None:
    small = market(seed=8, studies=6, people=200)
    assert small.people is not None
    few = small.people.rows(
        np.flatnonzero((small.people.received != 3) | (np.cumsum(small.people.received == 3) <= 7))
    )
    model = gain_model(few, evidence=small.evidence, points=16)
    assert model.sources["took_it_here"].iloc[2] == "fewer than 10 people"
    words = " ".join(
        [model.sentence, model.rests_on, *(c.sentence for c in model.checks), *model.table["reason"]]
    )
    assert not re.search(r"\b[1-9] people", words)
    assert not {"people", "n_people"} & set(model.table)


@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        (
            {"evidence": pd.DataFrame({"programme_type": ["yoga"], "effect": [1.0], "se": [1.0]})},
            FrameError,
            "yoga",
        ),
        ({"evidence": pd.DataFrame({"programme_type": ["training"], "se": [1.0]})}, FrameError, "lacks mean"),
        (
            {
                "evidence": pd.DataFrame(
                    {"programme_type": "training", "effect": [1, 2], "se": 1.0, "unit": ["pp", "eur"]}
                )
            },
            DesignError,
            "2 kinds of unit",
        ),
        (
            {
                "evidence": pd.DataFrame(
                    {
                        "programme_type": ["training"],
                        "effect": [1.0],
                        "se": [1.0],
                        "skill_class": ["middling"],
                    }
                )
            },
            FrameError,
            "middling",
        ),
        (
            {"evidence": pd.DataFrame({"programme_type": ["training"], "effect": ["much"], "se": [1.0]})},
            FrameError,
            "much",
        ),
        ({"evidence": [1, 2]}, FrameError, "list"),
        ({}, DesignError, "nothing to learn from"),
        ({"points": 100}, ParameterError, "power of 2"),
        ({"level": 1.0}, ParameterError, "level"),
        ({"scale": -1.0}, ParameterError, "scale"),
        ({"furthest": 2.0}, ParameterError, "furthest"),
    ],
)
def test_bad_input_names_the_way_out(bad: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        gain_model(**bad)


def test_bad_people_are_refused() -> None:
    model = both()
    with pytest.raises(FrameError, match="lack schooling"):
        model.for_people(pd.DataFrame([{"age": 0.0, "months out": 0.0}]), here(model))
    with pytest.raises(FrameError, match="gaps in age"):
        model.for_people(pd.DataFrame([{"age": np.nan, "schooling": 0.0, "months out": 0.0}]), here(model))
    with pytest.raises(FrameError, match="one each"):
        model.for_people(people().features.iloc[:3], here(model))
    with pytest.raises(FrameError, match="awful"):
        model.for_people(None, pd.DataFrame([{"unemployment_class": "awful"}]))
    with pytest.raises(ParameterError, match="folds"):
        model.gains_of(people(), 1)


def test_ten_thousand_people_take_seconds() -> None:
    model = both()
    rng = np.random.default_rng(0)
    features = pd.DataFrame(rng.normal(size=(10_000, 3)), columns=list(people().names))
    begun = time.process_time()
    gains = model.for_people(features, here(model, 10_000))
    assert time.process_time() - begun < 3
    assert len(gains) == 10_000 and gains.usable().shape == (10_000, 4)


def test_the_scale_is_told_and_sensible() -> None:
    assert usual_scale(people(), published(None)) == pytest.approx(0.25 * people().outcome.std(), rel=1e-6)
    assert usual_scale(None, published(None)) == 1.0
    assert "would not surprise" in next(c for c in both().checks if c.name == "assumptions").sentence
