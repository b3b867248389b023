"""The theorem, by enumeration: bets neither gain nor lose on average, and the true total is seldom rejected."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from almpo_kit.learning.stopping.kernels.ledger import Ledger, quiet_after, reached

ALPHA = 0.1


def ledger_of(n: int, history: tuple[tuple[str, bool], ...], alpha: float = ALPHA) -> Ledger:
    """A ledger that bets on every draw by lot, after a history."""
    ledger = Ledger(n, alpha)
    ledger.quiet = 0
    for how, relevant in history:
        if how == "lot":
            ledger.read_by_lot(int(not relevant), relevant)
        else:
            ledger.read_ranked(1, relevant)
    ledger.settle()
    return ledger


def always(_: tuple[tuple[str, bool], ...]) -> str:
    return "lot"


def after_finds(history: tuple[tuple[str, bool], ...]) -> str:
    """Reads two by rank after every find by lot."""
    finds = [k for k, (how, relevant) in enumerate(history) if how == "lot" and relevant]
    return "ranked" if finds and len(history) - finds[-1] <= 2 else "lot"


def alternating(history: tuple[tuple[str, bool], ...]) -> str:
    return "ranked" if len(history) % 3 == 0 else "lot"


def walk(n: int, total: int, plan: Callable, kind: str, depth: int):
    """Every course of a reading, with its chance; by rank an opponent hands over relevant ones first, last or in turn."""
    stack = [((), 1.0)]
    while stack:
        history, chance = stack.pop()
        if len(history) == depth:
            yield history, chance
            continue
        rest, missing = n - len(history), total - sum(r for _, r in history)
        how = plan(history)
        if how == "lot":
            p = missing / rest
        elif missing and rest > missing:
            p = {"first": 1.0, "last": 0.0, "in turn": float(len(history) % 2)}[kind]
        else:
            p = float(missing > 0)
        for relevant, q in ((True, p), (False, 1 - p)):
            if q > 0:
                stack.append(((*history, (how, relevant)), chance * q))


@pytest.mark.parametrize("plan", [always, after_finds, alternating])
@pytest.mark.parametrize("kind", ["first", "last", "in turn"])
@pytest.mark.parametrize("total", [1, 3, 6])
def test_bets_are_fair_and_seldom_reject_the_truth(plan: Callable, kind: str, total: int) -> None:
    n = 9
    for depth in (3, 7):
        worth, wrong = 0.0, 0.0
        for history, chance in walk(n, total, plan, kind, depth):
            ledger = ledger_of(n, history)
            worth += chance * np.exp(ledger.wealth(ledger.likelihood)[total])
            wrong += chance * ledger.rejected[total]
        # Later some alternatives bet on courses that the total rules out: what they held is lost.
        assert worth == pytest.approx(1.0, abs=1e-9) if depth == 3 else worth <= 1 + 1e-9
        assert wrong <= ALPHA + 1e-12


@settings(max_examples=20, deadline=None)
@given(
    read=st.integers(20, 200),
    rest=st.integers(1, 400),
    found=st.integers(0, 20),
    recall=st.sampled_from([0.7, 0.8, 0.9, 0.95, 1.0]),
    alpha=st.sampled_from([0.01, 0.05, 0.2]),
)
def test_what_is_needed_is_never_less_than_one_look_needs(
    read: int, rest: int, found: int, recall: float, alpha: float
) -> None:
    ledger = Ledger(read + rest, alpha)
    ledger.found, ledger.remaining = found, rest
    ledger.open()
    needed = ledger.more_needed(recall)
    assert ledger.enough(recall, needed) and (needed == 0 or not ledger.enough(recall, needed - 1))
    missing = int(np.floor(found / recall + 1e-9)) + 1 - found
    if missing > rest:
        assert needed == 0
        return
    n = np.arange(rest + 1)
    one_look = int(np.argmax(hypergeom.pmf(0, rest, missing, n) <= alpha * (1 + 1e-10)))
    # A bound that leaves fewer missing than are too many also comes from the documents running out.
    assert needed >= min(one_look, rest - missing + 1)
    if missing == 1:
        assert needed == min(one_look, rest)
    assert needed <= ledger.more_needed(min(1.0, recall + 0.05))


def test_an_impossible_total_is_ruled_out_by_counting() -> None:
    ledger = ledger_of(30, (*[("ranked", True)] * 4, *[("ranked", False)] * 20))
    assert ledger.highest() == 4 + 6
    assert ledger_of(10, tuple([("lot", False)] * 10)).highest() == 0


def test_draws_before_the_ranking_is_dry_are_not_bet_on() -> None:
    ledger = Ledger(1000, 0.05)
    assert quiet_after(1000) == 20 and quiet_after(10) == 5 and quiet_after(10**6) == 20
    ledger.read_by_lot(200, False)
    assert ledger.highest() == 800 and not ledger.opened
    ledger.read_ranked(20, False)
    ledger.read_by_lot(200, False)
    assert ledger.highest() < 30


@pytest.mark.parametrize(("found", "total", "recall", "held"), [(19, 20, 0.95, True), (18, 20, 0.95, False)])
def test_recall_is_counted_exactly(found: int, total: int, recall: float, held: bool) -> None:
    assert reached(found, total, recall) is held
    assert reached(0, 0, 1.0)
    # 0.95 times 20, 40, … is no whole number in binary.
    assert all(reached(19 * k, 20 * k, 0.95) for k in range(1, 500))


def test_a_large_pool_stays_usable() -> None:
    import time

    began = time.perf_counter()
    ledger = Ledger(100_000, 0.05)
    ledger.read_ranked(2000, False)
    ledger.found = 500
    ledger.open()
    assert 5_000 < ledger.more_needed(0.95) < 20_000
    assert time.perf_counter() - began < 20
