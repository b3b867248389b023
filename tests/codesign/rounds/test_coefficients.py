"""Arithmetic of rounds against published examples, R, and brute force."""

from __future__ import annotations

import json
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign.rounds.kernels.agreement_on_scale import agreement_on_scale
from almpo_kit.codesign.rounds.kernels.consensus_rule import band_of
from almpo_kit.codesign.rounds.kernels.rating_moments import effective_number, mean_and_sd
from almpo_kit.codesign.rounds.kernels.share_intervals import exact_interval, passing_chance
from almpo_kit.codesign.rounds.kernels.two_camps import two_camps_p
from almpo_kit.codesign.rounds.kernels.weighted_kappa import weighted_kappa
from almpo_kit.codesign.rounds.kernels.weighted_quantiles import weighted_quantiles
from almpo_kit.vocabulary.consensus_rules import ConsensusRules

PINS = json.loads((Path(__file__).parents[2] / "reference" / "panel_pins.json").read_text())


@pytest.mark.parametrize(
    ("counts", "printed", "digits"),
    [
        # van der Eijk (2001: 331), as printed in the manual of R's agrmt; then PvdA, D66 and two lists of its page.
        ([30, 40, 210, 130, 530, 50, 10], 0.6113333, 7),
        ([2.4, 2.8, 3.2, 6.2, 13.5, 30.4, 41.6], 0.61, 2),
        ([1.6, 2.6, 8.2, 21, 29.3, 27, 10.3], 0.48, 2),
        ([6, 8, 5, 3, 2], 0.31, 2),
        ([6, 8, 5, 3, 2, 0, 2], 0.39, 2),
        ([7, 0, 0, 0, 7], -1, 12),
        ([3, 3, 3, 3], 0, 12),
        ([0, 9, 0], 1, 12),
    ],
)
def test_agreement_as_printed(counts: list[float], printed: float, digits: int) -> None:
    assert round(agreement_on_scale(np.array(counts, dtype=float)), digits) == printed


@given(st.lists(st.integers(0, 40), min_size=3, max_size=11).filter(any), st.floats(0.01, 100))
@settings(max_examples=40, deadline=None)
def test_agreement_knows_neither_direction_nor_size(counts: list[int], times: float) -> None:
    a = agreement_on_scale(np.array(counts, dtype=float))
    assert -1 - 1e-9 <= a <= 1 + 1e-9
    assert agreement_on_scale(np.array(counts[::-1]) * times) == pytest.approx(a, abs=1e-9)


def test_nobody_agrees_on_nothing() -> None:
    assert np.isnan(agreement_on_scale(np.zeros(5)))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.sampled_from([0.25, 0.5, 0.75]))
@settings(max_examples=60, deadline=None)
def test_quantiles_are_those_of_numpy(values: list[int], at: float) -> None:
    x = np.array(values, dtype=float)
    (ours,) = weighted_quantiles(x, np.ones(len(x)), (at,))
    assert ours == np.quantile(x, at, method="averaged_inverted_cdf")
    # A weight of 3 is the same as answering three times.
    (thrice,) = weighted_quantiles(x, np.where(x > 4, 3.0, 1.0), (at,))
    assert thrice == np.quantile(np.repeat(x, np.where(x > 4, 3, 1)), at, method="averaged_inverted_cdf")


def test_r_says_the_same() -> None:
    q, kappa = PINS["quantiles"], PINS["kappa"]
    values = np.array(q["values"], dtype=float)
    assert weighted_quantiles(values, np.ones(len(values)), tuple(q["at"])) == pytest.approx(
        q["type2"], abs=1e-12
    )
    first, second = np.array(kappa["first"]), np.array(kappa["second"])
    for by in ("linear", "quadratic"):
        ours = weighted_kappa(first, second, np.arange(1, 10), by)
        assert ours == pytest.approx(kappa[by], abs=1e-10)
    for share in PINS["shares"]:
        assert exact_interval(share["count"], share["n"], 0.95) == pytest.approx(share["interval"], abs=1e-9)
    p = PINS["passing"]
    assert passing_chance(p["n"], p["share"], p["least"]) == pytest.approx(p["chance"], abs=1e-12)


def test_moments() -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(1, 10, 25).astype(float)
    assert mean_and_sd(x, np.full(25, 0.2)) == pytest.approx((x.mean(), x.std(ddof=1)))
    assert effective_number(np.full(25, 7.0)) == pytest.approx(25)
    assert np.isnan(mean_and_sd(np.array([4.0]), np.array([1.0]))[1])
    assert np.isnan(weighted_kappa(np.full(9, 5), np.full(9, 5), np.arange(1, 10), "linear"))


@given(st.integers(0, 20), st.integers(0, 12), st.integers(0, 20), st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_two_camps_by_brute_force(low: int, between: int, high: int, end: int, middle: int) -> None:
    share = end / (end + middle)

    def tail(k: int) -> float:
        n = k + between
        return sum(comb(n, j) * share**j * (1 - share) ** (n - j) for j in range(k, n + 1))

    ours = two_camps_p(low, between, high, (end, middle, end))
    assert ours == pytest.approx(max(tail(low), tail(high)), abs=1e-9)


def test_two_camps_need_a_middle() -> None:
    assert np.isnan(two_camps_p(5, 0, 5, (2, 0, 2)))


@pytest.mark.parametrize(
    ("steps", "sides"),
    [(3, "-0+"), (4, "-00+"), (5, "--0++"), (7, "--000++"), (9, "---000+++"), (11, "---00000+++")],
)
def test_thirds_of_scales(steps: int, sides: str) -> None:
    found = "".join(
        {-1: "-", 0: "0", 1: "+"}[int(b)] for b in band_of(np.arange(1, steps + 1), ConsensusRules())
    )
    assert found == sides


@pytest.mark.slow
def test_false_alarms_of_two_camps_stay_below_their_level() -> None:
    """All one-peaked and falling shapes, sizes 15, 40, 200: never more than 5 of 100, within chance."""
    rng = np.random.default_rng(1)
    scale = np.arange(9)
    shapes = [np.ones(9), np.r_[np.ones(6), np.full(3, 4.0)], np.r_[np.full(3, 9.0), np.ones(6)]]
    shapes += [np.exp(-0.5 * ((scale - m) / s) ** 2) for m in (0, 4, 7) for s in (1.0, 2.5, 6.0)]
    for shape, n in ((s, n) for s in shapes for n in (15, 40, 200)):
        draws = rng.multinomial(n, shape / shape.sum(), size=4000)
        p = [two_camps_p(*(float(d[k : k + 3].sum()) for k in (0, 3, 6)), (3, 3, 3)) for d in draws]
        assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)


def test_patterns_of_layers() -> None:
    """Triples counted one by one, as the paper defines them."""
    used = np.array([1, 0, 1, 1, 0, 1, 0], dtype=float)
    k, s = 7, 4
    triples = [(used[a], used[b], used[c]) for a, b, c in combinations(range(k), 3)]
    single = sum(t in ((1, 1, 0), (0, 1, 1)) for t in triples)
    double = triples.count((1, 0, 1))
    u = ((k - 2) * single - (k - 1) * double) / ((k - 2) * (single + double))
    assert agreement_on_scale(used) == pytest.approx(u * (1 - (s - 1) / (k - 1)))
