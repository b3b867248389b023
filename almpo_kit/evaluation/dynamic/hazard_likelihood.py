"""Likelihood of jobs and entries month by month, with what nobody observes in a few mass points. A kernel.

In each month a person without a programme first enters arm a or not, by the hazards λ_a(t) exp(x'β_a + v_a); then she
finds a job or not, by the hazard λ(t) exp(x'β + v + δ_a(time since entry)) that holds from the month of entry on. Chances
in a month are 1 − exp(−hazard) (Prentice and Gloeckler 1978), so that coefficients are those of the hazards in continuous
time. (v, v_1, …) takes K values with unknown chances: a discrete distribution of any shape, correlated as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.dynamic.event_cells import Cells

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Layout:
    """Where each parameter stands in a vector.

    Parameters
    ----------
    job_stretch : Array of int, shape (g,)
        Parameter of the job hazard of each stretch.
    since_stretch : Array of int, shape (a, r)
        Parameter of the effect of each arm and stretch since entry, counted within the arm.
    entry_stretch : Array of int, shape (a, g)
    p : int
        Covariates.
    points : int
        Mass points; the first stands at zero, because baselines are free.
    """

    job_stretch: Array
    since_stretch: Array
    entry_stretch: Array
    p: int
    points: int

    @property
    def arms(self) -> int:
        return len(self.entry_stretch)

    def slices(self) -> dict[str, Any]:
        """Name -> slice of the vector (lists by arm where there is one each)."""
        at = 0

        def take(k: int) -> slice:
            nonlocal at
            at += k
            return slice(at - k, at)

        found: dict[str, Any] = {"job": take(int(self.job_stretch.max()) + 1), "job_x": take(self.p)}
        found["effect"] = [take(int(s.max()) + 1) for s in self.since_stretch]
        found["entry"] = [take(int(s.max()) + 1) for s in self.entry_stretch]
        found["entry_x"] = [take(self.p) for _ in range(self.arms)]
        found["mass"] = take((self.points - 1) * (1 + self.arms))
        found["chance"] = take(self.points - 1)
        found["all"] = at
        return found


@dataclass(frozen=True, eq=False)
class Parts:
    """A parameter vector taken apart: log hazards, effects, coefficients, mass points and their chances."""

    job: Array
    job_x: Array
    effect: Array
    entry: Array
    entry_x: Array
    mass: Array
    chance: Array


def taken_apart(theta: Array, layout: Layout) -> Parts:
    """Parameters by meaning.

    Parameters
    ----------
    theta : Array, shape (q,)

    Returns
    -------
    Parts
        ``job`` (g,), ``effect`` (a, r), ``entry`` (a, g), ``entry_x`` (a, p), ``mass`` (K, 1 + a), ``chance`` (K,).
    """
    at = layout.slices()
    mass = np.vstack([np.zeros(1 + layout.arms), theta[at["mass"]].reshape(-1, 1 + layout.arms)])
    odds = np.concatenate([[0.0], theta[at["chance"]]])
    odds = np.exp(odds - odds.max())
    return Parts(
        job=theta[at["job"]][layout.job_stretch],
        job_x=theta[at["job_x"]],
        effect=np.array([theta[s][m] for s, m in zip(at["effect"], layout.since_stretch, strict=True)]),
        entry=np.array([theta[s][m] for s, m in zip(at["entry"], layout.entry_stretch, strict=True)]),
        entry_x=np.array([theta[s] for s in at["entry_x"]]),
        mass=mass,
        chance=odds / odds.sum(),
    )


@dataclass(frozen=True, eq=False)
class _Hazards:
    """Of n persons at mass point zero: cumulated over months survived, and in the month of the event."""

    cumulated: Array
    job_now: Array
    entry_cumulated: Array
    entry_now: Array
    job_cells: Array
    entry_cells: Array
    every: Array


def _hazards(parts: Parts, held: Cells) -> _Hazards:
    every = np.arange(len(held.job))
    none = np.zeros((1, parts.effect.shape[1]))
    since = np.hstack([np.zeros((len(parts.effect) + 1, 1)), np.vstack([none, parts.effect])])
    job_rate = np.exp(parts.job[None, :, None] + since[:, None, :])
    level, entry_level = np.exp(held.x @ parts.job_x), np.exp(held.x @ parts.entry_x.T)
    entry_rate = np.exp(parts.entry)
    job_cells = held.job_months * job_rate[held.arm] * level[:, None, None]
    entry_cells = held.entry_months[:, None, :] * entry_rate[None] * entry_level[:, :, None]
    return _Hazards(
        cumulated=job_cells.sum(axis=(1, 2)),
        job_now=job_rate[held.arm, held.job_elapsed, held.job_since] * level,
        entry_cumulated=entry_cells.sum(axis=2),
        entry_now=entry_rate[:, held.entry_elapsed].T * entry_level,
        job_cells=job_cells,
        entry_cells=entry_cells,
        every=every,
    )


def by_point(theta: Array, held: Cells, layout: Layout, *, until_entry: bool = False) -> Array:
    """Log-likelihood of each person at each mass point, with the log chance of the point.

    Parameters
    ----------
    until_entry : bool
        Only what happened up to entry (including it): what is known of those who enter in the moment they do.

    Returns
    -------
    Array, shape (n, K)
    """
    parts = taken_apart(theta, layout)
    return _by_point(parts, _hazards(parts, held), held, until_entry=until_entry)


def _by_point(parts: Parts, h: _Hazards, held: Cells, *, until_entry: bool = False) -> Array:
    cumulated = h.job_cells[:, :, 0].sum(axis=1) if until_entry else h.cumulated
    found = np.empty((len(held.job), len(parts.mass)))
    entered = held.arm > 0
    for k, (v, *v_entry) in enumerate(parts.mass):
        scale = np.exp(v_entry)
        job = np.where(held.job & ~until_entry, log_event(h.job_now * np.exp(v)), 0.0) - cumulated * np.exp(v)
        total = (h.entry_now * scale).sum(axis=1)
        own = (h.entry_now * scale)[h.every, held.arm - 1]
        entry = np.where(entered, log_event(total) + np.log(own) - np.log(total), 0.0)
        found[:, k] = job + entry - h.entry_cumulated @ scale + np.log(parts.chance[k])
    return found


def log_event(hazard: Array) -> Array:
    """Log chance of an event in a month, log(1 − exp(−hazard))."""
    return np.log(-np.expm1(-np.maximum(hazard, 1e-300)))


def log_likelihood(theta: Array, held: Cells, layout: Layout) -> tuple[float, Array]:
    """Log-likelihood and its gradient.

    Returns
    -------
    (float, Array of shape (q,))
    """
    total, pieces = _derivatives(theta, held, layout)
    return total, np.concatenate([np.ravel(s) for s in _collected(pieces, held, layout, scores=False)])


def scores(theta: Array, held: Cells, layout: Layout) -> Array:
    """Each person's gradient (weighted), shape (n, q)."""
    _, pieces = _derivatives(theta, held, layout)
    return np.hstack(_collected(pieces, held, layout, scores=True))


def _derivatives(theta: Array, held: Cells, layout: Layout) -> tuple[float, dict[str, Array]]:
    """Derivatives of each person's log-likelihood by log hazards in every cell, by mass points and their chances."""
    parts = taken_apart(theta, layout)
    h = _hazards(parts, held)
    point = _by_point(parts, h, held)
    top = point.max(axis=1)
    posterior = np.exp(point - top[:, None])
    sums = posterior.sum(axis=1)
    posterior /= sums[:, None]
    n, k = point.shape
    entered = held.arm > 0
    own = np.zeros((n, layout.arms))
    own[np.flatnonzero(entered), held.arm[entered] - 1] = 1.0
    job_pull, job_event = np.zeros(n), np.zeros(n)
    entry_pull, entry_event = np.zeros((n, layout.arms)), np.zeros((n, layout.arms))
    mass = np.zeros((n, k, 1 + layout.arms))
    for j, (v, *v_entry) in enumerate(parts.mass):
        w, grow, scale = posterior[:, j], np.exp(v), np.exp(v_entry)
        now = h.job_now * grow
        event = np.where(held.job, now / np.expm1(np.minimum(now, 500.0)), 0.0)
        rates = h.entry_now * scale
        total = rates.sum(axis=1)
        share = 1.0 / np.expm1(np.minimum(total, 500.0)) - 1.0 / total
        entry = np.where(entered[:, None], own + rates * share[:, None], 0.0)
        job_pull += w * grow
        job_event += w * event
        entry_pull += w[:, None] * scale
        entry_event += w[:, None] * entry
        mass[:, j, 0] = w * (event - h.cumulated * grow)
        mass[:, j, 1:] = w[:, None] * (entry - h.entry_cumulated * scale)
    job_cells = -h.job_cells * job_pull[:, None, None]
    job_cells[h.every, held.job_elapsed, held.job_since] += job_event
    entry_cells = -h.entry_cells * entry_pull[:, :, None]
    entry_cells[h.every, :, held.entry_elapsed] += entry_event
    chance = posterior - parts.chance
    value = float(held.weight @ (top + np.log(sums)))
    return value, {"job": job_cells, "entry": entry_cells, "mass": mass, "chance": chance}


def _collected(pieces: dict[str, Array], held: Cells, layout: Layout, *, scores: bool) -> list[Array]:
    """Derivatives by parameter, in the order of the vector: by person, or added up."""
    w = held.weight

    def joined(by_stretch: Array, stretch: Array) -> Array:
        onto = (stretch[:, None] == np.arange(stretch.max() + 1)).astype(float)
        values = by_stretch @ onto
        return values * w[:, None] if scores else w @ values

    def slopes(level: Array) -> Array:
        return held.x * (w * level)[:, None] if scores else held.x.T @ (w * level)

    job, entry = pieces["job"], pieces["entry"]
    found = [joined(job.sum(axis=2), layout.job_stretch), slopes(job.sum(axis=(1, 2)))]
    since = job[:, :, 1:].sum(axis=1)
    for a in range(layout.arms):
        found.append(joined(np.where((held.arm == a + 1)[:, None], since, 0.0), layout.since_stretch[a]))
    found += [joined(entry[:, a], layout.entry_stretch[a]) for a in range(layout.arms)]
    found += [slopes(entry[:, a].sum(axis=1)) for a in range(layout.arms)]
    for name in ("mass", "chance"):
        rest = pieces[name][:, 1:].reshape(len(w), -1)
        found.append(rest * w[:, None] if scores else w @ rest)
    return found
