"""Alpha and kappa beside reference software, published examples and brute force."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from almpo_kit.learning.agreeing.kernels import cohen_kappa as kappas
from almpo_kit.learning.agreeing.kernels import distances
from almpo_kit.learning.agreeing.kernels import krippendorff_alpha as alphas
from almpo_kit.learning.agreeing.kernels.small_samples import share_interval, wider

PINS = json.loads((Path(__file__).parents[2] / "reference" / "agreement_pins.json").read_text())
NAN = float("nan")
#: Krippendorff (2011), example C: four observers, twelve units, values missing.
EXAMPLE = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)


def counted(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairable counts and values of answers by expert and unit."""
    values = np.unique(data[~np.isnan(data)])
    return alphas.pairable(np.stack([(data == v).sum(axis=0) for v in values], axis=1).astype(float)), values


def metric(level: str, counts: np.ndarray, values: np.ndarray) -> np.ndarray:
    if level == "nominal":
        return distances.nominal(values.tolist())
    return distances.ordinal(counts.sum(axis=0)) if level == "ordinal" else distances.interval(values)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_the_published_example(level: str, published: float) -> None:
    counts, values = counted(EXAMPLE)
    assert alphas.alpha(counts, metric(level, counts, values)) == pytest.approx(published, abs=5e-4)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["nominal", "ordinal", "interval"]), st.integers(2, 5))
def test_alpha_of_the_package(seed: int, level: str, experts: int) -> None:
    draws = np.random.default_rng(seed)
    data = draws.integers(0, 4, (experts, 25)).astype(float)
    data[draws.random(data.shape) < 0.3] = NAN
    counts, values = counted(data)
    reference = krippendorff.alpha(reliability_data=data, level_of_measurement=level)
    assert alphas.alpha(counts, metric(level, counts, values)) == pytest.approx(reference, abs=1e-10)


def test_alpha_of_sets_by_brute_force() -> None:
    draws = np.random.default_rng(0)
    sets = [frozenset(s) for s in ("a", "b", "ab", "abc", "bd", "")]
    units = [[int(k) for k in draws.integers(0, len(sets), draws.integers(2, 5))] for _ in range(15)]

    def apart(i: int, j: int) -> float:
        a, b = sets[i], sets[j]
        if a == b:
            return 0.0
        if not a & b:
            return 1.0
        return 1 - len(a & b) / len(a | b) * (2 / 3 if a < b or b < a else 1 / 3)

    every = [k for unit in units for k in unit]
    within = sum(2 * sum(apart(i, j) for i, j in combinations(u, 2)) / (len(u) - 1) for u in units) / len(
        every
    )
    among = 2 * sum(apart(i, j) for i, j in combinations(every, 2)) / (len(every) * (len(every) - 1))
    counts = np.array([[u.count(k) for k in range(len(sets))] for u in units], dtype=float)
    assert alphas.alpha(counts, distances.masi(sets)) == pytest.approx(1 - within / among, abs=1e-12)


def test_the_standard_error_is_that_of_leaving_units_out() -> None:
    draws = np.random.default_rng(1)
    data = draws.integers(0, 3, (3, 200)).astype(float)
    data[1] = np.where(draws.random(200) < 0.7, data[0], data[1])
    data[draws.random(data.shape) < 0.2] = NAN
    counts, values = counted(data)
    d = metric("nominal", counts, values)
    left_out = np.array([alphas.alpha(np.delete(counts, u, axis=0), d) for u in range(len(counts))])
    n = len(counts)
    jackknife = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    assert alphas.standard_error(counts, d) == pytest.approx(jackknife, rel=0.02)
    drawn = alphas.bootstrap(counts, d, np.random.default_rng(0), 2000)
    assert drawn.std() == pytest.approx(jackknife, rel=0.1)


def spaced(n: int, power: int) -> np.ndarray:
    places = np.arange(n, dtype=float)
    return np.abs(places[:, None] - places[None, :]) ** power


@pytest.mark.parametrize("name", sorted(PINS))
@pytest.mark.parametrize(("kind", "power"), [("plain", 0), ("linear", 1), ("squared", 2)])
def test_kappa_and_its_standard_error_of_vcd(name: str, kind: str, power: int) -> None:
    table = np.array(PINS[name]["table"], dtype=float)
    d = distances.nominal(range(len(table))) if kind == "plain" else spaced(len(table), power)
    found = kappas.cohen_kappa(table, d)
    assert (found.kappa, found.se) == pytest.approx(tuple(PINS[name][kind]), rel=1e-9)


def test_kappa_of_published_tables() -> None:
    fleiss = np.array(PINS["fleiss1969"]["table"], dtype=float)
    assert kappas.cohen_kappa(fleiss, distances.nominal(range(3))).kappa == pytest.approx(0.429, abs=1e-3)
    # Cohen (1960), table 1.
    cohen = np.array([[0.25, 0.13, 0.12], [0.12, 0.02, 0.16], [0.03, 0.15, 0.02]])
    assert kappas.cohen_kappa(200 * cohen, distances.nominal(range(3))).kappa == pytest.approx(
        -0.09, abs=5e-3
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_kappa_of_scikit_learn(seed: int) -> None:
    draws = np.random.default_rng(seed)
    a, b = draws.integers(0, 3, (2, 40))
    table = np.zeros((3, 3))
    np.add.at(table, (a, b), 1)
    for weights, d in (
        (None, distances.nominal(range(3))),
        ("linear", spaced(3, 1)),
        ("quadratic", spaced(3, 2)),
    ):
        reference = cohen_kappa_score(a, b, weights=weights, labels=[0, 1, 2])
        assert kappas.cohen_kappa(table, d).kappa == pytest.approx(reference, abs=1e-12)


def test_skew_makes_kappa_fall_and_pabak_say_so() -> None:
    table = np.array([[118.0, 5], [2, 0]])
    found = kappas.cohen_kappa(table, distances.nominal(range(2)))
    assert found.kappa < 0 < 0.85 < kappas.adjusted(found.observed, 2)
    assert kappas.two_by_two(table) == pytest.approx((118 / 125, 3 / 125))
    assert np.isnan(kappas.two_by_two(np.eye(3))).all()
    assert np.isnan(kappas.cohen_kappa(np.array([[9.0]]), np.zeros((1, 1))).kappa)


def test_full_agreement_on_a_few_is_not_certain() -> None:
    low, high = wider(1.0, np.ones(100), n_units=10, largest=2.0, level=0.95)
    assert high == 1 and low == pytest.approx(1 - 2 * share_interval(0, 10, 0.95)[1]) and low < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("n", [10, 20, 50, 200])
@pytest.mark.parametrize(("share", "right"), [(0.5, 0.9), (0.1, 0.95), (0.5, 0.97)])
def test_intervals_hold_what_they_promise(n: int, share: float, right: float) -> None:
    draws = np.random.default_rng([n, int(100 * right)])

    def answers(size: int) -> tuple[np.ndarray, np.ndarray]:
        truth = draws.random(size) < share
        both = [np.where(draws.random(size) < right, truth, ~truth) for _ in range(2)]
        yes = both[0].astype(float) + both[1]
        table = np.array(
            [[(a & b).sum() for b in (both[1], ~both[1])] for a in (both[0], ~both[0])], dtype=float
        )
        return np.stack([yes, 2 - yes], axis=1), table

    d = distances.nominal(range(2))
    counts, table = answers(1_000_000)
    true_alpha, true_kappa = alphas.alpha(counts, d), kappas.cohen_kappa(table, d).kappa
    hits, runs = np.zeros(2), 0
    for _ in range(600):
        counts, table = answers(n)
        value, found = alphas.alpha(counts, d), kappas.cohen_kappa(table, d)
        if np.isnan(value) or np.isnan(found.kappa):
            continue
        runs += 1
        total = counts.sum(axis=0)
        expected = total @ d @ total / (total.sum() * (total.sum() - 1))
        ends = wider(
            value, alphas.bootstrap(counts, d, draws, 400), n_units=n, largest=1 / expected, level=0.95
        )
        drawn = kappas.bootstrap(table, d, draws, 400)
        also = wider(found.kappa, drawn, n_units=n, largest=1 / (1 - found.expected), level=0.95)
        hits += [ends[0] <= true_alpha <= ends[1], also[0] <= true_kappa <= also[1]]
    assert (hits / runs > 0.93).all()
