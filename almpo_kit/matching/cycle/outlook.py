"""What one series would have been forecast to be at every origin, and is now: models, rule and fan. A kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.cycle.fans import half_widths
from almpo_kit.matching.cycle.rolling import NAIVE, Track, forecasts, spreads
from almpo_kit.matching.cycle.selecting import choices, pick

Array = NDArray[np.float64]
#: Values that the first forecast of the backtest knows, by periods in a year.
FIRST = {1: 6, 4: 12, 12: 36}


@dataclass(frozen=True)
class Outlook:
    """Forecasts of one series in its own unit; the last row is the forecast of today.

    Parameters
    ----------
    origins : array of int, shape (n_origins,)
        Consecutive; the last one is the end of the series.
    values : array, shape (n,)
    outcomes : array, shape (n_origins, horizon)
        NaN where not known yet.
    models : dict of str to array, shape (n_origins, horizon)
        By model, and what the rule gave as ``rule``.
    chosen : array of str, shape (n_origins, horizon)
        The model that the rule gave.
    low, high : array, shape (n_origins, horizon, n_levels)
        Of the rule's fan.
    season : int
        1, or the periods of a year where the series has seasons.
    """

    origins: NDArray[np.intp]
    values: Array
    outcomes: Array
    models: dict[str, Array]
    chosen: NDArray[np.object_]
    low: Array
    high: Array
    season: int

    def errors(self, model: str) -> Array:
        """Forecast minus outcome."""
        return self.models[model] - self.outcomes


def outlook(
    track: Track, natural: Callable[[Array], Array], horizon: int, *, at_most: int | None = None
) -> Outlook:
    """Forecast a series from every origin.

    Parameters
    ----------
    track : Track
    natural : callable
        From the scale of ``track.z`` to the unit of the series.
    horizon : int
    at_most : int, optional
        Origins with a known outcome to score, the latest ones; all when left out.
    """
    n = len(track.z)
    first = FIRST[track.frequency] - 1
    first = first if at_most is None else max(first, n - 1 - at_most)
    origins = np.arange(first, n)
    scaled = forecasts(track, origins, horizon)
    ahead = origins[:, None] + np.arange(1, horizon + 1)
    outcomes = np.where(ahead < n, track.z[np.minimum(ahead, n - 1)], np.nan)
    truth = natural(outcomes)
    models = {k: natural(v) for k, v in scaled.items()}
    rivals = [m for m in (*NAIVE, "combination") if m in scaled]
    chosen = choices({m: models[m] - truth for m in rivals})
    spread = spreads(track, origins, horizon)
    widths = {m: half_widths(scaled[m] - outcomes, spread) for m in set(chosen.ravel().tolist())}
    centre, half = pick(scaled, chosen)[..., None], _pick_widths(widths, chosen)
    models["rule"] = pick(models, chosen)
    return Outlook(
        origins,
        natural(track.z),
        truth,
        models,
        chosen,
        natural(centre - half),
        natural(centre + half),
        track.frequency if track.seasonal else 1,
    )


def _pick_widths(widths: dict[str, Array], chosen: NDArray[np.object_]) -> Array:
    levels = next(iter(widths.values())).shape[2]
    return np.stack([pick({m: w[..., k] for m, w in widths.items()}, chosen) for k in range(levels)], axis=2)
