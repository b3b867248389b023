"""The search for a region's neighbours, and the table of those found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.comparison.kernels.peer_stability import (
    closest,
    distance_of_equals,
    drawn_again,
    without_each,
)
from almpo_kit.regions.comparison.kernels.shrunken_distance import between_all, ledoit_wolf, nearest
from almpo_kit.regions.comparison.measures import Measures
from almpo_kit.regions.comparison.peer_reasons import alike_words, differs_words, reasons


@dataclass(frozen=True, eq=False)
class Search:
    """The neighbours of one region, as positions among the complete regions.

    ``distance`` is from the region to every complete region, ``stays`` how often each neighbour stays.
    """

    found: np.ndarray
    distance: np.ndarray
    cutoff: float
    shrinkage: float
    noise: float
    stays: np.ndarray
    stability: pd.DataFrame


def search_peers(
    measures: Measures,
    z: pd.DataFrame,
    code: str,
    k: int,
    exclude_country: bool,
    share: float,
    sampling_error: float,
    draws: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> Search:
    x, at = z.to_numpy(dtype=float), z.index.tolist().index(code)
    allowed = np.ones(len(z), dtype=bool)
    if exclude_country:
        allowed = ~z.index.str.startswith(code[:2])
    cov, weight = ledoit_wolf(x)
    every = between_all(x, cov)
    found = closest(every[at], at, allowed, k)
    spread = measures.scaled.loc[z.index].std(ddof=0)
    error = np.array([a.error(sampling_error) / spread[a.key] for a in measures.aspects])
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    noise = distance_of_equals(cov, error, rng)
    among = drawn_again(x, at, allowed, k, error, draws, rng, progress)
    left_out = without_each(x, at, allowed, k) if x.shape[1] > 1 else []
    kept = [len(np.intersect1d(found, now)) for now in left_out]
    rows: list[tuple[str, float, int]] = [
        (f"without {a.label}", n, len(found)) for a, n in zip(measures.aspects, kept, strict=True)
    ]
    if error.any():
        rows.append(("under sampling error", float(among[:, found].sum(axis=1).mean()), len(found)))
    return Search(
        found=found,
        distance=every[at],
        cutoff=float(np.quantile(nearest(every), share)),
        shrinkage=weight,
        noise=noise,
        stays=among[:, found].mean(axis=0),
        stability=pd.DataFrame(rows, columns=["change", "kept", "of"]),
    )


def peer_table(
    measures: Measures, z: pd.DataFrame, code: str, search: Search
) -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = z.index[search.found].tolist()
    why = reasons(measures, z, code, codes)
    by_peer = {g: why[why["geo"] == g] for g in codes}
    natural = measures.natural.loc[codes].reset_index(drop=True)
    distance = search.distance[search.found]
    head = pd.DataFrame(
        {
            "rank": range(1, len(codes) + 1),
            "geo": codes,
            "name": measures.regions.loc[codes, "name"].tolist(),
            "country": measures.regions.loc[codes, "country"].tolist(),
            "distance": distance,
            "close": distance <= search.cutoff,
            "stays": search.stays,
        }
    )
    words = pd.DataFrame(
        {
            "alike": [alike_words(by_peer[g], measures.aspects) for g in codes],
            "differs_most": [differs_words(by_peer[g], measures.aspects) for g in codes],
        }
    )
    return pd.concat([head, natural, words], axis=1), why


def profile(measures: Measures, z: pd.DataFrame, distance: np.ndarray) -> pd.DataFrame:
    frame = measures.regions.loc[z.index].assign(distance=distance)
    return frame.join(measures.natural).reset_index()
