"""One world in which people do not differ, from the tree to the advice to a person: the same for all."""

from __future__ import annotations

from almpo_kit.recommendation import PlugIn, TreeLearner, advise, gain_model, policy_tree, policy_value

from .worlds import world


def test_where_nobody_differs_the_advice_is_the_same_for_all() -> None:
    made = world(700, seed=702, shape="none", effect=3.0, nuisances="cross_fitted")
    people, others = made.people, made.fresh(200, seed=1).people
    tree = policy_tree(people, depth=2, min_leaf=50)
    assert tree.advice == "one for all"
    worth = policy_value(people, [PlugIn(), TreeLearner(2, 50)], folds=3)
    assert worth.same_for_all and worth.sentence.startswith("SYNTHETIC")
    assert "The same for all (training)" in worth.sentence
    model = gain_model(people, points=16)
    assert model.same_for_all
    for i in range(4):
        advice = advise(model, others.features.iloc[[i]], context=others.context.iloc[[i]])
        # Nobody is told that another programme is ahead.
        assert advice.table["programme"].iloc[0] == "training"
        assert any(c.name == "same for all" for c in advice.checks)
