"""What the register says is true is what its months show, once selection is taken out by the true chances of entry."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.sources.synthetic.register import SyntheticRegister
from almpo_kit.sources.synthetic.register_model import Rates, chances, outside
from almpo_kit.sources.synthetic.register_paths import _Mass, expected_paths

POSITIVE = st.floats(0, 50)


@cache
def world(**options: object) -> SyntheticRegister:
    return sources.synthetic_register(**{"n": 12_000, "seed": 5, **options})  # type: ignore[arg-type]


def within(seen: np.ndarray, said: float, errors: float = 4.0) -> bool:
    return abs(seen.mean() - said) < errors * seen.std() / np.sqrt(len(seen))


@given(POSITIVE, POSITIVE)
def test_competing_events_are_chances(first: float, second: float) -> None:
    a, b = chances(np.array([first]), np.array([second]))
    assert 0 <= a[0] <= 1 and 0 <= b[0] <= 1 and a[0] + b[0] <= 1 + 1e-12
    c, d = outside(np.array([first]))
    assert c[0] + d[0] <= 1 + 1e-12 and (first > 0 or c[0] == d[0] == 0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2), st.lists(st.tuples(POSITIVE, POSITIVE, POSITIVE), min_size=1, max_size=12))
def test_nobody_is_lost_between_states(arm: int, months: list[tuple[float, float, float]]) -> None:
    model = sources_small().truth.model
    mass = _Mass(model, np.arange(3), arm)
    mass.registered[0] = 1.0
    for find, lose, leave in months:
        mass.move(Rates(*(np.full(3, x) for x in (find, lose, leave))))
        assert np.allclose(mass.registered.sum(axis=0) + mass.work + mass.out, 1.0)
        assert mass.registered.min() >= -1e-12 and mass.work.min() >= -1e-12 and mass.out.min() >= -1e-12


@cache
def sources_small() -> SyntheticRegister:
    return sources.synthetic_register(50, seed=0)


@pytest.mark.parametrize("spill_over", [0.0, 1.0])
def test_what_was_drawn_is_what_was_expected(spill_over: float) -> None:
    register = world(spill_over=spill_over)
    truth, rows = register.truth, np.arange(12_000)
    nobody_waits = np.zeros(12_000, dtype=int)
    expected = expected_paths(truth.model, rows, nobody_waits, 36, waits=nobody_waits)
    work = truth.drawn.state == 1
    for m in (1, 3, 8, 15, 24, 36):
        assert within(work[:, m] - expected.employed[:, m], 0.0)
        assert within(register._earnings[:, m] - expected.earnings[:, m], 0.0)


def test_entrants_fare_as_expected_after_entry() -> None:
    truth = world().truth
    for code in range(3):
        rows = np.flatnonzero((truth.drawn.arm == code) & (truth.drawn.start <= 20))
        start = truth.drawn.start[rows].astype(int)
        expected = expected_paths(truth.model, rows, start, 16, enters=code)
        for m in (0, 2, 7, 16):
            assert within((truth.drawn.state[rows, start + m] == 1) - expected.employed[:, m], 0.0)


@pytest.mark.parametrize(
    ("n", "precise"), [(25_000, 0.03), pytest.param(250_000, 0.008, marks=pytest.mark.slow)]
)
def test_entering_against_waiting_is_what_weighting_by_true_chances_finds(n: int, precise: float) -> None:
    """At each month, those who enter against those at risk who do not: sequentially as good as randomised."""
    truth = world(n=n, entry_rate=2.0).truth
    said = {arm: truth.effects(arm, against="waiting", horizon=12) for arm in truth.arms}
    work = truth.drawn.state == 1
    for code, arm in enumerate(truth.arms):
        for m in (2, 12):
            gaps, sizes, variances, true = [], [], [], []
            for t in range(1, 13):
                waiting = (truth.drawn.state[:, t - 1] == 0) & (
                    (truth.drawn.start < 0) | (truth.drawn.start >= t)
                )
                rows = np.flatnonzero(waiting)
                chance = truth.entry_chance(rows, t)
                now = truth.drawn.start[rows] == t
                mine = now & (truth.drawn.arm[rows] == code)
                y = work[rows, t + m]
                weight = chance[:, code] / (1 - chance.sum(axis=1)) * ~now
                other = np.average(y, weights=weight)
                gaps.append(y[mine].mean() - other)
                sizes.append(mine.sum())
                spread = (weight**2 * (y - other) ** 2).sum() / weight.sum() ** 2
                variances.append(y[mine].var() / mine.sum() + spread)
                true.append(said[arm].employed[said[arm].start == t, m].mean())
            share = np.array(sizes) / sum(sizes)
            error = np.sqrt((share**2 * variances).sum())
            assert abs(share @ (np.array(gaps) - true)) < 4 * error
            assert error < precise


@pytest.mark.parametrize("n", [12_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_averages_at_entry_are_what_weighting_by_true_chances_finds(n: int) -> None:
    truth = world(assignment="at_entry", n=n).truth
    chance = truth.entry_chance(np.arange(n), 0)
    averages = truth.averages(horizon=24).set_index(["arm", "estimand", "months"])["employed"]
    for code, arm in enumerate(truth.arms):
        there = chance[:, code] > 0
        effects = truth.effects(arm, of="everybody", horizon=24).employed
        for m in (4, 24):
            y = truth.drawn.state[:, m] == 1
            treated, none = truth.drawn.arm == code, truth.drawn.arm < 0
            inverse = treated[there] / chance[there, code] - none[there] / (1 - chance[there].sum(axis=1))
            effect = effects[:, m]
            # Where the programme is not offered, nothing can be weighted to.
            assert within(inverse * y[there], effect[there].mean())
            assert effect.mean() == pytest.approx(averages[arm, "ate", m])


def test_naive_comparisons_are_wrong_with_confounding_and_right_without() -> None:
    def naive(register: SyntheticRegister, arm: str) -> tuple[float, float, float]:
        people = register.wide([24])
        groups = people.groupby("treatment")["employed_24"]
        gap = groups.mean()[arm] - groups.mean()["no programme"]
        error = np.sqrt(
            groups.var()[arm] / groups.size()[arm]
            + groups.var()["no programme"] / groups.size()["no programme"]
        )
        truth = register.truth.effects(arm).average()["employed"].iloc[24]
        return gap, float(error), truth

    selected = world(assignment="at_entry", roll_out=None)
    fair = world(assignment="at_entry", roll_out=None, confounding=0.0)
    for arm in selected.truth.arms:
        gap, error, truth = naive(selected, arm)
        assert abs(gap - truth) > 4 * error
        gap, error, truth = naive(fair, arm)
        assert abs(gap - truth) < 4 * error
    # Office's workers send those with poor prospects to services: it looks harmful and is not.
    gap, _, truth = naive(selected, "job-search services")
    assert gap < 0 < truth


def test_hidden_selection_cannot_be_adjusted_away() -> None:
    def adjusted(register: SyntheticRegister) -> float:
        """Bias of a regression on all that persons holds, training against no programme."""
        people = register.wide([24])
        people = people[people["treatment"].isin(["training", "no programme"])]
        numbers = people.select_dtypes("number").drop(columns=["employed_24", "earnings_24"])
        schooling = (people["education"].to_numpy()[:, None] == np.array(["low", "high"])).astype(float)
        treated = (people["treatment"] == "training").to_numpy()
        x = np.column_stack([np.ones(len(people)), numbers - numbers.mean(), schooling])
        y = people["employed_24"].to_numpy()
        outside = np.linalg.lstsq(x[~treated], y[~treated], rcond=None)[0]
        gap = float(y[treated].mean() - (x[treated] @ outside).mean())
        return gap - float(register.truth.effects("training").average()["employed"].iloc[24])

    options = {"assignment": "at_entry", "roll_out": None}
    assert abs(adjusted(world(**options, n=20_000))) < 0.03
    assert adjusted(world(**options, hidden=1.5, n=20_000)) > 0.05


def test_lock_in_first_and_gains_later() -> None:
    path = world().truth.effects("training", of="everybody").average()["employed"]
    assert path[5] < -0.1 and path[36] > 0.05
    free = world(lock_in=False).truth.effects("training", of="everybody").average()["employed"]
    assert free[5] > -1e-12 and free[36] > 0.05


def test_heterogeneity_can_be_switched_off() -> None:
    spread = {
        h: world(heterogeneity=h).truth.effects("training", of="everybody", horizon=24).employed[:, 24].std()
        for h in (0.0, 1.0)
    }
    assert spread[0.0] < 0.02 and spread[1.0] > 3 * spread[0.0]


def test_waiting_people_may_enter_later_so_less_is_gained_against_them() -> None:
    truth = world().truth
    never, waits = (
        truth.effects("wage subsidy", against=a).average()["employed"] for a in ("never", "waiting")
    )  # type: ignore[arg-type]
    assert never[0] == pytest.approx(waits[0], abs=1e-12) and waits[36] < never[36] - 0.005
    longer = truth.effects("wage subsidy", against="waiting", strata_months=6).average()["employed"]
    assert waits[36] < longer[36] < never[36]


def test_spill_overs_harm_those_who_never_enter() -> None:
    harmed = world(spill_over=1.0).truth.displaced(24)
    assert harmed["employed"].iloc[12] < -0.02 and harmed["earnings"].iloc[12] < 0
    assert np.abs(world().truth.displaced(24)[["employed", "earnings"]].to_numpy()).max() == 0


def test_the_cycle_moves_job_finding() -> None:
    def by_half(register: SyntheticRegister) -> float:
        early = register.persons["entry_month"].to_numpy() < 12
        work = register.truth.drawn.state[:, 30] == 1
        return float(work[early].mean() - work[~early].mean())

    assert abs(by_half(world(cycle=False))) < 0.02 < by_half(world())
