"""Differences and merges of drafts: their laws."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from almpo_kit.codesign.strategies.differences import differences
from almpo_kit.codesign.strategies.merging import three_way
from almpo_kit.codesign.strategies.parameters import Parameters, from_content, setting, to_content
from almpo_kit.vocabulary.errors import ParameterError

_SETTINGS = st.builds(
    lambda v, a, e, b: setting(v, argument=a, evidence=e, budget_effect=b),
    st.sampled_from([1, True, 1.5, "a", {"jobs": 2}, [1, 2], None]),
    st.sampled_from(["", "because", "as they said"]),
    st.lists(st.sampled_from(["s1", "s2"]), max_size=2, unique=True),
    st.sampled_from([None, 0.0, 5000.0]),
)
_DRAFTS = st.dictionaries(st.sampled_from(["budget", "goals", "place"]), _SETTINGS, max_size=3)


@settings(max_examples=40, deadline=None)
@given(_DRAFTS, _DRAFTS, _DRAFTS)
def test_laws_of_merging(base: Parameters, ours: Parameters, theirs: Parameters) -> None:
    assert three_way(base, ours, base).parameters == ours
    assert three_way(base, base, theirs).parameters == theirs
    assert three_way(base, ours, ours).parameters == ours
    one, other = three_way(base, ours, theirs), three_way(base, theirs, ours)
    assert {c.parameter for c in one.conflicts} == {c.parameter for c in other.conflicts}
    for conflict in one.conflicts:
        # Nobody is overruled silently: what both began from stands until a person decides.
        assert one.parameters.get(conflict.parameter) == base.get(conflict.parameter)
    chosen = three_way(base, ours, theirs, {c.parameter: "theirs" for c in one.conflicts})
    assert chosen.clean
    for conflict in one.conflicts:
        assert chosen.parameters.get(conflict.parameter) == theirs.get(conflict.parameter)


@settings(max_examples=20, deadline=None)
@given(_DRAFTS, _DRAFTS)
@example({"budget": setting(1)}, {"budget": setting(True)})
def test_differences_name_what_differs_and_content_comes_back(one: Parameters, other: Parameters) -> None:
    assert from_content(to_content(one)) == one
    found = differences(one, other)
    # As they are stored: there true is not 1, which Python takes for equal.
    stored, beside = (
        {n: json.dumps(v) for n, v in to_content(draft)["parameters"].items()} for draft in (one, other)
    )
    assert set(found["parameter"]) == {n for n in {*one, *other} if stored.get(n) != beside.get(n)}


def test_same_value_other_reasons_keep_both() -> None:
    base = {"budget": setting(1000, argument="first", evidence=["s0"])}
    ours = {"budget": setting(2000, argument="more people", evidence=["s1"])}
    theirs = {"budget": setting(2000, argument="prices rose", evidence=["s2"], budget_effect=500)}
    merged = three_way(base, ours, theirs)
    assert merged.clean
    kept = merged.parameters["budget"]
    assert (kept.argument, kept.evidence, kept.budget_effect) == (
        "more people\nprices rose",
        ("s1", "s2"),
        500,
    )


def test_both_changed_is_a_conflict_and_dropping_counts() -> None:
    base = {"budget": setting(1000), "place": setting("EL42")}
    ours = {"budget": setting(2000), "place": setting("EL42")}
    theirs = {"place": setting("EL43")}
    merged = three_way(base, ours, theirs)
    assert [c.parameter for c in merged.conflicts] == ["budget"]
    assert merged.parameters["place"].value == "EL43"
    assert "budget" not in three_way(base, ours, theirs, {"budget": "theirs"}).parameters
    with pytest.raises(ParameterError, match="no conflict"):
        three_way(base, ours, theirs, {"place": "ours", "budget": "ours"})
    with pytest.raises(ParameterError, match="no side"):
        three_way(base, ours, theirs, {"budget": "mine"})  # type: ignore[dict-item]


def test_costs_that_nobody_said_are_not_zero() -> None:
    row = differences({"a": setting(1)}, {"a": setting(2, budget_effect=10)}).iloc[0]
    assert row["change"] == "value"
    assert math.isnan(row["budget_effect_change"])
    assert differences({}, {"a": setting(2, budget_effect=10)})["budget_effect_change"].tolist() == [10.0]
    assert differences({"a": setting(True)}, {"a": setting(1)}).empty is False


def test_what_json_lacks_is_refused() -> None:
    for wrong in (float("nan"), object(), {"a": {1, 2}}):
        with pytest.raises(ParameterError):
            setting(wrong)
    with pytest.raises(ParameterError, match="list of"):
        setting(1, evidence="s1")
    with pytest.raises(ParameterError, match="another tool"):
        from_content({"form": 2, "parameters": {}})
