"""Matching with replacement, corrected for the distance that is left, with the variance of Abadie and Imbens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.weighting.balancing import effective_size
from almpo_kit.evaluation.weighting.matches import Matches, RunMatches

Array = np.ndarray[Any, np.dtype[Any]]
#: (targets, donors, matches, own, arm) -> matches; rows are positions in the sample, ``arm`` that of the donors.
Find = Callable[[Array, Array, int, bool, int], Matches]
#: So many matched donors a coefficient, or the distance is left uncorrected.
_DONORS_A_COLUMN = 3


@dataclass(frozen=True, eq=False)
class Search:
    """How donors are found, how many, and the columns (n, q) by which the distance left is corrected."""

    find: Find
    matches: int
    shape: Array


@dataclass(frozen=True, eq=False)
class Imputed:
    """What one arm would have given the targets, for outcomes with the same rows.

    Parameters
    ----------
    targets, donors : Array of int, shapes (t,), (d,)
        Positions in the sample.
    value : Array, shape (t, h)
        NaN for targets without a donor.
    used, squared : Array, shape (d,)
        Weight of each donor over all targets, and the sum of the squares of its single uses.
    rest : Array, shape (d, h)
        Outcome minus its regression on covariates among matched donors.
    noise, variance : Array, shape (d, h)
        Of the outcome given the covariates, from the nearest neighbours in the arm: what squares to it, and itself.
    corrected : bool
        False where too few donors were matched to correct for distance.
    expected : Array, shape (t, h)
        The regression at the targets.
    """

    targets: Array
    donors: Array
    value: Array
    used: Array
    squared: Array
    rest: Array
    noise: Array
    variance: Array
    corrected: bool
    expected: Array


@dataclass(frozen=True, eq=False)
class MatchedContrast:
    """Effects (h,), their covariance (h, h), comparison means (h,), degrees of freedom (h,); who was used."""

    estimate: Array
    covariance: Array
    base: Array
    df: Array
    unmatched: float
    donors_used: int
    corrected: bool


def matched_contrast(
    sample: Sample, arms: tuple[int, int], target: str, find: Find, matches: int, shape: Array
) -> MatchedContrast:
    """One contrast by matching.

    Parameters
    ----------
    sample : Sample
    arms : (int, int)
        Arm and comparison.
    target : {"att", "ate"}
    find : callable
    matches : int
        Donors a target, more where distances tie.
    shape : Array, shape (n, q)
        Columns by which the distance that is left is corrected, within strata.

    References
    ----------
    Abadie and Imbens (2006) Econometrica 74, 235-267; (2011) J. Bus. Econ. Stat. 29, 1-11. With clusters: the same
    estimate written as weights on residuals, summed by cluster.
    """
    h = sample.outcome.shape[1]
    n = len(sample)
    heterogeneous, noisy = np.zeros((n, h)), np.zeros((2, n, h))
    scores = np.zeros((n, h))
    estimate, base, df = np.empty(h), np.empty(h), np.empty(h)
    unmatched, donors_used, corrected = 0.0, n, True
    for columns in _alike(np.isnan(sample.outcome)):
        if not _known_in(sample, arms, columns[0]):
            for part in (estimate, base, df, heterogeneous.T, scores.T, noisy[0].T, noisy[1].T):
                part[columns] = np.nan
            continue
        found = _one_pattern(sample, arms, target, Search(find, matches, shape), columns)
        estimate[columns], base[columns], df[columns] = found.estimate, found.base, found.df
        heterogeneous[:, columns], scores[:, columns] = found.spread, found.score
        noisy[:, :, columns] = found.noise
        unmatched = max(unmatched, found.unmatched)
        donors_used = min(donors_used, found.donors_used)
        corrected &= found.corrected
    if sample.clustered:
        groups = int(sample.cluster.max()) + 1
        sums = np.column_stack([np.bincount(sample.cluster, s, groups) for s in scores.T])
        held = len(np.unique(sample.cluster[np.isin(sample.arm, arms)]))
        covariance = sums.T @ sums * (held / max(held - 1, 1))
    else:
        covariance = heterogeneous.T @ heterogeneous + sum(e.T @ e for e in noisy)
    return MatchedContrast(estimate, covariance, base, df, unmatched, donors_used, corrected)


def _known_in(sample: Sample, arms: tuple[int, int], column: int) -> bool:
    known = ~np.isnan(sample.outcome[:, column])
    return all(bool((known & (sample.arm == a)).any()) for a in arms)


@dataclass(frozen=True, eq=False)
class _Pattern:
    estimate: Array
    base: Array
    df: Array
    spread: Array
    noise: Array
    score: Array
    unmatched: float
    donors_used: int
    corrected: bool


def _one_pattern(
    sample: Sample, arms: tuple[int, int], target: str, search: Search, columns: Array
) -> _Pattern:
    """Outcomes that are missing for the same people."""
    known = ~np.isnan(sample.outcome[:, columns[0]])
    n, w = len(sample), sample.weight
    if target == "att":
        who = np.flatnonzero(known & (sample.arm == arms[0]))
        sides = [None, impute(sample, who, arms[1], known, search, columns)]
    else:
        who = np.arange(n)
        sides = [impute(sample, who, a, known, search, columns) for a in arms]
    given = [_given(sample, who, side, columns) for side in sides]
    held = np.isfinite(given[0][:, 0]) & np.isfinite(given[1][:, 0])
    share = np.where(held, w[who], 0.0) / max(float(w[who][held].sum()), 1e-300)
    difference = np.where(held[:, None], given[0] - given[1], 0.0)
    estimate = share @ difference
    base = share @ np.where(held[:, None], given[1], 0.0)
    spread, score, noise = (np.zeros((n, len(columns))) for _ in range(3))
    noise = np.zeros((2, n, len(columns)))
    spread[who] = share[:, None] * (difference - estimate)
    score[who] = share[:, None] * _expected_gain(sample, who, sides, held, columns, estimate)
    sizes = [float(held.sum())]
    total = float(w[who][held].sum())
    for j, side in enumerate(sides):
        if side is None:
            continue
        sign, used, squared = (1.0, -1.0)[j], side.used / total, side.squared / total**2
        own = share[side.donors] if target == "ate" else 0.0
        factor = np.maximum(used**2 - squared + 2 * own * used, 0.0)
        parts = np.sqrt(factor)[:, None] * side.noise
        # Variances from everybody equally near, correlations between outcomes from single distances.
        ratio = (factor @ side.variance) / np.maximum((parts**2).sum(axis=0), 1e-300)
        noise[j][side.donors] = parts * np.sqrt(ratio)
        score[side.donors] += sign * (used + own)[:, None] * side.rest
        sizes.append(effective_size(used + own, sample.cluster[side.donors]))
    made = [s for s in sides if s is not None]
    return _Pattern(
        estimate,
        base,
        np.full(len(columns), max(min(sizes) - 1, 1.0)),
        spread,
        noise,
        score,
        float(1 - w[who][held].sum() / max(w[who].sum(), 1e-300)),
        min(int((s.used > 0).sum()) for s in made),
        all(s.corrected for s in made),
    )


def _given(sample: Sample, who: Array, side: Imputed | None, columns: Array) -> Array:
    """Outcomes in an arm: as observed (the arm itself), or as imputed."""
    found = sample.outcome[np.ix_(who, columns)].copy()
    if side is None:
        return found
    found[:] = np.nan
    at = np.full(len(sample), -1)
    at[who] = np.arange(len(who))
    own = at[side.donors]
    found[own[own >= 0]] = sample.outcome[np.ix_(side.donors[own >= 0], columns)]
    found[at[side.targets]] = side.value
    return found


def _expected_gain(
    sample: Sample, who: Array, sides: list[Imputed | None], held: Array, columns: Array, estimate: Array
) -> Array:
    """Gain by regression minus the effect: what a person adds apart from the residuals of donors."""
    parts = []
    for side in sides:
        if side is None:
            parts.append(sample.outcome[np.ix_(who, columns)])
            continue
        expected = np.zeros((len(sample), len(columns)))
        expected[side.donors] = sample.outcome[np.ix_(side.donors, columns)] - side.rest
        expected[side.targets] = side.expected
        parts.append(expected[who])
    gain: Array = np.where(held[:, None], parts[0] - parts[1] - estimate, 0.0)
    return gain


def impute(sample: Sample, who: Array, arm: int, known: Array, search: Search, columns: Array) -> Imputed:
    """Outcomes of an arm for those in ``who`` who are not in it (or whose own outcome is missing)."""
    donors = np.flatnonzero(known & (sample.arm == arm))
    targets = who[~((sample.arm[who] == arm) & known[who])]
    y = sample.outcome[np.ix_(donors, columns)]
    found = search.find(targets, donors, search.matches, False, arm)
    weight = sample.weight[targets]
    used, _ = found.used(weight)
    _, squared = found.used(weight**2)
    strata = np.zeros(len(sample), dtype=np.int64) if sample.block is None else sample.block
    x, z = search.shape[donors], strata[donors]
    centre, middle = (stratum_means(v, z, used, int(strata.max(initial=0)) + 1) for v in (x, y))
    slope, corrected = _slope(x - centre[z], y - middle[z], used)
    value = found.mean(y)
    if corrected:
        value = value + (search.shape[targets] - found.mean(x)) @ slope
    expected = middle[strata[targets]] + (search.shape[targets] - centre[strata[targets]]) @ slope
    rest = y - middle[z] - (x - centre[z]) @ slope
    alone = search.find(donors, donors, 1, True, arm)
    return Imputed(targets, donors, value, used, squared, rest, *_noise(y, alone, rest), corrected, expected)


def stratum_means(values: Array, strata: Array, weight: Array, count: int) -> Array:
    """Weighted means by stratum, shape (count, h); the overall mean where a stratum has no weight."""
    total = np.bincount(strata, weight, count)
    sums = np.empty((count, values.shape[1]))
    for j, v in enumerate(values.T):
        sums[:, j] = np.bincount(strata, weight * v, count)
    overall = weight @ values / max(float(weight.sum()), 1e-300)
    means: Array = np.where(total[:, None] > 0, sums / np.where(total > 0, total, 1.0)[:, None], overall)
    return means


def _slope(x: Array, y: Array, weight: Array) -> tuple[Array, bool]:
    """Regression among matched donors (centred), by how often each is used; zero where they are too few."""
    rows = weight > 0
    if rows.sum() < _DONORS_A_COLUMN * (x.shape[1] + 1) or x.shape[1] == 0:
        return np.zeros((x.shape[1], y.shape[1])), x.shape[1] == 0
    root = np.sqrt(weight[rows])[:, None]
    scale = np.sqrt(weight[rows] @ x[rows] ** 2 / weight[rows].sum())
    scale[scale < 1e-12] = np.inf
    slope, *_ = np.linalg.lstsq(x[rows] / scale * root, y[rows] * root, rcond=1e-8)
    return slope / scale[:, None], True


def _noise(y: Array, alone: Matches, rest: Array) -> tuple[Array, Array]:
    """A person's distance from the nearest others of the arm, squaring to a variance; and the variance among them all.

    The second, over the person and everybody equally near, is steadier where many are equally near (as in Sekhon's
    Matching); the first keeps how outcomes hang together.
    """
    count, near, squares = alone.count[:, None].astype(float), alone.mean(y), alone.mean(y**2)
    if isinstance(alone, RunMatches):
        size, mean, square = count, near, squares
    else:
        size = count + 1
        mean, square = (count * near + y) / size, (count * squares + y**2) / size
    alone_too = size > 1
    others = np.maximum(size - 1, 1)
    single = np.where(alone_too, (y - mean) * np.sqrt(size / others), rest)
    among = np.where(alone_too, np.maximum(square - mean**2, 0.0) * size / others, rest**2)
    return single, among


def _alike(missing: Array) -> list[Array]:
    """Columns with the same missing rows, together."""
    keys = [np.packbits(c).tobytes() for c in missing.T]
    order = {k: i for i, k in enumerate(dict.fromkeys(keys))}
    at = np.array([order[k] for k in keys])
    return [np.flatnonzero(at == i) for i in range(len(order))]
