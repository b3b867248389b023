"""Regressions, joint tests and sensitivity: what is said, what is not, and laws that hold for any data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import evidence
from almpo_kit.evidence.kernels.blocks import blocks
from almpo_kit.evidence.kernels.profiling import profile
from almpo_kit.evidence.kernels.three_level import fit
from almpo_kit.vocabulary.errors import DesignError, ParameterError

quick = settings(max_examples=8, deadline=None, derandomize=True)


def world(samples=40, k=120, seed=1, slope=0.15, gap=2.0) -> pd.DataFrame:
    """Effects that grow with the horizon and are larger for training, both known."""
    rng = np.random.default_rng(seed)
    sample = np.r_[np.arange(samples), rng.integers(0, samples, k - samples)]
    frame = pd.DataFrame(
        {
            "study_id": [f"s{i}" for i in sample],
            "sample_id": [f"s{i}" for i in sample],
            "programme_type": np.resize(["services", "training", "employment_incentives"], samples)[sample],
            "horizon_months": rng.integers(3, 40, k).astype(float),
            "horizon_from": "start",
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "country": "DE",
            "se": rng.uniform(0.5, 2, k),
        }
    )
    true = 1 + slope * frame["horizon_months"] + gap * frame["programme_type"].eq("training")
    return frame.assign(effect=true + rng.normal(0, 1, samples)[sample] + rng.normal(0, 1, k) * frame["se"])


FORMULA = "~ programme_type + horizon_months"


def test_what_is_known_is_found_and_said():
    got = evidence.multilevel(world(), FORMULA)
    table = got.table.set_index("coefficient")
    for name, truth in (("horizon_months", 0.15), ("programme_type[T.training]", 2.0)):
        assert abs(table.loc[name, "estimate"] - truth) < 3 * table.loc[name, "se"]
    assert got.sentence.startswith(
        "Across 40 independent samples (120 estimates), effects on the chance of being in work differ with "
        "programme type (p below 0.001); they are higher by 0."
    )
    assert "months since entry, per 1" in got.sentence
    assert got.certainty is None
    assert got.headline is None
    assert not got.failed
    assert 0 < got.explained < 100
    assert got.metrics()["beta horizon_months"] == table.loc["horizon_months", "estimate"]


def test_intervals_and_p_are_those_of_t():
    from scipy import stats

    table = evidence.multilevel(world(), FORMULA, level=0.9).table
    t = stats.t(table["df"])
    assert list(table["p"]) == pytest.approx(list(2 * t.sf(np.abs(table["t"]))), rel=1e-9)
    assert list(table["high"]) == pytest.approx(list(table["estimate"] + t.ppf(0.95) * table["se"]), rel=1e-9)


def test_no_verdict_below_four_degrees_of_freedom():
    frame = world()
    rare = frame["study_id"].isin(["s3", "s8"])
    frame = frame.assign(rare=np.where(rare, "yes", "no"), effect=frame["effect"] + 50 * rare)
    got = evidence.multilevel(frame, "~ rare + horizon_months")
    row = got.table.set_index("coefficient").loc["rare[T.yes]"]
    assert row["df"] < 4
    assert row["flag"] == "df below 4"
    assert row["p"] < 0.01, "or the test could not fail"
    assert got.sentence.endswith("Too little to say of rare: fewer than 4 degrees of freedom.")
    assert "differ with rare" not in got.sentence
    (check,) = [c for c in got.checks if c.name == "degrees of freedom"]
    assert check.status == "failed"
    assert "rare: yes" in check.sentence


def test_a_coefficient_of_one_sample_gets_no_verdict():
    frame = world()
    frame = frame.assign(one=frame["study_id"].eq("s3").map({True: "yes", False: "no"}))
    frame = frame.drop(columns="horizon_months")
    got = evidence.multilevel(frame, "~ one")
    assert got.table["flag"][1] == "rests on one sample (s3)"
    assert got.certainty == "too little to say"
    assert got.sentence == "Too little to say of one: rests on one sample (s3)."


@pytest.mark.parametrize("samples", [3, 4])
def test_below_five_samples_nothing_is_said(samples):
    got = evidence.multilevel(world(samples, 40), "~ horizon_months")
    assert got.certainty == "too little to say"
    assert got.sentence.startswith(f"Too little to say: {samples} independent samples")
    assert any(c.name == "independent samples" for c in got.failed)
    assert evidence.wald(got, "horizon_months").certainty == "too little to say"
    assert evidence.sensitivity(world(samples, 40), "~ horizon_months").certainty == "too little to say"


def test_a_search_that_fails_is_said(monkeypatch):
    from dataclasses import replace

    from almpo_kit.evidence.regression import fitted_models

    real = fitted_models._fit
    monkeypatch.setattr(fitted_models, "_fit", lambda *a: replace(real(*a), converged=False))
    got = evidence.multilevel(world(), FORMULA)
    assert not got.converged
    assert any(c.name == "convergence" for c in got.failed)
    assert any(c.name == "convergence" for c in evidence.sensitivity(world(), FORMULA, rhos=(0, 0.5)).failed)


@quick
@given(st.floats(-100, 100), st.floats(0.01, 1000), st.integers(0, 99))
def test_shift_and_scale(shift, scale, seed):
    frame = world(12, 40, seed)
    moved = frame.assign(effect=frame["effect"] * scale + shift, se=frame["se"] * scale)
    a, b = (evidence.multilevel(f, FORMULA) for f in (frame, moved))
    beta = a.table["estimate"] * scale + np.r_[shift, np.zeros(3)]
    size = scale * 10 + abs(shift)
    assert list(b.table["estimate"]) == pytest.approx(list(beta), rel=1e-5, abs=1e-6 * size)
    assert list(b.table["se"]) == pytest.approx(list(a.table["se"] * scale), rel=1e-4)
    assert list(b.tests["f"]) == pytest.approx(list(a.tests["f"]), rel=1e-3)


@quick
@given(st.randoms(use_true_random=False), st.integers(0, 99))
def test_order_does_not_matter(random, seed):
    frame = world(12, 40, seed)
    order = list(frame.index)
    random.shuffle(order)
    a, b = (evidence.multilevel(f, FORMULA, rho=0.4) for f in (frame, frame.loc[order]))
    for name in ("estimate", "se", "df"):
        assert list(b.table[name]) == pytest.approx(list(a.table[name]), rel=1e-7), name
    assert b.omnibus_f == pytest.approx(a.omnibus_f, rel=1e-6)


@quick
@given(st.floats(-5, 5), st.floats(0.1, 50), st.integers(0, 99))
def test_a_moderator_in_other_units_is_the_same_regression(shift, scale, seed):
    frame = world(12, 40, seed)
    a = evidence.multilevel(frame, FORMULA)
    weeks = frame.drop(columns="horizon_months").assign(weeks=frame["horizon_months"] * scale + shift)
    b = evidence.multilevel(weeks, "~ programme_type + weeks")
    assert b.table["estimate"][3] * scale == pytest.approx(a.table["estimate"][3], rel=1e-5)
    assert list(b.tests["p"]) == pytest.approx(list(a.tests["p"]), rel=1e-4)
    assert b.loglik == pytest.approx(a.loglik, abs=1e-6)


@quick
@given(st.integers(0, 99))
def test_a_study_twice_is_more_evidence_only_under_another_name(seed):
    frame = world(14, 50, seed)
    again = frame.assign(study_id=frame["study_id"] + "b", sample_id=frame["sample_id"] + "b")
    twice = evidence.multilevel(pd.concat([frame, again], ignore_index=True), FORMULA)
    same = evidence.multilevel(pd.concat([frame, frame], ignore_index=True), FORMULA)
    one = evidence.multilevel(frame, FORMULA)
    assert (twice.n_samples, same.n_samples) == (28, 14)
    assert (np.diag(twice.fitted.bread) < np.diag(one.fitted.bread)).all()
    # The same rows again are the same samples: certainty must not grow as if they were others.
    assert same.table["se"][3] > twice.table["se"][3]


@quick
@given(st.integers(0, 99))
def test_a_study_split_in_two_pretends_to_be_more_evidence(seed):
    rng = np.random.default_rng(seed)
    sample = np.repeat(np.arange(10), 6)
    frame = pd.DataFrame({"effect": rng.normal(0, 2, 10)[sample] + rng.normal(0, 0.3, 60), "se": 0.3})
    whole = evidence.multilevel(frame.assign(study_id=sample))
    halves = evidence.multilevel(frame.assign(study_id=np.arange(60) // 3))
    # Balanced halves leave the mean; taken for independent they shrink its error, so clusters must be said.
    assert halves.mean == pytest.approx(whole.mean, abs=1e-9)
    assert halves.df > whole.df
    assert halves.se < whole.se


def test_formula_of_one_is_the_average():
    frame = world().drop(columns=["horizon_months"])
    plain = evidence.multilevel(frame)
    for formula in ("~ 1", "1", "~1"):
        got = evidence.multilevel(frame, formula)
        assert isinstance(got, evidence.MultilevelEffect)
        assert (got.mean, got.se, got.df) == (plain.mean, plain.se, plain.df)


def test_cell_means_are_the_same_model():
    frame = world()
    a, b = (evidence.multilevel(frame, f"~ {z} programme_type + center(horizon_months)") for z in ("", "0 +"))
    means = b.table.set_index("coefficient")["estimate"]
    base = a.table.set_index("coefficient")["estimate"]
    assert means["programme_type[training]"] == pytest.approx(
        base["Intercept"] + base["programme_type[T.training]"], rel=1e-9
    )
    assert b.loglik == pytest.approx(a.loglik, abs=1e-6) or b.sigma2_between == pytest.approx(
        a.sigma2_between
    )
    assert "are not zero for every programme type" in b.sentence


def test_contrasts():
    got = evidence.multilevel(world(), FORMULA)
    beta = got.table.set_index("coefficient")["estimate"]
    a, b = "programme_type[T.training]", "programme_type[T.employment_incentives]"
    one = evidence.wald(got, {a: 1, b: -1})
    assert one.table["estimate"][0] == pytest.approx(beta[a] - beta[b], rel=1e-12)
    assert one.f == pytest.approx((one.table["estimate"][0] / one.table["se"][0]) ** 2, rel=1e-9)
    assert one.table["contrast"][0] == "programme type: training − programme type: employment incentives"
    assert one.sentence.startswith("Effects differ with programme type: training")
    # A test does not care how its hypothesis is written.
    whole = evidence.wald(got, "programme_type")
    other = evidence.wald(got, [{a: 2.0}, {a: 1, b: -1}])
    assert (other.f, other.df_den) == pytest.approx((whole.f, whole.df_den), rel=1e-9)
    # Releveling the category neither.
    frame = world().assign(
        programme_type=lambda f: pd.Categorical(
            f["programme_type"], categories=["training", "employment_incentives", "services"]
        )
    )
    again = evidence.wald(evidence.multilevel(frame, FORMULA), "programme_type")
    assert (again.f, again.df_den, again.p) == pytest.approx((whole.f, whole.df_den, whole.p), rel=1e-5)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("programme", "did you mean 'programme_type'"),
        ("zzz", "choose from programme_type, horizon_months, Intercept"),
        ([], "nothing to test"),
        (3, "got 3 to test"),
        ({"horizon_months": 0}, "finite weight"),
        ({"horizon_months": np.nan}, "finite weight"),
        ({"x": 1}, "no 'x'"),
        ({"horizon_months": "x"}, "give numbers"),
        ({"horizon_months": None}, "give numbers"),
        (["horizon_months", "horizon_months"], "follows from the others"),
        (np.ones(3), "for 4 coefficients"),
        (np.zeros((1, 4)), "not all zero"),
    ],
)
def test_tests_of_nothing(terms, words):
    with pytest.raises(ParameterError, match=words):
        evidence.wald(evidence.multilevel(world(), FORMULA), terms)


def test_an_average_has_nothing_to_test():
    frame = world().drop(columns="horizon_months")
    with pytest.raises(DesignError, match="tests moderators"):
        evidence.wald(evidence.multilevel(frame), "programme_type")


def test_too_many_at_once_is_no_test():
    got = evidence.multilevel(world(7, 40), FORMULA)
    found = evidence.wald(got, ["programme_type", "horizon_months"])
    assert found.df_den < 4
    assert found.certainty == "too little to say"
    assert found.failed[0].name == "degrees of freedom"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"working": "X"}, "CHE, CORR, HIER"),
        ({"robust": "HC3"}, "CR2, CR1, CR0, model"),
        ({"rho": 1.0}, "below 1"),
        ({"rho": -0.1}, "below 1"),
        ({"rho": np.nan}, "below 1"),
        ({"rho": "a"}, "below 1"),
        ({"rho": True}, "below 1"),
        ({"level": 95}, "between 0 and 1"),
    ],
)
def test_options_out_of_range(how, words):
    with pytest.raises(ParameterError, match=words):
        evidence.multilevel(world(), FORMULA, **how)


def test_the_average_under_other_working_models_is_judged_by_the_same_minimum():
    frame = world(4, 30).drop(columns="horizon_months")
    for how in ({"robust": "model"}, {"working": "CORR", "rho": 0.8}, {"working": "HIER"}, {"robust": "CR0"}):
        got = evidence.multilevel(frame, **how)
        assert got.headline is None
        assert got.certainty == "too little to say"
        assert got.judged_df < 4
    assert np.isinf(evidence.multilevel(frame, robust="model").df)


def test_sensitivity_is_the_fits_side_by_side():
    frame = world()
    got = evidence.sensitivity(frame, FORMULA, rhos=(0.6, 0.0))
    assert list(got.table["rho"].unique()) == [0.0, 0.6]
    for rho, part in got.table.groupby("rho"):
        fit = evidence.multilevel(frame, FORMULA, rho=rho)
        assert list(part["estimate"]) == list(fit.table["estimate"])
        assert list(part["low"]) == list(fit.table["low"])
        assert part["sigma2_between"].iloc[0] == fit.sigma2_between
    assert got.moves == ()
    assert "no coefficient changes its verdict" in got.sentence


def test_sensitivity_says_when_a_conclusion_moves():
    # One sample of many estimates far from the others: the more alike their errors, the less it counts.
    frame = pd.DataFrame(
        {
            "effect": [3.5] * 12 + [0.6, 0.9, -0.3, 0.5, 0.7, 0.2, 0.8, 0.4],
            "se": [1.0] * 12 + [0.5] * 8,
            "study_id": [0] * 12 + list(range(1, 9)),
        }
    )
    got = evidence.sensitivity(frame, rhos=(0.0, 0.5, 0.9))
    assert list(got.table["verdict"]) == ["open", "above zero", "above zero"]
    assert got.moves == ("Intercept",)
    assert got.sentence.endswith(
        "the conclusion moves: the interval includes zero at 0, the interval lies above zero at 0.5 and 0.9."
    )
    assert any(c.name == "assumed correlation" for c in got.failed)


@pytest.mark.parametrize("rhos", [[], None, [1.0], [-0.2], ["a"], [np.nan]])
def test_no_correlation_to_assume(rhos):
    with pytest.raises(ParameterError, match="rhos"):
        evidence.sensitivity(world(), FORMULA, rhos=rhos)


def test_one_estimate_per_sample_owes_nothing_to_the_correlation():
    frame = world(20, 20)
    got = evidence.sensitivity(frame, "~ horizon_months", rhos=(0.0, 0.9))
    by = got.table.groupby("coefficient")["estimate"]
    assert np.ptp(list(by.get_group("horizon_months"))) == pytest.approx(0, abs=1e-10)
    assert any("plays any part" in c.sentence for c in got.checks)


def test_a_profile_is_never_above_the_top_and_falls_by_its_quantile_at_its_ends():
    from scipy.stats import chi2

    for seed in range(3):
        got = evidence.likelihood_profile(evidence.multilevel(world(15, 60, seed), FORMULA))
        for name in ("between", "within"):
            part = got.table[got.table["variance"] == name].set_index("value")
            assert (part["drop"] > -1e-7).all()
            high = part.loc[getattr(got, f"{name}_high"), "drop"]
            assert high == pytest.approx(chi2.ppf(0.95, 1) / 2, abs=1e-6)
            low = getattr(got, f"{name}_low")
            assert low <= getattr(got, name) <= getattr(got, f"{name}_high")
            at_zero = part.loc[0.0, "drop"]
            assert (low == 0) == (at_zero <= chi2.ppf(0.95, 1) / 2 + 1e-9)


def test_a_profile_of_one_estimate_per_sample_has_one_variance():
    got = evidence.likelihood_profile(evidence.multilevel(world(20, 20), "~ horizon_months"))
    assert set(got.table["variance"]) == {"between"}
    assert np.isnan([got.within, got.within_low, got.within_high]).all()


def test_a_likelihood_that_never_falls_is_called_flat(monkeypatch):
    from almpo_kit.evidence.kernels import profiling

    # Two samples and one slope leave nothing that could tell the variance between them.
    y, x = np.array([0.0, 0.1, 5.0, 5.1]), np.column_stack([np.ones(4), [0, 0, 1, 1]])
    b = blocks(y, np.full(4, 0.5), x, np.array([0, 0, 1, 1]))
    found = profile(b, fit(b), 0, (True, True), 0.95)
    assert np.isinf(found.high)
    assert profiling._tops(np.array([0.0, 1.0, 0.5, 2.0, 1.0])) == 2
    assert profiling._tops(np.array([2.0, 1.0, 0.5])) == 1


@pytest.mark.parametrize("verb", [evidence.likelihood_profile, evidence.study_effects])
@pytest.mark.parametrize("working", ["CORR", "HIER"])
def test_moments_have_no_likelihood(verb, working):
    with pytest.raises(DesignError, match='working="CHE"'):
        verb(evidence.multilevel(world(), FORMULA, working=working))


def test_profile_level():
    fitted = evidence.multilevel(world(15, 60), FORMULA)
    wide, narrow = (evidence.likelihood_profile(fitted, level=level) for level in (0.95, 0.5))
    assert wide.between_low <= narrow.between_low < narrow.between_high < wide.between_high
    with pytest.raises(ParameterError, match="level"):
        evidence.likelihood_profile(fitted, level=2)
