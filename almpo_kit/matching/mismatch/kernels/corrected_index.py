"""The planner's index of thin counts: without its upward bias, and with its standard error.

Counts of unemployed and vacancies are taken as Poisson around the rates that the index is about, independent between
cells and sides. Hires as they are, Σ φ λ_v^α λ_u^(1−α), are estimated by :mod:`thin_counts`; the totals below them are
large and need no correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.matching.mismatch.kernels.planner import Weights
from almpo_kit.matching.mismatch.kernels.thin_counts import Zeros, class_of, power, zeros

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Corrected:
    """``value`` takes zeros to hide the least, ``floor`` the most that ones and twos allow; ``se`` by the delta method."""

    value: float
    floor: float
    se: float


def corrected_index(u: Array, v: Array, w: Weights, alpha: float, *, error: bool = True) -> Corrected:
    """The index of one period without its bias; it may fall below zero by chance.

    Parameters
    ----------
    u, v : ndarray, shape (n_cells,)
        Counts (or counts divided by what one stands for).
    error : bool
        False leaves ``se`` out (NaN), which saves half the time.
    """
    beta = 1 - alpha
    u_class, v_class = class_of(u), class_of(v)
    zu, zv = zeros(u, v_class), zeros(v, u_class)
    U, A, B = u.sum(), w.best @ v, w.call @ v  # noqa: N806 (the paper's letters)
    most = U**beta * A / B**beta
    pair = power(v, u_class, zv.least, alpha) * power(u, v_class, zu.least, beta)
    share = float(w.hires @ pair / most)
    up = power(v, u_class, zv.most, alpha) * power(u, v_class, zu.most, beta)
    floor = 1 - max(float(w.hires @ up / most), share)
    if not error:
        return Corrected(1 - share, floor, np.nan)
    square = power(v, u_class, zv.least, 2 * alpha) * power(u, v_class, zu.least, 2 * beta)
    by_v = w.best / A - beta * w.call / B
    variance = (w.hires**2 * (pair**2 - square)).sum() / most**2
    variance += share**2 * (beta**2 / U + (by_v**2) @ v)
    variance -= 2 * share / most * (w.hires * pair) @ (beta**2 / U + alpha * by_v)
    variance += _zeros_error(u, v, w, alpha, (zu, zv), (u_class, v_class), pair) / most**2
    # Near zero the index is a sum of squares: its first derivatives vanish, and what is left of the variance is of second
    # order, ½ (αβ)² Σ sᵢ² (1/uᵢ + 1/vᵢ)² for the cells' shares s of hires.
    second = (w.hires * pair / most) * (1 / np.maximum(u, 1.0) + 1 / np.maximum(v, 1.0))
    least = 0.5 * (alpha * beta) ** 2 * float((second**2).sum())
    return Corrected(1 - share, floor, float(max(float(variance), least) ** 0.5))


def _zeros_error(
    u: Array, v: Array, w: Weights, alpha: float, learnt: tuple[Zeros, Zeros], classes: Any, pair: Array
) -> float:
    """Variance of what zeros hide, which rests on a few ones and twos: Z ∝ ones^(2−p) twos^(p−1)."""
    total = 0.0
    sides = ((u, classes[1], learnt[0], 1 - alpha), (v, classes[0], learnt[1], alpha))
    for x, other, z, p in sides:
        part = np.bincount(other, w.hires * pair * (x < 0.5), minlength=len(z.ones))
        mixed = z.least[0] < 1
        spread = np.where(
            mixed, (2 - p) ** 2 / (z.ones + 0.5) + (1 - p) ** 2 / (z.twos + 0.5), p**2 / (z.ones + 0.5)
        )
        total += float((part**2 * spread).sum())
    return total
