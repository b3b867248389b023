"""What chance may explain: more at a higher rate, never less than the floor; classes do not depend on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit import regions
from almpo_kit.regions.contexts.sureness import (
    FLOOR,
    SHARE_ALLOWANCE,
    USUAL_SHARE,
    allowance_at,
    chance,
    sureness,
)

from ..conftest import Build, Frames

RATES = st.floats(0, 100)


@pytest.mark.parametrize(
    ("rate", "allowed"), [(8, 1.0), (25, 1.596), (3, 0.629), (0, FLOOR), (50, 1.843), (101, FLOOR)]
)
def test_by_hand(rate: float, allowed: float) -> None:
    # sqrt(25 * 75 / (8 * 92)) = sqrt(1875 / 736) = 1.596
    assert allowance_at(np.array([rate]))[0] == pytest.approx(allowed, abs=5e-4)


def test_the_usual_share_has_its_own_level() -> None:
    at = allowance_at(np.array([100 / 3, 50.0]), SHARE_ALLOWANCE, USUAL_SHARE)
    assert at.tolist() == pytest.approx([2.0, 2 * np.sqrt(2500 / (100 / 3 * 200 / 3))])


@given(RATES, RATES)
def test_laws(a: float, b: float) -> None:
    low, high = sorted((a, b))
    first, last = allowance_at(np.array([low, high]))
    assert first >= FLOOR
    if high <= 50:
        assert first <= last
    assert chance(a, b) == chance(b, a) >= max(first, last)


def test_missing_stays_missing() -> None:
    assert np.isnan(allowance_at(np.array([np.nan])))[0]
    nothing = np.array([[np.nan]])
    assert sureness(nothing, allowance_at(nothing), np.array([[False]])).tolist() == [[0]]


def test_the_class_is_by_the_margin_and_the_sureness_by_the_level(places: pd.DataFrame, build: Build) -> None:
    frames = Frames(
        build({("EL30", "2022"): 25.0, ("EL41", "2022"): 25.5, ("EL42", "2022"): 3.0}),
        places,
        build({("EU27_2020", "2022"): 23.7}),
    )
    found = regions.context(frames.indicators, places, national=frames.national, period="2022")
    by = found.table.set_index("geo")
    # 1.3 above is beyond the margin of 1, and within the 1.6 that chance may explain at 25%; 1.8 is beyond both.
    assert by.loc[["EL30", "EL41"], "unemployment_class"].tolist() == ["high", "high"]
    assert by.loc[["EL30", "EL41", "EL42"], "sureness"].tolist() == ["near the threshold", "clear", "clear"]
    told = regions.profile(
        frames.indicators, places, region="EL30", national=frames.national, period="2022"
    ).sentence
    assert "region of high unemployment against the EU value, but not surely" in told
    # At a low level less is needed, and a margin of the user's own is never undercut.
    low = Frames(build({("EL30", "2022"): 3.0, ("EL41", "2022"): 2.8}), places, build({}))
    graded = [
        regions.context(
            low.indicators, places, national=low.national, period="2022", threshold=2.2, margin=margin
        )
        .table.set_index("geo")["sureness"]
        .loc[["EL30", "EL41"]]
        .tolist()
        for margin in (0.0, 0.9)
    ]
    assert graded == [["clear", "near the threshold"], ["near the threshold", "near the threshold"]]
