"""Who left, and what they had said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit.codesign import drop_out
from almpo_kit.codesign.rounds.leaving import LEAVER_COLUMNS, difference, with_holm
from almpo_kit.vocabulary.errors import DesignError, FrameError

from .made_panels import answers, made_plan

PINS = json.loads((Path(__file__).parents[2] / "reference" / "panel_pins.json").read_text())
PLAN = made_plan()


def invited(n: int, rounds: list[str] | None = None, **columns: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {"number": [f"P-{k:03d}" for k in range(n)], "role": "employers", "geo": "EL42", "sector": "I"}
    )
    told = ["1 2"] * n if rounds is None else rounds
    return table.assign(state="answered", rounds_answered=told, source="by hand").assign(**columns)


def test_as_r() -> None:
    pin = PINS["leavers"]
    ours = difference(np.array(pin["left"], dtype=float), np.array(pin["stayed"], dtype=float))
    assert ours["p"] == pytest.approx(pin["p"], abs=1e-10)
    assert ours["difference"] == pytest.approx(pin["difference"], abs=1e-10)
    assert (ours["low"], ours["high"]) == pytest.approx(pin["interval"], abs=1e-9)
    table = pd.DataFrame([{"p": p} for p in (0.01, 0.04, 0.03, 0.005)], columns=list(LEAVER_COLUMNS))
    assert with_holm(table)["p_holm"].tolist() == pytest.approx(pin["holm"])


def test_those_who_disagreed_left() -> None:
    rows = pd.concat([answers([8] * 20 + [2] * 12), answers([8] * 20, round=2)])
    found = drop_out(invited(32), rows, PLAN)
    assert (found.started, found.finished) == (32, 20)
    assert found.table["left"].tolist() == [0, 12] and found.table["left_share"].iloc[1] == 12 / 32
    row = found.leavers.set_index("item").loc["courses"]
    assert bool(row["otherwise"]) and row["difference"] == -6
    assert {"answered otherwise", "many left"} <= {c.name for c in found.failed}
    bound = found.bounds.set_index("item").loc["courses"]
    assert (bound["agree"], bound["lowest"], bound["highest"]) == (1.0, 20 / 32, 1.0)


def test_few_leavers_are_not_shown() -> None:
    rows = pd.concat([answers([8] * 20 + [2] * 4), answers([8] * 20, round=2)])
    found = drop_out(invited(24), rows, PLAN)
    row = found.leavers.set_index("item").loc["courses"]
    assert row["n_left"] == 4 and np.isnan(row["mean_left"]) and pd.isna(row["otherwise"])
    assert "Too few left" in found.sentence


def test_nobody_left() -> None:
    found = drop_out(invited(12), pd.concat([answers([8] * 12), answers([7] * 12, round=2)]), PLAN)
    assert "Nobody left" in found.sentence and not found.failed
    assert found.metrics() == {"started": 12.0, "finished": 12.0, "otherwise": 0.0}


def test_rounds_that_are_not_told() -> None:
    people = invited(4, ["1 2", "?", "1", ""], state=["answered", "answered", "erased", "invited"])
    found = drop_out(people, pd.concat([answers([8] * 4), answers([8] * 4, round=2)]), PLAN)
    role = found.parts[found.parts["dimension"] == "role"].iloc[0]
    assert role[["invited", "answered", "last_round", "not_known"]].tolist() == [4, 2, 1, 1]


def test_hostile() -> None:
    rows = answers([8] * 12)
    with pytest.raises(DesignError, match="fewer than two"):
        drop_out(invited(12), rows, PLAN)
    with pytest.raises(FrameError, match="no list of rounds"):
        drop_out(invited(1, ["first"]), rows, PLAN)
    with pytest.raises(FrameError, match="stands twice"):
        drop_out(pd.concat([invited(1), invited(1)]), rows, PLAN)
    with pytest.raises(FrameError, match="none of"):
        drop_out(invited(1, state="gone"), rows, PLAN)
    with pytest.raises(FrameError, match="columns"):
        drop_out(invited(1).drop(columns="state"), rows, PLAN)


@pytest.mark.slow
def test_leavers_like_the_others_are_rarely_called_otherwise() -> None:
    rng = np.random.default_rng(2)
    called = 0
    for _ in range(2000):
        a, b = rng.choice(9, 6, p=None), rng.choice(9, 14)
        called += difference(a.astype(float), b.astype(float))["p"] <= 0.05
    assert called / 2000 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2000)


def test_who_could_not_be_compared_is_not_called_alike() -> None:
    """Two of twenty left, too few to compare: that is no sign that they thought the same."""
    rows = pd.concat([answers([8] * 18 + [1] * 2), answers([8] * 18, round=2)])
    found = drop_out(invited(20), rows, PLAN)
    (check,) = [c for c in found.checks if c.name == "who left"]
    assert check.status == "informational" and "could not be looked at" in check.sentence
    stayed = drop_out(invited(20), pd.concat([answers([8] * 20), answers([8] * 20, round=2)]), PLAN)
    assert [c.status for c in stayed.checks if c.name == "who left"] == ["passed"]
