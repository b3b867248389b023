from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almpo_kit import records
from almpo_kit.records.drafts import as_json
from almpo_kit.vocabulary.errors import ParameterError
from tests.records.conftest import Places
from tests.records.outside import change, refused


@pytest.fixture(scope="module")
def untouched(places: Places) -> records.Store:
    """For what is refused: nothing is ever written, so one will do."""
    return records.open_store(places())


@pytest.fixture
def store(places: Places) -> records.Store:
    return records.open_store(places())


def test_versions_count_up_and_stay(store: records.Store) -> None:
    first = store.keep_draft(
        "Campania", {"budget": 1.5e6, "goals": ["jobs"]}, author_role="policy officer", note="first thoughts"
    )
    second = store.keep_draft("Campania", {"budget": 2e6}, expected_version=first.version)
    assert (first.version, second.version) == (1, 2)
    assert store.draft("Campania") == second
    assert store.draft("Campania", 1) == first
    assert store.draft("Campania", 1).content == {"budget": 1.5e6, "goals": ["jobs"]}
    table = store.drafts()
    assert list(table.columns) == ["name", "version", "at", "author_role", "note", "withdrawn"]
    assert table.loc[0, ["name", "version"]].tolist() == ["Campania", 2]
    assert store.drafts("Campania")["note"].tolist() == ["first thoughts", ""]
    assert str(table["at"].dt.tz) == "UTC"


def test_a_conflict_says_who_was_first_and_loses_nothing(store: records.Store) -> None:
    store.keep_draft("Plan", {"n": 1})
    store.keep_draft("Plan", {"n": 2}, author_role="manager")
    with pytest.raises(
        records.ConflictError, match="began from version 1, but version 2 was kept by manager"
    ):
        store.keep_draft("Plan", {"n": 3}, expected_version=1)
    with pytest.raises(records.ConflictError, match=r"another name, e\.g\. 'Plan \(2\)'"):
        store.keep_draft("Plan", {"n": 3}, expected_version=0)
    with pytest.raises(records.ConflictError, match="expected_version=0"):
        store.keep_draft("Other", {"n": 3}, expected_version=4)
    assert store.draft("Plan").content == {"n": 2}
    assert list(store.drafts()["name"]) == ["Plan"]


def test_withdrawing_is_a_new_row(store: records.Store) -> None:
    store.keep_draft("Plan", {"n": 1})
    gone = store.withdraw_draft("Plan", reason="a newer plan replaces it")
    assert gone.version == 2 and gone.withdrawn
    assert store.drafts().empty and list(store.drafts(withdrawn=True)["withdrawn"]) == [True]
    with pytest.raises(ParameterError, match=r"was withdrawn .* version=1"):
        store.draft("Plan")
    assert store.draft("Plan", 1).content == {"n": 1}
    with pytest.raises(ParameterError, match="withdrawn"):
        store.withdraw_draft("Plan", reason="a newer plan replaces it")
    assert store.keep_draft("Plan", {"n": 2}).version == 3
    assert store.draft("Plan").content == {"n": 2}


def test_a_name_is_one_line_with_single_spaces(store: records.Store) -> None:
    assert store.keep_draft(" Attica \n  2027", {}).name == "Attica 2027"
    assert store.draft("Attica   2027").version == 1
    assert store.keep_draft("Attica 2027", {}, expected_version=1).version == 2


def test_what_is_not_there(store: records.Store) -> None:
    with pytest.raises(ParameterError, match="nothing has been kept yet"):
        store.draft("Plan")
    store.keep_draft("Plan", {})
    with pytest.raises(ParameterError, match="there are 'Plan'"):
        store.draft("plan")
    with pytest.raises(ParameterError, match="versions 1 to 1, not 7"):
        store.draft("Plan", 7)
    assert store.drafts("nothing of this name").empty


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([1], "must be a mapping"),
        ({"a": {"b": [0, float("nan")]}}, r"content\['a'\]\['b'\]\[1\] is nan"),
        ({"a": float("inf")}, "inf"),
        ({"a": np.float64("nan")}, "nan"),
        ({"a": np.int64(3)}, "int64"),
        ({"a": {1, 2}}, "set"),
        ({1: "a"}, "key 1, which is no text"),
        ({"a": b"x"}, "bytes"),
        ({"a": "x" * 1_000_001}, "at most 1000000"),
    ],
)
def test_content_that_json_does_not_have(untouched: records.Store, content: object, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        untouched.keep_draft("Plan", content)  # type: ignore[arg-type]
    assert untouched.drafts().empty


def test_content_that_contains_itself(store: records.Store) -> None:
    round_about: dict[str, object] = {}
    round_about["self"] = round_about
    with pytest.raises(ParameterError, match="levels deep"):
        store.keep_draft("Plan", round_about)


@pytest.mark.parametrize("name", ["", "   ", "\x00\x07", "x" * 121, 3, "anna@pes.example"])
def test_names_that_are_none(untouched: records.Store, name: object) -> None:
    with pytest.raises(ParameterError):
        untouched.keep_draft(name, {})  # type: ignore[arg-type]


def test_versions_that_are_none(store: records.Store) -> None:
    store.keep_draft("Plan", {})
    assert store.draft("Plan", np.int64(1)).version == 1  # type: ignore[arg-type]
    for version in (0, -1, True, 1.5, "1"):
        with pytest.raises(ParameterError, match="whole number"):
            store.draft("Plan", version)  # type: ignore[arg-type]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(content=st.dictionaries(st.text(max_size=8), json_values, max_size=4))
@settings(max_examples=40, deadline=None)
def test_content_comes_back_as_it_went(content: dict[str, object]) -> None:
    text = as_json(content)
    assert json.loads(text) == content
    assert as_json(dict(reversed(content.items()))) == text
    assert text.isascii()


@given(name=st.text(min_size=1, max_size=20), note=st.text(max_size=20))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_kept_or_refused(store: records.Store, name: str, note: str) -> None:
    try:
        kept = store.keep_draft(name, {"name": name}, note=note)
    except ParameterError:
        return
    assert store.draft(kept.name, kept.version).content == {"name": name}
    # Whoever types the name as before finds it.
    assert store.draft(name, kept.version) == store.draft(kept.name, kept.version)


def test_rows_cannot_be_changed_or_deleted(store: records.Store) -> None:
    store.keep_draft("Plan", {"n": 1})
    for text in ("UPDATE drafts SET content = '{}'", "DELETE FROM drafts", "DELETE FROM records_schema"):
        refused(store, text)
    assert store.draft("Plan").content == {"n": 1}


def test_content_that_was_changed_from_outside_is_told(store: records.Store) -> None:
    store.keep_draft("Plan", {"budget": 1})
    change(store, "drafts", "UPDATE drafts SET content = '{\"budget\": 9}'")
    with pytest.raises(records.RecordsError, match="changed from outside"):
        store.draft("Plan")
