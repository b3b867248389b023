"""How much each participant counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


def checked_people_weights(weights: pd.Series | None, people: pd.Index, what: str) -> Array:
    """Weights of people in their order; everybody 1 where none are given.

    Raises
    ------
    ParameterError
        Somebody has none, they are below 0 or not finite, or all are 0.
    """
    if weights is None:
        return np.ones(len(people))
    if not isinstance(weights, pd.Series) or not weights.index.is_unique:
        raise ParameterError(
            f"{what}() needs weights as a Series participant -> weight, each participant once, e.g. "
            "codesign.panel_weights(judged, structure, plan).weights."
        )
    if missing := [p for p in people if p not in weights.index]:
        raise ParameterError(
            f"{what}() got no weight for {len(missing)} of {len(people)} participants, e.g. {missing[0]!r}; make the weights from "
            "the same round."
        )
    held = weights.loc[people].to_numpy(dtype=float)
    if not np.isfinite(held).all() or (held < 0).any() or (len(held) and held.sum() <= 0):
        raise ParameterError(f"{what}() needs weights of 0 or more, some above 0.")
    return held
