"""Names in Greek and other scripts as file names; commands that a shell takes as they are shown."""

from __future__ import annotations

import re
import shlex
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.workbench import file_names, parameters, reports


@pytest.mark.parametrize(
    ("greek", "latin"),
    [
        ("Τουρισμός", "Tourismos"),
        ("Αυτοαπασχόληση", "Aftoapascholisi"),
        ("Εύβοια", "Evvoia"),
        ("Μπάφρα", "Bafra"),
        ("Αμπελόκηποι", "Ampelokipoi"),
        ("Άγγελος Ψαρρός", "Angelos Psarros"),
        ("ΘΕΣΣΑΛΙΑ", "THESSALIA"),
        ("Θεσσαλία", "Thessalia"),
        ("ΕΥΡΩΠΗ", "EVROPI"),
        ("Ταΰγετος", "Taygetos"),
        ("Kraków", "Krakow"),
    ],
)
def test_greek_is_read_as_on_road_signs(greek: str, latin: str) -> None:
    assert file_names.romanised(greek) == latin
    assert file_names.romanised(unicodedata.normalize("NFD", greek)) == latin


def test_a_consultation_is_recognised_by_the_name_of_its_report() -> None:
    named = [
        reports.edition_name({"consultation": c}) for c in ("Τουρισμός 2026", "Αλιεία 2026", "Τουρισμος 2026")
    ]
    assert [n.rpartition("_")[0] for n in named] == ["Tourismos-2026", "Alieia-2026", "Tourismos-2026"]
    assert len(set(named)) == 3


def test_plain_names_are_what_they_were() -> None:
    """Names that reports have in people's folders already."""
    values = ["", "example", "EL42", 4000000.0, 3000, 20260101]
    assert (
        reports.edition_name({f"p{k}": v for k, v in enumerate(values)})
        == "example_EL42_4000000.0_3000_20260101_3202ed08"
    )
    assert reports.edition_name({"country": "EL", "year": None}) == "EL"


@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=3),
    st.lists(st.text(max_size=60), min_size=1, max_size=3),
)
def test_any_name_is_safe_and_its_own(one: list[str], other: list[str]) -> None:
    first, second = file_names.joined(one), file_names.joined(other)
    assert re.fullmatch(r"(?!\.)[A-Za-z0-9._-]{0,89}", first)
    same = [[unicodedata.normalize("NFC", p) for p in parts] for parts in (one, other)]
    assert (first == second) == (same[0] == same[1])


@pytest.mark.parametrize("name", ["Τουρισμός 2026", "it's $HOME; `id`", "", "EL", "a\nb"])
def test_the_command_on_a_page_can_be_typed_as_it_stands(name: str) -> None:
    command = reports._command("codesign", {"consultation": name, "year": None})
    words = shlex.split(command)
    assert words[:3] == ["almpo", "report", "codesign"]
    assert parameters.split(words[4::2]) == {"consultation": name, "year": "latest"}


def test_a_plain_command_has_no_quotes() -> None:
    assert reports._command("brief", {"country": "IT"}) == "almpo report brief -p country=IT"
