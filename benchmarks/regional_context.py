"""How long it takes to class every region in every year, beside a pandas loop, on the same data in the same run.

Run: ``python benchmarks/regional_context.py``. Two axes, hysteresis, 244 NUTS-2 regions × 8 years and 1,165 NUTS-3
regions × 25 years (and ten times as many, to see how it grows). Peers: the loop that an analyst would write
(``groupby`` and ``iterrows``), and the same with ``itertuples``; both must give the same classes or nothing is printed.
The rates are random walks (SYNTHETIC) except in the last lines, which take the offline panel. Ours is timed twice: the
classes alone, and the whole table with distances, sureness, memory and break. Processor time, the shortest of several
runs; it prints ratios, which survive a change of machine better than seconds do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from almpo_kit import regions, sources
from almpo_kit.regions.contexts.axis import Axis, Rule
from almpo_kit.regions.contexts.context_table import context_table
from almpo_kit.regions.contexts.thresholds import Thresholds
from almpo_kit.regions.contexts.trigger import WORDS, trigger

MARGIN, SKILL_MARGIN = 1.0, 2.0


def best(run: Callable[[], object], times: int) -> float:
    """The shortest of several runs, in seconds of processor time."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return min(spent)


def draw(n: int, years: int, seed: int = 0) -> pd.DataFrame:
    """SYNTHETIC rates and shares in long form, with gaps, in tenths of a point."""
    rng = np.random.default_rng(seed)
    rate = (rng.gamma(4, 1.6, (n, 1)) + rng.normal(0, 0.7, (n, years)).cumsum(1)).clip(0.5).round(1)
    share = (rng.normal(33, 6, (n, 1)) + rng.normal(0, 0.8, (n, years)).cumsum(1)).round(1)
    rate[rng.random((n, years)) < 0.02] = np.nan
    share[rng.random((n, years)) < 0.05] = np.nan
    geo = np.repeat([f"XX{k:05d}" for k in range(n)], years)
    period = np.tile([str(2025 - years + 1 + t) for t in range(years)], n)
    frame = pd.DataFrame({"geo": geo, "period": period, "rate": rate.ravel(), "share": share.ravel()})
    frame["rate_threshold"] = frame["period"].map(frame.groupby("period")["rate"].median())
    frame["share_threshold"] = frame["period"].map(frame.groupby("period")["share"].median())
    return frame


def one_step(memory: str, value: float, threshold: float, margin: float) -> tuple[str, str]:
    """Class of a year, and what to remember."""
    distance = round(value - threshold, 6)
    if np.isnan(distance):
        return "unknown", memory
    if distance > margin:
        memory = "high"
    elif distance < -margin:
        memory = "low"
    return memory, memory


def loop(
    frame: pd.DataFrame, rows_of: Callable[[pd.DataFrame], Iterable[tuple[float, float, float, float]]]
) -> list[str]:
    """What an analyst would write: a group a region, a row a year."""
    found = []
    for _, group in frame.sort_values(["geo", "period"]).groupby("geo"):
        first = second = "near the threshold"
        for rate, level, share, middle in rows_of(group):
            a, first = one_step(first, rate, level, MARGIN)
            b, second = one_step(second, share, middle, SKILL_MARGIN)
            found.append(f"unemployment {a}, skilled jobs {b}")
    return found


def by_iterrows(group: pd.DataFrame) -> Iterable[tuple[float, float, float, float]]:
    for _, r in group.iterrows():
        yield r["rate"], r["rate_threshold"], r["share"], r["share_threshold"]


def by_itertuples(group: pd.DataFrame) -> Iterable[tuple[float, float, float, float]]:
    for r in group.itertuples():
        yield r.rate, r.rate_threshold, r.share, r.share_threshold


def wide(frame: pd.DataFrame) -> tuple[pd.Index, list[str], list[np.ndarray]]:
    """Regions by years, for the four numbers of each row."""
    region, geo = pd.factorize(frame["geo"], sort=True)
    year, periods = pd.factorize(frame["period"], sort=True)
    cells = []
    for name in ("rate", "rate_threshold", "share", "share_threshold"):
        cell = np.full((len(geo), len(periods)), np.nan)
        cell[region, year] = frame[name].to_numpy()
        cells.append(cell)
    return geo, [str(p) for p in periods], cells


def classes(frame: pd.DataFrame) -> np.ndarray:
    """Ours: the classes alone, from the long frame."""
    _, _, (rate, level, share, middle) = wide(frame)
    a = trigger(np.round(rate - level, 6), MARGIN).codes
    b = trigger(np.round(share - middle, 6), SKILL_MARGIN).codes
    names = np.array([f"unemployment {u}, skilled jobs {s}" for u in WORDS for s in WORDS], dtype=object)
    return names[(a.astype(int) * len(WORDS) + b).ravel()]


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """Ours: the whole table, from the long frame."""
    geo, years, (rate, level, share, middle) = wide(frame)
    focus = pd.DataFrame({"name": geo, "country": "XX"}, index=geo)

    def axis(values: np.ndarray, limits: np.ndarray, margin: float) -> Axis:
        none = np.zeros(values.shape, dtype=bool)
        line = Thresholds(np.nanmax(limits, axis=0), ("",) * len(years), limits, pd.DataFrame())
        flags = np.full(values.shape, None, dtype=object)
        return Axis(
            Rule("eu", margin, margin, True), values, flags, none.astype(int), none, none[:, :1], line
        )

    first, second = axis(rate, level, MARGIN), axis(share, middle, SKILL_MARGIN)
    return context_table(focus, years, first, second, {}, np.arange(len(years)))


def compare(n: int, years: int, times: int) -> None:
    """One size: assert that the answers agree, then print."""
    frame = draw(n, years)
    slow = loop(frame, by_iterrows)
    assert (
        list(classes(frame)) == slow == table(frame)["context_class"].tolist() == loop(frame, by_itertuples)
    )
    rows, tuples = best(lambda: loop(frame, by_iterrows), 1), best(lambda: loop(frame, by_itertuples), 1)
    ours, full = best(lambda: classes(frame), times), best(lambda: table(frame), times)
    print(
        f"{n:>7,} regions × {years:>2} years  classes {1e3 * ours:8.1f} ms   table {1e3 * full:8.1f} ms   "
        f"iterrows {rows / ours:7.0f}× / {rows / full:5.0f}×   itertuples {tuples / ours:6.0f}× / {tuples / full:4.0f}×"
    )


def real() -> None:
    """The offline panel, unemployment against the EU, through the public verb."""
    panel, places, national = sources.indicators(level=2), sources.nuts(), sources.indicators(level=0)

    def ours() -> regions.Context:
        return regions.context(panel, places, national=national, period="all")

    found = ours().table
    frame = found.assign(
        rate=found["unemployment_rate"],
        rate_threshold=found["threshold"],
        share=np.nan,
        share_threshold=np.nan,
    )
    assert loop(frame, by_iterrows) == found["context_class"].tolist()
    verb, peer = best(ours, 5), best(lambda: loop(frame, by_iterrows), 2)
    print(
        f"Offline panel, {len(found):,} cells: the verb (frames in, checked Finding out) {1e3 * verb:.0f} ms; the loop for "
        f"the classes alone, thresholds already looked up, {1e3 * peer:.0f} ms ({peer / verb:.1f}×)"
    )


def main() -> None:
    """Print every comparison."""
    print("Ratios: peer / classes alone, peer / whole table. SYNTHETIC rates; same answers asserted.")
    for n, years, times in ((244, 8, 20), (244, 25, 20), (1_165, 25, 10), (11_650, 25, 3)):
        compare(n, years, times)
    real()


if __name__ == "__main__":
    main()
