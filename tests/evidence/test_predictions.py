"""Predictions: known worlds are recovered, and everything too thin or too far abstains and says why."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.evidence.kernels.blocks import blocks
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.three_level import fit
from almpo_kit.evidence.regression import formulas
from almpo_kit.evidence.regression.fitted_models import Assumptions
from almpo_kit.evidence.regression.multilevel_averages import multilevel_average
from almpo_kit.vocabulary.errors import DesignError, ParameterError

COUNTRIES = ("DE", "FR", "AT", "IT", "SE", "DK", "ES", "PL")
USUAL = dict(zip(COUNTRIES, (5.0, 9.0, 5.5, 10.0, 7.0, 5.0, 16.0, 8.0), strict=True))
TRUE = {"training": 2.0, "services": 4.0, "long": 3.0, "youth": -1.0, "within": 0.8, "between": -0.5}


def world(seed, samples=48, per=2, *, between=1.0, within=0.5, se=1.0, truth=TRUE):
    """Samples in eight countries at several points of the cycle, with known effects of everything."""
    rng = np.random.default_rng(seed)
    j = np.arange(samples)
    country = np.array(COUNTRIES)[j % 8]
    usual = np.array([USUAL[c] for c in country])
    cycle = rng.uniform(-3, 3, samples)
    kind = np.array(["training", "services"])[rng.permutation(j % 2)]
    group = np.array(["all", "all", "youth"])[rng.permutation(j % 3)]
    k = np.repeat(j, per)
    months = np.resize([6.0, 36.0], len(k))
    centred = pd.Series(cycle).groupby(country).transform("mean").to_numpy()
    mean = np.array([truth[x] for x in kind]) + truth["youth"] * (group == "youth")
    mean = mean + truth["within"] * (cycle - centred) + truth["between"] * (usual + centred)
    mean = mean + rng.normal(0, between, samples)
    error = se * rng.uniform(0.7, 1.3, len(k))
    effect = mean[k] + truth["long"] * (months > 24) + rng.normal(0, np.hypot(error, within))
    return pd.DataFrame(
        {
            "estimate_id": [f"s{a}-{b}" for b, a in enumerate(k)],
            "study_id": [f"s{i}" for i in k],
            "sample_id": [f"s{i}" for i in k],
            "programme_type": kind[k],
            "target_group": group[k],
            "comparator": "no_programme",
            "country": country[k],
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "horizon_months": months,
            "horizon_from": "start",
            "effect": effect,
            "se": error,
            "significance": "none",
            "design": "rct",
            "unemployment_rate": (usual + cycle)[k],
            "start_year": 2015.0,
            "end_year": 2016.0,
            "source": "drawn",
        }
    )


def usual_of(frame, country):
    return float(frame.loc[frame["country"] == country, "unemployment_rate"].mean())


PINS = json.loads((Path(__file__).parents[1] / "reference" / "prediction_pins.json").read_text())


@pytest.mark.parametrize("name", list(PINS))
def test_agrees_with_metafor_and_clubsandwich(name):
    """A mean at chosen moderators: clubSandwich's linear contrast or, where it is larger, metafor's own standard
    error (so in one of the three), and metafor's variances around it."""
    pin = PINS[name]
    kinds = dict(zip(sorted(set(pin["kind"])), ("services", "training", "mixed"), strict=False))
    frame = pd.DataFrame(
        {
            "effect": pin["y"],
            "se": np.sqrt(pin["v"]),
            "study_id": [str(s) for s in pin["study"]],
            "programme_type": [kinds[k] for k in pin["kind"]],
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "unemployment_rate": pin["number"],
            "country": "DE",
        }
    )
    p = evidence.predict(
        frame,
        programme_type=kinds[pin["level"]],
        unemployment_rate=pin["at"],
        formula="~ programme_type + unemployment_rate",
        furthest=1,
    )
    assert p.refusal is None, p.refusal
    for field in ("mean", "se", "df", "low", "high", "prediction_low", "prediction_high"):
        assert getattr(p, field) == pytest.approx(pin[field], rel=1e-6), field
    for field in ("sigma2_between", "sigma2_within"):
        assert getattr(p, field) == pytest.approx(pin[field], rel=1e-6, abs=1e-9), field


# ---- known worlds --------------------------------------------------------------------------------------


def test_with_hardly_any_noise_the_true_effect_is_found():
    frame = world(1, between=1e-3, within=1e-3, se=1e-3)
    usual = usual_of(frame, "IT")
    p = evidence.predict(
        frame,
        programme_type="training",
        target_group="youth",
        band="long",
        unemployment_rate=usual + 1.5,
        place="IT",
    )
    expected = 2.0 - 1.0 + 3.0 + 0.8 * 1.5 - 0.5 * usual
    assert p.mean == pytest.approx(expected, abs=0.01)
    assert p.cycle_within == pytest.approx(0.8, abs=0.005)
    assert p.cycle_between == pytest.approx(-0.5, abs=0.005)
    assert p.prediction_low < p.mean < p.prediction_high and p.prediction_high - p.prediction_low < 0.05
    assert p.formula.startswith("~ programme_type + target_group + band + unemployment_between")
    assert p.distance < 0.2 and p.leverage < 1
    assert [c.name for c in p.failed] == ["local evidence"], "a place is no moderator"


def test_the_prediction_is_a_fitted_value_of_the_same_regression():
    """Beside the moderators counted from zero: mean by x'b, its variance by x'Vx."""
    frame = world(2)
    p = evidence.predict(frame, programme_type="services", target_group="youth", band="short")
    x = np.c_[
        np.ones(len(frame)),
        frame["programme_type"] == "training",
        frame["target_group"] == "youth",
        frame["horizon_months"] > 24,
    ].astype(float)
    b = blocks(frame["effect"].to_numpy(), frame["se"].to_numpy() ** 2, x, frame["sample_id"].to_numpy())
    fitted = fit(b)
    here = np.array([1.0, 0.0, 1.0, 0.0])
    assert p.mean == pytest.approx(float(here @ fitted.beta), rel=1e-6)
    # Robust or, where it is larger, the model's: never narrower than the studies' precision allows.
    se = max(np.sqrt(here @ v @ here) for v in (cr2(b, fitted).covariance, fitted.bread))
    assert p.se == pytest.approx(float(se), rel=1e-6)
    assert p.sigma2_between == pytest.approx(fitted.between, rel=1e-5)
    reach = (p.prediction_high - p.prediction_low) / (p.high - p.low)
    assert reach == pytest.approx(np.sqrt(p.se**2 + p.sigma2_between + p.sigma2_within) / p.se, rel=1e-9)


def test_without_moderators_it_is_the_multilevel_average():
    frame = world(3)
    one = frame[(frame["programme_type"] == "training") & (frame["horizon_months"] > 24)]
    p = evidence.predict(one, programme_type="training", band="long")
    m = multilevel_average(one, assumed=Assumptions(), floored=True)
    for name in ("mean", "se", "df", "low", "high", "prediction_low", "prediction_high"):
        assert getattr(p, name) == pytest.approx(getattr(m, name), rel=1e-9), name
    assert p.formula == "~ 1" and p.leverage == pytest.approx(1.0) and p.distance == 0.0
    assert not any(c.name == "not carried" for c in p.checks), "all estimates are of what was asked for"


def test_shift_scale_and_order():
    frame = world(4)
    ask = {"programme_type": "training", "band": "short"}
    base = evidence.predict(frame, **ask)
    moved = evidence.predict(frame.assign(effect=frame["effect"] * 3 + 10, se=frame["se"] * 3), **ask)
    mixed = evidence.predict(frame.sample(frac=1, random_state=2), **ask)
    for name in ("mean", "prediction_low", "prediction_high"):
        assert getattr(moved, name) == pytest.approx(3 * getattr(base, name) + 10, rel=1e-6)
        assert getattr(mixed, name) == pytest.approx(getattr(base, name), rel=1e-8)


def covered(seeds, samples):
    """How often the prediction interval holds the true effect of a new sample in the context."""
    hits, ask = [], {"programme_type": "training", "target_group": "all", "band": "long"}
    truth = TRUE | {"within": 0.0, "between": 0.0}
    for seed in seeds:
        p = evidence.predict(world(seed, samples, truth=truth), **ask)
        assert p.refusal is None
        new = 5.0 + np.random.default_rng([seed, 1]).normal(0, np.hypot(1.0, 0.5))
        hits.append(p.prediction_low <= new <= p.prediction_high)
    return float(np.mean(hits))


def test_the_prediction_interval_covers_about_as_it_says():
    # 24 draws, Monte-Carlo error 4.4 points: a bound for gross errors; the slow test below is the proof.
    assert covered(range(24), 40) >= 0.83


@pytest.mark.slow
def test_the_prediction_interval_covers_95_percent():
    # 600 draws, Monte-Carlo error 0.9 points (1,000 draws gave 94.8%).
    assert 0.93 <= covered(range(600), 40) <= 0.97


def test_between_country_differences_are_not_read_as_the_cycle():
    """Countries with more unemployment have larger effects, and nothing happens over the cycle."""
    frame = world(
        5, samples=80, truth=TRUE | {"within": 0.0, "between": 1.5}, between=0.3, within=0.1, se=0.2
    )
    p = evidence.predict(frame, programme_type="training", band="short", unemployment_rate=9.0, place="FR")
    rows = p.coefficients.set_index("term")
    assert rows.loc["unemployment_within", "low"] < 0 < rows.loc["unemployment_within", "high"]
    assert p.cycle_between == pytest.approx(1.5, abs=0.15)
    assert any(c.name == "cycle" and "Only the first" in c.sentence for c in p.checks)


# ---- abstention ----------------------------------------------------------------------------------------

ASK = {"programme_type": "training", "band": "long"}


def refused(frame, words, **ask):
    p = evidence.predict(frame, **(ASK | ask))
    assert p.refusal is not None and words in p.refusal, p.refusal
    assert p.certainty == "too little to say" and p.headline is None
    assert p.sentence.startswith("Too little to say")
    assert all(
        np.isnan(getattr(p, n)) for n in ("mean", "se", "low", "high", "prediction_low", "prediction_high")
    )
    assert not p.table["used"].any()
    assert any(c.name == "minimum evidence" and c.status == "failed" for c in p.checks)
    return p


def test_below_five_samples():
    p = refused(world(6, samples=4), "at least 5 are needed")
    assert any(c.name == "nearest evidence" and "points (95%" in c.sentence for c in p.checks)
    assert "The nearest evidence: training" in p.sentence


def test_below_four_degrees_of_freedom():
    frame = world(7, samples=6, per=1)
    frame = frame.assign(
        programme_type="training", target_group="all", horizon_months=36.0, effect=[1, 2, 3, 4, 5, 6]
    )
    frame["se"] = [0.01, 5, 5, 5, 5, 5]
    refused(frame.assign(effect=frame["effect"] * 1e-3), "degrees of freedom; at least 4 are needed")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"programme_type": "start_up_incentives"}, "nobody studied this programme type"),
        ({"target_group": "older"}, "nobody studied this group (older people)"),
        ({"band": "medium"}, "nobody studied this horizon (1 to 2 years"),
        ({"unemployment_rate": 35.0}, "outside what was studied"),
        ({"unemployment_rate": 0.5}, "outside what was studied"),
        ({"band": None}, "several horizons"),
        ({"outcome": "earnings", "unit": "eur_per_month"}, "no estimate of this outcome"),
    ],
)
def test_what_nobody_studied(ask, words):
    refused(world(8), words, **ask)


def test_no_known_unemployment():
    frame = world(9).assign(unemployment_rate=np.nan)
    refused(frame, "no usable estimate has a known unemployment rate", unemployment_rate=8.0)
    refused(frame.drop(columns="unemployment_rate"), "known unemployment rate", unemployment_rate=8.0)
    assert evidence.predict(frame, **ASK).refusal is None


def without_long_training(seed):
    """Training and long horizons are studied, never together; two odd samples are the hardest to fit."""
    frame = world(seed)
    frame = frame[~((frame["programme_type"] == "training") & (frame["horizon_months"] > 24))]
    odd = frame["study_id"].isin(frame.loc[frame["programme_type"] == "services", "study_id"].unique()[:2])
    return frame.assign(programme_type=frame["programme_type"].mask(odd, "mixed"))


def test_too_far():
    far = without_long_training(10)
    p = refused(far, "0.40 away, and 0.3 is the furthest allowed", place="EL")
    assert p.distance == pytest.approx(0.4)
    nearer = evidence.predict(far, **ASK, place="EL", furthest=0.4)
    assert nearer.refusal is None and nearer.leverage < 1
    failed = [c.name for c in nearer.failed]
    assert "combination" in failed and "local evidence" in failed
    assert nearer.certainty == "low"


def test_a_sum_that_is_less_certain_than_anything_studied_is_refused():
    far = without_long_training(10)
    p = refused(far[far["programme_type"] != "mixed"], "less certain of this context")
    assert p.leverage > 1


def test_a_corner_between_studied_ranges_is_outside_the_model():
    """Each rate lies inside its range, but nobody studied them together: leverage sees it."""
    frame = world(11)
    usual = frame["country"].map(USUAL)
    # Rich countries only in booms, poor ones only in busts.
    frame["unemployment_rate"] = usual + np.resize([-0.3, 0.3], len(frame)) * np.repeat([1, -1, 1], 32)
    p = refused(frame, "less certain of this context", unemployment_rate=6.0, usual_unemployment_rate=14.0)
    assert p.leverage > 1


def test_adding_characteristics_never_brings_a_context_nearer():
    frame = world(12)
    asks = [ASK, ASK | {"target_group": "youth"}, ASK | {"target_group": "youth", "place": "EL"}]
    away = [evidence.predict(frame, **a).distance for a in asks]
    assert away == sorted(away)


# ---- the ladder ----------------------------------------------------------------------------------------


def test_what_the_evidence_does_not_carry_is_said_and_never_silently_dropped():
    frame = world(13)
    few = frame["study_id"].isin(["s0", "s1", "s2"])
    frame["target_group"] = np.where(few, "older", "all")
    p = evidence.predict(frame, **ASK, target_group="older")
    assert p.refusal is None and p.formula == "~ programme_type + band"
    told = {c.name: c for c in p.checks if c.status == "failed"}
    assert "the group" in told["not carried"].sentence
    assert any(
        c.name == "model not carried" and "3 independent samples of this group" in c.sentence
        for c in p.checks
    )
    assert p.certainty == "low"


def test_a_cycle_that_nobody_saw_is_not_carried():
    frame = world(14)
    frame["unemployment_rate"] = frame["country"].map(USUAL)
    p = evidence.predict(frame, **ASK, unemployment_rate=9.0, place="FR")
    assert p.formula == "~ programme_type + band" and np.isnan(p.cycle_within)
    assert any("tell the cycle from differences between countries" in c.sentence for c in p.checks)
    assert any(c.name == "not carried" and "unemployment rate" in c.sentence for c in p.failed)


def test_own_formula():
    frame = world(15)
    p = evidence.predict(frame, **ASK, target_group="youth", formula="~ programme_type * target_group + band")
    assert p.formula == "~ programme_type * target_group + band" and len(p.coefficients) == 5
    # What is not a moderator is not averaged over either: the rows are those of the horizon asked for.
    one = evidence.predict(frame, **ASK, formula="~ programme_type")
    assert one.table.loc[one.table["used"], "band"].unique().tolist() == ["long"]
    for formula, words in (
        ("~ design", "no value for design"),
        ("~ programme_type + unemployment_rate", "unemployment_rate"),
        ("~ programme_type - 1", "without an average"),
        ("~ programme_type - programme_type", "cancels out"),
    ):
        with pytest.raises(ParameterError, match=words):
            evidence.predict(frame, **ASK, formula=formula)


def test_estimands_are_not_mixed():
    frame = world(16)
    odd = (frame["sample_id"].str[1:].astype(int) // 2 % 3 == 0).to_numpy()
    frame = frame.assign(estimand=np.where(odd, "att", "itt"))
    p = evidence.predict(frame, **ASK)
    alone = evidence.predict(frame[~odd], **ASK)
    assert p.estimand == "itt" and p.mean == pytest.approx(alone.mean, rel=1e-9)
    assert p.table.loc[~p.table["used"], "why_not"].str.contains("another estimand").all()
    assert any(c.name == "estimand" and "(ITT)" in c.sentence for c in p.checks)
    # The estimand is the one that studied what was asked for, not the one with most estimates of all.
    only = frame.assign(programme_type=np.where(odd, "training", "services"))
    assert evidence.predict(only, **ASK).estimand == "att"


def test_a_region_is_extrapolation():
    p = evidence.predict(world(17), **ASK, place="DE30")
    assert any(c.name == "extrapolation" and "national" in c.sentence for c in p.failed)
    assert p.certainty == "low"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"programme_type": "trainin"}, "choose from services"),
        ({"band": "not_comparable"}, "choose from short"),
        ({"unemployment_rate": 140.0}, "per cent"),
        ({"place": "ZZ"}, "unknown place"),
        ({"furthest": 2.0}, "0 to 1"),
        ({"level": 1.0}, "between 0 and 1"),
    ],
)
def test_words_that_nobody_knows(ask, words):
    with pytest.raises(ParameterError, match=words):
        evidence.predict(world(19), **(ASK | ask))


def test_estimates_that_do_not_state_a_moderator_stay_out_of_the_model():
    frame = world(20)
    blank = frame["study_id"].isin([f"s{i}" for i in range(8)])
    frame["target_group"] = frame["target_group"].mask(blank, " ")
    p = evidence.predict(frame, **ASK, target_group="all")
    assert p.n_samples == 40 and "target_group" in p.formula
    assert evidence.predict(frame, **ASK).n_samples == 48


def test_a_hostile_table_is_refused_or_survived():
    frame = world(21)
    with pytest.raises(DesignError, match="unemployment_rate"):
        evidence.predict(frame.assign(unemployment_rate="high"), **ASK)
    with pytest.raises(DesignError, match="no study is that precise"):
        evidence.predict(frame.assign(se=np.where(frame.index == 0, 1e-300, frame["se"])), **ASK)
    expected = evidence.predict(frame, **ASK).mean
    for same in (
        frame.set_axis([0] * len(frame)),
        frame.astype({"programme_type": "category", "country": "category"}),
    ):
        assert evidence.predict(same, **ASK).mean == pytest.approx(expected, rel=1e-9)
    worse = frame.assign(se=np.where(frame.index % 3 == 0, [0.0, -1.0, np.nan, np.inf] * 24, frame["se"]))
    p = evidence.predict(worse, **ASK)
    assert p.table["used"].sum() == (frame.index % 3 != 0).sum()
    refused(frame.head(0), "no estimate of this outcome")


def test_the_real_base_abstains_and_names_what_comes_nearest():
    from almpo_kit import sources
    from almpo_kit.vocabulary.horizons import HORIZON_BANDS
    from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES

    effects = evidence.in_context(sources.effects(), sources.indicators(0))
    found = {
        (kind, band): evidence.predict(
            effects, programme_type=kind, band=band, place="EL", unemployment_rate=10.0
        )
        for kind in PROGRAMME_TYPES
        for band in (HORIZON_BANDS if kind in ("services", "training") else ("medium",))
    }
    assert all(p.refusal for p in found.values())
    assert all("nearest evidence" in {c.name for c in p.checks} for p in found.values())


# ---- what a number may not be read as ------------------------------------------------------------------


def booms_and_busts():
    """Effects rise with unemployment between countries, and fall with it over the cycle of each."""
    country = np.repeat(["DE", "FR", "ES"], 8)
    usual = np.repeat([6.0, 9.0, 18.0], 8)
    cycle = np.tile([-3.0, -2, -1, 0, 0, 1, 2, 3], 3)
    effect = 3 + 0.5 * (usual - 9) - 0.5 * cycle + np.random.default_rng(1).normal(0, 0.3, 24)
    frame = world(0, samples=24, per=1).assign(
        country=country, unemployment_rate=usual + cycle, effect=effect
    )
    return frame.assign(programme_type="training", target_group="all", horizon_months=36.0)


@pytest.mark.parametrize("place", [None, "EL"])
def test_without_a_usual_rate_a_difference_between_countries_is_no_cycle(place):
    """Expected at 6 and at 18% is the same, and it is said: nothing tells which of them is high here."""
    frame = booms_and_busts()
    ask = ASK | {"place": place, "furthest": 1.0}
    low, high = (evidence.predict(frame, **ask, unemployment_rate=u) for u in (6.0, 18.0))
    assert low.refusal is None and low.mean == high.mean
    assert np.isnan(low.cycle_within) and np.isnan(low.cycle_between)
    told = {c.name: c.sentence for c in low.failed}
    assert "whether 6.0% is high or low" in told["usual unemployment"]
    assert "the unemployment rate" in told["not carried"]
    assert "The unemployment rate plays no part in it" in low.sentence
    # With a usual rate the sign is that of the cycle.
    stated = [
        evidence.predict(frame, **ask, unemployment_rate=u, usual_unemployment_rate=9.0) for u in (7.0, 11.0)
    ]
    assert stated[1].mean < stated[0].mean and "plays no part" not in stated[0].sentence
    p = evidence.predict(
        frame, **ask, unemployment_rate=6.0, formula="~ unemployment_between + unemployment_within"
    )
    assert p.refusal is not None and "which unemployment is usual" in p.refusal


def test_a_blank_country_is_no_place():
    frame = world(30)
    blank = frame.assign(country=frame["country"].replace("DE", " "))
    p = evidence.predict(blank, **ASK, unemployment_rate=8.0)
    assert "usual unemployment" in {c.name for c in p.failed} and np.isnan(p.cycle_within)
    q = evidence.predict(blank, **ASK, unemployment_rate=8.0, usual_unemployment_rate=7.0)
    assert np.isfinite(q.cycle_within)
    assert q.n_samples == 42, "the six samples of no known country are not compared with a usual rate"


def test_a_rate_of_its_own_is_told_as_a_mixture():
    p = evidence.predict(booms_and_busts(), **ASK, unemployment_rate=12.0, formula="~ unemployment_rate")
    (check,) = [c for c in p.failed if c.name == "cycle"]
    assert "differences between countries" in check.sentence


@pytest.fixture
def read_as_it_stands(monkeypatch):
    """Formulas as they were read before terms that cancel were refused: predict() is safe by itself."""
    monkeypatch.setattr(formulas._Reader, "_survive", lambda self, safe: None)


@pytest.mark.parametrize(
    "formula", ["~ programme_type - programme_type", "~ (programme_type + band) - programme_type - band"]
)
def test_a_term_that_does_not_survive_restricts_the_estimates_all_the_same(read_as_it_stands, formula):
    frame = world(22, truth=TRUE | {"services": -40.0})
    p = evidence.predict(frame, **ASK, formula=formula)
    alone = evidence.predict(frame, **ASK, formula="~ 1")
    used = p.table[p.table["used"]]
    assert set(used["programme_type"]) == {"training"} and set(used["band"]) == {"long"}
    assert p.mean == pytest.approx(alone.mean, rel=1e-9) and p.coefficients["term"].tolist() == ["here"]


def test_a_rate_that_is_taken_out_again_is_not_in_the_model(read_as_it_stands):
    p = evidence.predict(
        booms_and_busts(), **ASK, unemployment_rate=9.0, formula="~ unemployment_rate - unemployment_rate"
    )
    assert p.formula == "~ 1" and [c.name for c in p.failed if "certainty" not in c.name] == ["not carried"]


def test_a_formula_without_the_group_keeps_to_the_group(read_as_it_stands):
    frame = world(23, truth=TRUE | {"youth": -40.0})
    for formula in ("~ programme_type", "~ programme_type + target_group - target_group"):
        p = evidence.predict(frame, **ASK, target_group="youth", formula=formula)
        assert p.refusal is None and set(p.table.loc[p.table["used"], "target_group"]) == {"youth"}
        assert "not carried" not in {c.name for c in p.failed}


def test_a_place_never_raises_certainty():
    """One local sample of twenty does not put the place into the model."""
    frame = world(24, samples=20, truth=TRUE | {"between": 0.0}, between=0.2)
    frame["country"] = np.where(frame["study_id"] == "s0", "EL", "DE")
    here = {p: evidence.predict(frame, **ASK, place=p) for p in (None, "EL", "FR")}
    assert here[None].certainty == "high" and not here[None].failed
    for place, words in (
        ("EL", "1 of 20 independent samples is from Greece"),
        ("FR", "No study from France"),
    ):
        (check,) = here[place].failed
        assert check.name == "local evidence" and words in check.sentence
        assert f"20 independent samples ({int(place == 'EL')} from " in here[place].sentence
        assert here[place].certainty == "low" and here[place].mean == here[None].mean
    assert "not in the model" in here["EL"].failed[0].sentence
    alone = evidence.predict(frame[frame["country"] == "DE"], **ASK, place="DE")
    assert not alone.failed, "where all samples are local, the average is that of the place"


def test_never_narrower_than_the_precision_of_the_studies_allows():
    frame = world(25, samples=12).assign(programme_type="training", target_group="all", horizon_months=36.0)
    frame["effect"] = 0.3 + np.random.default_rng(0).normal(0, 0.02, len(frame))
    p = evidence.predict(frame, **ASK)
    shown = evidence.answer(frame, question="What is the effect?")
    assert (p.mean, p.se, p.low) == pytest.approx(
        (shown.pooled.mean, shown.pooled.se, shown.pooled.low), rel=1e-9
    )
    assert p.low < 0 < p.high and p.certainty == shown.certainty
    assert any(c.name == "precision" and c.status == "informational" for c in p.checks)
    assert p.coefficients.loc[0, "se"] == p.se


def test_a_cycle_on_too_few_degrees_of_freedom_is_not_carried():
    """Forty samples, one of which alone lies far from its country's usual rate."""
    frame = world(26, samples=40, per=1).assign(
        programme_type="training", target_group="all", horizon_months=36.0
    )
    noise = np.random.default_rng(1).normal(0, 0.02, 40)
    frame["unemployment_rate"] = frame["country"].map(USUAL) + noise
    frame.loc[0, "unemployment_rate"] += 8
    p = evidence.predict(frame, **ASK, unemployment_rate=9.0, place="FR")
    assert np.isnan(p.cycle_within) and np.isnan(p.cycle_between) and p.formula == "~ 1"
    (check,) = [c for c in p.checks if c.name == "model not carried"]
    assert "within countries has" in check.sentence and "degrees of freedom" in check.sentence


def test_a_difference_between_two_kinds_of_countries_is_not_shown():
    """The cycle is seen in every country; between them only one differs."""
    frame = world(27, samples=48, per=1).assign(
        programme_type="training", target_group="all", horizon_months=36.0
    )
    usual = np.where(frame["country"] == "ES", 20.0, 8.0)
    frame["unemployment_rate"] = usual + np.random.default_rng(1).uniform(-3, 3, 48)
    few = frame[(frame["country"] != "ES") | frame["study_id"].isin(["s6", "s14"])]
    p = evidence.predict(few, **ASK, unemployment_rate=9.0, place="FR")
    assert np.isfinite(p.cycle_within) and np.isnan(p.cycle_between)
    (check,) = [c for c in p.checks if c.name == "cycle"]
    assert "too little to say between countries" in check.sentence


@pytest.mark.parametrize("mean", [0.8, 1.1])
def test_certainty_does_not_depend_on_the_level_shown(mean):
    frame = world(28, samples=14, per=1).assign(
        programme_type="training", target_group="all", horizon_months=36.0
    )
    frame["effect"], frame["se"] = mean + np.random.default_rng(0).normal(0, 1.5, 14), 2.0
    found = {evidence.predict(frame, **ASK, level=x).certainty for x in (0.5, 0.8, 0.95, 0.99)}
    assert found == {evidence.answer(frame, question="What is the effect?").certainty}


def test_a_slope_that_differs_by_programme_is_no_one_number():
    """Beside the product, the coefficient of unemployment is that of the reference programme, services."""
    p = evidence.predict(
        world(29), **ASK, unemployment_rate=8.0, place="FR", formula="~ programme_type * unemployment_within"
    )
    assert p.refusal is None and np.isnan(p.cycle_within)
    (check,) = [c for c in p.checks if c.name == "cycle"]
    assert "no one number" in check.sentence


def test_rates_without_countries_have_no_cycle():
    frame = world(30).drop(columns="country")
    for more in ({}, {"usual_unemployment_rate": 7.0}, {"place": "EL"}):
        p = evidence.predict(frame, **ASK, unemployment_rate=8.0, **more)
        assert np.isnan(p.cycle_within) and "not carried" in {c.name for c in p.failed}
