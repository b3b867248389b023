from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_designs import DESIGN_KINDS, OF_CLUSTERS, TrialDesign

ONE_OF_EACH: dict[str, dict[str, Any]] = {
    "individual": {"people": 400},
    "blocked": {"people": 400, "arms": {"none": 0.2, "a": 0.4, "b": 0.4}},
    "cluster": {"clusters": 12, "cluster_size": 50.5, "size_variation": 0.4},
    "matched_pair": {"clusters": 12},
    "stepped_wedge": {"clusters": 12, "steps": 4},
    "saturation": {"clusters": 40, "saturations": {0.5: 0.5, 0.0: 0.5}},
}


def test_every_kind_is_tried() -> None:
    assert set(ONE_OF_EACH) == set(DESIGN_KINDS) and set(OF_CLUSTERS) < set(DESIGN_KINDS)


@pytest.mark.parametrize("kind", DESIGN_KINDS)
def test_round_trip(kind: str) -> None:
    made = TrialDesign(kind, **ONE_OF_EACH[kind])
    again = TrialDesign.from_plain(made.to_plain())
    assert again == made and again.to_plain() == made.to_plain()
    assert list(again.arms) == list(made.arms), "the first arm is the comparison: order is kept"
    assert made.of_clusters == (kind in OF_CLUSTERS)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=20))
def test_shares_survive_any_number_of_round_trips(weights: list[float]) -> None:
    shares = {f"arm {i}": w / sum(weights) for i, w in enumerate(weights)}
    made = TrialDesign("individual", arms=shares)
    again = TrialDesign.from_plain(made.to_plain())
    assert again.to_plain() == made.to_plain() == TrialDesign.from_plain(again.to_plain()).to_plain()


def test_numbers_that_are_equal_are_one_design() -> None:
    a = TrialDesign("cluster", clusters=12, cluster_size=50)
    b = TrialDesign("cluster", clusters=np.int64(12), cluster_size=np.float32(50.0), size_variation=-0.0)  # type: ignore[arg-type]
    assert a.to_plain() == b.to_plain() and type(b.clusters) is int
    assert str(b.size_variation) == "0.0"


def test_what_it_says_of_itself() -> None:
    made = TrialDesign(
        "cluster", arms=["usual services", "course", "course and job"], clusters=12, cluster_size=50
    )  # type: ignore[arg-type]
    assert made.comparison == "usual services" and made.programmes == ("course", "course and job")
    assert made.total == 600 and made.arms["course"] == pytest.approx(1 / 3)
    assert TrialDesign("individual", people=400).total == 400
    assert list(TrialDesign("saturation", saturations={1.0: 0.5, 0.5: 0.25, 0: 0.25}).saturations) == [
        0,
        0.5,
        1,
    ]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "lottery"}, "none of individual, blocked"),
    ({"kind": "individual", "people": -1}, "whole number from 0"),
    ({"kind": "individual", "people": 10.5}, "whole number from 0"),
    ({"kind": "individual", "clusters": 4}, "belong to kind='cluster'"),
    ({"kind": "individual", "steps": 2}, "steps belong to a stepped wedge"),
    ({"kind": "individual", "saturations": {0.5: 0.5, 0: 0.5}}, "belong to kind='saturation'"),
    ({"kind": "individual", "familywise": "luck"}, "none of holm, bonferroni"),
    ({"kind": "individual", "arms": {"a": 1.0}}, "name 2 to 20 arms"),
    ({"kind": "individual", "arms": {"a": 0.5, "b": 0.6}}, "add up to 1"),
    ({"kind": "individual", "arms": {"a": 1.0, "b": 0.0}}, "between 0 and 1"),
    ({"kind": "individual", "arms": {"a": float("nan"), "b": 0.5}}, "between 0 and 1"),
    ({"kind": "individual", "arms": ["a", "b", "b"]}, "named twice"),
    ({"kind": "individual", "arms": {"a ": 0.5, "a": 0.5}}, "one name but for spaces"),
    ({"kind": "individual", "arms": {"a\nb": 0.5, "c": 0.5}}, "one line of text"),
    ({"kind": "individual", "arms": {1: 0.5, "c": 0.5}}, "one line of text"),
    ({"kind": "individual", "arms": "course"}, "arms say what is compared"),
    ({"kind": "individual", "arms": None}, "arms say what is compared"),
    ({"kind": "cluster", "people": 100}, "give clusters and cluster_size instead"),
    ({"kind": "cluster", "cluster_size": float("inf")}, "must be a number from 0"),
    ({"kind": "matched_pair", "clusters": 7}, "take 6 or 8"),
    ({"kind": "matched_pair", "arms": {"a": 0.4, "b": 0.6}}, "leave the shares out"),
    ({"kind": "matched_pair", "arms": ["a", "b", "c"]}, "two arms, not 3"),
    ({"kind": "stepped_wedge", "clusters": 12}, "at least two steps, e.g. steps=4"),
    ({"kind": "stepped_wedge", "clusters": 12, "steps": 61}, "from 0 to 60"),
    ({"kind": "saturation"}, "at least two shares"),
    ({"kind": "saturation", "saturations": {0.0: 0.5, 1.0: 0.5}}, "one saturation must lie between 0 and 1"),
    ({"kind": "saturation", "saturations": {0.5: 0.5, 1.5: 0.5}}, "adding up to 1"),
    ({"kind": "saturation", "saturations": 0.5}, "map a share of people to a share of places"),
]


@pytest.mark.parametrize(("given", "told"), REFUSED, ids=[t for _, t in REFUSED])
def test_refusals_name_the_way_out(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        TrialDesign(**given)


def test_plain_values_that_are_no_design() -> None:
    for bad in ({"kind": "individual", "size": 4}, [], None, "individual"):
        with pytest.raises(ParameterError, match="no design of a trial"):
            TrialDesign.from_plain(bad)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="lists of pairs"):
        TrialDesign.from_plain({"kind": "individual", "arms": 5})
    with pytest.raises(ParameterError, match="no design of a trial"):
        TrialDesign.from_plain({"people": 400})
