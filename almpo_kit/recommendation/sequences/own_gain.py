"""One person's own gains put into the paths of programmes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.recommendation.sequences.effect_paths import EffectPaths
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]

MOVED = "months after it ends are moved to this person's own gain, lock-in is that of all participants"


def with_own_gains(
    known: EffectPaths, menu: Menu, own: Gains, *, at: float | None = None, seed: int = 0
) -> EffectPaths:
    """Paths whose value (or sum) at a month is the gain of a person.

    All months after a programme ends are moved alike, so that the path meets the gain; the months in it stay.

    Parameters
    ----------
    known : EffectPaths
    menu : Menu
    own : Gains
        One row, the same arms; in points (at a month) or months in work (up to it).
    at : float, optional
        Month at which gains are told; the last known one of each programme when left out.
    seed : int

    Returns
    -------
    EffectPaths
        Programmes for which the gains abstain are refused.

    Raises
    ------
    ParameterError, DesignError
    """
    if len(own) != 1:
        raise ParameterError(f"start has {len(own)} rows; give the gains of one person (or one group).")
    if missing := [a for a in menu.names if a not in own.arms]:
        raise ParameterError(
            f"start says nothing of {', '.join(missing)}; its arms are {', '.join(own.arms)}."
        )
    added_up = "month" in own.unit
    if not added_up and "point" not in own.unit:
        raise DesignError(f"start is in {own.unit}; sequences need gains in points or in months in work.")
    streams = np.random.SeedSequence([seed, 1]).spawn(len(menu))
    drawn, refused, assumed = dict(known.drawn), dict(known.refused), dict(known.assumed)
    for name in known.drawn:
        k, column = menu.position(name), own.arms.index(name)
        mean, se = float(own.mean[0, column]), float(own.se[0, column])
        month = int(known.last(name) if at is None else at)
        over = int(np.ceil(menu.duration[k]))
        why = str(own.reasons[0, column]) if own.abstains[0, column] else ""
        if own.abstains[0, column] or not np.isfinite([mean, se]).all():
            why = why or "too little is known of this person's gain"
        elif not over < month <= known.last(name):
            why = (
                f"the person's gain is told at month {month}, which must lie after the programme ends (month {over}) and "
                f"not beyond the last known one ({known.last(name)})"
            )
        if why:
            refused[name] = why
            del drawn[name]
            continue
        gain = mean + se * _mirrored(len(drawn[name]), np.random.default_rng(streams[k]))
        drawn[name] = moved(drawn[name], gain, over, month, added_up=added_up)
        assumed[name] = "; ".join(filter(None, (assumed.get(name, ""), MOVED)))
    return replace(known, drawn=drawn, refused=refused, assumed=assumed)


def moved(paths: Array, gain: Array, over: int, month: int, *, added_up: bool) -> Array:
    """Paths moved after month ``over`` so that they meet gains at (or up to) ``month``.

    Parameters
    ----------
    paths : Array, shape (d, m + 1)
        Shares of one.
    gain : Array, shape (d,)
        Percentage points, or months in work where ``added_up``.
    """
    if added_up:
        lacking = (gain - paths[:, 1 : month + 1].sum(axis=1)) / (month - over)
    else:
        lacking = gain / 100 - paths[:, month]
    out = paths.copy()
    out[:, over + 1 :] += lacking[:, None]
    return out


def _mirrored(draws: int, rng: np.random.Generator) -> Array:
    half = rng.standard_normal((draws + 1) // 2)
    # Not mirrored in the order of the paths' draws: their errors would move together.
    return np.asarray(rng.permutation(np.concatenate([half, -half])[:draws]))
