"""Stocks added up to a coarser level: nothing is lost, nothing unknown becomes a number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit.matching.balance.coarser_stocks import coarser
from almpo_kit.matching.balance.local_balance import balance
from almpo_kit.vocabulary.errors import DesignError, ParameterError


def stocks(**change: object) -> pd.DataFrame:
    rows = {
        "geo": ["EL301", "EL302", "EL301", "EL411", "EL3"],
        "occupation": ["2511", "2512", "5120", "5120", "5120"],
        "unemployed": [10.0, 20, 40, 80, 5],
        "vacancies": [1.0, 2, 4, 8, 3],
        "source": "register",
    }
    return pd.DataFrame(rows | change)


def test_sums_are_kept_and_what_is_too_coarse_is_told() -> None:
    found = coarser(stocks().drop(index=4), isco_digits=2)
    assert found[["geo", "occupation", "unemployed", "vacancies"]].to_numpy().tolist() == [
        ["EL30", "25", 30, 3],
        ["EL30", "51", 40, 4],
        ["EL41", "51", 80, 8],
    ]
    apart = stocks(geo=["EL301", "EL302", "EL301", "EL411", "EL5"])
    assert coarser(apart).attrs["left_out"] == {
        "unemployed of a coarser or unknown code": 5.0,
        "vacancies of a coarser or unknown code": 3.0,
    }


def test_a_sum_with_a_suppressed_part_is_not_known() -> None:
    kept_back = stocks(unemployed=[10, np.nan, 40, 80, 5], suppressed=[False, True, False, False, False])
    found = coarser(kept_back.drop(index=4), isco_digits=1).set_index(["geo", "occupation"])
    assert np.isnan(found.loc[("EL30", "2"), "unemployed"]) and found.loc[("EL30", "2"), "suppressed"]
    assert found.loc[("EL30", "5"), "unemployed"] == 40 and not found.loc[("EL30", "5"), "suppressed"]


def test_refusals_name_the_way_out() -> None:
    with pytest.raises(DesignError, match="'EL3' and 'EL301'"):
        coarser(stocks())
    with pytest.raises(DesignError, match="coarser level"):
        coarser(stocks(occupation=list("25559")).drop(index=4), isco_digits=3)
    with pytest.raises(ParameterError, match="isco_digits is 1 to 4"):
        coarser(stocks(), isco_digits=5)


def test_whole_regions_of_a_balance() -> None:
    found = balance(coarser(stocks().drop(index=4)))
    whole = found.by_region().set_index("geo")
    assert whole.loc["EL30", "vacancies_per_100"] == pytest.approx(10)
    assert whole["unemployed"].sum() == 150 and set(whole["source"]) == {"register"}
