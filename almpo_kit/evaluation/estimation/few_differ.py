"""Outcomes that nearly everybody has alike: a mean of them is a number about the few who differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]
#: So many rows settle nearly every case.
_HEAD = 200


def differing(values: Array) -> int:
    """How many known values differ from the commonest one; at least ten is as good as more.

    >>> differing(np.array([0.0, 0.0, 0.0, 98765.0])), differing(np.arange(50.0))
    (1, 49)
    """
    for part in (values[:_HEAD], values):
        known = part[~np.isnan(part)]
        count = len(known) - int(np.unique(known, return_counts=True)[1].max(initial=0))
        if count >= SMALLEST:
            break
    return count


def few_differ(fit: Fit, sample: Sample) -> Fit:
    """A fit without means from which the few who differ could be counted, or one of them be read.

    Among 212 people of whom one earned anything, the mean times 212 is what she earned; of a share in work, times 212,
    it is how many work. Where 1 to 9 people of an arm differ from all others of it, the level of the comparison is
    withheld (with the effect it would tell the arm's too); where fewer than ten do in both arms, the effect is as well,
    for it is then about those few, and no interval holds for so few.

    Parameters
    ----------
    fit : Fit
    sample : Sample
        The people it was estimated from.
    """
    if fit.measures is not None or fit.places or sample.panel is not None or sample.durations is not None:
        return fit
    held = [sample.outcome[sample.arm == a] for a in range(len(sample.arms))]
    counts = np.array([[differing(y) for y in arm.T] for arm in held])
    pairs = [(sample.arms.index(a), sample.arms.index(b)) for a, b in fit.contrasts]
    few = np.array([_few(counts[a]) | _few(counts[b]) for a, b in pairs])
    if not few.any():
        return fit
    thin = few & np.array([(counts[a] < SMALLEST) & (counts[b] < SMALLEST) for a, b in pairs])
    ends = None if fit.intervals is None else (_away(fit.intervals[0], thin), _away(fit.intervals[1], thin))
    return replace(
        fit,
        estimate=_away(fit.estimate, thin),
        covariance=_away(fit.covariance, thin[:, :, None] | thin[:, None, :]),
        df=_away(fit.df, thin),
        comparison_mean=_away(fit.comparison_mean, few),
        intervals=ends,
        checks=(*fit.checks, *_told(fit, sample, few, thin)),
    )


def _few(count: Array) -> Array:
    return np.asarray((count > 0) & (count < SMALLEST))


def _away(values: Array, mask: Array) -> Array:
    return np.where(mask, np.nan, values)


def _told(fit: Fit, sample: Sample, few: Array, thin: Array) -> list[Check]:
    made = []
    if thin.any():
        made.append(
            Check(
                "few_differ",
                "failed",
                f"Nothing is said of {_named(fit, sample, thin)}: fewer than {SMALLEST} people of each arm have another outcome "
                "than all others of it, so any number would be about them.",
            )
        )
    if (few & ~thin).any():
        made.append(
            Check(
                "level_not_told",
                "informational",
                f"How the comparison fared by itself is not told of {_named(fit, sample, few & ~thin)}: it would tell of fewer "
                f"than {SMALLEST} people whose outcome is another than that of all others.",
            )
        )
    return made


def _named(fit: Fit, sample: Sample, mask: Array, most: int = 4) -> str:
    columns = list(
        dict.fromkeys(sample.measures["column"].iloc[j] for row in mask for j in np.flatnonzero(row))
    )
    rest = f" and {len(columns) - most} more" if len(columns) > most else ""
    whom = (
        ""
        if mask.any(axis=1).all()
        else f" ({', '.join(f'{a} against {b}' for (a, b), row in zip(fit.contrasts, mask, strict=True) if row.any())})"
    )
    return f"{', '.join(map(str, columns[:most]))}{rest}{whom}"
