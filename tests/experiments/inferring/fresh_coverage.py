"""Coverage of adaptive effects where nothing was tuned: other rules, outcomes and seeds than those of ``adaptive_coverage``.

``python -m tests.experiments.inferring.fresh_coverage``; nothing of ``experiments.adapting`` is used.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy.stats import norm, t

from almpo_kit.experiments.inferring.kernels.adaptive_contrast import adaptive_contrast, scores_and_earlier

Array = np.ndarray[Any, np.dtype[Any]]
_BELIEFS = 300
#: Rule, outcome, level of each arm, people a batch, batches, floor.
CASES: Final[tuple[tuple[str, str, tuple[float, ...], int, int, float], ...]] = (
    ("all to the best so far", "yes or no", (0.2, 0.2, 0.26), 80, 9, 0.08),
    ("all to the best so far", "yes or no", (0.25, 0.25, 0.25, 0.25), 100, 6, 0.1),
    ("all to the worst so far", "yes or no", (0.3, 0.3, 0.3), 80, 9, 0.08),
    ("by chance of being best", "yes or no", (0.15, 0.22, 0.18), 70, 12, 0.06),
    ("all to the best so far", "pay or none", (0.3, 0.3, 0.4), 80, 9, 0.08),
    ("all to the best so far", "pay or none", (0.2, 0.2, 0.3), 80, 9, 0.08),
    ("by chance of being best", "pay or none", (0.35, 0.35, 0.35), 80, 9, 0.08),
    ("by chance of being best", "pay or none", (0.35, 0.35, 0.35), 160, 9, 0.08),
    ("all to the best so far", "t of 5", (0.0, 0.0, 0.2), 80, 9, 0.08),
    ("by chance of being best", "t of 5", (0.0, 0.1, 0.2, 0.3), 120, 5, 0.1),
)


def outcomes(rng: np.random.Generator, kind: str, mean: Array) -> Array:
    """A yes or no; log-normal pay of those in work, nothing for the others; heavy tails."""
    if kind == "t of 5":
        return np.asarray(mean + rng.standard_t(5, mean.shape))
    at_work = rng.random(mean.shape) < mean
    return np.asarray(at_work * (rng.lognormal(0.5, 0.6, mean.shape) if kind == "pay or none" else 1.0))


def next_shares(rng: np.random.Generator, rule: str, y: Array, arm: Array, arms: int, floor: float) -> Array:
    """Shares of the next batch, shape (n_replications, n_arms)."""
    own = arm[..., None] == np.arange(arms)
    n = own.sum(axis=1)
    mean = ((own * y[..., None]).sum(axis=1) + 0.5 * y.mean()) / (n + 0.5)
    if rule == "by chance of being best":
        spread = y.std(axis=1)[:, None] / np.sqrt(n + 1)
        beliefs = mean[:, None] + spread[:, None] * rng.standard_normal((len(y), _BELIEFS, arms))
        wanted = (beliefs.argmax(axis=2)[..., None] == np.arange(arms)).mean(axis=1)
    else:
        wanted = np.eye(arms)[mean.argmax(axis=1) if "best" in rule else mean.argmin(axis=1)]
    return np.asarray(floor + (1 - arms * floor) * wanted)


def covered(
    case: tuple[str, str, tuple[float, ...], int, int, float], replications: int, seed: int
) -> list[tuple[float, float]]:
    """Coverage of ours and of plain means, each arm against the first."""
    rule, kind, levels, size, batches, floor = case
    rng, arms = np.random.default_rng(seed), len(levels)
    share = np.full((replications, arms), 1 / arms)
    y, arm, shares = np.empty((replications, 0)), np.empty((replications, 0), dtype=int), []
    for _ in range(batches):
        lot = rng.random((replications, size))
        now = (lot[..., None] > np.cumsum(share, axis=1)[:, None, :-1]).sum(axis=-1)
        arm = np.concatenate([arm, now], axis=1)
        y = np.concatenate([y, outcomes(rng, kind, np.array(levels)[now])], axis=1)
        shares.append(np.broadcast_to(share[:, None], (replications, size, arms)))
        share = next_shares(rng, rule, y, arm, arms, floor)
    drawn = np.concatenate(shares, axis=1)
    truth = np.array(levels) * (np.exp(0.5 + 0.6**2 / 2) if kind == "pay or none" else 1.0)
    prepared, found = scores_and_earlier(y, arm, drawn), []
    for k in range(1, arms):
        effect, se, df = adaptive_contrast(y, arm, drawn, one=k, prepared=prepared)
        ours = np.abs(effect - truth[k] + truth[0]) <= t.ppf(0.975, df) * se
        plain, plain_se = _plain(y, arm, k)
        naive = np.abs(plain - truth[k] + truth[0]) <= norm.ppf(0.975) * plain_se
        found.append((float(ours.mean()), float(naive.mean())))
    return found


def _plain(y: Array, arm: Array, k: int) -> tuple[Array, Array]:
    found = []
    for a in (k, 0):
        own = arm == a
        n = own.sum(axis=1)
        mean = (y * own).sum(axis=1) / n
        found.append((mean, ((y - mean[:, None]) ** 2 * own).sum(axis=1) / (n - 1) / n))
    return found[0][0] - found[1][0], np.sqrt(found[0][1] + found[1][1])


if __name__ == "__main__":
    for case in CASES:
        runs = np.mean([covered(case, 2000, seed) for seed in (987654, 24680)], axis=0)
        ours, plain = (f"{100 * runs[:, i].min():.1f}–{100 * runs[:, i].max():.1f}" for i in (0, 1))
        rule, kind, levels, size, batches, floor = case
        of = ", ".join(f"{v:g}" for v in levels)
        assured = f"{floor * size * batches:g}"
        print(
            f"| {rule} | {kind}: {of} | {batches} of {size} | {floor:g} | {assured} | {ours} | {plain} |",
            flush=True,
        )
