from __future__ import annotations

from pathlib import Path

import pytest

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import notebooks
from almpo_kit.workbench.parameters import Parameter, declared, files_found, resolve, split

CELL = """
from almpo_kit.workbench.parameters import MemberState, Year

country: MemberState = "EL"  # the country
year: Year = None
rounds: Whole = 3
share: Real = 0.5
draft: Flag = False
title: Text = "a"
"""


def test_declared_in_order_with_help() -> None:
    found = declared(CELL)
    assert list(found) == ["country", "year", "rounds", "share", "draft", "title"]
    assert found["country"] == Parameter("country", "MemberState", "EL", "the country")


def test_values_are_parsed_by_kind() -> None:
    given = {
        "country": "greece",
        "year": "2023",
        "rounds": "7",
        "share": "1e-3",
        "draft": "yes",
        "title": "x=y",
    }
    assert resolve(declared(CELL), given) == {
        "country": "EL",
        "year": 2023,
        "rounds": 7,
        "share": 0.001,
        "draft": True,
        "title": "x=y",
    }
    assert resolve(declared(CELL), {"year": "latest"})["year"] is None


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("country", "ZZ", "not one of the 27"),
        ("contry", "EL", "Did you mean 'country'"),
        ("year", "abc", "is not a year"),
        ("year", "202", "is not a year"),
        ("year", "²", "is not a year"),
        ("share", "nan", "not a number"),
        ("rounds", "1.5", "not a whole number"),
        ("share", "half", "not a number"),
        ("draft", "maybe", "neither true nor false"),
    ],
)
def test_wrong_ones_name_the_way_out(name: str, text: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        resolve(declared(CELL), {name: text})


def test_unknown_kind_is_an_error_of_the_notebook() -> None:
    with pytest.raises(ParameterError, match="known kinds"):
        declared("country: Country = 'EL'")


def test_assignments() -> None:
    assert split(["a=1", "b=x=y"]) == {"a": "1", "b": "x=y"}
    for wrong in (["a"], ["=1"], ["a=1", "a=2"]):
        with pytest.raises(ParameterError):
            split(wrong)


def test_curated_notebooks_declare_known_parameters() -> None:
    brief = notebooks.parameters_of(notebooks.read(notebooks.find("country_brief")))
    assert list(brief) == ["country", "year"]
    assert all(p.help for p in brief.values())


def test_notebooks_are_found_without_their_number() -> None:
    assert notebooks.find("country_brief") == notebooks.find("10_country_brief")
    with pytest.raises(ParameterError, match="Did you mean 'country_brief'"):
        notebooks.find("country_breif")
    with pytest.raises(ParameterError, match="There are: tour, country_brief"):
        notebooks.find("../apps/evidence")


def test_files_are_named_from_where_the_command_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    known = declared('persons: File = ""\nmonths: File = ""\ntarget: Text = ""\n')
    values = resolve(known, {"persons": "people.csv", "target": "people.csv"})
    found = files_found(known, values)
    assert found == {"persons": str(tmp_path / "people.csv"), "months": "", "target": "people.csv"}
    assert values["persons"] == "people.csv", "what the page shows is what was typed"
