"""Nothing of the future: calls in real time use the seasons known then; the clock's part is on record."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from almpo_kit.matching.cycle.labour_cycle import cycle
from almpo_kit.matching.cycle.market import TIGHTNESS, market
from almpo_kit.matching.cycle.phases import SHORTEST, called_right
from almpo_kit.matching.cycle.standing import standing

from .worlds import frame

TODAY = datetime.date(2026, 11, 1)


def _seasonal(n: int = 72) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    t = np.arange(n)
    z = 0.3 * np.sin(2 * np.pi * t / 24) + 0.03 * np.cumsum(rng.standard_normal(n))
    # Seasons that fade: what is known of them changes as time goes on.
    season = np.linspace(1.2, 0.0, n) * np.sin(2 * np.pi * t / 4)
    return frame(8 * np.exp(-z), 2 * np.exp(z + season), vacancy_source="SYNTHETIC, NSA")


def test_directions_are_called_with_the_seasons_known_then() -> None:
    of = market(_seasonal(), "EL", None, None, TODAY)
    found = standing(of)
    assert found.basis == TIGHTNESS and of.rates["job_vacancy_rate"].seasonal
    for last in (20, 40, 71):
        then = market(_seasonal(), "EL", None, of.rates["unemployment_rate"].names[last], TODAY)
        np.testing.assert_array_equal(
            then.adjusted("job_vacancy_rate"),
            of.adjusted("job_vacancy_rate", of.rates["job_vacancy_rate"].first + last),
        )
    z = of.adjusted("job_vacancy_rate") - of.adjusted("unemployment_rate")
    asked: list[int] = []

    def seen(t: int) -> np.ndarray:
        asked.append(t)
        return z[: t + 1]

    plain = called_right(z, SHORTEST[4], found.smallest, 4, 12)
    assert called_right(z, SHORTEST[4], found.smallest, 4, 12, seen=seen) == plain
    assert len(asked) == plain[1] == found.called[1]
    # Factors of hindsight would flatter the calls.
    assert found.called[0] <= plain[0] - 5


def test_what_comes_later_changes_nothing() -> None:
    held = _seasonal()
    spoilt = held.copy()
    late = spoilt["period"] > "2012-Q4"
    spoilt.loc[late, "value"] = np.random.default_rng(0).uniform(1, 20, int(late.sum()))
    a, b = (cycle(x, country="EL", until="2012-Q4", today=TODAY) for x in (held, spoilt))
    pd.testing.assert_frame_equal(a.table, b.table)
    pd.testing.assert_frame_equal(a.backtest, b.backtest)


def test_what_the_clock_left_out_is_on_record() -> None:
    held = _seasonal(56)
    days = [datetime.date(2026, 1, 1), datetime.date(2030, 5, 5), datetime.date(2012, 5, 5)]
    early, late, then = (cycle(held, country="EL", today=d, origins=9) for d in days)
    assert early.provenance == late.provenance and early.sentence == late.sentence
    assert early.provenance.options["until"] == ""
    assert then.provenance.options["until"] == "2012-Q2"
    again = cycle(held, country="EL", until="2012-Q2", today=TODAY, origins=9)
    pd.testing.assert_frame_equal(then.table, again.table)


def test_a_direction_seldom_called_right_is_a_failed_check_and_tight_is_against_the_own_past() -> None:
    found = cycle(_seasonal(), country="EL", today=TODAY, origins=9)
    check = next(c for c in found.checks if c.name == "phase_real_time")
    right, tried = standing(market(_seasonal(), "EL", None, None, TODAY)).called
    assert 3 * right < 2 * tried and check.status == "failed" and f"{right} of {tried}" in check.sentence
    assert found.phase == "steady" or "against its own past" in found.sentence
