"""Weights of each group of a panel beside those of everybody else in it, and whether groups differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.weighing.averaging import Averaging
from almpo_kit.codesign.weighing.kernels.partition import holm, permutation_test
from almpo_kit.codesign.weighing.kernels.resampling import drawn_loads, effective_number, interval
from almpo_kit.codesign.weighing.shown_groups import shown_groups

Array = np.ndarray[Any, np.dtype[Any]]
DIMENSIONS: Final = ("role", "geo", "sector")
GROUP_COLUMNS: Final = (
    *("dimension", "group", "people", "criterion", "weight", "low", "high"),
    *("others", "difference", "difference_low", "difference_high"),
)
DISAGREEMENT_COLUMNS: Final = ("dimension", "criterion", "groups", "share_between", "p")
#: Of all criteria together.
ALL: Final = "all"


def weights_by_group(
    averaging: Averaging,
    people: pd.DataFrame,
    weights: Array,
    criteria: Sequence[str],
    *,
    least: int,
    repeats: int,
    confidence: float,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weights by role, place and sector, and tests of whether they differ.

    Returns
    -------
    by_group : DataFrame
        ``GROUP_COLUMNS``.
    disagreement : DataFrame
        ``DISAGREEMENT_COLUMNS``; ``p`` of a criterion is adjusted for the number of criteria, that of "all" for the number
        of dimensions.
    """
    rows: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    for dimension in DIMENSIONS:
        groups = shown_groups(people[dimension], least)
        if groups is None:
            continue
        # Each dimension draws from its own stream: one more does not change the numbers of the rest.
        streams = np.random.SeedSequence([seed, *dimension.encode()]).spawn(2)
        names, codes = np.unique(groups.to_numpy(dtype=str), return_inverse=True)
        rng = np.random.default_rng(streams[0])
        for k, name in enumerate(names):
            told = _group(averaging, codes == k, weights, rng, repeats, confidence)
            rows += [
                {
                    "dimension": dimension,
                    "group": str(name),
                    "people": int((codes == k).sum()),
                    "criterion": c,
                }
                | {column: float(v) for column, v in zip(GROUP_COLUMNS[4:], values, strict=True)}
                for c, values in zip(criteria, told, strict=True)
            ]
        shares, p = permutation_test(
            averaging.shares, weights, codes, min(repeats, 999), np.random.default_rng(streams[1])
        )
        tests += [
            {"dimension": dimension, "criterion": c, "groups": len(names), "share_between": s, "p": q}
            for c, s, q in zip([*criteria, ALL], shares, p, strict=True)
        ]
    disagreement = pd.DataFrame(tests, columns=list(DISAGREEMENT_COLUMNS))
    whole = disagreement["criterion"] == ALL
    if whole.any():
        disagreement.loc[whole, "p"] = holm(disagreement.loc[whole, "p"].to_numpy(dtype=float))
    return pd.DataFrame(rows, columns=list(GROUP_COLUMNS)), disagreement


def _group(
    averaging: Averaging,
    inside: Array,
    weights: Array,
    rng: np.random.Generator,
    repeats: int,
    confidence: float,
) -> Array:
    """Of each criterion: weight, interval, weight among the others, difference, its interval; shape (n_criteria, 7)."""
    value, drawn, effective = _drawn(averaging, inside, weights, rng, repeats)
    other, other_drawn, other_effective = _drawn(averaging, ~inside, weights, rng, repeats)
    low, high = interval(drawn, value, effective, confidence)
    # The smaller of the two sides decides how far the draws of a difference can be trusted.
    fewer = min(effective, other_effective)
    ends = interval(drawn - other_drawn, value - other, fewer, confidence, (-1.0, 1.0))
    return np.stack([value, low, high, other, value - other, *ends], axis=1)


def _drawn(
    averaging: Averaging, inside: Array, weights: Array, rng: np.random.Generator, repeats: int
) -> tuple[Array, Array, float]:
    part, held = averaging.part(inside), weights[inside]
    held = held if held.sum() > 0 else np.ones(len(held))
    drawn = part.weights(drawn_loads(held, repeats, rng))
    return part.weights(held[None, :])[0], drawn, effective_number(held)
