"""Input that cannot be used is refused with the way out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import allocate
from almpo_kit.vocabulary.errors import AlmpoError, DataError, DesignError, FrameError, ParameterError

from .cases import gains, offices, people, programmes, travel

CROWD = {"programme": ["course 0"], "from_places": [10], "loss": [1.0]}
WRONG: list[tuple[dict[str, Any], type[AlmpoError], str]] = [
    ({"budget": -1.0}, ParameterError, "euro from 0"),
    ({"budget": float("nan")}, ParameterError, "euro from 0"),
    ({"risk": "high"}, ParameterError, "'mean'"),
    ({"method": "magic"}, ParameterError, "decomposition"),
    ({"least_gain": -2}, ParameterError, "a loss is never offered"),
    ({"tolerance": 3}, ParameterError, "0.001"),
    ({"seed": -1}, ParameterError, "whole number"),
    ({"max_travel": -5.0}, ParameterError, "60"),
    ({"offices": offices().assign(programme="yoga")}, FrameError, "unknown programme 'yoga'"),
    ({"offices": offices().assign(places=-1)}, FrameError, "give a number from 0"),
    ({"offices": offices().assign(places=1.5)}, FrameError, "whole places"),
    ({"offices": offices().assign(places="many")}, FrameError, "no number"),
    ({"offices": pd.concat([offices()] * 2)}, FrameError, "twice"),
    ({"offices": offices().drop(columns="places")}, FrameError, "places"),
    ({"offices": offices().iloc[:0]}, FrameError, "at least one"),
    ({"offices": offices().assign(area=range(9))}, FrameError, "two areas"),
    ({"eligible": {"yoga": "licence"}}, FrameError, "unknown programme 'yoga'"),
    ({"eligible": {"course 0": "degree"}}, FrameError, "no column 'degree'"),
    ({"eligible": {"course 0": "sex"}}, FrameError, "True and False"),
    ({"travel": travel().assign(office="moon")}, FrameError, "moon"),
    ({"travel": travel().assign(minutes=-3)}, FrameError, "from 0"),
    ({"travel": travel().drop(columns="minutes")}, FrameError, "minutes"),
    ({"travel": pd.DataFrame({"office 0": [1.0]})}, FrameError, "one row for each"),
    ({"people": people(5)}, FrameError, "one row for each of the 40"),
    ({"people": people(40).assign(office="moon"), "travel": None}, FrameError, "moon"),
    ({"by": ["religion"]}, FrameError, "religion"),
    ({"fairness": [{"by": "sex"}]}, ParameterError, "min_share"),
    ({"fairness": [{"by": "sex", "group": "women", "min_share": 40}]}, ParameterError, "between 0 and 1"),
    ({"fairness": [{"by": "sex", "group": "woman", "min_share": 0.4}]}, FrameError, "there are men, women"),
    ({"fairness": [{"by": "faith", "max_gap": 0.1}]}, FrameError, "faith"),
    ({"fairness": [{"by": "sex", "max_gap": 0.1, "most": 3}]}, ParameterError, "most is unknown"),
    ({"fairness": [{"by": "sex", "max_gap": "little"}]}, ParameterError, "must be a number"),
    ({"congestion": pd.DataFrame(CROWD | {"loss": [-1.0]})}, FrameError, "from 0"),
    ({"congestion": pd.DataFrame(CROWD | {"programme": ["yoga"]})}, FrameError, "yoga"),
    ({"congestion": pd.DataFrame(CROWD | {"area": ["moon"]})}, FrameError, "moon"),
]


@pytest.mark.parametrize(
    ("options", "error", "words"), WRONG, ids=lambda v: str(v)[:40] if isinstance(v, str) else ""
)
def test_wrong_options(options: dict[str, Any], error: type[AlmpoError], words: str) -> None:
    asked = {"people": people(40), "offices": offices(), "travel": travel()} | options
    with pytest.raises(error, match=words):
        allocate(gains(40), programmes(), **asked)


def test_gains_that_do_not_fit() -> None:
    with pytest.raises(DesignError, match="same programmes, same order"):
        allocate(gains(40), programmes(2))
    with pytest.raises(DesignError, match="one column for each"):
        allocate(np.zeros((40, 2)), programmes())
    with pytest.raises(DesignError, match="nobody"):
        allocate(np.zeros((0, 4)), programmes())
    with pytest.raises(DataError, match="infinite"):
        allocate(np.full((40, 4), [0, np.inf, 1, 1]), programmes())
    with pytest.raises(DataError, match="no programme"):
        allocate(np.full((40, 4), np.nan), programmes())
    with pytest.raises(DesignError, match="needs intervals"):
        allocate(np.ones((40, 4)), programmes(), risk="low")
    with pytest.raises(DesignError, match="course 0"):
        allocate(gains(40), programmes(unit_cost_eur=[np.nan, 1.0, 1.0]), budget=1e6)
    few = people(40).assign(sex=["x"] * 4 + ["y"] * 36)
    with pytest.raises(DesignError, match="fewer than 10"):
        allocate(
            gains(40), programmes(), people=few, fairness=[{"by": "sex", "group": "x", "min_share": 0.1}]
        )


def test_money_of_another_rule_does_not_undo_the_rounding_of_the_plan() -> None:
    """Where exact euros of the plan would give a small count away, those of a rule that fills the same places are rounded too."""
    import pandas as pd

    from almpo_kit.recommendation import allocate, gain_model

    from ..worlds import world

    people = world(600, seed=3, shape="line", arms=4).people
    offices = pd.DataFrame(
        [(a, n) for a, n in (("training", 6), ("subsidy", 40), ("services", 60))],
        columns=["programme", "places"],
    ).assign(office="all")
    plan = allocate(
        gain_model(people, points=16).gains_of(people),
        people.menu,
        people=pd.DataFrame({"office": ["all"] * 600}),
        offices=offices,
        budget=900_000,
    )
    assert plan.places["used"].isna().any()
    assert (plan.comparison["cost_eur"] % 80_000 == 0).all(), plan.comparison
