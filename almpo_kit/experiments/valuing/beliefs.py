"""What is believed of the effects of programmes before a trial: means, spreads, and how they hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.plain_values import is_number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Normal beliefs about k effects: names, means (k,), covariance (k, k); ``skew`` of the draws they were made of."""

    names: tuple[str, ...]
    mean: Array
    covariance: Array
    skew: float = 0.0

    def at(self, programmes: tuple[str, ...], trial: str) -> Array:
        """Places of programmes.

        Raises
        ------
        ParameterError
        """
        if unknown := [p for p in programmes if p not in self.names]:
            raise ParameterError(
                f"trial {trial!r} tries {unknown[0]!r}, of which no belief was given; there are {', '.join(self.names)}."
            )
        return np.array([self.names.index(p) for p in programmes])

    def wider(self, times: float) -> Beliefs:
        """The same with standard deviations ``times`` as large."""
        return Beliefs(self.names, self.mean, self.covariance * times**2, self.skew)


def beliefs(means: Any, covariance: Any, draws: Any) -> Beliefs:
    """From means and a covariance, or from draws (states in rows, programmes in columns).

    Raises
    ------
    ParameterError, FrameError
    """
    if (draws is None) == (means is None):
        raise ParameterError(
            "say what is believed either by means and covariance or by draws, e.g. means={'Training': 0.03}, covariance=[[0.0004]]."
        )
    if draws is not None:
        return _of_draws(draws)
    if not isinstance(means, Mapping) or not means or not all(is_number(v) for v in means.values()):
        raise ParameterError("means must be a mapping of programme to number, e.g. {'Training': 0.03}.")
    names = tuple(str(n) for n in means)
    return Beliefs(names, np.array([float(v) for v in means.values()]), _covariance(covariance, names))


def _covariance(given: Any, names: tuple[str, ...]) -> Array:
    if isinstance(given, pd.DataFrame):
        if set(given.index) != set(names) or set(given.columns) != set(names):
            raise ParameterError(
                "covariance has other names than means; both need a row and a column for each programme."
            )
        given = given.loc[list(names), list(names)]
    if given is None:
        raise ParameterError(
            "covariance is missing; for unrelated programmes give numpy.diag of their squared spreads."
        )
    try:
        found = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(
            "covariance must be a table of numbers, one row and column for each programme."
        ) from None
    if found.shape != (len(names), len(names)) or not np.isfinite(found).all():
        raise ParameterError(
            f"covariance must have {len(names)} rows and columns of finite numbers; its shape is {found.shape}."
        )
    most = float(np.abs(found).max(initial=0.0))
    if not np.allclose(found, found.T, atol=1e-12 * most) or np.linalg.eigvalsh(found).min() < -1e-9 * most:
        raise ParameterError(
            "covariance is none: it must be symmetric, and no mixture of programmes may vary less than not at all."
        )
    return found


def _of_draws(draws: Any) -> Beliefs:
    if not isinstance(draws, pd.DataFrame) or len(draws) < 100 or draws.shape[1] < 1:
        raise FrameError(
            "draws must be a table with a column for each programme and at least 100 states in rows."
        )
    try:
        held = draws.to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise FrameError(
            "draws must hold numbers only: effects in the units in which worth counts them."
        ) from None
    if not np.isfinite(held).all():
        raise FrameError("draws must hold finite numbers; drop states in which an effect is not known.")
    away = held - held.mean(axis=0)
    spread = held.std(axis=0)
    skew = np.divide((away**3).mean(axis=0), spread**3, out=np.zeros(len(spread)), where=spread > 0)
    names = tuple(str(c) for c in draws.columns)
    together = np.atleast_2d(np.cov(held, rowvar=False))
    return Beliefs(names, held.mean(axis=0), together, float(np.abs(skew).max()))
