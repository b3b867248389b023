from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.late import late
from almpo_kit.experiments.assigning.randomisation_test import randomisation_test
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign

from .lists import DESIGNS, people


def outcomes(made: Assignment, effect: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """An outcome with noise, offices' own levels, and an effect on every programme's people."""
    frame = made.assignments
    rng = np.random.default_rng(np.random.SeedSequence([seed, 7]))
    level = people()["office"].str[7:].astype(int).to_numpy()[: len(frame)] / 6
    y = rng.normal(0, 1, len(frame)) + level + effect * (frame["arm"] != made.design.comparison)
    return pd.DataFrame({"id": frame["id"], "y": y, "source": "SYNTHETIC"})


def by_hand(y: np.ndarray, treated: np.ndarray, tau: float = 0.0) -> float:
    """Fisher's p-value of a constant effect, all ways to choose the treated gone through."""
    z = y - tau * treated
    n, k = len(z), int(treated.sum())
    ways = np.array([np.isin(np.arange(n), c) for c in itertools.combinations(range(n), k)])
    found = ways @ z / k - (~ways) @ z / (n - k)
    real = z[treated].mean() - z[~treated].mean()
    return float((np.abs(found) >= abs(real) - 1e-9).mean())


@pytest.mark.parametrize("arms", [{"n": 0.5, "a": 0.5}, {"n": 0.7, "a": 0.3}])
def test_the_exact_test_and_its_interval_by_going_through_all_ways(arms: dict[str, float]) -> None:
    made = assign(people(11), TrialDesign("individual", arms=arms), seed=1)
    data = outcomes(made, 1.5)
    found = randomisation_test(made, data, outcome="y")
    y, treated = data["y"].to_numpy(), (made.assignments["arm"] == "a").to_numpy()
    assert found.exact and np.isclose(found.p_value, by_hand(y, treated))
    assert np.isclose(found.effect, y[treated].mean() - y[~treated].mean())
    # Just inside the interval nothing is rejected, just outside it is.
    for edge, way in ((found.low, -1), (found.high, 1)):
        assert by_hand(y, treated, edge - way * 1e-6) > 0.05 >= by_hand(y, treated, edge + way * 1e-6)
    shifted = randomisation_test(made, data, outcome="y", null=0.7)
    assert np.isclose(shifted.p_value, by_hand(y, treated, 0.7))


def test_pairs_by_flipping_signs() -> None:
    design, columns = DESIGNS["matched_pair"]
    made = assign(people(), design, seed=1, **columns)
    data = outcomes(made, 0.5)
    means = data["y"].groupby(made.assignments["cluster"]).mean()
    groups = made.assignments.drop_duplicates("cluster").set_index("cluster")
    sign = np.where(groups["arm"] == "programme", 1, -1)
    gaps = (sign * means.loc[groups.index]).groupby(groups["pair"]).sum().to_numpy()
    flips = np.array(list(itertools.product([1, -1], repeat=len(gaps)))) @ gaps / len(gaps)
    found = randomisation_test(made, data, outcome="y")
    assert found.exact and found.draws == 64 and np.isclose(found.effect, gaps.mean())
    assert np.isclose(found.p_value, (np.abs(flips) >= abs(gaps.mean()) - 1e-9).mean())
    # The t of pairs orders flips as their mean does, whatever effect is taken away.
    other = randomisation_test(made, data, outcome="y", statistic="studentised")
    assert np.isclose(other.p_value, found.p_value) and np.isclose(other.effect, found.effect)
    assert np.isclose(other.low, found.low) and np.isclose(other.high, found.high)


def test_groups_count_with_their_people() -> None:
    design, columns = DESIGNS["cluster"]
    made = assign(people(), design, seed=1, **columns)
    data = outcomes(made, 0.5)
    arm = made.assignments["arm"]
    found = randomisation_test(made, data, outcome="y")
    assert found.exact and found.draws == 924
    assert np.isclose(
        found.effect, data["y"][arm == "programme"].mean() - data["y"][arm != "programme"].mean()
    )


def test_many_draws_come_near_welch_and_both_statistics_agree_in_large_lists() -> None:
    made = assign(people(), DESIGNS["individual"][0], seed=1)
    data = outcomes(made, 0.4)
    arm = made.assignments["arm"] == "programme"
    told = ttest_ind(data["y"][arm], data["y"][~arm], equal_var=False).confidence_interval()
    for statistic in ("difference", "studentised"):
        found = randomisation_test(made, data, outcome="y", statistic=statistic, draws=1999)
        assert not found.exact and np.allclose([found.low, found.high], told, atol=0.03)
        assert found.low < found.effect < found.high and (found.p_value <= 0.05) == (found.low > 0)
    again = randomisation_test(made, data, outcome="y", statistic=statistic, draws=1999)
    assert again.table.equals(found.table)


@pytest.mark.parametrize("statistic", ["difference", "studentised"])
def test_studentised_and_plain_intervals_are_what_their_p_values_say(statistic: str) -> None:
    made = assign(people(60), TrialDesign("blocked"), seed=1, blocks=["sex"])
    data = outcomes(made, 0.8)
    found = randomisation_test(made, data, outcome="y", statistic=statistic, draws=499)
    for edge, way in ((found.low, -1), (found.high, 1)):
        out, inside = (
            randomisation_test(
                made, data, outcome="y", statistic=statistic, draws=499, null=edge + s * way * 1e-5
            )
            for s in (1, -1)
        )
        assert out.p_value <= 0.05 < inside.p_value


def wedge(made: Assignment, effect: float, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    groups = made.assignments.drop_duplicates("cluster")
    rows = [
        {"cluster": g, "period": t, "y": i / 3 + 0.4 * t + effect * (t >= s) + rng.normal(0, 0.3)}
        for i, (g, s) in enumerate(zip(groups["cluster"], groups["step"], strict=True))
        for t in range(5)
    ]
    return pd.DataFrame(rows)


def test_a_stepped_wedge_holds_groups_and_periods_constant() -> None:
    import statsmodels.formula.api as smf

    design, columns = DESIGNS["stepped_wedge"]
    made = assign(people(), design, seed=1, **columns)
    data = wedge(made, 1.0)
    data.loc[7, "y"] = np.nan
    step = made.assignments.drop_duplicates("cluster").set_index("cluster")["step"]
    data["on"] = (data["period"] >= data["cluster"].map(step)).astype(float)
    told = smf.ols("y ~ on + C(cluster) + C(period)", data).fit().params["on"]
    found = randomisation_test(made, data, outcome="y", draws=499)
    assert np.isclose(found.effect, told) and found.p_value == 1 / 500 and found.low < 1 < found.high
    # Taking an effect away is the same as testing it.
    less = data.assign(y=data["y"] - 0.9 * data["on"])
    without = randomisation_test(made, less, outcome="y", draws=499)
    assert without.p_value == randomisation_test(made, data, outcome="y", draws=499, null=0.9).p_value
    by_person = data.merge(made.assignments[["id", "cluster"]]).drop(columns="cluster")
    assert np.isclose(randomisation_test(made, by_person, outcome="y", draws=99).effect, told)


def test_a_criterion_makes_the_test_sharper_and_needs_the_list() -> None:
    units, rule = people(60), Rerandomisation(["age"], share_accepted=0.05)
    made = assign(units, DESIGNS["individual"][0], seed=1, criterion=rule)
    rng = np.random.default_rng(np.random.SeedSequence(2))
    data = pd.DataFrame({"id": units["id"], "y": units["age"] / 11 + rng.normal(0, 0.3, 60)})
    held = randomisation_test(made, data, outcome="y", units=units, draws=299)
    loose = randomisation_test(made.assignments, data, outcome="y", design=made.design, draws=299)
    assert held.effect == loose.effect and held.high - held.low < 0.6 * (loose.high - loose.low)
    with pytest.raises(ParameterError, match="units="):
        randomisation_test(made, data, outcome="y")


def test_an_exact_test_under_a_criterion_goes_through_what_it_accepts() -> None:
    units, rule = people(10), Rerandomisation(["age"], share_accepted=0.3)
    made = assign(units, DESIGNS["individual"][0], seed=1, criterion=rule)
    found = randomisation_test(made, outcomes(made), outcome="y", units=units)
    x, limit = units["age"].to_numpy(), made.limit
    ways = np.array([np.isin(np.arange(10), c) for c in itertools.combinations(range(10), 5)])
    apart = (ways @ x - (~ways) @ x) / 5
    assert found.exact and found.draws == int((2.5 * apart**2 / x.var(ddof=1) <= limit).sum()) < 252


def test_several_arms_are_named_and_the_third_stays_out_of_it() -> None:
    design, columns = DESIGNS["three arms"]
    made = assign(people(), design, seed=1, **columns)
    data = outcomes(made, 0.5)
    with pytest.raises(ParameterError, match="arm='a'"):
        randomisation_test(made, data, outcome="y")
    found = randomisation_test(made, data, outcome="y", arm="a", draws=199)
    wild = data.assign(y=data["y"] + 1e6 * (made.assignments["arm"] == "b"))
    assert randomisation_test(made, wild, outcome="y", arm="a", draws=199).table.equals(found.table)


def test_late_entrants_and_unknown_outcomes() -> None:
    first = assign(people(40), DESIGNS["individual"][0], seed=1)
    more = late(first, people(20, first=500), seed=2)
    both = pd.concat([first.assignments, more.assignments], ignore_index=True)
    rng = np.random.default_rng(np.random.SeedSequence(2))
    data = pd.DataFrame({"id": both["id"], "y": rng.normal(size=60)})
    data.loc[:4, "y"] = np.nan
    found = randomisation_test(both, data.iloc[:-3], outcome="y", design=first.design, draws=199)
    assert "8 outcomes are not known" in " ".join(c.sentence for c in found.checks)
    known = data.iloc[5:-3]["y"]
    inside = both.iloc[5:-3]
    gaps, weights = [], []
    for _, part in known.groupby(inside["entered"]):
        on = inside.loc[part.index, "arm"] == "programme"
        gaps.append(part[on].mean() - part[~on].mean())
        weights.append(len(part))
    assert np.isclose(found.effect, np.average(gaps, weights=weights))


def test_so_few_groups_that_nothing_could_be_rare() -> None:
    made = assign(people(60, 4), TrialDesign("cluster"), seed=1, cluster="office")
    found = randomisation_test(made, outcomes(made, 5), outcome="y")
    assert found.draws == 6 and found.p_value >= 1 / 3
    assert (found.low, found.high) == (-np.inf, np.inf)
    assert "enough draws are possible" in {c.name for c in found.failed}


@pytest.mark.parametrize(
    ("change", "more", "error", "says"),
    [
        ({}, {"outcome": "z"}, FrameError, "no column 'z'"),
        ({"id": "p0"}, {}, FrameError, "stand there before"),
        ({"id": [f"q{i}" for i in range(240)]}, {}, FrameError, "240 units of the outcomes were not drawn"),
        ({"y": "yes"}, {}, FrameError, "is no number"),
        ({"y": np.inf}, {}, FrameError, "infinite"),
        ({"y": np.nan}, {}, DesignError, "no outcome is known"),
        ({"y": 1.0}, {"statistic": "studentised"}, DesignError, "outcomes that vary"),
        ({}, {"statistic": "median"}, ParameterError, "none of difference"),
        ({}, {"draws": 5}, ParameterError, "draws=5"),
        ({}, {"arm": "x"}, ParameterError, "arm 'x'"),
    ],
)
def test_what_is_refused(change: Any, more: Any, error: type[Exception], says: str) -> None:
    made = assign(people(), DESIGNS["individual"][0], seed=1)
    with pytest.raises(error, match=says):
        randomisation_test(made, outcomes(made).assign(**change), **({"outcome": "y"} | more))


def test_people_do_not_stand_in_what_is_shown() -> None:
    made = assign(people(), DESIGNS["individual"][0], seed=1)
    found = randomisation_test(made, outcomes(made), outcome="y", draws=99)
    assert found.sentence.startswith("SYNTHETIC") and len(found.table) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["individual", "three arms", "cluster in blocks", "matched_pair", "saturation"]
)
def test_levels_hold_in_small_trials(kind: str) -> None:
    """Of 400 trials without an effect, drawn by assign(), at most 5% (and three standard errors) are rejected at 0.05."""
    design, columns = DESIGNS[kind]
    rejected = 0
    for seed in range(400):
        made = assign(people(), design, seed=seed, **columns)
        arm = design.programmes[0]
        found = randomisation_test(made, outcomes(made, 0, seed), outcome="y", arm=arm, draws=99, seed=seed)
        rejected += found.p_value <= 0.05
    assert rejected <= 20 + 3 * np.sqrt(400 * 0.05 * 0.95)
    # Exact tests of few draws reject less often, never hardly at all.
    assert rejected >= 5
