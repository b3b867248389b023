"""The report on experiments through the command, and what its page is made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_pages import clean, made

from almpo_kit import experiments
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.experiment_cases import ExperimentCase
from almpo_kit.workbench.invented_trials import adaptive_trial, saturation_trial
from almpo_kit.workbench.trial_proposals import propose
from almpo_kit.workbench.trial_questions import trial_question


@pytest.mark.usefixtures("own_store")
def test_the_report(tmp_path: Path) -> None:
    text, numbers, html = made("experiments", tmp_path)
    assert text.count("SYNTHETIC") > 15 and clean(text) and html.count("<svg") >= 8
    # Twelve offices with 200 people each: people within offices tell it, whole offices do not.
    assert numbers["proposal.power"] > 0.95
    # What the invented course does (12 points for those who take it, 80% do) lies in the interval, and nothing was changed.
    low, high = (numbers[f"result.{k} digital course"] for k in ("low", "high"))
    assert low < 9.2 < high and numbers["result.deviations"] == 0
    # The best arm is found more often than by equal shares.
    assert numbers["rule.best_chosen"] > 0.9
    assert "exploratory" in text and "is not made right by a good design" in text


def test_what_is_asked_decides_what_is_proposed() -> None:
    asked = trial_question(12, 40, baseline=0.4, effect=0.08)
    found = propose(asked)
    assert found.kind == "blocked" and found.sentence.startswith("Not with these numbers")
    assert found.table["needed"].iloc[0] > 12 * 40
    few = propose(trial_question(2, 400, baseline=0.4, effect=0.08))
    assert few.kind == "blocked" and "2 offices cannot be drawn" in " ".join(few.table["why"])
    with pytest.raises(ParameterError, match="cannot change by 70 points"):
        propose(trial_question(12, 40, baseline=0.4, effect=0.7))
    with pytest.raises(ParameterError, match="baseline"):
        trial_question(12, 40, baseline=40, effect=0.08)


def test_invented_trials_hold_their_truth() -> None:
    """What was put in lies in the intervals: of the adaptive trial, and of who loses what others gain."""
    held = adaptive_trial()
    found = experiments.adaptive_effects(held.outcomes, held.shares, arms=held.arms)
    rows = found.table[found.table["stratum"] == "all"].set_index("arm")
    assert all(rows.loc[a, "low"] < d < rows.loc[a, "high"] for a, d in held.truth.items())
    others = experiments.spillovers(saturation_trial(), draws=199)
    at = others.table[(others.table["saturation"] == 0.75)].set_index("estimand")
    # Offered to three quarters: those not offered lose 0.08 × 0.75, those offered gain 0.10 − 0.06.
    assert at.loc["spillover", "low"] < -0.06 < at.loc["spillover", "high"]
    assert at.loc["offered", "low"] < 0.04 < at.loc["offered", "high"]


def test_files_without_a_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = trial_question(12, 200, baseline=0.32, effect=0.08)
    with pytest.raises(ParameterError, match="say which"):
        ExperimentCase("", asked=asked, outcomes="o.csv")
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "records.db"))
    with pytest.raises(ParameterError, match="there is no trial"):
        ExperimentCase("Harbours", asked=asked)
