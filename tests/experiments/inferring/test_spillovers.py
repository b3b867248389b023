"""Effects of offers on those offered and on others: known truth, exact tests, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, t

from almpo_kit.experiments.inferring.kernels.place_cells import place_cells
from almpo_kit.experiments.inferring.kernels.saturation_effects import contrast, saturation_means
from almpo_kit.experiments.inferring.kernels.saturation_permutations import focal_means, permutation_p
from almpo_kit.experiments.inferring.kernels.spillover_contrasts import spillover_contrasts
from almpo_kit.experiments.inferring.outcome_scale import OutcomeScale
from almpo_kit.experiments.inferring.spillover_words import spillover_sentence
from almpo_kit.experiments.inferring.spillovers import spillovers
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

from .saturation_worlds import many, people

LEVELS = np.array([0.0, 0.25, 0.5, 0.75])


def elsewhere(frame: pd.DataFrame) -> str:
    """A place of another saturation than the first person's."""
    return str(frame.loc[frame["saturation"] != frame["saturation"].iloc[0], "place"].iloc[0])


def pooled(found: pd.DataFrame) -> pd.Series:
    return found[found["saturation"].isna()].set_index("estimand")["effect"]


def test_without_noise_every_estimand_is_its_truth() -> None:
    share = np.repeat(LEVELS, 3)
    rows = [
        {"id": f"{j}-{i}", "place": f"p{j}", "saturation": s, "offered": int(i < round(20 * s))}
        for j, s in enumerate(share)
        for i in range(20)
    ]
    frame = pd.DataFrame(rows)
    frame["y"] = 1.0 + 0.2 * frame["offered"] - 0.1 * frame["saturation"] * (1 - frame["offered"])
    found = spillovers(frame, draws=99)
    at = found.table.set_index(["estimand", "saturation"])["effect"]
    for s in (0.25, 0.5, 0.75):
        assert at["direct", s] == pytest.approx(0.2 + 0.1 * s)
        assert at["spillover", s] == pytest.approx(-0.1 * s)
        assert at["offered", s] == pytest.approx(0.2)
        assert at["overall", s] == pytest.approx(0.2 * s - 0.1 * s * (1 - s))
        assert at["net", s] == pytest.approx(0.2 - 0.1 * (1 - s))
    whole = pooled(found.table)
    assert whole["slope_not_offered"] == pytest.approx(-0.1)
    assert whole["slope_offered"] == pytest.approx(0, abs=1e-12)
    assert whole["net"] == pytest.approx(whole["offered"] + whole["others"])
    assert found.displaced == pytest.approx(-whole["others"] / whole["offered"])


def test_a_sentence_says_how_many_of_ten_others_lost() -> None:
    outcome = TrialOutcome("y", "binary", 0.4, outcome="employment_probability", unit="percentage_points")
    found = spillovers(people(3, places=160, size=60), outcome=outcome)
    assert "Of 10 jobs gained by those offered" in found.sentence
    assert f"{10 * found.displaced:.1f} were lost by others" in found.sentence
    assert found.displaced_low < found.displaced < found.displaced_high
    assert found.headline is not None and found.headline.unit == "points"
    assert not found.failed
    assert found.p_no_spillover < 0.05


@pytest.mark.parametrize(
    ("others", "displaced", "said"),
    [
        ((-0.02, -0.04, -0.001), (0.25, 0.05, 0.7), "Of 10 gained by those offered, 2.5 were lost by others (95%: 0.5 to 7.0)"),
        ((-0.02, -0.06, 0.02), (0.25, -0.3, 0.9), "between none and 9.0 could have been lost, and others could have gained up to 3.0"),
        ((-0.02, -0.06, 0.02), (0.25, -0.3, 1.5), "between none and all, and even 15, could have been lost"),
        ((-0.02, -0.6, 0.56), (0.25, -np.inf, np.inf), "of 10 gained, between none and all could have been lost."),
        ((-0.02, -0.03, -0.01), (0.25, -np.inf, np.inf), "Others lose, but which part of the gain cannot be said"),
        ((0.02, 0.01, 0.03), (-0.25, -0.5, -0.1), "with every 10 gained, they gain 2.5 (95%: 1.0 to 5.0)"),
    ],
)  # fmt: skip
def test_what_the_interval_does_not_bear_is_not_said(
    others: tuple[float, ...], displaced: tuple[float, float, float], said: str
) -> None:
    ends = {"offered": (0.08, 0.04, 0.12), "others": others, "net": (0.06, 0.01, 0.11)}
    table = pd.DataFrame(
        [(k, np.nan, *v) for k, v in ends.items()],
        columns=["estimand", "saturation", "effect", "low", "high"],
    )
    scale = OutcomeScale("y", "the outcome", 100.0, "points", 1, True)
    text = spillover_sentence(table, displaced, 0.5, scale, 0.95)
    assert said in text
    open_ = not (displaced[1] > 0 or displaced[2] < 0)
    assert ("were lost" in text) == (displaced[1] > 0)
    assert ("seem to lose" in text) == (others[1] < 0 < others[2])
    assert ("Whether others lose cannot be told" in text) == (open_ and others[2] > 0)


def test_intervals_hold_as_often_as_they_say() -> None:
    """1,500 trials of 24 places of unequal size: 95% within Monte-Carlo error (1.7 points at three standard errors)."""
    y, offered, place, level = many(1, 1500, levels=LEVELS, places=24, size=20, between=0.1, vary=True)
    asked = spillover_contrasts(LEVELS, np.full(4, 6))
    cells = place_cells(y, offered, place, 24)
    # Numbers offered are rounded, so weights by saturation are off by less than the noise.
    truth = {"direct": 0.25, "spillover": -0.05, "net": 0.15}
    for by_people in (True, False):
        means = saturation_means(cells, level, 4, by_people=by_people)
        for name, value in truth.items():
            estimate, se, df = contrast(means, asked[name, 0.5])
            held = np.mean(np.abs(estimate - value) <= t.ppf(0.975, df) * se)
            assert 0.93 <= held <= 0.97, (name, by_people, held)


def test_a_normal_quantile_would_not_hold() -> None:
    """The same with six places a saturation and z: the corrections are needed."""
    y, offered, place, level = many(2, 1500, levels=LEVELS[:2], places=6, size=20, between=0.1)
    asked = spillover_contrasts(LEVELS[:2], np.full(2, 3))
    means = saturation_means(place_cells(y, offered, place, 6), level, 2, by_people=True)
    estimate, se, df = contrast(means, asked["spillover", 0.25])
    error = np.abs(estimate + 0.025)
    assert np.mean(error <= 1.96 * se) < 0.91
    assert 0.93 <= np.mean(error <= t.ppf(0.975, df) * se) <= 0.97


def test_drawing_again_is_exact_where_nothing_spills_over() -> None:
    """p-values of 400 trials with strong effects on those offered and none on others: uniform."""
    rng = np.random.default_rng(5)
    place, found = np.repeat(np.arange(16), 12), []
    for _ in range(400):
        share = rng.permutation(np.repeat([0.0, 0.25, 0.5, 0.75], 4))
        rank = np.argsort(np.argsort(place + rng.random(192))) % 12
        offered = (rank < 12 * share[place]).astype(int)
        y = rng.standard_normal(16)[place] + rng.exponential(1, 192) + 3 * offered
        mean, weight = focal_means(y, offered, place, np.full(16, 3), rng)
        assert (weight == 3).all()
        found.append(permutation_p(mean, weight, share, np.zeros(16), 199, rng))
    assert kstest(found, "uniform").pvalue > 0.01
    assert np.mean(np.array(found) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_saturations_are_drawn_again_within_their_strata() -> None:
    mean = np.array([0.0, 0.1, 5.0, 5.1])
    share = np.array([0.0, 0.5, 0.0, 0.5])
    rng = np.random.default_rng(1)
    within = permutation_p(mean, np.ones(4), share, np.array([0, 0, 1, 1]), 4000, rng)
    # Four orders; the one seen and its mirror are as extreme.
    assert within == pytest.approx(0.5, abs=0.03)


def test_everybody_offered_somewhere_and_nobody_elsewhere() -> None:
    found = spillovers(people(1, levels=(0.0, 1.0)), draws=99)
    assert set(found.table["estimand"]) == {"offered", "overall", "net"}
    assert np.isnan(found.p_no_spillover) and np.isnan(found.displaced)
    assert "nobody else is left" in found.sentence


def test_without_places_that_have_no_offer_the_whole_effect_is_not_said() -> None:
    found = spillovers(people(1, levels=(0.25, 0.75)))
    assert "net" not in set(found.table["estimand"])
    assert found.failed and "no places without any offer" in found.sentence.lower().replace("there are ", "")
    assert found.headline is None and found.certainty == "too little to say"


def test_a_single_place_has_no_interval() -> None:
    frame = people(2, places=9, levels=(0.0, 0.5))
    kept = frame[
        frame["saturation"].eq(0) | frame["place"].eq(frame.loc[frame["saturation"].gt(0), "place"].iloc[0])
    ]
    found = spillovers(kept)
    row = found.table.set_index("estimand").loc["net"].iloc[0]
    assert np.isfinite(row["effect"]) and np.isnan(row["low"])
    assert any("single place" in c.sentence for c in found.failed)
    assert found.certainty == "too little to say"


def test_people_who_were_not_found_again_are_left_out_and_said() -> None:
    frame = people(4)
    frame.loc[(frame["offered"] == 1) & (np.arange(len(frame)) % 3 == 0), "y"] = np.nan
    found = spillovers(frame, draws=99)
    assert any(c.name == "found again" for c in found.failed)
    assert found.rests_on.startswith(f"{number(int(frame['y'].notna().sum()), 0)} people")


def test_order_of_rows_and_names_of_places_do_not_matter() -> None:
    frame = people(6)
    again = frame.sample(frac=1, random_state=1).assign(place=lambda d: "x" + d["place"])
    first, second = spillovers(frame, draws=99), spillovers(again, draws=99)
    pd.testing.assert_series_equal(first.table["se"], second.table["se"])


def test_no_person_is_in_the_finding() -> None:
    found = spillovers(people(6), draws=99)
    assert not found.table.isin([f"p{i}" for i in range(50)]).any().any()
    assert len(found.means) == 7


def test_synthetic_data_stay_labelled() -> None:
    frame = stamp(people(6), DataVersion("made_up", "1", kind="synthetic"))
    assert spillovers(frame, draws=99).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda d: d.drop(columns="place"), FrameError, "lacks the columns place"),
        (lambda d: d.assign(saturation=0.5), DesignError, "places with different shares"),
        (lambda d: d.assign(offered=2), FrameError, "1 for those offered"),
        (lambda d: d.assign(saturation=50 * d["saturation"]), FrameError, "0.5 for half"),
        (lambda d: d.assign(id="one"), FrameError, "already"),
        (lambda d: d.assign(offered=1), FrameError, "saturation 0 nobody"),
        (
            lambda d: d.assign(place=d["place"].mask(d["id"] == "p0", elsewhere(d))),
            FrameError,
            "a place has one",
        ),
        (lambda d: d.assign(y="yes"), FrameError, "numbers"),
        (lambda d: d.assign(y=np.inf), FrameError, "infinite"),
    ],
)
def test_what_is_no_saturation_design_is_refused(change, error, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=words):
        spillovers(change(people(7)))


@pytest.mark.parametrize("options", [{"weigh": "offices"}, {"alpha": 0.7}, {"draws": 5}])
def test_what_is_no_option_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        spillovers(people(7), **options)  # type: ignore[arg-type]


def test_a_duration_is_refused_with_a_way_out() -> None:
    with pytest.raises(DesignError, match="had left by a month"):
        spillovers(people(7), outcome=TrialOutcome("y", "duration", 6.0))
