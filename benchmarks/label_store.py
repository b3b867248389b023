"""The store of labels: listing 100,000 of them, and labelling with one and with ten writers beside plain SQLite inserts.

Run: OMP_NUM_THREADS=1 .venv/bin/python benchmarks/label_store.py            (about a minute on a quiet machine)
     OMP_NUM_THREADS=1 .venv/bin/python benchmarks/label_store.py --quick    (10,000 labels, 20 a writer)

Invented labels. A writer is a process of its own; a label is one transaction on disk (WAL, synchronous FULL). The plain insert
keeps its connection open and checks nothing: what is between the two is opening the file, looking whether the coder has decided
already, and four indices. Writers do not rest between two labels, as people would; ten that do not stop are far more than ten
experts.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from almpo_kit import records

IDS = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(10_000)]


def filled(place: Path, labels: int) -> records.Store:
    """A store with ten coders' labels."""
    store = records.open_store(place)
    began = time.perf_counter()
    for coder in range(10):
        names = IDS[: labels // 10]
        for k in range(0, len(names), 1_000):
            rows = [
                {
                    "review": "almp",
                    "document_id": d,
                    "field": "relevant",
                    "value": "yes",
                    "start": 1,
                    "end": 9,
                }
                for d in names[k : k + 1_000]
            ]
            store.label_many(rows, coder=f"coder {coder}")
    print(f"{labels:,} labels kept, 1,000 a request: {time.perf_counter() - began:.1f} s")
    return store


def least(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Least seconds of the clock and of the processor; machines are shared."""
    clock, processor = [], []
    for _ in range(times):
        a, b = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - a)
        processor.append(time.process_time() - b)
    return min(clock), min(processor)


def by_store(place: str, who: int, times: int) -> list[float]:
    """Seconds of each label through the store."""
    store, took = records.open_store(place), []
    for i in range(times):
        began = time.perf_counter()
        store.label("speed", IDS[i], "relevant", "yes", coder=f"coder {who}")
        took.append(time.perf_counter() - began)
    return took


def by_insert(place: str, who: int, times: int) -> list[float]:
    """Seconds of each plain insert."""
    db, took = sqlite3.connect(place, timeout=60, isolation_level=None), []
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    for i in range(times):
        began = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO plain VALUES (NULL, ?, ?, ?)", (IDS[i], "yes", who))
        db.execute("COMMIT")
        took.append(time.perf_counter() - began)
    return took


def measured(
    work: Callable[[str, int, int], list[float]], place: str, writers: int, times: int
) -> tuple[float, float]:
    """Median and 95th percentile of seconds a label."""
    with multiprocessing.get_context("spawn").Pool(writers) as pool:
        # A first round loads the libraries and meets at the start.
        pool.starmap(work, [(place, 100 + k, 2) for k in range(writers)], chunksize=1)
        told = pool.starmap(work, [(place, k, times) for k in range(writers)], chunksize=1)
    took = sorted(t for one in told for t in one)
    assert len(took) == writers * times
    return statistics.median(took), took[int(0.95 * len(took))]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    labels, times = (10_000, 20) if quick else (100_000, 100)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "records.db"
        store = filled(place, labels)
        ways: dict[str, Callable[[], object]] = {
            "current": lambda: store.labels("almp"),
            "history": lambda: store.labels("almp", current=False),
            "hidden from one coder": lambda: store.labels("almp", hide_others_from="coder 3"),
            "one document": lambda: store.labels("almp", documents=IDS[:1]),
            "20 documents handed out, all labelled by others": lambda: store.claim(
                "almp", "coder X", IDS, 20, coders=1
            ),
        }
        for name, work in ways.items():
            clock, processor = least(work)
            print(f"{name}: {clock:.3f} s of the clock, {processor:.3f} s of the processor")
        plain = Path(folder) / "plain.db"
        with sqlite3.connect(plain) as db:
            db.execute(
                "CREATE TABLE plain (id INTEGER PRIMARY KEY, document_id TEXT, value TEXT, who INTEGER)"
            )
        db.close()
        for writers in (1, 10):
            kept = measured(by_store, str(place), writers, times)
            bare = measured(by_insert, str(plain), writers, times)
            print(
                f"{writers} writers: store median {1e3 * kept[0]:.1f} ms, p95 {1e3 * kept[1]:.1f} ms; plain insert median "
                f"{1e3 * bare[0]:.1f} ms, p95 {1e3 * bare[1]:.1f} ms; ratio of medians {kept[0] / bare[0]:.1f}, of p95 "
                f"{kept[1] / bare[1]:.1f}"
            )


if __name__ == "__main__":
    main()
