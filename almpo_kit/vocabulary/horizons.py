"""How long after the programme an effect was measured, in bands that may be pooled.

A month counted from programme *start* (or from random assignment, which is close to it) and a month
counted from programme *end* are different questions: locked-in time lies between them. Only horizons
counted from entry get a band; the others, and those whose origin nobody stated, are listed, never pooled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

#: band key -> (label, lowest month excluded, highest month included), counted from entry.
HORIZON_BANDS: dict[str, tuple[str, float, float]] = {
    "short": ("up to 1 year after entry", -1.0, 12.0),
    "medium": ("1 to 2 years after entry", 12.0, 24.0),
    "long": ("more than 2 years after entry", 24.0, float("inf")),
}
NOT_COMPARABLE = "not_comparable"
BAND_LABELS: dict[str, str] = {key: band[0] for key, band in HORIZON_BANDS.items()} | {
    NOT_COMPARABLE: "horizon not stated, or not counted from entry"
}
FROM_ENTRY = ("start", "random_assignment")


def horizon_band(effects: pd.DataFrame) -> pd.Series:
    """Band of each estimate, from ``horizon_months`` and ``horizon_from``.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.

    Returns
    -------
    Series of str, shape (n_estimates,)
        A key of :data:`HORIZON_BANDS`, or ``"not_comparable"``.

    Raises
    ------
    DesignError
        ``horizon_months`` holds something that is no number.
    """
    import numpy as np
    import pandas as pd

    months = effects["horizon_months"]
    if not pd.api.types.is_float_dtype(months.dtype):
        months = _numbers(months)
    # A plain list: asked of a handful of rows, hundreds of times.
    counted = np.array(
        [o in FROM_ENTRY if isinstance(o, str) else False for o in effects["horizon_from"]], bool
    )
    at = months.to_numpy(dtype=float, na_value=float("nan"))
    band = np.full(len(effects), NOT_COMPARABLE, dtype=object)
    for key, (_, above, to) in HORIZON_BANDS.items():
        band[(at > above) & (at <= to) & counted] = key
    return pd.Series(band, index=effects.index, name="horizon_band", dtype="object")


def _numbers(months: pd.Series) -> pd.Series:
    import pandas as pd

    numeric = pd.to_numeric(months.dropna(), errors="coerce")
    text = months.dropna().map(lambda m: isinstance(m, str)) | numeric.isna()
    if text.any():
        raise DesignError(
            f"the column horizon_months holds {months.dropna()[text].iloc[0]!r}, which is no number; convert it "
            "with pandas.to_numeric, or load the table with sources.effects()."
        )
    return numeric.reindex(months.index).astype(float)
