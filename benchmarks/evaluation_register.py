"""A register of a million persons with 30 covariates through design, overlap and a doubly robust estimate.

Run: ``python benchmarks/evaluation_register.py [largest]`` (1,000,000 by default; set OMP_NUM_THREADS=1). Sizes grow tenfold
from 10,000; each runs in a process of its own so that its peak of memory is its own, and is followed by the same done by
hand: EconML's ``LinearDRLearner`` with ridge and logit in the same bent covariates, five folds, its effect and standard error; no
table of balance, no trimming, no protocol. Printed: processor seconds of each step, peak memory (with the frame, whose
size is printed too), the ratios, and by how much cost grows. SYNTHETIC persons, three in ten take part.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

COVARIATES = 30


def draw(n: int, seed: int = 0) -> pd.DataFrame:
    """Twenty fine covariates, ten indicators; earnings with a third of zeros."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        f"x{j}": rng.normal(size=n) if j < 20 else (rng.random(n) < 0.3).astype(float)
        for j in range(COVARIATES)
    }
    score = 0.4 * columns["x0"] - 0.3 * columns["x1"] + 0.3 * columns["x20"]
    took = rng.random(n) < 1 / (1 + np.exp(1.0 - score))
    pay = np.maximum(800 + 300 * score + 200 * columns["x2"] + 100 * took + rng.normal(0, 600, n), 0)
    return pd.DataFrame(columns).assign(
        id=np.arange(n).astype(str),
        treatment=np.where(took, "training", "no programme"),
        earnings=pay,
        source="SYNTHETIC benchmark",
    )


def peak() -> float:
    """Gigabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def ours(n: int) -> dict[str, float]:
    """Seconds of each step, peak, and what was found."""
    from almpo_kit import evaluation

    frame = draw(n)
    told = {"frame_gb": frame.memory_usage(deep=True).sum() / 1e9}
    roles = {f"x{j}": "history" if j < 3 else "confounder" for j in range(COVARIATES)}
    measured = evaluation.measured("earnings", outcome="earnings", unit="eur_per_month", months=12)
    at = time.process_time()
    plan = evaluation.design(
        frame, assignment="matching", comparison="no programme", outcomes=measured, covariates=roles
    )
    told["design"], at = time.process_time() - at, time.process_time()
    shared = evaluation.overlap(plan)
    told["overlap"], at = time.process_time() - at, time.process_time()
    found = evaluation.estimate(shared, method="doubly_robust", estimand="ate")
    told["estimate"] = time.process_time() - at
    row = found.table.iloc[0]
    return told | {"peak_gb": peak(), "effect": float(row["effect"]), "se": float(row["se"])}


def by_hand(n: int) -> dict[str, float]:
    """The library alone."""
    from econml.dr import LinearDRLearner
    from sklearn.linear_model import LogisticRegression, RidgeCV

    from almpo_kit.evaluation.learners.basis import bent

    frame = draw(n)
    at = time.process_time()
    x = bent(frame[[f"x{j}" for j in range(COVARIATES)]].to_numpy())
    learner = LinearDRLearner(
        model_regression=RidgeCV(alphas=np.logspace(-3, 4, 8)),
        model_propensity=LogisticRegression(max_iter=300),
        cv=5,
        random_state=0,
    )
    learner.fit(frame["earnings"].to_numpy(), (frame["treatment"] == "training").to_numpy().astype(int), W=x)
    told = learner.ate_inference(T0=0, T1=1)
    seconds = time.process_time() - at
    return {
        "all": seconds,
        "peak_gb": peak(),
        "effect": float(told.mean_point),
        "se": float(told.stderr_mean),
    }


def apart(which: str, n: int) -> dict[str, float]:
    """Run in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, which, str(n)], capture_output=True, text=True, check=True
    )
    told: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def main(largest: int) -> None:
    """Print every size."""
    before: float | None = None
    n = 10_000
    while n <= largest:
        a, b = apart("ours", n), apart("by_hand", n)
        steps = ", ".join(f"{s} {a[s]:.1f} s" for s in ("design", "overlap", "estimate"))
        total = a["design"] + a["overlap"] + a["estimate"]
        grown = "" if before is None else f"; {total / before:.1f} times the seconds of a tenth of it"
        print(
            f"{n:>9,} × {COVARIATES} (frame {a['frame_gb']:.2f} GB): {steps}, peak {a['peak_gb']:.2f} GB; by hand {b['all']:.1f} s, "
            f"peak {b['peak_gb']:.2f} GB; ratio of seconds {total / b['all']:.2f}, of peaks {a['peak_gb'] / b['peak_gb']:.2f}{grown}\n"
            f"          effect {a['effect']:.1f} (SE {a['se']:.2f}), by hand {b['effect']:.1f} (SE {b['se']:.2f})",
            flush=True,
        )
        before, n = total, n * 10


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) == 3:
        print(json.dumps({"ours": ours, "by_hand": by_hand}[sys.argv[1]](int(sys.argv[2]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
