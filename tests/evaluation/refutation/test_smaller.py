"""The part of very many persons on which attempts are made, and the time that they may take."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.evaluation.refutation import smaller as room
from almpo_kit.evaluation.refutation.clock import Clock, OutOfTime
from almpo_kit.evaluation.refutation.refute import _on_a_part
from almpo_kit.evaluation.refutation.smaller import MOST_ROWS, _drawn, _shared_out, smaller
from almpo_kit.evaluation.refutation.target import targets

from .invented import estimated, invented


@given(st.lists(st.integers(0, 40_000), min_size=2, max_size=6))
def test_small_arms_are_kept_whole(sizes: list[int]) -> None:
    most = _shared_out(np.array(sizes), MOST_ROWS)
    assert sum(most) == min(MOST_ROWS, sum(sizes))
    cut = [m for m, s in zip(most, sizes, strict=True) if m < s]
    whole = [m for m, s in zip(most, sizes, strict=True) if m == s]
    assert not cut or max(whole, default=0) <= min(cut) + 1


def test_effects_on_everybody_keep_the_arms_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_ROWS", 200)
    effects = estimated(invented(1500))
    balanced = np.bincount(effects.sample.arm[_drawn(effects, 0)])
    assert balanced.tolist() == [100, 100]
    drawn = _drawn(replace(effects, fit=replace(effects.fit, estimand="ate")), 0)
    share = float(effects.sample.arm.mean())
    assert effects.sample.arm[drawn].mean() == pytest.approx(share, abs=0.1)


def test_the_clock_binds_before_the_first_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_ROWS", 200)
    effects = estimated(invented(1500))
    now = [0.0]
    clock = Clock(60.0, lambda: now[0])
    clock.set_aside(0.3)
    assert not clock.over and clock.left == 60
    now[0] = 19.0
    with pytest.raises(OutOfTime):
        clock.check()
    assert smaller(effects, 0, 1, clock).check is None
    clock.allow(10)
    assert not clock.over


def test_what_held_where_no_effect_is_seen_is_no_test() -> None:
    effects = estimated(invented(1500))
    whole = targets(effects.fit, effects.sample)
    part = (replace(whole[0], low=-1.0),)
    assert (whole[0].conclusion, part[0].conclusion) == ("raises", "open")
    attack: Any = SimpleNamespace(whole_targets=whole, targets=part)
    held = part[0].attempt("leave_out", "held", "doubts", "nothing changed.")
    assert _on_a_part(held, attack).result == "cannot tell"
    attack.targets = whole
    assert _on_a_part(held, attack).result == "held"
