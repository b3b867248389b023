"""What people like this one experienced in each programme: groups of at least ten, never single people."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.gains.local_people import standardise

Array = np.ndarray[Any, np.dtype[Any]]
#: A group has this many people, or as many as there are from the fewest on.
GROUP, FEWEST = 50, 10
_COLUMNS = ["programme", "people", "mean_outcome", "low", "high", "says"]


def similar_people(
    people: Caseload, person: pd.DataFrame, arms: tuple[str, ...], level: float
) -> pd.DataFrame:
    """Mean outcome of those most like the person among the participants of each arm.

    Alike by the Mahalanobis distance of all characteristics; means are rounded to half a standard error, so that asking
    again with other characteristics tells nothing of single people. Whoever is further from the person than half of what
    two people drawn by lot are apart (squared distances) is not like her, and does not count.

    Returns
    -------
    DataFrame
        ``programme, people, mean_outcome, low, high, says``: ``people`` in words; numbers NaN where fewer than ten are like her,
        or where all had the same outcome.
    """
    raw = people.features.to_numpy(dtype=float)
    centre, spread = raw.mean(axis=0), raw.std(axis=0)
    keep = spread > 1e-9 * np.maximum(np.abs(centre), 1e-9)
    names = tuple(np.array(people.names, dtype=object)[keep])
    z = (raw[:, keep] - centre[keep]) / spread[keep]
    at = standardise(person, names, centre[keep], spread[keep])
    precision = np.linalg.pinv(np.cov(z, rowvar=False).reshape(len(names), len(names)), rcond=1e-9)
    gap = z - at
    far = np.einsum("ip,pq,iq->i", gap, precision, gap)
    # Two people drawn by lot are twice as many apart as there are directions in which people differ.
    like = far <= np.linalg.matrix_rank(precision, hermitian=True)
    rows = [_group(people, arm, far, like, level) for arm in arms if arm in people.arms]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _group(
    people: Caseload, arm: str, far: Array, like: Array, level: float
) -> tuple[str, str, float, float, float, str]:
    own = np.flatnonzero((people.received == people.arms.index(arm)) & np.isfinite(people.outcome) & like)
    if len(own) < FEWEST:
        return (
            arm,
            "fewer than 10 people",
            math.nan,
            math.nan,
            math.nan,
            "too few people like this one to say",
        )
    near = own[np.argsort(far[own], kind="stable")[:GROUP]]
    outcome = people.outcome[near]
    count = f"{len(near)} people"
    spread = float(outcome.std(ddof=1))
    if spread == 0:
        return arm, count, math.nan, math.nan, math.nan, "all had the same outcome, which is not told"
    se = spread / math.sqrt(len(near))
    step = _round_step(se / 2)
    reach = _t(level, len(near) - 1) * se
    mean = float(outcome.mean())
    value, low, high = (round(v / step) * step for v in (mean, mean - reach, mean + reach))
    return arm, count, value, low, high, "what they experienced, not what the programme did"


def _t(level: float, df: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 2, df))


def _round_step(x: float) -> float:
    """The smallest of 1, 2, 5 x 10^n that is at least x."""
    power = 10.0 ** math.floor(math.log10(x))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= x * 0.999)
