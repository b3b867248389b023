"""The best straight line through the effects: how they go with each covariate, the others held."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.effect_differences.scored import Scored
from almpo_kit.evaluation.inference.cluster_robust import least_squares

Array = np.ndarray[Any, np.dtype[Any]]
#: With more columns than this a joint statement about each is not readable, and its test is weak.
MOST_COLUMNS = 30


def projection(data: Scored, contrast: str, arms: tuple[int, int]) -> pd.DataFrame:
    """Coefficients of the scores on standardised covariates.

    Parameters
    ----------
    data : Scored
    contrast : str
    arms : (int, int)

    Returns
    -------
    DataFrame
        ``contrast, covariate, slope, se, df, low, high, p_value``: change of the effect, in its unit, for one standard
        deviation more (for a category, in standard deviations of its indicator); intervals hold for all rows at once
        (Bonferroni). Empty with more than 30 columns or none that varies.

    References
    ----------
    Semenova and Chernozhukov (2021) Econom. J. 24, 264-289.
    """
    from scipy.stats import t

    weight = data.weight(arms)
    centre = np.average(data.x, axis=0, weights=weight)
    spread = np.sqrt(np.average((data.x - centre) ** 2, axis=0, weights=weight))
    kept = np.flatnonzero(spread > 1e-9 * np.maximum(1.0, np.abs(centre)))
    names = ["contrast", "covariate", "slope", "se", "df", "low", "high", "p_value"]
    if not 0 < len(kept) <= MOST_COLUMNS:
        return pd.DataFrame(columns=names)
    z = np.column_stack([np.ones(len(data.x)), (data.x[:, kept] - centre[kept]) / spread[kept]])
    robust = least_squares(
        z, data.difference(arms)[:, None], data.sample.cluster, weight, np.eye(z.shape[1])[1:]
    )
    slope, df = robust.estimate[:, 0], np.maximum(robust.df[:, 0], 1.0)
    se = np.sqrt(robust.covariance[:, 0, 0])
    reach = t.ppf(1 - 0.025 / len(kept), df) * se
    p = 2 * t.sf(np.abs(np.divide(slope, se, out=np.zeros_like(slope), where=se > 0)), df)
    covariates = [data.x_names[i] for i in kept]
    values = (
        contrast,
        covariates,
        slope,
        se,
        df,
        slope - reach,
        slope + reach,
        np.minimum(p * len(kept), 1.0),
    )
    return pd.DataFrame(dict(zip(names, values, strict=True)))
