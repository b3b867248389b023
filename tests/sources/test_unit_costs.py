"""What programmes cost: every figure can be traced, and no two bases or currencies are mixed up."""

from __future__ import annotations

import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import data_versions

#: Averages of the daily reference rates of the European Central Bank, pounds a euro (258 days each).
RATES = {("GBP", 2010): 0.85784, ("GBP", 2021): 0.85960}


def test_every_figure_can_be_traced() -> None:
    costs = sources.unit_costs()
    assert len(costs) == 16 and costs["cost_id"].is_unique
    assert set(costs["programme_type"]) <= set(PROGRAMME_TYPES)
    assert set(costs["country"]) <= set(PLACE_NAMES)
    assert costs["url"].str.startswith("http").all()
    assert costs[["source", "checked", "covers", "note"]].notna().all().all()
    assert costs["amount"].between(100, 100_000).all()
    assert data_versions(costs)[0].dataset == "unit_costs"


def test_bases_and_kinds_are_said() -> None:
    costs = sources.unit_costs()
    assert set(costs["basis"]) == {"per participant", "per participant and year"}
    derived = costs[costs["kind"] == "derived"]
    assert derived["note"].str.contains("divided by us").all()
    assert set(costs["kind"]) == {"average", "planned", "ceiling", "derived"}


def test_euro_are_at_the_rate_of_the_year() -> None:
    for row in sources.unit_costs().itertuples():
        if row.year != row.year:
            assert row.unit_cost_eur != row.unit_cost_eur
            continue
        rate = 1.0 if row.currency == "EUR" else RATES[row.currency, int(row.year)]
        assert row.eur_rate == rate
        assert row.unit_cost_eur == pytest.approx(row.amount / rate, abs=0.5)
