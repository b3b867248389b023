"""Lists for a million persons over a hundred thousand vacancies: seconds, memory, growth, recall, congestion.

Run: .venv/bin/python benchmarks/assignment_at_scale.py
     (quick: .venv/bin/python benchmarks/assignment_at_scale.py --largest 20000)

The world is SYNTHETIC: occupations are ISCO-08 unit groups with Zipf-like shares, persons and vacancies scatter
around the label points of the EU's 244 NUTS-2 regions with Zipf-like sizes, and vacancies lie a little elsewhere than persons. Each
size runs in a process of its own under a hard limit of memory. Beside it a dense solver (all pairs,
`linear_sum_assignment` on one list place a person), with n doubled until it stops.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

LIMIT_GB = 8.0
#: Of the growth exponent over three sizes: near-linear, with room for noise of a shared machine.
EXPONENT = (0.8, 1.25)
RECALL = 0.95
TOP = 10


def world(
    n_seekers: int, n_vacancies: int, seed: int = 0, *, regions: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A SYNTHETIC labour market: seekers, vacancies, label points."""
    from almpo_kit import sources
    from almpo_kit.vocabulary.places import EU27

    draw = np.random.default_rng(seed)
    points = sources.locations()
    ours = points["geo"].str[:2].isin(list(EU27)) & (points["geo"].str.len() == 4)
    points = points[ours].iloc[:regions].reset_index(drop=True)
    codes = _unit_groups()
    zipf = 1 / np.arange(1, len(codes) + 1) ** 0.8
    size = draw.permutation(1 / np.arange(1, len(points) + 1) ** 0.7)
    persons = _side(draw, n_seekers, points, codes, zipf, size, "s")
    # Demand differs from supply: other shares of occupations, other regions.
    moved = zipf * np.exp(draw.normal(0, 0.7, len(codes)))
    posts = _side(draw, n_vacancies, points, codes, moved, size * np.exp(draw.normal(0, 0.4, size.size)), "v")
    wage = 12 + 18 * draw.beta(2, 4, n_seekers)
    posts["wage"] = (12 + 18 * draw.beta(2, 3.5, n_vacancies)).round(1)
    return persons.assign(wage=wage.round(1)), posts, points


def _unit_groups() -> np.ndarray:
    """A list as long as that of the unit groups of ISCO-08 and shaped like it."""
    sub = {"1": 4, "2": 6, "3": 5, "4": 4, "5": 4, "6": 3, "7": 5, "8": 3, "9": 6}
    groups = [
        f"{a}{b}{c}{d}"
        for a, n in sub.items()
        for b in range(1, n + 1)
        for c in (1, 2, 3)
        for d in (0, 1, 2, 3)
    ]
    return np.array(groups[:436])


def _side(
    draw: np.random.Generator,
    n: int,
    points: pd.DataFrame,
    codes: np.ndarray,
    occupation: np.ndarray,
    size: np.ndarray,
    letter: str,
) -> pd.DataFrame:
    shuffled = np.random.default_rng(7).permutation(codes)
    at = draw.choice(len(points), n, p=size / size.sum())
    lat = points["lat"].to_numpy()[at] + draw.normal(0, 0.25, n)
    lon = points["lon"].to_numpy()[at] + draw.normal(0, 0.25, n) / np.cos(np.radians(lat))
    return pd.DataFrame(
        {
            "id": pd.Series(np.char.add(letter, np.arange(n).astype(str)), dtype="str"),
            "geo": points["geo"].to_numpy()[at],
            "occupation": pd.Categorical(
                shuffled[draw.choice(len(codes), n, p=occupation / occupation.sum())]
            ),
            "lon": lon,
            "lat": lat,
            "source": pd.Categorical.from_codes(np.zeros(n, int), ["SYNTHETIC benchmark"]),
        }
    )


def _exact(persons: pd.DataFrame, posts: pd.DataFrame, i: int, max_km: float) -> np.ndarray:
    """Score of one person with every vacancy, written out anew; NaN where the pair may not be shown."""
    one = persons.iloc[i]
    a, b = np.radians(one["lat"]), np.radians(posts["lat"].to_numpy())
    h = (
        np.sin((b - a) / 2) ** 2
        + np.cos(a) * np.cos(b) * np.sin(np.radians(posts["lon"].to_numpy() - one["lon"]) / 2) ** 2
    )
    km = 2 * 6371.0088 * np.arcsin(np.sqrt(h))
    code, codes = str(one["occupation"]), posts["occupation"].astype(str).to_numpy()
    alike = np.zeros(len(posts))
    for digits, value in ((1, 0.2), (2, 0.45), (3, 0.7), (4, 1.0)):
        alike[np.char.startswith(codes.astype("U4"), code[:digits])] = value
    wage = posts["wage"].to_numpy()
    paid = np.clip(1 - (one["wage"] - wage) / (0.2 * one["wage"]), 0, 1)
    score = 0.5 * alike + 0.3 * np.exp(-km / (max_km / 2)) + 0.2 * paid
    return np.where((km <= max_km) & (alike > 0), score, np.nan)


def recall(
    persons: pd.DataFrame, posts: pd.DataFrame, found: object, sample: int = 400
) -> tuple[float, float]:
    """Share of the exact best ten (by score; by score less price) that the lists hold, over a sample of persons."""
    prices = found.prices.to_numpy()  # type: ignore[attr-defined]
    table = found.table  # type: ignore[attr-defined]
    draw = np.random.default_rng(1)
    rows = np.sort(draw.choice(len(persons), min(sample, len(persons)), replace=False))
    code = table["seeker"].cat.codes.to_numpy()
    low, high = np.searchsorted(code, rows), np.searchsorted(code, rows, side="right")
    vacancy = table["vacancy"].cat.codes.to_numpy()
    hits = wanted = 0.0
    for i, a, b in zip(rows, low, high, strict=True):
        net = _exact(persons, posts, int(i), 50.0) - prices
        best = np.sort(net[np.isfinite(net)])[::-1][:TOP]
        listed = net[vacancy[a:b][vacancy[a:b] >= 0]]
        # A vacancy as good as the tenth, within the tolerance of the auction, is as good as found.
        hits += min(best.size, float((listed >= best[-1] - 0.005 - 1e-6).sum())) if best.size else 0
        wanted += best.size
    return hits / max(wanted, 1), wanted / max(len(rows), 1)


def plain_recall(persons: pd.DataFrame, posts: pd.DataFrame, found: object, sample: int = 400) -> float:
    """Share of the exact best ten by score that plain lists through the index hold."""
    return recall(persons, posts, found, sample)[0]


def one_size(n: int, limit_gb: float, regions: int | None) -> dict[str, float]:
    """Run one size in this process, under the limit; returns what was measured."""
    resource.setrlimit(resource.RLIMIT_AS, (int(limit_gb * 2**30),) * 2)
    from almpo_kit.matching.assignment.assigning import assign

    persons, posts, _ = world(n, n // 10, regions=regions)
    # Loops compile (or load) on a small world first: what is timed is the work.
    small = world(30_000, 3_000, seed=9)
    assign(*small[:2])
    start, cpu = time.perf_counter(), time.process_time()
    found = assign(persons, posts, top=TOP)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    at = found.comparison.set_index("measure")
    net, _ = recall(persons, posts, found)
    out = {
        "persons": n,
        "vacancies": n // 10,
        "seconds": seconds,
        "cpu": cpu,
        "recall": net,
        "gap": found.gap,
        "unserved": found.n_unserved,
        "places": float(found.posts["load"].sum()) / n,
    }
    for name in at.index:
        out |= {name: float(at.at[name, "ours"]), f"plain_{name}": float(at.at[name, "plain"])}
    del found
    plain = assign(persons, posts, top=TOP, congestion="none")
    out["recall_of_scores"] = plain_recall(persons, posts, plain)
    out["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return out


def dense_size(n: int, limit_gb: float) -> dict[str, float]:
    """One list place a person by `linear_sum_assignment` on all pairs, and ours on the same; seconds of both."""
    resource.setrlimit(resource.RLIMIT_AS, (int(limit_gb * 2**30),) * 2)
    from scipy.optimize import linear_sum_assignment

    from almpo_kit.matching.assignment.assigning import assign

    persons, posts, _ = world(n, n // 10)
    assign(*world(30_000, 3_000, seed=9)[:2])
    start = time.perf_counter()
    ours = assign(persons, posts, top=1, capacity=10, overload=None)
    fast = time.perf_counter() - start
    start = time.perf_counter()
    cost = np.empty((n, 10 * (n // 10)))
    for i in range(n):
        cost[i] = np.tile(np.nan_to_num(_exact(persons, posts, i, 50.0)), 10)
    a, b = linear_sum_assignment(cost, maximize=True)
    slow = time.perf_counter() - start
    reached = float(ours.table["score"].sum()) / float(cost[a, b].sum())
    return {"persons": n, "ours": fast, "dense": slow, "ratio": slow / fast, "score_share": reached}


def _child(kind: str, n: int, limit_gb: float, seconds: float, regions: int = 0) -> dict[str, float] | str:
    command = [sys.executable, __file__, "--child", kind, str(n), str(limit_gb), str(regions)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"stopped after {seconds:.0f} s"
    if done.returncode:
        return f"stopped: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'killed'}"
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def beside_dense(limit_gb: float, seconds: float = 300.0, first: int = 1000) -> None:
    """Double n until the dense solver stops."""
    print("\nBeside a dense solver (one place a person, ten a vacancy):")
    n = first
    while True:
        got = _child("dense", n, limit_gb, seconds)
        if isinstance(got, str):
            print(f"  {n:>9,} persons: the dense solver {got}")
            return
        print(
            f"  {n:>9,} persons: ours {got['ours']:.2f} s, dense {got['dense']:.2f} s, ratio {got['ratio']:.1f}; "
            f"ours reaches {100 * got['score_share']:.2f}% of its score"
        )
        n *= 2


def main() -> None:
    """Three sizes, then the dense solver; fails where a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--limit-gb", type=float, default=LIMIT_GB)
    parser.add_argument("--no-dense", action="store_true")
    parser.add_argument("--child", nargs=4)
    asked = parser.parse_args()
    if asked.child:
        kind, n, limit = asked.child[0], int(asked.child[1]), float(asked.child[2])
        regions = int(asked.child[3]) or None
        found = one_size(n, limit, regions) if kind == "ours" else dense_size(n, limit)
        print(json.dumps(found))
        return
    print(f"SYNTHETIC world, top {TOP}, 50 km, hard limit {asked.limit_gb:g} GB of address space")
    whole = _measured(asked.largest, 244, asked.limit_gb)
    print("\nThe same density, fewer regions:")
    smallest, *growing = [_measured(asked.largest // k, 244 // k, asked.limit_gb) for k in (16, 4, 2)]
    print("\nAll regions, thinner:")
    thicker = [_measured(asked.largest // k, 244, asked.limit_gb) for k in (16, 4)]
    exponent, thick = _exponent([*growing, whole]), _exponent([*thicker, whole])
    among_small = _exponent([smallest, growing[0]])
    print(
        f"\nGrowth exponent of processor seconds over the three largest sizes: {exponent:.2f} as the labour market grows at "
        f"the same density ({among_small:.2f} from the smallest to the next). In one territory that fills up (lists there "
        f"grow from {thicker[0]['places']:.1f} to {whole['places']:.1f} places) it is {thick:.2f}."
    )
    rows = [smallest, *growing, *thicker, whole]
    if not asked.no_dense:
        beside_dense(asked.limit_gb)
    assert EXPONENT[0] <= exponent <= EXPONENT[1], f"growth exponent {exponent:.2f}"
    assert min(min(r["recall"], r["recall_of_scores"]) for r in rows) >= RECALL
    assert all(math.isfinite(r["gap"]) for r in rows)


def _measured(n: int, regions: int, limit_gb: float) -> dict[str, float]:
    got = _child("ours", n, limit_gb, 7200, regions)
    if isinstance(got, str):
        sys.exit(f"{n:,} persons: {got}")
    print(_line(got), flush=True)
    return got


def _exponent(rows: list[dict[str, float]]) -> float:
    x, y = (np.log([r[k] for r in rows]) for k in ("persons", "cpu"))
    return float(np.polyfit(x, y, 1)[0])


def _line(r: dict[str, float]) -> str:
    return (
        f"{r['persons']:>9,.0f} persons × {r['vacancies']:,.0f} vacancies: {r['seconds']:.1f} s ({r['cpu']:.1f} s of "
        f"processor), peak {r['peak_gb']:.2f} GB; recall of exact top {TOP} {r['recall_of_scores']:.4f} by score, "
        f"{r['recall']:.4f} by score less price; gap {r['gap']:.5f} a place\n"
        f"            ours / plain: Gini {r['gini']:.3f} / {r['plain_gini']:.3f}; 1% of vacancies take "
        f"{100 * r['top_share']:.1f}% / {100 * r['plain_top_share']:.1f}% of places; most shown "
        f"{r['max_load']:.0f} / {r['plain_max_load']:.0f}; never shown {100 * r['never_shown']:.1f}% / "
        f"{100 * r['plain_never_shown']:.1f}%; mean score {r['mean_score']:.4f} / {r['plain_mean_score']:.4f}"
    )


if __name__ == "__main__":
    main()
