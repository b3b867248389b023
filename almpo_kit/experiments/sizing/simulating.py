"""The same answers by simulation: the trial is drawn and analysed again and again, as it would be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from almpo_kit.experiments.sizing.closed_form import Setting, least_units
from almpo_kit.experiments.sizing.spread import effect_at, limits, size_of

Progress = Callable[[int, int], None] | None
#: Beside the answer by formula, which is where they are looked for.
_AROUND = (0.6, 0.8, 1.0, 1.25, 1.6)


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
    closed : (float, float)
        Smallest effect and number needed by formula, around which is searched.

    Notes
    -----
    Power by a probit curve through simulated points (its argument is linear in the effect, and in the root of the number).
    """
    asks = bool(setting.units)
    points = (1 if effect is not None and asks else 0) + len(_AROUND) * (asks + (effect is not None))
    run = Simulation(replications, seed, points, progress)
    power, mc_se, smallest, needed = (math.nan,) * 4
    if effect is not None and asks:
        power, mc_se = run.power(setting, effect)
    if asks:
        smallest = _smallest(run, setting, closed[0], target, sign)
    if effect is not None:
        needed = _needed(run, setting, effect, closed[1], target)
    return Simulated(power, mc_se, smallest, needed)


def _smallest(run: Simulation, setting: Setting, closed: float, target: float, sign: int) -> float:
    top = limits(setting.outcome, sign)[1]
    middle = size_of(setting.outcome, closed) if math.isfinite(closed) else 0.6 * top
    sizes = np.unique(np.minimum(middle * np.array(_AROUND), 0.999 * top))
    powers = [run.power(setting, effect_at(setting.outcome, float(s), sign))[0] for s in sizes]
    found = probit_crossing(sizes, np.array(powers), target)
    return effect_at(setting.outcome, found, sign) if found <= top else math.inf


def _needed(run: Simulation, setting: Setting, effect: float, closed: float, target: float) -> float:
    least, step = least_units(setting.design)
    if not math.isfinite(closed):
        return math.inf
    wanted = [max(least, round(closed * f)) for f in _AROUND]
    units = np.unique([n - (n - least) % step for n in wanted])
    powers = [run.power(setting.at(int(n)), effect)[0] for n in units]
    found = probit_crossing(np.sqrt(units), np.array(powers), target) ** 2
    return float(max(least, least + step * math.ceil((found - least) / step - 1e-9)))


def probit_crossing(x: np.ndarray, powers: np.ndarray, target: float) -> float:
    """Where a probit line through simulated powers reaches the target.

    Parameters
    ----------
    x : array, shape (n_points,)
    powers : array, shape (n_points,)
    target : float
    """
    held = np.clip(powers, 0.002, 0.998)
    if len(x) < 2 or np.ptp(held) == 0:
        return float(x[0]) if powers[0] >= target else math.inf
    z = special.ndtri(held)
    weight = np.sqrt(np.exp(-(z**2)) / (held * (1 - held)))
    slope, start = np.polyfit(x, z, 1, w=weight)
    return float((special.ndtri(target) - start) / slope) if slope > 0 else math.inf
