from __future__ import annotations

import pytest

from almpo_kit.vocabulary.errors import ParameterError, PlaceError
from almpo_kit.workbench.sweeps.expansion import expand, split_each
from almpo_kit.workbench.sweeps.place_names import name_of, regions


def test_groups_of_places() -> None:
    assert len(expand("country=EU27", "MemberState")) == 27
    assert len(expand("place=NUTS2")) == len(set(expand("NUTS2"))) == 244
    assert expand("GR4*") == ("EL41", "EL42", "EL43")
    assert len(expand("EL*")) == 13
    assert expand("EL*, IT") == (*expand("EL*"), "IT")


def test_a_group_is_a_word_like_any_other_where_no_place_is_asked_for() -> None:
    assert expand("EU27", "Text") == ("EU27",)
    assert expand(r"a\,b, c", "Text") == ("a,b", "c")


def test_no_region_begins_so() -> None:
    with pytest.raises(PlaceError, match=r"Did you mean EE\* or EL\* or ES\*"):
        expand("EX*")


def test_regions_are_those_of_the_nuts_workbook(home: object) -> None:
    """Read without pandas here, so compared with the source that reports use."""
    from almpo_kit import sources
    from almpo_kit.regions.panel import regions as official

    listed = official(sources.nuts())
    assert list(regions()) == sorted(listed.index)
    assert name_of("EL") == "Greece" and name_of("EL42") == listed.at["EL42", "name"] and name_of("x") == "x"


def test_names_with_their_values() -> None:
    assert split_each(["country=IT,FR", "year=2023"]) == {"country": ("IT", "FR"), "year": ("2023",)}
    for items, says in (
        (["country"], "not NAME=VALUES"),
        (["country="], "has no value"),
        (["a=1", "a=2"], "given twice"),
    ):
        with pytest.raises(ParameterError, match=says):
            split_each(items)
