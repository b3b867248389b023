"""Intervals of values and differences hold what they say, and nothing is claimed where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.recommendation import PlugIn, RiskAverse, policy_value
from almpo_kit.recommendation.policies.chances import chances
from tests.recommendation.worlds import world

pytestmark = pytest.mark.slow
#: Kinds of worlds: shape, people, nuisances, effect, clusters.
WORLDS = {
    "nothing differs": ("none", 500, "known", 1.0, 0),
    "nothing works": ("none", 500, "cross_fitted", 0.0, 0),
    "a tree": ("tree", 500, "cross_fitted", 1.0, 0),
    "lines in offices": ("line", 1000, "cross_fitted", 1.0, 50),
    "nothing works, many people": ("none", 2000, "cross_fitted", 0.0, 0),
}
LEARNERS = (PlugIn(), RiskAverse())
REPEATS = 200


def held(kind: str, seed: int) -> tuple[dict[str, float], bool]:
    """Whether values and differences hold the truth, for each thing told, and whether it is the same for all."""
    shape, n, nuisances, effect, clusters = WORLDS[kind]
    made = world(n, shape=shape, seed=seed, nuisances=nuisances, effect=effect, clusters=clusters)  # type: ignore[arg-type]
    found = policy_value(made.people, LEARNERS, seed=seed)
    fresh = made.fresh(8000, seed=99)
    # Levels are 6 on average: gains alone tell the truth with less noise of the people it is read from.
    gain = fresh.truth - fresh.truth[:, :1]
    truth = {
        name: 6 + float(np.mean([(gain * chances(p, fresh.people)[0]).sum(axis=1).mean() for p in policies]))
        for name, policies in found.fold_policies.items()
        if name != "what is done now"
    }
    inside = {
        f"{r.policy} · value": r.low <= truth[r.policy] <= r.high
        for r in found.table.itertuples()
        if r.policy in truth
    }
    gaps = found.differences[found.differences["against"].isin(list(truth))]
    for against, rows in gaps.groupby("against"):
        # At once for all policies; differences that would tell of a few people have no interval to hold anything.
        inside[f"over {against}"] = all(
            r.low <= truth[r.policy] - truth[str(against)] <= r.high
            for r in rows.itertuples()
            if np.isfinite(r.low)
        )
    for kind_of, rows in found.estimates[found.estimates["policy"].isin(list(truth))].groupby("estimator"):
        inside[str(kind_of)] = float(np.mean([r.low <= truth[r.policy] <= r.high for r in rows.itertuples()]))
    return inside, found.same_for_all


@pytest.mark.parametrize("kind", WORLDS)
def test_intervals_hold_and_nothing_false_is_claimed(kind: str) -> None:
    runs = [held(kind, seed) for seed in range(REPEATS)]
    rates = {name: float(np.mean([r[0][name] for r in runs])) for name in runs[0][0]}
    values = [rate for name, rate in rates.items() if name.endswith("value")]
    # Chance moves one rate by 1.5 points; the mean over policies is held to what was promised.
    assert np.mean(values) >= 0.93, rates
    gaps = {name: rate for name, rate in rates.items() if name.startswith("over ")}
    assert min(rate for name, rate in rates.items() if name not in gaps) >= 0.90, rates
    # Differences leave out what all policies share, so near ties weigh more in them; beside one for all, policies that
    # differ for a few people have estimates far from normal, and claims are made beside every programme instead.
    assert min(rate for name, rate in gaps.items() if name != "over one for all") >= 0.90, rates
    assert gaps["over one for all"] >= 0.85, rates
    if WORLDS[kind][0] == "none":
        claimed = 1 - np.mean([same for _, same in runs])
        assert claimed <= 0.04, f"{claimed:.1%} claim that people differ where they do not"
