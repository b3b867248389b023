"""What the result of one trial, of several, or of everything would be worth a year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.experiments.valuing.beliefs import Beliefs
from almpo_kit.experiments.valuing.decision import Decision
from almpo_kit.experiments.valuing.kernels.preposterior import (
    expected_worth,
    gain,
    moves,
    points,
    root,
    straight,
)
from almpo_kit.experiments.valuing.kernels.trial_errors import error_covariance, inflation
from almpo_kit.experiments.valuing.proposed_trial import ProposedTrial
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Equally likely points of one unknown; the error of so many is far below that of any effect.
_POINTS = 2001


@dataclass(frozen=True)
class Worth:
    """A year, in the decision's unit, with the standard error of the simulation (0: no simulation); chance of a change."""

    value: float
    se: float
    change: float


@dataclass(frozen=True, eq=False)
class Situation:
    """Beliefs, the decision, what is decided today, and whether worth is averaged over points, as it is neither linear nor known."""

    beliefs: Beliefs
    decision: Decision
    now: Array
    draws: int
    seed: int
    by_points: bool


def situation(held: Beliefs, decision: Decision, draws: int, seed: int) -> Situation:
    """Decide today.

    Raises
    ------
    ParameterError
        ``worth`` gives something else than numbers by state and decision.
    """
    means = np.vstack([held.mean, held.mean])
    told = np.asarray(decision.worth(means))
    if told.ndim != 2 or len(told) != 2 or not np.isfinite(told).all():
        raise ParameterError(
            f"worth must give finite numbers of shape (states, decisions) for effects of shape (states, {len(held.names)}); it gave "
            f"shape {told.shape}."
        )
    by_points = decision.expected is None and not straight(decision.worth, held.mean, held.covariance, seed)
    expected = _expected(decision, held.mean[None], held.covariance, seed, by_points).mean(axis=0)
    return Situation(held, decision, decision.best(expected, ())[0], draws, seed, by_points)


def _expected(decision: Decision, means: Array, left: Array, seed: int, by_points: bool) -> Array:
    """Worth as expected, shape (sets, s, m): several sets of points where it is averaged over such, else one."""
    if decision.expected is not None:
        return decision.expected(means, np.sqrt(np.maximum(np.diag(left), 0.0)))[None]
    if by_points and left.any():
        return expected_worth(decision.worth, means, left, seed)
    return decision.worth(means)[None]


def everything(s: Situation) -> Worth:
    """Expected value of perfect information about all effects (EVPI)."""
    held = s.beliefs
    if not held.covariance.any():
        return Worth(0.0, 0.0, 0.0)
    z = points(len(held.names), _POINTS, 5 * s.draws, s.seed)
    states = held.mean + z @ root(held.covariance).T
    return _gained(s, s.decision.worth(states)[None], held.names, simulated=len(held.names) > 1)


def of_results(s: Situation, trials: Sequence[ProposedTrial], times: float = 1.0) -> Worth:
    """Of knowing the results of trials, all of them, before deciding (EVSI); sizes ``times`` those proposed."""
    held = s.beliefs
    seen = np.concatenate([held.at(t.programmes, t.name) for t in trials])
    moved = moves(held.covariance, seen, _errors(held, trials, times))
    if moved.shape[1] == 0:
        return Worth(0.0, 0.0, 0.0)
    z = points(moved.shape[1], _POINTS, s.draws, s.seed)
    left = held.covariance - moved @ moved.T
    worth = _expected(s.decision, held.mean + z @ moved.T, left, s.seed, s.by_points)
    tried = tuple(dict.fromkeys(p for t in trials for p in t.programmes))
    return _gained(s, worth, tried, simulated=moved.shape[1] > 1)


def _gained(s: Situation, sets: Array, tried: tuple[str, ...], *, simulated: bool) -> Worth:
    worth = sets.mean(axis=0)
    then = s.decision.best(worth, tried)
    value, se = gain(worth, then, s.now)
    se = se if simulated else 0.0
    if len(sets) > 1:
        # Points are the same in all states, so only another set of them shows how far off they are.
        each = [gain(w, s.decision.best(w, tried), s.now)[0] for w in sets]
        se = math.hypot(se, float(np.std(each, ddof=1)) / math.sqrt(len(each)))
    return Worth(value, se, float(s.decision.differs(then, s.now).mean()))


def _errors(held: Beliefs, trials: Sequence[ProposedTrial], times: float) -> Array:
    """Of all effects seen; two trials err independently of each other."""
    blocks = [_error(held, t, times) for t in trials]
    total = sum(len(b) for b in blocks)
    out, at = np.zeros((total, total)), 0
    for block in blocks:
        out[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    return out


def _error(held: Beliefs, trial: ProposedTrial, times: float) -> Array:
    q = len(trial.programmes)
    if trial.error_sd is not None:
        # Half of the error of each effect is the comparison's, which all arms share.
        return trial.error_sd**2 / times * (0.5 * np.eye(q) + 0.5)
    if trial.outcome is None:
        raise ParameterError(
            f"trial {trial.name!r} does not say what it measures; give outcome=TrialOutcome('in work', 'binary', 0.4), or error_sd."
        )
    if trial.per_arm:
        people = np.full(q + 1, float(trial.per_arm))
    else:
        assert trial.design is not None
        people = np.array(list(trial.design.arms.values())) * trial.design.total
    people = np.maximum(times * people * (1 - trial.losses.attrition), 1e-9)
    effects = held.mean[held.at(trial.programmes, trial.name)]
    return error_covariance(trial.outcome, people, effects, inflation(trial.outcome, trial.design))


def weights(trials: Sequence[ProposedTrial], discount: float) -> list[float]:
    """Discounted yearly decisions that each serves."""
    return [t.counted_years(discount) for t in trials]


def euro_of_both(
    s: Situation, pair: tuple[ProposedTrial, ProposedTrial], alone: tuple[Worth, Worth], discount: float
) -> tuple[float, float]:
    """Euro over all years of having both results, and the simulation's standard error.

    In the years that both serve, both are known; in those that only one serves, that one.
    """
    both, years = of_results(s, pair), weights(pair, discount)
    common = min(years)
    price = s.decision.price
    value = both.value * common + sum(a.value * (y - common) for a, y in zip(alone, years, strict=True))
    parts = [both.se * common, *(a.se * (y - common) for a, y in zip(alone, years, strict=True))]
    return value * price, math.hypot(*parts) * price
