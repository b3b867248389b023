"""Outcomes that are known for hardly anybody of an arm: left out, and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]


def known_in_both(sample: Sample, contrasts: Sequence[tuple[str, str]]) -> Array:
    """Whether an outcome is known for ten people of both arms of a contrast, shape (c, h) of bool.

    All true for units over time and for durations, whose outcomes are followed otherwise.
    """
    h = sample.outcome.shape[1]
    if sample.panel is not None or sample.durations is not None or not np.isnan(sample.outcome).any():
        return np.ones((len(contrasts), h), dtype=bool)
    seen = np.stack(
        [(~np.isnan(sample.outcome[sample.arm == a])).sum(axis=0) for a in range(len(sample.arms))]
    )
    size = np.bincount(sample.arm, minlength=len(sample.arms))
    # An arm that is small itself is told of elsewhere.
    enough = (seen >= SMALLEST) | (seen == size[:, None])
    told: Array = np.stack(
        [enough[sample.arms.index(a)] & enough[sample.arms.index(b)] for a, b in contrasts]
    )
    return told


def followed(sample: Sample, contrasts: Sequence[tuple[str, str]]) -> tuple[Sample, tuple[Check, ...]]:
    """The sample without outcomes that are known for too few people in every contrast, and a check that says so.

    Raises
    ------
    DesignError
        No outcome is left, or nobody in an arm.
    """
    _refuse_empty(sample, contrasts)
    told = known_in_both(sample, contrasts)
    if told.all():
        return sample, ()
    held = told.any(axis=0)
    if not held.any():
        raise DesignError(
            "no outcome is known for ten people of both arms of a contrast; wait until people have been followed longer, "
            'or join arms, e.g. arms={"programme": "arm"} in entering_or_waiting().'
        )
    check = Check("too_few_followed", "failed", _said(sample, told, contrasts))
    if held.all():
        return sample, (check,)
    measures = sample.measures[held].reset_index(drop=True)
    return replace(sample, outcome=sample.outcome[:, held], measures=measures), (check,)


def _refuse_empty(sample: Sample, contrasts: Sequence[tuple[str, str]]) -> None:
    if sample.panel is not None or sample.durations is not None:
        return
    size = dict(zip(sample.arms, np.bincount(sample.arm, minlength=len(sample.arms)), strict=True))
    gone = [a for a in dict.fromkeys(a for pair in contrasts for a in pair) if not size[a]]
    if gone:
        raise DesignError(
            f"the overlap left nobody in {', '.join(gone)}, so there is nothing to estimate from; name other contrasts, leave "
            'the arm out of the design, or keep everybody to see how bad it is: evaluation.overlap(plan, trim="none").'
        )


def _said(sample: Sample, told: Array, contrasts: Sequence[tuple[str, str]]) -> str:
    parts = []
    for row, (a, b) in zip(told, contrasts, strict=True):
        lost = sample.measures["column"][~row].tolist()
        if lost:
            rest = f" and {len(lost) - 4} more" if len(lost) > 4 else ""
            parts.append(f"{a} against {b}: {', '.join(lost[:4])}{rest}")
    return (
        f"Left out, because they are known for fewer than 10 people of one of the arms ({'; '.join(parts)}). Nothing is said "
        "of them; what is said ends earlier than was asked."
    )


def withheld(fit: Fit, sample: Sample) -> Fit:
    """Numbers that rest on fewer than ten people of an arm taken out of a fit (they become NaN)."""
    if fit.measures is not None:
        return fit
    lost = ~known_in_both(sample, fit.contrasts)
    if not lost.any():
        return fit
    covariance = np.where(lost[:, :, None] | lost[:, None, :], np.nan, fit.covariance)
    ends = None if fit.intervals is None else tuple(np.where(lost, np.nan, e) for e in fit.intervals)
    return replace(
        fit,
        estimate=np.where(lost, np.nan, fit.estimate),
        covariance=covariance,
        df=np.where(lost, np.nan, fit.df),
        comparison_mean=np.where(lost, np.nan, fit.comparison_mean),
        intervals=None if ends is None else (ends[0], ends[1]),
    )
