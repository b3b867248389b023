"""The linear model agrees with scikit-learn, however its columns are laid out and wherever it starts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from almpo_kit.learning.screening.kernels.blocks import Blocks, stacked
from almpo_kit.learning.screening.kernels.logistic import balanced, fit


def world(n: int = 120, words: int = 60, meaning: int = 8, seed: int = 0) -> tuple[Blocks, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = sparse.random(n, words, density=0.2, format="csr", random_state=seed)
    dense = rng.normal(size=(n, meaning)) / 3
    target = (x @ rng.normal(size=words) + dense[:, 0] + rng.normal(size=n) > 0.8).astype(float)
    return Blocks(x, dense), target


@pytest.mark.parametrize("penalty", [0.3, 1.0, 4.0])
def test_coefficients_agree_with_scikit_learn(penalty: float) -> None:
    from sklearn.linear_model import LogisticRegression

    blocks, target = world()
    wide = sparse.hstack([blocks.words, blocks.meaning]).tocsr()
    peer = LogisticRegression(C=1 / penalty, class_weight="balanced", tol=1e-10, max_iter=5000).fit(
        wide, target
    )
    ours = fit(blocks, target, balanced(target), penalty=penalty, tolerance=1e-9)
    assert ours.coefficients == pytest.approx(peer.coef_[0], abs=1e-5)
    assert ours.intercept == pytest.approx(peer.intercept_[0], abs=1e-5)
    assert ours.scores(blocks) == pytest.approx(peer.decision_function(wide), abs=1e-4)


def test_words_and_meaning_in_two_blocks_are_one_wide_matrix() -> None:
    blocks, target = world()
    wide = Blocks(None, np.hstack([blocks.words.toarray(), blocks.meaning]))
    a, b = (fit(x, target, np.ones(len(target)), tolerance=1e-9) for x in (blocks, wide))
    assert a.coefficients == pytest.approx(b.coefficients, abs=1e-6)
    both = stacked(blocks, blocks)
    assert both.times(a.coefficients) == pytest.approx(np.tile(blocks.times(a.coefficients), 2))
    residual = np.arange(float(len(both)))
    assert both.back(residual) == pytest.approx(residual @ np.vstack([wide.meaning, wide.meaning]))


def test_where_it_starts_does_not_matter_and_near_the_end_is_quick() -> None:
    blocks, target = world()
    weights = balanced(target)
    cold = fit(blocks, target, weights, tolerance=1e-9)
    other = fit(blocks, 1 - target, weights, tolerance=1e-9)
    assert fit(blocks, target, weights, tolerance=1e-9, start=other).coefficients == pytest.approx(
        cold.coefficients, abs=1e-6
    )
    assert fit(blocks, target, weights, tolerance=1e-3, start=cold, most=0).coefficients is not None
    assert np.array_equal(
        fit(blocks, target, weights, tolerance=1e-3, start=cold).coefficients, cold.coefficients
    )


def test_both_classes_count_alike() -> None:
    target = np.array([1.0, 0, 0, 0])
    weights = balanced(target)
    assert weights @ target == pytest.approx(weights @ (1 - target)) == pytest.approx(2.0)
    assert balanced(np.ones(3)).tolist() == [1, 1, 1]


def test_separable_and_constant_columns_do_no_harm() -> None:
    x = np.hstack([np.r_[np.zeros(5), np.ones(5)][:, None], np.ones((10, 1))])
    model = fit(Blocks(None, x), x[:, 0], np.ones(10), penalty=1e-6, tolerance=1e-8)
    assert np.isfinite(model.coefficients).all()
    assert (model.scores(Blocks(None, x)) > 0).tolist() == (x[:, 0] > 0).tolist()
