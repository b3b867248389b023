"""How long pooling takes, beside the obvious way and beside R, on the same data in the same run.

Run: ``python benchmarks/evidence_pooling.py``. Peers: the same model written with full k × k matrices and
a general-purpose optimiser; metafor (``sparse=TRUE``) with clubSandwich where ``Rscript`` has them. It
prints ratios, which survive a change of machine better than seconds do. Ours is the shortest of several
runs in a warm process; R's clock starts after its libraries are loaded and the data read, and it too runs
several times.
"""

from __future__ import annotations

import multiprocessing
import resource
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
from almpo_kit.evidence.kernels.deletion import delete, refit
from almpo_kit.evidence.kernels.joint_test import joint
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.three_level import fit

R_SCRIPT = """
suppressMessages({{library(metafor); library(clubSandwich)}})
d <- read.csv("{path}"); d$id <- seq_len(nrow(d))
spent <- Inf
for (i in 1:3) {{
  t0 <- proc.time()[[3]]
  f <- rma.mv(effect, se^2, random = ~ 1 | study_id / id, data = d, sparse = TRUE)
  c <- coef_test(f, vcov = vcovCR(f, type = "CR2", cluster = d$study_id), test = "Satterthwaite")
  spent <- min(spent, proc.time()[[3]] - t0)
}}
cat(format(c(spent, f$beta[1], c$SE, c$df), digits = 15))
"""


def draw(k: int, m: int, seed: int = 0) -> pd.DataFrame:
    """``k`` estimates in ``m`` samples of very unequal size."""
    rng = np.random.default_rng(seed)
    study = np.r_[np.arange(m), rng.choice(m, k - m, p=rng.dirichlet(np.full(m, 0.7)))]
    se = rng.uniform(0.5, 3, k)
    y = 2 + rng.normal(0, 2, m)[study] + rng.normal(0, 1, k) + rng.normal(0, se)
    return pd.DataFrame({"effect": y, "se": se, "study_id": study})


def moderators(k: int, p: int) -> np.ndarray:
    """A constant and ``p − 1`` moderators."""
    return np.column_stack([np.ones(k), np.random.default_rng(1).normal(size=(k, p - 1))])


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


def kernel(frame: pd.DataFrame, x: np.ndarray, rho: float = 0.0) -> object:
    """The fit with CR2, without the Finding around it."""
    y, se, study = (frame[c].to_numpy() for c in ("effect", "se", "study_id"))
    b = blocks(y, se**2, x, study, rho)
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


def beside_r() -> None:
    """860 estimates in 69 samples: the kernel and the verb against full matrices and R."""
    frame = draw(860, 69)
    ones = np.ones((len(frame), 1))
    ours, verb = best(lambda: kernel(frame, ones), 100), best(lambda: evidence.multilevel(frame), 20)
    tied = best(lambda: kernel(frame, ones, 0.6), 30)
    print("three levels with CR2, 860 estimates in 69 samples")
    print(
        f"  kernel {1e3 * ours:.1f} ms, with correlated errors {1e3 * tied:.1f} ms, verb {1e3 * verb:.1f} ms"
    )
    print(f"  full matrices, fit alone, no CR2: {best(lambda: dense(frame), 1) / ours:,.0f} times the kernel")
    found = in_r(frame)
    if found is None:
        print("  metafor + clubSandwich: not on this machine")
        return
    m = evidence.multilevel(frame)
    gap = max(abs(a / b - 1) for a, b in zip((m.mean, m.se, m.df), found[1:], strict=True))
    # Once more after R, so that a machine that got busier in between favours nobody.
    ours = max(ours, best(lambda: kernel(frame, ones), 100))
    print(
        f"  metafor (sparse) + clubSandwich {found[0]:.2f} s: {found[0] / ours:,.0f} times the kernel, "
        f"{found[0] / verb:,.0f} times the verb; largest relative difference {gap:.0e}"
    )


def around_the_fit() -> None:
    """What follows a fit, in units of the fit with CR2 (860 estimates, 69 samples, four columns)."""
    frame = draw(860, 69)
    y, se, study = (frame[c].to_numpy() for c in ("effect", "se", "study_id"))
    b = blocks(y, se**2, moderators(860, 4), study)
    f = fit(b)
    whole = best(lambda: kernel(frame, moderators(860, 4)), 20)
    print(f"after a fit with four columns and CR2 ({1e3 * whole:.1f} ms), in units of it")
    tasks = {
        "joint test of three": lambda: joint(b, f, np.eye(4)[1:]),
        "without each sample, variances fixed": lambda: delete(b, f),
        "without each sample, variances anew": lambda: refit(b, f),
    }
    for name, run in tasks.items():
        print(f"  {name}: {best(run, 5) / whole:.2f}")


def one_size(k: int, p: int) -> tuple[float, float]:
    """Seconds for a fit with CR2, and the most memory the process ever held, in GB."""
    frame, x = draw(k, k // 10), moderators(k, p)
    spent = best(lambda: kernel(frame, x), 3 if k < 100_000 else 1)
    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def by_size() -> None:
    """Each size in a process of its own, because peak memory never falls."""
    print("cost by size, relative to 1,000 estimates (10 per sample on average; 1 and 6 columns)")
    base: dict[int, float] = {}
    fresh = multiprocessing.get_context("spawn")
    for k in (1_000, 10_000, 100_000, 1_000_000):
        for p in (1, 6):
            with fresh.Pool(1) as pool:
                spent, memory = pool.apply(one_size, (k, p))
            base.setdefault(p, spent)
            per = spent / base[p] / (k / 1_000)
            print(
                f"  k = {k:>9,}, p = {p}: {spent:8.3f} s, {spent / base[p]:>9,.1f} times; "
                f"per estimate {per:.2f}; peak memory {memory:.2f} GB",
                flush=True,
            )


def main() -> None:
    """Print the tables."""
    beside_r()
    around_the_fit()
    by_size()


if __name__ == "__main__":
    main()
