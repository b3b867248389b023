"""The table behind a pooled number: one row per estimate, used or not, with the reason."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of, samples_of
from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.parts import parts
from almpo_kit.evidence.tally import favour

_CARRIED = (
    "citation",
    "programme_type",
    "programme_name",
    "target_group",
    "country",
    "design",
    "estimand",
    "converted_from",
    "outcome",
    "unit",
    "horizon_months",
)


def listing(
    effects: pd.DataFrame,
    *,
    level: float,
    weight: Floats | None = None,
    why_not: pd.Series | None = None,
    read: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List estimates.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
    level : float
        Of each estimate's own (normal) interval.
    weight : ndarray, shape (k,), optional
        Share of each estimate in the average; missing where it is not in it.
    why_not : Series of str, shape (k,), optional
        Why an estimate is not in the average; "" where nothing stands against it.
    read : DataFrame, shape (k, ...), optional
        The same rows as :func:`~almpo_kit.evidence.plain_frames.plain` has them, where they are at hand.

    Returns
    -------
    DataFrame, shape (k, ...)
        ``estimate_id, study_id, sample_id``, what the frame says of each estimate, ``band``, ``part``
        (what sets it apart within its study), ``effect, se, low, high, weight, favour, used, why_not``; index
        0 … k − 1.
    """
    k = len(effects)
    read = effects if read is None else read
    effect, se = read["effect"].to_numpy(dtype=float), read["se"].to_numpy(dtype=float)
    reach = critical(level) * se
    band, sample = bands_of(read), samples_of(read)
    columns = {
        "estimate_id": effects["estimate_id"] if "estimate_id" in effects else _numbered(k),
        "study_id": effects.get("study_id", sample),
        "sample_id": sample,
        **{c: effects[c] for c in _CARRIED if c in effects},
        **({} if band is None else {"band": band}),
        "part": parts(effects),
        "effect": effect,
        "se": se,
        "low": effect - reach,
        "high": effect + reach,
        "weight": np.full(k, np.nan) if weight is None else weight,
        "favour": favour(read)["favour"],
        "used": np.zeros(k, bool) if weight is None else np.isfinite(weight),
        "why_not": [""] * k if why_not is None else why_not,
    }
    return pd.DataFrame(columns, index=effects.index).reset_index(drop=True)


def _numbered(k: int) -> list[str]:
    return [f"row {i}" for i in range(1, k + 1)]
