"""How long the planner's index of many cells and periods takes, beside a pandas loop, on the same data in the same run.

Run: ``python benchmarks/mismatch_index.py``. Sizes up to 300 regions × 436 occupations × 40 periods (5.2 million cells,
SYNTHETIC counts of which half are zero). The peer is what an analyst would write: ``groupby`` over periods and the formula
on each group; it gives the index alone and must agree. Ours is timed four times: the index alone from the long frame; the whole
verb without interval; with the delta method; with 500 bootstrap draws (of every period where that is at most 120 million
counts, else of the latest). Then 500 draws by the loop, estimated from three of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from almpo_kit import matching
from almpo_kit.matching.mismatch.cells import cells
from almpo_kit.matching.mismatch.kernels.planner import equal, index

ALPHA = 0.5


def draw(regions: int, occupations: int, periods: int, seed: int = 0) -> pd.DataFrame:
    """SYNTHETIC stocks: rates differ by a factor of ten and more, half of the cells have none on one side or the other."""
    rng = np.random.default_rng(seed)
    n = regions * occupations
    rate = rng.lognormal(0, 1.5, n) * 4 * (rng.random(n) < 0.7)
    posts = 0.5 * rate * rng.lognormal(0, 0.6, n) * (rng.random(n) < 0.8)
    geo = np.repeat([f"XX{k:03d}" for k in range(regions)], occupations)
    occupation = np.tile([f"c{k:04d}" for k in range(occupations)], regions)
    return pd.DataFrame(
        {
            "geo": np.tile(geo, periods),
            "occupation": np.tile(occupation, periods),
            "period": np.repeat([f"{2010 + t // 4}-Q{t % 4 + 1}" for t in range(periods)], n),
            "unemployed": np.concatenate([rng.poisson(rate) for _ in range(periods)]),
            "vacancies": np.concatenate([rng.poisson(posts) for _ in range(periods)]),
            "source": "SYNTHETIC benchmark",
        }
    )


def loop(stocks: pd.DataFrame) -> list[float]:
    """The formula, period by period."""
    found = []
    for _, group in stocks.groupby("period"):
        u = group["unemployed"] / group["unemployed"].sum()
        v = group["vacancies"] / group["vacancies"].sum()
        found.append(float(1 - (v**ALPHA * u ** (1 - ALPHA)).sum()))
    return found


def ours(stocks: pd.DataFrame) -> np.ndarray:
    """The same from the long frame, with its checks."""
    held = cells(stocks, ("geo", "occupation"))
    return index(held.totals["unemployed"], held.totals["vacancies"], equal(len(held)), ALPHA)


def bootstrap_loop(stocks: pd.DataFrame, draws: int = 3) -> None:
    """Draw counts again and take the formula of each draw."""
    rng = np.random.default_rng(0)
    for _ in range(draws):
        loop(
            stocks.assign(
                unemployed=rng.poisson(stocks["unemployed"]), vacancies=rng.poisson(stocks["vacancies"])
            )
        )


def spent(run: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Print every comparison."""
    for size in ((30, 40, 8), (100, 130, 20), (300, 436, 40)):
        stocks = draw(*size)
        assert np.allclose(ours(stocks), loop(stocks))
        alone, peer = spent(lambda s=stocks: ours(s)), spent(lambda s=stocks: loop(s))
        none, delta, boot = (
            spent(lambda s=stocks, i=i: matching.mismatch(s, interval=i, draws=500))
            for i in (None, "delta", "bootstrap")
        )
        slow = spent(lambda s=stocks: bootstrap_loop(s)) / 3 * 500
        print(
            f"{' × '.join(map(str, size)):>14} = {len(stocks):>9,} rows: index with checks {alone:5.2f} s (loop without {peer:.2f} s); "
            f"verb {none:5.1f} s, delta {delta:5.1f} s, bootstrap {boot:5.1f} s; 500 draws by the loop {slow:7.0f} s = {slow / boot:.0f}×",
            flush=True,
        )


if __name__ == "__main__":
    main()
