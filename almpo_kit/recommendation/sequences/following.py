"""What a sequence gives over its months, summarised over draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.sequences.added_effects import added_effects
from almpo_kit.recommendation.sequences.added_rates import added_rates
from almpo_kit.recommendation.sequences.candidates import Sequenced
from almpo_kit.recommendation.sequences.effect_paths import EffectPaths

Array = np.ndarray[Any, np.dtype[Any]]
Rule = Literal["points", "rates"]


@dataclass(frozen=True, eq=False, repr=False)
class Course:
    """A sequence with what it gives against no programme; shares of one, months 0 to h.

    Parameters
    ----------
    sequence : Sequenced
    chance : Array, shape (h + 1,)
        Mean chance of being in work.
    effect, effect_low, effect_high : Array, shape (h + 1,)
    total, total_low, total_high : Array, shape (h + 1,)
        Months in work added up to each month.
    gain, end : Array, shape (d,)
        Months in work up to h, and the effect in month h, in each draw.
    entering : Array, shape (steps,)
        Mean share of people who take each step.
    even : Array, shape (d,)
        Month from which on the sum stays at or above zero; inf where it is below at the end.
    """

    sequence: Sequenced
    chance: Array
    effect: Array
    effect_low: Array
    effect_high: Array
    total: Array
    total_low: Array
    total_high: Array
    gain: Array
    end: Array
    entering: Array
    even: Array

    def expected_cost(self, menu: Menu) -> float:
        """Euro for each person who starts, as those in work take no further step."""
        costs = [menu.unit_cost[menu.position(p)] for p in self.sequence.programmes]
        return float(np.dot(self.entering, costs))


def follow(
    sequence: Sequenced, known: EffectPaths, *, rule: Rule, carried: list[Array], losing: float, level: float
) -> Course:
    """Follow a sequence to the last month of ``known.without``.

    Parameters
    ----------
    rule : {"points", "rates"}
    carried : list of Array, each of shape (d,)
        As of the rule.
    losing : float
        For "rates".
    level : float
    """
    without = known.without
    h = len(without) - 1
    effects = [_long_enough(known.drawn[p], h) for p in sequence.programmes]
    if rule == "points":
        chance, entering = added_effects(without, effects, sequence.starts, carried)
    else:
        chance, entering = added_rates(without, effects, sequence.starts, carried, losing)
    effect = chance - without
    effect[:, 0] = 0.0
    total = np.cumsum(effect, axis=1)
    ends = [(1 - level) / 2, (1 + level) / 2]
    (low, high), (total_low, total_high) = np.quantile(effect, ends, axis=0), np.quantile(total, ends, axis=0)
    return Course(
        sequence=sequence,
        chance=chance.mean(axis=0),
        effect=effect.mean(axis=0),
        effect_low=low,
        effect_high=high,
        total=total.mean(axis=0),
        total_low=total_low,
        total_high=total_high,
        gain=total[:, -1].copy(),
        end=effect[:, -1].copy(),
        entering=entering.mean(axis=0),
        even=break_even(total),
    )


def break_even(total: Array) -> Array:
    """First month from which sums stay at or above zero to the end.

    Parameters
    ----------
    total : Array, shape (d, h + 1)
        Months 0 to h.

    Returns
    -------
    Array, shape (d,)
        At least 1; inf where the last sum is below zero, or nothing was ever gained.
    """
    below = total[:, 1:] < 0
    h = below.shape[1]
    last = np.where(below.any(axis=1), h - np.argmax(below[:, ::-1], axis=1), 0)
    never = (last == h) | (total[:, -1] <= 0)
    return np.where(never, np.inf, last + 1.0)


def _long_enough(paths: Array, h: int) -> Array:
    """Months beyond the last known one are never read: a later step has fewer months to the horizon."""
    lacking = h + 1 - paths.shape[1]
    return paths[:, : h + 1] if lacking <= 0 else np.pad(paths, ((0, 0), (0, lacking)), mode="edge")
