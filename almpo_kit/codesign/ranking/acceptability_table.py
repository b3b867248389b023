"""How often each option takes each rank, as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]


def acceptability_table(options: tuple[str, ...], shares: Array | None) -> pd.DataFrame:
    """``option, rank, share``, options in the order of their mean rank; empty where nothing could be drawn."""
    if shares is None:
        return pd.DataFrame(
            {"option": pd.Series(dtype=object), "rank": pd.Series(dtype=int), "share": pd.Series(dtype=float)}
        )
    n = len(options)
    order = np.argsort(shares @ np.arange(1, n + 1), kind="stable")
    return pd.DataFrame(
        {
            "option": np.repeat(np.array(options, dtype=object)[order], n),
            "rank": np.tile(np.arange(1, n + 1), n),
            "share": shares[order].ravel(),
        }
    )
