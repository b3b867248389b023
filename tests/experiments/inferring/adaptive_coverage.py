"""How often intervals after simulated adaptive trials hold the true effect: ours, and those of plain means."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.experiments.adapting.settings import adaptive_setting
from almpo_kit.experiments.adapting.simulated_trials import SimulatedTrials, simulated_trials
from almpo_kit.experiments.inferring.kernels.adaptive_contrast import adaptive_contrast, scores_and_earlier
from almpo_kit.experiments.inferring.kernels.evaluation_weights import batch_worth
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule

Array = np.ndarray[Any, np.dtype[Any]]
#: Replications held in memory together.
_TOGETHER = 4_000_000


def coverage(
    setting: AdaptiveSetting,
    rule: AdaptiveRule,
    replications: int,
    seed: int,
    weights: str = "variance_stabilising",
) -> pd.DataFrame:
    """One row an arm against the comparison: coverage of ours, of a normal quantile, of plain means; bias; widths."""
    size = max(1, _TOGETHER // (rule.batches * rule.batch_size * len(setting.arms)))
    parts: list[Array] = []
    counts = [min(size, replications - s) for s in range(0, replications, size)]
    for i, count in enumerate(counts):
        parts.append(
            _replications(setting, rule, simulated_trials(rule, setting, count, seed + 1000 * i), weights)
        )
    found = np.concatenate(parts, axis=1)
    rows = []
    for k in range(1, len(setting.arms)):
        error, se, df, naive, naive_se = found[k - 1].T
        z = norm.ppf(0.975)
        rows.append(
            {
                "arm": setting.arms[k],
                "ours": np.mean(np.abs(error) <= t.ppf(0.975, df) * se),
                "normal": np.mean(np.abs(error) <= z * se),
                "naive": np.mean(np.abs(naive) <= z * naive_se),
                "bias": error.mean() / error.std(),
                "naive_bias": naive.mean() / naive.std(),
                "effective": np.median(df) + 1,
                "wider": np.median(t.ppf(0.975, df) * se / (z * naive_se)),
            }
        )
    return pd.DataFrame(rows)


def _replications(setting: AdaptiveSetting, rule: AdaptiveRule, made: SimulatedTrials, weights: str) -> Array:
    """Shape (n_arms - 1, n_replications, 5): error and SE of ours, df, error and SE of plain means."""
    y, arm = made.outcomes, made.arms.astype(int)
    share = made.shares[:, made.batches, made.strata, :]
    stratum = np.broadcast_to(made.strata, y.shape) if len(setting.strata) > 1 else None
    prepared = scores_and_earlier(y, arm, share, stratum)
    mix = np.bincount(made.strata) / len(made.strata)
    # The effect over all batches of what does not change; a common trend cancels.
    truth = np.tensordot(mix, made.truth[0], axes=1)
    found = []
    for k in range(1, len(setting.arms)):
        worth = batch_worth(made.shares, mix, one=k, other=0)[:, made.batches]
        effect, se, df = adaptive_contrast(
            y, arm, share, one=k, worth=worth, weights=weights, prepared=prepared
        )
        plain, plain_se = _plain(y, arm, k)
        target = truth[k] - truth[0]
        found.append(np.stack([effect - target, se, df, plain - target, plain_se], axis=-1))
    return np.stack(found)


def _plain(y: Array, arm: Array, one: int) -> tuple[Array, Array]:
    means, variances = [], []
    for k in (one, 0):
        own = arm == k
        n = own.sum(axis=1)
        mean = (y * own).sum(axis=1) / n
        means.append(mean)
        variances.append(((y - mean[:, None]) ** 2 * own).sum(axis=1) / (n - 1) / n)
    return means[0] - means[1], np.sqrt(variances[0] + variances[1])


def grid(replications: int, seed: int, weights: str, names: list[str], floors: list[float]) -> pd.DataFrame:
    """Settings by rules by floors, at the setting's own batches."""
    rows = []
    for name in names:
        setting = adaptive_setting(name)
        for kind in ("thompson", "tempered_thompson", "exploration_sampling", "uniform"):
            # A tempering of 0.2 over four arms is a floor of 5% by itself.
            kept = floors[-1:] if kind in ("uniform", "tempered_thompson") else floors
            for floor in kept:
                strata = ("stratum",) if len(setting.strata) > 1 else ()
                rule = AdaptiveRule(
                    kind=kind,
                    floor=floor,
                    batch_size=setting.batch_size,
                    batches=setting.batches,
                    strata=strata,
                    guard_drift=False,
                )
                made = coverage(setting, rule, replications, seed, weights)
                made.insert(0, "assured", floor * setting.batch_size * setting.batches)
                made.insert(0, "floor", floor)
                made.insert(0, "rule", kind)
                made.insert(0, "setting", name)
                rows.append(made)
                print(made.round(3).to_string(header=len(rows) == 1), flush=True)
    return pd.concat(rows, ignore_index=True)


def limits(replications: int, seed: int) -> None:
    """Where it stops holding: rare outcomes, few people, low floors; four arms, one of them half as good again."""
    for level in (0.05, 0.1, 0.3):
        means = (level, level, level, 1.5 * level)
        setting = AdaptiveSetting(name=f"{level:g}", arms=("none", "a", "b", "c"), means=(means,))
        for size in (20, 40, 100, 200):
            for floor in (0.01, 0.05, 0.1):
                rule = AdaptiveRule("thompson", floor=floor, batch_size=size, batches=10, guard_drift=False)
                made = coverage(setting, rule, replications, seed)
                cells = [f"{made[c].min():.3f} to {made[c].max():.3f}" for c in ("ours", "normal", "naive")]
                line = [f"{level:g}", str(10 * size), f"{floor:g}", f"{10 * size * floor:g}"]
                print(" | ".join([*line, *cells, f"{made['effective'].min():.0f}"]), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=2000)
    parser.add_argument("--weights", default="variance_stabilising")
    parser.add_argument("--settings", nargs="+", default=["migration", "digital_skills"])
    parser.add_argument("--floors", nargs="+", type=float, default=[0.02, 0.05, 0.1])
    parser.add_argument("--limits", action="store_true")
    asked = parser.parse_args()
    if asked.limits:
        limits(asked.replications, 1)
    else:
        grid(asked.replications, 1, asked.weights, asked.settings, asked.floors)
