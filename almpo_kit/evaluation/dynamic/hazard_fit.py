"""Maximum likelihood of jobs and entries, mass point by mass point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.dynamic.event_cells import ELAPSED, SINCE_ENTRY, Cells, merged
from almpo_kit.evaluation.dynamic.hazard_likelihood import Layout, by_point, log_likelihood, scores
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]

#: Fewest jobs or entries that a hazard, or an effect, of a stretch may rest on.
FEWEST = 20
#: Log hazards and mass points are looked for inside these limits; a point at the edge stands for "never".
LIMIT, FAR = 15.0, 6.0
#: Mass points that are tried as the next one, and how many of them are climbed from.
TRIED, FOLLOWED = 200, 2


@dataclass(frozen=True, eq=False, repr=False)
class HazardFit:
    """A maximum of the likelihood.

    Parameters
    ----------
    theta : Array, shape (q,)
    layout : Layout
    value : float
        Log-likelihood.
    aic, hannan_quinn : float
    steepest : float
        Largest part of the gradient at the maximum, away from limits, per person.
    """

    theta: Array
    layout: Layout
    value: float
    aic: float
    hannan_quinn: float
    steepest: float


def layout_for(held: Cells, points: int = 1) -> Layout:
    """Stretches joined until each holds enough events."""
    g, r = len(ELAPSED) + 1, len(SINCE_ENTRY) + 1
    jobs = np.bincount(held.job_elapsed[held.job], minlength=g)
    since, entry = [], []
    for a in range(1, held.arms + 1):
        mine = held.arm == a
        after = np.bincount(held.job_since[mine & held.job], minlength=1 + r)[1:]
        since.append(merged(after, FEWEST))
        entry.append(merged(np.bincount(held.entry_elapsed[mine], minlength=g), FEWEST))
    return Layout(merged(jobs, FEWEST), np.array(since), np.array(entry), held.x.shape[1], points)


def start(held: Cells, layout: Layout) -> Array:
    """Log hazards from counts of events and months; all else zero."""
    at = layout.slices()
    theta = np.zeros(at["all"])
    jobs = np.bincount(held.job_elapsed[held.job], minlength=held.job_months.shape[1])
    months = held.job_months.sum(axis=0) + held.after_months.sum(axis=(0, 2)) + jobs
    theta[at["job"]] = _rates(jobs, months, layout.job_stretch)
    for a, where in enumerate(at["entry"]):
        mine = held.arm == a + 1
        entries = np.bincount(held.entry_elapsed[mine], minlength=len(months))
        theta[where] = _rates(entries, held.entry_months.sum(axis=0) + entries, layout.entry_stretch[a])
    return theta


def _rates(events: Array, months: Array, joined: Array) -> Array:
    size = int(joined.max()) + 1
    e, m = (np.bincount(joined, weights=v, minlength=size) for v in (events, months))
    found: Array = np.log(np.maximum(e, 0.5) / np.maximum(m, 1.0))
    return found


def maximised(theta: Array, held: Cells, layout: Layout, *, roughly: bool = False) -> HazardFit:
    """Climb to the nearest maximum; ``roughly`` is enough to choose between beginnings.

    Raises
    ------
    DesignError
        The likelihood is not finite.
    """
    from scipy.optimize import minimize

    n = held.weight.sum()
    bounds = limits(layout)

    def cost(t: Array) -> tuple[float, Array]:
        value, gradient = log_likelihood(t, held, layout)
        return -value / n, -gradient / n

    found = minimize(
        cost,
        np.clip(theta, bounds[:, 0], bounds[:, 1]),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={
            "maxiter": 200 if roughly else 3000,
            "maxfun": 6000,
            "ftol": 1e-8 if roughly else 1e-13,
            "gtol": 1e-5 if roughly else 1e-7,
            "maxcor": 30,
        },
    )
    if not np.isfinite(found.fun):
        raise DesignError(
            "the hazards cannot be estimated: a covariate is of such a size that chances overflow; rescale it, or leave it out."
        )
    best = np.asarray(found.x)
    value, gradient = log_likelihood(best, held, layout)
    inside = (best > bounds[:, 0] + 1e-6) & (best < bounds[:, 1] - 1e-6)
    q = len(best)
    steepest = float(np.abs(gradient[inside]).max(initial=0.0) / n)
    persons = len(held.weight)
    quinn = 2 * q * np.log(np.log(max(persons, 16))) - 2 * value
    return HazardFit(best, layout, value, 2 * q - 2 * value, float(quinn), steepest)


def limits(layout: Layout) -> Array:
    """Lowest and highest value of each parameter, shape (q, 2)."""
    at = layout.slices()
    found = np.tile([-LIMIT, LIMIT], (at["all"], 1))
    found[at["mass"]] = [-FAR, FAR]
    found[at["chance"]] = [-10.0, 10.0]
    return found


def with_another_point(before: HazardFit, held: Cells, seed: int) -> HazardFit:
    """The best fit with one more mass point.

    Where a little weight on a new point raises the likelihood most is where to begin (Gâteaux derivative).

    References
    ----------
    Lindsay (1983) Ann. Stat. 11, 86-94; Gaure, Røed and Zhang (2007) J. Econom. 141, 1159-1195.
    """
    generator = np.random.default_rng(np.random.SeedSequence([seed, before.layout.points]))
    now = by_point(before.theta, held, before.layout)
    top = now.max(axis=1)
    mixed = top + np.log(np.exp(now - top[:, None]).sum(axis=1))
    new = Layout(
        before.layout.job_stretch,
        before.layout.since_stretch,
        before.layout.entry_stretch,
        before.layout.p,
        before.layout.points + 1,
    )
    tried = generator.uniform(-2.5, 2.5, (TRIED, 1 + before.layout.arms))
    gains = [_gain(v, before, held, mixed) for v in tried]
    order = np.argsort(gains)[::-1][:FOLLOWED]
    begun = [_extended(before, tried[i], new) for i in order]
    if before.layout.points == 1:
        # Little weight far away hides that two points near the one may be better.
        begun += [
            _halved(before, np.append(1.4, np.full(before.layout.arms, s)), new) for s in (1.4, 0.0, -1.4)
        ]
    rough = [maximised(t, held, new, roughly=True) for t in begun]
    return maximised(max(rough, key=lambda f: f.value).theta, held, new)


def _halved(before: HazardFit, v: Array, new: Layout) -> Array:
    """One point parted in two of equal weight, ``v`` from each other."""
    at = before.layout.slices()
    theta = before.theta.copy()
    theta[at["job"]] -= v[0] / 2
    for where, distance in zip(at["entry"], v[1:], strict=True):
        theta[where] -= distance / 2
    found = np.concatenate([theta[: at["mass"].start], v, [0.0]])
    assert len(found) == new.slices()["all"]
    return found


def _gain(v: Array, before: HazardFit, held: Cells, mixed: Array) -> float:
    layout = before.layout
    alone = Layout(layout.job_stretch, layout.since_stretch, layout.entry_stretch, layout.p, 2)
    at = layout.slices()
    theta = np.concatenate([before.theta[: at["mass"].start], v, [0.0]])
    # Both points have half of the weight there; the second is the one that is tried.
    own = by_point(theta, held, alone)[:, 1] + np.log(2.0)
    return float(held.weight @ np.expm1(np.minimum(own - mixed, 50.0)))


def _extended(before: HazardFit, v: Array, new: Layout) -> Array:
    at = before.layout.slices()
    rest, mass, chance = (
        before.theta[: at["mass"].start],
        before.theta[at["mass"]],
        before.theta[at["chance"]],
    )
    # A tenth of the weight on the new point.
    odds = np.log(np.exp(np.append(0.0, chance)).sum() / 9.0)
    found = np.concatenate([rest, mass, v, chance, [odds]])
    assert len(found) == new.slices()["all"]
    return found


def fitted(
    held: Cells, *, most_points: int, seed: int, progress: Callable[[int, int], None] | None = None
) -> tuple[HazardFit, list[HazardFit]]:
    """The fit with the number of mass points that Hannan and Quinn's criterion prefers, and all that were tried.

    A rule that takes every point that raises the likelihood (or Akaike's criterion) finds kinds of people in a few hundred
    persons where there are none, and effects with them; stricter ones leave hidden differences standing in thousands.

    References
    ----------
    Hannan and Quinn (1979) J. R. Stat. Soc. B 41, 190-195; Gaure, Røed and Zhang (2007) J. Econom. 141, 1159-1195.
    """
    layout = layout_for(held)
    found = [maximised(start(held, layout), held, layout)]
    for k in range(1, most_points):
        if progress is not None:
            progress(k, most_points)
        found.append(with_another_point(found[-1], held, seed))
        if found[-1].hannan_quinn >= found[-2].hannan_quinn:
            break
    if progress is not None:
        progress(most_points, most_points)
    return min(found, key=lambda f: f.hannan_quinn), found


def covariance(fit: HazardFit, held: Cells, cluster: Array) -> tuple[Array, bool]:
    """Sandwich covariance of the parameters, with clusters kept whole.

    Parameters
    ----------
    cluster : Array of int, shape (n,)

    Returns
    -------
    (Array of shape (q, q), bool)
        Parameters at a limit are held there. False where the likelihood is flat in some direction: then the directions in
        which it is not are used, and intervals are too narrow.
    """
    bounds = limits(fit.layout)
    free = (fit.theta > bounds[:, 0] + 1e-4) & (fit.theta < bounds[:, 1] - 1e-4)
    hessian = _hessian(fit, held)[np.ix_(free, free)]
    values, vectors = np.linalg.eigh(hessian)
    good = values > 1e-10 * max(values.max(), 1e-12)
    inverse = (vectors[:, good] / values[good]) @ vectors[:, good].T
    each = scores(fit.theta, held, fit.layout)[:, free]
    groups = int(cluster.max()) + 1
    sums = np.zeros((groups, each.shape[1]))
    np.add.at(sums, cluster, each)
    meat = sums.T @ sums * groups / max(groups - 1, 1)
    found = np.zeros((len(free), len(free)))
    found[np.ix_(free, free)] = inverse @ meat @ inverse
    return found, bool(good.all())


def _hessian(fit: HazardFit, held: Cells) -> Array:
    """Of minus the log-likelihood, by central differences of the gradient."""
    q = len(fit.theta)
    found = np.empty((q, q))
    for i in range(q):
        step = np.zeros(q)
        step[i] = 1e-5 * max(1.0, abs(fit.theta[i]))
        up, down = (log_likelihood(fit.theta + s * step, held, fit.layout)[1] for s in (1.0, -1.0))
        found[i] = -(up - down) / (2 * step[i])
    return (found + found.T) / 2
