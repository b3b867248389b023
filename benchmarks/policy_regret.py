"""Regret of learned policies as people grow in number, beside EconML's trees, a lot, and one programme for all.

Run: .venv/bin/python benchmarks/policy_regret.py
     (quick: .venv/bin/python benchmarks/policy_regret.py --seeds 3 --sizes 250 1000)

SYNTHETIC caseloads with a known best policy (tests/recommendation/worlds.py), scores with nuisances learned out of
fold. Regret: how much less a person gets than under the best policy, on 10,000 other people; in months in work, mean
over seeds with its standard error. EconML gets features, arms and outcomes and learns its own nuisances (`DRPolicyTree`,
linear ones), and the same scores (`PolicyTree`). Everything sees the same people, in one process.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

from almpo_kit.recommendation import OneForAll, PlugIn, PolicyLearner, Randomly, RiskAverse  # noqa: E402
from almpo_kit.recommendation.policies.chances import chances  # noqa: E402
from almpo_kit.recommendation.policy_trees.tree_learner import TreeLearner  # noqa: E402
from tests.recommendation.worlds import World, world  # noqa: E402

SHAPES = ("tree", "line", "corner", "none")
PEERS = ("EconML DRPolicyTree, depth 2", "EconML PolicyTree on our scores, depth 2")


def learners(leaf: int) -> dict[str, PolicyLearner]:
    """Ours, and rules that look at nobody."""
    return {
        "exact tree, depth 2 (ours)": TreeLearner(depth=2, min_leaf=leaf, workers=1),
        "predicted gain, ridge (ours)": PlugIn(),
        "predicted gain, boosted (ours)": PlugIn("boosting"),
        "sure gain (ours)": RiskAverse(),
        "least regret (ours)": RiskAverse("minimax_regret"),
        "one for all": OneForAll(),
        "by lot": Randomly(),
    }


def econml_arms(peer: str, made: World, fresh: World, leaf: int) -> np.ndarray:
    """What a tree of EconML offers to other people."""
    x, new = (w.people.features.to_numpy() for w in (made, fresh))
    if peer == PEERS[1]:
        from econml.policy import PolicyTree

        tree = PolicyTree(max_depth=2, min_samples_leaf=leaf, honest=False, random_state=0)
        return np.asarray(tree.fit(x, made.people.scores).predict(new))
    from econml.policy import DRPolicyTree
    from sklearn.linear_model import LinearRegression, LogisticRegression

    tree = DRPolicyTree(
        model_regression=LinearRegression(),
        model_propensity=LogisticRegression(max_iter=200),
        max_depth=2,
        min_samples_leaf=leaf,
        cv=5,
        random_state=0,
    )
    tree.fit(made.people.outcome, made.people.received, X=x)
    return np.asarray(tree.predict(new)).astype(int)


def regrets(shape: str, n: int, seed: int) -> dict[str, tuple[float, float]]:
    """Regret and seconds of every learner in one world."""
    made = world(n, shape=shape, arms=3, seed=seed, nuisances="cross_fitted")  # type: ignore[arg-type]
    fresh = made.fresh(10_000)
    found, leaf = {}, max(5, n // 50)
    for name, learner in learners(leaf).items():
        start = time.perf_counter()
        offered = chances(learner.learn(made.people, seed=seed), fresh.people)[0]
        found[name] = fresh.best_value - fresh.value(offered), time.perf_counter() - start
    for peer in PEERS:
        start = time.perf_counter()
        arms = econml_arms(peer, made, fresh, leaf)
        found[peer] = fresh.best_value - fresh.value(arms), time.perf_counter() - start
    return found


def told(rows: list[float]) -> str:
    """Mean and its standard error."""
    return f"{np.mean(rows):.3f} ± {np.std(rows, ddof=1) / np.sqrt(len(rows)):.3f}"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--sizes", type=int, nargs="+", default=[250, 500, 1000, 2000, 4000])
    asked.add_argument("--write", type=Path, help="a Markdown file for the tables")
    given = asked.parse_args()
    lines: list[str] = []
    for shape in SHAPES:
        held: dict[str, dict[int, list[tuple[float, float]]]] = {}
        for n in given.sizes:
            for seed in range(given.seeds):
                for name, pair in regrets(shape, n, seed).items():
                    held.setdefault(name, {}).setdefault(n, []).append(pair)
        lines += [
            f"\n## {shape.capitalize()}\n",
            "| policy | " + " | ".join(f"{n} people" for n in given.sizes) + " | seconds at the largest |",
            "|---|" + "---|" * (len(given.sizes) + 1),
        ]
        for name, by_size in held.items():
            cells = [told([r for r, _ in by_size[n]]) for n in given.sizes]
            seconds = np.median([s for _, s in by_size[given.sizes[-1]]])
            lines.append(f"| {name} | {' | '.join(cells)} | {seconds:.2f} |")
        print("\n".join(lines[-len(held) - 3 :]), flush=True)
    if given.write:
        head = given.write.read_text().split("\n## ")[0].rstrip() if given.write.exists() else "# Regret"
        given.write.write_text(head + "\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main()
