"""Invented people who find and lose jobs, and take programmes one after the other: exact expectations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu, menu

Array = np.ndarray[Any, np.dtype[Any]]
TYPES = ("services", "training", "employment_incentives")
NAMES = ("services", "training", "subsidy")
MONTHS = (2, 6, 6)


@dataclass(frozen=True)
class StepWorld:
    """People with log monthly rates of finding a job, and programmes that change them while they last and after.

    ``builds``: 1 where the changes of all programmes taken stay; 0 where only the last one's does.
    """

    find: Array
    lose: float
    during: Array
    after: Array
    builds: float
    names: tuple[str, ...] = NAMES

    def chance(self, steps: tuple[str, ...], starts: tuple[int, ...], months: int) -> Array:
        """Mean chance of being in work in months 0 to ``months``; whoever is out of work at a start takes the step."""
        n = len(self.find)
        held: dict[tuple[int, ...], Array] = {(): np.ones(n)}
        work: dict[tuple[int, ...], Array] = {(): np.zeros(n)}
        path = [0.0]
        for t in range(months):
            for j, start in enumerate(starts):
                if start == t:
                    for taken in list(held):
                        new = (*taken, j)
                        held[new] = held.get(new, np.zeros(n)) + held[taken]
                        work.setdefault(new, np.zeros(n))
                        held[taken] = np.zeros(n)
            for taken in held:
                found = held[taken] * self._rate(taken, steps, starts, t)
                lost = work[taken] * self.lose
                held[taken] = held[taken] - found + lost
                work[taken] = work[taken] + found - lost
            path.append(float(sum(w.mean() for w in work.values())))
        return np.array(path)

    def _rate(self, taken: tuple[int, ...], steps: tuple[str, ...], starts: tuple[int, ...], t: int) -> Array:
        change = np.zeros(len(self.find))
        for place, j in enumerate(taken):
            k = self.names.index(steps[j])
            last = place == len(taken) - 1
            if t - starts[j] < MONTHS[k]:
                change = change + self.during[k]
            else:
                change = change + self.after[:, k] * (1.0 if last else self.builds)
        return 1 - np.exp(-np.exp(self.find + change))

    def tables(self, months: int, se: float = 0.5) -> tuple[pd.DataFrame, pd.DataFrame, Menu]:
        """Effects of every programme alone, the chance without one, and the menu."""
        without = self.chance((), (), months)
        rows = [
            {"programme": p, "months": m, "effect": 100 * (path[m] - without[m]), "se": se}
            for p in self.names
            for path in [self.chance((p,), (0,), months)]
            for m in range(1, months + 1)
        ]
        offered = pd.DataFrame(
            {
                "programme": self.names,
                "programme_type": TYPES,
                "duration_months": MONTHS,
                "unit_cost_eur": (600.0, 5000.0, 7000.0),
            }
        )
        chance = pd.DataFrame({"months": range(months + 1), "chance": 100 * without})
        return pd.DataFrame(rows), chance, menu(offered)


def step_world(seed: int, *, builds: float = 1.0, n: int = 150) -> StepWorld:
    """A world by lot."""
    rng = np.random.default_rng(seed)
    after = rng.uniform(0.0, 0.5, 3) + 0.1 * rng.standard_normal((n, 3))
    return StepWorld(
        find=np.log(rng.uniform(0.03, 0.09)) + 0.5 * rng.standard_normal(n),
        lose=float(rng.uniform(0.01, 0.03)),
        during=np.array([0.0, -1.2, -0.3]) * rng.uniform(0.5, 1.2, 3),
        after=after,
        builds=builds,
    )
