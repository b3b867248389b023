"""The same answers by simulation: the trial is drawn and analysed again and again, as it would be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import special

from almpo_kit.experiments.sizing.closed_form import Setting
from almpo_kit.experiments.sizing.spread import effect_at, limits

Progress = Callable[[int, int], None] | None
_MOST_SIMULATED = 20_000


@dataclass(frozen=True)
class Simulated:
    """Power at an effect with its Monte-Carlo error, smallest effect and number needed; NaN where not asked for."""

    power: float = math.nan
    mc_se: float = math.nan
    smallest: float = math.nan
    needed: float = math.nan


class Simulation:
    """Simulated trials with one progress over all of them.

    Parameters
    ----------
    replications : int
        For each power.
    seed : int
    points : int
        Powers that will be asked for.
    progress : callable or None
    """

    def __init__(self, replications: int, seed: int, points: int, progress: Progress) -> None:
        self._replications, self._progress, self._done = replications, progress, 0
        self._total = replications * points
        # The same worlds at every point: neighbouring powers then differ by the effect and not by luck.
        self._seed = seed

    def power(self, setting: Setting, effect: float) -> tuple[float, float]:
        """Power at an effect of the offer, and its Monte-Carlo standard error."""
        from almpo_kit.experiments.declaring.declare import declare
        from almpo_kit.experiments.declaring.simulated_power import simulated_power

        declared = declare(
            setting.design, setting.outcome, effect=effect, losses=setting.losses, alpha=setting.alpha
        )
        found = simulated_power(declared, self._replications, self._seed, self._tell)
        self._done += self._replications
        return found

    def moved_target(self, setting: Setting, effect: float, target: float) -> float:
        """The power to ask of the formula, so that the simulated one is ``target``."""
        edge = 0.5 / self._replications
        seen, by_formula = (
            min(max(p, edge), 1 - edge) for p in (self.power(setting, effect)[0], setting.power(effect))
        )
        apart = special.ndtri(seen) - special.ndtri(by_formula)
        return float(special.ndtr(special.ndtri(target) - apart))

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(self._done + done, self._total)


def simulate(
    setting: Setting,
    *,
    effect: float | None,
    target: float,
    sign: int,
    closed: tuple[float, float],
    replications: int,
    seed: int,
    progress: Progress,
) -> Simulated:
    """Power, smallest effect and number needed by simulation.

    Parameters
    ----------
    setting : Setting
    effect : float or None
        Of the offer.
    target : float
    sign : int
    closed : (float, float)
        Smallest effect and number needed by formula; NaN where not asked for.
    replications, seed, progress
        As :func:`almpo_kit.experiments.power` has them.

    Notes
    -----
    The answers by formula are simulated, and by how far formula and simulation are apart there, in standard deviations of the
    test's statistic (probits), the target is moved: then the formula, which has the right shape, is asked again.
    """
    low, high = limits(setting.outcome, sign)
    asks, needs = bool(setting.units), math.isfinite(closed[1]) and _small(setting.at(_whole(closed[1])))
    points = int(asks and effect is not None) + int(asks) + int(needs)
    run = Simulation(replications, seed, points, progress)
    power, mc_se, smallest, needed = math.nan, math.nan, *closed
    if asks and effect is not None:
        power, mc_se = run.power(setting, effect)
    if asks:
        known = math.isfinite(closed[0])
        tried = closed[0] if known else effect_at(setting.outcome, low + 0.98 * (high - low), sign)
        smallest = setting.smallest(run.moved_target(setting, tried, target), sign)
    if needs and effect is not None:
        needed = setting.needed(effect, run.moved_target(setting.at(int(closed[1])), effect, target))
    return Simulated(power, mc_se, smallest, needed)


def _whole(number: float) -> int:
    return int(number) if math.isfinite(number) else 1


def _small(setting: Setting) -> bool:
    """Whether it can be simulated in time; of more people the formula is right anyway."""
    return setting.design.total <= _MOST_SIMULATED
