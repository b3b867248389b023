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

    before: Array
    cumulated: Array
    job_now: Array
    job_rate: Array
    level: Array
    entry_cumulated: Array
    entry_now: Array
    entry_rate: Array
    entry_level: Array


def _hazards(parts: Parts, held: Cells) -> _Hazards:
    since = np.zeros((held.arms + 1, 1 + parts.effect.shape[1]))
    since[1:, 1:] = parts.effect
    job_rate = np.exp(parts.job[None, :, None] + since[:, None, :])
    level, entry_level = np.exp(held.x @ parts.job_x), np.exp(held.x @ parts.entry_x.T)
    entry_rate = np.exp(parts.entry)
    before = held.job_months @ job_rate[0, :, 0]
    cumulated = before.copy()
    for a in range(1, held.arms + 1):
        part = held.of_arm(a)
        # Products of matrices, so that no table of all persons and cells is made at every step of the climb.
        cumulated[held.entrants[part]] += _flat(held.after_months[part]) @ job_rate[a, :, 1:].ravel()
    return _Hazards(
        before=before * level,
        cumulated=cumulated * level,
        job_now=job_rate[held.arm, held.job_elapsed, held.job_since] * level,
        job_rate=job_rate,
        level=level,
        entry_cumulated=(held.entry_months @ entry_rate.T) * entry_level,
        entry_now=entry_rate[:, held.entry_elapsed].T * entry_level,
        entry_rate=entry_rate,
        entry_level=entry_level,
    )


def _flat(counts: Array) -> Array:
    return counts.reshape(len(counts), int(np.prod(counts.shape[1:])))


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
    cumulated = h.before if until_entry else h.cumulated
    counted = held.job & (not until_entry)
    found = np.empty((len(held.job), len(parts.mass)))
    entered = held.arm > 0
    for k, (v, *v_entry) in enumerate(parts.mass):
        scale = np.exp(v_entry)
        job = np.where(counted, log_event(h.job_now * np.exp(v)), 0.0) - cumulated * np.exp(v)
        total = (h.entry_now * scale).sum(axis=1)
        own = (h.entry_now * scale)[np.arange(len(total)), held.arm - 1]
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
    value, h, pull = _pulls(theta, held, layout)
    w, g, r = held.weight, held.job_months.shape[1], held.after_months.shape[2]
    u, event = w * pull.job * h.level, w * pull.job_event
    job = -(held.job_months.T @ u) * h.job_rate[0, :, 0] + np.bincount(held.job_elapsed, event, g)
    effect = []
    for a in range(1, held.arms + 1):
        part = held.of_arm(a)
        cells = (
            -(_flat(held.after_months[part]).T @ u[held.entrants[part]]).reshape(g, r) * h.job_rate[a, :, 1:]
        )
        job += cells.sum(axis=1)
        mine = held.arm == a
        effect.append(cells.sum(axis=0) + np.bincount(held.job_since[mine], event[mine], 1 + r)[1:])
    entry_event = w[:, None] * pull.entry_event
    entry = -h.entry_rate * ((w[:, None] * pull.entry * h.entry_level).T @ held.entry_months)
    entry += np.array([np.bincount(held.entry_elapsed, e, g) for e in entry_event.T])
    found = [_joined(job[None], layout.job_stretch), held.x.T @ (event - w * pull.job * h.cumulated)]
    found += [_joined(e[None], m) for e, m in zip(effect, layout.since_stretch, strict=True)]
    found += [_joined(e[None], m) for e, m in zip(entry, layout.entry_stretch, strict=True)]
    found += [(held.x.T @ (entry_event - w[:, None] * pull.entry * h.entry_cumulated)).T]
    found += [w @ _flat(pull.mass[:, 1:]), w @ pull.chance[:, 1:]]
    return value, np.concatenate([np.ravel(f) for f in found])


def scores(theta: Array, held: Cells, layout: Layout) -> Array:
    """Each person's gradient (weighted), shape (n, q)."""
    _, h, pull = _pulls(theta, held, layout)
    n, r = len(held.job), held.after_months.shape[2]
    every = np.arange(n)
    u = pull.job * h.level
    job = -held.job_months * u[:, None] * h.job_rate[0, :, 0]
    job[every, held.job_elapsed] += pull.job_event
    effect = []
    for a in range(1, held.arms + 1):
        part = held.of_arm(a)
        rows = held.entrants[part]
        cells = -held.after_months[part] * u[rows][:, None, None] * h.job_rate[a, :, 1:]
        job[rows] += cells.sum(axis=2)
        own = np.zeros((n, 1 + r))
        own[rows, 1:] = cells.sum(axis=1)
        own[rows, held.job_since[rows]] += pull.job_event[rows]
        effect.append(own[:, 1:])
    found = [_joined(job, layout.job_stretch), held.x * (pull.job_event - pull.job * h.cumulated)[:, None]]
    found += [_joined(e, m) for e, m in zip(effect, layout.since_stretch, strict=True)]
    for a in range(held.arms):
        entry = -held.entry_months * (pull.entry * h.entry_level)[:, [a]] * h.entry_rate[a]
        entry[every, held.entry_elapsed] += pull.entry_event[:, a]
        found.append(_joined(entry, layout.entry_stretch[a]))
    slopes = pull.entry_event - pull.entry * h.entry_cumulated
    found += [held.x * slopes[:, [a]] for a in range(held.arms)]
    found += [_flat(pull.mass[:, 1:]), pull.chance[:, 1:]]
    return np.hstack(found) * held.weight[:, None]


@dataclass(frozen=True, eq=False)
class _Pulls:
    """Expected over mass points, given what happened: scales of hazards, and derivatives of the months of events."""

    job: Array
    job_event: Array
    entry: Array
    entry_event: Array
    mass: Array
    chance: Array


def _pulls(theta: Array, held: Cells, layout: Layout) -> tuple[float, _Hazards, _Pulls]:
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
    own[held.entrants, held.arm[held.entrants] - 1] = 1.0
    pull = _Pulls(
        *(np.zeros(n), np.zeros(n), np.zeros((n, layout.arms)), np.zeros((n, layout.arms))),
        mass=np.zeros((n, k, 1 + layout.arms)),
        chance=posterior - parts.chance,
    )
    for j, (v, *v_entry) in enumerate(parts.mass):
        w, grow, scale = posterior[:, j], np.exp(v), np.exp(v_entry)
        now = h.job_now * grow
        event = np.where(held.job, now / np.expm1(np.minimum(now, 500.0)), 0.0)
        rates = h.entry_now * scale
        total = rates.sum(axis=1)
        share = 1.0 / np.expm1(np.minimum(total, 500.0)) - 1.0 / total
        entry = np.where(entered[:, None], own + rates * share[:, None], 0.0)
        pull.job[:] += w * grow
        pull.job_event[:] += w * event
        pull.entry[:] += w[:, None] * scale
        pull.entry_event[:] += w[:, None] * entry
        pull.mass[:, j, 0] = w * (event - h.cumulated * grow)
        pull.mass[:, j, 1:] = w[:, None] * (entry - h.entry_cumulated * scale)
    return float(held.weight @ (top + np.log(sums))), h, pull


def _joined(by_stretch: Array, stretch: Array) -> Array:
    """Columns of stretches that share a parameter, added up."""
    onto: Array = (stretch[:, None] == np.arange(stretch.max() + 1)).astype(float)
    found: Array = by_stretch @ onto
    return found
