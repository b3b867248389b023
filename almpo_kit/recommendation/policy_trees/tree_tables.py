"""Tables of a tree: its leaves and its nodes, with gains of held-out people only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Array, Caseload
from almpo_kit.recommendation.policy_trees.asking import SMALLEST
from almpo_kit.recommendation.policy_trees.held_out import clustered_mean
from almpo_kit.recommendation.policy_trees.reading import Wording, depths, paths, rule
from almpo_kit.recommendation.policy_trees.tree import ExactTree


def leaf_table(
    tree: ExactTree, people: Caseload, held_out: Array, price: Array, words: Wording, confidence: float
) -> pd.DataFrame:
    """One row a leaf, in the order of the tree (see :class:`PolicyTree`), with ``node``."""
    at = tree.leaves(people.features.to_numpy(dtype=float))
    rows = []
    for node, way in paths(tree).items():
        here, arm = at == node, int(tree.arm[node])
        out = here & held_out
        n, told = int(here.sum()), int(out.sum())
        enough = told >= SMALLEST
        against = (people.scores[out, arm] - people.scores[out, 0]) if enough else np.zeros(0)
        gain = clustered_mean(against, people.weight[out][: len(against)], people.cluster[out], confidence)
        if arm == 0:
            gain = gain._replace(value=0.0, low=0.0, high=0.0)
        rows.append(
            {
                "node": node,
                "rule": rule(tree, words, way),
                "programme": people.arms[arm],
                "programme_type": people.menu.programme_types[arm],
                "people": float(n) if n >= SMALLEST else np.nan,
                "share": n / len(people) if n >= SMALLEST else np.nan,
                "held_out": float(told) if enough else np.nan,
                "gain": gain.value,
                "low": gain.low,
                "high": gain.high,
                "price": float(price[arm]),
                "says": _says(arm, gain.value, gain.low, gain.high, float(price[arm])),
            }
        )
    table = pd.DataFrame(rows)
    # One number kept back among others that add up to half of the people would be told by them.
    if table["held_out"].isna().any():
        table["held_out"] = np.nan
    return table


def _says(arm: int, gain: float, low: float, high: float, price: float) -> str:
    if arm == 0:
        return "offer none"
    if not np.isfinite(gain):
        return "too little to say"
    if low > price:
        return "gain shown"
    return "loss shown" if high < price else "no gain shown"


def node_table(tree: ExactTree, leaves: pd.DataFrame, people: Caseload, words: Wording) -> pd.DataFrame:
    """One row a node, the top first (see :class:`PolicyTree`)."""
    layer, of_leaf = depths(tree), leaves.set_index("node")
    inside = _people_below(tree, people)
    rows = []
    for node in range(len(tree.feature)):
        feature, cut = int(tree.feature[node]), float(tree.threshold[node])
        asks = feature >= 0
        told = {c: np.nan if asks else of_leaf.at[node, c] for c in ("gain", "low", "high")}
        n, below = int(inside[node]), (tree.left[node], tree.right[node])
        below = below if not asks or words.yes_left(feature) else below[::-1]
        rows.append(
            {
                "node": node,
                "layer": int(layer[node]),
                "feature": words.names[feature] if asks else "",
                "threshold": cut,
                "question": words.question(feature, cut) if asks else "",
                "yes": int(below[0]),
                "no": int(below[1]),
                "programme": "" if asks else str(of_leaf.at[node, "programme"]),
                "programme_type": "" if asks else str(of_leaf.at[node, "programme_type"]),
                "people": float(n) if n >= SMALLEST else np.nan,
                "share": n / len(people) if n >= SMALLEST else np.nan,
                **told,
            }
        )
    return pd.DataFrame(rows)


def _people_below(tree: ExactTree, people: Caseload) -> Array:
    out = np.bincount(tree.leaves(people.features.to_numpy(dtype=float)), minlength=len(tree.feature))
    # A node stands before those below it, so adding from the end adds up whole branches.
    for node in range(len(tree.feature) - 1, -1, -1):
        if tree.feature[node] >= 0:
            out[node] = out[tree.left[node]] + out[tree.right[node]]
    return out
