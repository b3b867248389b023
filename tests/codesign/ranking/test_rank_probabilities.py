"""Chances of the first place, against what can be said without drawing."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import decision_table, rank, rank_probabilities
from almpo_kit.codesign.ranking.kernels.acceptability import first_places, shares_of_ranks, wins
from almpo_kit.codesign.ranking.kernels.evidence_draws import draw_values
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .tables import AIRCRAFT_WEIGHTS, aircraft, made_up, some_weights
from .test_rank import METHODS, panel


def normal(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def pair() -> pd.DataFrame:
    return pd.DataFrame({"jobs": [3.0, 2.0], "equity": [1.0, 1.5]}, index=["a", "b"])


def scaled(x: pd.DataFrame, se: pd.DataFrame | float) -> Any:
    errors = x * 0 + se
    return decision_table(x, se=errors, scales=dict.fromkeys(x, (0.0, 10.0)), source="s")


def test_two_options_by_the_normal_distribution() -> None:
    # Difference of sums: 0.7 · 0.1 - 0.3 · 0.05, with the errors of four values.
    found = rank_probabilities(scaled(pair(), 1.5), {"jobs": 0.7, "equity": 0.3}, draws=50_000)
    gap, sd = 0.07 - 0.015, 0.15 * np.sqrt(2 * (0.7**2 + 0.3**2))
    assert found.table.set_index("option").loc["a", "p_best"] == pytest.approx(normal(gap / sd), abs=0.009)
    # Errors of criteria that go together add up; of options that go together they cancel.
    for within, between in ((0.8, 0.0), (0.0, 0.6), (0.5, 0.5), (1.0, 0.5)):
        held = rank_probabilities(
            scaled(pair(), 1.5), {"jobs": 0.7, "equity": 0.3}, draws=50_000, within=within, between=between
        )
        spread = 0.15 * np.sqrt(2 * (1 - between) * (0.49 + 0.09 + 2 * within * 0.21))
        p = held.table.set_index("option").loc["a", "p_best"]
        assert p == pytest.approx(normal(gap / spread), abs=0.009)


def test_three_options_by_an_integral() -> None:
    # An option is best when both others stay below it: the integral of their distributions over its own.
    x = pd.DataFrame({"jobs": [3.0, 2.0, 2.5], "equity": [1.0, 1.5, 2.0]}, index=["a", "b", "c"])
    found = rank_probabilities(scaled(x, 1.0), {"jobs": 0.5, "equity": 0.5}, draws=50_000)
    score, sd = x.to_numpy() @ [0.5, 0.5], np.sqrt(0.5)
    z = np.linspace(-8, 8, 2001)
    for i, o in enumerate(x.index):
        below = np.prod(
            [[normal((score[i] - score[j]) / sd + t) for t in z] for j in range(3) if j != i], axis=0
        )
        exact = np.trapezoid(below * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), z)
        assert found.table.set_index("option").loc[o, "p_best"] == pytest.approx(exact, abs=0.009)


def test_weights_of_which_nothing_is_known() -> None:
    # a is best where w > 0.6, b where w < 0.4, c between: lengths of the line (Lahdelma & Salminen's acceptability).
    x = pd.DataFrame({"jobs": [1.0, 0.0, 0.6], "equity": [0.0, 1.0, 0.6]}, index=["a", "b", "c"])
    found = rank_probabilities(decision_table(x, se=x * 0, source="s"), None, draws=40_000)
    p = found.table.set_index("option")["p_best"]
    assert p["a"] == pytest.approx(0.4, abs=0.01) and p["c"] == pytest.approx(0.2, abs=0.01)
    centre = found.central_weights.set_index(["option", "criterion"])["weight"]
    assert centre[("a", "jobs")] == pytest.approx(0.8, abs=0.01)
    assert centre[("c", "jobs")] == pytest.approx(0.5, abs=0.01)
    assert found.best == "" and "No option is best in more than half" in found.sentence
    assert "whose weights" in {c.name for c in found.failed}


def test_people_are_counted_exactly() -> None:
    # 14 of 20 weigh jobs so that a is best; the mean weight alone would hide the others.
    rows = np.array([[0.9, 0.1]] * 14 + [[0.1, 0.9]] * 6)
    x = pd.DataFrame({"jobs": [1.0, 0.0], "equity": [0.0, 1.0]}, index=["a", "b"])
    table = decision_table(x, se=x * 0, source="s")
    people = panel(rows, ["jobs", "equity"], synthetic=True)
    found = rank_probabilities(table, people, draws=20_000)
    lead = found.table.iloc[0]
    assert lead["p_best_weights"] == 0.7 and lead["p_best_evidence"] == 1.0
    assert lead["p_best"] == pytest.approx(0.7, abs=0.02)
    assert found.provenance.synthetic and found.n_people == 20 and "70% of participants" in found.sentence
    assert any("no survey" in c.sentence for c in found.checks)
    mean = rank_probabilities(table, people, people="panel")
    assert mean.kind == "panel" and mean.table["p_best"].iloc[0] == 1.0


def test_few_people_are_a_caution() -> None:
    people = panel(np.array([[0.9, 0.1]] * 6), ["jobs", "equity"])
    found = rank_probabilities(scaled(pair(), 0.5), people)
    assert any("Only 6 participants" in c.sentence for c in found.failed)


def test_an_unknown_error_is_not_none() -> None:
    x = pd.DataFrame({"jobs": [3.0, 2.0, 9.0]}, index=["a", "b", "c"])
    se = pd.DataFrame({"jobs": [0.5, 0.5, np.nan]}, index=x.index)
    found = rank_probabilities(decision_table(x, se=se, source="s"), {"jobs": 1})
    assert list(found.left_out["option"]) == ["c"] and "c could not be compared" in found.sentence
    with pytest.raises(DesignError, match="standard errors of two"):
        rank_probabilities(decision_table(x, source="s"), {"jobs": 1})
    with pytest.raises(DesignError, match="neither values nor weights"):
        rank_probabilities(decision_table(x, se=x * 0, source="s"), {"jobs": 1})


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 4), st.sampled_from(METHODS))
def test_shares_add_up(seed: int, n: int, k: int, method: str) -> None:
    found = rank_probabilities(made_up(seed, n, k, 2.0), some_weights(seed, k), method=method, draws=500)
    square = found.acceptability.pivot(index="option", columns="rank", values="share")
    np.testing.assert_allclose(square.sum(axis=0), 1)
    np.testing.assert_allclose(square.sum(axis=1), 1)
    table = found.table.set_index("option")
    np.testing.assert_allclose(square[1].loc[table.index], table["p_best"])
    # Fixed weights: evidence is all that varies.
    np.testing.assert_allclose(table["p_best"], table["p_best_evidence"], atol=1e-12)
    beats = found.beats.set_index(["option", "against"])["share"]
    assert all(beats[(a, b)] + beats[(b, a)] == pytest.approx(1) for a, b in beats.index)


def test_kernels_share_ties() -> None:
    scores = np.array([[1.0, 1.0, 0.0], [2.0, 1.0, 3.0]])
    np.testing.assert_allclose(shares_of_ranks(scores), [[0.25, 0.75, 0], [0.25, 0.25, 0.5], [0.5, 0, 0.5]])
    np.testing.assert_allclose(first_places(scores), [[0.5, 0.5, 0], [0, 0, 1]])
    assert wins(scores)[0, 1] == 0.75


def test_draws_have_the_errors_that_were_asked() -> None:
    x = draw_values(
        np.zeros((2, 2)), np.array([[1.0, 2.0], [3.0, 0.0]]), 100_000, np.random.default_rng(1), 0.5, 0.4
    )
    np.testing.assert_allclose(x.std(axis=0), [[1, 2], [3, 0]], atol=0.03)
    r = np.corrcoef(x.reshape(len(x), 4)[:, :3].T)
    np.testing.assert_allclose([r[0, 1], r[0, 2], r[1, 2]], [0.5, 0.4, 0.2], atol=0.01)


def test_same_seed_same_bytes_and_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_up(3, 5, 3, 2.0)
    a = rank_probabilities(made, None, draws=3000, seed=5)
    b = rank_probabilities(made, None, draws=3000, seed=5)
    assert a.table.to_json() == b.table.to_json()
    monkeypatch.setattr("almpo_kit.codesign.ranking.rank_probabilities._BLOCK", 700)
    c = rank_probabilities(made, None, draws=3000, seed=5)
    np.testing.assert_allclose(a.table["p_best"], c.table["p_best"], atol=1e-12)


def test_draws_that_somebody_brings() -> None:
    drawn = pd.DataFrame(np.random.default_rng(0).dirichlet([2, 1], 400), columns=["jobs", "equity"])
    table = scaled(pair(), 0.5)
    found = rank_probabilities(table, drawn.assign(source="SYNTHETIC"))
    again = rank_probabilities(table, drawn.to_numpy())
    assert found.kind == "draws" and found.provenance.synthetic and not again.provenance.synthetic
    assert found.table.equals(again.table)


@pytest.mark.parametrize(
    ("weights", "more", "words"),
    [
        (np.ones((3, 3)), {}, "one column a criterion"),
        (pd.DataFrame({"jobs": [1.0], "beauty": [1.0]}), {}, "no other"),
        (pd.DataFrame({"jobs": [0.0], "equity": [0.0]}), {}, "above 0"),
        (pd.DataFrame({"jobs": ["x"], "equity": ["y"]}), {}, "no number"),
        (None, {"people": "some"}, "'each' or 'panel'"),
        (None, {"draws": 10}, "whole number"),
        (None, {"within": 1.01}, "0 to 1"),
        (None, {"seed": 1.5}, "whole number"),
    ],
)
def test_hostile(weights: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        rank_probabilities(scaled(pair(), 0.5), weights, **more)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_ten_options_in_well_under_a_second(method: str) -> None:
    table = made_up(1, 10, 8, 1.0)
    took = []
    for _ in range(3):
        start = time.perf_counter()
        rank_probabilities(table, None, method=method, draws=10_000)
        took.append(time.perf_counter() - start)
    assert min(took) < 1.0


def test_aircraft_are_open() -> None:
    found = rank_probabilities(aircraft(0.05), AIRCRAFT_WEIGHTS, method="topsis")
    assert found.certainty == "low" and "which is best" in {c.name for c in found.failed}


def test_rank_hears_of_errors_that_move_together() -> None:
    """Two criteria of one estimate: with one error, P(first) is Φ(1/√2) and not Φ(1)."""
    rows = pd.DataFrame({"a": [1.0, 0.0], "b": [1.0, 0.0]}, index=["X", "Y"])
    table = decision_table(rows, se=rows * 0 + 1.0)
    equal = {"a": 1.0, "b": 1.0}
    apart = rank(table, equal, method="weighted_sum").table["p_first"].iloc[0]
    together = rank(table, equal, method="weighted_sum", within=1.0).table["p_first"].iloc[0]
    assert apart == pytest.approx(normal(1.0), abs=0.025)
    assert together == pytest.approx(normal(1 / math.sqrt(2)), abs=0.025)
    with pytest.raises(ParameterError, match="within"):
        rank(table, equal, within=1.5)


def test_errors_that_are_one() -> None:
    """A correlation of 1 is one error for all, drawn as such: neither refused nor almost so."""
    values, se = np.zeros((3, 2)), np.array([[1.0, 2.0], [1.0, 0.5], [3.0, 0.0]])
    drawn = draw_values(values, se, 4000, np.random.default_rng(1), 1.0, 0.0)
    assert drawn[:, :2] == pytest.approx(drawn[:, :2, :1] * [[1.0, 2.0], [1.0, 0.5]])
    assert np.corrcoef(drawn[:, 0, 0], drawn[:, 1, 0])[0, 1] == pytest.approx(0, abs=0.05)
    assert drawn.std(axis=0) == pytest.approx(se, rel=0.04)
    same = draw_values(values, np.ones((3, 2)), 10, np.random.default_rng(1), 1.0, 1.0)
    assert np.ptp(same, axis=(1, 2)).max() == 0
    # What lies just below is close: nothing jumps at the end of the scale.
    near = draw_values(values, se, 10, np.random.default_rng(1), 1 - 1e-10, 0.0)
    assert near == pytest.approx(draw_values(values, se, 10, np.random.default_rng(1), 1.0, 0.0), abs=1e-3)
