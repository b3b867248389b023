"""Who is outside common support. Kernels on arrays: each gives who may stay."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.weighting.balancing import pairwise

Array = np.ndarray[Any, np.dtype[Any]]

#: Half-width in which a counterpart must lie, in standard deviations of participants' log odds (Austin 2011).
CALIPER = 0.2
#: Log odds are cut here: beyond, a chance is 0 or 1 for all purposes.
_FAR = 14.0


def log_odds(chance: Array) -> Array:
    """Log odds, cut at 14 on both sides."""
    found: Array = np.clip(np.log(chance) - np.log1p(-chance), -_FAR, _FAR)
    return found


def crump_limit(spread: Array, weight: Array) -> float:
    """The limit of the set that is estimated most precisely.

    Parameters
    ----------
    spread : Array, shape (n,)
        Sum of one over the chance of each arm (ATE), or one over one minus the chance to take part, of participants
        (ATT).
    weight : Array, shape (n,)

    Returns
    -------
    float
        The largest limit that is no more than twice the mean of what lies below it; infinite where nothing is to be
        left out.

    References
    ----------
    Crump, Hotz, Imbens and Mitnik (2009) Biometrika 96, 187-199; for several arms Yang et al. (2016) Biometrics 72,
    1055-1065.
    """
    order = np.argsort(spread, kind="stable")
    sorted_spread, w = spread[order], weight[order]
    means = np.cumsum(w * sorted_spread) / np.maximum(np.cumsum(w), 1e-300)
    if sorted_spread[-1] <= 2 * means[-1]:
        return np.inf
    # 2 × mean falls short of the value from some place on; the crossing is unique (Crump et al., appendix).
    beyond = int(np.flatnonzero(sorted_spread > 2 * means)[0])
    return float(2 * means[beyond - 1])


def counterparts(
    arm_of: Array, propensity: Array, block: Array | None, arm: int, comparison: int
) -> tuple[Array, Array]:
    """Participants who have a comparison person nearby, and comparison persons within the participants' range.

    Nearby: within 0.2 standard deviations of participants' log odds of taking part (among the two arms), and in the
    same stratum where there are strata.

    Returns
    -------
    (Array of bool, Array of bool), each of shape (n,)
        Within the arm, and within the comparison; False elsewhere.
    """
    z = log_odds(pairwise(propensity, arm, comparison))
    treated, others = arm_of == arm, arm_of == comparison
    # Out-of-fold chances of a random assignment hardly vary; a caliper of nothing would match nobody.
    caliper = max(CALIPER * float(z[treated].std()), 0.02)
    shifted = z if block is None else z + 4 * _FAR * block
    pool = np.sort(shifted[others])
    held = np.searchsorted(pool, shifted[treated] + caliper, "right") - np.searchsorted(
        pool, shifted[treated] - caliper, "left"
    )
    near = np.zeros(len(z), dtype=bool)
    near[np.flatnonzero(treated)[held > 0]] = True
    useful = np.zeros(len(z), dtype=bool)
    if near.any():
        low, high = _ranges(z, near, block, caliper)
        useful = others & (z >= low) & (z <= high)
    return near, useful


def _ranges(z: Array, near: Array, block: Array | None, caliper: float) -> tuple[Array, Array]:
    """Lowest and highest log odds of the participants who stay, in each row's stratum."""
    strata = np.zeros(len(z), dtype=np.int64) if block is None else block
    low = np.full(int(strata.max()) + 1, np.inf)
    high = np.full(len(low), -np.inf)
    np.minimum.at(low, strata[near], z[near])
    np.maximum.at(high, strata[near], z[near])
    return low[strata] - caliper, high[strata] + caliper


def filled_strata(arm_of: Array, block: Array | None, arms: tuple[int, ...]) -> Array:
    """Rows whose stratum holds every one of these arms, shape (n,)."""
    if block is None:
        return np.ones(len(arm_of), dtype=bool)
    count = int(block.max()) + 1
    full = np.ones(count, dtype=bool)
    for j in arms:
        full &= np.bincount(block[arm_of == j], minlength=count) > 0
    found: Array = full[block]
    return found
