"""The promised recall at the promised rate, in worlds made to break it; and rules of thumb that break."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from almpo_kit import learning
from almpo_kit.learning.stopping.kernels.ledger import Ledger, reached
from almpo_kit.learning.stopping.kernels.other_rules import OTHER_RULES
from almpo_kit.learning.stopping.kernels.plan import planned_reading
from almpo_kit.vocabulary.errors import DesignError, ParameterError


def world(kind: str, n: int, total: int, draws: np.random.Generator) -> np.ndarray:
    """Which documents are relevant, in the order of a ranking."""
    relevant = np.zeros(n, dtype=bool)
    if kind == "good ranking":
        score = draws.normal(size=n) - 3.0 * (np.arange(n) < total)
        return (np.arange(n) < total)[np.argsort(score)]
    if kind == "relevant ones last":
        relevant[n - total :] = True
    elif kind == "just too few first":
        # As many as leave the recall just missed, at once; the rest anywhere.
        first = max(int(np.ceil(0.9 * total)) - 1, 0)
        relevant[:first] = True
        relevant[draws.choice(np.arange(first, n), total - first, replace=False)] = True
    elif kind == "in blocks":
        starts = draws.choice(n // 10, -(-total // 5), replace=False) * 10
        relevant[(starts[:, None] + np.arange(5)).ravel()[:total]] = True
    else:
        relevant[draws.choice(n, total, replace=False)] = True
    return relevant


WORLDS = ("good ranking", "relevant ones last", "just too few first", "in blocks", "no order")


def failures(kind: str, n: int, total: int, runs: int, recall: float, alpha: float) -> int:
    draws = np.random.default_rng([total, n, len(kind)])
    count = 0
    for _ in range(runs):
        read, found = planned_reading(world(kind, n, total, draws), draws, recall=recall, alpha=alpha, dry=8)
        assert total == 0 or (found <= total and read <= n)
        count += not reached(found, total, recall)
    return count


def most(runs: int, alpha: float) -> int:
    """More failures than this come by chance once in 10,000 tests of a rule that keeps its promise."""
    return int(binom.ppf(1 - 1e-4, runs, alpha))


@pytest.mark.parametrize("kind", WORLDS)
def test_the_promise_is_kept(kind: str) -> None:
    runs = 60
    assert failures(kind, 120, 20, runs, 0.9, 0.2) <= most(runs, 0.2)


@pytest.mark.parametrize("total", [0, 1, 120])
def test_none_one_and_all_relevant(total: int) -> None:
    assert failures("no order", 120, total, 30, 0.95, 0.1) <= most(30, 0.1)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORLDS)
@pytest.mark.parametrize(("n", "total", "recall", "alpha"), [(300, 30, 0.9, 0.05), (200, 1, 0.95, 0.05), (300, 100, 0.95, 0.1)])  # fmt: skip
def test_the_promise_is_kept_in_ten_thousand_readings(
    kind: str, n: int, total: int, recall: float, alpha: float
) -> None:
    runs = 10_000
    failed = failures(kind, n, total, runs, recall, alpha)
    print(f"{kind}, {total} of {n}, recall {recall}: {failed / runs:.4f} failed, at most {alpha}")
    assert failed <= most(runs, alpha)


@pytest.mark.parametrize("rule", [r for r in OTHER_RULES if "row" in r or "third" in r])
def test_rules_of_thumb_break_where_the_ranking_is_blind(rule: str) -> None:
    draws = np.random.default_rng(1)
    reached_it = [
        OTHER_RULES[rule](world("just too few first", 2000, 60, draws), draws, recall=0.95, alpha=0.05)[1]
        >= 57
        for _ in range(60)
    ]
    assert np.mean(reached_it) < 0.8


def test_control_samples_keep_their_promise_too() -> None:
    draws = np.random.default_rng(2)
    found = [
        OTHER_RULES["quantile bound (control sample)"](
            world("no order", 300, 80, draws), draws, recall=0.9, alpha=0.1
        )[1]
        for _ in range(100)
    ]
    assert sum(f < 72 for f in found) <= most(100, 0.1)


def test_an_expert_who_overlooks_some_keeps_the_promise_about_her_own_decisions() -> None:
    """Of 40 relevant ones she overlooks one in ten when she reads them: her recall holds, the true one is lower."""
    draws = np.random.default_rng(3)
    hers, true = [], []
    for _ in range(60):
        relevant = world("good ranking", 200, 40, draws)
        seen = relevant & (draws.random(200) > 0.1)
        _, found = planned_reading(seen, draws, recall=0.9, alpha=0.1, dry=8)
        hers.append(reached(found, int(seen.sum()), 0.9))
        true.append(found / 40)
    assert sum(not h for h in hers) <= most(60, 0.1)
    assert 0.83 < np.mean(true) < 0.94


@pytest.mark.slow
def test_documents_that_are_given_away_by_the_lot_do_not_help_an_opponent() -> None:
    """An opponent who hands over a relevant one by rank whenever the bets do badly gains nothing."""
    failed, runs, alpha = 0, 40, 0.2
    for run in range(runs):
        draws = np.random.default_rng([9, run])
        ledger, relevant, total = Ledger(100, alpha), np.arange(100) < 12, 12
        ledger.quiet = 0
        left = list(np.flatnonzero(relevant)), list(np.flatnonzero(~relevant))
        while ledger.remaining and not ledger.enough(0.9):
            ledger.open()
            worth = ledger.wealth(ledger.likelihood)[total]
            if worth < -0.5 and left[0] and ledger.found < 10:
                left[0].pop()
                ledger.read_ranked(1, True)
                continue
            pick = draws.integers(len(left[0]) + len(left[1]))
            hit = bool(pick < len(left[0]))
            left[0 if hit else 1].pop()
            ledger.read_by_lot(int(not hit), hit)
            ledger.settle()
        failed += not reached(ledger.found, total, 0.9)
    assert failed <= most(runs, alpha)


def test_a_trial_of_rules() -> None:
    draws = np.random.default_rng(4)
    orders = [world("good ranking", 300, 30, draws) for _ in range(3)]
    told, again = (learning.simulate_stopping(orders, runs=20, recall=0.9, confidence=0.9) for _ in range(2))
    assert told.table.equals(again.table) and len(told.table) == 1 + len(OTHER_RULES)
    ours = told.table.iloc[0]
    assert 0 < ours["share_read"] <= 1 and told.metrics()["reached"] == ours["reached"]
    counted: list[int] = []
    learning.simulate_stopping(orders, runs=3, rules=(), progress=lambda done, _: counted.append(done))
    assert counted == [1, 2, 3]
    with pytest.raises(ParameterError, match="choose from"):
        learning.simulate_stopping(orders, rules=["hope"])
    for bad in ([], [[]], [[0, 2]], [[[True]]]):
        with pytest.raises(DesignError, match="True and False"):
            learning.simulate_stopping(bad)
