"""Power over effects and sizes, for the picture."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from almpo_kit.experiments.sizing.closed_form import Setting, least_units
from almpo_kit.experiments.sizing.spread import effect_at, limits, size_of

COLUMNS = ("size", "people", "effect", "power", "asked")
_POINTS = 25


def curve(
    setting: Setting,
    *,
    effect: float | None,
    smallest: float,
    needed: float,
    sign: int,
    said: Callable[[float], float],
) -> pd.DataFrame:
    """One row a size and an effect, by formula.

    Parameters
    ----------
    setting : Setting
    effect, smallest : float
        Of the offer.
    needed : float
    sign : int
    said : callable
        Effect of the offer to the one that is spoken of.
    """
    largest = _largest(setting, effect, smallest, sign)
    # No effect at all has no sign; the smallest that a search begins with stands for it.
    sizes = np.maximum(np.linspace(0, largest, _POINTS), limits(setting.outcome, sign)[0])
    rows = []
    for units in _sizes(setting, needed):
        of = setting.at(units)
        for size in sizes:
            told = effect_at(setting.outcome, float(size), sign)
            row = {"size": units, "people": of.design.total, "effect": said(told), "power": of.power(told)}
            rows.append(row | {"asked": units == setting.units})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _largest(setting: Setting, effect: float | None, smallest: float, sign: int) -> float:
    wanted = [1.5 * size_of(setting.outcome, e) for e in (smallest,) if math.isfinite(e)]
    wanted += [] if effect is None else [2 * size_of(setting.outcome, effect)]
    top = limits(setting.outcome, sign)[1]
    return min(max(wanted or [top]), top)


def _sizes(setting: Setting, needed: float) -> list[int]:
    least, step = least_units(setting.design, 1 - setting.losses.attrition)
    base = setting.units or (int(needed) if math.isfinite(needed) else 10 * least)
    wanted = [base, 2 * base, *([base // 2] if base // 2 >= least else [])]
    if math.isfinite(needed) and setting.units:
        wanted.append(int(needed))
    return sorted({max(least, w - (w - least) % step) for w in wanted})
