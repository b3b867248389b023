"""Advice to one person: ranked, never surer than its intervals, silent where it must be."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import Advice, GainModel, advise, gain_model, menu
from almpo_kit.recommendation.gains.advice import lock_in_words, shown
from almpo_kit.recommendation.gains.similar_people import similar_people
from almpo_kit.vocabulary.errors import FrameError, ParameterError

from .gain_worlds import Market, market, programmes

HERE = {"geo": "XX", "unemployment_class": "high", "skill_class": "low"}


@cache
def place() -> Market:
    return market(seed=4, studies=8, people=1200, slope=1.0, noise=6.0, spread=0.7)


@cache
def model() -> GainModel:
    return gain_model(place().people, evidence=place().evidence, points=32)


def person(**values: float) -> pd.DataFrame:
    return pd.DataFrame([{"age": 0.0, "schooling": 0.0, "months out": 0.0} | values])


def given(**values: float) -> Advice:
    return advise(model(), person(**values), context=HERE, similar=place().people)


def test_programmes_are_ranked_by_gain_with_what_they_rest_on() -> None:
    a = given()
    assert list(a.table["rank"]) == [1, 2, 3] and a.table["gain"].is_monotonic_decreasing
    assert a.table["chance_best"].sum() + a.none_best == pytest.approx(1)
    assert set(a.table["lock_in"]) == {"about 6 months", "about 3 months", "about 12 months"}
    assert np.allclose(a.table[["weight_evidence", "weight_local", "weight_prior"]].sum(axis=1), 1)
    assert "against no programme" in a.sentence and a.sentence.startswith("SYNTHETIC")
    assert a.figure == "gains" and a.headline is not None


def test_the_words_are_never_surer_than_the_intervals() -> None:
    rng = np.random.default_rng(0)
    seen = set()
    for values in rng.normal(size=(14, 3)):
        a = advise(
            model(),
            person(**dict(zip(("age", "schooling", "months out"), values, strict=True))),
            context=HERE,
        )
        for row in a.table.to_dict("records"):
            seen.add(row["says"])
            if row["says"] in ("offer first", "about as good", "smaller gain"):
                assert row["low"] > 0
            if row["says"] == "no gain shown":
                assert row["low"] <= 0
        top, others = a.table.iloc[0], a.table.iloc[1:]
        near = others[others["high"] >= top["low"]]
        if len(near) and top["says"] != "no gain shown":
            assert "apart" in a.sentence or "overlaps" in a.sentence
        assert (a.table["says"] == "offer first").sum() <= 1
        if "about as good" in set(a.table["says"]):
            assert (a.table["says"] == "about as good").sum() >= 2 and "cannot tell" in a.sentence
    assert {"about as good", "no gain shown"} <= seen


def test_nothing_is_said_of_a_person_unlike_all() -> None:
    a = given(age=25.0)
    assert a.abstains and set(a.table["says"]) == {"too little to say"} and a.headline is None
    assert a.table["gain"].isna().all() and a.table["rank"].isna().all()
    assert a.certainty == "too little to say" and "caseworker decides" in a.sentence
    assert all(reason in a.sentence for reason in a.table["reason"])


def test_what_must_not_matter_does_not() -> None:
    """The order of rows, a protected group that is no feature, a constant: the same advice and similar people."""
    base = place().people
    assert base is not None
    base = base.rows(np.arange(600))
    wide = base.features.assign(same=1.0)
    groups = base.groups.sample(frac=1, random_state=1).reset_index(drop=True)
    order = np.random.default_rng(2).permutation(600)
    others = [
        replace(base.rows(order), cluster=np.arange(600)),
        replace(base, groups=groups),
        replace(base, features=wide, names=tuple(wide.columns)),
    ]
    one, *rest = (
        advise(gain_model(p, points=16), person(age=0.5, same=1.0), context=HERE, similar=p)
        for p in (base, *others)
    )
    for other in rest:
        assert other.sentence == one.sentence and list(other.table["says"]) == list(one.table["says"])
        for table in ("table", "similar"):
            a, b = (getattr(x, table).select_dtypes("number").to_numpy() for x in (one, other))
            np.testing.assert_allclose(a, b, atol=1e-6)


def test_it_holds_nothing_of_the_person() -> None:
    a = given(age=1.234567)
    everything = " ".join(
        [
            repr(a.provenance),
            a.sentence,
            a.question,
            a.table.to_csv(),
            a.similar.to_csv(),
            *(c.sentence for c in a.checks),
        ]
    )
    assert "1.234" not in everything and "age" not in a.table
    assert a.metrics() == {}


def test_similar_people_come_in_groups_and_rounded() -> None:
    people = place().people
    assert people is not None
    found = given().similar
    assert list(found["people"].unique()) == ["50 people"] and len(found) == 4
    few = people.rows(np.flatnonzero((people.received != 2) | (np.cumsum(people.received == 2) <= 9)))
    rows = similar_people(few, person(), few.arms, 0.95).set_index("programme")
    assert rows.loc["services", "people"] == "fewer than 10 people" and np.isnan(
        rows.loc["services", "mean_outcome"]
    )
    flat = similar_people(replace(people, outcome=np.ones(len(people))), person(), people.arms, 0.95)
    assert flat["mean_outcome"].isna().all()
    step = found["mean_outcome"] * 2
    assert np.allclose(step, step.round())


def test_what_is_not_on_the_menu_is_not_advised() -> None:
    a = advise(model(), person(), context=HERE, menu=programmes(1))
    assert list(a.table["programme"]) == ["training"]
    with pytest.raises(FrameError, match="unknown programme"):
        other = pd.DataFrame({"programme": ["yoga"], "programme_type": ["services"]})
        advise(model(), person(), context=HERE, menu=menu(other))


def test_context_may_stand_in_the_persons_row_and_unknown_is_wider() -> None:
    inside = advise(model(), person().assign(**HERE))
    assert inside.table["gain"].to_numpy() == pytest.approx(given().table["gain"].to_numpy())
    blank = advise(model(), person())
    wide = (blank.table["high"] - blank.table["low"]).mean()
    assert wide > (inside.table["high"] - inside.table["low"]).mean()


def test_bad_input() -> None:
    with pytest.raises(FrameError, match="one row"):
        advise(model(), pd.concat([person(), person()]))
    with pytest.raises(FrameError, match="one row"):
        advise(model(), {"age": 1})  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="gain model"):
        advise(place().people, person())  # type: ignore[arg-type]
    with pytest.raises(FrameError, match="lack"):
        advise(model(), pd.DataFrame([{"age": 1.0}]))
    with pytest.raises(FrameError, match="one, that of the person"):
        advise(model(), person(), context=pd.DataFrame([HERE, HERE]))


def test_advice_takes_a_third_of_a_second_at_most() -> None:
    given()
    times = []
    for _ in range(3):
        begun = time.process_time()
        given()
        times.append(time.process_time() - begun)
    assert min(times) < 0.3


def test_evidence_alone_advises_and_names_its_limits() -> None:
    thin = gain_model(
        evidence=place().evidence[place().evidence["programme_type"] != "services"],
        menu=programmes(),
        points=32,
    )
    a = advise(thin, person(), context=HERE)
    assert a.table["says"].iloc[-1] == "too little to say" and a.table["programme"].iloc[-1] == "services"
    assert "no independent sample" in a.table["reason"].iloc[-1]
    assert not re.search(r"\bnan\b", a.sentence)


def test_lock_in_in_words() -> None:
    assert lock_in_words(float("nan")) == "length not known"
    assert lock_in_words(1.0) == "about 1 month"
    assert lock_in_words(0.5) == "less than a month"


def test_nobody_is_similar_to_a_person_outside_all_support() -> None:
    """The fifty nearest of a person far from everybody are nobody like her: their outcomes are not told."""
    assert given(age=0.0).similar["mean_outcome"].notna().all()
    for far in (50.0, -50.0):
        advice = given(age=far)
        assert advice.similar["mean_outcome"].isna().all()
        assert (advice.similar["people"] == "fewer than 10 people").all()
        assert advice.table["gain"].isna().all() and "Too little is known" in advice.sentence


def test_what_few_carry_is_shown_only_by_a_wider_interval() -> None:
    """A 95% interval above zero is enough where many carry it; where few do, 99% must be."""
    known = SimpleNamespace(effective=np.array([0.0, 50.0]), evidence=SimpleNamespace(samples=lambda _: 3))
    menu = SimpleNamespace(programme_types=("no_programme", "training"))
    model = SimpleNamespace(known=known, menu=menu)
    gains = SimpleNamespace(mean=np.array([[0.0, 2.2]]), low=np.array([[0.0, 0.2]]))
    assert not shown(model, gains, 1)  # type: ignore[arg-type]
    known.effective[1] = 500.0
    assert shown(model, gains, 1)  # type: ignore[arg-type]
    known.effective[1], gains.low[0, 1] = 50.0, 0.7
    assert shown(model, gains, 1), "2.2 less 1.314 times 1.5 is above zero"  # type: ignore[arg-type]
