from __future__ import annotations

import numpy as np
from scipy.stats import chi2, kstest

from almpo_kit.experiments.assigning.kernels.covariate_distance import distance, whitened


def test_of_two_arms_in_one_block_it_is_that_of_morgan_and_rubin() -> None:
    rng = np.random.default_rng(1)
    x, arm = rng.normal(size=(30, 3)), rng.permutation(np.repeat([0, 1], [12, 18]))
    apart = x[arm == 1].mean(0) - x[arm == 0].mean(0)
    told = 12 * 18 / 30 * apart @ np.linalg.solve(np.cov(x.T), apart)
    mine = distance(whitened(x, np.zeros(30, dtype=int)), arm, np.array([0.4, 0.6]))
    assert np.isclose(mine, told, rtol=1e-10)


def test_it_does_not_depend_on_units_of_measurement_or_doubled_columns() -> None:
    rng = np.random.default_rng(2)
    x, block = rng.normal(size=(60, 2)), np.arange(60) % 4
    arm, shares = rng.integers(0, 3, 60), np.array([0.5, 0.3, 0.2])
    other = np.column_stack([x[:, 0] * 1e6 + 4, x @ [1, -2], x[:, 0] - x[:, 1], np.full(60, 3.0)])
    assert np.isclose(
        distance(whitened(x, block), arm, shares), distance(whitened(other, block), arm, shares)
    )


def test_in_blocks_with_three_arms_it_is_chi_square() -> None:
    rng = np.random.default_rng(3)
    block = np.repeat(np.arange(30), 20)
    x = rng.normal(size=(600, 2)) + block[:, None]
    base = np.tile(np.repeat([0, 1, 2], [10, 6, 4]), 30)
    white, shares = whitened(x, block), np.array([0.5, 0.3, 0.2])
    drawn = [
        distance(
            white,
            base[np.argsort(block + rng.random(600))[np.argsort(np.argsort(block, kind="stable"))]],
            shares,
        )
        for _ in range(800)
    ]
    assert kstest(drawn, chi2(4).cdf).pvalue > 0.01


def test_nothing_varies_within_blocks() -> None:
    block = np.repeat(np.arange(4), 5)
    assert whitened(block[:, None].astype(float), block).shape == (20, 0)
