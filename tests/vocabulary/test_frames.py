from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.horizons import horizon_band
from almpo_kit.vocabulary.provenance import DataVersion, data_versions, is_synthetic, stamp


def indicators(**change: object) -> pd.DataFrame:
    row = {
        "geo": "EL42",
        "nuts_version": "2024",
        "indicator": "unemployment_rate",
        "unit": "PC_ACT",
        "period": "2024",
        "value": 9.1,
        "flag": None,
        "source": "Eurostat lfst_r_lfu3rt",
    }
    return pd.DataFrame([row | change])


def test_a_good_frame_passes_and_keeps_its_stamp() -> None:
    frame = stamp(indicators(), DataVersion("regional_indicators", "2026-1"))
    assert data_versions(check(frame, "indicators")) == (DataVersion("regional_indicators", "2026-1"),)


def test_all_problems_at_once_with_row_and_column() -> None:
    bad = pd.concat([indicators(), indicators(period="2024/3"), indicators(value=float("inf"), geo="el")])
    with pytest.raises(FrameError) as caught:
        check(bad.reset_index(drop=True), "indicators")
    text = str(caught.value)
    assert "row 3, column 'period': '2024/3'" in text
    assert "row 4, column 'value'" in text and "row 4, column 'geo'" in text


def test_missing_column_and_duplicates() -> None:
    with pytest.raises(FrameError, match="column 'flag' is missing"):
        check(indicators().drop(columns="flag"), "indicators")
    with pytest.raises(FrameError):
        check(pd.concat([indicators(), indicators()], ignore_index=True), "indicators")


def test_synthetic_is_seen_in_the_stamp_and_in_the_rows() -> None:
    assert not is_synthetic(indicators())
    assert is_synthetic(stamp(indicators(), DataVersion("toy", "1", kind="synthetic")))
    # attrs do not survive everything; the rows still tell.
    assert is_synthetic(indicators(source="SYNTHETIC world 1"))


def test_stamp_survives_filtering_but_not_silently_merging() -> None:
    frame = stamp(indicators(), DataVersion("a", "1"))
    assert data_versions(frame[frame["value"] > 0], None) == (DataVersion("a", "1"),)


def test_horizon_bands_need_an_origin_at_entry() -> None:
    effects = pd.DataFrame(
        {
            "horizon_months": [0, 12, 13, 24, 25, 12, 12, None],
            "horizon_from": ["start", "random_assignment", "start", "start", "start", "end", None, "start"],
        }
    )
    no = "not_comparable"
    assert list(horizon_band(effects)) == ["short", "short", "medium", "medium", "long", no, no, no]


def test_estimands_are_checked_where_they_are_and_need_not_be() -> None:
    effects = sources.effects().head(3)
    assert len(check(effects.drop(columns=["estimand", "estimand_source", "take_up"]), "effects")) == 3
    with pytest.raises(FrameError) as caught:
        check(effects.assign(estimand="tot", take_up=[0.5, 1.5, None]), "effects")
    assert "row 2, column 'estimand': 'tot'" in str(caught.value)
    assert "row 3, column 'take_up': 1.5" in str(caught.value)


@pytest.mark.parametrize("period", ["2024", "2024-Q4", "2024-01", "2024-12"])
def test_years_quarters_and_months_are_periods(period: str) -> None:
    assert check(indicators(period=period), "indicators")["period"].tolist() == [period]


@pytest.mark.parametrize("period", ["24", "2024-Q5", "2024-13", "2024-00", "2024-1", "2024-01-01"])
def test_other_dates_are_not(period: str) -> None:
    with pytest.raises(FrameError, match="period"):
        check(indicators(period=period), "indicators")


def test_columns_on_two_levels_are_refused() -> None:
    frame = pd.concat({"a": indicators()}, axis=1)
    with pytest.raises(FrameError, match=r"2 levels, e.g. \('a', 'geo'\).*get_level_values"):
        check(frame, "indicators")
    with pytest.raises(FrameError, match="2 levels"):
        check(pd.concat({"a": pd.DataFrame({"id": ["1"]})}, axis=1), "seekers")


@pytest.mark.parametrize(
    ("index", "row"),
    [
        ([7, 9_999_999], 10_000_001),
        ([7, 10_000_000], 3),
        ([7, 2**62], 3),
        (np.array([7, 2**64 - 1], dtype="uint64"), 3),
        (np.array([3, 250], dtype="uint8"), 252),
        (np.array([3, 127], dtype="int8"), 129),
    ],
)
def test_numbers_that_no_file_has_are_not_its_rows(index: object, row: int) -> None:
    frame = pd.concat([indicators(), indicators(geo="el")])
    frame.index = pd.Index(index)
    with pytest.raises(FrameError, match=f"row {row}, column 'geo'"):
        check(frame, "indicators")
