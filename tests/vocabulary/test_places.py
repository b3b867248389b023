from __future__ import annotations

import pytest

from almpo_kit.vocabulary.errors import PlaceError
from almpo_kit.vocabulary.places import EU27, is_extra_regio, member_state, normalise, nuts_level


def test_eurostat_spelling() -> None:
    assert normalise("gr42") == "EL42"
    assert normalise("GB") == "UK"
    assert normalise(" fr10 ") == "FR10"


def test_member_states_by_code_or_name() -> None:
    assert len(EU27) == 27
    assert member_state("GR") == member_state("el") == member_state("Greece") == "EL"


@pytest.mark.parametrize("wrong", ["ZZ", "UK", "", "E", "EL42", "Grecia"])
def test_others_are_refused_with_the_list(wrong: str) -> None:
    with pytest.raises(PlaceError, match="AT, BE, BG"):
        member_state(wrong)


def test_nearest_name_is_suggested() -> None:
    with pytest.raises(PlaceError, match="Did you mean DE"):
        member_state("Germny")


def test_levels_and_extra_regio() -> None:
    assert [nuts_level(c) for c in ("EL", "EL4", "EL42", "EL421")] == [0, 1, 2, 3]
    assert is_extra_regio("ELZZ") and not is_extra_regio("EL42")
    with pytest.raises(PlaceError):
        nuts_level("EL4_2")
