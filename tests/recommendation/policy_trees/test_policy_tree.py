"""The verb: what it advises, what it refuses, what it shows of whom, and how the tree reads."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from almpo_kit.recommendation import Limits, PolicyTree, TreeLearner, policy_tree
from almpo_kit.recommendation.policy_trees.kernels.limited_tree import limited_tree
from almpo_kit.recommendation.policy_trees.tree_limits import use_of
from almpo_kit.recommendation.policy_values.fold_of_people import fold_of_people
from almpo_kit.vocabulary.errors import AlmpoError

from ..policies.test_learners import relabelled
from ..worlds import World, world


@cache
def people(shape: str = "tree", n: int = 1200) -> World:
    return world(n, seed=1, shape=shape)  # type: ignore[arg-type]


@cache
def found(shape: str = "tree") -> PolicyTree:
    return policy_tree(people(shape).people, depth=2, min_leaf=40, labels={"x0": "<b>age</b>"})


def test_finds_the_rule_that_made_the_world() -> None:
    tree, fresh = found(), people().fresh(4000)
    assert tree.advice == "tree" and tree.advantage_low > 0 and tree.proven
    x = fresh.people.features.to_numpy(dtype=float)
    reached = fresh.value(np.asarray(tree.policy.rule(x)))
    alike = max(fresh.value(np.full(4000, a)) for a in range(3))
    assert reached > alike + 0.7 * (fresh.value(fresh.best) - alike)
    # Gains in leaves are of held-out people: their intervals hold the truth, up to the one in twenty.
    at = tree.tree_policy.details["tree"].leaves(x)
    for row, node in zip(tree.table.itertuples(), tree.nodes.query("feature == ''")["node"], strict=True):
        here, arm = at == node, tree.policy.arms.index(str(row.programme))
        truth = (fresh.truth[here, arm] - fresh.truth[here, 0]).mean()
        assert float(row.low) - 0.2 <= truth <= float(row.high) + 0.2  # type: ignore[arg-type]


def test_without_differences_between_people_it_advises_the_same_for_all() -> None:
    tree = found("none")
    assert tree.advice != "tree"
    assert "same for all" in tree.sentence
    assert any(c.name == "advantage" and c.status == "failed" for c in tree.checks)
    arms = np.asarray(tree.policy.rule(people("none").people.features.to_numpy(dtype=float)))
    assert len(np.unique(arms)) == 1
    assert "not advised" in tree.text()


def test_halves_that_would_choose_different_programmes_for_all_say_so() -> None:
    base = people("none").people
    scores = base.scores + np.array([0.0, 5.0, 0.0])
    clear = policy_tree(replace(base, scores=scores), depth=1, min_leaf=40)
    assert not any(c.name == "which one for all" for c in clear.checks)
    # A hash of sorted scores does not see that the columns of one half are exchanged.
    half = fold_of_people(scores, base.cluster, 2, 0) == 0
    scores[~half] = scores[~half][:, [0, 2, 1]]
    tree = policy_tree(replace(base, scores=scores), depth=1, min_leaf=40)
    (told,) = [c for c in tree.checks if c.name == "which one for all"]
    assert told.status == "failed" and all(base.arms[a] in told.sentence for a in (1, 2))


def test_synthetic_everywhere() -> None:
    assert found().sentence.startswith("SYNTHETIC") and found().text().startswith("SYNTHETIC")


def test_form_and_text_offer_what_the_policy_offers() -> None:
    tree = found()
    form = {s["step"]: s for s in tree.form()}
    x = people().people.features
    inner = tree.nodes[tree.nodes["feature"] != ""].reset_index(drop=True)

    def filled_in(person: Any) -> str:
        step = 1
        while True:
            row = inner.iloc[step - 1]
            yes = person[row["feature"]] <= row["threshold"]
            side = "yes" if yes else "no"
            if form[step][f"{side}_step"] is None:
                return str(form[step][f"{side}_offer"])
            step = form[step][f"{side}_step"]

    offered = [tree.tree_policy.arms[a] for a in np.asarray(tree.tree_policy.rule(x.to_numpy(dtype=float)))]
    assert [filled_in(x.iloc[i]) for i in range(60)] == offered[:60]
    assert all("<" not in s["question"] for s in form.values())
    for row in tree.table.itertuples():
        assert f"{row.rule}, is offered {row.programme}." in tree.text()


def test_yes_means_yes_of_a_feature_that_is_or_is_not() -> None:
    base = people("none").people
    draw = np.random.default_rng(0)
    has = draw.integers(0, 2, len(base)).astype(float)
    scores = base.scores.copy()
    scores[:, 1] += np.where(has == 1, 3.0, -3.0)
    tree = policy_tree(
        replace(base, scores=scores, features=base.features.assign(x0=has)), depth=1, min_leaf=40
    )
    (step,) = tree.form()
    assert step["question"] == "Is this so: “x0”?"
    assert step["yes_offer"] == base.arms[1] and step["no_offer"] != base.arms[1]


def test_no_small_count_is_shown() -> None:
    tree = policy_tree(people().people.rows(np.arange(120)), depth=2, min_leaf=10)
    for table, columns in ((tree.table, ("people", "held_out")), (tree.nodes, ("people",))):
        for c in columns:
            shown = table[c].dropna()
            assert ((shown >= 10) | (shown == 0)).all()
    assert tree.table["held_out"].notna().all() or tree.table["held_out"].isna().all()
    assert tree.table.loc[tree.table["says"] == "too little to say", "gain"].isna().all()


def test_barred_and_priced() -> None:
    tree = policy_tree(people().people, depth=1, min_leaf=40, barred=["x0"], prices={"training": 50.0})
    assert "x0" not in set(tree.nodes["feature"])
    assert "training" not in set(tree.table["programme"])


def test_a_protected_feature_that_is_barred_changes_nothing_when_shuffled() -> None:
    base = people().people
    other = base.features.assign(x4=np.random.default_rng(3).permutation(base.features["x4"]))
    one, two = (TreeLearner(2, 40, barred=["x4"]).grow(p) for p in (base, replace(base, features=other)))
    assert np.array_equal(one.threshold, two.threshold, equal_nan=True) and one.value == two.value


def test_what_must_not_matter_does_not() -> None:
    """The order of rows (and of the numbers of clusters), a protected group, a constant, names of arms."""
    base = people().people
    turned = base.rows(np.random.default_rng(4).permutation(len(base)))
    wide = base.features.assign(same=1.0)
    groups = base.groups.sample(frac=1, random_state=1).reset_index(drop=True)
    others = [
        replace(turned, cluster=np.arange(len(base))),
        replace(base, groups=groups),
        replace(base, features=wide, names=tuple(wide.columns)),
        relabelled(base, [0, 2, 1]),
    ]
    told = ["rule", "programme", "people", "gain", "low", "high"]
    for other in others:
        again = policy_tree(other, depth=2, min_leaf=40, labels={"x0": "<b>age</b>"})
        assert again.sentence == found().sentence and again.advice == found().advice
        np.testing.assert_array_equal(again.table[told[:3]], found().table[told[:3]])
        np.testing.assert_allclose(again.table[told[3:]], found().table[told[3:]], atol=1e-9)


def test_same_seed_same_bytes_and_progress() -> None:
    heard: list[tuple[int, int]] = []
    again = policy_tree(
        people().people,
        depth=2,
        min_leaf=40,
        labels={"x0": "<b>age</b>"},
        progress=lambda *s: heard.append(s),
    )
    assert again.table.equals(found().table) and again.sentence == found().sentence
    assert heard and heard[-1][0] == heard[-1][1]


@pytest.mark.parametrize("depth", [1, 2])
def test_limits_beside_every_tree(depth: int) -> None:
    """Against all trees over few values: what is had is within the limits, and the bound holds the optimum."""
    draw = np.random.default_rng(5)
    n = 40
    base = people().people.rows(np.arange(n))
    x = draw.integers(0, 3, (n, 2)).astype(float)
    scores = draw.normal(size=(n, 3)) + np.where(x[:, [0]] > 0, [0, 2, 1], [0, 0.5, 1])
    use = use_of(base, Limits(most={base.arms[1]: 0.3}, offered=0.6))
    from almpo_kit.recommendation.policy_trees.kernels.exact_tree import exact_tree

    tree = limited_tree(
        lambda s: exact_tree(x, s, None, depth, 1), x, scores, np.ones(n), use, depth, 1, rounds=60
    )
    best = _best_within(x, scores, depth, use)
    arms = tree.arms(x)
    assert (use.each[:, arms].sum(axis=1) <= use.most + 1e-9).all()
    assert scores[np.arange(n), arms].sum() == pytest.approx(tree.value)
    assert tree.value <= best + 1e-9 <= tree.bound + 2e-9
    if depth == 1:
        assert tree.value == pytest.approx(best) and tree.proven


def _best_within(x: Any, scores: Any, depth: int, use: Any) -> float:
    def ways(rows: Any, d: int) -> list[Any]:
        out = [np.where(rows, a, -1) for a in range(scores.shape[1])]
        for j in range(2) if d else ():
            for cut in np.unique(x[rows, j])[:-1]:
                left = rows & (x[:, j] <= cut)
                right = rows & ~left
                pairs = [(a, b) for a in ways(left, d - 1) for b in ways(right, d - 1)]
                out += [np.where(left, a, b) for a, b in pairs]
        return out

    whole = np.array(list({tuple(w) for w in ways(np.ones(len(x), bool), depth)}))
    values = scores[np.arange(len(x)), whole].sum(axis=1)
    fits = (use.each[:, whole].sum(axis=2) <= use.most[:, None] + 1e-9).all(axis=0)
    return float(values[fits].max())


def test_limits_are_kept_and_told() -> None:
    tree = policy_tree(people().people, depth=2, min_leaf=40, limits=Limits(most={"training": 0.2}))
    assert (tree.limits["used"] <= tree.limits["allowed"] * 1.15).all()
    assert any(c.name == "limits" for c in tree.checks)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"depth": 4}, "1, 2 or 3"),
        ({"min_leaf": 5}, "at least 10"),
        ({"min_leaf": 400}, "at least 1600"),
        ({"prices": {"magic": 1.0}}, "unknown programme 'magic'"),
        ({"prices": {"training": -1.0}}, "from 0 on"),
        ({"prices": {"no programme": 1.0}}, "costs nothing"),
        ({"barred": ["height"]}, "unknown feature"),
        ({"barred": [f"x{i}" for i in range(5)]}, "every feature is barred"),
        ({"confidence": 1.0}, "below 1"),
        ({"whole_seconds": -1.0}, "whole_seconds"),
    ],
)
def test_refuses_and_names_the_way_out(wish: dict[str, Any], told: str) -> None:
    with pytest.raises(AlmpoError, match=told):
        policy_tree(people().people, **({"min_leaf": 40} | wish))


@pytest.mark.slow
def test_false_claims_where_nothing_differs() -> None:
    """In worlds where a programme gives everybody the same, a tree is advised in at most 1 of 20."""
    claims = sum(
        policy_tree(world(800, seed=s, shape="none").people, depth=2, min_leaf=40).advice == "tree"
        for s in range(100)
    )
    assert claims <= 9


@pytest.mark.slow
def test_never_below_the_greedy_tree_of_econml() -> None:
    from econml.policy import PolicyTree as Greedy

    for seed in range(10):
        base = world(1500, seed=seed, shape="corner", arms=4).people
        x = base.features.to_numpy(dtype=float)
        # EconML counts the sample's share in a leaf; the same least number of people for both.
        greedy = Greedy(max_depth=2, min_samples_leaf=50, min_balancedness_tol=0.5, honest=False)
        theirs = greedy.fit(x, base.scores).predict(x)
        ours = TreeLearner(2, 50).grow(base).value
        assert ours >= base.scores[np.arange(len(base)), theirs].sum() - 1e-6
