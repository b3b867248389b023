"""Rules in published worlds, beside another implementation and beside what was published of them; see ``ADAPTIVE.md``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments.adapting.settings import adaptive_setting
from almpo_kit.experiments.adapting.simulate_rule import simulate_rule
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule

from .adaptive_tables import simulated

PINS = Path(__file__).parents[2] / "reference" / "adaptive_rules.csv"


def test_rules_agree_with_a_plain_loop_in_r() -> None:
    """Another language, people one by one, chances by drawing: within four standard errors of both simulations."""
    rule = AdaptiveRule(kind="exploration_sampling", floor=0.0, batch_size=93, guard_drift=False)
    table = simulate_rule(rule, adaptive_setting("migration"), replications=2000, seed=5).table.set_index(
        "rule"
    )
    for pin in pd.read_csv(PINS).itertuples():
        off = abs(table.loc[pin.rule, pin.score] - pin.mean)
        assert off < 4 * np.hypot(pin.se, table.loc[pin.rule, f"{pin.score}_se"]), pin


@pytest.mark.slow
@pytest.mark.parametrize("name", ["migration", "water_prices", "farmers_calls"])
def test_what_was_published_of_the_rules_holds(name: str) -> None:
    """Kasy, Sautmann (2021): adaptive designs choose better than equal shares; bandits treat people better meanwhile."""
    table = simulated(name, 0.0).table.set_index("rule")
    own = table.loc["exploration_sampling"]
    assert own["policy_gain"] > 3 * own["policy_gain_se"]
    assert own["policy_regret"] < table.loc["thompson", "policy_regret"] + 0.0005
    regret = table["in_trial_regret"]
    assert regret["thompson"] < regret["exploration_sampling"] < regret["uniform"]


@pytest.mark.slow
def test_plain_averages_are_biased_down_and_their_intervals_too_short() -> None:
    """Hadad et al. (2021): worst where arms do not differ; a floor helps and does not mend it."""
    bare, floored = (simulated("no_difference", f) for f in (0.0, 0.05))
    for found in (bare, floored):
        table = found.table.set_index("rule")
        assert table.loc["uniform", "naive_coverage"] > 0.94
        arms = found.arms.set_index("rule")
        for kind in ("thompson", "exploration_sampling"):
            assert table.loc[kind, "naive_coverage"] + 2 * table.loc[kind, "naive_coverage_se"] < 0.945
            assert (arms.loc[kind, "bias"] < -5 * arms.loc[kind, "bias_se"]).all()
    worst = [f.table.set_index("rule").loc["exploration_sampling", "naive_coverage"] for f in (bare, floored)]
    assert worst[0] < 0.89 < worst[1]


@pytest.mark.slow
def test_the_guard_helps_where_the_world_turns_and_costs_little_elsewhere() -> None:
    turned = [
        simulated("turn", 0.05, guard_drift=on).table.set_index("rule").loc["exploration_sampling"]
        for on in (True, False)
    ]
    assert turned[0]["policy_regret"] + 4 * turned[0]["policy_regret_se"] < turned[1]["policy_regret"]
    calm = [
        simulated("digital_skills", 0.05, guard_drift=on).table.set_index("rule").loc["exploration_sampling"]
        for on in (True, False)
    ]
    assert calm[0]["drift_found"] < 0.12
    assert abs(calm[0]["policy_regret"] - calm[1]["policy_regret"]) < 3 * calm[1]["policy_regret_se"]
