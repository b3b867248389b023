"""Slow: how often intervals hold, and how often a shown gain has the wrong sign, in labour markets with a known truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from almpo_kit.recommendation import gain_model

from .gain_worlds import TYPES, Market, market, programmes

SIGN = {"high": 1, "low": -1}


@dataclass
class Tally:
    """Counts over worlds."""

    held: int = 0
    told: int = 0
    refused: int = 0
    shown: int = 0
    wrong: int = 0
    people_held: int = 0
    people_told: int = 0
    same: int = 0

    @property
    def coverage(self) -> float:
        """Share of intervals by programme and labour market that hold the truth."""
        return self.held / max(self.told, 1)


def tally(worlds: int, **options: Any) -> Tally:
    """Fit ``worlds`` labour markets."""
    found = Tally()
    for seed in range(worlds):
        m = market(seed=seed, **options)
        model = gain_model(
            m.people,
            evidence=m.evidence if len(m.evidence) else None,
            menu=programmes(),
            unit="points",
            points=64,
        )
        _cells(found, m, model.table[model.table["unemployment_class"] != "unknown"])
        found.same += model.same_for_all is True
        if m.people is not None:
            _people(found, m, model)
    return found


def _cells(found: Tally, m: Market, table: Any) -> None:
    for row in table.itertuples():
        true = m.cells[TYPES.index(row.programme_type), SIGN[row.unemployment_class], SIGN[row.skill_class]]
        found.refused += row.abstains
        if row.abstains:
            continue
        found.told += 1
        found.held += row.low <= true <= row.high
        found.shown += row.low > 0
        found.wrong += row.low > 0 and true < 0


def _people(found: Tally, m: Market, model: Any) -> None:
    people = m.people
    assert people is not None
    u, s = (people.context[c].map(SIGN).to_numpy() for c in ("unemployment_class", "skill_class"))
    true = m.gains(people.features.to_numpy(), u, s)
    gains = model.for_people(people.features, people.context)
    usable = ~gains.abstains[:, 1:]
    found.people_told += int(usable.sum())
    found.people_held += int((((gains.low <= true) & (true <= gains.high))[:, 1:] & usable).sum())


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"studies": 8},
        {"studies": 0, "people": 1500, "slope": 1.0},
        {"studies": 8, "people": 600, "slope": 1.0, "local_classes": ("high",)},
    ],
    ids=["evidence", "people", "both, one class unseen"],
)
def test_intervals_hold(options: dict[str, Any]) -> None:
    found = tally(150, **options)
    # Twelve cells of a world share their errors: 150 worlds leave a standard error of about one point.
    assert found.coverage >= 0.93 - 0.01, found
    if found.people_told:
        assert found.people_held / found.people_told >= 0.93 - 0.01, found


@pytest.mark.slow
def test_thin_data_abstain_or_hardly_ever_err() -> None:
    """Programmes that give nothing on average: gains shown with the wrong sign, as a share of all that could be shown."""
    nothing = tally(60, studies=3, people=60, mean=0.0)
    assert nothing.told == 0 and nothing.refused == 60 * 12
    thin = tally(100, studies=6, people=200, mean=0.0)
    assert thin.wrong / (thin.told + thin.refused) < 0.01, thin


@pytest.mark.slow
def test_in_a_world_without_differences_it_says_the_same_for_all() -> None:
    found = tally(100, studies=0, people=1500, mean=0.0, spread=0.0)
    assert found.same >= 90 and found.coverage >= 0.95
    assert found.shown / found.told < 0.02


@pytest.mark.slow
def test_with_more_data_it_tells() -> None:
    assert np.all(tally(10, studies=8, people=3000, noise=4.0).shown > 60)
