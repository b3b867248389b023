"""Units over periods are read as they are; what cannot be one unit's one period is set aside."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.frames import check

TABLE = b"region,quarter,since,rate\nEL30,2020-Q1,,9.5\nEL30,2020-Q2,,9.1\nEL43,2020-Q1,2020-Q2,8.0\n"


def test_one_row_a_unit_and_period_and_the_unit_may_be_called_region() -> None:
    read = sources.read_panel(TABLE, period="quarter", name="regions.csv")
    assert list(read.frame["id"]) == ["EL30", "EL30", "EL43"] and read.set_aside == 0
    assert list(read.frame["quarter"]) == ["2020-Q1", "2020-Q2", "2020-Q1"]
    assert read.frame["since"].isna().sum() == 2 and read.used["id"] == "region"
    assert read.sentence.startswith("3 rows, one a unit and period, taken in from regions.csv")
    check(read.frame, "unit_periods")
    with pytest.raises(FrameError, match="id"):
        check(read.frame, "persons")


def test_two_different_rows_of_one_period_are_both_set_aside_and_repeats_taken_once() -> None:
    read = sources.read_panel(TABLE + b"EL30,2020-Q1,,4.0\nEL43,2020-Q1,2020-Q2,8.0\n", period="quarter")
    assert list(read.frame["rate"]) == [9.1, 8.0]
    assert read.set_aside == 2 and "id and quarter" in " ".join(read.table["problem"])


def test_a_period_that_is_no_column_is_refused_by_name() -> None:
    with pytest.raises(ParameterError, match="did you mean 'quarter'"):
        sources.read_panel(TABLE, period="quartr")
    with pytest.raises(sources.IntakeError, match="Rename a heading to 'id'"):
        sources.read_panel(TABLE.replace(b"region", b"zone"), period="quarter")


def test_arms_stand_in_words() -> None:
    table = pd.read_csv(BytesIO(TABLE)).assign(treatment=["none", "none", "counselling"])
    read = sources.read_panel(table.to_csv(index=False).encode(), period="quarter")
    assert list(read.frame["treatment"]) == ["none", "none", "counselling"]
