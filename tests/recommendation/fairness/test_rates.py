"""How often the audit warns where nothing is wrong, and how often it sees what is."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.recommendation import fairness_audit

from .services import by_gain, by_rank, penalised_gain, service, three_segments

DRAWS = 40


@pytest.mark.slow
def test_warnings_where_offers_go_by_lot_or_by_gain_are_rare() -> None:
    """At most one audit in ten with any warning, over 24 groups and all measures (nominal: one in twenty)."""
    lot = gain = 0
    for seed in range(DRAWS):
        made = service(3000, seed=1000 + seed)
        offers = (np.random.default_rng(seed).random(3000) < 0.4).astype(int)
        lot += len(fairness_audit(made.people, offers).flags) > 0
        gain += len(fairness_audit(made.people, by_gain(made), gains=made.gain).flags) > 0
    assert lot <= DRAWS / 10, lot
    assert gain <= DRAWS / 10, gain


@pytest.mark.slow
def test_the_austrian_pattern_is_seen_in_nineteen_of_twenty_services() -> None:
    seen = low = fathers = 0
    for seed in range(DRAWS):
        made = service(3000, seed=2000 + seed)
        gains = penalised_gain(made)
        by = ["sex", "children", ("sex", "children")]
        flags = fairness_audit(made.people, by_rank(gains[:, 1]), gains=gains, by=by).flags
        kinds = set(flags.loc[flags["group"] == "female × yes", "kind"])
        seen += {"support cut", "gain predicted too low"} <= kinds
        fathers += bool((flags["group"] == "male × yes").any())
        flags = fairness_audit(made.people, three_segments(made.alone), score=made.alone, by=["sex"]).flags
        low += bool(((flags["kind"] == "support cut") & (flags["group"] == "lowest third")).any())
    assert seen >= 0.95 * DRAWS and low >= 0.95 * DRAWS, (seen, low)
    assert fathers <= 0.05 * DRAWS, fathers
