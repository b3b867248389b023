"""One estimate per sample: the mean of its estimates, with a stated correlation of their errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from almpo_kit.evidence.small_study.estimates import Estimates
from almpo_kit.vocabulary.errors import ParameterError


def composite(e: Estimates, correlation: float) -> Estimates:
    """Replace the estimates of each sample by their plain mean.

    Its variance is the mean of all entries of their covariance matrix, with this ``correlation`` of
    sampling errors between any two.

    Raises
    ------
    ParameterError
        A correlation outside 0 to 1.

    References
    ----------
    Borenstein, Hedges, Higgins and Rothstein (2009) Introduction to Meta-Analysis, chapter 24.
    """
    if not 0 <= correlation <= 1:
        raise ParameterError(f"correlation is {correlation!r}; give a number between 0 and 1, e.g. 0.6")
    n = np.bincount(e.sample).astype(float)
    y = np.bincount(e.sample, e.y) / n
    total, squares = np.bincount(e.sample, e.se), np.bincount(e.sample, e.v)
    v = (correlation * total**2 + (1 - correlation) * squares) / n**2
    # The first row of each sample stands for it in the list.
    first = np.unique(e.sample, return_index=True)[1]
    frame = e.frame.iloc[first].copy()
    frame["effect"], frame["se"] = y, np.sqrt(v)
    if "estimate_id" in frame:
        frame["estimate_id"] = _names(frame["estimate_id"], n)
    return replace(e, frame=frame, y=y, se=np.sqrt(v), sample=np.arange(len(y), dtype=np.intp))


def _names(first: pd.Series, n: np.ndarray) -> list[str]:
    return [f"{i} and {m - 1:.0f} more" if m > 1 else str(i) for i, m in zip(first, n, strict=True)]
