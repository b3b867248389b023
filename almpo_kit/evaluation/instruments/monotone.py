"""Signs that an instrument moved some people the other way, which the effect on compliers rules out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.instruments.stages import Stages
from almpo_kit.evaluation.instruments.strength import first_stage
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]

#: Halves smaller than this are not looked at, nor more covariates than this.
_SMALLEST_HALF, _MOST = 50, 40
#: A first stage the other way that is this many standard errors from zero is no accident among so many looks.
_SURE = 3.0


def first_stage_by_half(both: Stages, sample: Sample) -> pd.DataFrame:
    """The first stage among people low and high in each covariate.

    Returns
    -------
    DataFrame
        ``covariate, half, effect, se, opposite``; empty unless one instrument moves one programme. Halves of fewer
        than fifty people, or of fewer than two clusters, are left out.
    """
    rows: list[dict[str, Any]] = []
    if both.participation.shape[1] == 1 and both.instruments.shape[1] == 1 and sample.covariates.size:
        sign = np.sign(first_stage(both, sample.cluster, sample.weight).coefficient[0, 0])
        for name, values in zip(sample.names[:_MOST], sample.covariates.T, strict=False):
            high = values > np.median(values) if len(np.unique(values)) > 2 else values == values.max()
            rows += [
                {"covariate": name, "half": half, **found}
                for half, who in (("low", ~high), ("high", high))
                if (found := _among(both, sample, who, float(sign)))
            ]
    return pd.DataFrame(rows, columns=["covariate", "half", "effect", "se", "opposite"])


def _among(both: Stages, sample: Sample, who: Array, sign: float) -> dict[str, Any]:
    if who.sum() < _SMALLEST_HALF or (~who).sum() < _SMALLEST_HALF:
        return {}
    _, cluster = np.unique(sample.cluster[who], return_inverse=True)
    try:
        mine = both.rows(who)
    except DesignError:  # the instrument does not vary in this half
        return {}
    if cluster.max() < 2 or len(cluster) <= mine.exogenous.shape[1] + 1:
        return {}
    found = first_stage(mine, cluster, sample.weight[who])
    effect, se = float(found.coefficient[0, 0]), float(np.sqrt(found.covariance[0, 0, 0]))
    return {"effect": effect, "se": se, "opposite": bool(sign * effect < -_SURE * se)}
