"""What gaps look like where nothing happened: donors in the place of treated regions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.differences.donor_weights import Kind
from almpo_kit.evaluation.differences.regions import Found, Regions, mean_gap

Array = np.ndarray[Any, np.dtype[Any]]

#: Draws where several regions are treated.
_DRAWS = 200
#: A placebo that fits worse than this many times the treated before the start says nothing about it.
_WORSE = 5.0
_LEVEL = 0.95


@dataclass(frozen=True, eq=False, repr=False)
class Placebos:
    """Gaps of donors.

    Parameters
    ----------
    gaps : Array, shape (r, e)
    rmspe : Array, shape (r,)
    used : Array of bool, shape (r,)
        Whose fit before the start is not much worse than that of the treated.
    p_value : float
        Share of placebos (and the treated) whose gap after the start, beside that before it, is as large.
    """

    gaps: Array
    rmspe: Array
    used: Array
    p_value: float


def placebo_gaps(
    held: Regions,
    found: Found,
    kind: Kind,
    *,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Placebos:
    """Put every donor (or random sets of donors) in the place of the treated, the others being donors.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010) J. Am. Stat. Assoc. 105, 493-505.
    """
    k, j = len(held.treated), len(held.donors)
    if k == 1:
        sets = np.arange(j)[:, None]
    else:
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        sets = np.array([rng.permutation(j)[:k] for _ in range(_DRAWS)])
    gaps, rmspe = np.zeros((len(sets), held.before + held.after)), np.zeros(len(sets))
    for r, rows in enumerate(sets):
        made = mean_gap(held, held.donors[rows], np.delete(held.donors, rows, axis=0), kind)
        gaps[r], rmspe[r] = made.gap, made.rmspe
        if progress is not None:
            progress(r + 1, len(sets))
    ratio = _ratio(gaps, rmspe, held.before)
    own = _ratio(found.gap[None, :], np.array([found.rmspe]), held.before)[0]
    p = float((1 + np.sum(ratio >= own * (1 - 1e-12))) / (1 + len(ratio)))
    # A perfect fit of the treated must not leave it without placebos.
    limit = max(_WORSE * found.rmspe, float(np.median(rmspe)))
    return Placebos(gaps, rmspe, rmspe <= limit, p)


def _ratio(gaps: Array, rmspe: Array, before: int) -> Array:
    after = np.sqrt(np.mean(gaps[:, before:] ** 2, axis=1))
    found: Array = after / np.maximum(rmspe, 1e-9 * max(float(np.abs(gaps).max()), 1e-300))
    return found


def placebo_covariance(held: Regions, placebos: Placebos) -> Array:
    """Second moments of the placebo gaps after the start, about zero, shape (h, h)."""
    after = placebos.gaps[placebos.used][:, held.before :]
    found: Array = after.T @ after / max(len(after), 1)
    return found


def rank_intervals(held: Regions, found: Found, placebos: Placebos) -> tuple[Array, Array] | None:
    """Effects whose absolute gap is not among the largest 5% of placebos; None with fewer than 19 of them.

    Returns
    -------
    (Array, Array) or None
        Low and high, shape (h,).
    """
    after = np.sort(np.abs(placebos.gaps[placebos.used][:, held.before :]), axis=0)
    rank = int(np.ceil(_LEVEL * (len(after) + 1)))
    if rank > len(after):
        return None
    effect = found.gap[held.before :]
    return effect - after[rank - 1], effect + after[rank - 1]
