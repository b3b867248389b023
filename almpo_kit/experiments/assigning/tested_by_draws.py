"""Statistics of a randomisation test in the real draw and in draws that could have been."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.experiments.assigning.kernels.inverted_tests import by_halving, extreme_between, limits
from almpo_kit.experiments.assigning.kernels.permuting import (
    difference,
    sums,
    variance_between,
    variance_parts,
)
from almpo_kit.experiments.assigning.kernels.wedge_effect import effects, without
from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.exchanged_units import ExchangedUnits

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True)
class Tested:
    """What a randomisation test found: the effect, its p-value, the interval, and out of how many draws."""

    effect: float
    p_value: float
    low: float
    high: float
    draws: int


def by_difference(
    units: ExchangedUnits, again: Iterable[Whole], *, null: float, alpha: float, extra: int
) -> Tested:
    """Differences of means, averaged over strata; groups count with their people."""
    w = units.weight
    columns = np.stack([w, w * units.y, w * units.treated])

    def told(labels: Whole) -> Real:
        return difference(sums(labels, units.stratum, len(units.share), columns), units.share)

    observed = told(units.treated)[0]
    if not math.isfinite(observed):
        raise DesignError(
            "no block has known outcomes in both arms, so nothing can be compared within blocks; use larger blocks."
        )
    return _linear(float(observed), np.array([told(z) for z in again]), null, alpha, extra)


def by_wedge(
    treated_of: Callable[[Whole], Real],
    labels: Whole,
    levels: Real,
    y: Real,
    again: Iterable[Whole],
    *,
    null: float,
    alpha: float,
    extra: int,
) -> Tested:
    """Effects with groups and periods held constant, the order in which groups begin drawn again."""
    real = treated_of(labels)
    left = without(levels, np.stack([y, real], axis=1))
    if (left[:, 1] ** 2).sum() < 1e-9:
        raise DesignError(
            "no group begins between the periods that were observed while another waits, so nothing tells the programme from the "
            "period; observe more periods."
        )
    observed = effects(levels, real, left)[0]
    return _linear(
        float(observed), np.array([effects(levels, treated_of(z), left) for z in again]), null, alpha, extra
    )


def _linear(observed: float, found: Real, null: float, alpha: float, extra: int) -> Tested:
    found = found[np.isfinite(found).all(axis=1)]
    again, moved = found[:, 0], found[:, 1]
    out = np.abs(again - null * moved) >= np.abs(observed - null) - _slack(observed, again)
    p_value = (extra + int(out.sum())) / (extra + len(again))
    low, high = limits(*extreme_between(observed, again, moved), alpha, extra)
    return Tested(observed, p_value, low, high, len(again))


def _slack(observed: float, again: Real) -> float:
    """Draws that are as far out but for rounding are as far out."""
    return 1e-10 * max(abs(observed), float(np.abs(again).max(initial=0.0)), 1e-300)


def by_studentised(
    units: ExchangedUnits, again: Iterable[Whole], *, null: float, alpha: float, extra: int
) -> Tested:
    """Differences over their standard errors (unequal variances; of pairs, between them); each unit, person or group, counts once.

    A test of no effect on average too, in large samples, and not only of none on anybody (Wu and Ding 2021).
    """
    there = (units.weight > 0).astype(float)
    y, z = units.y * there, units.treated * there
    columns = np.stack([there, y, z, y * y, y * z, z * z])
    share = np.bincount(units.stratum, there, minlength=len(units.share))

    first = sums(units.treated, units.stratum, len(share), columns)
    paired = not (first[:, :, 0] >= 2).all(axis=0).any()

    def told(labels: Whole) -> Real:
        total = sums(labels, units.stratum, len(share), columns)
        spread = variance_between(total) if paired else variance_parts(total, share)
        return np.concatenate([difference(total[:, :, :3], share), spread])

    real = told(units.treated)
    if not real[2] > 0:
        raise DesignError(
            "the studentised statistic needs two units of each arm in a block, or two pairs, and outcomes that vary; use statistic='difference'."
        )
    found = np.array([told(labels) for labels in again])

    def p_value(effect: float) -> float:
        t, each = _t(real, effect), _t(found.T, effect)
        return (extra + int((np.abs(each) >= abs(t) * (1 - 1e-10)).sum())) / (extra + len(each))

    step = math.sqrt(real[2])
    low, high = (by_halving(p_value, float(real[0]), way * step, alpha) for way in (-1, 1))
    return Tested(float(real[0]), p_value(null), low, high, len(found))


def _t(told: Real, effect: float) -> Any:
    error = told[2] + told[3] * effect + told[4] * effect**2
    top = told[0] - effect * told[1]
    # Without any spread, any difference is as far out as can be.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(error > 1e-300, top / np.sqrt(np.maximum(error, 1e-300)), np.inf * np.sign(top))
    return np.where(np.abs(top) < 1e-300, 0.0, found)
