"""What must hold for any data: invariances, bounds, monotonicity."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import evidence
from almpo_kit.evidence.kernels.tau2 import METHODS, between

quick = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def frames(draw, most=3):
    """Between 3 and 8 samples, each with 1 to ``most`` estimates."""
    sizes = draw(st.lists(st.integers(1, most), min_size=3, max_size=8))
    k = sum(sizes)
    value = st.floats(-10, 10).map(lambda x: round(x, 3))
    effect = draw(st.lists(value, min_size=k, max_size=k))
    se = draw(st.lists(st.floats(0.1, 5).map(lambda x: round(x, 3)), min_size=k, max_size=k))
    return pd.DataFrame({"effect": effect, "se": se, "study_id": np.repeat(np.arange(len(sizes)), sizes)})


def near(a, b, size, rel=1e-5):
    return a == pytest.approx(b, rel=rel, abs=rel * size)


@quick
@given(frames(), st.floats(-100, 100), st.floats(0.01, 1000))
def test_multilevel_shifts_and_scales(frame, shift, scale):
    a = evidence.multilevel(frame)
    b = evidence.multilevel(frame.assign(effect=frame["effect"] * scale + shift, se=frame["se"] * scale))
    size = scale * (1 + frame["effect"].abs().max()) + abs(shift)
    assert near(b.mean, a.mean * scale + shift, size)
    assert near(b.se, a.se * scale, size, 1e-4)
    assert near(b.df, a.df, 1, 1e-3)
    assert near(b.sigma2_between + b.sigma2_within, (a.sigma2_between + a.sigma2_within) * scale**2, size**2)


@quick
@given(frames(most=1), st.floats(-100, 100), st.floats(0.01, 1000), st.sampled_from(METHODS))
def test_pool_shifts_and_scales(frame, shift, scale, method):
    a = evidence.pool(frame, method=method, threshold=None)
    moved = frame.assign(effect=frame["effect"] * scale + shift, se=frame["se"] * scale)
    b = evidence.pool(moved, method=method, threshold=None)
    size = scale * (1 + frame["effect"].abs().max()) + abs(shift)
    assert near(b.mean, a.mean * scale + shift, size)
    assert near(b.se, a.se * scale, size)
    assert near(b.tau2, a.tau2 * scale**2, size**2)
    assert near(b.i2, a.i2, 100, 1e-4)


@quick
@given(frames(most=1), st.randoms(use_true_random=False), st.sampled_from(METHODS))
def test_pool_ignores_the_order(frame, random, method):
    order = list(frame.index)
    random.shuffle(order)
    a, b = evidence.pool(frame, method=method), evidence.pool(frame.loc[order], method=method)
    assert near(b.mean, a.mean, 1)
    assert near(b.high, a.high, 1)


@quick
@given(frames(), st.randoms(use_true_random=False))
def test_multilevel_ignores_the_order(frame, random):
    order = list(frame.index)
    random.shuffle(order)
    a, b = evidence.multilevel(frame), evidence.multilevel(frame.loc[order])
    assert near(b.mean, a.mean, 1)
    assert near(b.model_se, a.model_se, 1)
    # A Cholesky root reads the order inside a sample; the adjustment made from it does not.
    assert b.se == pytest.approx(a.se, rel=1e-9)
    assert b.df == pytest.approx(a.df, rel=1e-9)


@quick
@given(frames())
def test_multilevel_ignores_the_order_of_whole_samples(frame):
    turned = frame.sort_values("study_id", kind="stable", ascending=False)
    a, b = evidence.multilevel(frame), evidence.multilevel(turned)
    assert near(b.se, a.se, 1)
    assert near(b.df, a.df, 1)


@quick
@given(frames(most=1), st.sampled_from(METHODS))
def test_bounds(frame, method):
    plain, modified, wald = (
        evidence.pool(frame, method=method, interval=i) for i in ("hksj", "hksj_modified", "wald")
    )
    assert plain.tau2 >= 0
    assert 0 <= plain.i2 < 100
    # With one common effect H² is Q over its degrees of freedom, which may be below one (as in metafor).
    assert plain.h2 >= (0 if method == "FE" else 1)
    assert 0 <= plain.q_p <= 1
    for p in (plain, modified, wald):
        assert p.prediction_low <= p.low <= p.mean <= p.high <= p.prediction_high
    assert modified.se >= wald.se * (1 - 1e-12)
    assert modified.high - modified.low >= wald.high - wald.low


@quick
@given(frames())
def test_multilevel_bounds(frame):
    m = evidence.multilevel(frame)
    assert min(m.sigma2_between, m.sigma2_within) >= 0
    assert m.converged
    assert 0 < m.df <= m.n_samples
    assert m.table["weight"].sum() == pytest.approx(1)
    assert m.prediction_low <= m.low <= m.high <= m.prediction_high


@quick
@given(frames(most=1))
def test_one_estimate_per_sample_is_the_two_level_model(frame):
    # At the top of the likelihood: by default pool() stops where metafor does, up to 0.1% short of it.
    m, p = evidence.multilevel(frame), evidence.pool(frame, interval="wald", threshold=None)
    assert near(m.sigma2_between, p.tau2, 1)
    assert near(m.mean, p.mean, 1)
    assert near(m.model_se, p.se, 1)
    assert m.sigma2_within == 0


@quick
@given(frames())
def test_repeating_every_sample_narrows_the_interval(frame):
    again = frame.assign(study_id=frame["study_id"] + 1000)
    a, b = evidence.multilevel(frame), evidence.multilevel(pd.concat([frame, again], ignore_index=True))
    # Not the degrees of freedom: twice the samples also find more variance between them, which moves the weights.
    assert b.model_se < a.model_se


@quick
@given(st.integers(3, 8), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_repeating_the_rows_of_balanced_samples_invents_no_certainty(samples, per_sample, seed):
    effect = np.random.default_rng(seed).normal(0, 3, samples * per_sample)
    study = np.repeat(np.arange(samples), per_sample)
    frame = pd.DataFrame({"effect": effect, "se": 1.3, "study_id": study})
    a, b = evidence.multilevel(frame), evidence.multilevel(pd.concat([frame, frame], ignore_index=True))
    # Taken for independent, the doubled rows would shrink the standard error by the square root of two.
    assert (b.mean, b.se, b.df) == pytest.approx((a.mean, a.se, a.df), rel=1e-9)
    assert a.df == pytest.approx(samples - 1)


@quick
@given(frames())
def test_repeating_the_rows_inside_samples_adds_no_samples(frame):
    b = evidence.multilevel(pd.concat([frame, frame], ignore_index=True))
    assert b.n_samples == frame["study_id"].nunique()
    # The samples' scores have rank m - 1; the Cholesky root lets the approximation pass it in the third digit.
    assert b.df <= (b.n_samples - 1) * 1.01


@quick
@given(frames())
def test_i2_is_its_formula(frame):
    m, w = evidence.multilevel(frame), 1 / frame["se"] ** 2
    typical = (len(frame) - 1) / (w.sum() - (w**2).sum() / w.sum())
    spread = m.sigma2_between + m.sigma2_within
    assert m.i2 == pytest.approx(100 * spread / (spread + typical), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_equal_standard_errors_give_the_plain_mean(method):
    y = np.array([1.0, 4.0, 2.5, 9.0])
    p = evidence.pool(pd.DataFrame({"effect": y, "se": 0.7, "study_id": range(4)}), method=method)
    assert p.mean == pytest.approx(y.mean())
    # HKSJ with equal weights is the plain t interval.
    assert p.se == pytest.approx(y.std(ddof=1) / 2)
    if method == "FE":
        assert p.tau2 == 0
    elif method not in ("ML", "SJ"):
        assert p.tau2 == pytest.approx(y.var(ddof=1) - 0.49)


@quick
@given(frames(most=1), st.sampled_from([0.5, 0.9, 0.99]))
def test_q_profile_ends_where_q_is_just_remarkable(frame, level):
    from scipy.stats import chi2

    p, y, v = evidence.pool(frame, level=level), frame["effect"].to_numpy(), frame["se"].to_numpy() ** 2
    low, high = chi2.ppf([(1 - level) / 2, (1 + level) / 2], len(y) - 1)

    def q(tau2):
        w = 1 / (v + tau2)
        return w @ (y - w @ y / w.sum()) ** 2

    if q(0.0) < low:
        assert np.isnan([p.tau2_low, p.tau2_high, p.i2_low, p.h2_high]).all()
        assert any(c.name == "variance between studies" for c in p.checks)
        return
    assert 0 <= p.tau2_low <= p.tau2_high < np.inf
    assert q(p.tau2_high) == pytest.approx(low if p.tau2_high else q(0.0), rel=1e-8)
    assert q(p.tau2_low) == pytest.approx(high if p.tau2_low else q(0.0), rel=1e-8)
    assert (p.tau2_low == 0) == (q(0.0) <= high * (1 + 1e-12))
    assert 0 <= p.i2_low <= p.i2_high < 100
    assert 1 <= p.h2_low <= p.h2_high


def test_estimates_more_alike_than_chance_allows_have_no_interval_for_their_variance(bare):
    p = evidence.pool(bare([1.0, 1.0001, 1.0, 1.0], [1.0] * 4))
    assert np.isnan([p.tau2_low, p.tau2_high, p.i2_low, p.i2_high, p.h2_low, p.h2_high]).all()
    (said,) = [c for c in p.checks if c.name == "variance between studies"]
    assert said.status == "informational"
    assert "agree more closely" in said.sentence


def test_two_studies_have_an_interval_that_says_how_little_they_know(bare):
    p = evidence.pool(bare([0.0, 10.0], [1.0, 1.0]))
    # (difference²) / (2 (1 + tau2)) at the two quantiles of chi-squared with one degree of freedom.
    assert p.tau2_low == pytest.approx(50 / 5.0238861873 - 1, rel=1e-9)
    assert p.tau2_high == pytest.approx(50 / 0.000982069117 - 1, rel=1e-8)


@quick
@given(frames(most=1))
def test_one_common_effect_is_the_limit_without_variance_between_studies(frame):
    fe = evidence.pool(frame, method="FE", interval="wald")
    weight = 1 / frame["se"] ** 2
    assert fe.mean == pytest.approx((weight * frame["effect"]).sum() / weight.sum(), rel=1e-9, abs=1e-12)
    assert fe.se == pytest.approx(weight.sum() ** -0.5)
    assert (fe.prediction_low, fe.prediction_high) == (fe.low, fe.high)
    assert (fe.tau2, fe.df) == (0, np.inf)
    assert any(c.name == "one common effect" for c in fe.failed) == (fe.tau2_low > 0)
    assert fe.se <= evidence.pool(frame, interval="wald").se * (1 + 1e-12)


def test_wald_widens_with_tau2():
    from almpo_kit.evidence.kernels.intervals import average

    y, v = np.array([0.0, 1.0, 3.0]), np.array([1.0, 2.0, 0.5])
    widths = [average(y, v, t, "wald", 0.95).se for t in (0.0, 0.5, 1.0, 5.0)]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


@quick
@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=8))
def test_paule_mandel_solves_its_equation(se):
    rng = np.random.default_rng(len(se))
    v, y = np.square(se), rng.normal(0, 20, len(se))
    tau2 = between(y, v, "PM").tau2
    w = 1 / (v + tau2)
    q = w @ (y - w @ y / w.sum()) ** 2
    assert q <= (len(se) - 1) * (1 + 1e-9)
    if tau2 > 0:
        assert q == pytest.approx(len(se) - 1, rel=1e-9)
