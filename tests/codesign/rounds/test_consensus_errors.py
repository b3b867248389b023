"""What rules let through, measured."""

from __future__ import annotations

import pytest

from almpo_kit.codesign import consensus_errors
from almpo_kit.codesign.rounds.kernels.share_intervals import passing_chance
from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .made_panels import ITEMS, made_plan


def test_small_panels_pass_more_often_and_the_tool_says_so() -> None:
    done: list[tuple[int, int]] = []
    plan = made_plan(rules=ConsensusRules(needs=("agreement",), against=1.0))
    found = consensus_errors(plan, sizes=(15, 40), draws=120, progress=lambda a, b: done.append((a, b)))
    table = found.table.set_index(["circle", "size"])
    for size in (15, 40):
        row = table.loc[("65% agree, others spread", size)]
        # With the rule of agreement alone the chance is binomial.
        assert row["low"] <= passing_chance(size, 0.65, 0.75) <= row["high"]
        assert table.loc[("spread evenly", size), "consensus"] < 0.05
    assert found.failed and "15" in found.failed[0].sentence
    assert done[-1] == (12, 12)


def test_same_seed_same_numbers_and_camps_are_found() -> None:
    first, again = (consensus_errors(made_plan(), sizes=(40,), draws=100, seed=4) for _ in range(2))
    assert first.table.equals(again.table) and first.provenance.seed == 4
    table = first.table.set_index("circle")
    assert table.loc["two camps, half and half", "two_camps"] > 0.9
    assert table.loc["two camps, half and half", "consensus"] == 0
    assert table.loc["spread evenly", "camps_low"] <= 0.05


def test_hostile() -> None:
    with pytest.raises(DesignError, match="statements"):
        consensus_errors(made_plan(), item="goals")
    with pytest.raises(DesignError, match="statements"):
        consensus_errors(made_plan(items=[i for i in ITEMS if i.kind == "points"]))
    for wrong in ({"draws": 5}, {"sizes": (2,)}, {"draws": True}):
        with pytest.raises(ParameterError, match="whole numbers"):
            consensus_errors(made_plan(), **wrong)  # type: ignore[arg-type]
    free = consensus_errors(made_plan(rules=ConsensusRules(agreement=0.0)), sizes=(8,), draws=100)
    assert "no panel can fall short" in free.sentence


@pytest.mark.slow
def test_default_rules_at_full_length() -> None:
    """The figures that the documentation prints: panels of 15, 40 and 200."""
    table = consensus_errors(made_plan(), draws=4000, seed=1).table.set_index(["circle", "size"])
    rates = [table.loc[("65% agree, others spread", n), "consensus"] for n in (15, 40, 200)]
    assert rates == pytest.approx([0.14, 0.085, 0.0], abs=0.02)
    split = [table.loc[("two camps, 60 to 40", n), "consensus"] for n in (15, 40, 200)]
    assert max(split) < 0.05
    single = table[~table.index.get_level_values("circle").str.startswith("two camps")]
    assert single["two_camps"].max() <= 0.05 + 0.011
