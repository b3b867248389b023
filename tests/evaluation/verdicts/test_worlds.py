"""How often verdicts are right, over invented worlds."""

from __future__ import annotations

import pytest

from almpo_kit import evaluation

from ..refutation.invented import estimated, invented

ATTEMPTS = ("hidden_cause", "before_entry", "second_opinion", "leave_out", "placebo_treatment")


def verdicts(seeds: int, **world: float) -> list[str]:
    found: list[str] = []
    for seed in range(seeds):
        effects = estimated(invented(1500, seed=seed, **world))  # type: ignore[arg-type]
        found.append(
            evaluation.verdict(evaluation.refute(effects, attempts=ATTEMPTS, whole_seconds=300)).verdict
        )
    return found


@pytest.mark.slow
def test_honest_worlds_are_mostly_believed_and_others_hardly_ever() -> None:
    honest = verdicts(20)
    hidden = verdicts(20, hidden=1.0, effect=0.0)
    assert honest.count("credible") >= 14, honest
    assert hidden.count("credible") <= 1, hidden
