"""The arithmetic against libraries, brute force and truths that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.learning.coding.fit_field import earns_its_place
from almpo_kit.learning.coding.kernels.abstention import threshold
from almpo_kit.learning.coding.kernels.calibration import calibrate
from almpo_kit.learning.coding.kernels.calibration_error import (
    brier,
    calibration_error,
    expected_calibration_error,
)
from almpo_kit.learning.coding.kernels.exact_bounds import clopper_pearson, share_bounds
from almpo_kit.learning.coding.kernels.prior_logistic import chance, prior_logistic
from almpo_kit.learning.coding.kernels.study_out_ridge import study_out_ridge
from almpo_kit.learning.coding.texts import Text
from almpo_kit.learning.coding.word_space import terms_of, word_space


def data(n: int = 60, p: int = 5, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    return x, (x[:, 0] + rng.normal(size=n) > 0).astype(float)


def test_logistic_with_a_prior_of_zero_is_that_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    x, y = data()
    theirs = LogisticRegression(C=4.0, fit_intercept=False, tol=1e-12, max_iter=1000).fit(x, y).coef_[0]
    ours = prior_logistic(x, y, np.zeros(5), np.full(5, 2.0))
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_logistic_without_data_is_the_prior_and_separated_data_stay_finite() -> None:
    mean = np.array([1.0, -2.0])
    assert prior_logistic(np.empty((0, 2)), np.empty(0), mean, np.ones(2)) == pytest.approx(mean)
    x = np.column_stack([np.ones(200), np.linspace(-900, 900, 200)])
    beta = prior_logistic(x, (x[:, 1] > 0).astype(float), np.zeros(2), np.ones(2))
    assert np.isfinite(beta).all() and np.all((chance(x @ beta) > 0.5) == (x[:, 1] > 0))


@pytest.mark.parametrize("p", [5, 90])
def test_leaving_a_study_out_is_fitting_without_it(p: int) -> None:
    x, _ = data(40, p)
    y = np.random.default_rng(0).integers(0, 2, (40, 3)).astype(float)
    groups = np.arange(40) // 3
    found = study_out_ridge(x, y, groups, 0.7)
    assert x @ found.weights + found.bias == pytest.approx(
        study_out_ridge(x, y, np.arange(40), 0.7).weights.T.dot(x.T).T + found.bias
    )
    for g in range(3):
        kept = groups != g
        again = study_out_ridge(x[kept], y[kept], groups[kept], 0.7)
        assert found.left_out[~kept] == pytest.approx(x[~kept] @ again.weights + again.bias, abs=1e-9)


def test_terms_are_weighted_as_in_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    openings = [
        "Wage subsidies raise employment",
        "Training and wage subsidies",
        "Training raises employment of women",
    ]
    texts = [Text(str(k), frozenset(), o, (), 0, {}) for k, o in enumerate(openings)]
    space = word_space(texts)
    from almpo_kit.learning.coding.lexicon.phrases import words_of

    theirs = TfidfVectorizer(
        analyzer=lambda t: list(terms_of(words_of(t), False)), sublinear_tf=True, min_df=2
    )
    expected = theirs.fit_transform(openings).toarray()
    assert space.terms == tuple(theirs.get_feature_names_out())
    assert space.vectors(texts).toarray() == pytest.approx(expected, abs=1e-6)


def test_isotonic_is_that_of_scikit_learn() -> None:
    from sklearn.isotonic import IsotonicRegression

    rng = np.random.default_rng(2)
    scores = rng.normal(size=300).round(1)
    right = rng.random(300) < chance(scores)
    theirs = IsotonicRegression().fit(scores, right)
    at = np.unique(scores)
    assert calibrate(scores, right, "isotonic").probabilities(at) == pytest.approx(theirs.predict(at))


def test_venn_abers_is_two_isotonic_fits_with_the_case_added() -> None:
    from sklearn.isotonic import IsotonicRegression

    rng = np.random.default_rng(3)
    scores = rng.normal(size=80)
    right = rng.random(80) < chance(scores)
    curve = calibrate(scores, right, "venn_abers")
    for new in (-3.0, 0.123, 5.0):
        p0, p1 = (
            IsotonicRegression().fit(np.append(scores, new), np.append(right, label)).predict([new])[0]
            for label in (0.0, 1.0)
        )
        assert curve.probabilities(np.array([new]))[0] == pytest.approx(p1 / (1 - p0 + p1))


@pytest.mark.parametrize("kind", ["platt", "venn_abers", "isotonic"])
def test_calibrated_probabilities_are_right_on_average_and_never_turn_the_ranking(kind: str) -> None:
    rng = np.random.default_rng(4)
    scores = rng.normal(size=4000)
    right = rng.random(4000) < chance(2 * scores - 1)
    curve = calibrate(scores[:1000], right[:1000], kind)  # type: ignore[arg-type]
    p = curve.probabilities(scores[1000:])
    assert expected_calibration_error(p, right[1000:].astype(float)) < 0.06
    grid = curve.probabilities(np.linspace(-9, 9, 500))
    assert (np.diff(grid) >= -1e-12).all() and grid.min() >= 0 and grid.max() <= 1


def test_a_curve_never_falls() -> None:
    scores = np.linspace(-2, 2, 40)
    assert calibrate(scores, scores < 0, "platt").at[0] == 0.0
    assert np.isfinite(calibrate(np.zeros(5), np.ones(5, dtype=bool)).probabilities(np.array([0.0]))).all()


@settings(max_examples=25)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_exact_bounds_are_those_of_scipy(case: tuple[int, int]) -> None:
    from scipy.stats import binomtest

    right, n = case
    theirs = binomtest(right, n).proportion_ci(0.95, "exact")
    assert clopper_pearson(right, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_answers_of_one_study_count_for_less() -> None:
    right = np.array([True] * 16 + [False] * 4)
    alone = share_bounds(right, np.arange(20))
    together = share_bounds(right, np.repeat(np.arange(5), 4))
    assert together[0] < alone[0] and together[1] > alone[1]
    assert alone == pytest.approx(clopper_pearson(16, 20), abs=0.03)
    # All right: nothing is known of the likeness, so five studies are five cases.
    assert share_bounds(np.ones(20, dtype=bool), np.repeat(np.arange(5), 4)) == pytest.approx(
        clopper_pearson(5, 5)
    )
    assert share_bounds(np.empty(0, dtype=bool), np.empty(0)) == (0.0, 1.0)


def test_bounds_cover() -> None:
    """Eight studies of one to six answers that are right or wrong together: 95% bounds cover in at least 93%."""
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        sizes = rng.integers(1, 4, 30)
        level = rng.beta(8, 2, 30)
        right = np.concatenate([rng.random(n) < p for n, p in zip(sizes, level, strict=True)])
        low, high = share_bounds(right, np.repeat(np.arange(30), sizes))
        covered += low <= 0.8 <= high
    assert covered / 400 > 0.93


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), max_size=60), st.sampled_from([0.5, 0.75, 0.9]))
def test_the_threshold_is_the_lowest_that_fits(cases: list[tuple[int, bool]], precision: float) -> None:
    scores = np.array([s for s, _ in cases], dtype=float)
    right = np.array([r for _, r in cases], dtype=bool)
    found = threshold(scores, right, precision)

    def fits(t: float) -> bool:
        n, wrong = int((scores >= t).sum()), int((~right[scores >= t]).sum())
        return (wrong + 1) / (n + 1) <= 1 - precision + 1e-12

    possible = [t for t in sorted(set(scores.tolist())) if fits(t)]
    assert found.score == (possible[0] if possible else math.inf)
    assert found.proposed == int((scores >= found.score).sum())
    assert found.right == int(right[scores >= found.score].sum())


def test_the_promise_is_kept_on_new_cases_on_average() -> None:
    """A threshold of 60 cases, in 700 worlds: the mean precision on new cases is as promised; without the further wrong
    answer it would not be."""
    rng = np.random.default_rng(6)
    prudent, plain = [], []
    for _ in range(700):
        p = rng.beta(2, 1, 260)
        right = rng.random(260) < p
        old, new = slice(0, 60), slice(60, None)
        for found, told in (
            (threshold(p[old], right[old], 0.9).score, prudent),
            (_bold(p[old], right[old]), plain),
        ):
            chosen = right[new][p[new] >= found]
            told += [chosen.mean()] if len(chosen) else []
    assert len(prudent) > 400
    assert np.mean(prudent) > 0.895 > np.mean(plain)


def _bold(scores: np.ndarray, right: np.ndarray) -> float:
    order = np.argsort(-scores)
    fits = np.flatnonzero(np.cumsum(right[order]) >= 0.9 * np.arange(1, len(order) + 1))
    return float(scores[order][fits[-1]]) if len(fits) else math.inf


def test_words_earn_their_place_by_more_than_chance() -> None:
    rng = np.random.default_rng(8)
    plain = rng.random(40)
    assert earns_its_place(plain, plain - 0.2)
    assert not earns_its_place(plain, plain)
    assert not earns_its_place(plain, plain + rng.normal(0, 1, 40) * 1e-9 + 0.1)
    assert not earns_its_place(plain[:5], plain[:5] - 0.2)
    # Of what is no better, about one in six passes one standard error by chance.
    passed = np.mean([earns_its_place(plain, plain + rng.normal(0, 1, 40)) for _ in range(2000)])
    assert 0.13 < passed < 0.20


def test_calibration_error_of_a_perfect_and_of_a_bold_model() -> None:
    rng = np.random.default_rng(7)
    p = rng.random(900)
    right = (rng.random(900) < p).astype(float)
    good = calibration_error(p, right, np.arange(900), seed=0)
    bold = calibration_error(np.round(p), right, np.arange(900), seed=0)
    assert good.ece < 0.05 < bold.ece_low
    assert good.brier == pytest.approx(1 / 6, abs=0.02)
    assert good == calibration_error(p, right, np.arange(900), seed=0)
    assert math.isnan(brier(np.empty(0), np.empty(0)))
