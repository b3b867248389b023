"""Laws of the small-study methods, and truths they must recover."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almpo_kit.evidence import egger, pet_peese, selection_model, trim_and_fill, worst_case
from almpo_kit.evidence.kernels.affirmative import affirmative, robust
from almpo_kit.evidence.kernels.step_selection import Setting, surface

quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def frames(draw, most: int = 1):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m = draw(st.integers(8, 25))
    sizes = rng.integers(1, most + 1, m)
    k = int(sizes.sum())
    se = rng.uniform(0.5, 3, k)
    effect = (
        draw(st.floats(0, 2)) + draw(st.floats(0, 2)) * rng.normal(size=m)[np.repeat(np.arange(m), sizes)]
    )
    return pd.DataFrame(
        {"effect": effect + rng.normal(0, se), "se": se, "study_id": np.repeat(np.arange(m), sizes)}
    )


@quick
@given(frames(3), st.floats(-50, 50), st.floats(0.01, 100))
def test_egger_and_pet_shift_and_scale(f, shift, scale):
    moved = f.assign(effect=f["effect"] * scale + shift, se=f["se"] * scale)
    a, b = egger(f), egger(moved)
    size = scale + abs(shift)
    assert b.slope == pytest.approx(a.slope, rel=1e-4, abs=1e-5 * size / scale)
    assert b.limit == pytest.approx(a.limit * scale + shift, rel=1e-4, abs=1e-5 * size)
    assert b.p == pytest.approx(a.p, rel=1e-3, abs=1e-6)
    row = pet_peese(moved).table.set_index("method").loc["PET"]
    assert row["estimate"] == pytest.approx(b.limit)


@quick
@given(frames(), st.floats(-50, 50), st.floats(0.01, 100), st.sampled_from(["L0", "R0"]))
def test_trim_and_fill_shifts_and_scales(f, shift, scale, estimator):
    options = {"estimator": estimator, "model": "common", "side": "left"}
    a = trim_and_fill(f, **options)
    b = trim_and_fill(f.assign(effect=f["effect"] * scale + shift, se=f["se"] * scale), **options)
    assert a.k0 == b.k0 <= len(f)
    assert b.mean == pytest.approx(a.mean * scale + shift, rel=1e-6, abs=1e-6 * (scale + abs(shift)))


@quick
@given(frames())
def test_filling_on_the_left_never_raises_a_common_mean(f):
    a = trim_and_fill(f, model="common", side="left")
    w = 1 / f["se"] ** 2
    assert a.mean <= float((w * f["effect"]).sum() / w.sum()) + 1e-9


@quick
@given(frames(3), st.floats(0.01, 100))
def test_selection_model_does_not_know_the_unit(f, scale):
    steps = (0.5,)
    if not 1 < (f["effect"] > 0).sum() < len(f) - 1:
        return
    options = {"steps": steps, "alternative": "greater"}
    a, b = selection_model(f, **options), selection_model(f * [scale, scale, 1], **options)
    if not (a.converged and b.converged):
        return
    assert b.loglik + len(f) * np.log(scale) == pytest.approx(a.loglik, abs=1e-6)
    assert a.lrt >= 0
    assert b.lrt == pytest.approx(a.lrt, abs=1e-6)


def steps_surface(seed: int, two_sided: bool) -> tuple[Setting, np.ndarray]:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.3, 3, 15)
    y, group = rng.normal(0.5, 1.5, 15), rng.integers(0, 4, 15)
    z = np.array([2.2, 1.3, 0.4])
    theta = np.r_[rng.normal(), rng.uniform(0.1, 1), rng.uniform(0.2, 2, 3)]
    return Setting(y, v, np.sqrt(v)[:, None] * z, group, two_sided), theta


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_derivatives_of_the_selection_likelihood(seed, two_sided):
    s, theta = steps_surface(seed, two_sided)
    here, h = surface(s, theta), 1e-5
    up, down = ([surface(s, theta + sign * h * e) for e in np.eye(5)] for sign in (1, -1))
    slope = [(a.loglik - b.loglik) / (2 * h) for a, b in zip(up, down, strict=True)]
    bend = [(a.scores.sum(0) - b.scores.sum(0)) / (2 * h) for a, b in zip(up, down, strict=True)]
    assert here.scores.sum(axis=0) == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert here.hessian == pytest.approx(np.array(bend), rel=1e-5, abs=1e-5)


def test_the_selection_likelihood_is_a_density():
    """Given that a result is seen, all results together have probability one."""
    from scipy.integrate import quad
    from scipy.special import ndtr

    v, cuts, delta = 0.7, np.sqrt(0.7) * np.array([[1.96, 0.0]]), np.array([1.0, 0.4, 0.2])

    def density(y: float) -> float:
        group = np.searchsorted([0.025, 0.5, 1.0], ndtr(-y / np.sqrt(v)))
        s = Setting(np.array([y]), np.array([v]), cuts, np.array([group]), False)
        return float(np.exp(surface(s, np.r_[0.3, 0.5, delta[1:]]).loglik))

    total = sum(quad(density, a, b)[0] for a, b in ((-12, 0), (0, cuts[0, 0]), (cuts[0, 0], 12)))
    assert total == pytest.approx(1.0, abs=1e-8)


@quick
@given(frames(3))
def test_s_values_solve_their_equation(f):
    """At the S-value the corrected mean is zero; at the other, the end of its interval is."""
    for model in ("common", "robust"):
        got = worst_case(f, model=model, favourable="positive")
        if 1 < got.s_value < 1e5:
            at = worst_case(f, model=model, favourable="positive", ratios=(got.s_value,)).table.iloc[1]
            assert at["estimate"] == pytest.approx(0, abs=1e-9)
        if 1 < got.s_value_limit < 1e5:
            at = worst_case(f, model=model, favourable="positive", ratios=(got.s_value_limit,)).table.iloc[1]
            assert at["low"] == pytest.approx(0, abs=1e-8)
        if got.one_sided:
            # Nothing to weigh: either the mean is there without selection, or nobody can say.
            at_rest = (1.0, 1.0) if got.table.iloc[0]["estimate"] <= 0 else (np.nan, np.nan)
            assert np.array_equal((got.s_value, got.s_value_limit), at_rest, equal_nan=True)
        else:
            assert got.s_value_limit <= got.s_value or np.isinf(got.s_value)


@quick
@given(frames())
def test_the_common_effect_version_is_the_papers_equations(f):
    """Mathur and VanderWeele (2020), equations for the common-effect model, written out with sums by hand."""
    y, v = f["effect"].to_numpy(), f["se"].to_numpy() ** 2
    yes = [i for i in range(len(y)) if y[i] / v[i] ** 0.5 > 1.959963984540054]
    no = [i for i in range(len(y)) if i not in yes]
    y_a, y_n = sum(y[i] / v[i] for i in yes), sum(y[i] / v[i] for i in no)
    nu_a, nu_n = sum(1 / v[i] for i in yes), sum(1 / v[i] for i in no)
    got = worst_case(f, model="common", favourable="positive", ratios=(4,))
    row = got.table.set_index("ratio").loc[4.0]
    assert row["estimate"] == pytest.approx((4 * y_n + y_a) / (4 * nu_n + nu_a))
    assert row["se"] == pytest.approx((16 * nu_n + nu_a) ** 0.5 / (4 * nu_n + nu_a))
    if yes and no:
        assert got.worst == pytest.approx(y_n / nu_n)
    if yes and y_n < 0 < y_n + y_a:
        assert got.s_value == pytest.approx(-y_a / y_n)


@quick
@given(frames(4))
def test_more_selection_never_raises_the_corrected_mean(f):
    if not affirmative(f["effect"].to_numpy(), f["se"].to_numpy() ** 2, 0.95).any():
        return
    means = worst_case(f, favourable="positive").table["estimate"].dropna()
    # Only where affirmative results lie above the others on (weighted) average, as they nearly always do.
    if means.iloc[-1] <= means.iloc[0]:
        assert (means.diff().dropna() <= 1e-12).all()


@quick
@given(frames(4))
def test_neither_order_nor_names_of_samples_matter(f):
    y, v, sample = f["effect"].to_numpy(), f["se"].to_numpy() ** 2, f["study_id"].to_numpy()
    turned = np.random.default_rng(len(f)).permutation(len(f))
    a, b = robust(y, v, 1 / v, sample), robust(y[turned], v[turned], 1 / v[turned], 99 - sample[turned])
    assert (a.mean, a.se, a.df) == pytest.approx((b.mean, b.se, b.df), rel=1e-9)


def test_degrees_of_freedom_of_equal_samples():
    y = np.random.default_rng(0).normal(size=12)
    for sample, m in ((np.arange(12), 12), (np.repeat(np.arange(4), 3), 4)):
        got = robust(y, np.ones(12), np.ones(12), sample)
        means = np.array([y[sample == j].mean() for j in range(m)])
        assert got.df == pytest.approx(m - 1)
        assert got.se == pytest.approx(means.std(ddof=1) / np.sqrt(m))


@pytest.mark.parametrize("sizes", [[40, 25, 3, 1, 13], [290, 2, 2], [60] * 6])
def test_large_samples_are_adjusted_exactly(sizes):
    """Against the definition with dense matrices: any weights, any sizes."""
    rng = np.random.default_rng(sum(sizes))
    sample = np.repeat(np.arange(len(sizes)), sizes)
    k = len(sample)
    y, d, w = rng.normal(size=k), rng.uniform(0.3, 4, k), rng.uniform(0.05, 3, k)
    s = w / w.sum()
    away = np.eye(k) - np.outer(np.ones(k), s)
    residual_covariance = away @ np.diag(d) @ away.T
    rows = []
    for j in range(len(sizes)):
        at = np.flatnonzero(sample == j)
        root = np.sqrt(d[at])
        values, vectors = np.linalg.eigh(root[:, None] * residual_covariance[np.ix_(at, at)] * root)
        a = root[:, None] * (vectors / np.sqrt(values)) @ vectors.T * root
        g = np.zeros(k)
        g[at] = s[at] @ a
        rows.append(g @ away)
    g = np.array(rows)
    moments = g @ np.diag(d) @ g.T
    got = robust(y, d, w, rng.permutation(len(sizes))[sample])
    assert got.se == pytest.approx(np.sqrt(((g @ y) ** 2).sum()), rel=1e-10)
    assert got.df == pytest.approx(np.trace(moments) ** 2 / (moments**2).sum(), rel=1e-10)
    assert got.model_se == pytest.approx(np.sqrt(s**2 @ d))


def test_large_samples_cost_little():
    rng = np.random.default_rng(1)
    sample = rng.integers(0, 11, 3_000)
    se = rng.uniform(0.5, 3, 3_000)
    f = pd.DataFrame({"effect": 1 + rng.normal(0, 1, 11)[sample] + rng.normal(0, se), "se": se})
    start = time.perf_counter()
    got = worst_case(f.assign(study_id=sample), favourable="positive")
    # 122 s with a matrix for each sample.
    assert time.perf_counter() - start < 6
    assert np.isfinite(got.worst) and np.isfinite(got.table["se"]).all()


def test_many_samples_cost_little():
    rng = np.random.default_rng(1)
    sample = np.repeat(np.arange(2_000), rng.integers(1, 9, 2_000))
    y, v = rng.normal(size=len(sample)), rng.uniform(0.5, 2, len(sample))
    start = time.perf_counter()
    robust(y, v, 1 / v, sample)
    # One Python step a sample took 0.2 s alone; a wide margin for a busy machine.
    assert time.perf_counter() - start < 2


def published(rng: np.random.Generator, n: int, *, keep: float, mean: float, tau: float) -> pd.DataFrame:
    """``n`` studies of many, of which those not significant and positive are seen with chance ``keep``."""
    se = rng.uniform(0.5, 3, 60 * n)
    effect = rng.normal(mean, np.hypot(se, tau))
    seen = (effect / se > 1.959964) | (rng.random(len(se)) < keep)
    f = pd.DataFrame({"effect": effect, "se": se})[seen].head(n).reset_index(drop=True)
    return f.assign(study_id=f.index)


def test_the_selection_model_recovers_what_was_selected():
    f = published(np.random.default_rng(2), 3_000, keep=0.2, mean=0.5, tau=0.8)
    got = selection_model(f, alternative="greater")
    assert abs(got.mean - 0.5) < 3.5 * got.se
    assert abs(got.delta[1] - 0.2) < 3.5 * got.se_delta[1]
    assert abs(got.tau2 - 0.64) < 3.5 * got.se_tau2
    assert got.lrt_p < 1e-6
    naive = float(np.average(f["effect"], weights=1 / (f["se"] ** 2 + 0.64)))
    assert naive > 0.5 + 10 * got.se, "the test has no teeth if nothing was lost"


def test_the_right_ratio_corrects_the_mean():
    f = published(np.random.default_rng(3), 3_000, keep=0.2, mean=0.5, tau=0.8)
    got = worst_case(f, favourable="positive", ratios=(5.0,)).table.set_index("ratio")
    assert abs(got.loc[5.0, "estimate"] - 0.5) < 0.12
    assert got.loc[1.0, "estimate"] > 1.0
    assert got.loc[np.inf, "estimate"] < 0.5


def test_an_egger_line_is_found():
    rng = np.random.default_rng(4)
    se = rng.uniform(0.5, 3, 400)
    f = pd.DataFrame({"effect": 2 + 0.7 * se + rng.normal(0, se), "se": se, "study_id": range(400)})
    got = egger(f)
    assert abs(got.slope - 0.7) < 3.5 * got.se
    assert got.limit_low < 2 < got.limit_high


@pytest.mark.slow
def test_eggers_test_keeps_its_level_with_several_estimates_of_a_sample():
    """2,000 draws of 25 samples with 1 to 6 related estimates and no bias: 5% false alarms, give or take."""
    rng, alarms, draws = np.random.default_rng(11), 0, 2_000
    for _ in range(draws):
        sizes = rng.integers(1, 7, 25)
        sample = np.repeat(np.arange(25), sizes)
        se = rng.uniform(0.3, 2, len(sample))
        effect = 1 + rng.normal(0, 0.7, 25)[sample] + rng.normal(0, 0.4, len(sample)) + rng.normal(0, se)
        alarms += egger(pd.DataFrame({"effect": effect, "se": se, "study_id": sample})).p < 0.05
    error = np.sqrt(0.05 * 0.95 / draws)
    assert abs(alarms / draws - 0.05) < 4 * error, f"{alarms / draws:.3f} ± {error:.3f}"


@pytest.mark.slow
def test_the_selection_models_interval_covers():
    """400 draws of 150 selected studies: 95% intervals hold the true mean in at least nine draws of ten."""
    rng, held, draws = np.random.default_rng(12), 0, 400
    for _ in range(draws):
        got = selection_model(published(rng, 150, keep=0.3, mean=0.5, tau=0.6), alternative="greater")
        held += got.low <= 0.5 <= got.high
    assert 0.90 < held / draws < 0.985, held / draws
