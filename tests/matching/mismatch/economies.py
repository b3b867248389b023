"""Economies whose mismatch is known: counts are drawn around rates, and the planner's allocation follows from the rates.

``python -m tests.matching.mismatch.economies`` prints the table of COVERAGE.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from almpo_kit.matching.mismatch.kernels.corrected_index import corrected_index
from almpo_kit.matching.mismatch.kernels.planner import equal, index
from almpo_kit.matching.mismatch.kernels.resampling import centred, count_draws

OCCUPATIONS = ["2111", "2512", "3115", "4110", "5120", "5223", "7112", "8322", "9112", "1219"]


@dataclass(frozen=True)
class Economy:
    """Rates of unemployed and vacancies by cell, and the index that they have."""

    unemployed: np.ndarray
    vacancies: np.ndarray
    truth: float


def economy(
    cells: int, size: float, rng: np.random.Generator, *, patchy: bool = False, alpha: float = 0.5
) -> Economy:
    """``size`` unemployed people and half as many vacancies a cell on average; cells differ by a factor of ten.

    ``patchy`` leaves half of the cells without unemployed and half without vacancies, as rare occupations in small regions.
    """
    u = rng.lognormal(0, 1, cells)
    v = u * rng.lognormal(0, 0.6, cells)
    if patchy:
        u = np.where(rng.random(cells) < 0.5, 0, u)
        v = np.where(rng.random(cells) < 0.5, 0, v)
        u[0] = v[0] = 1.0
    u, v = u * cells * size / u.sum(), v * cells * size / 2 / v.sum()
    return Economy(u, v, float(index(u, v, equal(cells), alpha)))


def frame(u: np.ndarray, v: np.ndarray, **columns: object) -> pd.DataFrame:
    """A ``stocks`` frame of these counts, ten occupations a region."""
    n = len(u)
    geo = [f"EL{100 + k // 10}"[:5] for k in range(n)]
    return pd.DataFrame(
        {
            "geo": geo,
            "occupation": [OCCUPATIONS[k % 10] for k in range(n)],
            "unemployed": u,
            "vacancies": v,
            "source": "SYNTHETIC test economy",
            **columns,
        }
    )


def coverage(
    cells: int, size: float, *, patchy: bool, alpha: float, repeats: int, draws: int, seed: int = 0
) -> dict[str, float]:
    """Bias of the plain and of the corrected index, and how often 95% intervals hold the truth."""
    rng = np.random.default_rng([seed, cells, int(10 * size), patchy, int(10 * alpha)])
    z, w, rows = NormalDist().inv_cdf(0.975), equal(cells), []
    for _ in range(repeats):
        world = economy(cells, size, rng, patchy=patchy, alpha=alpha)
        u, v = rng.poisson(world.unemployed).astype(float), rng.poisson(world.vacancies).astype(float)
        if not (u.any() and v.any()):
            continue
        found = corrected_index(u, v, w, alpha)
        delta = found.floor - z * found.se, found.value + z * found.se
        low, high = centred(found.value, count_draws(u, v, w, alpha, draws, rng), 0.95)
        boot = low + found.floor - found.value, high
        held = [max(a, 0) <= world.truth <= max(b, 0) for a, b in (delta, boot)]
        corrected = max(found.value, 0.0)
        rows.append(
            (
                world.truth,
                float(index(u, v, w, alpha)) - world.truth,
                corrected - world.truth,
                *held,
                boot[1] - boot[0],
            )
        )
    names = ("truth", "plain_bias", "corrected_bias", "delta", "bootstrap", "width")
    return dict(zip(names, np.mean(np.array(rows, dtype=float), axis=0).tolist(), strict=True))


GRID = [
    (alpha, patchy, cells, size)
    for alpha in (0.5, 0.3)
    for patchy in (False, True)
    for cells in (20, 100, 1000)
    for size in (3, 10, 30, 100)
]


def table(repeats: int = 200, draws: int = 100) -> str:
    """COVERAGE.md's table."""
    lines = [
        "| α | economy | cells | unemployed a cell | true index | bias as published | bias corrected | delta | bootstrap | width |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for alpha, patchy, cells, size in GRID:
        n = repeats if cells < 1000 else repeats // 2
        c = coverage(cells, size, patchy=patchy, alpha=alpha, repeats=n, draws=draws)
        lines.append(
            f"| {alpha} | {'patchy' if patchy else 'smooth'} | {cells} | {size} | {c['truth']:.3f} | {c['plain_bias']:+.3f} | "
            f"{c['corrected_bias']:+.4f} | {c['delta']:.0%} | {c['bootstrap']:.0%} | {c['width']:.3f} |"
        )
        print(lines[-1], flush=True)
    return "\n".join(lines)


if __name__ == "__main__":
    table()
