"""Nothing in an overlap is about fewer than ten people."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.evaluation.support.histogram import spread_out
from almpo_kit.evaluation.support.overlap import overlap
from almpo_kit.evaluation.support.staying import staying, who_is_left

from ..made_samples import made
from .people import chosen, design


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 300), st.floats(0.2, 5))
def test_every_bin_holds_ten_people_or_none(seed: int, n: int, a: float) -> None:
    p = np.random.default_rng(seed).beta(a, 1.5, n)
    bins = spread_out(p, np.ones(n))
    if n < 10:
        assert not len(bins)
        return
    counts = bins["share"] * n
    assert ((counts < 1e-9) | (counts > 9.5)).all()
    assert bins["share"].sum() == pytest.approx(1)
    assert (bins["low"].to_numpy()[1:] == bins["high"].to_numpy()[:-1]).all()
    assert bins["low"].iloc[0] == 0 and bins["high"].iloc[-1] == 1


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10_000), st.sampled_from(["att", "ate"]), st.sampled_from(["counterparts", "crump", 0.05])
)
def test_no_arm_loses_fewer_than_ten(seed: int, estimand: str, rule: Any) -> None:
    sample = made(300, arms=3, seed=seed)
    rng = np.random.default_rng(seed)
    raw = rng.dirichlet([1.0, 1.0, 1.0], 300)
    stay = staying(sample, raw, rule, estimand)
    lost = np.bincount(sample.arm[~stay.kept], minlength=3)
    assert ((lost == 0) | (lost >= 10)).all()
    table, _ = who_is_left(sample, stay.kept)
    assert table["kept"].notna().all()


def test_rare_categories_are_judged_but_not_told() -> None:
    people = chosen(800)
    rare = people.index[people["treatment"] == "training"][:4]
    people["rare"] = "no"
    people.loc[rare, "rare"] = "yes"
    people.loc[people.index[people["treatment"] == "no programme"][:200], "rare"] = "yes"
    plan = design(people, covariates={"age": "confounder", "before": "history", "rare": "confounder"})
    found = overlap(plan, learner="linear")
    row = found.table.query("covariate == 'rare'").iloc[0]
    assert np.isnan(
        [row["mean_arm"], row["mean_comparison"], row["difference_before"], row["ks_after"]]
    ).all()
    assert row["judged"] in ("alike", "differs", "far apart")
    assert not found.table.query("covariate == 'age'")["mean_arm"].isna().any()


def test_small_numbers_of_people_are_in_no_sentence() -> None:
    people = chosen(400, pull=2.0, share=0.1)
    plan = design(people)
    found = overlap(plan, learner="linear", override="to see what it says" if plan.stopped else "")
    told = " ".join([found.sentence, *(c.sentence for c in found.checks)])
    assert not re.search(r"(?<![\d.])[1-9] people", told)
    for table in (found.trimmed, found.details["effective"]):
        counts = table[[c for c in table if c in ("n", "kept", "half_carried_by", "effective_n")]]
        held = counts.to_numpy(dtype=float)
        assert not ((held > 0) & (held < 10)).any()


def test_nothing_shown_has_a_row_a_person() -> None:
    found = overlap(design(chosen(500)), learner="linear")
    tables = [found.table, found.trimmed, *(v for v in found.details.values() if isinstance(v, pd.DataFrame))]
    assert all(len(t) < 100 for t in tables)
    assert "Sample" in repr(found.sample) and len(repr(found.sample)) < 100
    assert folds(found.sample, 2, 0).shape == (len(found.sample),)
