"""Which trial to run first where nothing may be funded: an assumption, told as one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import Portfolio, first_trial, portfolio
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .offers import ASKED, gains, programmes


def thin(given: pd.DataFrame | None = None, **change: Any) -> Portfolio:
    table = gains(abstains=True, reason="two studies") if given is None else given
    return portfolio(programmes(), table, **(ASKED | {"displacement": 0.25, "draws": 200} | change))


@pytest.fixture(scope="module")
def empty() -> Portfolio:
    return thin()


def test_it_names_one_trial_and_says_that_nothing_was_estimated(empty: Portfolio) -> None:
    found = first_trial(empty, prior_sd=5)
    assert found.first == found.table["programme"][0] and found.first in found.sentence
    assert "an assumption and on no evidence" in found.sentence and "within 5 points" in found.sentence
    assert (
        found.certainty == "too little to say" and found.failed[0].name == "assumption in place of evidence"
    )
    pays = found.table["pays_from_eur"]
    assert (pays.diff().dropna() >= 0).all() and len(found.table) == 6
    assert found.table["value_eur"].isna().all(), "nobody said what a job is worth"


def test_thin_numbers_do_not_count(empty: Portfolio) -> None:
    """What was too thin to advise on changes nothing, nor does having no number at all."""
    other = thin(gains(abstains=True, reason="two studies", job_gain=[50.0, 0, 0, 0, 0, 0]))
    none = thin(gains(abstains=True, reason="none").assign(job_gain=np.nan, months_gain=np.nan))
    for mix in (other, none):
        pd.testing.assert_frame_equal(
            first_trial(mix, prior_sd=5).table, first_trial(empty, prior_sd=5).table
        )


def test_value_equals_worlds_drawn_one_by_one(empty: Portfolio) -> None:
    """Truth about zero, a trial of it, a decision by its posterior, displaced gains only, money counted."""
    price, per_arm, r = 150_000.0, 400, np.random.default_rng(5)
    row = first_trial(
        empty, prior_sd=5, per_arm=per_arm, value_of_one=price, years=1, delay_years=0, discount=0
    )
    row = row.table.set_index("programme").loc["Training"]
    truth = r.normal(0, 0.05, 400_000)
    error = np.sqrt(2 * 0.24 / per_arm)
    seen = truth + r.normal(0, error, len(truth))
    keep = 0.05**2 / (0.05**2 + error**2)
    net = truth - 0.25 * np.maximum(truth, 0)
    worth = price * net - 4000
    # The decision knows only what was seen: expected worth by bins of it.
    order = np.argsort(keep * seen)
    groups = worth[order].reshape(400, -1).mean(axis=1)
    assert row["value_eur"] == pytest.approx(800 * np.maximum(groups, 0).mean(), rel=0.03)
    assert row["chance_funded"] == pytest.approx((groups > 0).mean(), abs=0.01)
    assert row["net_eur"] == pytest.approx(row["value_eur"] - 400 * 4000)


def test_it_pays_from_that_value_on(empty: Portfolio) -> None:
    pays = first_trial(empty, prior_sd=5).table.iloc[0]
    for share, worth in ((0.99, False), (1.01, True)):
        found = first_trial(empty, prior_sd=5, value_of_one=share * float(pays["pays_from_eur"]))
        row = found.table.set_index("programme").loc[pays["programme"]]
        assert bool(row["worth_running"]) is worth
        assert (found.first == pays["programme"]) is worth


def test_where_all_is_displaced_no_trial_pays() -> None:
    found = first_trial(thin(displacement=1.0), prior_sd=5)
    assert found.first == "" and np.isinf(found.table["pays_from_eur"]).all()
    assert "whatever an additional job is worth" in found.sentence


def test_a_wider_view_makes_a_trial_worth_more(empty: Portfolio) -> None:
    wide, narrow = (first_trial(empty, prior_sd=s).table["pays_from_eur"][0] for s in (8, 2))
    assert wide < narrow
    mixed = first_trial(empty, prior_sd={"Subsidy": 10, "Training": 1})
    assert mixed.first == "Subsidy" and (mixed.table["reason"] != "").sum() == 4


def test_months_and_unknown_costs() -> None:
    months = thin(gains(abstains=True).drop(columns=["job_gain", "job_se"]), preferences={"months": 1})
    if months.base == "months":
        assert "month in work" in first_trial(months, prior_sd=1).sentence
    table = gains(abstains=True)
    mix = portfolio(programmes(unit_cost_eur=[600, np.nan, 7000, 8000, 9000, 0]), table, **ASKED)
    reasons = first_trial(mix, prior_sd=5).table.set_index("programme")["reason"]
    assert "cost" in reasons["Training"] and "cost" in reasons["Start-up"] and reasons["Subsidy"] == ""
    broke = first_trial(thin(budget=0.0), prior_sd=5)
    assert broke.first == "" and math.isinf(broke.table["pays_from_eur"][0])


def test_the_label_stays_and_bad_questions_are_refused(empty: Portfolio) -> None:
    made = portfolio(programmes(cost_source="SYNTHETIC"), gains(abstains=True), **ASKED)
    assert first_trial(made, prior_sd=5).sentence.startswith("SYNTHETIC")
    for bad in (0, -1, "5", {"Nobody": 3}, {}):
        with pytest.raises(ParameterError, match="prior_sd"):
            first_trial(empty, prior_sd=bad)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="value_of_one"):
        first_trial(empty, prior_sd=5, value_of_one=-1)
    with pytest.raises(ParameterError, match="takes a mix"):
        first_trial("mix", prior_sd=5)  # type: ignore[arg-type]
    with pytest.raises(DesignError, match="value_of_information"):
        first_trial(portfolio(programmes(), gains(), **ASKED), prior_sd=5)
