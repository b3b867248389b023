"""Trim and fill: how many estimates a symmetric funnel lacks on one side, and the mean with them filled in.

References
----------
Duval and Tweedie (2000a) Biometrics 56, 455-463; (2000b) J. Am. Stat. Assoc. 95, 89-98.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats, blocks
from almpo_kit.evidence.kernels.tau2 import between, weighted_mean
from almpo_kit.evidence.kernels.three_level import fit

_ROUNDS = 100
#: A mean needs two estimates; a search that would trim to fewer has failed.
_KEPT = 2
#: A distance this small beside the estimates is rounding, and lies on neither side.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Filled:
    """``k0`` estimates are missing on ``side`` (−1 left, +1 right), standard error ``se_k0``, ``p_k0`` of
    the test that none is (R0 only, else NaN).

    ``y``, ``v`` (k + k0,): the observed estimates and, last, the filled ones. ``converged``: whether the
    count settled.
    """

    y: Floats
    v: Floats
    k0: int
    se_k0: float
    p_k0: float
    side: int
    converged: bool


def thin_side(y: Floats, v: Floats, *, random: bool) -> int:
    """The side that lacks estimates, −1 left or +1 right: away from where the imprecise ones lie.

    Decided by the slope of a regression on the standard error, as the reference software does.
    """
    x = np.column_stack([np.ones(len(y)), np.sqrt(v)])
    lone = blocks(y, v, x, np.arange(len(y)))
    return 1 if fit(lone, free=(random, False)).beta[1] < 0 else -1


def trim_fill(y: Floats, v: Floats, *, side: int, estimator: str, random: bool) -> Filled:
    """Trim the extreme estimates opposite ``side`` until the rest is symmetric, then mirror them.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
    side : {-1, +1}
        Where estimates are missing.
    estimator : {"L0", "R0"}
    random : bool
        Centre by a random-effects (REML) or a common-effect mean.
    """
    # Turned so that the missing ones are always the smallest.
    turn = -side
    order = np.argsort(turn * y, kind="stable")
    z, u = turn * y[order], v[order]
    k, k0, size = len(y), 0, float(np.abs(y).max())
    for _ in range(_ROUNDS):
        centre = _mean(z[: k - k0], u[: k - k0], random)
        raw, se = _ESTIMATORS[estimator](_signed_ranks(z - centre, size))
        # Half to even, as the reference software rounds.
        found = max(0, round(raw))
        if found == k0:
            return _filled(y, v, order[k - k0 :], turn * centre, k0, se, estimator, side)
        if k - found < _KEPT:
            break
        k0 = found
    return Filled(y, v, k0, np.nan, np.nan, side, False)


def _filled(
    y: Floats, v: Floats, mirrored: np.ndarray, centre: float, k0: int, se: float, estimator: str, side: int
) -> Filled:
    p = 0.5 ** (k0 + 1) if estimator == "R0" else np.nan
    if k0 == 0:
        return Filled(y, v, 0, se, p, side, True)
    return Filled(np.r_[y, 2 * centre - y[mirrored]], np.r_[v, v[mirrored]], k0, se, p, side, True)


def _mean(y: Floats, v: Floats, random: bool) -> float:
    # In units of a typical standard error, so that tolerances mean the same in euros and in shares.
    unit = float(np.median(v))
    tau2 = between(y / np.sqrt(unit), v / unit, "REML").tau2 * unit if random else 0.0
    return weighted_mean(y, 1.0 / (v + tau2))


def _signed_ranks(distance: Floats, size: float) -> Floats:
    distance = np.where(np.abs(distance) <= _NOTHING * size, 0.0, distance)
    ranks = np.empty(len(distance))
    ranks[np.argsort(np.abs(distance), kind="stable")] = np.arange(1, len(distance) + 1)
    return np.asarray(np.sign(distance) * ranks)


def _l0(ranks: Floats) -> tuple[float, float]:
    k, above = len(ranks), float(ranks[ranks > 0].sum())
    k0 = (4 * above - k * (k + 1)) / (2 * k - 1)
    variance = (
        k * (k + 1) * (2 * k + 1)
        + 10 * k0**3
        + 27 * k0**2
        + 17 * k0
        - 18 * k * k0**2
        - 18 * k * k0
        + 6 * k**2 * k0
    ) / 24
    return k0, 4 * float(np.sqrt(max(variance, 0.0))) / (2 * k - 1)


def _r0(ranks: Floats) -> tuple[float, float]:
    # The run of largest ranks that all lie on the crowded side.
    below = -ranks[ranks < 0]
    k0 = len(ranks) - float(below.max()) - 1 if len(below) else 0.0
    return k0, float(np.sqrt(2 * max(0.0, k0) + 2))


_ESTIMATORS = {"L0": _l0, "R0": _r0}
