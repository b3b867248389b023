"""How long pooling takes, beside the obvious way and beside R, on the same data in the same run.

Run: ``python benchmarks/evidence_pooling.py``. Peers: the same model written with full k × k matrices and
a general-purpose optimiser; metafor (``sparse=TRUE``) with clubSandwich where ``Rscript`` has them. It
prints ratios, which survive a change of machine better than seconds do.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from almpo_kit import evidence
from almpo_kit.evidence.kernels.blocks import blocks
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.three_level import fit

R_SCRIPT = """
suppressMessages({{library(metafor); library(clubSandwich)}})
d <- read.csv("{path}"); d$id <- seq_len(nrow(d))
t0 <- proc.time()[[3]]
f <- rma.mv(effect, se^2, random = ~ 1 | study_id / id, data = d, sparse = TRUE)
c <- coef_test(f, vcov = vcovCR(f, type = "CR2", cluster = d$study_id), test = "Satterthwaite")
cat(proc.time()[[3]] - t0, f$beta[1], c$SE, c$df)
"""


def draw(k: int, m: int, seed: int = 0) -> pd.DataFrame:
    """``k`` estimates in ``m`` samples of very unequal size."""
    rng = np.random.default_rng(seed)
    study = np.r_[np.arange(m), rng.choice(m, k - m, p=rng.dirichlet(np.full(m, 0.7)))]
    se = rng.uniform(0.5, 3, k)
    y = 2 + rng.normal(0, 2, m)[study] + rng.normal(0, 1, k) + rng.normal(0, se)
    return pd.DataFrame({"effect": y, "se": se, "study_id": study})


def best(run: Callable[[], object], times: int) -> float:
    """Shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def dense(frame: pd.DataFrame) -> np.ndarray:
    """The three-level REML fit with full matrices."""
    y, v, g = (frame[c].to_numpy() for c in ("effect", "se", "study_id"))
    same, one = (g[:, None] == g).astype(float), np.ones(len(y))

    def loss(log_theta: np.ndarray) -> float:
        between, within = np.exp(log_theta)
        cov = np.diag(v**2 + within) + between * same
        w1 = np.linalg.solve(cov, one)
        r = y - (w1 @ y) / w1.sum()
        return float(np.linalg.slogdet(cov)[1] + np.log(w1.sum()) + r @ np.linalg.solve(cov, r))

    return np.exp(minimize(loss, np.zeros(2), method="L-BFGS-B").x)


def kernel(frame: pd.DataFrame, x: np.ndarray) -> object:
    """The fit with CR2, without the Finding around it."""
    b = blocks(frame["effect"].to_numpy(), frame["se"].to_numpy() ** 2, x, frame["study_id"].to_numpy())
    return cr2(b, fit(b))


def in_r(frame: pd.DataFrame) -> list[float] | None:
    """Seconds, mean, SE and df from metafor and clubSandwich; None where they are absent."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "effects.csv"
        frame.to_csv(path, index=False, float_format="%.17g")
        run = subprocess.run(
            ["Rscript", "-e", R_SCRIPT.format(path=path.as_posix())],
            capture_output=True,
            text=True,
            check=False,
        )
    return [float(x) for x in run.stdout.split()] if run.returncode == 0 else None


def main() -> None:
    """Print the table."""
    frame = draw(860, 69)
    ones = np.ones((len(frame), 1))
    ours, verb = best(lambda: kernel(frame, ones), 20), best(lambda: evidence.multilevel(frame), 10)
    print(f"three levels with CR2, 860 estimates in 69 samples: kernel {ours:.4f} s, verb {verb:.4f} s")
    print(f"  full matrices, fit alone, no CR2: {best(lambda: dense(frame), 1) / ours:,.0f} times the kernel")
    found = in_r(frame)
    if found is None:
        print("  metafor + clubSandwich: not on this machine")
    else:
        m = evidence.multilevel(frame)
        gap = max(abs(a / b - 1) for a, b in zip((m.mean, m.se, m.df), found[1:], strict=True))
        print(
            f"  metafor (sparse) + clubSandwich: {found[0] / ours:,.0f} times the kernel, "
            f"{found[0] / verb:,.0f} times the verb; largest relative difference {gap:.0e}"
        )
    print("cost by size, relative to 1,000 estimates (10 per sample on average; 1 and 6 columns)")
    base: dict[int, float] = {}
    for k in (1_000, 10_000, 100_000, 1_000_000):
        big = draw(k, k // 10)
        for p in (1, 6):
            x = np.column_stack([np.ones(k), np.random.default_rng(1).normal(size=(k, p - 1))])
            spent = best(lambda big=big, x=x: kernel(big, x), 3 if k < 100_000 else 1)
            base.setdefault(p, spent)
            per = spent / base[p] / (k / 1_000)
            print(f"  k = {k:>9,}, p = {p}: {spent / base[p]:>9,.1f} times; per estimate {per:.2f}")


if __name__ == "__main__":
    main()
