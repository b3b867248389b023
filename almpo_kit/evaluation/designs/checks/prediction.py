"""Covariates that alone say who is in which arm: then nobody in one arm is like anybody in the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.checks.remark import Remark, holds, note, stop
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: A column with more different values is looked at by order only.
_MOST_VALUES = 50
#: As many rows settle nearly every case; all of them are looked at where these do not.
_HEAD = 2_000


def prediction_remarks(persons: pd.DataFrame, plan: Plan, sample: Sample) -> Iterator[Remark]:
    """Perfect prediction by one covariate, and covariates that are the same for everybody.

    What several covariates do together is seen when the groups are compared.
    """
    adjusted = plan.with_role(*ADJUSTED)
    found = False
    for column in adjusted:
        codes, order = _values(persons[column])
        for j in range(1, len(plan.arms)):
            how = _separates(codes, order, sample.arm, j)
            if how:
                found = True
                yield stop(
                    "perfect_prediction",
                    f"“{column}” alone says who is in “{plan.arms[j]}” and who in “{plan.comparison}” ({how}): nobody in one is "
                    "like anybody in the other, and holding it constant leaves nothing to compare. If the programme moved it, it "
                    "is no confounder; if it decided who took part, a rule with a cut-off (assignment='rd') may be the design.",
                )
    if adjusted and not found:
        yield holds("perfect_prediction", "No single covariate says who is in which arm.")
    same = [c for c in adjusted if sample.parts[c].start == sample.parts[c].stop]
    if same:
        yield note(
            "constant_covariate",
            f"“{same[0]}”{f' and {number(len(same) - 1, 0)} more' if len(same) > 1 else ''}: the same for everybody, so holding it "
            "constant changes nothing.",
        )


def _values(values: pd.Series) -> tuple[Array, bool]:
    """Values as numbers in their order (missing ones as one more value), and whether the order means something."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(dtype=float, na_value=np.nan), True
    return pd.factorize(values, use_na_sentinel=False)[0].astype(float), False


def _separates(x: Array, order: bool, arm: Array, j: int) -> str:
    """How a column separates arm ``j`` from the comparison; "" where it does not."""
    head, of = x[:_HEAD], arm[:_HEAD]
    if len(x) > _HEAD and not _apart(head[of == j], head[of == 0], order):
        return ""
    return _apart(x[arm == j], x[arm == 0], order)


def _apart(a: Array, b: Array, order: bool) -> str:
    """How two sets of values keep apart; "" where they do not."""
    if not len(a) or not len(b):
        # Nobody here says nothing about everybody.
        return "they share no value"
    gone_a, gone_b = np.isnan(a), np.isnan(b)
    if (gone_a.all() and not gone_b.any()) or (gone_b.all() and not gone_a.any()):
        return "it is missing for all of one and not of the other"
    a, b = a[~gone_a], b[~gone_b]
    if not len(a) or not len(b) or gone_a.any() or gone_b.any():
        return ""
    if order and (a.min() > b.max() or b.min() > a.max()):
        return (
            "all values of one lie above all values of the other"
            if a.min() < a.max() or b.min() < b.max()
            else "it has one value in each"
        )
    values = np.unique(np.concatenate([a, b]))
    if len(values) <= _MOST_VALUES and not np.intersect1d(a, b).size:
        return "they share no value"
    return ""
