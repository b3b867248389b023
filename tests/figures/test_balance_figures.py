"""A balance and a training plan as they are drawn, from real answers."""

from __future__ import annotations

from functools import cache
from xml.etree import ElementTree

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.figures.svg import svg
from almpo_kit.matching.balance.local_balance import Balance, balance
from almpo_kit.matching.balance.stock_counts import stocks
from almpo_kit.matching.programmes.training_plan import TrainingPlan, training_plan
from almpo_kit.vocabulary.finding import Finding


@cache
def answer() -> Balance:
    market = sources.synthetic_labour_market(seed=1, seekers=20_000, vacancies=4_000)
    return balance(stocks(market.seekers, market.vacancies, isco_digits=1), places=sources.nuts())


@cache
def plan(certainty: str) -> TrainingPlan:
    programmes = pd.DataFrame(
        {
            "programme": ["Aide", "Welding"],
            "field": ["09", "07"],
            "occupation": ["2|3", "7"],
            "cost": [4500, 3800],
        }
    ).assign(
        effect=6.0, effect_low=-1.0, effect_high=13.0, lock_in_months=4, capacity=20, certainty=certainty
    )
    return training_plan(answer(), programmes, budget=1e5, draws=20)


def words(finding: Finding, width: int) -> str:
    root = ElementTree.fromstring(svg(finding.plot(width=width)))
    return " ".join(" ".join(t.split()) for t in root.itertext() if t.strip())


def test_tiles_show_numbers_marks_and_nothing_that_is_kept_back() -> None:
    found = answer()
    lettering = words(found, 720)
    assert (
        lettering.count("▲") == 1 + found.counts["scarcer"]
        and lettering.count("▼") == 1 + found.counts["more plentiful"]
    )
    assert "SYNTHETIC" in lettering and "small, kept back" in lettering
    assert f"overall {found.overall:.2f}" in lettering
    assert 'fill="url(#' in svg(found.plot())


def test_the_phone_lists_the_scarcest_first_with_the_region() -> None:
    lettering = words(answer(), 328)
    assert f"Labour scarcer than overall: {answer().counts['scarcer']}" in lettering
    first = answer().table.query("verdict == 'scarcer' and not suppressed").sort_values("tightness").iloc[-1]
    assert f"· {first['name']}" in lettering
    assert "Too little to say:" in lettering and "Upright tick" in lettering


@pytest.mark.parametrize("width", [328, 720])
def test_a_plan_shows_places_worth_and_doubt(width: int) -> None:
    sure, thin = words(plan("low"), width), words(plan("too little to say"), width)
    assert f"{plan('low').n_places} training places" in sure and "low certainty" in sure
    assert "Health and welfare" in sure and "SYNTHETIC" in sure
    assert "too little is known to say that they help" in thin and "sum with an assumed effect" in thin
