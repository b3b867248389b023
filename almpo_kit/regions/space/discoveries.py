"""Many tests at once: how many of what is called a discovery may be chance.

References
----------
Benjamini and Hochberg (1995) JRSS B 57, 289-300. Benjamini and Yekutieli (2001) Annals of Statistics 29, 1165-1188.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Control = Literal["bh", "by", "none"]


def adjusted(p: np.ndarray, control: Control = "bh") -> np.ndarray:
    """Adjusted p-values: the smallest false-discovery rate at which each test would be a discovery.

    Parameters
    ----------
    p : array, shape (m,)
        NaN where there was no test; it stays NaN and does not count.
    control : {"bh", "by", "none"}
        ``"bh"`` holds under independence and positive dependence, ``"by"`` under any dependence at the price of a
        factor ``1 + 1/2 + … + 1/m``; ``"none"`` leaves p as it is.
    """
    out = np.array(p, dtype=float)
    there = np.flatnonzero(~np.isnan(out))
    if control == "none" or not len(there):
        return out
    m = len(there)
    factor = float(np.sum(1 / np.arange(1, m + 1))) if control == "by" else 1.0
    order = there[np.argsort(-out[there], kind="stable")]
    steps = factor * m / np.arange(m, 0, -1) * out[order]
    out[order] = np.minimum(1.0, np.minimum.accumulate(steps))
    return out
