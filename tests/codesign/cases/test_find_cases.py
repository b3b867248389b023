"""Finding cases: the right ones first, the reason said, and no more promised than the cases hold."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.codesign.cases.case_words import stem, tokens
from almpo_kit.codesign.cases.find_cases import find_cases
from almpo_kit.vocabulary.errors import FrameError, ParameterError, PlaceError
from almpo_kit.vocabulary.provenance import stamp

from .made_cases import case, library


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return sources.case_studies()


# What a person would expect among the first three.
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("rural tourism off season", "hr_permanent_seasonal_worker"),
        ("hotels winter training", "cy_hotel_winter_training"),
        ("refugees", "fi_koto_sib"),
        ("job guarantee", "at_job_guarantee_marienthal"),
        ("mentor for migrants", "be_duo_for_a_job"),
        ("steel plant closure", "at_steel_foundation"),
        ("subsidised hiring of young people", "be_win_win"),
        ("mental illness", "eu_eqolise"),
        ("Greece municipalities public works", "el_kinofelis"),
        ("caseload of caseworkers", "at_lower_caseloads"),
    ],
)
def test_what_a_person_expects_comes_early(real: pd.DataFrame, query: str, expected: str) -> None:
    assert expected in find_cases(real, query).table["case_id"].head(3).to_list()


def test_why_names_the_words_and_where_they_stand(real: pd.DataFrame) -> None:
    found = find_cases(real, "off-season hotels xyzzy", sectors="I")
    row = found.table.set_index("case_id").loc["cy_hotel_winter_training"]
    assert "hotels" in row["why"] and "sector I" in row["why"] and row["place"] == "Cyprus"
    assert found.unknown == ("xyzzy",)
    assert any("'xyzzy'" in c.sentence for c in found.checks)
    assert found.cases["case_id"].to_list() == found.table["case_id"].to_list()
    assert list(found.table["rank"]) == list(range(1, len(found.table) + 1))


def test_cases_without_a_comparison_are_said_first(real: pd.DataFrame) -> None:
    found = find_cases(real, sectors="I")
    assert "None of those shown was compared" in found.sentence
    assert found.failed and found.failed[0].name == "compared"
    assert found.metrics()["compared"] == 0
    good = find_cases(real, "brochure about job search", grounds=["randomised", "counterfactual"])
    assert not good.failed and "compared with what would have been" in good.sentence


def test_a_place_holds_and_lies_within() -> None:
    held = library(
        case("all_greece"),
        case("crete", nuts="EL43", nuts_version="2024"),
        case("north", nuts="EL5", nuts_version="2024"),
    )
    assert set(find_cases(held, places="EL43").cases["case_id"]) == {"all_greece", "crete"}
    assert set(find_cases(held, places="gr").cases["case_id"]) == {"all_greece", "crete", "north"}
    assert set(find_cases(held, places=["EL51", "EL432"]).cases["case_id"]) == {
        "all_greece",
        "crete",
        "north",
    }
    none = find_cases(held, places="IT")
    assert none.n_fitting == 0 and len(none.table) == 0 and "None of 3 cases" in none.sentence
    assert none.left_out == {"place IT": 3}


def test_sectors_nest_and_general_cases_fit_none() -> None:
    held = library(
        case("hotels", sector="I55"), case("section", sector="I"), case("food", sector="I56"), case("any")
    )
    assert set(find_cases(held, sectors="I55").cases["case_id"]) == {"hotels", "section"}
    assert set(find_cases(held, sectors="i").cases["case_id"]) == {"hotels", "section", "food"}


def test_filters_are_all_kept() -> None:
    held = library(
        case("a", programme_type="services", mechanism="support"),
        case("b", programme_type="services", mechanism="skills|support", mechanism_basis="shown|argued"),
        case("c", mechanism="support"),
    )
    found = find_cases(held, programmes="services", mechanisms="skills")
    assert found.cases["case_id"].to_list() == ["b"]
    assert found.left_out == {"programme services": 1, "mechanism skills": 2}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, ParameterError),
        ({"query": "of the"}, ParameterError),
        ({"query": "x" * 501}, ParameterError),
        ({"query": "work", "most": 0}, ParameterError),
        ({"query": "work", "most": True}, ParameterError),
        ({"places": "nowhere at all"}, PlaceError),
        ({"sectors": "Z99"}, ParameterError),
        ({"programmes": "magic"}, ParameterError),
        ({"results": "great"}, ParameterError),
    ],
)
def test_errors_name_the_way_out(asked: dict, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"e\.g\.|choose from|no code"):
        find_cases(library(), **asked)


def test_no_table_of_cases() -> None:
    with pytest.raises(FrameError, match=r"sources\.case_studies"):
        find_cases(pd.DataFrame({"title": ["x"]}), "x")
    with pytest.raises(FrameError, match="no mechanism"):
        find_cases(library(case("a", mechanism="luck")), "x")


def test_invented_cases_stay_invented() -> None:
    found = find_cases(library(case("a", title="Work in winter")), "winter")
    assert found.provenance.synthetic and found.sentence.startswith("SYNTHETIC")
    real = find_cases(stamp(library(case("a", source="A report", title="Work in winter"))), "winter")
    assert not real.provenance.synthetic


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_words_find_or_are_refused(query: str) -> None:
    held = library(case("a", title="Work in winter"), case("b"))
    try:
        found = find_cases(held, query)
    except ParameterError:
        assert not tokens(query)
        return
    assert set(found.cases["case_id"]) <= {"a", "b"}
    assert found.n_fitting == len(found.table)


def test_the_order_of_the_library_does_not_matter(real: pd.DataFrame) -> None:
    one = find_cases(real, "young people training", most=30).table["case_id"].to_list()
    other = (
        find_cases(real.sample(frac=1, random_state=1), "young people training", most=30)
        .table["case_id"]
        .to_list()
    )
    assert one == other and len(one) == 30


def test_forms_of_a_word() -> None:
    assert {stem(w) for w in ("seasonal", "seasons", "season")} == {"season"}
    assert {stem(w) for w in ("subsidy", "subsidies", "subsidised")} == {"subsid"}
    assert {stem(w) for w in ("training", "trained", "trainees")} == {"train"}
    assert tokens("Où est la Caféteria, of the hôtel?") == ["ou", "est", "la", "cafeteria", "hotel"]
