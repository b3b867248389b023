"""Tables with which nothing can be done, and designs that answer nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.evaluation.designs.measured import measured
from almpo_kit.vocabulary.errors import AlmpoError, DesignError, ParameterError

from .people import EARNINGS, EMPLOYED, ROLES, designed, register, sentence, status

Change = Callable[[pd.DataFrame], pd.DataFrame]


def _few(d: pd.DataFrame) -> pd.DataFrame:
    return d.assign(treatment=["training" if i < 7 else "no programme" for i in range(len(d))])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.assign(treatment="training"), "same for everybody"),
        (
            lambda d: d.assign(treatment=d["treatment"].replace("no programme", "waiting")),
            "nobody is in the comparison",
        ),
        (lambda d: d.assign(treatment=(d["treatment"] == "training") * 1), "no programme.*training"),
        (lambda d: d.assign(treatment=d["treatment"] == "training"), "Name the arms"),
        (lambda d: d.assign(treatment=d["treatment"].where(d.index > 3)), "is empty in fewer than 10 rows"),
        (
            lambda d: d.assign(
                treatment=pd.Categorical(d["treatment"], ["no programme", "training", "subsidy"])
            ),
            "arm 'subsidy' is empty",
        ),
        (_few, "fewer than 10 persons"),
        (lambda d: d.assign(treatment=d["treatment"].where(d.index > 30, "Training ")), "spaces or capitals"),
        (lambda d: d.assign(id=d["id"].where(d.index > 1, "p0005")), "each person may stand once"),
        (lambda d: d.assign(id=d["id"].where(d.index > 1)), "'id' is empty"),
        (
            lambda d: d.assign(employed_24=d["employed_24"].where(d.index > 1, np.inf)),
            "infinite in fewer than 10 rows",
        ),
        (
            lambda d: d.assign(employed_24=d["employed_24"].where(d.index > 1, -np.inf)),
            "infinite in fewer than 10 rows",
        ),
        (lambda d: d.assign(employed_24=2), "outside 0 to 100%"),
        (lambda d: d.assign(employed_24=100 * d["employed_24"]), "scale=1"),
        (lambda d: d.assign(employed_24="yes"), "holds text"),
        (lambda d: d.assign(employed_24=np.nan), "empty for everybody"),
        (lambda d: d.assign(age=np.inf), "'age' is infinite"),
        (lambda d: d.assign(age=pd.Timestamp("2024-01-01")), "holds dates"),
        (lambda d: d.assign(age=d["id"]), "names people"),
        (lambda d: d.assign(age=np.nan), "'age' is empty for everybody"),
        (lambda d: d.assign(age=d["age"] * 1e200), "'age' is larger than anything measured"),
        (
            lambda d: d.assign(treatment=d["treatment"].replace("training", "x" * 5_000)),
            "'x{40}…' has no name that can",
        ),
        (lambda d: d.assign(treatment=d["treatment"].replace("training", "a\u202eb")), "on one line"),
    ],
)
def test_refused(change: Change, said: str) -> None:
    with pytest.raises(DesignError, match=said):
        designed(change(register()))


@pytest.mark.parametrize(
    "options",
    [
        *({"assignment": w} for w in (3, ["rct"], {})),
        *({"covariates": w} for w in (["age"], {"age": ["confounder"]}, {"age": {}}, {3: "confounder"})),
        *({"modifiers": w} for w in (3, [3], {"age": 1}, [["age"]])),
        *({"graph": w} for w in (3, 2.5, True)),
        *({"cluster": w} for w in (3, ["office"], {}, True)),
        *(
            {"weight": {}},
            {"comparison": ["no programme"]},
            {"estimand": ["att"]},
            {"treatment": 3},
            {"question": 3},
        ),
    ],
)
def test_options_of_a_wrong_kind_are_our_errors(options: dict[str, Any]) -> None:
    """A design file may hold anything; nothing of it may end in an error of the language."""
    with pytest.raises(ParameterError):
        designed(register(), **options)


def test_refusals_count_nobody_below_ten() -> None:
    people = register()
    broken = people.assign(
        id=people["id"].where(people.index > 6, "p0005"),
        treatment=people["treatment"].where(people.index > 2),
        employed_24=people["employed_24"].where(people.index > 3, np.inf),
    )
    with pytest.raises(DesignError) as refused:
        designed(broken)
    counts = re.findall(r"(\d+) (?:row|value|time|unit|person)", str(refused.value))
    assert counts and not [c for c in counts if 0 < int(c) < 10]


def test_every_problem_is_listed_at_once() -> None:
    people = register().assign(treatment="training", age=np.inf, employed_6="a", id="one")
    with pytest.raises(DesignError) as caught:
        designed(people)
    for word in ("same for everybody", "'age' is infinite", "'employed_6' holds text", "stand once"):
        assert word in str(caught.value)


def test_weights_and_shares_are_limited() -> None:
    for weight in (-1.0, np.nan, np.inf, 0.0):
        with pytest.raises(DesignError, match="weight"):
            designed(register().assign(w=weight), weight="w")
    with pytest.raises(DesignError, match="took_part"):
        designed(register().assign(t=2), assignment="rct", took_part="t")
    uneven = designed(register().assign(w=lambda d: 1.0 + 500.0 * (d.index < 4)), weight="w")
    assert status(uneven, "weights") == "failed"


def test_treatment_after_outcome() -> None:
    at = measured("earnings", outcome="earnings", unit="eur_per_month", months=24, at="measured_in")
    people = register().assign(measured_in="2024-06", began="2024-01")
    people.loc[people["treatment"].eq("no programme"), "began"] = "2024-12"
    assert status(designed(people, outcomes=at, started="began"), "treatment_before_outcome") == "passed"
    people.loc[people["treatment"].eq("training") & (people.index > 100), "began"] = "2024-08"
    late = designed(people, outcomes=at, started="began")
    assert "treatment_after_outcome" in late.stops
    assert "after earnings was measured" in sentence(late, "treatment_after_outcome")
    with pytest.raises(DesignError, match="no calendar month"):
        designed(people.assign(began="August"), outcomes=at, started="began")


def test_immortal_time_and_choosing_by_the_future() -> None:
    people = register().assign(entry_date="2024-01", began=None)
    people.loc[people["treatment"].eq("training"), "began"] = "2024-06"
    found = designed(people, started="began")
    assert "immortal_time" in found.stops
    assert "5 months" in sentence(found, "immortal_time").replace("5.0", "5")
    assert status(found, "conditioning_on_future") == "failed"
    strata = designed(people.assign(waited=people.index % 3), started="began", block="waited")
    assert "immortal_time" not in strata.stops
    later = people.assign(began=people["began"].fillna("2025-03"))
    assert status(designed(later, started="began"), "conditioning_on_future") == ""
    assert status(designed(people, started="began", assignment="rct"), "immortal_time") == ""


@pytest.mark.parametrize(
    "column",
    [
        lambda d: (d["treatment"] == "training") * 1.0,
        lambda d: np.where(d["treatment"] == "training", "yes", "no"),
        lambda d: np.where(d["treatment"] == "training", 50 + d.index, -d.index),
        lambda d: np.where(d["treatment"] == "training", np.nan, d["age"]),
    ],
)
def test_perfect_prediction(column: Change) -> None:
    people = register().assign(badge=column)
    found = designed(people, covariates=ROLES | {"badge": "confounder"})
    assert "perfect_prediction" in found.stops
    assert "“badge” alone" in sentence(found, "perfect_prediction")
    assert status(designed(register()), "perfect_prediction") == "passed"


def test_prediction_of_one_arm_among_three_is_found() -> None:
    people = register(300, ("no programme", "training", "subsidy"))
    people["badge"] = np.where(people["treatment"] == "subsidy", 1, 0)
    assert "perfect_prediction" in designed(people, covariates=ROLES | {"badge": "confounder"}).stops


def test_an_outcome_under_another_name_is_found() -> None:
    people = register().assign(salary=lambda d: 12 * d["earnings"] + 3)
    found = designed(people, outcomes=EARNINGS, covariates=ROLES | {"salary": "confounder"})
    assert "bad_control" in found.stops
    assert "bad_control" not in designed(register(), outcomes=EARNINGS).stops


@pytest.mark.parametrize(("clusters", "stops"), [(3, True), (5, True), (6, False), (24, False)])
def test_few_clusters(clusters: int, stops: bool) -> None:
    found = designed(register().assign(office=lambda d: d.index // 2 % clusters), cluster="office")
    assert ("clusters" in found.stops) is stops
    assert status(found, "clusters") == ("passed" if clusters >= 10 else "failed")


def test_one_cluster_in_an_arm() -> None:
    people = register().assign(office=lambda d: np.where(d["treatment"] == "training", -1, d.index // 2 % 12))
    found = designed(people, cluster="office")
    assert "clusters" in found.stops
    assert "All people of “training”" in sentence(found, "clusters")


def test_blocks_without_an_arm() -> None:
    people = register().assign(block=lambda d: np.where(d["treatment"] == "training", "a", "b"))
    assert "blocks" in designed(people, block="block").stops
    partly = register().assign(
        block=lambda d: np.where((d["treatment"] == "training") & (d.index < 80), "a", "b")
    )
    found = designed(partly, block="block")
    assert status(found, "blocks") == "failed"
    assert found.stops == ()
    with pytest.raises(DesignError, match="block column"):
        designed(register().assign(block=None), block="block")


def test_few_persons_in_an_arm_are_cautioned() -> None:
    people = register().assign(treatment=lambda d: np.where(d.index < 20, "training", "no programme"))
    assert status(designed(people), "few_persons") == "failed"


@pytest.mark.parametrize("seed", range(30))
def test_hostile_tables_give_our_errors_only(seed: int) -> None:
    """Columns shuffled, of odd types, with odd values: an answer or one of our errors, never another."""
    draw = np.random.default_rng(seed)
    people = register(60)
    for column in draw.choice(people.columns, 3):
        odd = draw.choice(7)
        values = [
            pd.Series(draw.choice([np.nan, np.inf, 1e300, -1], 60)),
            pd.Series(["x", None, ""] * 20),
            pd.Series(pd.to_datetime(["2024-01-01"] * 60)),
            pd.Series([True, None] * 30, dtype="boolean"),
            pd.Series(pd.Categorical(["a", "b", None] * 20)),
            pd.Series([[1], "x", 2.0] * 20, dtype=object),
            pd.Series([1 + 2j] * 60),
        ][odd]
        people[column] = values
    try:
        designed(
            people, outcomes=[EMPLOYED, EARNINGS], cluster="office", block="region", modifiers=["region"]
        )
    except AlmpoError as error:
        assert str(error)
