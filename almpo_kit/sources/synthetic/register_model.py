"""Rates of an invented register: finding, losing and leaving, with and without a programme, and entering one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from almpo_kit.sources.synthetic.register_people import People
from almpo_kit.sources.synthetic.register_programmes import PROSPECTS, Programme

Array = np.ndarray[Any, np.dtype[Any]]

#: Monthly rates for people like the average.
_FIND, _LOSE, _LEAVE = 0.085, 0.022, 0.014
#: Off the register and without work: finding a job (times the rate of registered people), registering again.
_FIND_OUTSIDE, _RETURN = 0.35, 0.035
#: Share of lost jobs after which people register.
REGISTERS_AFTER = 0.8
#: What is not observed: a standard deviation changes the log rate of finding by this, and that of entry, times hidden.
_ABILITY, _ABILITY_ENTRY = 0.35, 0.70
#: Longest absence after which prospects no longer fall.
_DURATION, _DURATION_MONTHS = -0.035, 18
#: Months of a full wave of the business cycle, and its height on the log rate of finding.
_WAVE, _HEIGHT = 72, 0.25
NEVER = 10**6


class Rates(NamedTuple):
    """Chances of moving within a month, from without programme; see :meth:`Model.rates`."""

    find: Array
    lose: Array
    leave: Array


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """What rules the register.

    Parameters
    ----------
    programmes : tuple of Programme, length k
    region, registered_from : Array of int, shape (n,)
    find, lose : Array, shape (n,)
        Log monthly rates of finding and losing a job.
    after : Array, shape (n, k)
        Change of the log rate of finding a job once the programme is over.
    wage : Array, shape (n,)
        Expected monthly earnings in work, without a programme.
    entry : Array, shape (n, k)
        Log monthly rate of entry.
    available : Array of int, shape (r, k)
        First month of the register in which a region has the programme.
    cycle : Array, shape (c,)
        Change of the log rate of finding a job in each month of the register.
    displaced : Array, shape (r, c)
        The same, by the scale of programmes in the region.
    """

    programmes: tuple[Programme, ...]
    region: Array
    registered_from: Array
    find: Array
    lose: Array
    after: Array
    wage: Array
    entry: Array
    available: Array
    cycle: Array
    displaced: Array

    def rates(self, rows: Array, elapsed: Array | int, *, displaced: bool = True) -> Rates:
        """Monthly rates without a programme, of some people in the `elapsed`-th month after registration."""
        month = np.minimum(self.registered_from[rows] + elapsed, len(self.cycle) - 1)
        wave = self.cycle[month]
        slowed = _DURATION * np.minimum(elapsed, _DURATION_MONTHS)
        pushed = self.displaced[self.region[rows], month] if displaced else 0.0
        find = np.exp(self.find[rows] + slowed + wave - pushed)
        lose = np.exp(self.lose[rows] - 0.5 * wave)
        # In the month of registration itself nobody moves.
        there = np.asarray(elapsed) > 0
        return Rates(find * there, lose * there, _LEAVE * there * np.ones_like(find))

    def entry_rates(self, rows: Array, elapsed: Array | int) -> Array:
        """Monthly rates of entering each programme, shape (m, k); 0 where the region does not have it yet."""
        month = self.registered_from[rows] + elapsed
        # Offices act early, and again when somebody becomes long-term unemployed.
        shape = (
            0.6 + 0.8 * np.exp(-((np.asarray(elapsed) - 4.0) ** 2) / 18) + 0.3 * (np.asarray(elapsed) > 11)
        )
        there = month[:, None] >= self.available[self.region[rows]]
        return np.exp(self.entry[rows]) * there * np.broadcast_to(shape, month.shape)[:, None]


def chances(first: Array, second: Array | float) -> tuple[Array, Array]:
    """Chances that the first, or the second, of two competing events happens first within a month."""
    total = first + second
    share = np.divide(first, total, out=np.zeros_like(total), where=total > 0)
    happens = -np.expm1(-total)
    return happens * share, happens * (1 - share)


def outside(find: Array) -> tuple[Array, Array]:
    """Chances of finding a job, and of registering again, of people off the register and without work."""
    # find is 0 in the month in which nobody moves.
    return chances(_FIND_OUTSIDE * find, _RETURN * (find > 0))


def invented_model(
    people: People,
    programmes: tuple[Programme, ...],
    local: Array,
    *,
    confounding: float,
    hidden: float,
    heterogeneity: float,
    spill_over: float,
    entry_rate: float,
    staggered: bool,
    cycle: bool,
    length: int,
    rng: np.random.Generator,
) -> Model:
    """Rates for these people.

    Parameters
    ----------
    local : Array, shape (r,)
        Local unemployment, standardised.
    length : int
        Months of the register.
    """
    x = people.features
    scale = np.exp(0.25 * confounding * local + 0.2 * rng.standard_normal(len(local)))
    available = np.zeros((len(local), len(programmes)), dtype=np.int64)
    if staggered:
        available[:, 0] = _roll_out(len(local), length, rng)
    takes, suits = (np.array([getattr(p, name) for p in programmes]).T for name in ("takes", "suits"))
    base = (
        np.log([p.rate * entry_rate for p in programmes]) if entry_rate else np.full(len(programmes), -np.inf)
    )
    entry = base + confounding * x @ takes + hidden * _ABILITY_ENTRY * people.ability[:, None]
    months = np.arange(length)
    running = (months[None, :, None] >= available[:, None, :]).mean(axis=2)
    return Model(
        programmes=programmes,
        region=people.region,
        registered_from=people.registered_from,
        find=np.log(_FIND) + x @ np.array(PROSPECTS) + _ABILITY * people.ability,
        lose=np.log(_LOSE) - 0.12 * x[:, 1] - 0.10 * x[:, 5] - 0.15 * people.ability,
        after=np.array([p.after for p in programmes]) + heterogeneity * x @ suits,
        wage=np.exp(people.log_wage),
        entry=entry + np.log(scale)[people.region, None],
        available=available,
        cycle=_HEIGHT * np.sin(2 * np.pi * months / _WAVE) if cycle else np.zeros(length),
        displaced=spill_over * np.minimum(scale / scale.max(), 1.0)[:, None] * running,
    )


def _roll_out(regions: int, length: int, rng: np.random.Generator) -> Array:
    """By lot: a fifth of regions each from the start, after 8, 16 and 24 months, and never."""
    waves = np.array([0, 8, 16, 24, NEVER])
    return rng.permutation(waves[np.arange(regions) % len(waves)])
