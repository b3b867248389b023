"""What somebody wants to learn from a trial, with what she has; plain values, and how they are said."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.plain_values import whole_number
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome


@dataclass(frozen=True)
class TrialQuestion:
    """What somebody wants to learn, with what she has.

    Parameters
    ----------
    outcome : TrialOutcome
    effect : float
        Smallest effect of the offer that would matter, in the outcome's own scale.
    groups : int
        Employment offices (or schools, places) that take part.
    people : int
        In each of them, over the time of the trial.
    can_differ : bool
        Two people of one office can get different offers, without the one getting something of the other's.
    all_in_the_end : bool
        Every office has to have it in the end.
    displacement : bool
        Whether others lose what those gain who are offered it is part of the question.
    losses : Losses
    size_variation : float
        Coefficient of variation of the offices' sizes.
    """

    outcome: TrialOutcome
    effect: float
    groups: int
    people: int
    can_differ: bool = True
    all_in_the_end: bool = False
    displacement: bool = False
    losses: Losses = field(default_factory=Losses)
    size_variation: float = 0.0

    def __post_init__(self) -> None:
        whole_number("offices", self.groups, 1, 100_000)
        whole_number("people in each office", self.people, 1, 10_000_000)


def trial_question(
    offices: int,
    people: int,
    *,
    baseline: float,
    effect: float,
    icc: float = 0.02,
    take_up: float = 0.8,
    attrition: float = 0.06,
) -> TrialQuestion:
    """What is asked of a trial whose outcome is a share, e.g. of people in work.

    Parameters
    ----------
    offices, people : int
        Offices, and people in each.
    baseline, effect : float
        Share without a programme, and the smallest difference that would matter, as shares.
    icc : float
        Share of the variance that lies between offices.
    take_up, attrition : float
        Shares.

    Raises
    ------
    ParameterError
    """
    outcome = TrialOutcome("in work", "binary", baseline, icc=icc)
    return TrialQuestion(outcome, effect, offices, people, losses=Losses(attrition, take_up))


def example_question() -> TrialQuestion:
    """What stands on the screen before anybody asks: a digital-skills course in twelve employment offices."""
    return trial_question(12, 200, baseline=0.32, effect=0.08)


def effect_words(outcome: TrialOutcome, effect: float) -> str:
    """An effect as a person says it: points, the outcome's unit, or per cent faster."""
    if not math.isfinite(effect):
        return "any size"
    if outcome.kind == "binary":
        return f"{number(100 * effect, 0 if abs(100 * effect - round(100 * effect)) < 1e-9 else 1)} points"
    if outcome.kind == "duration":
        return f"{number(100 * (effect - 1), 0)}% {'faster' if effect >= 1 else 'slower'}"
    return f"{number(effect, 1)} {UNITS[outcome.unit][0]}" if outcome.unit else number(effect, 2)


def of_100(power: float) -> str:
    """A chance as a person says it; nothing is certain."""
    if power > 0.995:
        return "more than 99 of 100"
    return "fewer than 1 of 100" if power < 0.005 else f"{number(100 * power, 0)} of 100"


def can_be(asked: TrialQuestion) -> None:
    """Refuse what no trial could show, once and in the words of whoever asks."""
    outcome, effect = asked.outcome, asked.effect
    if outcome.kind == "binary" and not 0 <= outcome.baseline + effect <= 1:
        raise ParameterError(
            f"of 100 people {number(100 * outcome.baseline, 1)} are in work without it; that cannot change by "
            f"{effect_words(outcome, effect)}."
        )
    if effect == (1 if outcome.kind == "duration" else 0):
        raise ParameterError("an effect of nothing cannot be seen; say the smallest that would matter.")
    outcome.can_change_by("smallest effect", effect)
