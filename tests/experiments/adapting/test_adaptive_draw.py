"""A batch's draw: made again by a stranger, exact in chance, and nobody's arm rests on anybody else."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments.adapting.adaptive_draw import AdaptiveDraw, adaptive_draw
from almpo_kit.experiments.adapting.kernels.arms_by_lot import arms_by_lot
from almpo_kit.experiments.adapting.next_shares import next_shares
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.frames import check

RULE = AdaptiveRule(kind="thompson")
SHARES = pd.DataFrame({"arm": ["usual", "course", "mentor"], "share": [0.123456, 0.376544, 0.5]})
UNITS = pd.DataFrame({"id": [f"Ω{i:05d}" for i in range(4000)]})


def drawn(units: pd.DataFrame = UNITS, shares: Any = SHARES, **more: Any) -> AdaptiveDraw:
    return adaptive_draw(RULE, shares, units, **({"seed": "lottery 4 11 23", "batch": 3} | more))


def test_a_stranger_draws_the_same() -> None:
    found = drawn().assignments.set_index("id")["arm"]
    for name in UNITS["id"]:
        lot = int(hashlib.sha256(f"lottery 4 11 23\nbatch 3\n{name}".encode()).hexdigest()[:16], 16)
        at = lot * 1_000_000 // 2**64
        assert found[name] == ("usual" if at < 123456 else "course" if at < 500000 else "mentor")


def test_lots_at_the_ends_of_stretches() -> None:
    shares = np.array([[250_000, 0, 750_000]])
    for lot, arm in ((0, 0), (2**62 - 1, 0), (2**62, 2), (2**64 - 1, 2)):
        assert arms_by_lot(np.array([lot], dtype=np.uint64), shares)[0] == arm


def test_chances_are_the_shares() -> None:
    held = drawn().table.set_index("arm")["people"] / len(UNITS)
    expected = SHARES.set_index("arm")["share"]
    assert (abs(held - expected) < 4 * np.sqrt(expected * (1 - expected) / len(UNITS))).all()
    frame = check(drawn().assignments, "assignments")
    assert set(zip(frame["arm"], frame["chance"], strict=True)) == set(
        SHARES.itertuples(index=False, name=None)
    )


def test_nobody_depends_on_anybody_else() -> None:
    whole = drawn().assignments.set_index("id")["arm"]
    part = drawn(UNITS.iloc[::-3]).assignments.set_index("id")["arm"]
    assert part.equals(whole[part.index])
    other = drawn(batch=4).assignments.set_index("id")["arm"]
    assert 0.3 < (other == whole).mean() < 0.5


def test_digests_tell_a_changed_list() -> None:
    assert drawn().list_digest == drawn(UNITS.iloc[::-1]).list_digest
    assert drawn().list_digest != drawn(UNITS.iloc[1:]).list_digest
    assert drawn().draw_digest != drawn(seed=1).draw_digest


def test_strata_have_their_own_shares() -> None:
    rule = AdaptiveRule(kind="thompson", strata=("age",))
    seen = pd.DataFrame(
        {
            "batch": 1,
            "age": ["young"] * 2 + ["old"] * 2,
            "arm": ["usual", "course"] * 2,
            "n": 200,
            "total": [50, 100, 100, 50],
        }
    )
    shares = next_shares(rule, seen, arms=["usual", "course"])
    units = UNITS.assign(age=np.where(np.arange(len(UNITS)) % 2, "old", "young"), source="SYNTHETIC")
    found = adaptive_draw(rule, shares, units, seed=1, batch=2)
    share = found.assignments.groupby("block")["arm"].value_counts(normalize=True).unstack()
    assert share.loc["young", "course"] > 0.9 and share.loc["old", "usual"] > 0.9
    assert found.sentence.startswith("SYNTHETIC") and set(found.assignments["source"]) == {"SYNTHETIC"}
    assert not set(UNITS["id"]) & set(found.table.astype(str).to_numpy().ravel())
    with pytest.raises(FrameError, match="no shares for strata middle"):
        adaptive_draw(rule, shares, units.assign(age="middle"), seed=1, batch=2)
    with pytest.raises(ParameterError, match="shares of batch 2"):
        adaptive_draw(rule, shares, units, seed=1, batch=3)


@pytest.mark.parametrize(
    ("units", "shares", "error", "words"),
    [
        (UNITS.rename(columns={"id": "code"}), SHARES, FrameError, "id='code'"),
        (UNITS.iloc[:0], SHARES, FrameError, "empty"),
        (pd.DataFrame({"id": ["a", "b", "a"]}), SHARES, FrameError, "first in row 3"),
        (pd.DataFrame({"id": ["a", None]}), SHARES, FrameError, "1 units have no name"),
        (pd.DataFrame({"id": ["a", "b\nc"]}), SHARES, FrameError, "line break"),
        (UNITS, SHARES.assign(share=[0.2, 0.2, 0.5]), ParameterError, "do not add up"),
        (UNITS, SHARES.assign(share=1 / 3), ParameterError, "millionths"),
        (UNITS, SHARES.assign(share=[-0.5, 1, 0.5]), ParameterError, "millionths"),
        (UNITS, SHARES.drop(columns="share"), FrameError, "lacks share"),
        (UNITS, pd.concat([SHARES, SHARES]), ParameterError, "one share for each"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    units: pd.DataFrame, shares: pd.DataFrame, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        drawn(units, shares)


def test_everybody_in_one_arm_is_told() -> None:
    found = drawn(shares=SHARES.assign(share=[0.0, 0.0, 1.0]))
    assert "nothing can be learned" in found.failed[0].sentence
