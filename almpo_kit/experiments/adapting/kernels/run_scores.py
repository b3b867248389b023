"""What a rule did in each of many simulated trials: regret, choice, shares, and plain averages taken at their word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.experiments.adapting.kernels.trial_run import Run

Array = np.ndarray[Any, np.dtype[Any]]
_Z = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Scores:
    """One number (or one an arm) for each trial.

    Parameters
    ----------
    in_trial, policy : array, shape (n_replications,)
        Loss a person beside the best arm: of those in the trial, and of those after it under the arm chosen.
    chosen_best : array, shape (n_replications,)
        Share of people whose stratum's chosen arm is the best one.
    to_best : array, shape (n_replications,)
        Share of people in the trial who were drawn into the best arm.
    people : array, shape (n_replications, n_arms)
    path : array, shape (n_batches, n_arms)
        Share of each arm, averaged over trials that had the batch, weighted by strata.
    mean_error : array, shape (n_replications, n_arms)
        Plain average of an arm less the truth; NaN where nobody was drawn.
    covered : array, shape (n_replications, n_arms)
        Whether the plain 95% interval of arm less comparison holds the truth; NaN where there is none.
    """

    in_trial: Array
    policy: Array
    chosen_best: Array
    to_best: Array
    people: Array
    path: Array
    mean_error: Array
    covered: Array


def scores(done: Run, strata_shares: Array, binary: bool) -> Scores:
    """Scores of some trials.

    Parameters
    ----------
    done : Run
    strata_shares : array, shape (n_strata,)
    binary : bool
    """
    best = done.truth.max(axis=-1, keepdims=True)
    loss = best - done.truth
    is_best = loss <= 1e-12
    people = done.n.sum(axis=(-1, -2, -3))
    last = loss[-1]
    each = np.arange(last.shape[0])
    drawn = np.where(done.n.sum(axis=(-1, -2))[..., None] > 0, 1.0, np.nan)
    by_arm = np.einsum("rbsk,s->rbk", done.shares, strata_shares) * drawn
    error, covered = _plain(done, strata_shares, binary)
    return Scores(
        in_trial=(done.n * loss).sum(axis=(-1, -2, -3)) / people,
        policy=last[each, done.chosen] @ strata_shares,
        chosen_best=is_best[-1][each, done.chosen] @ strata_shares,
        to_best=(done.n * is_best).sum(axis=(-1, -2, -3)) / people,
        people=done.n.sum(axis=(1, 2)),
        path=by_arm,
        mean_error=error,
        covered=covered,
    )


def _plain(done: Run, strata_shares: Array, binary: bool) -> tuple[Array, Array]:
    """Errors of plain averages and coverage of plain intervals, strata weighted by their shares of people."""
    n, total, squares = (a.sum(axis=1) for a in (done.n, done.total, done.squares))
    truth = done.truth.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        spread = mean * (1 - mean) if binary else (squares - n * mean**2) / (n - 1)
        variance = np.einsum("rsk,s->rk", spread / n, strata_shares**2)
    error = np.einsum("rsk,s->rk", mean - truth, strata_shares)
    away = np.abs(error - error[:, :1])
    held = away <= _Z * np.sqrt(variance + variance[:, :1])
    known = np.isfinite(away) & np.isfinite(variance) & np.isfinite(variance[:, :1])
    covered = np.where(known, held * 1.0, np.nan)
    covered[:, 0] = np.nan
    return error, covered
