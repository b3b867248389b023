"""What becomes of a jump with other bandwidths, without those nearest the cut-off, and where there is no cut-off."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.discontinuity.jump import Jump, jump
from almpo_kit.evaluation.discontinuity.sides import Sides
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
Rows = list[dict[str, Any]]

#: Times the chosen bandwidth.
_WIDTHS = (0.5, 0.75, 1.5, 2.0)
#: Shares of the bandwidth left out around the cut-off.
_HOLES = (0.05, 0.1)
#: Where on each side a cut-off is invented: shares of the people of that side, from the cut-off outwards.
_INVENTED = (0.35, 0.65)
_Z = 1.959963984540054


def bandwidths(y: Array, two: Sides, found: Jump, given: dict[str, Any], turn: float) -> Rows:
    """The jump with narrower and wider bandwidths: ``times, h, effect, se, low, high``."""
    rows: Rows = []
    for times in _WIDTHS:
        made = _tried(y, two.x, given, bandwidths=(times * found.h, times * found.b))
        if made is not None:
            rows.append({"times": times, "h": made.h, **_said(made, turn)})
    return rows


def donut(y: Array, two: Sides, found: Jump, given: dict[str, Any], turn: float) -> Rows:
    """The jump without those nearest the cut-off: ``hole, effect, se, low, high``; holes in units of the variable."""
    rows: Rows = []
    for share in _HOLES:
        hole = share * found.h
        x = np.where(np.abs(two.x) < hole, np.nan, two.x)
        made = _tried(y, x, given, bandwidths=(found.h, found.b))
        if made is not None:
            rows.append({"hole": hole, **_said(made, turn)})
    return rows


def placebo_cutoffs(y: Array, two: Sides, found: Jump, given: dict[str, Any], turn: float) -> Rows:
    """Jumps in the outcome itself at invented cut-offs, each among people of one side: ``at, effect, se, low, high``."""
    rows: Rows = []
    plain = {k: v for k, v in given.items() if k != "took"}
    for side in (two.x < 0, two.x >= 0):
        for share in _INVENTED:
            distance = float(np.quantile(np.abs(two.x[side]), share))
            at = distance if bool(np.nanmax(np.where(side, two.x, -np.inf)) > 0) else -distance
            made = _tried(y, np.where(side, two.x - at, np.nan), plain)
            if made is not None:
                shown = -at if two.mirrored else at
                rows.append({"at": shown, **_said(made, turn)})
    return rows


def _tried(y: Array, x: Array, given: dict[str, Any], **more: Any) -> Jump | None:
    """None where too few people are left for a jump; an attempt at doubting must not end the estimate."""
    try:
        return jump(y, x, **given, **more)
    except DesignError:
        return None


def _said(made: Jump, turn: float) -> dict[str, float]:
    effect = turn * made.estimate
    return {"effect": effect, "se": made.se, "low": effect - _Z * made.se, "high": effect + _Z * made.se}
