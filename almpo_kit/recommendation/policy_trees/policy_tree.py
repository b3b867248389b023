"""The best rule of a few questions, and whether it is worth having."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Array, Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.recommendation.policy_trees.asking import ask, prices_of
from almpo_kit.recommendation.policy_trees.judging import Judged, in_halves, judge
from almpo_kit.recommendation.policy_trees.policy_tree_result import Advice, PolicyTree
from almpo_kit.recommendation.policy_trees.reading import wording
from almpo_kit.recommendation.policy_trees.tree_checks import STABLE, tree_checks
from almpo_kit.recommendation.policy_trees.tree_learner import TreeLearner, as_policy
from almpo_kit.recommendation.policy_trees.tree_limits import limit_checks, limit_table, reach
from almpo_kit.recommendation.policy_trees.tree_tables import leaf_table, node_table
from almpo_kit.recommendation.policy_trees.tree_words import (
    advised,
    certainty,
    headline,
    question,
    rests_on,
    sentence,
)
from almpo_kit.vocabulary.provenance import Provenance


def policy_tree(
    people: Caseload,
    *,
    depth: int = 2,
    min_leaf: int = 100,
    prices: Mapping[str, float] | None = None,
    limits: Limits | None = None,
    barred: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    confidence: float = 0.95,
    whole_seconds: float = 300.0,
    workers: int = 2,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> PolicyTree:
    """Find the best tree of at most ``depth`` layers of questions, exactly, and judge it on people it has not seen.

    The people are split into random halves (clusters stay whole). The tree shown is the best there is for the first half;
    gains in its leaves are those of the second. A second tree is learned the other way round; the two, each judged on the half
    that it has not seen, tell what such a rule is worth, beside one programme for all and beside none.

    Parameters
    ----------
    people : Caseload
    depth : {1, 2, 3}
    min_leaf : int
        Fewest people in a leaf, of those the tree is learned from; at least 10.
    prices : mapping of str to float, optional
        Programme -> what a place is worth elsewhere, in ``people.unit``; exact inside the search.
    limits : Limits, optional
        Shares of people or euro that may be used; see :func:`limited_tree` for what is exact about it.
    barred : sequence of str
        Features that no question may be about.
    labels : mapping of str to str, optional
        What features are called in sentences.
    confidence : float
    whole_seconds : float
        After which each search of three layers takes the best so far and says how far the optimum could be.
    workers : int
        Threads; they change nothing about the result.
    seed : int
        Of the halves.
    progress : callable, optional
        Called with steps done and in all.

    Returns
    -------
    PolicyTree

    Raises
    ------
    ParameterError, DesignError, FrameError
        The message names the way out.

    References
    ----------
    Zhou, Athey and Wager (2023) Oper. Res. 71, 148-183; Athey and Wager (2021) Econometrica 89, 133-161. The search itself:
    ``kernels/sweep.py``, ``kernels/three_questions.py``.
    """
    ask(people, depth, min_leaf, whole_seconds, confidence)
    limits = limits or Limits()
    price, first = prices_of(people, prices), in_halves(people, seed)
    learner = TreeLearner(depth, min_leaf, dict(prices or {}), tuple(barred), limits, whole_seconds, workers)
    trees = []
    for at, half in enumerate((first, ~first)):
        heard = None if progress is None else partial(_half_heard, progress, at)
        trees.append(learner.watched(heard).grow(people.rows(half)))
    judged = judge(people, first, trees[0], trees[1], price, reach(people, limits), confidence)
    words = wording(people.features, labels)
    leaves = leaf_table(judged.tree, people, ~first, price, words, confidence)
    advice = advised(judged)
    tree_policy = as_policy(judged.tree, people, learner.name)
    return PolicyTree(
        question=question(people, depth),
        sentence=sentence(people, judged, advice, limits.words(), bool(price.any()), confidence),
        table=leaves.drop(columns="node"),
        checks=(
            *tree_checks(people, judged, leaves, min_leaf, confidence, limits.any),
            *limit_checks(people, judged, limits, price),
        ),
        provenance=Provenance(
            data=people.provenance.data,
            method="recommendation.policy_tree",
            options={
                "depth": depth,
                "min_leaf": min_leaf,
                "prices": dict(prices or {}),
                "limits": limits.words(),
                "barred": list(barred),
                "confidence": confidence,
                "whole_seconds": whole_seconds,
            },
            seed=seed,
            synthetic=people.synthetic,
        ),
        figure="policy_tree",
        certainty=certainty(people, judged, advice, STABLE),
        headline=headline(people, judged, advice, confidence),
        rests_on=rests_on(people, judged),
        nodes=node_table(judged.tree, leaves, people, words),
        advice=advice,
        policy=_policy(people, judged, advice, tree_policy),
        tree_policy=tree_policy,
        limits=limit_table(people, judged, limits),
        depth=depth,
        min_leaf=min_leaf,
        n_people=len(people),
        unit=people.unit,
        **_numbers(people, judged),
    )


def _half_heard(progress: Callable[[int, int], None], at: int, done: int, total: int) -> None:
    progress(at * total + done, 2 * total)


def _numbers(people: Caseload, judged: Judged) -> dict[str, Any]:
    learned = float(people.weight[judged.first].sum())
    return {
        "one_for_all": people.arms[judged.everyone],
        "gain": judged.gain.value,
        "gain_low": judged.gain.low,
        "gain_high": judged.gain.high,
        "advantage": judged.advantage.value,
        "advantage_low": judged.advantage.low,
        "advantage_high": judged.advantage.high,
        "optimism": judged.inside - judged.outside,
        "agreement": judged.agreement,
        "value": judged.tree.value / learned,
        "bound": judged.tree.bound / learned,
        "proven": judged.tree.proven,
    }


def _policy(people: Caseload, judged: Judged, advice: Advice, tree: Policy) -> Policy:
    if advice == "tree":
        return tree
    arm = judged.everyone if advice == "one for all" else 0

    def rule(x: Array) -> Array:
        return np.full(len(x), arm, np.int64)

    name = f"{people.arms[arm]} for all"
    return Policy(name=name, arms=people.arms, names=people.names, rule=rule, words=f"Offers {name}.")
