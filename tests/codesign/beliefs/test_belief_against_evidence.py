"""Belief beside evidence: scores, verdicts both ways, refusals."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from almpo_kit import codesign
from almpo_kit.codesign.beliefs import conflict_words as words
from almpo_kit.codesign.beliefs.beliefs import Belief
from almpo_kit.codesign.beliefs.kernels.trial_size import people_an_arm
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import Provenance
from tests.codesign.beliefs.panels import PLAN, judged, normal

UNIT = "percentage_points"


@cache
def belief(mean: float, sd: float, n: int = 9, **more: Any) -> Belief:
    return codesign.beliefs(judged(normal(mean, sd, n), **more), PLAN, "courses_24m")


def against(
    given: Belief, estimate: float | None, half: float = 1.0, **more: Any
) -> codesign.BeliefAgainstEvidence:
    low, high = (None, None) if estimate is None else (estimate - half, estimate + half)
    options: dict[str, Any] = {"n_studies": 10**9, "unit": UNIT} | more
    return codesign.belief_against_evidence(given, estimate=estimate, low=low, high=high, **options)


@pytest.mark.parametrize(("mean", "sd", "at", "half"), [(10, 2, 4, 3.0), (0, 3, 1, 0.5), (5, 1, 9, 6.0)])
def test_for_two_normals_it_is_the_p_value_of_box(mean: float, sd: float, at: float, half: float) -> None:
    """2 Φ(−|μ₁ − μ₂| / √(σ₁² + σ₂²)), as in Box (1980); the difference is normal, too."""
    from scipy.stats import norm

    se = half / norm.ppf(0.975)
    found = against(belief(mean, sd), at, half)
    spread = math.hypot(sd, se)
    assert found.conflict_average == pytest.approx(2 * norm.sf(abs(mean - at) / spread), abs=1e-6)
    assert found.difference == pytest.approx(mean - at, abs=1e-6)
    assert found.difference_high - found.difference_low == pytest.approx(2 * norm.ppf(0.9) * spread, abs=1e-5)


def test_few_studies_have_the_tails_of_student() -> None:
    """Against a mean over draws: the belief less Student's t with 5 degrees of freedom."""
    from scipy.stats import t

    found = against(belief(8, 2), 2.0, 4.0, n_studies=6)
    scale = 4.0 / t.ppf(0.975, 5)
    rng = np.random.default_rng(1)
    draws = rng.normal(8, 2, 400_000) - (2 + scale * rng.standard_t(5, 400_000))
    assert found.conflict_average == pytest.approx(2 * min((draws > 0).mean(), (draws < 0).mean()), abs=2e-3)
    np.testing.assert_allclose(
        [found.difference_low, found.difference_high], np.quantile(draws, [0.1, 0.9]), atol=0.03
    )


@pytest.mark.parametrize(
    ("mean", "prediction", "n", "says"),
    [
        (20, (-1.0, 5.0), 30, words.ABOVE),
        (-16, (-1.0, 5.0), 30, words.BELOW),
        (9, (-8.0, 12.0), 30, words.ABOVE_AVERAGE),
        (-5, (-8.0, 12.0), 30, words.BELOW_AVERAGE),
        (20, None, 30, words.ABOVE_ONLY_AVERAGE),
        (2, (-1.0, 5.0), 30, words.NONE_SHOWN),
        (20, (-1.0, 5.0), 4, words.THIN_EVIDENCE),
    ],
)
def test_verdicts_both_ways(mean: float, prediction: tuple[float, float] | None, n: int, says: str) -> None:
    found = against(belief(mean, 2), 2.0, prediction=prediction, n_studies=n)
    assert found.verdict == says
    assert says in words.VERDICTS
    assert {"the panel may be right", "the evidence may be right"} == set(found.both_ways["side"])
    assert (found.headline is None) == (says == words.THIN_EVIDENCE)
    if says == words.THIN_EVIDENCE:
        assert "too thin to contradict" in found.sentence
        assert found.certainty == "too little to say"
        assert set(found.metrics()) == {"n", "n_studies"}


def test_nothing_pooled_contradicts_nobody() -> None:
    found = against(belief(10, 4), None, n_studies=0)
    assert found.verdict == words.THIN_EVIDENCE
    assert math.isnan(found.conflict_average)
    assert "no study that can be averaged measured this" in set(found.both_ways["reason"])
    assert "no pooled estimate" in found.sentence


def test_a_small_panel_contradicts_nobody() -> None:
    found = against(belief(30, 1, n=6), 2.0, n_studies=30)
    assert found.verdict == words.THIN_PANEL
    assert found.headline is None


def test_agreement_needs_a_margin() -> None:
    assert against(belief(2, 0.5), 2.0).verdict == words.NONE_SHOWN
    assert against(belief(2, 0.5), 2.0, margin=2.0).verdict == words.AGREE
    assert against(belief(2, 0.5), 2.0, margin=0.5).verdict == words.NONE_SHOWN
    assert "not the same as agreement" in against(belief(2, 0.5), 2.0).sentence


def test_people_one_by_one() -> None:
    given = codesign.beliefs(
        judged(normal(20, 1, 6) + normal(2, 1, 6) + normal(-20, 1, 3)), PLAN, "courses_24m"
    )
    found = against(given, 2.0)
    assert (found.people_above, found.people_below) == (6, 3)
    # The pool is wide because the panel is of three minds: that is no agreement.
    assert found.verdict == words.NONE_SHOWN
    assert "what the panel believes is wide" in found.sentence


def test_reasons_follow_what_is_known() -> None:
    hopeful = against(belief(20, 2), 2.0, countries=("DE", "FR"))
    assert hopeful.both_ways.set_index("reason").loc["none of the studies is from Greece (EL)", "seen"]
    assert any("who would have found it without" in r for r in hopeful.both_ways["reason"])
    gloomy = against(belief(-16, 2), 2.0, countries=("EL",))
    assert any("published less often" in r for r in gloomy.both_ways["reason"])
    assert not any(
        "who would have found it without" in r or "none of the studies" in r
        for r in gloomy.both_ways["reason"]
    )


def test_belief_is_never_mixed_in_unasked() -> None:
    apart = against(belief(20, 2), 2.0, n_studies=30)
    assert apart.combined is None
    assert "combined" not in set(apart.table["view"])
    mixed = against(belief(20, 2), 2.0, n_studies=30, combine={"belief": 0.3, "evidence": 0.7})
    assert mixed.combined is not None
    assert mixed.combined["median"] == pytest.approx(2.3, abs=0.5)
    assert any(c.name == "combined on request" and c.status == "failed" for c in mixed.checks)
    with pytest.raises(ParameterError, match="adding up to 1"):
        against(belief(20, 2), 2.0, combine={"belief": 0.3, "evidence": 0.3})
    with pytest.raises(DesignError, match="too thin"):
        against(belief(20, 2), 2.0, n_studies=3, combine={"belief": 0.5, "evidence": 0.5})


def test_a_trial_that_tells() -> None:
    """A yes-or-no outcome at 50%, a difference of 10 points: 393 an arm (Cohen 1988, normal approximation: 392.4)."""
    assert people_an_arm(10, 50) == 393
    assert against(belief(12, 2), 2.0).people_an_arm == pytest.approx(393, abs=1)


def test_how_often_it_cries_conflict() -> None:
    """Honest panels 5 in 100; panels twice as sure as they should be about a third, as the docstring says."""
    from scipy.special import ndtr

    rng = np.random.default_rng(2)
    honest, sure = [], []
    for error in rng.standard_normal(4000):
        honest.append(2 * ndtr(-abs(error)))
        sure.append(2 * ndtr(-abs(error) / 0.5))
    assert np.mean(np.array(honest) < 0.05) == pytest.approx(0.05, abs=0.012)
    assert np.mean(np.array(sure) < 0.05) == pytest.approx(0.327, abs=0.025)
    # The same score as the verb's, at one point of that simulation.
    found = against(belief(2 + 4 * 0.9, 2), 2.0, 1e-6)
    assert found.conflict_average == pytest.approx(2 * ndtr(-0.9 * 2), abs=1e-5)


def test_other_units_and_horizons_are_refused() -> None:
    with pytest.raises(DesignError, match="percentage_points"):
        against(belief(5, 2), 2.0, unit="percent")
    assert against(belief(5, 2), 2.0, unit="pp").unit == UNIT
    with pytest.raises(DesignError, match="horizon"):
        against(belief(5, 2), 2.0, horizon_months=60)
    with pytest.raises(DesignError, match="mixed up"):
        against(belief(5, 2), 2.0, 4.0, prediction=(1.0, 3.0))
    for wrong in ({"alpha": 0.9}, {"n_studies": -1}, {"n_studies": True}, {"margin": 0}, {"level": 2}):
        with pytest.raises(ParameterError):
            against(belief(5, 2), 2.0, **wrong)
    with pytest.raises(ParameterError, match="no interval"):
        codesign.belief_against_evidence(belief(5, 2), estimate=9, low=1, high=3, n_studies=9, unit=UNIT)


def test_synthetic_evidence_makes_it_synthetic() -> None:
    found = against(belief(5, 2), 2.0, of=Provenance(synthetic=True))
    assert found.sentence.startswith("SYNTHETIC")
    assert not against(belief(5, 2), 2.0).provenance.synthetic
    assert against(belief(5, 2, source="SYNTHETIC"), 2.0).provenance.synthetic
