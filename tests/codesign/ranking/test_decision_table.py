"""What can go into a decision table, and what must not be used."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.codesign import decision_table
from almpo_kit.vocabulary.errors import AlmpoError

ROWS = pd.DataFrame(
    {
        "option": ["course", "course", "subsidy", "subsidy"],
        "criterion": ["jobs", "cost", "jobs", "cost"],
        "value": [2.4, 3000.0, 4.0, 9000.0],
        "se": [0.9, 0.0, 2.0, 0.0],
        "unit": ["points", "euro", "points", "euro"],
        "direction": ["more", "less", "more", "less"],
        "source": ["study a", "ministry", "study b", "ministry"],
    }
)


def test_both_forms_are_one() -> None:
    wide = ROWS.pivot(index="option", columns="criterion", values="value")
    se = ROWS.pivot(index="option", columns="criterion", values="se")
    a = decision_table(ROWS)
    b = decision_table(wide, se=se, directions={"cost": "less"}, source="x")
    pd.testing.assert_frame_equal(a.wide()[["cost", "jobs"]], b.wide()[["cost", "jobs"]], check_names=False)
    assert a.directions == {"jobs": "more", "cost": "less"} and b.directions["cost"] == "less"
    assert a.units["cost"] == "euro" and not a.checks


def test_what_is_not_known_abstains() -> None:
    rows = ROWS.assign(certainty=["too little to say", "", "", ""]).iloc[:3]
    found = decision_table(rows)
    silent = found.table[found.table["abstains"]]
    assert list(zip(silent["option"], silent["criterion"], silent["reason"], strict=True)) == [
        ("course", "jobs", "too little to say"),
        ("subsidy", "cost", "no value is known"),
    ]
    assert len(found.failed) == 2 and "cannot be ranked" in found.sentence


def test_synthetic_and_unsourced_are_said() -> None:
    assert decision_table(ROWS.assign(source="SYNTHETIC")).sentence.startswith("SYNTHETIC")
    wide = pd.DataFrame({"jobs": [1.0, 2.0]}, index=["a", "b"])
    assert decision_table(wide, source="SYNTHETIC panel").provenance.synthetic
    names = {c.name for c in decision_table(wide).failed}
    assert names == {"sources", "standard errors"}


def test_ends_of_scales() -> None:
    found = decision_table(ROWS, scales={"cost": (8000, 0), "jobs": (0, 10)})
    assert found.scales["cost"] == (8000.0, 0.0)
    assert [c.name for c in found.failed] == ["ends of scales"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r.iloc[:2], "give 2 to"),
        (lambda r: pd.concat([r, r.iloc[:1]]), "comes twice"),
        (lambda r: r.assign(unit=["points", "euro", "percent", "euro"]), "more than one unit"),
        (lambda r: r.assign(direction=["more", "less", "less", "less"]), "more than one direction"),
        (lambda r: r.assign(direction="up"), "'more' or 'less'"),
        (lambda r: r.assign(value=[1, np.inf, 2, 3]), "endless"),
        (lambda r: r.assign(value=["a", "b", "c", "d"]), "no number"),
        (lambda r: r.assign(se=-1.0), "below 0"),
        (lambda r: r.assign(abstains="yes"), "True or False"),
        (lambda r: r.assign(option=["", "a", "b", "c"]), "no option"),
        (lambda r: r.iloc[:0], "needs a table"),
        (lambda r: None, "needs a table"),
    ],
)
def test_hostile_rows(change: Any, words: str) -> None:
    with pytest.raises(AlmpoError, match=words):
        decision_table(change(ROWS))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"directions": {"beauty": "more"}}, "no criterion 'beauty'"),
        ({"scales": {"jobs": (5, 1)}}, "must be above"),
        ({"scales": {"cost": (1, 5)}}, "must be below"),
        ({"scales": {"jobs": "wide"}}, "worst, best"),
        ({"scales": {"beauty": (0, 1)}}, "no criterion"),
        ({"se": ROWS}, "column se"),
    ],
)
def test_hostile_options(more: dict[str, Any], words: str) -> None:
    with pytest.raises(AlmpoError, match=words):
        decision_table(ROWS, **more)


def test_wide_names_must_be_one_each() -> None:
    twice = pd.DataFrame([[1.0], [2.0]], index=["a", "a"], columns=["jobs"])
    with pytest.raises(AlmpoError, match="comes twice"):
        decision_table(twice)
    wide = pd.DataFrame({"jobs": [1.0, 2.0]}, index=["a", "b"])
    with pytest.raises(AlmpoError, match="se has"):
        decision_table(wide, se=wide.rename(columns={"jobs": "gain"}))
