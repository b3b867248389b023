"""Made-up places with known effects of offers on those offered and on others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]


def people(
    seed: int,
    *,
    places: int = 40,
    size: int = 40,
    levels: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75),
    direct: float = 0.2,
    spill: float = -0.1,
    between: float = 0.05,
    binary: bool = True,
) -> pd.DataFrame:
    """An offer adds ``direct``; somebody not offered loses ``spill`` times the share of others offered."""
    rng = np.random.default_rng(seed)
    share = rng.permutation(np.resize(levels, places))
    rows = []
    for j, s in enumerate(share):
        offered = rng.permutation(np.arange(size) < round(s * size)).astype(int)
        mean = 0.4 + between * rng.standard_normal() + direct * offered + spill * s * (1 - offered)
        y = (rng.random(size) < mean) * 1.0 if binary else mean + 0.3 * rng.standard_normal(size)
        rows.append(pd.DataFrame({"place": f"place {j}", "saturation": s, "offered": offered, "y": y}))
    frame = pd.concat(rows, ignore_index=True)
    return frame.assign(id=[f"p{i}" for i in range(len(frame))])


def many(
    seed: int, runs: int, *, levels: Array, places: int, size: int, between: float, vary: bool = False
) -> tuple[Array, Array, Array, Array]:
    """Outcomes and offers of shape (runs, n), places (n,), and each run's levels by place (runs, places)."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(size // 2, 2 * size, places) if vary else np.full(places, size)
    place = np.repeat(np.arange(places), sizes)
    level = np.stack([rng.permutation(np.resize(np.arange(len(levels)), places)) for _ in range(runs)])
    share = levels[level][:, place]
    rank = np.argsort(np.argsort(place + rng.random((runs, len(place))), axis=1), axis=1)
    rank = rank - np.concatenate([[0], np.cumsum(sizes)])[:-1][place]
    offered = (rank < np.round(share * sizes[place])).astype(int)
    shock = between * rng.standard_normal((runs, places))[:, place]
    y = 0.4 + shock + 0.2 * offered - 0.1 * share * (1 - offered) + 0.4 * rng.standard_normal(offered.shape)
    return y, offered, place, level
