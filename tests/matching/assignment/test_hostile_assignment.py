"""What is broken, contrary or empty is refused with a way out, or answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.matching.assignment.assigning import assign
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

from .worlds import market

S, V = market(5, 6, 1, spread=0.05)


@pytest.mark.parametrize(
    ("seekers", "vacancies", "error", "says"),
    [
        (S.assign(id="same"), V, FrameError, "come twice"),
        (S.assign(id=None), V, FrameError, "no id"),
        (S.drop(columns="id"), V, FrameError, "column id"),
        (S.assign(count=-1), V, FrameError, "negative"),
        (S.assign(count=1.5), V, FrameError, "whole persons"),
        (S.assign(count="many"), V, FrameError, "no number"),
        (S.assign(count=1e9), V, DesignError, "persons"),
        (S, V.assign(capacity=-2), FrameError, "negative"),
        (S, V.assign(wage=np.inf), FrameError, "finite"),
        (S.assign(lat=480.0), V, FrameError, "swapped"),
        (S.assign(occupation="plumber"), V, ParameterError, "seekers: 1 occupation code not known"),
        (S.assign(occupation="=1+1"), V, ParameterError, "not known"),
        (S.iloc[:0], V, DesignError, "empty"),
        (S.drop(columns=["lon", "lat"]), V, DesignError, "locations="),
    ],
)
def test_frames_that_cannot_be_used(
    seekers: pd.DataFrame, vacancies: pd.DataFrame, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        assign(seekers, vacancies)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"top": 0}, "top=0"),
        ({"top": 2.5}, "top=2.5"),
        ({"max_km": -1}, "max_km"),
        ({"congestion": "auction"}, "entropic"),
        ({"overload": 0}, "overload"),
        ({"capacity": -1}, "capacity"),
        ({"tolerance": 0}, "tolerance"),
        ({"width": 0}, "width"),
        ({"min_similarity": 2}, "min_similarity"),
        ({"weights": {"looks": 1}}, "occupation, distance"),
        ({"weights": {"occupation": 0}}, "nothing to score"),
        ({"eligibility": ("licence", "asks")}, "no column"),
        ({"eligibility": ("id", "id")}, "True and False"),
        ({"eligibility": lambda a, b: [True]}, "boolean array"),
        ({"eligibility": ["x"]}, "pair of columns"),
        ({"prices": {"v0": np.nan}}, "prices"),
        ({"prices": {"else": 1.0}}, "indexed by vacancy id"),
        ({"similarity": pd.DataFrame({"a": ["b"]})}, "similarity needs"),
        ({"similarity": pd.DataFrame([[3.0]], index=["2512"], columns=["2511"])}, "between 0 and 1"),
        ({"travel": pd.DataFrame({"origin": ["A"]})}, "minutes"),
        (
            {"travel": pd.DataFrame({"origin": ["A"] * 2, "destination": ["B"] * 2, "km": [1, 2]})},
            "twice",
        ),
        ({"travel": pd.DataFrame({"origin": ["A"], "destination": ["B"], "km": [-2]})}, "from 0"),
        ({"vectors": (np.zeros((2, 3)), np.zeros((6, 3)))}, "one row for each"),
    ],
)
def test_options_that_cannot_be_used(options: dict[str, Any], says: str) -> None:
    with pytest.raises((ParameterError, DesignError, FrameError), match=says):
        assign(S, V, **options)


@pytest.mark.parametrize("congestion", ["prices", "entropic", "none"])
def test_no_vacancy_at_all(congestion: Any) -> None:
    found = assign(S, V.iloc[:0], congestion=congestion, max_km=None)
    assert found.n_unserved == 5 and (found.table["rank"] == 0).all() and found.posts.empty
    assert "None of the 5" in found.sentence


@pytest.mark.parametrize("congestion", ["prices", "entropic", "none"])
@pytest.mark.parametrize("overload", [0.5, None])
def test_capacity_zero_is_shown_to_nobody(congestion: Any, overload: float | None) -> None:
    v = V.assign(capacity=[0, 3, 3, np.nan, 3, 3])
    found = assign(S, v, congestion=congestion, overload=overload, min_similarity=0)
    assert found.posts["load"].iloc[0] == 0
    closed = assign(S, V, capacity=0, congestion=congestion, overload=overload)
    assert closed.n_unserved == 5
    assert "full or takes nobody" in closed.unserved["reason"].iloc[0]


def test_posts_of_none_are_shown_to_nobody() -> None:
    found = assign(S, V.assign(count=[0, 1, 1, 1, 1, 1]), min_similarity=0)
    assert found.posts["load"].iloc[0] == 0 and found.posts["load"].sum() > 0


def test_missing_coordinates_and_half_a_point() -> None:
    s = S.assign(lon=[np.nan, 16.4, 16.4, 16.4, 16.4])
    found = assign(s, V.assign(lat=[np.nan, *V["lat"][1:]]))
    assert "no label point" in found.unserved.set_index("seeker").at["s0", "reason"]
    assert any("vacancies have no point" in c.sentence for c in found.checks)
    points = pd.DataFrame({"geo": ["AT13"], "lon": [16.4], "lat": [48.2]})
    assert assign(s, V, locations=points, min_similarity=0).n_unserved == 0


def test_markup_and_formulas_in_fields_stay_text() -> None:
    s = S.assign(id=['=cmd|" /C calc"!A0', "<b>x</b>", "a'; DROP TABLE x;--", "👩‍🔧", "שלום"])
    found = assign(s, V, min_similarity=0)
    assert set(found.table["seeker"].astype(str)) == set(s["id"])


def test_nothing_is_changed_and_bytes_repeat() -> None:
    before = S.copy(), V.copy()
    one, two = assign(S, V, seed=4), assign(S, V, seed=4)
    pd.testing.assert_frame_equal(S, before[0])
    pd.testing.assert_frame_equal(V, before[1])
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.posts, two.posts)
