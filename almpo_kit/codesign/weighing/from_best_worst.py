"""Weights of participants who named the best and the worst criterion and compared the others with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.answers import Answers
from almpo_kit.codesign.weighing.kernels.best_worst_consistency import input_errors, threshold
from almpo_kit.codesign.weighing.kernels.linear_best_worst import linear_weights
from almpo_kit.codesign.weighing.kernels.nonlinear_best_worst import nonlinear_ranges
from almpo_kit.vocabulary.errors import FrameError

Array = np.ndarray[Any, np.dtype[Any]]
#: Best, worst, best against each, each against worst.
Comparisons = tuple[int, int, Array, Array]


def best_worst_shares(
    held: Answers, method: str, acceptable: float | None
) -> tuple[Array, list[str], list[dict[str, Any]]]:
    """Weights, why there are none, and consistency of each participant."""
    values = held.values
    wrong = values[np.isfinite(values) & ((values < 1 - 1e-6) | (values > 9 + 1e-6))]
    if len(wrong):
        raise FrameError(
            f"item {held.item.id!r}: a comparison of {wrong[0]:g} lies outside the scale from 1 to 9."
        )
    shares = np.full((len(values), len(held.criteria)), np.nan)
    reasons, rows = [], []
    for k, (person, row) in enumerate(zip(held.people.index, values, strict=True)):
        told = comparisons(held, row)
        reasons.append(told if isinstance(told, str) else "")
        if not isinstance(told, str):
            shares[k] = weights_of(told, method)
            rows.append({"participant": person} | _consistency(told, held.criteria, acceptable))
    return shares, reasons, rows


def weights_of(told: Comparisons, method: str) -> Array:
    """Weights of one person by the linear model, or the middle of their ranges by the non-linear one."""
    if method == "linear":
        return linear_weights(*told)[0]
    low, high, _ = nonlinear_ranges(*told)
    middle: Array = (low + high) / 2
    return middle / middle.sum()


def comparisons(held: Answers, row: Array) -> Comparisons | str:
    """What one participant compared, or why it cannot be used."""
    at = {c: k for k, c in enumerate(held.criteria)}
    told = {p: float(v) for p, v in zip(held.parts, row, strict=True) if np.isfinite(v)}
    split: list[tuple[str, str, float, bool]] = []
    for part, value in told.items():
        side, _, pair = part.partition(":")
        above, _, below = pair.partition(">")
        split.append((above, below, value, side == "best"))
    best = {above for above, _, _, first in split if first}
    worst = {below for _, below, _, first in split if not first}
    if len(best) != 1 or len(worst) != 1 or best == worst:
        return "no single best and worst criterion"
    b, w = at[best.pop()], at[worst.pop()]
    best_to, to_worst = np.full((2, len(at)), np.nan)
    best_to[b] = to_worst[w] = 1.0
    for above, below, value, first in split:
        if first:
            best_to[at[below]] = value
        else:
            to_worst[at[above]] = value
    # How much more the best counts than the worst may be told in either list; told in both, the first asked holds.
    if np.isnan(best_to[w]):
        best_to[w] = to_worst[b]
    to_worst[b] = best_to[w]
    if np.isnan(best_to).any() or np.isnan(to_worst).any():
        return "not every comparison was made"
    return b, w, best_to, to_worst


def _consistency(told: Comparisons, criteria: tuple[str, ...], acceptable: float | None) -> dict[str, Any]:
    errors = input_errors(*told)
    value, limit = float(errors.max()), threshold(len(errors), float(told[2][told[1]]))
    limit = limit if acceptable is None else acceptable
    return {
        "ratio": value,
        "limit": limit,
        "acceptable": value <= limit + 1e-12,
        "missing": 0,
        "look_at": criteria[int(errors.argmax())] if value > limit + 1e-12 else "",
    }
