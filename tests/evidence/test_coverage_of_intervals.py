"""Known truth: do the 95% intervals hold it 95 times in a hundred?

Seeded, on the kernels. The two quick tests take 500 draws (Monte-Carlo standard error: one point). The slow ones
take 5,000 from each of twelve hard worlds, the first of which metafor and clubSandwich were given as well
(``tests/reference/coverage_pins.R``).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from coverage_worlds import TRUTH, WORLDS, Draw, World, draws

from almpo_kit.evidence.kernels.blocks import blocks
from almpo_kit.evidence.kernels.intervals import average, critical
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.tau2 import between
from almpo_kit.evidence.kernels.three_level import fit

DRAWS = 500
PINS = Path(__file__).parents[1] / "reference" / "coverage_pins.json"


@pytest.fixture(scope="module")
def coverage_pins() -> dict[str, Any]:
    """What metafor and clubSandwich covered on the same worlds."""
    return json.loads(PINS.read_text())


def test_hksj_holds_its_level_where_dl_wald_does_not():
    rng = np.random.default_rng(20)
    held = {"hksj": 0, "wald": 0}
    for _ in range(DRAWS):
        v = rng.uniform(0.5, 1.5, 6) ** 2
        y = TRUTH + rng.normal(0, 1, 6) + rng.normal(0, np.sqrt(v))
        for interval, method in (("hksj", "REML"), ("wald", "DL")):
            a = average(y, v, between(y, v, method).tau2, interval, 0.95)
            held[interval] += a.low <= TRUTH <= a.high
    assert 0.925 <= held["hksj"] / DRAWS <= 0.975
    assert held["wald"] / DRAWS < held["hksj"] / DRAWS - 0.015


def test_cr2_holds_its_level_with_uneven_samples_and_shared_sampling_error():
    rng = np.random.default_rng(21)
    held = naive = 0
    for _ in range(DRAWS):
        study = np.repeat(np.arange(15), rng.integers(1, 12, 15))
        se = rng.uniform(0.3, 1.2, 15)[study]
        # Sampling errors of one sample correlate at 0.6, which the working model does not know.
        error = se * (np.sqrt(0.6) * rng.normal(size=15)[study] + np.sqrt(0.4) * rng.normal(size=len(study)))
        y = TRUTH + rng.normal(0, 0.7, 15)[study] + rng.normal(0, 0.4, len(study)) + error
        b = blocks(y, se**2, np.ones((len(y), 1)), study)
        f = fit(b)
        r = cr2(b, f)
        reach = critical(0.95, float(r.df[0])) * float(np.sqrt(r.covariance[0, 0]))
        held += abs(f.beta[0] - TRUTH) <= reach
        w = 1 / se**2
        naive += abs(w @ y / w.sum() - TRUTH) <= 1.96 / np.sqrt(w.sum())
    assert 0.925 <= held / DRAWS <= 0.975
    assert naive / DRAWS < 0.75


@cache
def covered(world: World, count: int) -> dict[str, np.ndarray]:
    """For each draw of a world: whether our interval and DL–Wald's hold the truth, the mean, and the df."""
    rows = [_many(d) if world.many else _one(d) for d in draws(world, count)]
    names = ("held", "dl_wald_held", "mean", "df")
    return dict(zip(names, np.array(rows, dtype=float).T, strict=True))


def _dl_wald(d: Draw) -> bool:
    a = average(d.y, d.se**2, between(d.y, d.se**2, "DL").tau2, "wald", 0.95)
    return a.low <= TRUTH <= a.high


def _one(d: Draw) -> tuple[bool, bool, float, float]:
    a = average(d.y, d.se**2, between(d.y, d.se**2, "REML").tau2, "hksj", 0.95)
    return a.low <= TRUTH <= a.high, _dl_wald(d), a.mean, a.df


def _many(d: Draw) -> tuple[bool, bool, float, float]:
    b = blocks(d.y, d.se**2, np.ones((len(d.y), 1)), d.study)
    f = fit(b)
    r = cr2(b, f)
    mean, df = float(f.beta[0]), float(r.df[0])
    reach = critical(0.95, df) * float(np.sqrt(r.covariance[0, 0]))
    return abs(mean - TRUTH) <= reach, _dl_wald(d), mean, df


@pytest.mark.parametrize("world", WORLDS, ids=lambda w: w.name)
def test_the_worlds_drawn_here_are_those_that_r_was_given(world: World, coverage_pins):
    """The first means agree with metafor's, so the draws do; and they are the same method."""
    mine = covered(world, 5)["mean"]
    assert mine == pytest.approx(coverage_pins["worlds"][world.name]["first_means"], rel=2e-4)


def share(held: np.ndarray) -> str:
    """Share that held the truth, in words."""
    return f"{held.mean():.1%} of {len(held)}" if len(held) else "none"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("world", WORLDS, ids=lambda w: w.name)
def test_intervals_hold_their_level_in_hard_worlds(world: World, coverage_pins, capsys):
    """5,000 draws: Monte-Carlo standard error 0.3 points at 95%.

    CR2 is asked for 93 to 97% wherever it has four degrees of freedom; the other worlds are listed and
    held to metafor and clubSandwich on the same draws. HKSJ with ten studies of very unequal precision and
    little heterogeneity covers about 92%, there as here: it is the estimate of tau2 that fails.
    """
    found = covered(world, 5_000)
    held, enough, naive = found["held"].astype(bool), found["df"] >= 4, found["dl_wald_held"].mean()
    with capsys.disabled():
        print(
            f"\n{world.name:>12}: df ≥ 4: {share(held[enough])}; df < 4: {share(held[~enough])}; "
            f"mean df {found['df'].mean():.1f}; DL–Wald {naive:.1%}"
        )
    if world.many:
        assert naive < 0.7, "the usual interval fails"
        assert world.studies < 10 or 0.93 <= held[enough].mean() <= 0.97
        assert world.studies >= 10 or (~enough).all(), "a world meant for few degrees of freedom"
    elif world.between == 1.0:
        assert naive < held.mean()
    theirs = coverage_pins["worlds"][world.name]
    n = theirs["draws"]
    assert theirs["failed"] <= 0.01 * n
    assert abs(held[:n].mean() - theirs["held"] / (n - theirs["failed"])) <= 0.005
