"""Units over periods: the rectangle, who was treated since when, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.evaluation.designs.design import design
from almpo_kit.evaluation.designs.measured import measured
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.vocabulary.errors import DesignError

from .people import regions_over_time, register, status

Change = Callable[[pd.DataFrame], pd.DataFrame]


def followed(table: pd.DataFrame, **options: Any) -> Design:
    asked: dict[str, Any] = {
        "assignment": "did",
        "period": "month",
        "treated_from": "start",
        "outcomes": measured("rate", outcome="local_unemployment_rate", unit="percentage_points", scale=1),
    }
    return design(table, **(asked | options))


def test_rectangle() -> None:
    table, _ = regions_over_time()
    found = followed(table)
    panel = found.sample.panel
    assert panel is not None
    assert panel.outcome.shape == (24, 12)
    assert panel.periods[:2] == ("2022-01", "2022-02")
    assert panel.months_per_period == 1
    assert panel.treated_from.tolist() == [6] * 12 + [-1] * 12
    assert panel.arm.tolist() == [1] * 12 + [0] * 12
    assert panel.units[0] == "EL00"
    assert panel.outcome[3, 4] == table.query("id == 'EL03' and month == '2022-05'")["rate"].item()
    assert found.plan.arms == ("not yet treated", "programme")
    assert found.table["first_start"].tolist() == ["", "2022-07"]
    assert found.table["persons"].tolist() == [12, 12]
    assert status(found, "balanced") == "passed"
    assert found.sample.clustered, "rows of one unit are one cluster"


def test_shuffled_rows_give_the_same_panel() -> None:
    table, _ = regions_over_time()
    a = followed(table).sample.panel
    b = followed(table.sample(frac=1, random_state=3)).sample.panel
    assert a is not None
    assert b is not None
    assert np.array_equal(a.outcome, b.outcome)
    assert np.array_equal(a.treated_from, b.treated_from)


@pytest.mark.parametrize(
    ("periods", "months"),
    [
        (lambda m: m.str[:4].astype(int) * 0 + m.str[5:].astype(int) + 2000, 12.0),
        (lambda m: m.str[5:].astype(int), 1.0),
        (lambda m: (2000 + m.str[5:].astype(int)).astype(str) + "-Q1", 3.0),
        (lambda m: pd.to_datetime(m), 1.0),
    ],
)
def test_kinds_of_periods(periods: Callable[[pd.Series], pd.Series], months: float) -> None:
    table, _ = regions_over_time()
    table["start"] = periods(table["start"].fillna("2022-01")).where(table["start"].notna())
    table["month"] = periods(table["month"])
    panel = followed(table).sample.panel
    assert panel is not None
    assert panel.months_per_period == months
    assert panel.treated_from.max() == 6
    assert (panel.treated_from < 0).sum() == 12


def test_never_may_be_written_as_zero_or_after_the_end() -> None:
    table, _ = regions_over_time()
    table["month"] = table["month"].str[5:].astype(int)
    table["start"] = np.where(table["start"].isna(), 0, 7)
    panel = followed(table).sample.panel
    assert panel is not None
    assert (panel.treated_from < 0).sum() == 12
    late = table.assign(start=table["start"].replace(0, 99))
    panel = followed(late).sample.panel
    assert panel is not None
    assert (panel.treated_from < 0).sum() == 12


def test_named_arms_may_change_when_the_programme_starts() -> None:
    table, _ = regions_over_time()
    treated = table["start"].notna() & (table["month"] >= "2022-07")
    named = table.assign(treatment=np.where(treated, "youth guarantee", "none"))
    panel = followed(named, comparison="none").sample.panel
    assert panel is not None
    assert panel.arm.tolist() == [1] * 12 + [0] * 12
    throughout = table.assign(treatment=np.where(table["start"].notna(), "youth guarantee", "none"))
    same = followed(throughout, comparison="none").sample.panel
    assert same is not None
    assert np.array_equal(panel.arm, same.arm)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.drop(columns="id"), "needs a column 'id'"),
        (lambda d: pd.concat([d, d.iloc[:1]]), "stand together again"),
        (lambda d: d.assign(start=np.where(d.index == 0, "2022-03", d["start"])), "changes over time"),
        (lambda d: d.assign(month=np.where(d.index == 0, "first", d["month"])), "mixes periods"),
        (lambda d: d.assign(month=d["month"].where(d.index > 0)), "is empty in fewer than 10 rows"),
        (lambda d: d.assign(start="summer"), "is no period"),
        (lambda d: d.assign(start=None), "no unit is treated"),
        (lambda d: d.assign(start="2022-01"), "no time before"),
        (lambda d: d.assign(start="2022-07"), "nobody to compare with"),
        (lambda d: d[d["month"] == "2022-01"], "."),
        (lambda d: d.assign(rate=np.inf), "infinite"),
    ],
)
def test_refused(change: Change, said: str) -> None:
    table, _ = regions_over_time()
    with pytest.raises(DesignError, match=said):
        followed(change(table))


def test_two_programmes_in_one_unit_are_refused() -> None:
    table, _ = regions_over_time()
    on = table["start"].notna() & (table["month"] >= "2022-07")
    arm = np.where(on & (table["month"] < "2022-10"), "a", np.where(on, "b", "none"))
    with pytest.raises(DesignError, match="two programmes"):
        followed(table.assign(treatment=arm), comparison="none")
    with pytest.raises(DesignError, match="throughout"):
        followed(table.assign(treatment=np.where(table["id"] == "EL23", "a", "none")), comparison="none")


def test_holes_gaps_and_early_starts_are_told() -> None:
    table, _ = regions_over_time()
    holes = table[~((table["id"] == "EL05") & (table["month"] == "2022-03"))]
    assert status(followed(holes), "balanced") == "failed"
    assert status(followed(table[table["month"] != "2022-03"]), "gaps") == "failed"
    early, _ = regions_over_time(first=1)
    assert status(followed(early), "time_before") == "failed"
    always = table.assign(start=np.where(table["id"] == "EL00", "2022-01", table["start"]))
    assert status(followed(always), "always_treated") == "failed"


def test_few_treated_people_are_refused_and_few_regions_are_not() -> None:
    table, _ = regions_over_time(treated=1)
    found = followed(table, assignment="synthetic_control")
    assert found.table["persons"].tolist() == [23, 1]
    people = table.assign(id="person " + table["id"])
    with pytest.raises(DesignError, match="may be people"):
        followed(people)


def test_every_region_treated_has_no_donors() -> None:
    table, _ = regions_over_time(treated=24)
    table["start"] = np.where(table["id"] < "EL12", "2022-07", "2022-09")
    assert status(followed(table), "never_treated") == "informational"
    assert "donors" in followed(table, assignment="synthetic_control").stops


def test_history_is_asked_for_over_time() -> None:
    table, _ = regions_over_time()
    # Every unit is compared with itself before the start: told, and no reason to doubt a roll-out.
    assert status(followed(table), "history") == "informational"


def test_durations_become_part_of_the_sample() -> None:
    people = register().assign(
        months=lambda d: 1 + d.index % 20,
        job=lambda d: d.index % 3 == 0,
        entry=lambda d: np.where((d["treatment"] == "training"), 0.0, np.nan),
    )
    found = design(
        people,
        assignment="timing_of_events",
        comparison="no programme",
        outcomes=measured("months", outcome="job_finding_rate", unit="log_hazard_ratio"),
        covariates={"months_worked": "history"},
        left="months",
        left_to_job="job",
        entered="entry",
    )
    assert found.sample.durations is not None
    assert len(found.sample.durations) == 240
