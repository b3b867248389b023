"""Ordered probit of sign and significance: pins from MASS::polr and sandwich, laws, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from almpo_kit import evidence
from almpo_kit.evidence.kernels import ordered_probit as kernel
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.vocabulary.errors import DesignError, ParameterError

PINS = json.loads((Path(__file__).parents[1] / "reference" / "ordered_probit_pins.json").read_text())
FORMULA = "~ programme_type + band"


def pinned(name):
    pin = PINS[name]
    x = np.array(pin["x"], float)
    return pin, np.array(pin["y"]), x, np.unique(pin["cluster"], return_inverse=True)[1]


def drawn(seed, samples=40, per=6, *, lean=0.3, training=0.5, long=0.6):
    """Estimates whose category follows an ordered probit with a shared leaning in each sample."""
    rng = np.random.default_rng(seed)
    k = samples * per
    sample = np.repeat(np.arange(samples), per)
    kind = np.where(np.arange(samples) % 2 == 0, "training", "services")[sample]
    months = rng.choice([6.0, 36.0], k)
    shared = rng.normal(0, lean, samples)[sample]
    score = (
        training * (kind == "training")
        + long * (months > 24)
        + shared
        + rng.normal(0, np.sqrt(1 - lean**2), k)
    )
    category = np.digitize(score, [-0.8, 0.6])
    return pd.DataFrame(
        {
            "study_id": [f"s{i}" for i in sample],
            "programme_type": kind,
            "outcome": "employment_probability",
            "horizon_months": months,
            "horizon_from": "start",
            "significance": np.array(["negative", "none", "positive"])[category],
            "design": "rct",
            "source": "drawn",
        }
    )


# ---- kernel --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(PINS))
def test_agrees_with_polr_and_sandwich(name):
    pin, y, x, cluster = pinned(name)
    f = kernel.fit(y, x)
    par, robust = np.r_[f.beta, f.cut], np.sqrt(np.diag(kernel.clustered(f, cluster)))
    assert f.converged
    # R's own scores, brought to the top by Newton's method in the script.
    assert par == pytest.approx(pin["polished"]["par"], rel=1e-9)
    assert np.sqrt(np.diag(f.bread)) == pytest.approx(pin["polished"]["se"], rel=1e-9)
    assert robust == pytest.approx(pin["polished"]["robust_se"], rel=1e-9)
    # As the packages give them: polr stops a little early and differences its Hessian coarsely.
    polr = pin["polr"]
    assert f.loglik == pytest.approx(polr["loglik"], rel=1e-12)
    assert f.loglik >= polr["loglik"] - 1e-9
    assert par == pytest.approx([*polr["beta"], *polr["cut"]], rel=1e-5)
    assert np.sqrt(np.diag(f.bread)) == pytest.approx(polr["se"], rel=1e-5)
    assert robust == pytest.approx(polr["robust_se"], rel=1e-5)


def test_scores_and_information_are_the_derivatives():
    _, y, x, _ = pinned("assink2016")
    f = kernel.fit(y, x)
    theta, h = np.r_[f.beta, f.cut] + 0.1 * np.arange(1, 6) / 5, 1e-5

    def at(t):
        return kernel._point(y, x, t)

    steps = h * np.eye(len(theta))
    slope = [(at(theta + s).loglik - at(theta - s).loglik) / (2 * h) for s in steps]
    bend = [(at(theta + s).scores.sum(0) - at(theta - s).scores.sum(0)) / (2 * h) for s in steps]
    assert at(theta).scores.sum(axis=0) == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert at(theta).information == pytest.approx(-np.array(bend), rel=1e-6, abs=1e-5)


def test_far_tails_do_not_overflow():
    edge = np.array([40.0, -40.0, 8.0])
    with np.errstate(all="raise"):
        far = kernel._log_between(edge, edge + 1)
    assert far[:2] == pytest.approx([norm.logsf(40.0), norm.logcdf(-39.0)], rel=1e-6)
    assert far[2] == pytest.approx(np.log(norm.sf(8) - norm.sf(9)), rel=1e-9)


def test_unit_and_origin_of_a_moderator_change_nothing_else():
    _, y, x, cluster = pinned("simulated")
    a = kernel.fit(y, x)
    moved = x * np.array([1, 1, 1, 1e4, 1e-3]) + np.array([0, 0, 0, 2e7, -5.0])
    b = kernel.fit(y, moved)
    assert b.loglik == pytest.approx(a.loglik, rel=1e-12)
    assert b.beta * np.array([1, 1, 1, 1e4, 1e-3]) == pytest.approx(a.beta, rel=1e-7)
    ratio = np.sqrt(np.diag(kernel.clustered(b, cluster)) / np.diag(kernel.clustered(a, cluster)))
    assert ratio[:5] == pytest.approx([1, 1, 1, 1e-4, 1e3], rel=1e-6)


def test_two_categories_are_a_probit():
    _, y, x, _ = pinned("housing")
    two = (y == 2).astype(int)
    f = kernel.fit(two, x)
    eta = x @ f.beta - f.cut[0]
    assert f.loglik == pytest.approx(np.where(two, norm.logcdf(eta), norm.logsf(eta)).sum(), rel=1e-12)
    residual = np.where(two, norm.pdf(eta) / norm.cdf(eta), -norm.pdf(eta) / norm.sf(eta))
    assert np.abs(np.c_[x, np.ones(len(x))].T @ residual).max() < 1e-8


@pytest.mark.parametrize("seed", range(20))
def test_separation_is_seen_exactly_where_there_is_no_maximum(seed):
    """The programme says separated where, and only where, Newton's method runs away."""
    rng = np.random.default_rng(seed)
    x, y = np.zeros((24, 3)), np.zeros(24, int)
    while np.linalg.matrix_rank(np.c_[np.ones(24), x]) < 4 or y.max() < 1:
        x = (rng.random((24, 3)) < 0.4).astype(float)
        score = x @ [1.5, -1, 0.5] + rng.normal(0, 1.5, 24)
        y = np.unique(np.digitize(score, [-0.5, 1.0]), return_inverse=True)[1]
    direction = kernel.separation(y, x)
    if direction is None:
        assert kernel.fit(y, x).converged
        return
    top = y.max()
    gain_up = (np.r_[direction[3:], 0.0][y] - x @ direction[:3])[y < top]
    gain_low = (x @ direction[:3] - np.r_[0.0, direction[3:]][y])[y > 0]
    gains = np.r_[gain_up, gain_low]
    assert gains.min() > -1e-9 and gains.max() > 1e-6


# ---- verb ----------------------------------------------------------------------------------------------


def test_margins_are_mean_differences_of_probabilities():
    m = evidence.sign_model(drawn(1), FORMULA)
    coefficients = m.coefficients.set_index("term")["estimate"]
    cut = m.cutpoints["estimate"].to_numpy()[-1]
    frame = drawn(1)
    long = (frame["horizon_months"] > 24).to_numpy()

    def share(training):
        eta = coefficients["programme_type[T.training]"] * training + coefficients["band[T.long]"] * long
        return 100 * norm.cdf(eta - cut).mean()

    row = m.table.set_index("level").loc["training"]
    other = m.table.set_index("level").loc["services"]
    sign = 1 if row["against"] else -1
    shown = row if row["against"] else other
    assert shown["difference"] == pytest.approx(sign * (share(1.0) - share(0.0)), rel=1e-9)
    assert row["predicted"] == pytest.approx(share(1.0), rel=1e-9)
    assert m.probabilities.set_index("level").loc["training", "predicted_favourable"] == pytest.approx(
        share(1.0)
    )
    by_level = m.probabilities[[c for c in m.probabilities if c.startswith("predicted")]].sum(axis=1)
    assert by_level.to_numpy() == pytest.approx(100.0)


def test_the_slope_of_a_number_and_its_error_are_derivatives():
    """Delta method by hand: differences of the mean slope in every coefficient."""
    frame = drawn(2).assign(n=lambda f: 50.0 + 10 * np.arange(len(f)))
    m = evidence.sign_model(frame, "~ log_n + programme_type")
    f_all = np.r_[m.coefficients["estimate"], m.cutpoints["estimate"]]
    x = np.c_[np.log(frame["n"]), frame["programme_type"].eq("training")].astype(float)

    def slope(theta):
        return 100 * (norm.pdf(x @ theta[:2] - theta[-1]) * theta[0]).mean()

    y = frame["significance"].map({"negative": 0, "none": 1, "positive": 2}).to_numpy()
    fitted = kernel.fit(y, x)
    covariance = kernel.clustered(fitted, pd.factorize(frame["study_id"])[0])
    gradient = [(slope(f_all + s) - slope(f_all - s)) / 2e-6 for s in 1e-6 * np.eye(4)]
    row = m.table.set_index("variable").loc["log_n"]
    assert row["difference"] == pytest.approx(slope(f_all), rel=1e-6)
    assert row["se"] == pytest.approx(np.sqrt(gradient @ covariance @ gradient), rel=1e-5)


def test_order_and_names_change_nothing():
    frame = drawn(3)
    mixed = frame.sample(frac=1, random_state=1).assign(study_id=lambda f: "x" + f["study_id"])
    a, b = (evidence.sign_model(f, FORMULA).table for f in (frame, mixed))
    pd.testing.assert_frame_equal(a, b, rtol=1e-8)


def test_a_whole_copy_of_every_sample_changes_no_coefficient_and_narrows_by_the_root_of_two():
    frame = drawn(4)
    twice = pd.concat([frame, frame.assign(study_id=lambda f: f["study_id"] + "b")])
    a, b = (evidence.sign_model(f, FORMULA).coefficients for f in (frame, twice))
    assert b["estimate"].to_numpy() == pytest.approx(a["estimate"].to_numpy(), rel=1e-8)
    correction = np.sqrt((80 / 79) / (40 / 39) / 2)
    assert b["se"].to_numpy() == pytest.approx(a["se"].to_numpy() * correction, rel=1e-7)


def test_favour_is_not_sign():
    """A fall in unemployment is favourable, stated or derived."""
    rng = np.random.default_rng(5)
    k = 60
    frame = pd.DataFrame(
        {
            "study_id": [f"s{i % 20}" for i in range(k)],
            "programme_type": np.where(np.arange(k) % 20 < 10, "training", "services"),
            "outcome": "unemployment_duration",
            "effect": np.where(np.arange(k) % 20 < 10, -30.0, 5.0) + rng.normal(0, 12, k),
            "se": 10.0,
        }
    )
    m = evidence.sign_model(frame, "~ programme_type")
    row = m.table.set_index("level").loc["training"]
    training = frame[frame["programme_type"] == "training"]
    assert row["observed"] == pytest.approx(100 * (training["effect"] < -19.6).mean())
    assert any("derived" in c.sentence for c in m.checks)


def test_rows_without_standard_error_enter_and_none_is_invented():
    frame = drawn(6).assign(effect=np.nan, se=np.nan)
    assert evidence.sign_model(frame, FORMULA).n_estimates == len(frame)
    unstated = frame.assign(significance=frame["significance"].where(frame.index >= 30))
    m = evidence.sign_model(unstated, FORMULA)
    assert m.n_estimates == len(frame) - 30
    assert any(c.name == "left out" and "30 (neither significance" in c.sentence for c in m.checks)


def test_other_comparisons_and_the_subsidised_job_stay_out():
    frame = drawn(7).assign(comparator="no_programme", includes_subsidised_job="excluded")
    frame.loc[:9, "comparator"] = "other_programme"
    frame.loc[10:14, "includes_subsidised_job"] = "included"
    m = evidence.sign_model(frame, FORMULA)
    assert m.n_estimates == len(frame) - 15
    # Horizons are needed only where the formula names them.
    frame.loc[20:29, "horizon_months"] = np.nan
    assert evidence.sign_model(frame, FORMULA).n_estimates == len(frame) - 25
    assert evidence.sign_model(frame, "~ programme_type").n_estimates == len(frame) - 15


def test_below_five_samples_there_is_no_model():
    few = drawn(8, samples=4, per=20)
    m = evidence.sign_model(few, FORMULA)
    assert m.refusal and m.certainty == "too little to say"
    assert m.coefficients.empty and m.table.empty
    assert m.sentence.startswith("Too little to say: 4 independent samples")


def test_a_contrast_with_four_samples_on_a_side_is_not_shown():
    frame = drawn(9)
    few = frame["study_id"].isin([f"s{i}" for i in range(4)])
    m = evidence.sign_model(frame.assign(programme_type=frame["programme_type"].mask(few, "mixed")), FORMULA)
    row = m.table.set_index("level").loc["mixed"]
    assert row["n_samples"] == 4
    assert row[["predicted", "difference", "se", "low", "high"]].isna().all()
    assert row["judged"].startswith("too little to say: 4 independent samples")
    assert m.table.set_index("level").loc["training", "judged"] == ""
    assert np.isnan(m.probabilities.set_index("level").loc["mixed", "predicted_favourable"])


def test_a_level_that_predicts_perfectly_is_set_aside():
    frame = drawn(10)
    sure = frame["study_id"].isin([f"s{i}" for i in range(6)])
    frame.loc[sure, ["programme_type", "significance"]] = ["mixed", "positive"]
    m = evidence.sign_model(frame, FORMULA)
    assert m.n_estimates == int((~sure).sum())
    assert "mixed" not in set(m.table["level"])
    (told,) = [c for c in m.checks if c.name == "perfect prediction"]
    assert told.status == "failed" and "All 36 estimates" in told.sentence and "Merge" in told.sentence
    assert np.abs(m.coefficients["estimate"]).max() < 5


def test_separation_by_no_single_level_is_refused():
    frame = drawn(11).assign(
        dose=lambda f: f["significance"].map({"negative": 1.0, "none": 2.0, "positive": 3.0})
    )
    frame["dose"] += np.linspace(0, 0.4, len(frame))
    m = evidence.sign_model(frame, "~ dose")
    assert m.refusal and "perfectly" in m.refusal and "dose, per 1" in m.refusal and "leave" in m.refusal


def test_one_category_is_nothing_to_explain():
    m = evidence.sign_model(drawn(12).assign(significance="positive"), FORMULA)
    assert m.refusal and "all estimates are favourable" in m.refusal


def test_two_categories_do():
    frame = drawn(13)
    m = evidence.sign_model(frame[frame["significance"] != "negative"], FORMULA)
    assert m.refusal is None and len(m.cutpoints) == 1
    assert m.probabilities["predicted_unfavourable"].eq(0).all()


def test_more_coefficients_than_samples_are_refused():
    frame = drawn(14, samples=5, per=30)
    frame["dose"] = np.random.default_rng(1).normal(size=len(frame))
    m = evidence.sign_model(frame, "~ programme_type + dose + band")
    assert m.refusal and "cannot carry 5 coefficients and cutpoints" in m.refusal
    assert evidence.sign_model(frame, FORMULA).refusal is None
    with pytest.raises(DesignError, match="needs samples of its own"):
        evidence.sign_model(frame, "~ programme_type * band + dose")


@pytest.mark.parametrize(
    ("formula", "error", "words"),
    [
        ("~ 1", ParameterError, "names nothing"),
        ("~ programme_type - 1", ParameterError, "without a constant"),
        ("~ colour", DesignError, "no column 'colour'"),
        ("~ band + C(band)", ParameterError, "twice"),
        ("~ __import__('os')", ParameterError, "cannot read"),
    ],
)
def test_formulas_that_say_nothing_name_the_way_out(formula, error, words):
    with pytest.raises(error, match=words):
        evidence.sign_model(drawn(15), formula)


def test_no_sample_no_model():
    m = evidence.sign_model(drawn(16).drop(columns="study_id").assign(study_id=None), FORMULA)
    assert m.refusal and "0 independent samples" in m.refusal


def test_the_real_base():
    from almpo_kit import sources

    m = evidence.sign_model(sources.effects(), FORMULA)
    assert m.converged and m.n_samples >= 30
    shown = m.table[m.table["judged"] == ""]
    assert (shown["n_samples"] >= 5).all() and (shown["against_samples"] >= 5).all()
    # As Card, Kluve and Weber find: favourable results are rarer in the first year.
    bands = m.table.set_index("level").loc[["short", "medium", "long"], "predicted"]
    assert bands["short"] < bands["medium"] and bands["short"] < bands["long"]
    assert "not how large" in " ".join(c.sentence for c in m.checks)


def covers(samples, seed, truth):
    """Whether the interval of one draw, six estimates a sample, holds the true marginal effect."""
    rng = np.random.default_rng([seed, samples])
    sample = np.repeat(np.arange(samples), 6)
    x = np.c_[sample % 2 == 0, rng.random(len(sample)) < 0.5].astype(float)
    shared = rng.normal(0, 0.3, samples)[sample] + rng.normal(0, np.sqrt(0.91), len(sample))
    y = np.unique(np.digitize(x @ [0.5, 0.6] + shared, [-0.8, 0.6]), return_inverse=True)[1]
    if kernel.separation(y, x) is not None:
        return np.nan  # the verb refuses these draws
    f = kernel.fit(y, x)
    at = [kernel.mean_top(f.beta, f.cut, np.c_[np.full(len(x), on), x[:, 1]]) for on in (1.0, 0.0)]
    gradient = at[0].gradient - at[1].gradient
    se = np.sqrt(gradient @ kernel.clustered(f, sample) @ gradient)
    return abs(at[0].value - at[1].value - truth) <= critical(0.95, samples - 1.0) * se


@pytest.mark.slow
@pytest.mark.parametrize(("samples", "expected"), [(10, 0.93), (40, 0.945), (200, 0.95)])
def test_intervals_cover_the_true_difference(samples, expected):
    """2,000 draws, Monte-Carlo error 0.5 points: a little too narrow with ten samples, right with many."""
    long = np.array([0.0, 0.6])
    truth = (norm.sf(0.1 - long) - norm.sf(0.6 - long)).mean()
    assert np.mean([covers(samples, seed, truth) for seed in range(2_000)]) == pytest.approx(
        expected, abs=0.015
    )


def test_no_other_category_is_taken_for_favourable():
    """Without a favourable result the highest category that occurs is another one."""
    frame = drawn(17)
    m = evidence.sign_model(frame[frame["significance"] != "positive"], FORMULA)
    assert m.refusal and "no estimate is significantly favourable" in m.refusal
    assert m.table["predicted"].isna().all() and m.table["difference"].isna().all()
    # The same where all favourable results were set aside because they predict perfectly.
    sure = frame["study_id"].isin([f"s{i}" for i in range(6)])
    frame["significance"] = frame["significance"].where(frame["significance"] != "positive", "none")
    frame.loc[sure, ["programme_type", "significance"]] = ["mixed", "positive"]
    m = evidence.sign_model(frame, FORMULA)
    assert m.refusal and "none of the estimates left is significantly favourable" in m.refusal
    assert m.table["predicted"].isna().all()


def test_what_was_set_aside_is_named_in_the_sentence():
    frame = drawn(10)
    sure = frame["study_id"].isin([f"s{i}" for i in range(6)])
    frame.loc[sure, ["programme_type", "significance"]] = ["mixed", "positive"]
    m = evidence.sign_model(frame, FORMULA)
    assert "Set aside and not among these: " in m.sentence
    assert "all 36 estimates, 6 independent samples, favourable" in m.sentence


@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        ([(-1, 1)], "The one comparison shown cannot be told from no difference."),
        ([(-1, 1), (-2, 1)], "None of the 2 comparisons shown can be told from no difference."),
        ([(1, 2), (-2, 1)], ". The other comparison shown cannot be told from no difference."),
        (
            [(1, 2), (-2, 1), (-2, 1)],
            ". The other 2 of 3 comparisons shown cannot be told from no difference.",
        ),
        ([(1, 2)], "training against job-search services 1.5 points (95%: 1.0 to 2.0)."),
    ],
)
def test_what_cannot_be_told_from_nothing_is_said_that_way_round(intervals, words):
    from almpo_kit.evidence.signs.sign_cases import case_of
    from almpo_kit.evidence.signs.sign_words import model_sentence

    low, high = np.array(intervals, float).T
    table = pd.DataFrame({"low": low, "high": high, "difference": (low + high) / 2, "judged": ""})
    table = table.assign(variable="programme_type", label="training", against="services")
    said = model_sentence(case_of(drawn(3), FORMULA, "sample_id"), table, 0.95)
    assert said.endswith(words), said
