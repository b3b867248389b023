"""A model as JSON: the same answers, and nothing hostile gets in."""

from __future__ import annotations

import copy
import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almpo_kit.learning.coding.coding_model import CodingModel
from almpo_kit.learning.coding.fit_codes import fit_codes
from almpo_kit.learning.coding.propose import propose
from almpo_kit.vocabulary.errors import DataError

from .study_texts import Studies, studies


@pytest.fixture(scope="module")
def held() -> Studies:
    return studies(30)


@pytest.fixture(scope="module")
def model(held: Studies) -> CodingModel:
    return fit_codes(*held[:3], groups=held.groups)


@pytest.fixture(scope="module")
def plain(model: CodingModel) -> dict[str, Any]:
    return json.loads(json.dumps(model.to_plain(), allow_nan=False))


def test_it_answers_as_before(held: Studies, model: CodingModel, plain: dict[str, Any]) -> None:
    again = CodingModel.from_plain(plain)
    assert again.digest == model.digest == plain["digest"]
    assert again.provenance.synthetic and again.sentence.startswith("SYNTHETIC")
    pd.testing.assert_frame_equal(again.table, model.table)
    pd.testing.assert_frame_equal(
        propose(again, held.documents, held.passages).table,
        propose(model, held.documents, held.passages).table,
    )


def _set(plain: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(plain)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


HOSTILE = [
    ([], "x"),
    (["kind"], "pickle"),
    (["version"], 2),
    (["version"], {"a": "b" * 10_000}),
    (["features"], []),
    (["terms"], "abc"),
    (["terms"], ["x"] * 300_000),
    (["terms", 0], "y" * 1_000_000),
    (["terms", 0], 7),
    (["rarity"], ["<f4", [10**12], ""]),
    (["rarity", 0], "O"),
    (["rarity", 2], "not base64!"),
    (["pieces"], "no"),
    (["promised"], 7),
    (["promised"], float("nan")),
    (["fields"], [None]),
    (["fields", 0, "coefficients"], [1e400]),
    (["fields", 0, "coefficients", 0], True),
    (["fields", 0, "threshold"], "-inf"),
    (["fields", 0, "threshold"], -100.0),
    (["fields", 0, "calibrator", 0], "exec"),
    (["fields", 0, "calibrator"], []),
    (["fields", 0, "usual"], {"a": -1}),
    (["fields", 0, "learned"], ["a"]),
    (["fields", 0, "documents"], -3),
    (["provenance"], None),
    (["provenance", "data"], [{"__class__": "x"}]),
]


@pytest.mark.parametrize(("path", "value"), HOSTILE)
def test_what_is_damaged_is_refused(plain: dict[str, Any], path: list[Any], value: Any) -> None:
    hostile = value if not path else _set(plain, path, value)
    with pytest.raises(DataError, match="no coding model that can be used"):
        CodingModel.from_plain(hostile)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda c: st.lists(c) | st.dictionaries(st.text(), c),
    )
)
def test_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(DataError):
        CodingModel.from_plain(value)
