"""One adaptive rule in one world, in many replications at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.experiments.adapting.kernels.beliefs import believed
from almpo_kit.experiments.adapting.kernels.chances_of_best import chances_of_best, chances_of_worse
from almpo_kit.experiments.adapting.kernels.drift import level_of_look
from almpo_kit.experiments.adapting.kernels.posterior_grid import Posterior
from almpo_kit.experiments.adapting.kernels.shares_of_rule import shares_of_rule
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Run:
    """See ``SimulatedTrials``; ``n``, ``total`` and ``squares`` are of shape (n_replications, n_batches, n_strata, n_arms)."""

    outcomes: Array
    arms: Array
    batches: Array
    strata: Array
    shares: Array
    chosen: Array
    closed: Array
    drawn: Array
    drift_found: Array
    truth: Array
    n: Array
    total: Array
    squares: Array


def run(
    rule: AdaptiveRule, truth: Array, sd: float, strata_shares: Array, count: int, rng: np.random.Generator
) -> Run:
    """Run ``count`` trials.

    Parameters
    ----------
    rule : AdaptiveRule
    truth : array, shape (n_batches, n_strata, n_arms)
    sd : float
        0 for a binary outcome.
    strata_shares : array, shape (n_strata,)
    count : int
    rng : Generator
    """
    n_batches, n_strata, n_arms = truth.shape
    strata = _strata(strata_shares, n_batches, rule.batch_size)
    n, total, squares, shares = (np.zeros((count, n_batches, n_strata, n_arms)) for _ in range(4))
    outcomes = np.full((count, strata.size), np.nan)
    arms = np.full((count, strata.size), -1, dtype=np.int8)
    is_open = np.ones((count, n_strata, n_arms), dtype=bool)
    going, drift = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    drawn = np.full(count, n_batches)
    for b in range(n_batches):
        known = max(b - rule.delay + 1, 0)
        told = _look(rule, n[:, :known], total[:, :known], squares[:, :known] if sd else None, is_open)
        shares[:, b], is_open, ends, found = told
        ends &= going
        drawn[ends] = b
        going &= ~ends
        drift |= found & going
        here = slice(b * rule.batch_size, (b + 1) * rule.batch_size)
        arm, y = _people(shares[:, b], truth[b], sd, strata[here], rng)
        shares[~going, b] = 0
        arms[:, here] = np.where(going[:, None], arm, -1)
        outcomes[:, here] = np.where(going[:, None], y, np.nan)
        _count(n[:, b], total[:, b], squares[:, b], arms[:, here], y, strata[here])
    held, found = _believed(rule, n, total, squares if sd else None)
    drift |= found
    mean = np.broadcast_to(held.mean, (count, n_strata, n_arms))
    chosen = np.where(is_open, mean, -np.inf).argmax(axis=-1)
    batches = np.repeat(np.arange(n_batches), rule.batch_size)
    return Run(
        outcomes, arms, batches, strata, shares, chosen, ~is_open, drawn, drift, truth, n, total, squares
    )


def _strata(strata_shares: Array, n_batches: int, batch_size: int) -> Array:
    """Stratum of each person in turn, in each batch as near to the shares as whole people allow over all so far."""
    ends = np.rint(np.arange(n_batches + 1)[:, None] * batch_size * np.cumsum(strata_shares)).astype(int)
    cuts = np.diff(ends, axis=0)
    return np.concatenate([np.searchsorted(c, np.arange(batch_size), side="right") for c in cuts]).clip(
        0, len(strata_shares) - 1
    )


def _believed(rule: AdaptiveRule, n: Array, total: Array, squares: Array | None) -> tuple[Posterior, Array]:
    if not rule.strata:
        n, total = n.sum(axis=-2, keepdims=True), total.sum(axis=-2, keepdims=True)
        squares = None if squares is None else squares.sum(axis=-2, keepdims=True)
    alpha = level_of_look(rule.batches, n.shape[-2]) if rule.guard_drift else 0.0
    posterior, drift = believed(n, total, squares, drift_alpha=alpha)
    found = ((drift.p_level < alpha) | (drift.p_effects < alpha)).any(axis=-1)
    return posterior, found


def _look(
    rule: AdaptiveRule, n: Array, total: Array, squares: Array | None, is_open: Array
) -> tuple[Array, Array, Array, Array]:
    """Shares of the next batch, open arms, whether the trial ends, whether drift was found."""
    count = len(is_open)
    nothing = np.zeros(count, dtype=bool)
    watched = rule.stop_at < 1 or rule.stop_for_harm < 1
    if n.shape[1] == 0 or (rule.kind == "uniform" and not watched):
        even = np.ones_like(is_open, dtype=float)
        return shares_of_rule("uniform", even, is_open, 0.0, 0.0), is_open, nothing, nothing
    held, found = _believed(rule, n, total, squares)
    if rule.stop_for_harm < 1:
        is_open = is_open & ~(chances_of_worse(held, 0) >= rule.stop_for_harm)
    alone = (is_open.sum(axis=-1) == 1).all(axis=-1)
    chance = np.where(is_open, chances_of_best(held), 0.0)
    decided = (chance.max(axis=-1) >= rule.stop_at).all(axis=-1) if rule.stop_at < 1 else nothing
    shares = shares_of_rule(rule.kind, chance, is_open, rule.floor, rule.tempering)
    return shares, is_open, decided | alone, found


def _people(
    shares: Array, truth: Array, sd: float, strata: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Arm and outcome of each person of a batch, shape (n_replications, batch_size)."""
    lot = rng.random((len(shares), len(strata)))
    luck = rng.standard_normal(lot.shape) if sd else rng.random(lot.shape)
    ends = np.cumsum(shares, axis=-1)[..., :-1]
    arm = np.zeros(lot.shape, dtype=np.int8)
    for k in range(ends.shape[-1]):
        arm += lot >= ends[:, strata, k]
    # A sum of shares can end a rounding error below 1; a lot beyond it must not fall on a closed arm.
    last = shares.shape[-1] - 1 - np.argmax(shares[..., ::-1] > 0, axis=-1)
    arm = np.minimum(arm, last[:, strata]).astype(np.int8)
    mean = truth[strata, arm]
    return arm, mean + sd * luck if sd else (luck < mean) * 1.0


def _count(n: Array, total: Array, squares: Array, arm: Array, y: Array, strata: Array) -> None:
    """Add people, outcomes and squares of a batch to arrays of shape (n_replications, n_strata, n_arms)."""
    for s in np.unique(strata):
        here = strata == s
        for k in range(n.shape[-1]):
            mine = arm[:, here] == k
            value = np.where(mine, y[:, here], 0.0)
            n[:, s, k] += mine.sum(axis=1)
            total[:, s, k] += value.sum(axis=1)
            squares[:, s, k] += (value**2).sum(axis=1)
