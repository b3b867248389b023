"""Weights of people against R's survey, by hand, and what they must not hide."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import panel_weights
from almpo_kit.codesign.panels.raking import rake
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

from ..rounds.made_panels import answers, made_plan
from .test_coverage import ROLES, structure

PIN = json.loads((Path(__file__).parents[2] / "reference" / "panel_pins.json").read_text())["raking"]
PLAN = made_plan()


def test_as_rs_survey() -> None:
    people = pd.DataFrame(PIN["people"])
    rows = answers([5] * 60, role=people["role"].tolist(), geo=people["geo"].tolist())
    rows["sector"] = people["sector"]
    wanted = structure(*((d, v, s) for d, parts in PIN["margins"].items() for v, s in parts.items()))
    found = panel_weights(rows, wanted, PLAN, trim=100)
    assert found.weights.to_numpy() == pytest.approx(PIN["weights"], abs=1e-8)
    assert found.effective_n == pytest.approx(PIN["effective"], abs=1e-6)
    assert found.design_effect == pytest.approx(60 / PIN["effective"], abs=1e-6)
    assert found.table["weighted_share"].to_numpy() == pytest.approx(
        found.table["wanted"].to_numpy(), abs=1e-9
    )


def test_one_dimension_is_a_ratio() -> None:
    rows = answers([5] * 20, role=["employers"] * 15 + ["trade_unions"] * 5)
    half = structure(("role", "employers", 0.5), ("role", "trade_unions", 0.5))
    found = panel_weights(rows, half, PLAN)
    assert found.weights["p000"] == pytest.approx(0.5 / 0.75) and found.weights["p019"] == pytest.approx(2)
    assert found.effective_n == pytest.approx(20**2 / (15 * (2 / 3) ** 2 + 5 * 4))
    assert not found.failed


def test_bounds_hold_and_what_is_missed_is_told() -> None:
    rows = answers([5] * 40, role=["employers"] * 39 + ["trade_unions"])
    half = structure(("role", "employers", 0.5), ("role", "trade_unions", 0.5))
    found = panel_weights(rows, half, PLAN, trim=3)
    assert found.weights.max() == pytest.approx(3) and found.gap == pytest.approx(0.5 - 3 / 40)
    assert any(c.name == "shares" for c in found.failed)
    free = panel_weights(rows, half, PLAN, trim=100)
    assert free.weights.max() == pytest.approx(20) and any("worth" in c.sentence for c in free.failed)


def test_who_is_not_there_cannot_be_weighed_in() -> None:
    rows = answers([5] * 14, role=["employers"] * 8 + ["trade_unions"] * 6)
    found = panel_weights(rows, ROLES, PLAN)
    assert found.absent == ("ministry",) and any("do not speak for them" in c.sentence for c in found.failed)
    held = found.table.set_index("value")["weighted_share"]
    assert held["employers"] == pytest.approx(0.4 / 0.7)


def test_hidden_groups_keep_their_share() -> None:
    rows = answers([5] * 20, role=["employers"] * 10 + [""] * 10)
    held = panel_weights(rows, ROLES, PLAN).table.set_index("value")["weighted_share"]
    assert held["not known"] == pytest.approx(0.5)
    with pytest.raises(DesignError, match="not told apart"):
        panel_weights(answers([5] * 20, role=""), ROLES, PLAN)
    both = pd.concat([ROLES, structure(("geo", "EL42", 0.5), ("geo", "EL43", 0.5))])
    part = panel_weights(answers([5] * 20, role="", geo=["EL42"] * 12 + ["EL43"] * 8), both, PLAN)
    assert any("shares were not used" in c.sentence for c in part.failed)
    assert part.weights["p019"] == pytest.approx(0.5 / 0.4)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=12, max_size=50), st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_laws_of_raking(people: list[tuple[int, int]], most: int) -> None:
    a, b = (np.array(x) for x in zip(*people, strict=True))
    codes = [np.unique(x, return_inverse=True)[1] for x in (a, b)]
    sizes = [c.max() + 1 for c in codes]
    targets = [np.full(k, 1 / k) for k in sizes]
    held = rake(codes, targets, most=float(most), cycles=300)
    assert held.weights.mean() == pytest.approx(1) and (held.weights > 0).all()
    assert held.weights.max() <= most + 1e-9 and held.weights.min() >= 1 / most - 1e-9
    same = [np.bincount(c) / len(c) for c in codes]
    assert rake(codes, same).weights == pytest.approx(np.ones(len(a)))


def test_seeded_by_nothing_and_labelled() -> None:
    rows = answers([5] * 20, role=["employers"] * 14 + ["trade_unions"] * 6, source="SYNTHETIC x")
    first, second = (
        panel_weights(rows, ROLES, PLAN),
        panel_weights(rows.sample(frac=1, random_state=1), ROLES, PLAN),
    )
    pd.testing.assert_series_equal(first.weights, second.weights)
    assert first.sentence.startswith("SYNTHETIC") and any("no sample" in c.sentence for c in first.checks)


def test_hostile() -> None:
    rows = answers([5] * 20, role=["employers"] * 14 + ["trade_unions"] * 6)
    for wrong in (1, 0.5, True, "3", 1000):
        with pytest.raises(ParameterError, match="trim"):
            panel_weights(rows, ROLES, PLAN, trim=wrong)  # type: ignore[arg-type]
    with pytest.raises(DesignError, match="at least 8"):
        panel_weights(rows.head(7), ROLES, PLAN)
    other = answers({"p000": 5}, item="housing", role="ministry")
    with pytest.raises(FrameError, match="more than one role"):
        panel_weights(pd.concat([rows, other]), ROLES, PLAN)
