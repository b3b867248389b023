"""The long monthly series of the United States: coverage, errors, turning points, speed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.matching import LabourCycle, cycle
from almpo_kit.matching.cycle import timeline
from almpo_kit.matching.cycle.presets import PRESETS

SHARED = Path(os.environ.get("ALMPO_SHARED") or Path(__file__).parents[4] / "shared")
FILE = SHARED / "data/cycle/us_unemployment_vacancies_monthly_1951.xlsx"

#: Business cycle peaks and troughs of the NBER's dating committee, months.
PEAKS = ["1953-07", "1957-08", "1960-04", "1969-12", "1973-11", "1981-07", "1990-07", "2001-03", "2007-12"]
TROUGHS = ["1954-05", "1958-04", "1961-02", "1970-11", "1975-03", "1982-11", "1991-03", "2001-11", "2009-06"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def american() -> LabourCycle:
    if not FILE.is_file():
        pytest.skip(f"{FILE.name} is not here")
    return cycle(sources.read_us_beveridge(FILE), country="US")


def test_fans_hold_what_they_say(american: LabourCycle) -> None:
    """Tight: the block-bootstrap interval holds the level, and the share lies within 2.5 points of it."""
    for row in american.coverage.to_dict("records"):
        assert row["low"] <= row["level"] <= row["high"], row
        assert abs(row["covered"] - row["level"]) < 0.025, row
        assert row["n_origins"] > 700


def test_the_combination_beats_naive_and_ar_at_every_horizon(american: LabourCycle) -> None:
    table = american.backtest.pivot_table(index=["series", "horizon"], columns="model", values="relative")
    assert (table["combination"] < 0.96).all() and (table["rule"] < 0.97).all()
    assert (table["combination"] < table["ar"]).all()
    high = american.backtest[american.backtest["model"] == "combination"]["relative_high"]
    assert (high < 1).all(), "the interval stays below one"


def test_turns_of_tightness_go_with_the_dated_recessions(american: LabourCycle) -> None:
    """Tightness peaks up to two years before a recession starts and bottoms out within two years of its end."""
    turns = american.history[american.history["turn"] != ""]
    at = {
        k: np.array([timeline.position(p) for p in turns.loc[turns["turn"] == k, "period"]])
        for k in ("peak", "trough")
    }
    for peak in PEAKS:
        lead = timeline.position(peak) - at["peak"]
        assert ((lead >= 0) & (lead <= 26)).any(), peak
    for trough in TROUGHS:
        lag = at["trough"] - timeline.position(trough)
        assert ((lag >= -1) & (lag <= 24)).any(), trough
    assert len(at["peak"]) == 10 and len(at["trough"]) == 10


def test_presets_are_what_the_series_shows(american: LabourCycle) -> None:
    """Sizes of the presets, reckoned again from the turning points."""
    h = american.history.reset_index(drop=True)
    turns = h[h["turn"] != ""]
    falls = [
        [b[c] / a[c] - 1 for c in ("unemployment_rate", "job_vacancy_rate")]
        for (_, a), (_, b) in zip(turns.iterrows(), turns.iloc[1:].iterrows(), strict=False)
        if a["turn"] == "peak"
    ]
    low, high = np.quantile(falls, [0.25, 0.75], axis=0)
    mild, deep = PRESETS["mild_recession"], PRESETS["deep_recession"]
    assert (mild.unemployed_change, mild.vacancies_change) == (round(low[0], 2), round(high[1], 2))
    assert (deep.unemployed_change, deep.vacancies_change) == (round(high[0], 2), round(low[1], 2))
    first = pd.DataFrame(
        [
            {c: h[c].iloc[i + 12] / h[c].iloc[i] - 1 for c in ("unemployment_rate", "job_vacancy_rate")}
            for i in turns.index[turns["turn"] == "trough"]
            if i + 12 < len(h)
        ]
    ).median()
    recovery = PRESETS["recovery"]
    assert recovery.unemployed_change == pytest.approx(first["unemployment_rate"], abs=0.006)
    assert recovery.vacancies_change == pytest.approx(first["job_vacancy_rate"], abs=0.006)


def test_it_takes_seconds() -> None:
    if not FILE.is_file():
        pytest.skip(f"{FILE.name} is not here")
    rows = sources.read_us_beveridge(FILE)
    start = time.perf_counter()
    cycle(rows, country="US")
    assert time.perf_counter() - start < 30
