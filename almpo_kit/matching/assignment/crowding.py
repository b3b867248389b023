"""How unevenly lists fall on vacancies."""

from __future__ import annotations

import numpy as np
import pandas as pd

MEASURES = {
    "gini": "Gini index of persons shown per post (0 even, 1 all on one)",
    "top_share": "share of all places on lists that the 1% most shown vacancies take",
    "reached_by_top": "share of persons with one of the 1% most shown vacancies on their list",
    "competition": "persons shown the same vacancy, as the average place on a list meets them",
    "max_load": "most persons shown one vacancy",
    "max_ratio": "most persons shown one vacancy, per place of its capacity",
    "over_capacity": "share of vacancies shown to more than 110% of their capacity",
    "excess": "share of all places on lists beyond the capacity of their vacancy",
    "never_shown": "share of vacancies nobody is shown",
    "mean_score": "mean score of what is on the lists",
    "mean_best": "mean score of the first on the list",
    "full_lists": "share of persons with a full list",
}


def crowding(
    load: np.ndarray, posts: np.ndarray, capacity: np.ndarray, reachable: np.ndarray
) -> dict[str, float]:
    """Measures of congestion over vacancies with a post that somebody could be shown.

    Parameters
    ----------
    load, posts, capacity : (n_vacancies,)
    reachable : (n_vacancies,) bool

    Returns
    -------
    dict of str to float
        ``gini, top_share, competition, max_load, max_ratio, over_capacity, excess, never_shown``; NaN where there is no vacancy.
    """
    use = (posts > 0) & reachable
    if not use.any():
        return dict.fromkeys(MEASURES, float("nan"))
    load, posts, capacity = load[use].astype(float), posts[use], capacity[use]
    most = np.sort(load)[::-1][: top_percent(load.size)]
    ratio = np.divide(load, capacity, out=np.zeros(load.size), where=capacity > 0)
    total = max(load.sum(), 1e-12)
    values = {
        "gini": gini(load / posts, posts),
        "top_share": most.sum() / total,
        "competition": (load**2).sum() / total,
        "max_load": load.max(),
        "max_ratio": ratio.max(),
        "over_capacity": (ratio > 1.1).mean(),
        "excess": np.maximum(0, load - capacity).sum() / total,
        "never_shown": (load == 0).mean(),
    }
    return {name: float(value) for name, value in values.items()}


def top_percent(n: int) -> int:
    """How many are 1% of ``n``, at least one."""
    return max(1, round(n / 100))


def gini(values: np.ndarray, weights: np.ndarray) -> float:
    """Gini index of weighted values that are not negative; 0 where all are zero."""
    order = np.argsort(values, kind="stable")
    x, w = values[order], weights[order]
    total, mass = (x * w).sum(), w.sum()
    if total <= 0:
        return 0.0
    # Area under the Lorenz curve by trapezoids.
    share = np.concatenate([[0.0], np.cumsum(x * w) / total])
    return float(1 - ((share[1:] + share[:-1]) * w / mass).sum())


def lorenz(load: np.ndarray, posts: np.ndarray, points: int = 101) -> pd.DataFrame:
    """Lorenz curve: share of places on lists that the least shown share of posts takes.

    Returns
    -------
    DataFrame, shape (points, 2)
        ``posts, places``: cumulative shares.
    """
    order = np.argsort(load / posts, kind="stable")
    at = np.linspace(0, 1, points)
    x = np.concatenate([[0.0], np.cumsum(posts[order]) / posts.sum()])
    y = np.concatenate([[0.0], np.cumsum(load[order]) / max(load.sum(), 1e-12)])
    return pd.DataFrame({"posts": at, "places": np.interp(at, x, y)})
