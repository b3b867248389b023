"""Whether outcomes are so skewed that means of so few people have no interval that holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: People for each unit of squared skewness.
_PEOPLE = 25.0
#: Share of these people below which it is more than a remark; a rule of thumb is not sharper than that.
_FAR_FEWER = 0.5


def skewed_outcomes(sample: Sample, table: pd.DataFrame) -> Check | None:
    """Cochran's rule on the last month of each outcome, in every arm that is compared.

    Intervals of a mean hold about as often as they say once more than 25 G² people carry it, G being the skewness of the
    outcome. Fewer, and the rare large values that decide the mean may simply not be in the sample.

    Parameters
    ----------
    sample : Sample
    table : DataFrame
        Of the estimate; only the arms that it compares are looked at.

    References
    ----------
    Cochran (1977) Sampling Techniques, 3rd ed., 39-44.
    """
    if sample.panel is not None or not sample.outcome.size or len(sample.measures) != sample.outcome.shape[1]:
        return None
    compared = [sample.arms.index(a) for a in dict.fromkeys([*table["arm"], *table["comparison"]])]
    last = sample.measures.reset_index(drop=True).groupby("outcome", sort=False).tail(1)
    thin = []
    for j, label in zip(last.index, last["label"], strict=True):
        for k in compared:
            known = sample.outcome[sample.arm == k, j]
            known = known[~np.isnan(known)]
            needed = _PEOPLE * skewness(known) ** 2
            if 0 < len(known) < needed:
                thin.append((needed / len(known), needed, str(label), sample.arms[k]))
    if not thin:
        return Check(
            "skewed_outcomes", "passed", "No outcome is so skewed that its mean would need more people."
        )
    lack, needed, label, arm = max(thin)
    far = lack > 1 / _FAR_FEWER
    # Two figures are enough for a rule of thumb, and tell nothing about anybody.
    rounded = float(f"{needed:.1e}")
    return Check(
        "skewed_outcomes",
        "failed" if far else "informational",
        f"A few large values decide the mean of {label} in “{arm}”: intervals of a mean so skewed need about "
        f"{number(rounded, 0)} people in the arm, and there are {'far ' if far else ''}fewer. They may hold the truth "
        f"{'' if far else 'a little '}less often than 95 times in 100, most likely by missing how large it can be.",
    )


def skewness(values: Array) -> float:
    """Third central moment over the cubed standard deviation; 0 where nothing varies."""
    if len(values) < 2:
        return 0.0
    centred = values - values.mean()
    spread = float(np.mean(centred**2))
    return float(np.mean(centred**3)) / spread**1.5 if spread > 0 else 0.0
