from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.frames import check


def people(**change: object) -> pd.DataFrame:
    rows = {"id": ["a", "b"], "geo": ["EL30", None], "occupation": ["0110", None], "source": "register"}
    return pd.DataFrame(rows | change)


def stocks(**change: object) -> pd.DataFrame:
    rows = {"geo": ["EL30", "EL30"], "occupation": ["25", "51"], "unemployed": [3, 4], "vacancies": [1, 0]}
    return pd.DataFrame(rows | {"source": "register"} | change)


@pytest.mark.parametrize("name", ["seekers", "vacancies"])
def test_what_may_be_left_out_is_added_and_the_rest_kept(name: str) -> None:
    checked = check(people(colour=["red", "blue"]), name)
    assert checked["count"].tolist() == [1.0, 1.0]
    assert checked["occupation"].tolist()[0] == "0110" and checked["text"].isna().all()
    assert checked["colour"].tolist() == ["red", "blue"]


def test_every_problem_of_people_at_once() -> None:
    bad = people(id=["a", "a"], count=[np.nan, -3.0], occupation=[2512.0, np.nan], lon=[200, 1])
    with pytest.raises(FrameError) as caught:
        check(bad, "seekers")
    text = str(caught.value)
    for part in (
        "column 'id': 'a'",
        "column 'count': nan",
        "column 'count': -3.0",
        "'2512.0' breaks a number",
        "200",
    ):
        assert part in text


@pytest.mark.parametrize(
    "bad", [{"geo": ["el30", "EL30"]}, {"occupation": [" ", "25"]}, {"period": "2024/1"}]
)
def test_codes_and_periods_keep_their_form(bad: dict[str, object]) -> None:
    with pytest.raises(FrameError, match=next(iter(bad))):
        check(people(**bad), "vacancies")


def test_a_cell_of_stocks_stands_once_a_period() -> None:
    twice = stocks(occupation="25")
    with pytest.raises(FrameError, match="uniqueness"):
        check(twice, "stocks")
    assert len(check(twice.assign(period=["2024", "2025"]), "stocks")) == 2


def test_a_number_is_missing_only_where_it_was_suppressed() -> None:
    gap = stocks(unemployed=[np.nan, 4])
    with pytest.raises(FrameError) as caught:
        check(gap, "stocks")
    assert str(caught.value).count("row 2") == 1 and "missing unemployed without" in str(caught.value)
    assert check(gap.assign(suppressed=[True, False]), "stocks")["unemployed"].isna().sum() == 1
    for number in (np.inf, -1):
        with pytest.raises(FrameError, match="vacancies"):
            check(stocks(vacancies=[number, 1]), "stocks")
