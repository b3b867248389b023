"""What a panel expects: its numbers, its refusals, who can be seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import codesign
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from tests.codesign.beliefs.panels import ANONYMOUS, PLAN, judged, normal


def test_a_panel_of_one_mind_is_that_mind() -> None:
    found = codesign.beliefs(judged(normal(10, 4, 12)), PLAN, "courses_24m")
    assert found.median == pytest.approx(10, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((10 - 5.126206, 10 + 5.126206), abs=1e-5)
    assert found.disagreement == pytest.approx(0, abs=1e-9)
    assert (found.panel_low, found.panel_high) == pytest.approx((10, 10), abs=0.05)
    assert found.chance_above_zero == pytest.approx(0.99379, abs=1e-5)
    assert found.headline is not None
    assert found.headline.level == 0.8


def test_disagreement_is_in_the_range_of_the_linear_pool_only() -> None:
    rows = judged(normal(2, 1, 10) + normal(20, 1, 10))
    linear = codesign.beliefs(rows, PLAN, "courses_24m")
    averaged = codesign.beliefs(rows, PLAN, "courses_24m", pooling="quantiles")
    assert linear.high - linear.low > 17
    assert averaged.high - averaged.low == pytest.approx(2 * 1.2815516, abs=1e-5)
    assert linear.disagreement > 0.95
    assert "difference between persons" in linear.sentence


def test_weights_and_later_rounds_count() -> None:
    rows = judged(normal(0, 2, 10) + normal(10, 2, 10))
    weights = pd.Series([0.0] * 10 + [1.0] * 10, index=[f"A{k:03d}" for k in range(20)])
    found = codesign.beliefs(rows, PLAN, "courses_24m", weights=weights)
    assert found.median == pytest.approx(10, abs=1e-6)
    assert found.effective == pytest.approx(10)
    later = pd.concat([rows, judged(normal(5, 2, 15), round=2)])
    found = codesign.beliefs(later, PLAN, "courses_24m")
    assert found.n == 20
    assert "5 answers are of an earlier round" in " ".join(c.sentence for c in found.checks)
    assert codesign.beliefs(later, PLAN, "courses_24m", round=1).median == pytest.approx(5, abs=0.5)


def test_too_few_are_not_shown_and_few_are_not_a_panel() -> None:
    with pytest.raises(DesignError, match="could be told apart"):
        codesign.beliefs(judged(normal(10, 4, 4)), PLAN, "courses_24m")
    thin = codesign.beliefs(judged(normal(10, 4, 6)), PLAN, "courses_24m")
    assert thin.certainty == "too little to say"
    assert thin.headline is None
    assert "10" not in thin.sentence
    assert set(thin.metrics()) == {"n"}


def test_wrong_answers_are_left_out_and_said() -> None:
    rows = judged([*normal(10, 4, 10), (12.0, 8.0, 20.0), (1.0, 2.0, 3.0)])
    rows = rows[~((rows["participant"] == "A011") & (rows["part"] == "0.9"))]
    found = codesign.beliefs(rows, PLAN, "courses_24m")
    assert found.n == 10
    assert "not in order" in found.failed[0].sentence
    assert any("a low, middle or high value is missing" in c.sentence for c in found.checks)


def test_nobody_is_seen_who_should_not_be() -> None:
    rows = judged(normal(10, 4, 20))
    assert not {"participant", "role"} & set(codesign.beliefs(rows, ANONYMOUS, "courses_24m").individual)
    by_role = codesign.beliefs(judged(normal(10, 4, 18)), PLAN, "courses_24m")
    assert "participant" not in by_role.individual
    # 18 over four roles: two roles of five, two of four.
    assert sorted(by_role.by_role["role"]) == ["employers", "jobseekers"]
    assert (by_role.by_role["n"] == 5).all()


def test_the_few_of_a_small_role_are_not_the_rest_of_those_shown() -> None:
    few = judged(normal(10, 4, 16))
    few["role"] = few["participant"].map(
        lambda p: ("employers", "jobseekers", "ministry")[(int(p[1:]) >= 7) + (int(p[1:]) >= 13)]
    )
    # 7 employers, 6 jobseekers, 3 of a ministry: all without the 13 would be the three.
    assert list(codesign.beliefs(few, PLAN, "courses_24m").by_role["role"]) == ["employers"]


def test_same_seed_same_numbers_and_synthetic_stays() -> None:
    rng = np.random.default_rng(3)
    answers = [(m - 3.0, m, m + 3.0) for m in rng.normal(8, 5, 20).round(1)]
    one, two = (codesign.beliefs(judged(answers), PLAN, "courses_24m", seed=4) for _ in range(2))
    assert (one.panel_low, one.panel_high) == (two.panel_low, two.panel_high)
    made_up = codesign.beliefs(judged(answers, source="SYNTHETIC panel"), PLAN, "courses_24m")
    assert made_up.sentence.startswith("SYNTHETIC")
    assert one.provenance.options["plan"] == PLAN.digest


@pytest.mark.slow
def test_the_interval_of_the_median_covers_other_panels() -> None:
    """Of 60 panels of 30 from one population, its interval holds the population's median about 95 times in 100."""
    from almpo_kit.codesign.beliefs.kernels.curves import Pool, curves
    from almpo_kit.codesign.beliefs.kernels.moments import panel_draws

    rng, ends = np.random.default_rng(5), (-30.0, 50.0)
    hit, panels = 0, 60
    for k in range(panels):
        m = rng.normal(8, 5, 30)
        held = curves(np.column_stack([m - 3, m, m + 3]), ends, "two_piece")
        w = np.full(30, 1 / 30)
        draws = panel_draws(held, w, np.linspace(*ends, 321), np.array([0.5]), 200, k)[:, 0]
        low, high = np.quantile(draws, [0.025, 0.975])
        assert low <= Pool(held, w).quantile(np.array([0.5]))[0] + 0.5
        hit += low <= 8 <= high
    assert hit >= 51


def test_ways_out_are_named() -> None:
    rows = judged(normal(10, 4, 10))
    with pytest.raises(DesignError, match="courses_24m"):
        codesign.beliefs(rows, PLAN, "winter")
    with pytest.raises(ParameterError, match="linear or quantiles"):
        codesign.beliefs(rows, PLAN, "courses_24m", pooling="mean")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="no weight"):
        codesign.beliefs(rows, PLAN, "courses_24m", weights=pd.Series({"A000": 1.0}))
    with pytest.raises(FrameError):
        codesign.beliefs(rows.assign(value=np.inf), PLAN, "courses_24m")
    with pytest.raises(FrameError):
        codesign.beliefs(rows.assign(value=99.0), PLAN, "courses_24m")
