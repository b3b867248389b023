"""Known truth: do the 95% intervals hold it 95 times in a hundred?

Seeded, on the kernels. With 500 draws the Monte-Carlo standard error is one point.
"""

from __future__ import annotations

import numpy as np

from almpo_kit.evidence.kernels.blocks import blocks
from almpo_kit.evidence.kernels.intervals import average, critical
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.tau2 import between
from almpo_kit.evidence.kernels.three_level import fit

DRAWS, TRUTH = 500, 2.0


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
