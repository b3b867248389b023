"""What happens month by month: drawn once for the register, and expected exactly for what would have happened."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from almpo_kit.sources.synthetic.register_model import REGISTERS_AFTER, Model, Rates, chances, outside

Array = np.ndarray[Any, np.dtype[Any]]

REGISTERED, IN_WORK, OUTSIDE = 0, 1, 2
#: People at a time in exact expectations: what fits into the processor's cache is faster.
_CHUNK = 20_000


class Drawn(NamedTuple):
    """``state``: n × (months + 1), the state at the end of each month; ``arm``: -1 for none; ``start``: in months
    since registration, -1 for none; ``left``: the last month of the programme."""

    state: Array
    arm: Array
    start: Array
    left: Array


class Expected(NamedTuple):
    """Chance of being in work, and expected earnings, at the end of each month: m × (horizon + 1)."""

    employed: Array
    earnings: Array


def drawn_paths(model: Model, months: int, *, at_entry: bool, rng: np.random.Generator) -> Drawn:
    """Draw what happens.

    Parameters
    ----------
    months : int
        After registration.
    at_entry : bool
        Everybody is assigned once, in the month of registration; else registered people may enter in any month.
    """
    n = len(model.find)
    rows = np.arange(n)
    state = np.empty((n, months + 1), dtype=np.int8)
    state[:, 0] = REGISTERED
    arm, start = np.full(n, -1, dtype=np.int16), np.full(n, -1, dtype=np.int16)
    if at_entry:
        arm = _assigned(model, rng)
        start[arm >= 0] = 0
    planned = np.array([p.months for p in model.programmes])
    # Months of the programme that are left; 0 for whoever left the register, and comes back to no programme.
    inside = np.where(arm >= 0, planned[arm], 0)
    for t in range(1, months + 1):
        before = state[:, t - 1]
        if not at_entry:
            into = _let_enter(model, rows, t, before, arm, start, rng)
            inside[into] = planned[arm[into]] + 1
        inside = np.where(before == REGISTERED, np.maximum(inside - 1, 0), 0)
        state[:, t] = _moved(model, model.rates(rows, t), before, arm, inside > 0, rng.random(n))
    return Drawn(state, arm, start, _left(model, state, arm, start))


def _assigned(model: Model, rng: np.random.Generator) -> Array:
    """Arms by a multinomial logit whose odds are a year's entries."""
    odds = 12 * model.entry_rates(np.arange(len(model.find)), 0)
    shares = np.cumsum(odds / (1 + odds.sum(axis=1, keepdims=True)), axis=1)
    which = (rng.random(len(odds))[:, None] >= shares).sum(axis=1)
    return np.where(which < shares.shape[1], which, -1).astype(np.int16)


def _let_enter(
    model: Model, rows: Array, t: int, state: Array, arm: Array, start: Array, rng: np.random.Generator
) -> Array:
    """Who enters in month `t`; `arm` and `start` are written."""
    draw, which = rng.random((2, len(rows)))
    waiting = np.flatnonzero((state == REGISTERED) & (arm < 0))
    rates = model.entry_rates(waiting, t)
    total = rates.sum(axis=1)
    enters = draw[waiting] < -np.expm1(-total)
    into, rates, total = waiting[enters], rates[enters], total[enters]
    passed = which[into][:, None] * total[:, None] >= np.cumsum(rates, axis=1)
    arm[into] = np.minimum(passed.sum(axis=1), rates.shape[1] - 1)
    start[into] = t
    return into


def _moved(model: Model, rates: Rates, state: Array, arm: Array, inside: Array, draw: Array) -> Array:
    """States at the end of a month."""
    factor, losing = _changes(model, arm, inside)
    registered, work = state == REGISTERED, state == IN_WORK
    to_work, to_outside = chances(rates.find * factor, rates.leave)
    outside_work, outside_back = outside(rates.find)
    lost = -np.expm1(-rates.lose * losing)
    first = np.where(registered, to_work, np.where(work, lost * REGISTERS_AFTER, outside_work))
    second = np.where(registered, to_outside, np.where(work, lost * (1 - REGISTERS_AFTER), outside_back))
    # From each state the first move, the second move, or none.
    goal_first = np.where(work, REGISTERED, IN_WORK)
    goal_second = np.where(state == OUTSIDE, REGISTERED, OUTSIDE)
    moved = np.where(draw < first, goal_first, np.where(draw < first + second, goal_second, state))
    return moved.astype(np.int8)


def _changes(model: Model, arm: Array, inside: Array) -> tuple[Array, Array]:
    """What a programme does to the rates of finding and of losing a job, as factors."""
    factor, losing = np.ones(len(arm)), np.ones(len(arm))
    for a, programme in enumerate(model.programmes):
        entered = np.flatnonzero(arm == a)
        factor[entered] = np.exp(np.where(inside[entered], programme.during, model.after[entered, a]))
        losing[entered] = np.exp(programme.losing)
    return factor, losing


def _left(model: Model, state: Array, arm: Array, start: Array) -> Array:
    """The last month of the programme: as planned, or the month in which the person left the register."""
    planned = start + np.array([p.months for p in model.programmes])[arm] - 1
    after = np.arange(state.shape[1]) >= start[:, None]
    gone = (state != REGISTERED) & after
    first = np.where(gone.any(axis=1), gone.argmax(axis=1), state.shape[1])
    return np.where(arm >= 0, np.minimum(planned, first), -1)


def expected_paths(
    model: Model,
    rows: Array,
    start: Array,
    horizon: int,
    *,
    enters: int | None = None,
    waits: Array | None = None,
    displaced: bool = True,
) -> Expected:
    """What would happen, in expectation, to registered people without a programme so far.

    Parameters
    ----------
    rows : Array of int, shape (m,)
    start : Array of int, shape (m,)
        Month since registration from which on it is told.
    horizon : int
    enters : int, optional
        They enter this programme in month `start`.
    waits : Array of int, shape (m,), optional
        They enter none before this month since registration and then as the register has it. Without `enters` and
        `waits` they never enter any.

    Returns
    -------
    Expected, each of shape (m, horizon + 1)
        At the end of months `start` to `start` + `horizon`.
    """
    parts = [
        _expected(
            model,
            rows[i : i + _CHUNK],
            start[i : i + _CHUNK],
            horizon,
            enters,
            None if waits is None else waits[i : i + _CHUNK],
            displaced,
        )
        for i in range(0, len(rows), _CHUNK)
    ]
    if not parts:
        return Expected(np.empty((0, horizon + 1)), np.empty((0, horizon + 1)))
    return Expected(*(np.concatenate(p) for p in zip(*parts, strict=True)))


class _Mass:
    """Chances of being in each state, without a programme (`arm` -1) or since entering one, by months since entry."""

    def __init__(self, model: Model, rows: Array, arm: int) -> None:
        size = 1 if arm < 0 else model.programmes[arm].months + 1
        self.registered = np.zeros((size, len(rows)))
        self.work, self.out = np.zeros(len(rows)), np.zeros(len(rows))
        programme = None if arm < 0 else model.programmes[arm]
        self.losing = 1.0 if programme is None else float(np.exp(programme.losing))
        self.pay = 1.0 if programme is None else float(np.exp(programme.wage))
        self.during = 1.0 if programme is None else float(np.exp(programme.during))
        self.after = np.ones(len(rows)) if arm < 0 else np.exp(model.after[rows, arm])

    def move(self, rates: Rates) -> None:
        """One month on; who is still inside the programme has been in it a month longer."""
        running, over = self.registered[:-1], self.registered[-1]
        in_work, in_out = chances(rates.find * self.during, rates.leave)
        over_work, over_out = chances(rates.find * self.after, rates.leave)
        out_work, out_back = outside(rates.find)
        lost = self.work * -np.expm1(-rates.lose * self.losing)
        inside = running.sum(axis=0)
        found = inside * in_work + over * over_work + self.out * out_work
        left = inside * in_out + over * over_out + (1 - REGISTERS_AFTER) * lost
        stay = running * (1 - in_work - in_out)
        over = over * (1 - over_work - over_out) + REGISTERS_AFTER * lost + self.out * out_back
        if len(stay):
            self.registered[1:-1] = stay[:-1]
            self.registered[0] = 0.0
            over = over + stay[-1]
        self.registered[-1] = over
        self.out = self.out * (1 - out_work - out_back) + left
        self.work = self.work + found - lost


def _expected(
    model: Model,
    rows: Array,
    start: Array,
    horizon: int,
    enters: int | None,
    waits: Array | None,
    displaced: bool,
) -> Expected:
    arms = range(len(model.programmes)) if waits is not None else () if enters is None else (enters,)
    free, inside = _Mass(model, rows, -1), {a: _Mass(model, rows, a) for a in arms}
    (free if enters is None else inside[enters]).registered[0] = 1.0
    masses = [free, *inside.values()] if enters is None else [inside[enters]]
    employed, earnings = np.empty((len(rows), horizon + 1)), np.empty((len(rows), horizon + 1))
    for m in range(horizon + 1):
        elapsed = start + m
        if waits is not None:
            rates = model.entry_rates(rows, elapsed) * (elapsed >= waits)[:, None]
            total = rates.sum(axis=1)
            flow = free.registered[-1] * -np.expm1(-total)
            for a, mass in inside.items():
                mass.registered[0] += flow * np.divide(
                    rates[:, a], total, out=np.zeros(len(rows)), where=total > 0
                )
            free.registered[-1] -= flow
        now = model.rates(rows, elapsed, displaced=displaced)
        for mass in masses:
            mass.move(now)
        employed[:, m] = sum(mass.work for mass in masses)
        earnings[:, m] = model.wage[rows] * sum(mass.work * mass.pay for mass in masses)
    return Expected(employed, earnings)
