"""Small labour markets, and the best lists of one by HiGHS."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linprog

CODES = ("2512", "2511", "2411", "3512", "5223", "9112", "2519")


def market(
    n: int, m: int, seed: int = 0, *, spread: float = 0.3, synthetic: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``n`` persons and ``m`` vacancies around one town, with points, occupations and wages."""
    draw = np.random.default_rng(seed)
    source = "SYNTHETIC test" if synthetic else "a register"

    def side(k: int, letter: str) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "id": [f"{letter}{i}" for i in range(k)],
                "geo": "AT13",
                "occupation": draw.choice(CODES, k) if k else pd.Series(dtype="str"),
                "lon": 16.4 + draw.normal(0, spread, k),
                "lat": 48.2 + draw.normal(0, spread, k),
                "wage": draw.uniform(10, 20, k),
                "source": source,
            }
        )

    return side(n, "s"), side(m, "v")


def best_lists(
    score: np.ndarray, capacity: np.ndarray, top: int, count: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """Optimum of the transport problem and the duals of capacity, by HiGHS; NaN scores are pairs not allowed."""
    n, m = score.shape
    many = np.ones(n) if count is None else count
    i, j = np.nonzero(np.isfinite(score))
    if not i.size:
        return 0.0, np.zeros(m)
    row = np.zeros((n, i.size))
    row[i, np.arange(i.size)] = 1
    column = np.zeros((m, i.size))
    column[j, np.arange(i.size)] = 1
    done = linprog(
        -score[i, j],
        A_ub=np.vstack([row, column]),
        b_ub=np.concatenate([top * many, np.floor(capacity)]),
        bounds=list(zip(np.zeros(i.size), many[i], strict=True)),
        method="highs",
    )
    return -done.fun, -done.ineqlin.marginals[n:]


def best_soft(score: np.ndarray, capacity: np.ndarray, top: int, overload: float) -> float:
    """Optimum with a cost for each place beyond capacity and full lists, by HiGHS: a variable for each place."""
    n, m = score.shape
    i, j = np.nonzero(np.isfinite(score))
    place_of = np.repeat(np.arange(m), n)
    number = np.tile(np.arange(n), m)
    reserve = overload * np.maximum(0, number + 1 - capacity[place_of]) / capacity[place_of]
    pairs, places = i.size, place_of.size
    balance = np.zeros((m, pairs + places))
    balance[j, np.arange(pairs)] = 1
    balance[place_of, pairs + np.arange(places)] = -1
    full = np.zeros((n, pairs + places))
    full[i, np.arange(pairs)] = 1
    want = np.minimum(top, np.isfinite(score).sum(axis=1))
    done = linprog(
        np.concatenate([-score[i, j], reserve]),
        A_eq=np.vstack([balance, full]),
        b_eq=np.concatenate([np.zeros(m), want]),
        bounds=(0, 1),
        method="highs",
    )
    return float(-done.fun)


def written_out(seekers: pd.DataFrame, vacancies: pd.DataFrame, max_km: float = 50.0) -> np.ndarray:
    """The score of every pair, written out anew by haversine and plain loops; NaN where not allowed."""
    out = np.full((len(seekers), len(vacancies)), np.nan)
    for a, s in enumerate(seekers.to_dict("records")):
        for b, v in enumerate(vacancies.to_dict("records")):
            la, lb = np.radians(s["lat"]), np.radians(v["lat"])
            h = np.sin((lb - la) / 2) ** 2
            h += np.cos(la) * np.cos(lb) * np.sin(np.radians(v["lon"] - s["lon"]) / 2) ** 2
            km = 2 * 6371.0088 * np.arcsin(np.sqrt(h))
            shared = next((d for d in range(4) if s["occupation"][d] != v["occupation"][d]), 4)
            alike = (0, 0.2, 0.45, 0.7, 1.0)[shared]
            paid = min(1.0, max(0.0, 1 - (s["wage"] - v["wage"]) / (0.2 * s["wage"])))
            if km <= max_km and alike >= 0.2:
                out[a, b] = 0.5 * alike + 0.3 * np.exp(-km / (max_km / 2)) + 0.2 * paid
    return out
