"""Whether people with more of an instrument were other people to begin with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.bias_reduced import contributions
from almpo_kit.evaluation.instruments.independence import independent
from almpo_kit.evaluation.instruments.least_squares import least_squares

Array = np.ndarray[Any, np.dtype[Any]]


def instrument_balance(sample: Sample, instruments: Array) -> tuple[pd.DataFrame, float]:
    """Covariates by instrument, within blocks.

    Parameters
    ----------
    sample : Sample
    instruments : Array, shape (n, m)

    Returns
    -------
    (DataFrame, float)
        ``covariate, contrast, smd, t``: standard deviations of the covariate that go with one step of a 0/1
        instrument, or with one standard deviation of another; and the smallest p-value, times the number of tests
        (Holm's first step). NaN without covariates.
    """
    from scipy import stats

    base = [np.ones((len(sample), 1))]
    if sample.block is not None:
        base.append((sample.block[:, None] == np.unique(sample.block)[1:]).astype(float))
    x = np.hstack([_scaled(instruments), *base])
    m = instruments.shape[1]
    kept = independent(x, sample.weight)
    x = x[:, kept]
    said = [i for i in kept.tolist() if i < m]
    if not sample.covariates.size or not said:
        return pd.DataFrame(columns=["covariate", "contrast", "smd", "t"]), float("nan")
    spread = sample.covariates.std(axis=0)
    y = sample.covariates / np.where(spread > 0, spread, 1.0)
    slope = least_squares(x, y, sample.weight)
    made, df = contributions(x, y - x @ slope, sample.cluster, sample.weight, np.eye(x.shape[1])[: len(said)])
    se = np.sqrt(np.einsum("gmp,gmp->mp", made, made))
    t = np.divide(slope[: len(said)], se, out=np.zeros_like(se), where=se > 1e-12)
    p = 2 * stats.t.sf(np.abs(t), df[:, None])
    rows = [
        {
            "covariate": name,
            "contrast": f"instrument {i + 1}",
            "smd": float(slope[j, c]),
            "t": float(t[j, c]),
        }
        for j, i in enumerate(said)
        for c, name in enumerate(sample.names)
    ]
    return pd.DataFrame(rows), float(min(1.0, p.min() * p.size))


def _scaled(instruments: Array) -> Array:
    """0/1 columns as they are, others in standard deviations."""
    spread = instruments.std(axis=0)
    plain = np.isin(instruments, (0.0, 1.0)).all(axis=0) | (spread == 0)
    found: Array = instruments / np.where(plain, 1.0, np.where(spread > 0, spread, 1.0))
    return found
