"""The notebook ``regions`` as a planner gets it: through the command, for a region and for a country."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from made_pages import clean, made

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import parameters

#: Runs made here do not go to the store of whoever runs the tests.
pytestmark = pytest.mark.usefixtures("own_store")


def test_a_region(tmp_path: Path) -> None:
    text, numbers, html = made("regions", tmp_path, "-p", "place=EL42")
    assert "Where does Notio Aigaio (EL42) stand, and which way does it move?" in text
    assert "in 2025 unemployment was 7.3%, 1.3 points above the EU value of 6.0%" in text
    assert "rank 170 of 241 EU regions" in text
    assert "Which regions are comparable with Notio Aigaio (EL42)?" in text
    where = "247 regions of the EU, Iceland, Norway and Switzerland"
    assert f"Moran's I of unemployment over {where} is 0.52" in text.replace("&#x27;", "'")
    assert "Whether a region has many or few skilled jobs is unknown" in text
    assert numbers["context.failed_checks"] >= 1 and numbers["carried.failed_checks"] == 0
    assert clean(text) and html.count("<svg") >= 10
    assert not re.search(r"""(?:src|href)=["']?https?://(?!www\.w3\.org)""", html.partition("<main")[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("IT", "Italy's 21 regions"),
        ("Luxembourg", "Luxembourg"),
        ("FI20", "no unemployment rate for 2025 is held"),
        ("Mayotte", "Mayotte (FRY5), France"),
        ("MT", "Malta"),
    ],
)
def test_every_kind_of_place(tmp_path: Path, place: str, said: str) -> None:
    text, _, _ = made("regions", tmp_path, "-p", f"place={place}")
    assert said in text.replace("&#x27;", "'") and clean(text)


@pytest.mark.slow
@pytest.mark.parametrize("indicator", ["employment_rate", "gdp_per_head_pps", "neet_rate"])
def test_other_figures(tmp_path: Path, indicator: str) -> None:
    text, _, _ = made("regions", tmp_path, "-p", "place=DE21", "-p", f"indicator={indicator}")
    assert "Oberbayern (DE21)" in text and clean(text)


def test_places_are_checked_before_anything_starts() -> None:
    kinds = parameters.declared('place: Place = "EL42"  # a place')
    for typed, code in (("gr42", "EL42"), ("Greece", "EL"), ("it", "IT"), ("Notio Aigaio", "EL42")):
        assert parameters.resolve(kinds, {"place": typed}) == {"place": code}
    for wrong in ("XX1", "EL4", "EL421", "ELZZ", "", "Atlantis"):
        with pytest.raises(ParameterError, match="parameter 'place'"):
            parameters.resolve(kinds, {"place": wrong})
