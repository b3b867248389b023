"""Folds of gains predicted for people whom a model has not seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almpo_kit.recommendation import gain_model

from .gain_worlds import market


def test_gains_out_of_fold_do_not_go_by_the_order_of_rows() -> None:
    """People in another order, numbered anew, are in the same folds and have the same gains."""
    base = market(seed=3, studies=0, people=400).people
    assert base is not None
    order = np.random.default_rng(1).permutation(400)
    turned = replace(base.rows(order), cluster=np.arange(400))
    model = gain_model(base, points=16)
    one, two = (model.gains_of(p, folds=2, seed=1).mean for p in (base, turned))
    np.testing.assert_allclose(two, one[order], atol=1e-6)
