"""How long local Moran statistics take, beside esda's defaults, on the same map in the same run.

Run: ``python benchmarks/regional_lisa.py [GISCO.geojson]``. The map is that of GISCO's NUTS 3 polygons where the file (all
levels, 2024) is given or lies beside this checkout; otherwise nearest neighbours on made-up points. Values are SYNTHETIC in
either case: the workbench holds no NUTS-3 statistic offline. Peers: ``esda.Moran_Local`` as it comes (one job, its numba
path, simulated values kept) and without keeping them; and the obvious numpy loop, which deals every region its own hands.
Compilation is timed apart, in the first call of a process. It prints ratios, which survive a change of machine better than
seconds do. Everything runs in one thread and is timed in processor seconds, the least of several runs, so that whoever else
uses the machine favours nobody.
"""

from __future__ import annotations

import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from almpo_kit import regions
from almpo_kit.regions.space.discoveries import adjusted
from almpo_kit.regions.space.local_moran import local_moran, local_p
from almpo_kit.regions.space.weights import Weights
from almpo_kit.vocabulary.places import EU27

PERMUTATIONS, SEED = 9_999, 20260101
warnings.simplefilter("ignore")


def best(run: Callable[[], object], times: int) -> float:
    """Least of several runs, in processor seconds."""
    found = []
    for _ in range(times):
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def european_map(path: Path) -> tuple[Weights, str]:
    """All NUTS-3 regions of the EU-27: contiguity, islands joined to the nearest."""
    import geopandas as gpd

    every = gpd.read_file(path)
    kept = every[(every["LEVL_CODE"] == 3) & every["CNTR_CODE"].isin(list(EU27))]
    shapes = kept.assign(geo=kept["NUTS_ID"])[["geo", "geometry"]]
    start = time.process_time()
    found = regions.neighbours(shapes, islands="join", overseas="keep")
    spent = time.process_time() - start
    return found.weights, f"NUTS-3 polygons of GISCO, queen, islands joined (found in {spent:.2f} s)"


def made_up_map(n: int, k: int = 6) -> Weights:
    """SYNTHETIC points in a box over Europe, k nearest."""
    rng = np.random.default_rng(SEED)
    points = pd.DataFrame(
        {"geo": [f"P{i:06d}" for i in range(n)], "lon": rng.uniform(-9, 30, n), "lat": rng.uniform(36, 69, n)}
    )
    return regions.neighbours(locations=points, k=k, nuts_version=None).weights


def values(w: Weights) -> np.ndarray:
    """SYNTHETIC values with some pattern: noise and the mean of the neighbours' noise."""
    noise = np.random.default_rng(SEED).normal(size=w.n)
    return noise + w.lag(noise)


def pysal(w: Weights) -> object:
    """The same weights as esda takes them."""
    from libpysal.weights import WSP, WSP2W
    from scipy import sparse

    return WSP2W(WSP(sparse.csr_matrix(w.matrix)), silence_warnings=True)


def esda(y: np.ndarray, w: object, permutations: int = PERMUTATIONS, **options: object) -> np.ndarray:
    """esda's two-sided pseudo p-values; weights are standardised already."""
    from esda import Moran_Local

    arguments = {
        "transformation": "o",
        "permutations": permutations,
        "n_jobs": 1,
        "seed": SEED,
        "alternative": "two-sided",
    }
    return Moran_Local(y, w, **(arguments | options)).p_sim


def plain(y: np.ndarray, w: Weights, permutations: int) -> np.ndarray:
    """Each region its own permutations, the way the test is defined."""
    rng, z, m = np.random.default_rng(SEED), y - y.mean(), w.matrix
    out = np.ones(w.n)
    for i in range(w.n):
        weights = m.data[m.indptr[i] : m.indptr[i + 1]]
        others = np.delete(z, i)
        k = len(weights)
        hands = others[np.argpartition(rng.random((permutations, len(others))), k, axis=1)[:, :k]] @ weights
        lag = float(weights @ z[m.indices[m.indptr[i] : m.indptr[i + 1]]])
        out[i] = min(1.0, 2 * (min((hands >= lag).sum(), (hands <= lag).sum()) + 1) / (permutations + 1))
    return out


def ours(y: np.ndarray, w: Weights, permutations: int = PERMUTATIONS) -> np.ndarray:
    """Statistics, p-values and adjusted p-values."""
    local_moran(y, w.matrix)
    p = local_p(y, w.matrix, permutations, SEED)
    adjusted(p)
    return p


def unequal(w: Weights) -> Weights:
    """The same links with weights that differ within each row."""
    base = w.base.copy()
    base.data = np.random.default_rng(1).uniform(0.5, 2, base.nnz)
    return Weights(w.ids, base, w.transform)


def beside_esda(w: Weights, what: str) -> None:
    """One map: ours, esda as it comes, esda without keeping, the plain loop."""
    y, peer = values(w), pysal(w)
    start = time.process_time()
    ours(y, w)
    first = time.process_time() - start
    start = time.process_time()
    esda(y, peer)
    first_peer = time.process_time() - start
    mine, theirs = best(lambda: ours(y, w), 15), best(lambda: esda(y, peer), 3)
    lean = best(lambda: esda(y, peer, keep_simulations=False), 3)
    loop = best(lambda: plain(y, w, 199), 1) * PERMUTATIONS / 199
    # Once more after the others, so that a machine that got busier in between favours nobody.
    mine = max(mine, best(lambda: ours(y, w), 15))
    print(f"local Moran, {w.n:,} regions, {PERMUTATIONS:,} permutations; {what}")
    print(f"  ours {1e3 * mine:.1f} ms (first call {1e3 * first:.0f} ms, nothing to compile)")
    print(
        f"  esda as it comes {theirs:.2f} s: {theirs / mine:,.0f} times; first call, compiling, {first_peer:.1f} s"
    )
    print(f"  esda without keeping simulations {lean:.2f} s: {lean / mine:,.0f} times")
    print(
        f"  each region its own hands in numpy (199 permutations, scaled) {loop:.0f} s: {loop / mine:,.0f} times"
    )
    difference = ours(y, w) - esda(y, peer)
    print(f"  p-values differ by {difference.mean():+.4f} on average, {np.abs(difference).max():.3f} at most")
    tilted = unequal(w)
    other = pysal(tilted)
    slow, slow_peer = best(lambda: ours(y, tilted), 5), best(lambda: esda(y, other), 2)
    print(
        f"  weights that differ in a row: ours {1e3 * slow:.0f} ms, esda {slow_peer:.2f} s: {slow_peer / slow:,.0f} times"
    )


def growth() -> None:
    """Cost by number of regions and of permutations, relative to the smallest; made-up points, six nearest."""
    print("growth of ours (SYNTHETIC points, six nearest), relative to 1,000 regions and 9,999 permutations")
    base = 0.0
    for n in (1_000, 10_000, 100_000):
        w = made_up_map(n)
        y = values(w)
        for permutations in (9_999, 99_999, 999_999):
            if n * permutations > 1e10 * 10:
                continue
            spent = best(lambda w=w, y=y, p=permutations: ours(y, w, p), 3 if permutations < 1e5 else 1)
            base = base or spent
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
            print(
                f"  n = {n:>7,}, P = {permutations:>7,}: {spent:7.3f} s, {spent / base:6.1f} times; "
                f"peak memory so far {memory:.2f} GB",
                flush=True,
            )


def main() -> None:
    """Print the tables."""
    beside = Path(__file__).parents[2] / "shared"
    default = Path(os.environ.get("ALMPO_SHARED", beside)) / "data" / "gisco" / "nuts_all_2024_20M.geojson"
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    if path.exists():
        w, what = european_map(path)
    else:
        w, what = made_up_map(1_165), "SYNTHETIC points, six nearest"
    beside_esda(w, f"{what}; SYNTHETIC values")
    growth()


if __name__ == "__main__":
    main()
