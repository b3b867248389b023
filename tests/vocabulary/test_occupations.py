"""ISCO-08 codes in any usual spelling; what is none is refused with the way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.vocabulary.occupations import MAJOR_GROUPS, is_skilled, isco_code, isco_level, skill_level

#: Majors with their number of sub-major groups, ILO (2012), table 2.
SUB_MAJOR = {"0": 3, "1": 4, "2": 6, "3": 5, "4": 4, "5": 4, "6": 3, "7": 5, "8": 3, "9": 6}


@st.composite
def unit_groups(draw: st.DrawFn) -> str:
    major = draw(st.sampled_from(sorted(SUB_MAJOR)))
    second = draw(st.integers(1, SUB_MAJOR[major]))
    return f"{major}{second}{draw(st.integers(1, 9))}{draw(st.integers(0, 9))}"


@pytest.mark.parametrize(
    "spelling",
    [
        *(
            "2512",
            " 2512 ",
            "C2512",
            "c2512",
            "OC2512",
            "ISCO-08 2512",
            "ISCO08:2512",
            "isco 2512",
            "ISCO 08-2512",
        ),
        *("2512.4", "2512.4.11", "2512.0", 2512, 2512.0, "http://data.europa.eu/esco/isco/C2512"),
    ],
)
def test_spellings(spelling: object) -> None:
    assert isco_code(spelling) == "2512"


@given(unit_groups(), st.integers(1, 4))
def test_normalising_twice_changes_nothing(code: str, level: int) -> None:
    group = code[:level]
    for spelling in (group, f"C{group}", f"ISCO-08 {group}"):
        assert isco_code(spelling) == group == isco_code(isco_code(spelling))
    assert isco_level(group) == level
    assert is_skilled(group) == (group[0] in "123")
    if group != "0":
        # A finer group is never outside what its sub-major group needs.
        assert skill_level(group) in (1, 2, 3, 4) and (
            level < 2 or skill_level(group) == skill_level(group[:2])
        )


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            "",
            " ",
            None,
            float("nan"),
            "welder",
            "25123",
            "99",
            "28",
            "-1",
            "2512.",
            ".4",
            "251.4",
            "2512.x",
            "ISCO-88",
        ),
        *(
            "２５１２",
            "२५१२",
            "2 512",
            "C",
            "=2512",
            "2512; DROP TABLE",
            1e9,
            True,
            ["2512"],
            "http://data.europa.eu/esco/isco/",
        ),
    ],
)
def test_what_is_no_code_names_the_way_out(wrong: object) -> None:
    with pytest.raises(ParameterError, match="Write an ISCO-08 code"):
        isco_code(wrong)


@given(st.text() | st.integers() | st.floats())
def test_anything_else_is_an_error_of_ours(value: object) -> None:
    try:
        code = isco_code(value)
    except AlmpoError:
        return
    assert code.isascii() and code.isdigit() and 1 <= len(code) <= 4


@pytest.mark.parametrize("lost", ["110", 110, "210", 310])
def test_a_lost_zero_is_suspected(lost: object) -> None:
    with pytest.raises(ParameterError, match="dropped a leading zero"):
        isco_code(lost)
    assert isco_code("0110") == "0110"


def test_an_address_of_an_occupation_needs_the_taxonomy() -> None:
    with pytest.raises(ParameterError, match=r"sources\.occupations\(\)"):
        isco_code("http://data.europa.eu/esco/occupation/00030d09-2b3a-4efd-87cc-c4ea39d27c34")


def test_skill_levels() -> None:
    assert len(MAJOR_GROUPS) == 10
    stated = {
        "1": 4,
        "14": 3,
        "1411": 3,
        "2": 4,
        "33": 3,
        "4": 2,
        "72": 2,
        "92": 1,
        "01": 4,
        "0210": 2,
        "03": 1,
    }
    assert {code: skill_level(code) for code in stated} == stated
    with pytest.raises(ParameterError, match="levels 1, 2 and 4"):
        skill_level("0")
    assert is_skilled("3115") and not is_skilled(4110) and not is_skilled("01")
