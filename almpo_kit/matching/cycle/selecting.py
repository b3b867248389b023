"""Which forecast is given: the combination where it has beaten the naive one, else the naive one. A kernel.

The rule was fixed before any series was seen. At each origin and horizon it knows only errors of outcomes that were known
by then, so that what it would have forecast can be scored like any other model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.cycle.rolling import NAIVE

Array = NDArray[np.float64]
#: Known errors at a horizon below which the naive forecast is given: the burden of proof lies with the model.
PROOF = 8


def choices(errors: dict[str, Array]) -> NDArray[np.object_]:
    """Name of the model that the rule gives.

    Parameters
    ----------
    errors : dict of str to array, shape (n_origins, horizon)
        Errors in the unit of the series, at consecutive origins, of the naive models and of ``combination``; NaN where
        the outcome is not known at the end of the series.

    Returns
    -------
    array of str, shape (n_origins, horizon)
    """
    names = [m for m in NAIVE if m in errors]
    known = {m: _known_mean(errors[m]) for m in (*names, "combination")}
    base = np.stack([known[m] for m in names])
    # With nothing known, the last value with its season exchanged; of equals, too.
    default = names.index("naive_season") if "naive_season" in names else 0
    order = [default, *(i for i in range(len(names)) if i != default)]
    best = np.argmin(np.where(np.isfinite(base[order]), base[order], np.inf), axis=0)
    naive = np.array([names[i] for i in order], dtype=object)[best]
    lowest = np.min(np.where(np.isfinite(base), base, np.inf), axis=0)
    ahead = np.arange(1, best.shape[1] + 1)
    proven = (np.arange(best.shape[0])[:, None] - ahead + 1 >= PROOF) & (known["combination"] < lowest)
    return np.where(proven, "combination", naive)


def pick(of: dict[str, Array], chosen: NDArray[np.object_]) -> Array:
    """The chosen model's value at each origin and horizon."""
    out = np.full(chosen.shape, np.nan)
    for name in set(chosen.ravel().tolist()):
        at = chosen == name
        out[at] = of[name][at]
    return out


def _known_mean(errors: Array) -> Array:
    """Mean absolute error of outcomes known at each origin: at horizon h, those of origins at least h earlier."""
    out = np.full(errors.shape, np.nan)
    for h in range(errors.shape[1]):
        ahead = h + 1
        if len(errors) > ahead:
            sizes = np.abs(errors[:-ahead, h])
            out[ahead:, h] = np.cumsum(np.nan_to_num(sizes)) / np.arange(1, len(sizes) + 1)
    return out
