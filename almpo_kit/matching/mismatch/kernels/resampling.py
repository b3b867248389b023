"""Draw counts, or whole regions, again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.matching.mismatch.kernels.corrected_index import corrected_index
from almpo_kit.matching.mismatch.kernels.other_indices import dissimilarity, relative_rate_variance
from almpo_kit.matching.mismatch.kernels.planner import Weights, index
from almpo_kit.matching.mismatch.kernels.thin_counts import class_of, power, zeros

Array = np.ndarray[Any, np.dtype[Any]]


def count_draws(
    u: Array,
    v: Array,
    w: Weights,
    alpha: float,
    draws: int,
    rng: np.random.Generator,
    step: Callable[[], None] | None = None,
) -> Array:
    """How far the corrected index misses where the counts themselves are the truth.

    Poisson counts are drawn around the counts observed and the corrected index is taken of each draw; the truth of
    that world is the plain index of the counts observed.

    Returns
    -------
    ndarray, shape (draws,)
        Errors: estimate less truth.
    """
    held = (u > 0) | (v > 0)
    u, v, held_w = u[held], v[held], Weights(w.hires[held], w.best[held], w.call[held])
    truth = float(index(u, v, held_w, alpha))
    out = np.empty(draws)
    for k in range(draws):
        a, b = rng.poisson(u).astype(float), rng.poisson(v).astype(float)
        full = a.any() and b.any()
        out[k] = corrected_index(a, b, held_w, alpha, error=False).value - truth if full else np.nan
        if step is not None:
            step()
    return out[np.isfinite(out)]


def region_draws(
    u: Array, v: Array, w: Weights, alpha: float, regions: Array, draws: int, rng: np.random.Generator
) -> Array:
    """The corrected index of samples of whole regions, drawn with replacement.

    Returns
    -------
    ndarray, shape (draws,)
    """
    beta, n = 1 - alpha, int(regions.max()) + 1
    u_class, v_class = class_of(u), class_of(v)
    pair = power(v, u_class, zeros(v, u_class).least, alpha) * power(
        u, v_class, zeros(u, v_class).least, beta
    )
    parts = np.column_stack(
        [np.bincount(regions, x, minlength=n) for x in (w.hires * pair, u, w.best * v, w.call * v)]
    )
    times = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    hires, people, best, called = (times @ parts).T
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 1 - hires / (people**beta * best / called**beta)
    return found[np.isfinite(found)]


def other_draws(
    u: Array, v: Array, employed: Array | None, draws: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Dissimilarity and ½ var of relative rates of Poisson counts around the counts observed.

    Returns
    -------
    (ndarray, ndarray), shape (draws,)
        The second is NaN without ``employed``.
    """
    held = (u > 0) | (v > 0)
    first, second = np.empty(draws), np.full(draws, np.nan)
    for k in range(draws):
        a, b = rng.poisson(u[held]).astype(float), rng.poisson(v[held]).astype(float)
        first[k] = dissimilarity(a, b) if a.any() and b.any() else np.nan
        if employed is not None:
            second[k] = relative_rate_variance(rng.poisson(u).astype(float), employed)
    return first, second


def centred(value: float, errors: Array, level: float) -> tuple[float, float]:
    """Interval that takes the errors of the draws for those of the estimate."""
    if len(errors) < 2:
        return np.nan, np.nan
    tail = (1 - level) / 2
    high, low = np.quantile(errors, [tail, 1 - tail])
    return value - float(low), value - float(high)
